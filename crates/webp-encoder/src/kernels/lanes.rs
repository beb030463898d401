//! The kernels on vector registers, written once; what the registers of a processor do is said in its own file.

// Vectors never pass through closures: those are not compiled for the processor at hand.

use super::{
    Block, CONTEXT_SLOTS, Chroma, Coded, DC, DIRECTIONS, Edges, H, Luma, MAX_SLOT_LEVEL, NO_SLOT,
    POSITION_SLOTS, QuadCoefficients, TEXTURE_WEIGHTS, TM, V, portable,
};
use crate::quantise::Matrix;
use crate::tables::ZIGZAG;

/// The vector registers of a processor; a value of the type is the proof that it has them.
pub(super) trait Vectors: Copy {
    /// Sixteen bytes.
    type Bytes: Copy;

    /// Sixteen 16-bit values, or eight of 32 bits, in two halves: what interleaves and picks stays within each half.
    type Wide: Copy;

    fn load_bytes(self, bytes: &[u8; 16]) -> Self::Bytes;
    fn store_bytes(self, v: Self::Bytes, out: &mut [u8; 16]);
    fn splat_byte(self, v: u8) -> Self::Bytes;
    fn splat_four(self, v: [u8; 4]) -> Self::Bytes;
    fn or(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes;
    /// (a + b + 1) / 2.
    fn average_up(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes;
    /// (a + b) / 2.
    fn average_down(self, a: Self::Bytes, b: Self::Bytes) -> Self::Bytes;
    /// The bytes that `from` names; 0 for 0x80.
    fn pick(self, v: Self::Bytes, from: &[u8; 16]) -> Self::Bytes;
    fn sum(self, v: Self::Bytes) -> u32;
    /// The lower and the upper dwords of both, in turn.
    fn zip_bytes_32(self, a: Self::Bytes, b: Self::Bytes) -> [Self::Bytes; 2];
    /// The lower and the upper qwords of both.
    fn zip_bytes_64(self, a: Self::Bytes, b: Self::Bytes) -> [Self::Bytes; 2];

    fn widen(self, v: Self::Bytes) -> Self::Wide;
    /// To bytes, in order, saturated.
    fn narrow(self, v: Self::Wide) -> Self::Bytes;
    fn load(self, values: &[i16; 16]) -> Self::Wide;
    fn store(self, v: Self::Wide, out: &mut [i16; 16]);
    fn splat(self, v: i16) -> Self::Wide;
    /// The same four values four times.
    fn splat_4(self, v: [i16; 4]) -> Self::Wide;
    fn add(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    fn sub(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    fn min(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    fn max(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    fn abs(self, v: Self::Wide) -> Self::Wide;
    /// Magnitude `v` with the sign of `sign`; where that is 0, `v` is.
    fn with_sign(self, v: Self::Wide, sign: Self::Wide) -> Self::Wide;
    fn mul_low(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    fn mul_high(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    fn mul_high_unsigned(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// (a * b + 0x4000) >> 15.
    fn mul_rounded(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    fn shift_left<const N: i32>(self, v: Self::Wide) -> Self::Wide;
    fn shift_right<const N: i32>(self, v: Self::Wide) -> Self::Wide;
    fn shift_right_unsigned<const N: i32>(self, v: Self::Wide) -> Self::Wide;
    /// All ones where `a` is greater.
    fn greater(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// `a` where the mask is all ones, else `b`.
    fn select(self, mask: Self::Wide, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// A bit for each value that is not 0.
    fn nonzero(self, v: Self::Wide) -> u32;
    fn zip_16(self, a: Self::Wide, b: Self::Wide) -> [Self::Wide; 2];
    fn zip_32(self, a: Self::Wide, b: Self::Wide) -> [Self::Wide; 2];
    fn zip_64(self, a: Self::Wide, b: Self::Wide) -> [Self::Wide; 2];
    /// The lower halves of both, and the upper ones.
    fn zip_halves(self, a: Self::Wide, b: Self::Wide) -> [Self::Wide; 2];
    /// [`Vectors::pick`] in each half.
    fn pick_halves(self, v: Self::Wide, from: &[u8; 16]) -> Self::Wide;
    /// Each value one place up, across the halves; 0 comes first.
    fn shift_in(self, v: Self::Wide) -> Self::Wide;
    /// Products, summed by pairs to 32 bits.
    fn mul_pairs(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    fn add_32(self, a: Self::Wide, b: Self::Wide) -> Self::Wide;
    /// Sums of pairs of 32-bit values.
    fn sums_32(self, v: Self::Wide) -> [u32; 4];
}

/// Methods that are an instruction for each half: of two values, of one, and of one with a constant.
macro_rules! by_halves {
    ($(fn $name:ident(a, b): $intrinsic:ident;)*) => {
        $(
            #[inline(always)]
            fn $name(self, a: Self::Wide, b: Self::Wide) -> Self::Wide {
                // SAFETY: `self` exists only where the processor has the registers.
                unsafe { [$intrinsic(a[0], b[0]), $intrinsic(a[1], b[1])] }
            }
        )*
    };
    ($(fn $name:ident(v): $intrinsic:ident;)*) => {
        $(
            #[inline(always)]
            fn $name(self, v: Self::Wide) -> Self::Wide {
                // SAFETY: as above.
                unsafe { [$intrinsic(v[0]), $intrinsic(v[1])] }
            }
        )*
    };
    ($(fn $name:ident<N>(v): $intrinsic:ident;)*) => {
        $(
            #[inline(always)]
            fn $name<const N: i32>(self, v: Self::Wide) -> Self::Wide {
                // SAFETY: as above.
                unsafe { [$intrinsic::<N>(v[0]), $intrinsic::<N>(v[1])] }
            }
        )*
    };
}
pub(super) use by_halves;

/// Gives kernels to a type that has [`Vectors`], each compiled with its target features.
macro_rules! kernels {
    ($vectors:ident, $features:literal) => {
        impl Kernels for $vectors {
            #[inline(always)]
            fn run<R>(self, work: impl FnOnce() -> R) -> R {
                #[target_feature(enable = $features)]
                fn inner<R>(work: impl FnOnce() -> R) -> R {
                    work()
                }
                // SAFETY: `self` exists only where the processor has the features.
                unsafe { inner(work) }
            }

            kernels!(@each $vectors, $features;
                #[inline] fn blocks(rows: [&[u8; 16]; 4], out: &mut [Block; 4]) -> ();
                fn predict_4x4(edge: &[u8; 16], out: &mut [Block; 10]) -> ();
                fn predict_luma(edges: &Edges<16>, out: &mut [Luma; 4]) -> ();
                fn predict_chroma(u: &Edges<8>, v: &Edges<8>, out: &mut [Chroma; 4]) -> ();
                fn satd(source: &Block, predictions: [&Block; 4]) -> [u32; 4];
                fn texture(blocks: [&Block; 4]) -> [u32; 4];
                fn forward(source: [&Block; 4], prediction: [&Block; 4]) -> QuadCoefficients;
                fn code(
                    coefficients: &QuadCoefficients,
                    dc: [i16; 4],
                    matrix: &Matrix,
                    source: [&Block; 4],
                    prediction: [&Block; 4],
                    out: &mut [Coded; 4],
                ) -> ();
            );
        }
    };
    (@each $vectors:ident, $features:literal;
        $($(#[$inline:ident])? fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty;)*) => {
        $(
            #[inline(always)]
            fn $name(self, $($argument: $type),*) -> $result {
                $(#[$inline])?
                #[target_feature(enable = $features)]
                fn inner(vectors: $vectors, $($argument: $type),*) -> $result {
                    lanes::$name(vectors, $($argument),*)
                }
                // SAFETY: `self` exists only where the processor has the features.
                unsafe { inner(self, $($argument),*) }
            }
        )*
    };
}
pub(super) use kernels;

/// Four 16-bit values as one of 64 bits.
#[inline(always)]
pub(super) fn as_i64(v: [i16; 4]) -> i64 {
    let [a, b, c, d] = v.map(|v| i64::from(v as u16));
    a | b << 16 | c << 32 | d << 48
}

/// Rows 0 to 3 of four blocks, block by block.
type Rows<W> = [W; 4];

#[inline(always)]
pub(super) fn blocks<T: Vectors>(t: T, rows: [&[u8; 16]; 4], out: &mut [Block; 4]) {
    let all = transpose_dwords(
        t,
        [
            t.load_bytes(rows[0]),
            t.load_bytes(rows[1]),
            t.load_bytes(rows[2]),
            t.load_bytes(rows[3]),
        ],
    );
    for i in 0..4 {
        t.store_bytes(all[i], &mut out[i]);
    }
}

/// Transposes four blocks held as dwords: blocks to rows, or rows to blocks.
#[inline(always)]
fn transpose_dwords<T: Vectors>(t: T, m: [T::Bytes; 4]) -> [T::Bytes; 4] {
    let [a, b] = t.zip_bytes_32(m[0], m[1]);
    let [c, d] = t.zip_bytes_32(m[2], m[3]);
    let [e, f] = t.zip_bytes_64(a, c);
    let [g, h] = t.zip_bytes_64(b, d);
    [e, f, g, h]
}

/// Picks from the three-tap and the two-tap averages.
const MASKS: [[[u8; 16]; 2]; 8] = {
    let mut masks = [[[0x80; 16]; 2]; 8];
    let mut mode = 0;
    while mode < 8 {
        let mut i = 0;
        while i < 16 {
            let index = DIRECTIONS[mode][i];
            masks[mode][(index / 16) as usize][i] = index % 16;
            i += 1;
        }
        mode += 1;
    }
    masks
};

const NEXT: [u8; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x80];
const PREVIOUS: [u8; 16] = [0x80, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
/// Left and top pixels; corner and the doubled ones left out.
#[rustfmt::skip]
const SIDES: [u8; 16] = [1, 2, 3, 4, 6, 7, 8, 9, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80];
const TOP: [u8; 16] = [6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9];
const LEFT: [u8; 16] = [4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1];

#[inline(always)]
pub(super) fn predict_4x4<T: Vectors>(t: T, edge: &[u8; 16], out: &mut [Block; 10]) {
    let e = t.load_bytes(edge);
    let (next, previous) = (t.pick(e, &NEXT), t.pick(e, &PREVIOUS));
    let two = t.average_up(e, next);
    // (a + 2b + c + 2) >> 2: the average of the outer two, rounded down, then with b.
    let three = t.average_up(t.average_down(previous, next), e);
    for (block, masks) in out[2..].iter_mut().zip(&MASKS) {
        let (a, b) = (t.pick(three, &masks[0]), t.pick(two, &masks[1]));
        t.store_bytes(t.or(a, b), block);
    }
    let sum = t.sum(t.pick(e, &SIDES));
    t.store_bytes(t.splat_byte(((sum + 4) >> 3) as u8), &mut out[DC]);
    let (top, left) = (t.widen(t.pick(e, &TOP)), t.widen(t.pick(e, &LEFT)));
    let slope = t.sub(left, t.splat(i16::from(edge[5])));
    t.store_bytes(t.narrow(t.add(top, slope)), &mut out[TM]);
}

#[inline(always)]
pub(super) fn predict_luma<T: Vectors>(t: T, edges: &Edges<16>, out: &mut [Luma; 4]) {
    let dc = portable::dc_of(edges);
    for i in 0..16 {
        predict_block(t, edges, dc, (i % 4 * 4, i / 4 * 4), out, i);
    }
}

#[inline(always)]
pub(super) fn predict_chroma<T: Vectors>(t: T, u: &Edges<8>, v: &Edges<8>, out: &mut [Chroma; 4]) {
    for (plane, edges) in [u, v].into_iter().enumerate() {
        let dc = portable::dc_of(edges);
        for i in 0..4 {
            predict_block(t, edges, dc, (i % 2 * 4, i / 2 * 4), out, plane * 4 + i);
        }
    }
}

/// The four predictions of one block of a plane.
#[inline(always)]
fn predict_block<T: Vectors, const N: usize, const B: usize>(
    t: T,
    edges: &Edges<N>,
    dc: u8,
    (x, y): (usize, usize),
    out: &mut [[Block; B]; 4],
    block: usize,
) {
    let l = &edges.left;
    let left = t.pick(
        t.splat_four([l[y], l[y + 1], l[y + 2], l[y + 3]]),
        &[0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3],
    );
    let a = &edges.top;
    let top = t.splat_four([a[x], a[x + 1], a[x + 2], a[x + 3]]);
    let slope = t.sub(t.widen(left), t.splat(i16::from(edges.corner)));
    let tm = t.narrow(t.add(t.widen(top), slope));
    t.store_bytes(t.splat_byte(dc), &mut out[DC][block]);
    t.store_bytes(tm, &mut out[TM][block]);
    t.store_bytes(top, &mut out[V][block]);
    t.store_bytes(left, &mut out[H][block]);
}

#[inline(always)]
fn load_rows<T: Vectors>(t: T, blocks: [&Block; 4]) -> Rows<T::Wide> {
    let rows = transpose_dwords(
        t,
        [
            t.load_bytes(blocks[0]),
            t.load_bytes(blocks[1]),
            t.load_bytes(blocks[2]),
            t.load_bytes(blocks[3]),
        ],
    );
    [
        t.widen(rows[0]),
        t.widen(rows[1]),
        t.widen(rows[2]),
        t.widen(rows[3]),
    ]
}

/// Rows of the same block four times.
#[inline(always)]
fn splat_rows<T: Vectors>(t: T, block: &Block) -> Rows<T::Wide> {
    let rows = block.as_chunks::<4>().0;
    [
        t.widen(t.splat_four(rows[0])),
        t.widen(t.splat_four(rows[1])),
        t.widen(t.splat_four(rows[2])),
        t.widen(t.splat_four(rows[3])),
    ]
}

#[inline(always)]
fn subtract<T: Vectors>(t: T, a: Rows<T::Wide>, b: Rows<T::Wide>) -> Rows<T::Wide> {
    [
        t.sub(a[0], b[0]),
        t.sub(a[1], b[1]),
        t.sub(a[2], b[2]),
        t.sub(a[3], b[3]),
    ]
}

/// Transposes each of four blocks.
#[inline(always)]
fn transpose<T: Vectors>(t: T, r: Rows<T::Wide>) -> Rows<T::Wide> {
    let [a, b] = t.zip_16(r[0], r[1]);
    let [c, d] = t.zip_16(r[2], r[3]);
    let [e, f] = t.zip_32(a, c);
    let [g, h] = t.zip_32(b, d);
    // Two blocks a half: the first one's rows are in e and f, the second one's in g and h.
    let [i, j] = t.zip_64(e, g);
    let [k, l] = t.zip_64(f, h);
    [i, j, k, l]
}

/// One Hadamard pass, its results in order of frequency.
#[inline(always)]
fn hadamard_pass<T: Vectors>(t: T, v: Rows<T::Wide>) -> Rows<T::Wide> {
    let (s0, s1) = (t.add(v[0], v[1]), t.add(v[2], v[3]));
    let (d0, d1) = (t.sub(v[0], v[1]), t.sub(v[2], v[3]));
    [t.add(s0, s1), t.sub(s0, s1), t.sub(d0, d1), t.add(d0, d1)]
}

#[inline(always)]
pub(super) fn satd<T: Vectors>(t: T, source: &Block, predictions: [&Block; 4]) -> [u32; 4] {
    let difference = subtract(t, splat_rows(t, source), load_rows(t, predictions));
    let v = transpose(t, hadamard_pass(t, difference));
    // |s + t| + |s - t| is twice the larger magnitude, so the last step needs no additions.
    let (s0, s1) = (t.add(v[0], v[1]), t.add(v[2], v[3]));
    let (d0, d1) = (t.sub(v[0], v[1]), t.sub(v[2], v[3]));
    let s = t.max(t.abs(s0), t.abs(s1));
    let d = t.max(t.abs(d0), t.abs(d1));
    t.sums_32(t.mul_pairs(t.add(s, d), t.splat(2)))
}

#[inline(always)]
pub(super) fn texture<T: Vectors>(t: T, blocks: [&Block; 4]) -> [u32; 4] {
    texture_of(t, load_rows(t, blocks))
}

#[inline(always)]
fn texture_of<T: Vectors>(t: T, rows: Rows<T::Wide>) -> [u32; 4] {
    let spectrum = hadamard_pass(t, transpose(t, hadamard_pass(t, rows)));
    let weights = TEXTURE_WEIGHTS.as_chunks::<4>().0;
    let mut sum = t.mul_pairs(t.abs(spectrum[0]), t.splat_4(weights[0]));
    for i in 1..4 {
        let weighted = t.mul_pairs(t.abs(spectrum[i]), t.splat_4(weights[i]));
        sum = t.add_32(sum, weighted);
    }
    t.sums_32(sum)
}

/// Four values to four frequencies; see the portable kernel.
#[inline(always)]
fn forward_pass<T: Vectors>(t: T, v: Rows<T::Wide>) -> Rows<T::Wide> {
    let (sine, cosine) = (t.splat(17_734), t.splat(10_045));
    let (a, b) = (t.add(v[0], v[3]), t.add(v[1], v[2]));
    let (c, d) = (t.sub(v[1], v[2]), t.sub(v[0], v[3]));
    let c_long = t.add(c, t.mul_rounded(c, cosine));
    let d_long = t.add(d, t.mul_rounded(d, cosine));
    [
        t.add(a, b),
        t.add(d_long, t.mul_rounded(c, sine)),
        t.sub(a, b),
        t.sub(t.mul_rounded(d, sine), c_long),
    ]
}

#[inline(always)]
pub(super) fn forward<T: Vectors>(
    t: T,
    source: [&Block; 4],
    prediction: [&Block; 4],
) -> QuadCoefficients {
    let r = subtract(t, load_rows(t, source), load_rows(t, prediction));
    let vertical = forward_pass(
        t,
        [
            t.shift_left::<3>(r[0]),
            t.shift_left::<3>(r[1]),
            t.shift_left::<3>(r[2]),
            t.shift_left::<3>(r[3]),
        ],
    );
    let columns = forward_pass(t, transpose(t, vertical));
    let mut out = QuadCoefficients([0; 64]);
    for (i, values) in out.0.as_chunks_mut::<16>().0.iter_mut().enumerate() {
        t.store(t.shift_right::<4>(t.add(columns[i], t.splat(8))), values);
    }
    out
}

#[inline(always)]
fn inverse_pass<T: Vectors>(t: T, v: Rows<T::Wide>) -> Rows<T::Wide> {
    let high = t.splat(20_091);
    // 35468 - 65536: the missing 65536 adds the value itself.
    let low = t.splat(-30_068);
    let (a, b) = (t.add(v[0], v[2]), t.sub(v[0], v[2]));
    let low1 = t.add(v[1], t.mul_high(v[1], low));
    let low3 = t.add(v[3], t.mul_high(v[3], low));
    let high1 = t.add(v[1], t.mul_high(v[1], high));
    let high3 = t.add(v[3], t.mul_high(v[3], high));
    let (c, d) = (t.sub(low1, high3), t.add(high1, low3));
    [t.add(a, d), t.add(b, c), t.sub(b, c), t.sub(a, d)]
}

#[inline(always)]
pub(super) fn code<T: Vectors>(
    t: T,
    coefficients: &QuadCoefficients,
    dc: [i16; 4],
    matrix: &Matrix,
    source: [&Block; 4],
    prediction: [&Block; 4],
    out: &mut [Coded; 4],
) {
    let columns = coefficients.0.as_chunks::<16>().0;
    let steps = matrix.step.as_chunks::<4>().0;
    let reciprocals = matrix.reciprocal.as_chunks::<4>().0;
    let rounds = matrix.round.as_chunks::<4>().0;
    let mut levels = [t.splat(0); 4];
    let mut values = levels;
    for i in 0..4 {
        let value = t.load(&columns[i]);
        let sum = t.add(t.abs(value), t.splat_4(rounds[i].map(|v| v as i16)));
        let reciprocal = t.splat_4(reciprocals[i].map(|v| v as i16));
        let magnitude = t.shift_right_unsigned::<1>(t.mul_high_unsigned(sum, reciprocal));
        levels[i] = t.with_sign(t.min(magnitude, t.splat(2047)), value);
        values[i] = t.mul_low(levels[i], t.splat_4(steps[i]));
    }
    store_levels(t, levels, out);

    let mut dcs = [0; 16];
    for i in 0..4 {
        dcs[i * 4] = dc[i];
    }
    values[0] = t.add(values[0], t.load(&dcs));
    // The vertical pass comes first in the decoder, and rounding makes the order matter.
    let vertical = inverse_pass(t, transpose(t, values));
    let residual = transpose(t, inverse_pass(t, transpose(t, vertical)));
    let (predicted, wanted) = (load_rows(t, prediction), load_rows(t, source));
    let mut recon = [t.splat_byte(0); 4];
    let mut rows = levels;
    let mut errors = t.splat(0);
    for i in 0..4 {
        let rounded = t.shift_right::<3>(t.add(residual[i], t.splat(4)));
        recon[i] = t.narrow(t.add(predicted[i], rounded));
        rows[i] = t.widen(recon[i]);
        let error = t.sub(wanted[i], rows[i]);
        errors = t.add_32(errors, t.mul_pairs(error, error));
    }
    let (sse, texture) = (t.sums_32(errors), texture_of(t, rows));
    let recon = transpose_dwords(t, recon);
    for i in 0..4 {
        t.store_bytes(recon[i], &mut out[i].recon);
        out[i].sse = sse[i];
        out[i].texture = texture[i];
    }
}

/// Picks that bring the first and the second half of a transposed block into coding order: for the low and high eight
/// results, the bytes to take from each half.
const ZIGZAG_MASKS: [[[u8; 16]; 2]; 2] = {
    let mut masks = [[[0x80; 16]; 2]; 2];
    let mut n = 0;
    while n < 16 {
        let raster = ZIGZAG[n];
        let transposed = raster % 4 * 4 + raster / 4;
        let half = (transposed / 8) as usize;
        masks[n / 8][half][n % 8 * 2] = transposed % 8 * 2;
        masks[n / 8][half][n % 8 * 2 + 1] = transposed % 8 * 2 + 1;
        n += 1;
    }
    masks
};

/// Stores four blocks of levels, held by columns, in coding order.
#[inline(always)]
fn store_levels<T: Vectors>(t: T, columns: Rows<T::Wide>, out: &mut [Coded; 4]) {
    // In each half: the left and the right columns of the even block and of the odd one.
    let left = t.zip_64(columns[0], columns[1]);
    let right = t.zip_64(columns[2], columns[3]);
    for parity in 0..2 {
        let [low, high] = ZIGZAG_MASKS;
        let low = t.add(
            t.pick_halves(left[parity], &low[0]),
            t.pick_halves(right[parity], &low[1]),
        );
        let high = t.add(
            t.pick_halves(left[parity], &high[0]),
            t.pick_halves(right[parity], &high[1]),
        );
        let [even, odd] = t.zip_halves(low, high);
        store_block(t, even, &mut out[parity]);
        store_block(t, odd, &mut out[2 + parity]);
    }
}

/// Stores a block's levels and what follows from them; see the portable `index_levels`.
#[inline(always)]
fn store_block<T: Vectors>(t: T, levels: T::Wide, out: &mut Coded) {
    let nonzero = t.nonzero(levels);
    let magnitude = t.abs(levels);
    let capped = t.min(magnitude, t.splat(MAX_SLOT_LEVEL as i16));
    let context = t.shift_in(t.min(magnitude, t.splat(2)));
    let context = t.mul_low(context, t.splat(CONTEXT_SLOTS as i16));
    let slots = t.add(t.add(context, capped), t.load(&POSITION_SLOTS));
    let positions = t.load(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    let last = t.splat(31 - nonzero.leading_zeros() as i16);
    let beyond = t.greater(positions, last);
    let slots = t.select(beyond, t.splat(NO_SLOT), slots);
    t.store(levels, &mut out.levels);
    t.store(slots, &mut out.slots);
    out.nonzero = nonzero;
    out.large = t.nonzero(t.greater(magnitude, capped)) != 0;
}
