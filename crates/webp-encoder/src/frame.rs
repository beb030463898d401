//! A VP8 key frame: macroblocks row by row, then the header that needed to know them all.

mod border;
mod header;

use std::ops::Range;
use std::sync::mpsc::Receiver;

use border::{Border, Bottom, Connection};

use crate::analysis::{self, Segmentation};
use crate::bool_coder::BoolEncoder;
use crate::cost::TokenCosts;
use crate::decide::{Decider, Macroblock, Nonzero, Surroundings, Task};
use crate::kernels::Kernels;
use crate::picture::Planes;
use crate::quantise::Quantiser;
use crate::rows;
use crate::tables::DEFAULT_PROBS;
use crate::tokens::{BlockKind, RowTokens, Tokens, write_prob_updates};
use crate::{Config, Error};

/// Largest first partition that the frame header can announce.
const MAX_FIRST_PARTITION: usize = (1 << 19) - 1;
/// What of it modes may take, in 1/256 bit; the rest is for the header.
const MAX_MODE_COST: i64 = (MAX_FIRST_PARTITION as i64 - (16 << 10)) * 8 * 256;
/// What a macroblock takes of that at most beside its 4x4 modes: 16x16 and chroma mode, segment, skip flag.
const OTHER_MODE_COST: i64 = 11 * 256;

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

/// Sees every macroblock as the decoder will have it before the loop filter, from any thread.
pub(crate) trait Observer: Sync {
    fn macroblock(&self, x: usize, y: usize, modes: &Modes, coded: &Macroblock);
    fn segments(&mut self, segmentation: &Segmentation);
}

/// Observes nothing.
pub(crate) struct Blind;

impl Observer for Blind {
    #[inline(always)]
    fn macroblock(&self, _: usize, _: usize, _: &Modes, _: &Macroblock) {}
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
    let segmentation = analysis::analyse(kernels, planes, config, quality);
    observer.segments(&segmentation);
    let mut frame = Frame::new(kernels, planes, config, segmentation);
    frame.run(observer);
    frame.finish()
}

struct Frame<'a, K> {
    kernels: K,
    planes: &'a Planes<'a>,
    config: &'a Config,
    segmentation: Segmentation,
    quantisers: Vec<Quantiser>,
    costs: TokenCosts,
    tokens: Tokens,
    modes: Vec<Modes>,
    mode_cost: i64,
}

/// What became of a row of macroblocks.
struct CodedRow {
    tokens: RowTokens,
    modes: Vec<Modes>,
    mode_cost: i64,
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
            kernels,
            planes,
            config,
            quantisers,
            segmentation,
            costs: TokenCosts::new(&DEFAULT_PROBS),
            tokens: Tokens::new(),
            modes: Vec::with_capacity(across * down),
            mode_cost: 0,
        }
    }

    /// Decides all macroblocks and gathers their tokens.
    fn run(&mut self, observer: &impl Observer) {
        let (across, down) = self.planes.macroblocks();
        let mut above = border::outside(across);
        // Costs follow the statistics of the rows before: at first at short intervals, which matters in pictures of few rows. How
        // many threads there are does not.
        let longest = (down / 8).max(1).next_multiple_of(4);
        let mut first = 0;
        while first < down {
            if first > 0 {
                self.costs.update(&self.tokens.best_probs());
            }
            let end = (first + first.clamp(1, longest)).min(down);
            above = self.run_rows(first..end, above, observer);
            first = end;
        }
    }

    /// Decides some rows under the same costs; takes and gives what is above the first one of them and below the last.
    fn run_rows(
        &mut self,
        rows: Range<usize>,
        above: Receiver<Bottom>,
        observer: &impl Observer,
    ) -> Receiver<Bottom> {
        let allowed = self.mode_cost_share() * rows.start as i64;
        let beyond = (allowed - self.mode_cost) / rows.len() as i64;
        let (connections, below) = border::connect(rows.len(), above);
        let rows = rows.zip(connections).collect();
        let coded = rows::map(self.config.threads, rows, |(y, connection)| {
            let code = || self.code_row(y, connection, beyond, observer);
            self.kernels.run(code)
        });
        for row in coded {
            self.tokens.push(row.tokens);
            self.modes.extend(row.modes);
            self.mode_cost += row.mode_cost;
        }
        below
    }

    /// What of the first partition the modes of a row may take, so that a large picture is as good below as above.
    fn mode_cost_share(&self) -> i64 {
        MAX_MODE_COST / self.planes.macroblocks().1 as i64
    }

    /// Decides one row, whose modes may take `beyond` beyond the row's share.
    #[inline(always)]
    fn code_row(
        &self,
        y: usize,
        connection: Connection,
        beyond: i64,
        observer: &impl Observer,
    ) -> CodedRow {
        let across = self.planes.macroblocks().0;
        let mut border = Border::new(y, connection);
        let mut decider = Decider::new(self.kernels, self.config.search());
        let mut tokens = RowTokens::new(across);
        let mut row_modes = Vec::with_capacity(across);
        let (mut luma, mut chroma) = ([[0; 16]; 16], [[0; 16]; 8]);
        let mut coded = Macroblock::new();
        let (share, mut mode_cost) = (self.mode_cost_share(), 0);
        for x in 0..across {
            let segment = self.segmentation.map[y * across + x];
            let around = border.around();
            self.planes
                .load(self.kernels, (x, y), &mut luma, &mut chroma);
            let allowed = beyond + share * (x as i64 + 1) / across as i64;
            let task = Task {
                luma: &luma,
                chroma: &chroma,
                around: &around,
                quantiser: &self.quantisers[usize::from(segment)],
                costs: &self.costs,
                allow_4x4: mode_cost <= allowed,
            };
            decider.decide(&task, &mut coded);
            let modes = Modes {
                segment,
                skip: coded.is_empty(),
                luma: coded.luma_mode,
                subblocks: coded.modes,
                chroma: coded.chroma_mode,
            };
            mode_cost += OTHER_MODE_COST + i64::from(coded.modes_4x4_cost);
            let nonzero = push_tokens(&mut tokens, &around, &coded, modes.skip);
            border.advance(&coded, nonzero);
            observer.macroblock(x, y, &modes, &coded);
            row_modes.push(modes);
        }
        CodedRow {
            tokens,
            modes: row_modes,
            mode_cost,
        }
    }

    /// Writes the frame.
    fn finish(self) -> Result<Vec<u8>, Error> {
        let probs = self.tokens.best_probs();
        let partitions = 1 << self.config.partitions.min(3);
        let (kernels, threads) = (self.kernels, self.config.threads);
        let token_parts = rows::map(threads, (0..partitions).collect(), |part| {
            kernels.run(|| self.tokens.write(&probs, part, partitions))
        });
        let mut coder = BoolEncoder::with_capacity(self.modes.len() * 4 + 1024);
        self.write_header(&mut coder);
        write_prob_updates(&mut coder, &probs);
        let least = coder.len() + READ_AHEAD;
        kernels.run(|| self.write_modes(&mut coder));
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

/// Stores the macroblock's blocks in coding order; returns the contexts after it.
#[inline(always)]
fn push_tokens(
    tokens: &mut RowTokens,
    around: &Surroundings,
    coded: &Macroblock,
    skip: bool,
) -> Nonzero {
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
        tokens.push(BlockKind::LumaDc, context, &coded.dc);
        nonzero.top[8] = u8::from(coded.dc.nonzero != 0);
        nonzero.left[8] = nonzero.top[8];
    }
    let kind = if whole {
        BlockKind::LumaAc
    } else {
        BlockKind::Luma4x4
    };
    for (i, block) in coded.luma.iter().enumerate() {
        tokens.push(kind, nonzero.luma(i), block);
        nonzero.set_luma(i, block.nonzero);
    }
    for (i, block) in coded.chroma.iter().enumerate() {
        tokens.push(BlockKind::Chroma, nonzero.chroma(i), block);
        nonzero.set_chroma(i, block.nonzero);
    }
    nonzero
}
