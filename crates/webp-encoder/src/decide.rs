//! Mode decision: for one macroblock, the prediction modes and levels with the best rate and distortion.

mod chroma;
mod subblock;
mod whole;

use crate::cost::TokenCosts;
use crate::kernels::{Block, Chroma, Coded, Edges, Kernels, Luma, quad};
use crate::quantise::Quantiser;

/// How many of the likeliest modes are tried in full.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// 16x16 modes, 1 to 4.
    pub(crate) luma_16x16: usize,
    /// 4x4 modes of each block, 0 to 4; 0 for no 4x4 prediction.
    pub(crate) luma_4x4: usize,
    /// Chroma modes, 1 to 4.
    pub(crate) chroma: usize,
}

/// What surrounds a macroblock.
pub(crate) struct Surroundings {
    pub(crate) luma: Edges<16>,
    pub(crate) top_right: [u8; 4],
    pub(crate) u: Edges<8>,
    pub(crate) v: Edges<8>,
    /// 4x4 modes above and to the left.
    pub(crate) top_modes: [u8; 4],
    pub(crate) left_modes: [u8; 4],
    pub(crate) nonzero: Nonzero,
}

/// Which neighbouring blocks have levels that are not zero: four luma, two U, two V, one Y2 block.
#[derive(Clone, Copy, Default)]
pub(crate) struct Nonzero {
    pub(crate) top: [u8; 9],
    pub(crate) left: [u8; 9],
}

impl Nonzero {
    /// Context of luma block `i`.
    #[inline(always)]
    pub(crate) fn luma(&self, i: usize) -> usize {
        usize::from(self.top[i % 4] + self.left[i / 4])
    }

    #[inline(always)]
    pub(crate) fn set_luma(&mut self, i: usize, nonzero: u32) {
        self.top[i % 4] = u8::from(nonzero != 0);
        self.left[i / 4] = self.top[i % 4];
    }

    /// Context of chroma block `i`.
    #[inline(always)]
    pub(crate) fn chroma(&self, i: usize) -> usize {
        usize::from(self.top[4 + i / 4 * 2 + i % 2] + self.left[4 + i / 2])
    }

    #[inline(always)]
    pub(crate) fn set_chroma(&mut self, i: usize, nonzero: u32) {
        let value = u8::from(nonzero != 0);
        self.top[4 + i / 4 * 2 + i % 2] = value;
        self.left[4 + i / 2] = value;
    }
}

/// All that a decision goes by.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) luma: &'a Luma,
    pub(crate) chroma: &'a Chroma,
    pub(crate) around: &'a Surroundings,
    pub(crate) quantiser: &'a Quantiser,
    pub(crate) costs: &'a TokenCosts,
    /// False where the header has no room for many modes.
    pub(crate) allow_4x4: bool,
}

/// The chosen coding of a macroblock.
#[derive(Clone)]
pub(crate) struct Macroblock {
    /// The 16x16 mode; `None` for 4x4 prediction.
    pub(crate) luma_mode: Option<u8>,
    /// 4x4 modes; for 16x16 prediction its equivalent, as later contexts see it.
    pub(crate) modes: [u8; 16],
    /// What 4x4 modes take in the header, in 1/256 bit; 0 for 16x16 prediction.
    pub(crate) modes_4x4_cost: u32,
    pub(crate) chroma_mode: u8,
    pub(crate) dc: Coded,
    pub(crate) luma: Box<[Coded; 16]>,
    pub(crate) chroma: [Coded; 8],
}

impl Macroblock {
    pub(crate) fn new() -> Self {
        Self {
            luma_mode: None,
            modes: [0; 16],
            modes_4x4_cost: 0,
            chroma_mode: 0,
            dc: Coded::default(),
            luma: Box::new([Coded::default(); 16]),
            chroma: [Coded::default(); 8],
        }
    }

    /// Whether no level is left, so that the macroblock can be skipped.
    pub(crate) fn is_empty(&self) -> bool {
        let dc = if self.luma_mode.is_some() {
            self.dc.nonzero
        } else {
            0
        };
        let blocks = self.luma.iter().chain(&self.chroma);
        blocks.fold(dc, |any, block| any | block.nonzero) == 0
    }
}

/// Decides macroblocks; holds the working memory for it.
pub(crate) struct Decider<K> {
    kernels: K,
    search: Search,
    luma_predictions: Box<[Luma; 4]>,
    chroma_predictions: Box<[Chroma; 4]>,
    trial: Box<Trial>,
}

#[derive(Clone)]
struct Trial {
    dc: Coded,
    luma: Box<[Coded; 16]>,
    chroma: [Coded; 8],
}

/// Rate in 1/256 bit and distortion.
#[derive(Clone, Copy, Default)]
struct Measure {
    rate: u32,
    distortion: u64,
}

impl Measure {
    #[inline(always)]
    fn score(self, lambda: u64) -> u64 {
        u64::from(self.rate) * lambda + (self.distortion << 14)
    }
}

/// Whether a mode ranks so far behind the likeliest one that trying it does not pay.
#[inline(always)]
fn unlikely(rank: u64, best: u64) -> bool {
    rank * 4 > best * 5
}

/// Distortion of a luma block: squared error, and what texture it lost or gained.
#[inline(always)]
fn distortion(block: &Coded, texture: u32, weight: u64) -> u64 {
    let change = u64::from(block.texture.abs_diff(texture));
    u64::from(block.sse) + ((change * weight) >> 13)
}

impl<K: Kernels> Decider<K> {
    pub(crate) fn new(kernels: K, search: Search) -> Self {
        Self {
            kernels,
            search,
            luma_predictions: Box::new([[[0; 16]; 16]; 4]),
            chroma_predictions: Box::new([[[0; 16]; 8]; 4]),
            trial: Box::new(Trial {
                dc: Coded::default(),
                luma: Box::new([Coded::default(); 16]),
                chroma: [Coded::default(); 8],
            }),
        }
    }

    /// Decides one macroblock into `out`.
    #[inline(always)]
    pub(crate) fn decide(&mut self, task: &Task, out: &mut Macroblock) {
        let mut textures = [0; 16];
        for (i, four) in textures.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            *four = self.kernels.texture(quad(task.luma, i));
        }
        let score = self.decide_16x16(task, &textures, out);
        if task.allow_4x4 && self.search.luma_4x4 > 0 {
            self.decide_4x4(task, &textures, score, out);
        }
        self.decide_chroma(task, out);
    }
}

/// The order of four modes by how near their predictions come to the source, and the sums that say so.
#[inline(always)]
fn rank<K: Kernels, const N: usize>(
    kernels: K,
    source: &[Block; N],
    predictions: &[[Block; N]; 4],
) -> ([usize; 4], [u64; 4]) {
    let mut ranks = [0u64; 4];
    for (i, block) in source.iter().enumerate() {
        let satd = kernels.satd(block, std::array::from_fn(|m| &predictions[m][i]));
        for (rank, satd) in ranks.iter_mut().zip(satd) {
            *rank += u64::from(satd);
        }
    }
    let mut order = [0, 1, 2, 3];
    order.sort_unstable_by_key(|&mode| ranks[mode]);
    (order, ranks)
}
