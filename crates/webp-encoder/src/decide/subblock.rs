//! 4x4 prediction.

use super::{Decider, Macroblock, Measure, Surroundings, Task, distortion};
use crate::cost::{LUMA_MODE_PROBS, SUBBLOCK_MODE_COSTS, bit_cost};
use crate::kernels::{Block, Coded, Kernels};
use crate::tokens::BlockKind;

/// What a 4x4 block costs at the very least, in 1/256 bit: its mode and an "end of block".
const LEAST_4X4_COST: u64 = 150;

impl<K: Kernels> Decider<K> {
    /// Tries 4x4 prediction and takes it if it scores below `limit`.
    #[inline(always)]
    #[expect(
        clippy::too_many_lines,
        reason = "one walk over sixteen subblocks, read from top to bottom"
    )]
    pub(super) fn decide_4x4(
        &mut self,
        task: &Task,
        textures: &[u32; 16],
        limit: u64,
        out: &mut Macroblock,
    ) {
        let kernels = self.kernels;
        let (source, around) = (task.luma, task.around);
        let lambda = &task.quantiser.lambda;
        let tries = self.search.luma_4x4.min(4);
        let mut nonzero = around.nonzero;
        let mut modes = [0u8; 16];
        let mut modes_cost = 0;
        let mut predictions = [[0; 16]; 10];
        let mut coded = [Coded::default(); 4];
        let chosen = &mut *self.trial.luma;
        let mut total = u64::from(bit_cost(false, LUMA_MODE_PROBS[0])) * lambda.size;
        let least = task.quantiser.lambda.size * LEAST_4X4_COST;
        for i in 0..16 {
            if total + (16 - i as u64) * least >= limit {
                return;
            }
            let edge = edge_4x4(i, chosen, around);
            kernels.predict_4x4(&edge, &mut predictions);
            let above = if i < 4 {
                around.top_modes[i]
            } else {
                modes[i - 4]
            };
            let left = if i % 4 == 0 {
                around.left_modes[i / 4]
            } else {
                modes[i - 1]
            };
            let mode_costs = &SUBBLOCK_MODE_COSTS[usize::from(above)][usize::from(left)];
            let order = rank_4x4(kernels, &source[i], &predictions, mode_costs, lambda.rank);
            let candidates = order.map(|mode| &predictions[mode]);
            let same = [&source[i]; 4];
            let coefficients = kernels.forward(same, candidates);
            kernels.code(
                &coefficients,
                [0; 4],
                &task.quantiser.luma,
                same,
                candidates,
                &mut coded,
            );
            let context = nonzero.luma(i);
            let mut best = u64::MAX;
            let mut best_measure = Measure::default();
            let mut pick = 0;
            for (k, block) in coded[..tries].iter().enumerate() {
                let kind = BlockKind::Luma4x4 as usize;
                let rate =
                    task.costs.block(kind, context, 0, block) + u32::from(mode_costs[order[k]]);
                let distortion = distortion(block, textures[i], lambda.texture);
                let measure = Measure { rate, distortion };
                let score = measure.score(lambda.mode_4x4);
                if score < best {
                    best = score;
                    best_measure = measure;
                    pick = k;
                }
            }
            total += best_measure.score(lambda.size);
            chosen[i] = coded[pick];
            modes[i] = order[pick] as u8;
            modes_cost += u32::from(mode_costs[order[pick]]);
            nonzero.set_luma(i, coded[pick].nonzero);
        }
        if total >= limit {
            return;
        }
        out.luma_mode = None;
        out.modes = modes;
        out.modes_4x4_cost = modes_cost;
        std::mem::swap(&mut out.luma, &mut self.trial.luma);
    }
}

/// The edge of 4x4 block `i`, in the order that prediction takes.
#[inline(always)]
fn edge_4x4(i: usize, done: &[Coded; 16], around: &Surroundings) -> [u8; 16] {
    let (x, y) = (i % 4, i / 4);
    let luma = &around.luma;
    let bottom = |block: usize| {
        let r = &done[block].recon;
        [r[12], r[13], r[14], r[15]]
    };
    let four = |a: &[u8; 16], at: usize| [a[at], a[at + 1], a[at + 2], a[at + 3]];
    let top = if y == 0 {
        four(&luma.top, x * 4)
    } else {
        bottom(i - 4)
    };
    let right = match (x, y) {
        (3, _) => around.top_right,
        (_, 0) => four(&luma.top, x * 4 + 4),
        _ => bottom(i - 3),
    };
    let left = if x == 0 {
        four(&luma.left, y * 4)
    } else {
        let r = &done[i - 1].recon;
        [r[3], r[7], r[11], r[15]]
    };
    let corner = match (x, y) {
        (0, 0) => luma.corner,
        (_, 0) => luma.top[x * 4 - 1],
        (0, _) => luma.left[y * 4 - 1],
        _ => done[i - 5].recon[15],
    };
    [
        left[3], left[3], left[2], left[1], left[0], corner, top[0], top[1], top[2], top[3],
        right[0], right[1], right[2], right[3], right[3], 0,
    ]
}

/// The four likeliest modes, best first.
#[inline(always)]
fn rank_4x4<K: Kernels>(
    kernels: K,
    source: &Block,
    predictions: &[Block; 10],
    mode_costs: &[u16; 10],
    lambda: u32,
) -> [usize; 4] {
    let p = predictions;
    let a = kernels.satd(source, [&p[0], &p[1], &p[2], &p[3]]);
    let b = kernels.satd(source, [&p[4], &p[5], &p[6], &p[7]]);
    let c = kernels.satd(source, [&p[8], &p[9], &p[9], &p[9]]);
    // Rank above, mode below, so that one comparison orders both.
    let mut best = [u32::MAX; 4];
    for mode in 0..10 {
        let satd = [a, b, c][mode / 4][mode % 4];
        let rank = satd + ((u32::from(mode_costs[mode]) * lambda) >> 8);
        let mut key = rank << 4 | mode as u32;
        for slot in &mut best {
            let smaller = key.min(*slot);
            key = key.max(*slot);
            *slot = smaller;
        }
    }
    best.map(|key| (key & 15) as usize)
}
