//! Quantiser steps, rounding and the trade-off constants that follow from them.

use crate::tables::{AC_STEPS, DC_STEPS};

/// One block type's quantiser, in the order that the kernels work in ("quad order", see `kernels`).
#[derive(Clone)]
#[repr(C, align(32))]
pub(crate) struct Matrix {
    /// Steps: `column * 4 + row`, so transposed.
    pub(crate) step: [i16; 16],
    /// 2^17 / step, rounded up.
    pub(crate) reciprocal: [u16; 16],
    /// Added to the magnitude before the division.
    pub(crate) round: [u16; 16],
}

impl Matrix {
    /// `dc` and `ac` are steps; the rest are rounding offsets in 1/256 step; `sharpen` favours high frequencies.
    fn new(dc: u16, ac: u16, dc_round: u16, ac_round: u16, sharpen: bool) -> Self {
        let step = std::array::from_fn(|i| if i == 0 { dc as i16 } else { ac as i16 });
        Self {
            step,
            reciprocal: step.map(|step| (1u32 << 17).div_ceil(step as u32) as u16),
            round: std::array::from_fn(|i| {
                let extra = if sharpen {
                    (i / 4 + i % 4).min(3) as u16 * 4
                } else {
                    0
                };
                let fraction = if i == 0 { dc_round } else { ac_round + extra };
                ((u32::from(fraction) * step[i] as u32) >> 8) as u16
            }),
        }
    }

    /// The same matrix for blocks whose DC is coded elsewhere: it always quantises to zero.
    fn without_dc(&self) -> Self {
        let mut matrix = self.clone();
        matrix.reciprocal[0] = 0;
        matrix.round[0] = 0;
        matrix
    }

    /// Quantises one value at position `i`.
    #[inline]
    pub(crate) fn level(&self, i: usize, value: i16) -> i16 {
        let sum = u32::from(value.unsigned_abs().wrapping_add(self.round[i]));
        let level = ((sum * u32::from(self.reciprocal[i])) >> 17).min(2047) as i16;
        if value < 0 { -level } else { level }
    }
}

/// All that one segment's quantiser index decides.
pub(crate) struct Quantiser {
    /// Luma of 4x4 macroblocks.
    pub(crate) luma: Matrix,
    /// Luma of 16x16 macroblocks, DC apart.
    pub(crate) luma_ac: Matrix,
    /// The DCs of 16x16 macroblocks.
    pub(crate) luma_dc: Matrix,
    /// Chroma.
    pub(crate) chroma: Matrix,
    /// Lagrangian multipliers.
    pub(crate) lambda: Lambda,
}

/// Trade-offs of each decision; where nothing else is said, distortion (times 2^14) that a 1/256 bit may cost.
pub(crate) struct Lambda {
    /// Between 4x4 modes.
    pub(crate) mode_4x4: u64,
    /// Between 16x16 modes.
    pub(crate) mode_16x16: u64,
    /// Between 16x16 and 4x4 prediction.
    pub(crate) size: u64,
    /// Between chroma modes.
    pub(crate) chroma: u64,
    /// Sum of absolute differences per bit, in the ranking of 4x4 modes.
    pub(crate) rank: u32,
    /// Weight of a change of texture.
    pub(crate) texture: u64,
}

/// Quantiser index differences of the frame header.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Deltas {
    pub(crate) chroma_dc: i32,
    pub(crate) chroma_ac: i32,
}

impl Quantiser {
    /// The quantiser of index `index` (0..=127).
    pub(crate) fn new(index: i32, deltas: Deltas) -> Self {
        let dc = |delta: i32, max| DC_STEPS[(index + delta).clamp(0, max) as usize];
        let ac = |delta: i32| AC_STEPS[(index + delta).clamp(0, 127) as usize];
        let luma = Matrix::new(dc(0, 127), ac(0), 128, 92, true);
        let luma_dc = Matrix::new(
            dc(0, 127) * 2,
            (u32::from(ac(0)) * 155 / 100).max(8) as u16,
            96,
            96,
            false,
        );
        let chroma = Matrix::new(
            dc(deltas.chroma_dc, 117),
            ac(deltas.chroma_ac),
            104,
            104,
            false,
        );
        let mean = |m: &Matrix| (m.step.iter().map(|&s| s as u64).sum::<u64>() + 8) >> 4;
        let (luma_step, chroma_step) = (mean(&luma), mean(&chroma));
        // Found by trial over photographs at qualities 60 to 90, for the best SSIM and SSIMULACRA2 at equal bytes.
        let per_bit = |weight: u64, step: u64| ((weight * step * step) >> 4).max(1);
        let lambda = Lambda {
            mode_4x4: per_bit(12, luma_step),
            mode_16x16: per_bit(10, luma_step),
            size: per_bit(10, luma_step),
            chroma: per_bit(12, chroma_step),
            rank: ((luma_step * 93) >> 8) as u32,
            texture: luma_step * 4,
        };
        Self {
            luma_ac: luma.without_dc(),
            luma,
            luma_dc,
            chroma,
            lambda,
        }
    }
}
