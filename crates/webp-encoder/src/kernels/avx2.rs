//! Kernels for x86-64 with AVX2.
#![allow(unsafe_code)]
// The intrinsics' names say where they come from.
#![allow(clippy::wildcard_imports)]

use std::arch::x86_64::*;

use super::{
    Block, CONTEXT_SLOTS, Chroma, Coded, DC, DIRECTIONS, Edges, H, Kernels, Luma, MAX_SLOT_LEVEL,
    NO_SLOT, POSITION_SLOTS, QuadCoefficients, TEXTURE_WEIGHTS, TM, V, portable,
};
use crate::quantise::Matrix;
use crate::tables::ZIGZAG;

/// Proof that the processor has AVX2, and the bit manipulation instructions that all such processors have.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The kernels, where the processor can run them.
    pub(crate) fn detect() -> Option<Self> {
        let all = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt");
        all.then_some(Self(()))
    }
}

impl Kernels for Avx2 {
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        // SAFETY: `self` exists only where `detect` found AVX2 and the others; this holds for each method here.
        unsafe { run(work) }
    }

    #[inline(always)]
    fn blocks(self, rows: [&[u8; 16]; 4], out: &mut [Block; 4]) {
        // SAFETY: as above.
        unsafe { blocks(rows, out) }
    }

    #[inline(always)]
    fn predict_4x4(self, edge: &[u8; 16], out: &mut [Block; 10]) {
        // SAFETY: as above.
        unsafe { predict_4x4(edge, out) }
    }

    #[inline(always)]
    fn predict_luma(self, edges: &Edges<16>, out: &mut [Luma; 4]) {
        // SAFETY: as above.
        unsafe { predict_luma(edges, out) }
    }

    #[inline(always)]
    fn predict_chroma(self, u: &Edges<8>, v: &Edges<8>, out: &mut [Chroma; 4]) {
        // SAFETY: as above.
        unsafe { predict_chroma(u, v, out) }
    }

    #[inline(always)]
    fn satd(self, source: &Block, predictions: [&Block; 4]) -> [u32; 4] {
        // SAFETY: as above.
        unsafe { satd(source, predictions) }
    }

    #[inline(always)]
    fn texture(self, blocks: [&Block; 4]) -> [u32; 4] {
        // SAFETY: as above.
        unsafe { texture(blocks) }
    }

    #[inline(always)]
    fn forward(self, source: [&Block; 4], prediction: [&Block; 4]) -> QuadCoefficients {
        // SAFETY: as above.
        unsafe { forward(source, prediction) }
    }

    #[inline(always)]
    fn code(
        self,
        coefficients: &QuadCoefficients,
        dc: [i16; 4],
        matrix: &Matrix,
        source: [&Block; 4],
        prediction: [&Block; 4],
        out: &mut [Coded; 4],
    ) {
        // SAFETY: as above.
        unsafe { code(coefficients, dc, matrix, source, prediction, out) }
    }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
fn run<R>(work: impl FnOnce() -> R) -> R {
    work()
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: the reference is to 16 readable bytes, and the load needs no alignment.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(bytes: &mut [u8; 16], value: __m128i) {
    // SAFETY: the reference is to 16 writable bytes, and the store needs no alignment.
    unsafe { _mm_storeu_si128(bytes.as_mut_ptr().cast(), value) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load16(values: &[i16; 16]) -> __m256i {
    // SAFETY: the reference is to 32 readable bytes, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(values.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store16(values: &mut [i16; 16], value: __m256i) {
    // SAFETY: the reference is to 32 writable bytes, and the store needs no alignment.
    unsafe { _mm256_storeu_si256(values.as_mut_ptr().cast(), value) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store_u32(value: __m128i) -> [u32; 4] {
    let mut bytes = [0; 16];
    store(&mut bytes, value);
    std::array::from_fn(|i| {
        u32::from_le_bytes([
            bytes[i * 4],
            bytes[i * 4 + 1],
            bytes[i * 4 + 2],
            bytes[i * 4 + 3],
        ])
    })
}

/// Shuffle masks that pick from the three-tap and the two-tap averages.
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

#[target_feature(enable = "avx2")]
fn predict_4x4(edge: &[u8; 16], out: &mut [Block; 10]) {
    let e = load(edge);
    let next = _mm_srli_si128::<1>(e);
    let previous = _mm_slli_si128::<1>(e);
    let two = _mm_avg_epu8(e, next);
    // (a + 2b + c + 2) >> 2: the average of the outer two, rounded down, then with b.
    let odd = _mm_and_si128(_mm_xor_si128(previous, next), _mm_set1_epi8(1));
    let outer = _mm_sub_epi8(_mm_avg_epu8(previous, next), odd);
    let three = _mm_avg_epu8(outer, e);
    for (block, masks) in out[2..].iter_mut().zip(&MASKS) {
        let a = _mm_shuffle_epi8(three, load(&masks[0]));
        let b = _mm_shuffle_epi8(two, load(&masks[1]));
        store(block, _mm_or_si128(a, b));
    }
    // Left and top pixels, corner and the doubled ones masked out.
    let keep = _mm_setr_epi8(0, -1, -1, -1, -1, 0, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0);
    let sums = _mm_sad_epu8(_mm_and_si128(e, keep), _mm_setzero_si128());
    let sum = _mm_cvtsi128_si32(sums) + _mm_extract_epi16::<4>(sums);
    store(&mut out[DC], _mm_set1_epi8(((sum + 4) >> 3) as i8));
    let top = _mm_shuffle_epi8(
        e,
        _mm_setr_epi8(6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9, 6, 7, 8, 9),
    );
    let left = _mm_shuffle_epi8(
        e,
        _mm_setr_epi8(4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1),
    );
    let corner = _mm256_set1_epi16(i16::from(edge[5]));
    let tm = _mm256_add_epi16(
        _mm256_cvtepu8_epi16(top),
        _mm256_sub_epi16(_mm256_cvtepu8_epi16(left), corner),
    );
    store(&mut out[TM], pack(tm));
}

/// Sixteen values to bytes, saturated, in order.
#[inline]
#[target_feature(enable = "avx2")]
fn pack(v: __m256i) -> __m128i {
    _mm_packus_epi16(_mm256_castsi256_si128(v), _mm256_extracti128_si256::<1>(v))
}

#[target_feature(enable = "avx2")]
fn predict_luma(edges: &Edges<16>, out: &mut [Luma; 4]) {
    let dc = _mm_set1_epi8(portable::dc_of(edges) as i8);
    let corner = _mm256_set1_epi16(i16::from(edges.corner));
    for y in 0..4 {
        let left = rows_of(&edges.left, y * 4);
        let slope = _mm256_sub_epi16(_mm256_cvtepu8_epi16(left), corner);
        for x in 0..4 {
            let top = columns_of(&edges.top, x * 4);
            store(&mut out[DC][y * 4 + x], dc);
            store(&mut out[V][y * 4 + x], top);
            store(&mut out[H][y * 4 + x], left);
            store(
                &mut out[TM][y * 4 + x],
                pack(_mm256_add_epi16(_mm256_cvtepu8_epi16(top), slope)),
            );
        }
    }
}

#[target_feature(enable = "avx2")]
fn predict_chroma(u: &Edges<8>, v: &Edges<8>, out: &mut [Chroma; 4]) {
    for (plane, edges) in [u, v].into_iter().enumerate() {
        let dc = _mm_set1_epi8(portable::dc_of(edges) as i8);
        let corner = _mm256_set1_epi16(i16::from(edges.corner));
        for i in 0..4 {
            let left = rows_of(&edges.left, i / 2 * 4);
            let top = columns_of(&edges.top, i % 2 * 4);
            let slope = _mm256_sub_epi16(_mm256_cvtepu8_epi16(left), corner);
            store(&mut out[DC][plane * 4 + i], dc);
            store(&mut out[V][plane * 4 + i], top);
            store(&mut out[H][plane * 4 + i], left);
            store(
                &mut out[TM][plane * 4 + i],
                pack(_mm256_add_epi16(_mm256_cvtepu8_epi16(top), slope)),
            );
        }
    }
}

/// A block whose rows are four pixels of the left edge.
#[inline]
#[target_feature(enable = "avx2")]
fn rows_of<const N: usize>(left: &[u8; N], at: usize) -> __m128i {
    let four = i32::from_le_bytes([left[at], left[at + 1], left[at + 2], left[at + 3]]);
    _mm_shuffle_epi8(
        _mm_cvtsi32_si128(four),
        _mm_setr_epi8(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3),
    )
}

/// A block whose columns are four pixels of the top edge.
#[inline]
#[target_feature(enable = "avx2")]
fn columns_of<const N: usize>(top: &[u8; N], at: usize) -> __m128i {
    _mm_set1_epi32(i32::from_le_bytes([
        top[at],
        top[at + 1],
        top[at + 2],
        top[at + 3],
    ]))
}

/// Rows 0 to 3 of four blocks, block by block.
type Rows = [__m256i; 4];

/// Transposes four blocks held as dwords: blocks to rows, or rows to blocks.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose_dwords(m: [__m128i; 4]) -> [__m128i; 4] {
    let a = _mm_unpacklo_epi32(m[0], m[1]);
    let b = _mm_unpackhi_epi32(m[0], m[1]);
    let c = _mm_unpacklo_epi32(m[2], m[3]);
    let d = _mm_unpackhi_epi32(m[2], m[3]);
    [
        _mm_unpacklo_epi64(a, c),
        _mm_unpackhi_epi64(a, c),
        _mm_unpacklo_epi64(b, d),
        _mm_unpackhi_epi64(b, d),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn blocks(rows: [&[u8; 16]; 4], out: &mut [Block; 4]) {
    let all = transpose_dwords([load(rows[0]), load(rows[1]), load(rows[2]), load(rows[3])]);
    for (block, value) in out.iter_mut().zip(all) {
        store(block, value);
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_rows(blocks: [&Block; 4]) -> Rows {
    let rows = transpose_dwords([
        load(blocks[0]),
        load(blocks[1]),
        load(blocks[2]),
        load(blocks[3]),
    ]);
    [
        _mm256_cvtepu8_epi16(rows[0]),
        _mm256_cvtepu8_epi16(rows[1]),
        _mm256_cvtepu8_epi16(rows[2]),
        _mm256_cvtepu8_epi16(rows[3]),
    ]
}

/// Rows of the same block four times.
#[inline]
#[target_feature(enable = "avx2")]
fn splat_rows(block: &Block) -> Rows {
    let b = load(block);
    [
        _mm256_cvtepu8_epi16(_mm_shuffle_epi32::<0x00>(b)),
        _mm256_cvtepu8_epi16(_mm_shuffle_epi32::<0x55>(b)),
        _mm256_cvtepu8_epi16(_mm_shuffle_epi32::<0xaa>(b)),
        _mm256_cvtepu8_epi16(_mm_shuffle_epi32::<0xff>(b)),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn subtract(a: Rows, b: Rows) -> Rows {
    [
        _mm256_sub_epi16(a[0], b[0]),
        _mm256_sub_epi16(a[1], b[1]),
        _mm256_sub_epi16(a[2], b[2]),
        _mm256_sub_epi16(a[3], b[3]),
    ]
}

/// Transposes each of four blocks.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(r: Rows) -> Rows {
    let a = _mm256_unpacklo_epi16(r[0], r[1]);
    let b = _mm256_unpackhi_epi16(r[0], r[1]);
    let c = _mm256_unpacklo_epi16(r[2], r[3]);
    let d = _mm256_unpackhi_epi16(r[2], r[3]);
    let e = _mm256_unpacklo_epi32(a, c);
    let f = _mm256_unpackhi_epi32(a, c);
    let g = _mm256_unpacklo_epi32(b, d);
    let h = _mm256_unpackhi_epi32(b, d);
    [
        _mm256_unpacklo_epi64(e, g),
        _mm256_unpackhi_epi64(e, g),
        _mm256_unpacklo_epi64(f, h),
        _mm256_unpackhi_epi64(f, h),
    ]
}

/// One Hadamard pass, its results in order of frequency.
#[inline]
#[target_feature(enable = "avx2")]
fn hadamard_pass(v: Rows) -> Rows {
    let s0 = _mm256_add_epi16(v[0], v[1]);
    let s1 = _mm256_add_epi16(v[2], v[3]);
    let d0 = _mm256_sub_epi16(v[0], v[1]);
    let d1 = _mm256_sub_epi16(v[2], v[3]);
    [
        _mm256_add_epi16(s0, s1),
        _mm256_sub_epi16(s0, s1),
        _mm256_sub_epi16(d0, d1),
        _mm256_add_epi16(d0, d1),
    ]
}

/// Sums the two 32-bit values of each block.
#[inline]
#[target_feature(enable = "avx2")]
fn block_sums(v: __m256i) -> __m128i {
    let pairs = _mm256_hadd_epi32(v, v);
    // Lanes hold blocks 0, 1 and 2, 3.
    _mm_unpacklo_epi64(
        _mm256_castsi256_si128(pairs),
        _mm256_extracti128_si256::<1>(pairs),
    )
}

#[target_feature(enable = "avx2")]
fn satd(source: &Block, predictions: [&Block; 4]) -> [u32; 4] {
    let difference = subtract(splat_rows(source), load_rows(predictions));
    let t = transpose(hadamard_pass(difference));
    // |s + t| + |s - t| is twice the larger magnitude, so the last step needs no additions.
    let s0 = _mm256_add_epi16(t[0], t[1]);
    let s1 = _mm256_add_epi16(t[2], t[3]);
    let d0 = _mm256_sub_epi16(t[0], t[1]);
    let d1 = _mm256_sub_epi16(t[2], t[3]);
    let s = _mm256_max_epi16(_mm256_abs_epi16(s0), _mm256_abs_epi16(s1));
    let d = _mm256_max_epi16(_mm256_abs_epi16(d0), _mm256_abs_epi16(d1));
    let sum = _mm256_madd_epi16(_mm256_add_epi16(s, d), _mm256_set1_epi16(2));
    store_u32(block_sums(sum))
}

#[target_feature(enable = "avx2")]
fn texture(blocks: [&Block; 4]) -> [u32; 4] {
    store_u32(texture_of(load_rows(blocks)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn texture_of(rows: Rows) -> __m128i {
    let t = hadamard_pass(transpose(hadamard_pass(rows)));
    let w = load16(&TEXTURE_WEIGHTS);
    let weight = [
        _mm256_permute4x64_epi64::<0x00>(w),
        _mm256_permute4x64_epi64::<0x55>(w),
        _mm256_permute4x64_epi64::<0xaa>(w),
        _mm256_permute4x64_epi64::<0xff>(w),
    ];
    let mut sum = _mm256_setzero_si256();
    for i in 0..4 {
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_abs_epi16(t[i]), weight[i]));
    }
    block_sums(sum)
}

/// Four values to four frequencies; see the portable kernel.
#[inline]
#[target_feature(enable = "avx2")]
fn forward_pass(v: Rows) -> Rows {
    let sine = _mm256_set1_epi16(17_734);
    let cosine = _mm256_set1_epi16(10_045);
    let a = _mm256_add_epi16(v[0], v[3]);
    let b = _mm256_add_epi16(v[1], v[2]);
    let c = _mm256_sub_epi16(v[1], v[2]);
    let d = _mm256_sub_epi16(v[0], v[3]);
    let c_long = _mm256_add_epi16(c, _mm256_mulhrs_epi16(c, cosine));
    let d_long = _mm256_add_epi16(d, _mm256_mulhrs_epi16(d, cosine));
    [
        _mm256_add_epi16(a, b),
        _mm256_add_epi16(d_long, _mm256_mulhrs_epi16(c, sine)),
        _mm256_sub_epi16(a, b),
        _mm256_sub_epi16(_mm256_mulhrs_epi16(d, sine), c_long),
    ]
}

#[target_feature(enable = "avx2")]
fn forward(source: [&Block; 4], prediction: [&Block; 4]) -> QuadCoefficients {
    let r = subtract(load_rows(source), load_rows(prediction));
    let t = forward_pass([
        _mm256_slli_epi16::<3>(r[0]),
        _mm256_slli_epi16::<3>(r[1]),
        _mm256_slli_epi16::<3>(r[2]),
        _mm256_slli_epi16::<3>(r[3]),
    ]);
    let c = forward_pass(transpose(t));
    let mut out = QuadCoefficients([0; 64]);
    for (values, column) in out.0.as_chunks_mut::<16>().0.iter_mut().zip(c) {
        let rounded = _mm256_add_epi16(column, _mm256_set1_epi16(8));
        store16(values, _mm256_srai_epi16::<4>(rounded));
    }
    out
}

/// Four values of a matrix, for each of four blocks.
#[inline]
#[target_feature(enable = "avx2")]
fn splat4(values: [i64; 4], column: usize) -> __m256i {
    _mm256_set1_epi64x(values[column])
}

/// Sixteen 16-bit values as four 64-bit ones.
#[inline]
fn as_i64(v: &[u16; 16]) -> [i64; 4] {
    std::array::from_fn(|i| (0..4).fold(0, |sum, k| sum | i64::from(v[i * 4 + k]) << (16 * k)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn inverse_pass(v: Rows) -> Rows {
    let high = _mm256_set1_epi16(20_091);
    // 35468 - 65536: the missing 65536 adds the value itself.
    let low = _mm256_set1_epi16(-30_068);
    let a = _mm256_add_epi16(v[0], v[2]);
    let b = _mm256_sub_epi16(v[0], v[2]);
    let low1 = _mm256_add_epi16(v[1], _mm256_mulhi_epi16(v[1], low));
    let low3 = _mm256_add_epi16(v[3], _mm256_mulhi_epi16(v[3], low));
    let high1 = _mm256_add_epi16(v[1], _mm256_mulhi_epi16(v[1], high));
    let high3 = _mm256_add_epi16(v[3], _mm256_mulhi_epi16(v[3], high));
    let c = _mm256_sub_epi16(low1, high3);
    let d = _mm256_add_epi16(high1, low3);
    [
        _mm256_add_epi16(a, d),
        _mm256_add_epi16(b, c),
        _mm256_sub_epi16(b, c),
        _mm256_sub_epi16(a, d),
    ]
}

/// Shuffles that bring the first and the second half of a transposed block into coding order: for the low and high
/// eight results, the bytes to take from each half.
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

#[target_feature(enable = "avx2")]
fn code(
    coefficients: &QuadCoefficients,
    dc: [i16; 4],
    matrix: &Matrix,
    source: [&Block; 4],
    prediction: [&Block; 4],
    out: &mut [Coded; 4],
) {
    let steps = as_i64(&matrix.step.map(|v| v as u16));
    let reciprocals = as_i64(&matrix.reciprocal);
    let rounds = as_i64(&matrix.round);
    let mut levels = [_mm256_setzero_si256(); 4];
    let mut values = [_mm256_setzero_si256(); 4];
    for (i, column) in coefficients.0.as_chunks::<16>().0.iter().enumerate() {
        let value = load16(column);
        let sum = _mm256_add_epi16(_mm256_abs_epi16(value), splat4(rounds, i));
        let high = _mm256_mulhi_epu16(sum, splat4(reciprocals, i));
        let magnitude = _mm256_min_epi16(_mm256_srli_epi16::<1>(high), _mm256_set1_epi16(2047));
        levels[i] = _mm256_sign_epi16(magnitude, value);
        values[i] = _mm256_mullo_epi16(levels[i], splat4(steps, i));
    }
    store_levels(levels, out);

    let [d0, d1, d2, d3] = dc.map(|v| i64::from(v as u16));
    values[0] = _mm256_add_epi16(values[0], _mm256_setr_epi64x(d0, d1, d2, d3));
    // The vertical pass comes first in the decoder, and rounding makes the order matter.
    let t = inverse_pass(transpose(values));
    let residual = transpose(inverse_pass(transpose(t)));
    let predicted = load_rows(prediction);
    let wanted = load_rows(source);
    let mut recon = [_mm_setzero_si128(); 4];
    let mut rows = [_mm256_setzero_si256(); 4];
    let mut sse = _mm256_setzero_si256();
    for i in 0..4 {
        let rounded = _mm256_add_epi16(residual[i], _mm256_set1_epi16(4));
        let sum = _mm256_add_epi16(predicted[i], _mm256_srai_epi16::<3>(rounded));
        recon[i] = pack(sum);
        rows[i] = _mm256_cvtepu8_epi16(recon[i]);
        let error = _mm256_sub_epi16(wanted[i], rows[i]);
        sse = _mm256_add_epi32(sse, _mm256_madd_epi16(error, error));
    }
    let sse = store_u32(block_sums(sse));
    let texture = store_u32(texture_of(rows));
    let recon = transpose_dwords(recon);
    for i in 0..4 {
        store(&mut out[i].recon, recon[i]);
        out[i].sse = sse[i];
        out[i].texture = texture[i];
    }
}

/// Stores four blocks of levels, held by columns, in coding order, and their non-zero masks.
#[inline]
#[target_feature(enable = "avx2")]
fn store_levels(columns: Rows, out: &mut [Coded; 4]) {
    // Per 128-bit lane: the left and the right half of the even block and of the odd one.
    let halves = [
        [
            _mm256_unpacklo_epi64(columns[0], columns[1]),
            _mm256_unpacklo_epi64(columns[2], columns[3]),
        ],
        [
            _mm256_unpackhi_epi64(columns[0], columns[1]),
            _mm256_unpackhi_epi64(columns[2], columns[3]),
        ],
    ];
    let mask = |n: usize, half: usize| _mm256_broadcastsi128_si256(load(&ZIGZAG_MASKS[n][half]));
    let masks = [[mask(0, 0), mask(0, 1)], [mask(1, 0), mask(1, 1)]];
    for (parity, [left, right]) in halves.into_iter().enumerate() {
        let pick = |n: usize| {
            _mm256_or_si256(
                _mm256_shuffle_epi8(left, masks[n][0]),
                _mm256_shuffle_epi8(right, masks[n][1]),
            )
        };
        let (low, high) = (pick(0), pick(1));
        let zero = _mm256_cmpeq_epi8(_mm256_packs_epi16(low, high), _mm256_setzero_si256());
        let nonzero = !_mm256_movemask_epi8(zero) as u32;
        let even = _mm256_permute2x128_si256::<0x20>(low, high);
        let odd = _mm256_permute2x128_si256::<0x31>(low, high);
        store_block(even, nonzero & 0xffff, &mut out[parity]);
        store_block(odd, nonzero >> 16, &mut out[2 + parity]);
    }
}

/// Stores a block's levels and what follows from them; see the portable `index_levels`.
#[inline]
#[target_feature(enable = "avx2")]
fn store_block(levels: __m256i, nonzero: u32, out: &mut Coded) {
    let magnitude = _mm256_abs_epi16(levels);
    let capped = _mm256_min_epi16(magnitude, _mm256_set1_epi16(MAX_SLOT_LEVEL as i16));
    let context = _mm256_min_epi16(magnitude, _mm256_set1_epi16(2));
    let before = _mm256_permute2x128_si256::<0x08>(context, context);
    let context = _mm256_alignr_epi8::<14>(context, before);
    let context = _mm256_mullo_epi16(context, _mm256_set1_epi16(CONTEXT_SLOTS as i16));
    let slots = _mm256_add_epi16(_mm256_add_epi16(context, capped), load16(&POSITION_SLOTS));
    let positions = _mm256_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let last = _mm256_set1_epi16(31 - nonzero.leading_zeros() as i16);
    let beyond = _mm256_cmpgt_epi16(positions, last);
    let slots = _mm256_blendv_epi8(slots, _mm256_set1_epi16(NO_SLOT as i16), beyond);
    store16(&mut out.levels, levels);
    // SAFETY: the field is 32 writable bytes, and the store needs no alignment.
    unsafe { _mm256_storeu_si256(out.slots.as_mut_ptr().cast(), slots) };
    out.nonzero = nonzero;
    out.large = _mm256_movemask_epi8(_mm256_cmpgt_epi16(magnitude, capped)) != 0;
}
