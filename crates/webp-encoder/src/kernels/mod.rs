//! The arithmetic on blocks of pixels: prediction, transforms, quantisation, distortion.
//!
//! Every 4x4 block is contiguous, and kernels take four blocks (a quad) at a time. Coefficients of a quad are in
//! "quad order": `column * 16 + block * 4 + row`. All implementations give identical results.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_endian = "little")
))]
mod lanes;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod neon;
mod portable;
#[cfg(target_arch = "x86_64")]
mod sse41;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
pub(crate) use neon::Neon;
pub(crate) use portable::Portable;
#[cfg(target_arch = "x86_64")]
pub(crate) use sse41::Sse41;

use crate::quantise::Matrix;
use crate::tables::BANDS;

/// A 4x4 block of pixels in raster order.
pub(crate) type Block = [u8; 16];

/// Coefficients of four blocks in quad order.
#[derive(Clone)]
#[repr(C, align(32))]
pub(crate) struct QuadCoefficients(pub(crate) [i16; 64]);

/// A block after quantisation and reconstruction.
#[derive(Clone, Copy, Default)]
#[repr(C, align(16))]
pub(crate) struct Coded {
    /// Quantised levels in coding (zigzag) order.
    pub(crate) levels: [i16; 16],
    /// Where each level's cost and count stand, as [`LEVEL_SLOTS`] says.
    pub(crate) slots: [i16; 16],
    /// What the decoder will show, before loop filtering.
    pub(crate) recon: Block,
    /// Sum of squared errors against the source.
    pub(crate) sse: u32,
    /// Weighted Hadamard spectrum of the reconstruction, see [`Kernels::texture`].
    pub(crate) texture: u32,
    /// A bit for each level that is not zero, in coding order.
    pub(crate) nonzero: u32,
    /// Whether a magnitude is above [`MAX_SLOT_LEVEL`].
    pub(crate) large: bool,
}

/// Magnitudes above this share its slot.
pub(crate) const MAX_SLOT_LEVEL: usize = 67;

/// Slots of one context: one for each magnitude.
pub(crate) const CONTEXT_SLOTS: usize = MAX_SLOT_LEVEL + 1;

/// Slots of one band: three contexts.
pub(crate) const BAND_SLOTS: usize = 3 * CONTEXT_SLOTS;

/// A table of costs or counts has a slot for each band, context and magnitude; positions after the last level that is
/// not zero have the slot [`NO_SLOT`]. Contexts follow from the level before; the first one is taken as 0.
pub(crate) const LEVEL_SLOTS: usize = 2048;

/// Slot that stands for "nothing".
pub(crate) const NO_SLOT: i16 = 8 * BAND_SLOTS as i16;

/// First slot of each position's band.
pub(crate) const POSITION_SLOTS: [i16; 16] = {
    let mut slots = [0; 16];
    let mut n = 0;
    while n < 16 {
        slots[n] = BANDS[n] as i16 * BAND_SLOTS as i16;
        n += 1;
    }
    slots
};

/// Fills in what follows from a block's levels.
pub(crate) fn index_levels(block: &mut Coded) {
    let mut context = 0;
    block.nonzero = 0;
    block.large = false;
    block.slots = [NO_SLOT; 16];
    for n in 0..16 {
        let level = usize::from(block.levels[n].unsigned_abs());
        block.nonzero |= u32::from(level != 0) << n;
        block.large |= level > MAX_SLOT_LEVEL;
    }
    let length = 32 - block.nonzero.leading_zeros() as usize;
    for (n, &base) in POSITION_SLOTS.iter().enumerate().take(length) {
        let level = usize::from(block.levels[n].unsigned_abs());
        let slot = context * CONTEXT_SLOTS + level.min(MAX_SLOT_LEVEL);
        block.slots[n] = base + slot as i16;
        context = level.min(2);
    }
}

/// 16x16 pixels as sixteen blocks in raster order.
pub(crate) type Luma = [Block; 16];

/// 8x8 pixels of U and of V, four blocks each.
pub(crate) type Chroma = [Block; 8];

/// Pixels round a macroblock's plane of `N` x `N`.
#[derive(Clone, Copy)]
pub(crate) struct Edges<const N: usize> {
    pub(crate) top: [u8; N],
    pub(crate) left: [u8; N],
    pub(crate) corner: u8,
    /// Whether the picture goes on above and to the left: DC prediction uses only what exists.
    pub(crate) has_top: bool,
    pub(crate) has_left: bool,
}

/// 16x16 and chroma modes; the order is also that of the first four 4x4 modes.
pub(crate) const DC: usize = 0;
pub(crate) const TM: usize = 1;
pub(crate) const V: usize = 2;
pub(crate) const H: usize = 3;

/// Weights of the Hadamard spectrum by row and column: the eye sees low frequencies better.
pub(crate) const TEXTURE_WEIGHTS: [i16; 16] =
    [36, 30, 18, 9, 30, 25, 15, 8, 18, 15, 9, 5, 9, 8, 5, 2];

/// For each directional 4x4 mode, from VE (mode 2) on, and each pixel: index into the three-tap (0..16) or two-tap
/// (16..32) averages along the edge (RFC 6386 section 12.3).
#[rustfmt::skip]
pub(crate) const DIRECTIONS: [[u8; 16]; 8] = [
    [6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9],
    [4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1],
    [7, 8, 9, 10, 8, 9, 10, 11, 9, 10, 11, 12, 10, 11, 12, 13],
    [5, 6, 7, 8, 4, 5, 6, 7, 3, 4, 5, 6, 2, 3, 4, 5],
    [21, 22, 23, 24, 5, 6, 7, 8, 4, 21, 22, 23, 3, 5, 6, 7],
    [22, 23, 24, 25, 7, 8, 9, 10, 23, 24, 25, 11, 8, 9, 10, 12],
    [20, 5, 6, 7, 19, 4, 20, 5, 18, 3, 19, 4, 17, 2, 18, 3],
    [19, 3, 18, 2, 18, 2, 17, 1, 17, 1, 16, 16, 16, 16, 16, 16],
];

/// One implementation of the block arithmetic.
pub(crate) trait Kernels: Copy + Send + Sync {
    /// Runs `work` compiled for the processor that the kernels are for.
    fn run<R>(self, work: impl FnOnce() -> R) -> R;

    /// Cuts four rows of sixteen pixels into four blocks.
    fn blocks(self, rows: [&[u8; 16]; 4], out: &mut [Block; 4]);

    /// All ten 4x4 predictions from the edge: left pixels from the bottom up with the lowest one twice, the corner,
    /// eight top pixels with the last one twice; the 16th byte is not used.
    fn predict_4x4(self, edge: &[u8; 16], out: &mut [Block; 10]);

    /// The four 16x16 predictions.
    fn predict_luma(self, edges: &Edges<16>, out: &mut [Luma; 4]);

    /// The four chroma predictions.
    fn predict_chroma(self, u: &Edges<8>, v: &Edges<8>, out: &mut [Chroma; 4]);

    /// Sum of absolute Hadamard coefficients of the difference between `source` and each prediction.
    fn satd(self, source: &Block, predictions: [&Block; 4]) -> [u32; 4];

    /// Weighted sum of the absolute Hadamard coefficients of each block.
    fn texture(self, blocks: [&Block; 4]) -> [u32; 4];

    /// Forward DCT of four residuals.
    fn forward(self, source: [&Block; 4], prediction: [&Block; 4]) -> QuadCoefficients;

    /// Quantises four blocks, reconstructs them on `prediction` (with `dc` for the DC coefficients where the matrix
    /// leaves them out) and measures the result.
    fn code(
        self,
        coefficients: &QuadCoefficients,
        dc: [i16; 4],
        matrix: &Matrix,
        source: [&Block; 4],
        prediction: [&Block; 4],
        out: &mut [Coded; 4],
    );
}

/// Four consecutive blocks, from the `quad`-th quad on.
#[inline(always)]
pub(crate) fn quad(blocks: &[Block], quad: usize) -> [&Block; 4] {
    std::array::from_fn(|i| &blocks[quad * 4 + i])
}

/// Forward Walsh-Hadamard transform of the sixteen DCs, in raster order.
pub(crate) fn forward_wht(dc: &[i16; 16]) -> [i16; 16] {
    let mut t = [0i32; 16];
    for i in 0..4 {
        let [a, b, c, d] = std::array::from_fn(|k| i32::from(dc[i * 4 + k]));
        let (s0, s1, d0, d1) = (a + c, b + d, a - c, b - d);
        t[i * 4] = s0 + s1;
        t[i * 4 + 1] = d0 + d1;
        t[i * 4 + 2] = d0 - d1;
        t[i * 4 + 3] = s0 - s1;
    }
    let mut out = [0; 16];
    for i in 0..4 {
        let [a, b, c, d] = std::array::from_fn(|k| t[k * 4 + i]);
        let (s0, s1, d0, d1) = (a + c, b + d, a - c, b - d);
        out[i] = ((s0 + s1) >> 1) as i16;
        out[4 + i] = ((d0 + d1) >> 1) as i16;
        out[8 + i] = ((d0 - d1) >> 1) as i16;
        out[12 + i] = ((s0 - s1) >> 1) as i16;
    }
    out
}

/// Inverse Walsh-Hadamard transform, as the decoder does it (RFC 6386 section 14.3).
pub(crate) fn inverse_wht(levels: &[i16; 16]) -> [i16; 16] {
    let mut t = [0i32; 16];
    for i in 0..4 {
        let [a, b, c, d] = std::array::from_fn(|k| i32::from(levels[k * 4 + i]));
        let (a1, b1, c1, d1) = (a + d, b + c, b - c, a - d);
        t[i] = a1 + b1;
        t[4 + i] = c1 + d1;
        t[8 + i] = a1 - b1;
        t[12 + i] = d1 - c1;
    }
    let mut out = [0; 16];
    for i in 0..4 {
        let [a, b, c, d] = std::array::from_fn(|k| t[i * 4 + k]);
        let (a1, b1, c1, d1) = (a + d, b + c, b - c, a - d);
        out[i * 4] = ((a1 + b1 + 3) >> 3) as i16;
        out[i * 4 + 1] = ((c1 + d1 + 3) >> 3) as i16;
        out[i * 4 + 2] = ((a1 - b1 + 3) >> 3) as i16;
        out[i * 4 + 3] = ((d1 - c1 + 3) >> 3) as i16;
    }
    out
}
