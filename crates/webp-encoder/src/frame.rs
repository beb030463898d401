//! A VP8 key frame: macroblocks in order, then the header that needed to know them all.

mod border;
mod header;

use border::Border;

use crate::analysis::{self, Segmentation};
use crate::bool_coder::BoolEncoder;
use crate::cost::TokenCosts;
use crate::decide::{Decider, Macroblock, Nonzero, Surroundings, Task};
use crate::kernels::Kernels;
use crate::picture::Planes;
use crate::quantise::Quantiser;
use crate::tables::DEFAULT_PROBS;
use crate::tokens::{BlockKind, TokenStore, write_prob_updates};
use crate::{Config, Error};

/// Largest first partition that the frame header can announce.
const MAX_FIRST_PARTITION: usize = (1 << 19) - 1;
/// What of it modes may take, in 1/256 bit; the rest is for the header.
const MAX_MODE_COST: u64 = (MAX_FIRST_PARTITION as u64 - (16 << 10)) * 8 * 256;
/// What a macroblock takes of that at most beside its 4x4 modes: 16x16 and chroma mode, segment, skip flag.
const OTHER_MODE_COST: u64 = 11 * 256;

/// Bytes that the first partition has after its header at least. libwebp's incremental decoder, which browsers use, reads
/// up to eight ahead, and takes a partition that it has read to its end with the header for a broken one. Two more are for
/// what of the header comes with the modes, four for what the coder still holds back.
const READ_AHEAD: usize = 14;

/// What the header says of one macroblock.
#[derive(Clone, Copy)]
pub(crate) struct Modes {
    pub(crate) segment: u8,
    pub(crate) skip: bool,
    pub(crate) luma: Option<u8>,
    pub(crate) subblocks: [u8; 16],
    pub(crate) chroma: u8,
}

/// Sees every macroblock as the decoder will have it before the loop filter.
pub(crate) trait Observer {
    fn macroblock(&mut self, x: usize, y: usize, modes: &Modes, coded: &Macroblock);
    fn segments(&mut self, segmentation: &Segmentation);
}

/// Observes nothing.
pub(crate) struct Blind;

impl Observer for Blind {
    #[inline(always)]
    fn macroblock(&mut self, _: usize, _: usize, _: &Modes, _: &Macroblock) {}
    fn segments(&mut self, _: &Segmentation) {}
}

/// Encodes one frame.
pub(crate) fn encode<K: Kernels>(
    kernels: K,
    planes: &Planes,
    config: &Config,
    quality: f64,
    observer: &mut impl Observer,
) -> Result<Vec<u8>, Error> {
    let segments = usize::from(config.segments).clamp(1, analysis::MAX_SEGMENTS);
    let segmentation = kernels
        .run(|| analysis::analyse(kernels, planes, quality, config.filter_strength, segments));
    observer.segments(&segmentation);
    let mut frame = Frame::new(kernels, planes, config, segmentation);
    kernels.run(|| frame.run(observer));
    kernels.run(|| frame.finish())
}

struct Frame<'a, K> {
    planes: &'a Planes<'a>,
    config: &'a Config,
    segmentation: Segmentation,
    quantisers: Vec<Quantiser>,
    decider: Decider<K>,
    costs: TokenCosts,
    tokens: TokenStore,
    modes: Vec<Modes>,
    border: Border,
}

impl<'a, K: Kernels> Frame<'a, K> {
    fn new(
        kernels: K,
        planes: &'a Planes<'a>,
        config: &'a Config,
        segmentation: Segmentation,
    ) -> Self {
        let (across, down) = planes.macroblocks();
        let quantisers = segmentation
            .segments
            .iter()
            .map(|s| Quantiser::new(s.quantiser, segmentation.deltas))
            .collect();
        Self {
            planes,
            config,
            quantisers,
            segmentation,
            decider: Decider::new(kernels, config.search()),
            costs: TokenCosts::new(&DEFAULT_PROBS),
            tokens: TokenStore::new(across * down),
            modes: Vec::with_capacity(across * down),
            border: Border::new(across),
        }
    }

    /// Decides all macroblocks and gathers their tokens.
    #[inline(always)]
    fn run(&mut self, observer: &mut impl Observer) {
        let kernels = self.decider.kernels();
        let (across, down) = self.planes.macroblocks();
        let (mut luma, mut chroma) = ([[0; 16]; 16], [[0; 16]; 8]);
        let mut coded = Macroblock::new();
        // Costs follow the statistics: at first at short intervals, which matters in small pictures.
        let longest = (across * down / 8).max(96);
        let mut interval = 16;
        let mut until_refresh = interval;
        let mut mode_cost = 0;
        for y in 0..down {
            self.border.start_row(y);
            self.tokens.start_row();
            for x in 0..across {
                if until_refresh == 0 {
                    self.costs.update(&self.tokens.best_probs());
                    interval = (interval * 2).min(longest);
                    until_refresh = interval;
                }
                until_refresh -= 1;
                let index = y * across + x;
                let segment = self.segmentation.map[index];
                let around = self.border.around(x, y);
                self.planes.load(kernels, (x, y), &mut luma, &mut chroma);
                // Its share of the partition, so that a large picture is as good below as above.
                let allowed = MAX_MODE_COST * (index as u64 + 1);
                let task = Task {
                    luma: &luma,
                    chroma: &chroma,
                    around: &around,
                    quantiser: &self.quantisers[usize::from(segment)],
                    costs: &self.costs,
                    allow_4x4: mode_cost * (across * down) as u64 <= allowed,
                };
                self.decider.decide(&task, &mut coded);
                let modes = Modes {
                    segment,
                    skip: coded.is_empty(),
                    luma: coded.luma_mode,
                    subblocks: coded.modes,
                    chroma: coded.chroma_mode,
                };
                mode_cost += OTHER_MODE_COST + u64::from(coded.modes_4x4_cost);
                let nonzero = self.push_tokens(&around, &coded, modes.skip);
                self.border.advance(x, &coded, nonzero);
                observer.macroblock(x, y, &modes, &coded);
                self.modes.push(modes);
            }
        }
    }

    /// Stores the macroblock's blocks in coding order; returns the contexts after it.
    #[inline(always)]
    fn push_tokens(&mut self, around: &Surroundings, coded: &Macroblock, skip: bool) -> Nonzero {
        let mut nonzero = around.nonzero;
        let whole = coded.luma_mode.is_some();
        if skip {
            let (top, left) = (nonzero.top[8], nonzero.left[8]);
            nonzero = Nonzero::default();
            if !whole {
                (nonzero.top[8], nonzero.left[8]) = (top, left);
            }
            return nonzero;
        }
        if whole {
            let context = usize::from(nonzero.top[8] + nonzero.left[8]);
            self.tokens.push(BlockKind::LumaDc, context, &coded.dc);
            nonzero.top[8] = u8::from(coded.dc.nonzero != 0);
            nonzero.left[8] = nonzero.top[8];
        }
        let kind = if whole {
            BlockKind::LumaAc
        } else {
            BlockKind::Luma4x4
        };
        for (i, block) in coded.luma.iter().enumerate() {
            self.tokens.push(kind, nonzero.luma(i), block);
            nonzero.set_luma(i, block.nonzero);
        }
        for (i, block) in coded.chroma.iter().enumerate() {
            self.tokens
                .push(BlockKind::Chroma, nonzero.chroma(i), block);
            nonzero.set_chroma(i, block.nonzero);
        }
        nonzero
    }

    /// Writes the frame.
    #[inline(always)]
    fn finish(self) -> Result<Vec<u8>, Error> {
        let probs = self.tokens.best_probs();
        let partitions = 1 << self.config.partitions.min(3);
        let token_parts = self.tokens.write(&probs, partitions);
        let mut coder = BoolEncoder::with_capacity(self.modes.len() * 4 + 1024);
        self.write_header(&mut coder);
        write_prob_updates(&mut coder, &probs);
        let least = coder.len() + READ_AHEAD;
        self.write_modes(&mut coder);
        let mut first = coder.finish();
        first.resize(first.len().max(least), 0);
        if first.len() > MAX_FIRST_PARTITION {
            return Err(Error::TooLarge);
        }
        let (width, height) = (self.planes.width as u16, self.planes.height as u16);
        let tokens: usize = token_parts.iter().map(Vec::len).sum();
        let mut out = Vec::with_capacity(10 + first.len() + 3 * partitions + tokens);
        // Key frame, version, shown; then the first partition's size (RFC 6386 section 9.1).
        let version = u32::from(self.config.simple_filter);
        let tag = version << 1 | 1 << 4 | (first.len() as u32) << 5;
        out.extend_from_slice(&tag.to_le_bytes()[..3]);
        out.extend_from_slice(&[0x9d, 0x01, 0x2a]);
        out.extend_from_slice(&width.to_le_bytes());
        out.extend_from_slice(&height.to_le_bytes());
        out.extend_from_slice(&first);
        for part in &token_parts[..partitions - 1] {
            if part.len() >= 1 << 24 {
                return Err(Error::TooLarge);
            }
            out.extend_from_slice(&(part.len() as u32).to_le_bytes()[..3]);
        }
        for part in &token_parts {
            out.extend_from_slice(part);
        }
        Ok(out)
    }
}
