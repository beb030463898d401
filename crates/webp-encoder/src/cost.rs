//! What a decision costs in the bitstream, in 1/256 bit.

use crate::kernels::{BAND_SLOTS, CONTEXT_SLOTS, Coded, LEVEL_SLOTS, MAX_SLOT_LEVEL};
use crate::tables::{
    BANDS, CATEGORY_BASE, CATEGORY_PROBS, CoefficientProbs, Prob, SUBBLOCK_MODE_PROBS,
};

/// Largest level that the format can carry.
pub(crate) const MAX_LEVEL: i16 = 2047;

/// Cost of a `false` by its probability.
const FALSE_COST: [u16; 257] = {
    let mut table = [0; 257];
    let mut p = 1;
    while p <= 256 {
        table[p] = 2048 - log2_8(p as u64);
        p += 1;
    }
    table[0] = table[1];
    table
};

/// log2 with eight fractional bits, by squaring.
const fn log2_8(x: u64) -> u16 {
    let whole = x.ilog2();
    let mut mantissa = (x << 30) >> whole;
    let mut result = whole as u16;
    let mut i = 0;
    while i < 9 {
        mantissa = (mantissa * mantissa) >> 30;
        result <<= 1;
        if mantissa >= 2 << 30 {
            mantissa >>= 1;
            result |= 1;
        }
        i += 1;
    }
    // Nine bits were made, to round to eight.
    (result + 1) >> 1
}

/// Cost of coding `bit` where a `false` has probability `prob`.
#[inline]
pub(crate) const fn bit_cost(bit: bool, prob: Prob) -> u16 {
    FALSE_COST[if bit {
        256 - prob as usize
    } else {
        prob as usize
    }]
}

/// Token of a level's magnitude: 0 end of block, 1 zero, 2 to 5 the levels 1 to 4, then categories 1 to 6.
#[inline]
pub(crate) const fn token_of(level: u16) -> usize {
    match level {
        0..=4 => level as usize + 1,
        5..=6 => 6,
        7..=10 => 7,
        11..=18 => 8,
        19..=34 => 9,
        35..=66 => 10,
        _ => 11,
    }
}

/// Decisions that spell each token after the "not end of block" one: tree node and bit.
pub(crate) const TOKEN_PATHS: [&[(u8, bool)]; 12] = [
    &[],
    &[(1, false)],
    &[(1, true), (2, false)],
    &[(1, true), (2, true), (3, false), (4, false)],
    &[(1, true), (2, true), (3, false), (4, true), (5, false)],
    &[(1, true), (2, true), (3, false), (4, true), (5, true)],
    &[(1, true), (2, true), (3, true), (6, false), (7, false)],
    &[(1, true), (2, true), (3, true), (6, false), (7, true)],
    &[
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (8, false),
        (9, false),
    ],
    &[
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (8, false),
        (9, true),
    ],
    &[
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (8, true),
        (10, false),
    ],
    &[
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (8, true),
        (10, true),
    ],
];

/// Sign and extra bits of every level: they have fixed probabilities.
static FIXED_COST: [u16; MAX_LEVEL as usize + 1] = {
    let mut table = [0; MAX_LEVEL as usize + 1];
    let mut level = 1;
    while level <= MAX_LEVEL as usize {
        let token = token_of(level as u16);
        let mut cost = 256;
        if token >= 6 {
            let probs = CATEGORY_PROBS[token - 6];
            let extra = level as u16 - CATEGORY_BASE[token - 6];
            let mut i = 0;
            while i < probs.len() {
                cost += bit_cost((extra >> (probs.len() - 1 - i)) & 1 != 0, probs[i]);
                i += 1;
            }
        }
        table[level] = cost;
        level += 1;
    }
    table
};

/// Costs of coefficient blocks under one set of probabilities.
pub(crate) struct TokenCosts {
    /// By block type and slot. Contexts 1 and 2 include "not end of block"; context 0 mostly follows a zero, which
    /// cannot end a block, and leaves it out.
    levels: Box<[[u16; LEVEL_SLOTS]; 4]>,
    /// "End of block" and "not end of block" by block type, band and context.
    end: [[[[u16; 2]; 3]; 8]; 4],
}

impl TokenCosts {
    /// Costs under `probs`.
    pub(crate) fn new(probs: &CoefficientProbs) -> Self {
        let mut costs = Self {
            levels: Box::new([[0; LEVEL_SLOTS]; 4]),
            end: [[[[0; 2]; 3]; 8]; 4],
        };
        costs.update(probs);
        costs
    }

    /// Recomputes all costs for `probs`.
    pub(crate) fn update(&mut self, probs: &CoefficientProbs) {
        for (kind, probs) in probs.iter().enumerate() {
            for (band, probs) in probs.iter().enumerate() {
                for (context, p) in probs.iter().enumerate() {
                    let end = [bit_cost(false, p[0]), bit_cost(true, p[0])];
                    self.end[kind][band][context] = end;
                    let base = if context == 0 { 0 } else { end[1] };
                    let tokens: [u16; 12] = std::array::from_fn(|token| {
                        TOKEN_PATHS[token].iter().fold(base, |sum, &(node, bit)| {
                            sum + bit_cost(bit, p[usize::from(node)])
                        })
                    });
                    let first = band * BAND_SLOTS + context * CONTEXT_SLOTS;
                    let slots = &mut self.levels[kind][first..first + CONTEXT_SLOTS];
                    for (level, cost) in slots.iter_mut().enumerate() {
                        *cost = tokens[token_of(level as u16)] + FIXED_COST[level];
                    }
                }
            }
        }
    }

    /// Cost of one block; `first` is the position that coding starts from.
    #[inline(always)]
    pub(crate) fn block(&self, kind: usize, context: usize, first: usize, block: &Coded) -> u32 {
        let end = &self.end[kind];
        if block.nonzero == 0 {
            return u32::from(end[first][context][0]);
        }
        let table = &self.levels[kind];
        let at = |slot: usize| u32::from(table[slot & (LEVEL_SLOTS - 1)]);
        let mut cost = at(block.slots[first] as usize + context * CONTEXT_SLOTS);
        for &slot in &block.slots[first + 1..] {
            cost += at(slot as usize);
        }
        if context == 0 {
            cost += u32::from(end[first][0][1]);
        }
        let last = (31 - block.nonzero.leading_zeros() as usize).min(15);
        if last < 15 {
            let context = usize::from(block.levels[last].unsigned_abs().min(2));
            cost += u32::from(end[usize::from(BANDS[last + 1])][context][0]);
        }
        if block.large {
            cost + extra_cost(block)
        } else {
            cost
        }
    }
}

/// What levels beyond the slots cost more than the last slot says.
#[cold]
fn extra_cost(block: &Coded) -> u32 {
    let levels = block
        .levels
        .iter()
        .map(|l| usize::from(l.unsigned_abs().min(2047)));
    levels
        .filter(|&level| level > MAX_SLOT_LEVEL)
        .map(|level| u32::from(FIXED_COST[level]) - u32::from(FIXED_COST[MAX_SLOT_LEVEL]))
        .sum()
}

/// Cost of each 4x4 mode by the modes above and to the left.
pub(crate) static SUBBLOCK_MODE_COSTS: [[[u16; 10]; 10]; 10] = {
    let mut table = [[[0; 10]; 10]; 10];
    let mut above = 0;
    while above < 10 {
        let mut left = 0;
        while left < 10 {
            let p = &SUBBLOCK_MODE_PROBS[above][left];
            let mut mode = 0;
            while mode < 10 {
                let path = SUBBLOCK_MODE_PATHS[mode];
                let mut i = 0;
                let mut cost = 0;
                while i < path.len() {
                    cost += bit_cost(path[i].1, p[path[i].0 as usize]);
                    i += 1;
                }
                table[above][left][mode] = cost;
                mode += 1;
            }
            left += 1;
        }
        above += 1;
    }
    table
};

/// Decisions that spell each 4x4 mode (RFC 6386 section 11.2): tree node and bit.
pub(crate) const SUBBLOCK_MODE_PATHS: [&[(u8, bool)]; 10] = [
    &[(0, false)],
    &[(0, true), (1, false)],
    &[(0, true), (1, true), (2, false)],
    &[(0, true), (1, true), (2, true), (3, false), (4, false)],
    &[(0, true), (1, true), (2, true), (3, true), (6, false)],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, false),
        (4, true),
        (5, false),
    ],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, false),
        (4, true),
        (5, true),
    ],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (7, false),
    ],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (7, true),
        (8, false),
    ],
    &[
        (0, true),
        (1, true),
        (2, true),
        (3, true),
        (6, true),
        (7, true),
        (8, true),
    ],
];

/// Probabilities of the luma mode's decisions in key frames (section 11.2).
pub(crate) const LUMA_MODE_PROBS: [Prob; 4] = [145, 156, 163, 128];

/// Decisions that spell each 16x16 mode, in the order DC, TM, V, H.
pub(crate) const LUMA_MODE_PATHS: [&[(u8, bool)]; 4] = [
    &[(0, true), (1, false), (2, false)],
    &[(0, true), (1, true), (3, true)],
    &[(0, true), (1, false), (2, true)],
    &[(0, true), (1, true), (3, false)],
];

/// Probabilities of the chroma mode's decisions in key frames (section 11.2).
pub(crate) const CHROMA_MODE_PROBS: [Prob; 3] = [142, 114, 183];

/// Decisions that spell each chroma mode, in the order DC, TM, V, H.
pub(crate) const CHROMA_MODE_PATHS: [&[(u8, bool)]; 4] = [
    &[(0, false)],
    &[(0, true), (1, true), (2, true)],
    &[(0, true), (1, false)],
    &[(0, true), (1, true), (2, false)],
];

/// Cost of a path through a tree.
pub(crate) fn path_cost(path: &[(u8, bool)], probs: &[Prob]) -> u32 {
    path.iter()
        .map(|&(node, bit)| u32::from(bit_cost(bit, probs[usize::from(node)])))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn false_costs_are_logarithms() {
        for prob in 1..=255u8 {
            let exact = -(f64::from(prob) / 256.0).log2() * 256.0;
            assert!(
                (f64::from(bit_cost(false, prob)) - exact).abs() <= 1.0,
                "{prob}"
            );
        }
    }
}
