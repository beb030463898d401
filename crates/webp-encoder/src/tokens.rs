//! Quantised coefficients on their way into the bitstream: gathering, statistics, best probabilities, writing.

use crate::bool_coder::BoolEncoder;
use crate::cost::{TOKEN_PATHS, bit_cost, token_of};
use crate::kernels::{BAND_SLOTS, CONTEXT_SLOTS, Coded, LEVEL_SLOTS};
use crate::tables::{
    BANDS, CATEGORY_BASE, CATEGORY_PROBS, CoefficientProbs, DEFAULT_PROBS, Prob, UPDATE_PROBS,
};

/// What a coefficient block holds; the discriminants are the bitstream's (RFC 6386 section 13.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BlockKind {
    /// Luma of a 16x16-predicted macroblock, whose DC travels in the Y2 block.
    LumaAc = 0,
    /// The DCs of a 16x16-predicted macroblock.
    LumaDc = 1,
    /// Chroma.
    Chroma = 2,
    /// Luma of a 4x4-predicted macroblock.
    Luma4x4 = 3,
}

impl BlockKind {
    /// Position that coding starts from.
    #[inline(always)]
    pub(crate) fn first(self) -> usize {
        usize::from(self == Self::LumaAc)
    }
}

/// What the probabilities follow from, by block type.
#[derive(Clone)]
struct Counts {
    /// By slot.
    levels: [u32; LEVEL_SLOTS],
    /// Ends of blocks by band and context.
    ends: [[u32; 3]; 8],
    /// Blocks with levels whose first context is 0: there, unlike elsewhere in context 0, an end was possible.
    starts: u32,
}

/// The coefficient blocks of a row of macroblocks, compactly.
pub(crate) struct RowTokens {
    /// One entry a coded block: the non-zero mask, context (2 bits from bit 16) and kind (from bit 18).
    heads: Vec<u32>,
    /// Sixteen levels for every block that has a non-zero one.
    levels: Vec<[i16; 16]>,
    counts: Vec<Counts>,
}

impl RowTokens {
    /// An empty row of `macroblocks`.
    pub(crate) fn new(macroblocks: usize) -> Self {
        Self {
            heads: Vec::with_capacity(macroblocks * 25),
            levels: Vec::with_capacity(macroblocks * 8),
            counts: vec![Counts::NONE; 4],
        }
    }

    /// Adds a block in coding order.
    #[inline(always)]
    pub(crate) fn push(&mut self, kind: BlockKind, context: usize, block: &Coded) {
        self.heads
            .push(block.nonzero | (context as u32) << 16 | (kind as u32) << 18);
        let counts = &mut self.counts[kind as usize];
        let first = kind.first();
        if block.nonzero == 0 {
            counts.ends[first][context] += 1;
            return;
        }
        self.levels.push(block.levels);
        let start = block.slots[first] as usize + context * CONTEXT_SLOTS;
        counts.levels[start & (LEVEL_SLOTS - 1)] += 1;
        for &slot in &block.slots[first + 1..] {
            counts.levels[slot as usize & (LEVEL_SLOTS - 1)] += 1;
        }
        counts.starts += u32::from(context == 0);
        let last = (31 - block.nonzero.leading_zeros() as usize).min(15);
        if last < 15 {
            let context = usize::from(block.levels[last].unsigned_abs().min(2));
            counts.ends[usize::from(BANDS[last + 1])][context] += 1;
        }
    }
}

/// All coefficient blocks of a frame.
pub(crate) struct Tokens {
    rows: Vec<RowTokens>,
    counts: Vec<Counts>,
}

impl Tokens {
    /// None.
    pub(crate) fn new() -> Self {
        Self {
            rows: Vec::new(),
            counts: vec![Counts::NONE; 4],
        }
    }

    /// Adds the next row.
    pub(crate) fn push(&mut self, mut row: RowTokens) {
        let counts = std::mem::take(&mut row.counts);
        for (counts, more) in self.counts.iter_mut().zip(&counts) {
            counts.add(more);
        }
        self.rows.push(row);
    }

    /// The probabilities that make the tokens so far cheapest, and which of them are worth sending.
    pub(crate) fn best_probs(&self) -> CoefficientProbs {
        let mut probs = DEFAULT_PROBS;
        for kind in 0..4 {
            for band in 0..8 {
                for context in 0..3 {
                    let decisions = self.counts[kind].decisions(band, context, kind);
                    for node in 0..11 {
                        probs[kind][band][context][node] = best_prob(
                            decisions[node],
                            DEFAULT_PROBS[kind][band][context][node],
                            UPDATE_PROBS[kind][band][context][node],
                        );
                    }
                }
            }
        }
        probs
    }

    /// Writes the tokens of one of `partitions` partitions, to which rows are dealt in turn, under `probs`.
    #[inline(always)]
    pub(crate) fn write(
        &self,
        probs: &CoefficientProbs,
        partition: usize,
        partitions: usize,
    ) -> Vec<u8> {
        let rows = || self.rows.iter().skip(partition).step_by(partitions);
        let blocks: usize = rows().map(|row| row.levels.len()).sum();
        let mut coder = BoolEncoder::with_capacity(blocks * 8 + 64);
        for row in rows() {
            let mut levels = row.levels.iter();
            for &head in &row.heads {
                let kind = (head >> 18) as usize & 3;
                let context = (head >> 16) as usize & 3;
                let first = usize::from(kind == BlockKind::LumaAc as usize);
                let nonzero = head & 0xffff;
                if nonzero == 0 {
                    coder.put(false, probs[kind][first][context][0]);
                } else if let Some(levels) = levels.next() {
                    write_block(&mut coder, &probs[kind], context, first, levels, nonzero);
                }
            }
        }
        coder.finish()
    }
}

impl Counts {
    const NONE: Self = Self {
        levels: [0; LEVEL_SLOTS],
        ends: [[0; 3]; 8],
        starts: 0,
    };

    fn add(&mut self, more: &Self) {
        for (count, more) in self.levels.iter_mut().zip(&more.levels) {
            *count += more;
        }
        let more_ends = more.ends.as_flattened();
        for (count, more) in self.ends.as_flattened_mut().iter_mut().zip(more_ends) {
            *count += more;
        }
        self.starts += more.starts;
    }

    /// Counts of false and true at each tree node.
    fn decisions(&self, band: usize, context: usize, kind: usize) -> [[u32; 2]; 11] {
        let first = band * BAND_SLOTS + context * CONTEXT_SLOTS;
        let mut tokens = [0; 12];
        for (level, &count) in self.levels[first..first + CONTEXT_SLOTS].iter().enumerate() {
            tokens[token_of(level as u16)] += count;
        }
        let mut nodes = [[0; 2]; 11];
        let start_band = usize::from(kind == BlockKind::LumaAc as usize);
        nodes[0][0] = self.ends[band][context];
        nodes[0][1] = match context {
            0 if band == start_band => self.starts,
            0 => 0,
            _ => tokens.iter().sum(),
        };
        for (token, &count) in tokens.iter().enumerate() {
            for &(node, bit) in TOKEN_PATHS[token] {
                nodes[usize::from(node)][usize::from(bit)] += count;
            }
        }
        nodes
    }
}

/// The cheaper of the default probability and the best one, the latter's transmission included.
fn best_prob([falses, trues]: [u32; 2], default: Prob, update: Prob) -> Prob {
    let total = u64::from(falses) + u64::from(trues);
    if total == 0 {
        return default;
    }
    let fitted = (255 - u64::from(trues) * 255 / total).max(1) as Prob;
    let cost = |prob| {
        u64::from(falses) * u64::from(bit_cost(false, prob))
            + u64::from(trues) * u64::from(bit_cost(true, prob))
    };
    let keep = cost(default) + u64::from(bit_cost(false, update));
    let send = cost(fitted) + u64::from(bit_cost(true, update)) + 8 * 256;
    if send < keep { fitted } else { default }
}

/// Writes the frame header's probability updates.
pub(crate) fn write_prob_updates(coder: &mut BoolEncoder, probs: &CoefficientProbs) {
    for kind in 0..4 {
        for band in 0..8 {
            for context in 0..3 {
                for node in 0..11 {
                    let prob = probs[kind][band][context][node];
                    let changed = prob != DEFAULT_PROBS[kind][band][context][node];
                    coder.put(changed, UPDATE_PROBS[kind][band][context][node]);
                    if changed {
                        coder.put_literal(u32::from(prob), 8);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn write_block(
    coder: &mut BoolEncoder,
    probs: &[[[Prob; 11]; 3]; 8],
    context: usize,
    first: usize,
    levels: &[i16; 16],
    nonzero: u32,
) {
    let last = 31 - nonzero.leading_zeros() as usize;
    let mut p = &probs[first][context];
    coder.put(true, p[0]);
    for n in first..=last.min(15) {
        let band = usize::from(BANDS[n + 1]);
        let level = levels[n].unsigned_abs();
        if level == 0 {
            coder.put(false, p[1]);
            // A zero is never the last one coded, so no end-of-block decision follows it.
            p = &probs[band][0];
            continue;
        }
        coder.put(true, p[1]);
        if level == 1 {
            coder.put(false, p[2]);
            p = &probs[band][1];
        } else {
            coder.put(true, p[2]);
            write_large(coder, p, level);
            p = &probs[band][2];
        }
        coder.put_even(levels[n] < 0);
        if n < 15 {
            coder.put(n < last, p[0]);
        }
    }
}

/// The rest of the walk for a level above 1.
#[inline(always)]
fn write_large(coder: &mut BoolEncoder, p: &[Prob; 11], level: u16) {
    if level <= 4 {
        coder.put(false, p[3]);
        coder.put(level > 2, p[4]);
        if level > 2 {
            coder.put(level > 3, p[5]);
        }
        return;
    }
    let token = token_of(level);
    for &(node, bit) in &TOKEN_PATHS[token][2..] {
        coder.put(bit, p[usize::from(node)]);
    }
    let extra = level - CATEGORY_BASE[token - 6];
    let category = CATEGORY_PROBS[token - 6];
    for (i, &prob) in category.iter().enumerate() {
        coder.put((extra >> (category.len() - 1 - i)) & 1 != 0, prob);
    }
}
