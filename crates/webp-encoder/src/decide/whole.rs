//! 16x16 prediction.

use super::{Decider, Macroblock, Measure, Task, Trial, distortion, rank, unlikely};
use crate::cost::{LUMA_MODE_PATHS, LUMA_MODE_PROBS, path_cost};
use crate::kernels::{Coded, Kernels, Luma, forward_wht, index_levels, inverse_wht, quad};
use crate::quantise::Matrix;
use crate::tables::ZIGZAG;
use crate::tokens::BlockKind;

impl<K: Kernels> Decider<K> {
    /// Takes the best 16x16 mode; returns its score in the choice between 16x16 and 4x4.
    #[inline(always)]
    pub(super) fn decide_16x16(
        &mut self,
        task: &Task,
        textures: &[u32; 16],
        out: &mut Macroblock,
    ) -> u64 {
        let kernels = self.kernels;
        kernels.predict_luma(&task.around.luma, &mut self.luma_predictions);
        let (order, ranks) = rank(kernels, task.luma, &self.luma_predictions);
        let mut best = u64::MAX;
        let mut best_at_size = u64::MAX;
        for &mode in &order[..self.search.luma_16x16.clamp(1, 4)] {
            if unlikely(ranks[mode], ranks[order[0]]) {
                break;
            }
            let prediction = &self.luma_predictions[mode];
            let mut measure = code_16x16(kernels, task, prediction, textures, &mut self.trial);
            measure.rate += path_cost(LUMA_MODE_PATHS[mode], &LUMA_MODE_PROBS);
            let score = measure.score(task.quantiser.lambda.mode_16x16);
            if score < best {
                best = score;
                best_at_size = measure.score(task.quantiser.lambda.size);
                out.luma_mode = Some(mode as u8);
                out.modes = [mode as u8; 16];
                out.modes_4x4_cost = 0;
                out.dc = self.trial.dc;
                std::mem::swap(&mut out.luma, &mut self.trial.luma);
            }
        }
        best_at_size
    }
}

/// Codes a macroblock on one 16x16 prediction.
#[inline(always)]
fn code_16x16<K: Kernels>(
    kernels: K,
    task: &Task,
    prediction: &Luma,
    textures: &[u32; 16],
    out: &mut Trial,
) -> Measure {
    let coefficients: [_; 4] =
        std::array::from_fn(|i| kernels.forward(quad(task.luma, i), quad(prediction, i)));
    let dcs = std::array::from_fn(|i| coefficients[i / 4].0[i % 4 * 4]);
    let dcs = code_dc(&dcs, &task.quantiser.luma_dc, &mut out.dc);
    for (i, four) in out.luma.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let dc = std::array::from_fn(|k| dcs[i * 4 + k]);
        kernels.code(
            &coefficients[i],
            dc,
            &task.quantiser.luma_ac,
            quad(task.luma, i),
            quad(prediction, i),
            four,
        );
    }
    let mut nonzero = task.around.nonzero;
    let context = usize::from(nonzero.top[8] + nonzero.left[8]);
    let kind = BlockKind::LumaDc as usize;
    let mut measure = Measure {
        rate: task.costs.block(kind, context, 0, &out.dc),
        distortion: 0,
    };
    let mut any = out.dc.nonzero;
    for (i, block) in out.luma.iter().enumerate() {
        let kind = BlockKind::LumaAc as usize;
        measure.rate += task.costs.block(kind, nonzero.luma(i), 1, block);
        measure.distortion += distortion(block, textures[i], task.quantiser.lambda.texture);
        nonzero.set_luma(i, block.nonzero);
        any |= block.nonzero;
    }
    if any == 0 {
        // Nobody will have to be told so, sixteen times.
        measure.rate = 0;
    }
    measure
}

/// Codes the sixteen DCs as the Y2 block; returns them as the decoder will have them.
fn code_dc(dcs: &[i16; 16], matrix: &Matrix, out: &mut Coded) -> [i16; 16] {
    let spectrum = forward_wht(dcs);
    let mut values = [0i16; 16];
    for (n, &raster) in ZIGZAG.iter().enumerate() {
        let raster = usize::from(raster);
        let transposed = raster % 4 * 4 + raster / 4;
        let level = matrix.level(transposed, spectrum[raster]);
        out.levels[n] = level;
        values[raster] = level.wrapping_mul(matrix.step[transposed]);
    }
    index_levels(out);
    inverse_wht(&values)
}
