//! AVX2 kernels of the inverse DCTs, chosen at run time. The one file with `unsafe`.
//!
//! Each 256-bit register holds the same row of two blocks, one a half, so that every step is that of a 128-bit kernel.

#![allow(unsafe_code)]

#[cfg(not(target_arch = "x86_64"))]
pub(super) fn detect() -> Option<super::idct::Kernels> {
    None
}

#[cfg(not(target_arch = "x86_64"))]
pub(super) fn with_wide_instructions<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{detect, with_wide_instructions};

#[cfg(target_arch = "x86_64")]
mod x86 {
    #[allow(clippy::wildcard_imports)]
    use std::arch::x86_64::*;

    use super::super::idct::{Coefficients, EVEN, FullPair, HalfPair, Kernels, ODD, ONE};

    /// The kernels, where the processor has AVX2.
    pub(in super::super) fn detect() -> Option<Kernels> {
        is_x86_feature_detected!("avx2").then_some(Kernels { full, half })
    }

    /// Does `work`, compiled for processors with bit manipulation instructions where this is one.
    pub(in super::super) fn with_wide_instructions<T>(work: impl FnOnce() -> T) -> T {
        #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
        fn wide<T>(work: impl FnOnce() -> T) -> T {
            work()
        }
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
        {
            // SAFETY: the processor was just seen to have every feature that the function is compiled for.
            unsafe { wide(work) }
        } else {
            work()
        }
    }

    fn full(
        blocks: &[Coefficients; 2],
        steps: [&Coefficients; 2],
        is_sparse: bool,
        out: &mut FullPair,
    ) {
        // SAFETY: private, and handed out by `detect` only, after the processor was seen to have AVX2.
        unsafe {
            if is_sparse {
                full_avx2::<true>(blocks, steps, out);
            } else {
                full_avx2::<false>(blocks, steps, out);
            }
        }
    }

    fn half(blocks: &[Coefficients; 2], steps: [&Coefficients; 2], out: &mut HalfPair) {
        // SAFETY: private, and handed out by `detect` only, after the processor was seen to have AVX2.
        unsafe { half_avx2(blocks, steps, out) }
    }

    type Rows = [__m256i; 8];

    #[target_feature(enable = "avx2")]
    fn full_avx2<const SPARSE: bool>(
        blocks: &[Coefficients; 2],
        steps: [&Coefficients; 2],
        out: &mut FullPair,
    ) {
        let mut rows = [_mm256_setzero_si256(); 8];
        for (at, row) in rows.iter_mut().enumerate().take(if SPARSE { 4 } else { 8 }) {
            let coefficients = load_pair(&blocks[0], &blocks[1], at);
            *row = _mm256_mullo_epi16(coefficients, load_pair(steps[0], steps[1], at));
        }
        let rows = pass::<SPARSE, SPARSE, 11>(&rows);
        let columns = pass::<SPARSE, false, 18>(&transposed(&rows));
        store_columns(&columns, out);
    }

    /// Row `at` of two blocks.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load_pair(a: &Coefficients, b: &Coefficients, at: usize) -> __m256i {
        _mm256_set_m128i(load(&b.as_chunks().0[at]), load(&a.as_chunks().0[at]))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(row: &[i16; 8]) -> __m128i {
        // SAFETY: the reference is to 16 readable bytes, and the load needs no alignment.
        unsafe { _mm_loadu_si128(row.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(value: __m128i, to: &mut [u8; 16]) {
        // SAFETY: the reference is to 16 writable bytes, and the store needs no alignment.
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), value) }
    }

    /// Multipliers of two interleaved 16-bit inputs.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn by(a: i32, b: i32) -> __m256i {
        _mm256_set1_epi32(b << 16 | a & 0xffff)
    }

    /// One pass over eight rows. `SPARSE`: rows 4 to 7 are zero. `NARROW`: so are columns 4 to 7.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn pass<const SPARSE: bool, const NARROW: bool, const SHIFT: i32>(x: &Rows) -> Rows {
        let low = if SPARSE {
            sparse_sums::<SHIFT>(
                _mm256_unpacklo_epi16(x[0], x[2]),
                _mm256_unpacklo_epi16(x[1], x[3]),
            )
        } else {
            let pair = |a: usize, b: usize| _mm256_unpacklo_epi16(x[a], x[b]);
            sums::<SHIFT>(pair(0, 4), pair(2, 6), pair(1, 3), pair(5, 7))
        };
        let high = if NARROW {
            [_mm256_setzero_si256(); 8]
        } else if SPARSE {
            sparse_sums::<SHIFT>(
                _mm256_unpackhi_epi16(x[0], x[2]),
                _mm256_unpackhi_epi16(x[1], x[3]),
            )
        } else {
            let pair = |a: usize, b: usize| _mm256_unpackhi_epi16(x[a], x[b]);
            sums::<SHIFT>(pair(0, 4), pair(2, 6), pair(1, 3), pair(5, 7))
        };
        let mut packed = low;
        for (low, high) in packed.iter_mut().zip(high) {
            *low = _mm256_packs_epi32(*low, high);
        }
        packed
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn sums<const SHIFT: i32>(x04: __m256i, x26: __m256i, x13: __m256i, x57: __m256i) -> Rows {
        let plus = _mm256_madd_epi16(x04, by(ONE, ONE));
        let minus = _mm256_madd_epi16(x04, by(ONE, -ONE));
        let outer = _mm256_madd_epi16(x26, by(EVEN[0][0], EVEN[0][1]));
        let inner = _mm256_madd_epi16(x26, by(EVEN[1][0], EVEN[1][1]));
        let even = [
            _mm256_add_epi32(plus, outer),
            _mm256_add_epi32(minus, inner),
            _mm256_sub_epi32(minus, inner),
            _mm256_sub_epi32(plus, outer),
        ];
        let odd = |at: usize| {
            let near = _mm256_madd_epi16(x13, by(ODD[at][0], ODD[at][1]));
            let far = _mm256_madd_epi16(x57, by(ODD[at][2], ODD[at][3]));
            _mm256_add_epi32(near, far)
        };
        butterfly::<SHIFT>(even, [odd(0), odd(1), odd(2), odd(3)])
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn sparse_sums<const SHIFT: i32>(x02: __m256i, x13: __m256i) -> Rows {
        let even = |turn: i32| _mm256_madd_epi16(x02, by(ONE, turn));
        let odd = |at: usize| _mm256_madd_epi16(x13, by(ODD[at][0], ODD[at][1]));
        butterfly::<SHIFT>(
            [
                even(EVEN[0][0]),
                even(EVEN[1][0]),
                even(-EVEN[1][0]),
                even(-EVEN[0][0]),
            ],
            [odd(0), odd(1), odd(2), odd(3)],
        )
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn butterfly<const SHIFT: i32>(even: [__m256i; 4], odd: [__m256i; 4]) -> Rows {
        let half = _mm256_set1_epi32(1 << (SHIFT - 1));
        let mut out = [half; 8];
        for at in 0..4 {
            let even = _mm256_add_epi32(even[at], half);
            out[at] = _mm256_srai_epi32::<SHIFT>(_mm256_add_epi32(even, odd[at]));
            out[7 - at] = _mm256_srai_epi32::<SHIFT>(_mm256_sub_epi32(even, odd[at]));
        }
        out
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn transposed(x: &Rows) -> Rows {
        let mut a = *x;
        for at in 0..4 {
            a[2 * at] = _mm256_unpacklo_epi16(x[2 * at], x[2 * at + 1]);
            a[2 * at + 1] = _mm256_unpackhi_epi16(x[2 * at], x[2 * at + 1]);
        }
        // a[0]: columns 0..4 of rows 0 and 1; a[1]: columns 4..8; a[2], a[3]: rows 2 and 3; and so on.
        let mut b = a;
        for half in 0..2 {
            for part in 0..2 {
                let (top, bottom) = (a[4 * half + part], a[4 * half + 2 + part]);
                b[4 * half + 2 * part] = _mm256_unpacklo_epi32(top, bottom);
                b[4 * half + 2 * part + 1] = _mm256_unpackhi_epi32(top, bottom);
            }
        }
        let mut c = b;
        for at in 0..4 {
            c[2 * at] = _mm256_unpacklo_epi64(b[at], b[4 + at]);
            c[2 * at + 1] = _mm256_unpackhi_epi64(b[at], b[4 + at]);
        }
        c
    }

    /// Saturates columns of samples to bytes, turns them into rows and stores them.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn store_columns(columns: &Rows, out: &mut FullPair) {
        let quads = |at: usize| {
            let a = _mm256_packs_epi16(columns[at], columns[at + 2]);
            let b = _mm256_packs_epi16(columns[at + 1], columns[at + 3]);
            let (left, right) = (_mm256_unpacklo_epi8(a, b), _mm256_unpackhi_epi8(a, b));
            (
                _mm256_unpacklo_epi16(left, right),
                _mm256_unpackhi_epi16(left, right),
            )
        };
        let ((left_top, left_bottom), (right_top, right_bottom)) = (quads(0), quads(4));
        let rows = [
            _mm256_unpacklo_epi32(left_top, right_top),
            _mm256_unpackhi_epi32(left_top, right_top),
            _mm256_unpacklo_epi32(left_bottom, right_bottom),
            _mm256_unpackhi_epi32(left_bottom, right_bottom),
        ];
        let [first, second] = out;
        let first = first.as_flattened_mut().as_chunks_mut::<16>().0;
        let second = second.as_flattened_mut().as_chunks_mut::<16>().0;
        for ((rows, first), second) in rows.into_iter().zip(first).zip(second) {
            let rows = _mm256_xor_si256(rows, _mm256_set1_epi8(-128));
            store(_mm256_castsi256_si128(rows), first);
            store(_mm256_extracti128_si256::<1>(rows), second);
        }
    }

    #[target_feature(enable = "avx2")]
    fn half_avx2(blocks: &[Coefficients; 2], steps: [&Coefficients; 2], out: &mut HalfPair) {
        let row_pair = |at: usize| {
            let coefficients = load_pair(&blocks[0], &blocks[1], at);
            _mm256_mullo_epi16(coefficients, load_pair(steps[0], steps[1], at))
        };
        let rows = half_pass::<11>(row_pair(0), row_pair(1));
        // Rows 0 and 1, rows 2 and 3: to columns 0 and 1, columns 2 and 3.
        let (a, b) = (
            _mm256_unpacklo_epi16(rows.0, rows.1),
            _mm256_unpackhi_epi16(rows.0, rows.1),
        );
        let columns = (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b));
        let columns = half_pass::<18>(columns.0, columns.1);
        let (a, b) = (
            _mm256_unpacklo_epi16(columns.0, columns.1),
            _mm256_unpackhi_epi16(columns.0, columns.1),
        );
        let rows = (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b));
        let bytes = _mm256_packs_epi16(rows.0, rows.1);
        let bytes = _mm256_xor_si256(bytes, _mm256_set1_epi8(-128));
        let [first, second] = out;
        for to in first.as_flattened_mut().as_chunks_mut::<16>().0 {
            store(_mm256_castsi256_si128(bytes), to);
        }
        for to in second.as_flattened_mut().as_chunks_mut::<16>().0 {
            store(_mm256_extracti128_si256::<1>(bytes), to);
        }
    }

    /// One four-point pass over rows 0 and 1, and rows 2 and 3.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn half_pass<const SHIFT: i32>(x01: __m256i, x23: __m256i) -> (__m256i, __m256i) {
        let (x02, x13) = (
            _mm256_unpacklo_epi16(x01, x23),
            _mm256_unpackhi_epi16(x01, x23),
        );
        let half = _mm256_set1_epi32(1 << (SHIFT - 1));
        let even = |sign: i32| _mm256_add_epi32(_mm256_madd_epi16(x02, by(ONE, sign * ONE)), half);
        let odd = |at: usize| _mm256_madd_epi16(x13, by(EVEN[at][0], EVEN[at][1]));
        let (even, odd) = ([even(1), even(-1)], [odd(0), odd(1)]);
        let sum = |at: usize| _mm256_srai_epi32::<SHIFT>(_mm256_add_epi32(even[at], odd[at]));
        let difference =
            |at: usize| _mm256_srai_epi32::<SHIFT>(_mm256_sub_epi32(even[at], odd[at]));
        (
            _mm256_packs_epi32(sum(0), sum(1)),
            _mm256_packs_epi32(difference(1), difference(0)),
        )
    }
}
