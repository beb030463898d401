//! Chroma prediction.

use super::{Decider, Macroblock, Measure, Task, rank, unlikely};
use crate::cost::{CHROMA_MODE_PATHS, CHROMA_MODE_PROBS, path_cost};
use crate::kernels::{Block, Coded, Kernels, quad};
use crate::quantise::Matrix;
use crate::tokens::BlockKind;

impl<K: Kernels> Decider<K> {
    /// Takes the best chroma mode.
    #[inline(always)]
    pub(super) fn decide_chroma(&mut self, task: &Task, out: &mut Macroblock) {
        let kernels = self.kernels;
        kernels.predict_chroma(&task.around.u, &task.around.v, &mut self.chroma_predictions);
        let (order, ranks) = rank(kernels, task.chroma, &self.chroma_predictions);
        let tries = self.search.chroma.clamp(1, 4);
        let mut best = u64::MAX;
        for &mode in &order[..tries] {
            if unlikely(ranks[mode], ranks[order[0]]) {
                break;
            }
            let prediction = &self.chroma_predictions[mode];
            let coded = if tries == 1 {
                &mut out.chroma
            } else {
                &mut self.trial.chroma
            };
            code_blocks(
                kernels,
                task.chroma,
                prediction,
                &task.quantiser.chroma,
                coded,
            );
            if tries == 1 {
                out.chroma_mode = mode as u8;
                return;
            }
            let mut nonzero = task.around.nonzero;
            let mut measure = Measure {
                rate: path_cost(CHROMA_MODE_PATHS[mode], &CHROMA_MODE_PROBS),
                distortion: 0,
            };
            for (i, block) in coded.iter().enumerate() {
                let kind = BlockKind::Chroma as usize;
                let context = nonzero.chroma(i);
                measure.rate += task.costs.block(kind, context, 0, block);
                measure.distortion += u64::from(block.sse);
                nonzero.set_chroma(i, block.nonzero);
            }
            let score = measure.score(task.quantiser.lambda.chroma);
            if score < best {
                best = score;
                out.chroma_mode = mode as u8;
                out.chroma = self.trial.chroma;
            }
        }
    }
}
/// Codes blocks that have their own DC.
#[inline(always)]
fn code_blocks<K: Kernels>(
    kernels: K,
    source: &[Block],
    prediction: &[Block],
    matrix: &Matrix,
    out: &mut [Coded],
) {
    for (i, out) in out.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let (source, prediction) = (quad(source, i), quad(prediction, i));
        let coefficients = kernels.forward(source, prediction);
        kernels.code(&coefficients, [0; 4], matrix, source, prediction, out);
    }
}
