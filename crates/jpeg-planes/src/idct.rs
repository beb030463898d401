//! Inverse DCTs: the accurate integer one at full size (as libjpeg's `islow`), and of 4, 2 and 1 points on the low
//! frequencies, which is how a picture is scaled down before it exists.
//!
//! Factorisation after Loeffler, Ligtenberg and Moschytz, multiplied out; 13-bit constants; two more bits are kept
//! between the passes. Dequantised coefficients wrap to 16 bits and the first pass saturates, so that all kernels agree
//! on nonsense as well.

use super::{frame::Scale, kernels, markers::ZIGZAG};

/// Coefficients of a block, row-major in as many columns as the scale keeps; what lies behind is not read.
pub(super) type Coefficients = [i16; 64];

/// Two blocks' samples.
pub(super) type FullPair = [[[u8; 8]; 8]; 2];
/// Two blocks' samples at half size.
pub(super) type HalfPair = [[[u8; 4]; 4]; 2];

/// Dequantises and transforms two blocks at full size. With `is_sparse`, only 4x4 low frequencies are not zero.
pub(super) type FullKernel =
    fn(blocks: &[Coefficients; 2], steps: [&Coefficients; 2], is_sparse: bool, out: &mut FullPair);
/// The same at half size, of 4x4 coefficients.
pub(super) type HalfKernel =
    fn(blocks: &[Coefficients; 2], steps: [&Coefficients; 2], out: &mut HalfPair);

/// The last zigzag index that lies, with all before it, within the 4x4 low frequencies.
pub(super) const SPARSE_LAST: u32 = 9;

/// Where a scale does not keep a coefficient, it is put here.
const WASTE: u8 = 63;

const PASS1_SHIFT: u32 = 11;
const PASS2_SHIFT: u32 = 18;

/// By zigzag index, where a coefficient goes at this scale. Runs that lead out of the block, which damage makes, go on
/// to the last place, hence 128.
pub(super) const fn order(scale: Scale) -> [u8; 128] {
    let kept = scale.block() as u8;
    let mut order = [WASTE; 128];
    let mut at = 0;
    while at < 64 {
        let (row, column) = (ZIGZAG[at] / 8, ZIGZAG[at] % 8);
        if row < kept && column < kept {
            order[at] = row * kept + column;
        }
        at += 1;
    }
    order
}

/// Quantisation steps from natural order to that of the coefficients that a scale keeps.
pub(super) fn steps(natural: &[u16; 64], scale: Scale) -> Coefficients {
    let mut steps = [0; 64];
    for (to, from) in order(scale).iter().zip(ZIGZAG) {
        steps[usize::from(*to)] = natural[usize::from(from)] as i16;
    }
    if scale != Scale::Full {
        steps[usize::from(WASTE)] = 0;
    }
    steps
}

/// The kernels of this machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kernels {
    pub(super) full: FullKernel,
    pub(super) half: HalfKernel,
}

impl Kernels {
    pub(super) fn of_machine() -> Self {
        kernels::detect().unwrap_or(Self::PORTABLE)
    }

    pub(super) const PORTABLE: Self = Self {
        full: full_pair,
        half: half_pair,
    };
}

/// The sample of a block whose coefficients but the first are zero, at any scale.
#[inline]
pub(super) fn flat(coefficient: i16, step: i16) -> u8 {
    sample((i32::from(coefficient.wrapping_mul(step)) + 4) >> 3)
}

/// A quarter of the size, of 2x2 coefficients.
pub(super) fn quarter(block: &Coefficients, steps: &Coefficients) -> [[u8; 2]; 2] {
    let [a, b, c, d] = [0, 1, 2, 3].map(|at| i32::from(block[at].wrapping_mul(steps[at])));
    let shade = |sum: i32| sample((sum + 4) >> 3);
    [
        [shade(a + b + c + d), shade(a - b + c - d)],
        [shade(a + b - c - d), shade(a - b - c + d)],
    ]
}

fn full_pair(blocks: &[Coefficients; 2], steps: [&Coefficients; 2], _: bool, out: &mut FullPair) {
    for ((block, steps), out) in blocks.iter().zip(steps).zip(out) {
        let mut work = [[0; 8]; 8];
        for column in 0..8 {
            let input = std::array::from_fn(|row| dequantised(block, steps, row * 8 + column));
            for (row, sum) in work.iter_mut().zip(eight_points(input)) {
                row[column] = between(sum);
            }
        }
        for (row, out) in work.into_iter().zip(out) {
            *out = eight_points(row).map(finished);
        }
    }
}

fn half_pair(blocks: &[Coefficients; 2], steps: [&Coefficients; 2], out: &mut HalfPair) {
    for ((block, steps), out) in blocks.iter().zip(steps).zip(out) {
        let mut work = [[0; 4]; 4];
        for column in 0..4 {
            let input = std::array::from_fn(|row| dequantised(block, steps, row * 4 + column));
            for (row, sum) in work.iter_mut().zip(four_points(input)) {
                row[column] = between(sum);
            }
        }
        for (row, out) in work.into_iter().zip(out) {
            *out = four_points(row).map(finished);
        }
    }
}

fn dequantised(block: &Coefficients, steps: &Coefficients, at: usize) -> i32 {
    i32::from(block[at].wrapping_mul(steps[at]))
}

fn between(sum: i32) -> i32 {
    let sum = sum.wrapping_add(1 << (PASS1_SHIFT - 1)) >> PASS1_SHIFT;
    sum.clamp(i32::from(i16::MIN), i32::from(i16::MAX))
}

fn finished(sum: i32) -> u8 {
    sample(sum.wrapping_add(1 << (PASS2_SHIFT - 1)) >> PASS2_SHIFT)
}

fn sample(level: i32) -> u8 {
    (level + 128).clamp(0, 255) as u8
}

/// Products by 13-bit constants, summed.
fn dot<const N: usize>(input: [i32; N], by: [i32; N]) -> i32 {
    let products = input.into_iter().zip(by);
    products.fold(0, |sum, (a, b)| sum.wrapping_add(a.wrapping_mul(b)))
}

/// Multipliers of the inputs 2 and 6, for the outputs 0 and 1 of the even part.
pub(super) const EVEN: [[i32; 2]; 2] = [[10703, 4433], [4433, -10704]];
/// Multipliers of the inputs 1, 3, 5 and 7, for the outputs 0 to 3 of the odd part.
pub(super) const ODD: [[i32; 4]; 4] = [
    [11363, 9633, 6437, 2260],
    [9633, -2259, -11362, -6436],
    [6437, -11362, 2261, 9633],
    [2260, -6436, 9633, -11363],
];
/// One, in 13 bits.
pub(super) const ONE: i32 = 1 << 13;

fn eight_points(x: [i32; 8]) -> [i32; 8] {
    let sums = [
        dot([x[0], x[4]], [ONE, ONE]),
        dot([x[0], x[4]], [ONE, -ONE]),
    ];
    let turns = EVEN.map(|by| dot([x[2], x[6]], by));
    let even = [
        sums[0].wrapping_add(turns[0]),
        sums[1].wrapping_add(turns[1]),
        sums[1].wrapping_sub(turns[1]),
        sums[0].wrapping_sub(turns[0]),
    ];
    let odd = ODD.map(|by| dot([x[1], x[3], x[5], x[7]], by));
    std::array::from_fn(|at| match at {
        0..4 => even[at].wrapping_add(odd[at]),
        _ => even[7 - at].wrapping_sub(odd[7 - at]),
    })
}

/// The four-point transform has the eight-point one's even part as its odd part.
fn four_points(x: [i32; 4]) -> [i32; 4] {
    let even = [
        dot([x[0], x[2]], [ONE, ONE]),
        dot([x[0], x[2]], [ONE, -ONE]),
    ];
    let odd = EVEN.map(|by| dot([x[1], x[3]], by));
    std::array::from_fn(|at| match at {
        0..2 => even[at].wrapping_add(odd[at]),
        _ => even[3 - at].wrapping_sub(odd[3 - at]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Repeatable noise (xorshift).
    fn noise(seed: &mut u64) -> i16 {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        (*seed >> 16) as i16
    }

    fn blocks(seed: &mut u64, shift: u32, is_sparse: bool) -> [Coefficients; 2] {
        [(); 2].map(|()| {
            std::array::from_fn(|at| {
                let kept = !is_sparse || (at / 8 < 4 && at % 8 < 4);
                if kept { noise(seed) >> shift } else { 0 }
            })
        })
    }

    #[test]
    fn kernels_agree_on_everything() {
        let (machine, mut seed) = (Kernels::of_machine(), 88_172_645_463_325_252);
        for round in 0..20_000 {
            let is_sparse = round & 1 == 0;
            let input = blocks(&mut seed, round % 16, is_sparse);
            let steps = blocks(&mut seed, round / 16 % 16, false);
            let steps = [&steps[0], &steps[1]];
            let (mut ours, mut theirs) = (FullPair::default(), FullPair::default());
            (machine.full)(&input, steps, is_sparse, &mut ours);
            full_pair(&input, steps, is_sparse, &mut theirs);
            assert_eq!(ours, theirs, "round {round}");
            let (mut ours, mut theirs) = (HalfPair::default(), HalfPair::default());
            (machine.half)(&input, steps, &mut ours);
            half_pair(&input, steps, &mut theirs);
            assert_eq!(ours, theirs, "round {round}");
        }
    }

    #[test]
    fn flat_blocks_need_no_transform() {
        for level in (-32768..=32767).step_by(7) {
            let mut block = [0; 64];
            block[0] = level;
            let (steps, mut full, mut half) = ([1; 64], FullPair::default(), HalfPair::default());
            full_pair(&[block; 2], [&steps; 2], true, &mut full);
            half_pair(&[block; 2], [&steps; 2], &mut half);
            let value = flat(level, 1);
            assert_eq!(full, [[[value; 8]; 8]; 2], "level {level}");
            assert_eq!(half, [[[value; 4]; 4]; 2], "level {level}");
            assert_eq!(quarter(&block, &steps), [[value; 2]; 2]);
        }
    }
}
