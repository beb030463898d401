//! Registers of x86-64 with SSE4.1.
#![allow(unsafe_code)]
// The intrinsics' names say where they come from.
#![allow(clippy::wildcard_imports)]

use std::arch::x86_64::*;

use super::lanes::{self, Vectors, by_halves, kernels};
use super::{Block, Chroma, Coded, Edges, Kernels, Luma, QuadCoefficients};
use crate::quantise::Matrix;

/// Proof that the processor has SSE4.1 and SSSE3.
#[derive(Clone, Copy)]
pub(crate) struct Sse41(());

impl Sse41 {
    /// The kernels, where the processor can run them.
    pub(crate) fn detect() -> Option<Self> {
        let all = is_x86_feature_detected!("sse4.1") && is_x86_feature_detected!("ssse3");
        all.then_some(Self(()))
    }
}

kernels!(Sse41, "sse4.1,ssse3");

/// Functions that interleave, likewise.
macro_rules! zip_by_halves {
    ($($name:ident: $low:ident, $high:ident;)*) => {
        $(
            #[inline(always)]
            fn $name(self, a: Self::Wide, b: Self::Wide) -> [Self::Wide; 2] {
                // SAFETY: `self` exists only where `detect` found the features; this holds for each method here.
                unsafe {
                    [
                        [$low(a[0], b[0]), $low(a[1], b[1])],
                        [$high(a[0], b[0]), $high(a[1], b[1])],
                    ]
                }
            }
        )*
    };
}

impl Vectors for Sse41 {
    type Bytes = __m128i;
    type Wide = [__m128i; 2];

    #[inline(always)]
    fn load_bytes(self, bytes: &[u8; 16]) -> __m128i {
        // SAFETY: the reference is to 16 readable bytes, and the load needs no alignment.
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store_bytes(self, v: __m128i, out: &mut [u8; 16]) {
        // SAFETY: the reference is to 16 writable bytes, and the store needs no alignment.
        unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), v) }
    }

    #[inline(always)]
    fn splat_byte(self, v: u8) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_set1_epi8(v as i8) }
    }

    #[inline(always)]
    fn splat_four(self, v: [u8; 4]) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_set1_epi32(i32::from_le_bytes(v)) }
    }

    #[inline(always)]
    fn or(self, a: __m128i, b: __m128i) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_or_si128(a, b) }
    }

    #[inline(always)]
    fn average_up(self, a: __m128i, b: __m128i) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_avg_epu8(a, b) }
    }

    #[inline(always)]
    fn average_down(self, a: __m128i, b: __m128i) -> __m128i {
        // SAFETY: as above.
        unsafe {
            let odd = _mm_and_si128(_mm_xor_si128(a, b), _mm_set1_epi8(1));
            _mm_sub_epi8(_mm_avg_epu8(a, b), odd)
        }
    }

    #[inline(always)]
    fn pick(self, v: __m128i, from: &[u8; 16]) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_shuffle_epi8(v, self.load_bytes(from)) }
    }

    #[inline(always)]
    fn sum(self, v: __m128i) -> u32 {
        // SAFETY: as above.
        unsafe {
            let sums = _mm_sad_epu8(v, _mm_setzero_si128());
            (_mm_cvtsi128_si32(sums) + _mm_extract_epi16::<4>(sums)) as u32
        }
    }

    #[inline(always)]
    fn zip_bytes_32(self, a: __m128i, b: __m128i) -> [__m128i; 2] {
        // SAFETY: as above.
        unsafe { [_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b)] }
    }

    #[inline(always)]
    fn zip_bytes_64(self, a: __m128i, b: __m128i) -> [__m128i; 2] {
        // SAFETY: as above.
        unsafe { [_mm_unpacklo_epi64(a, b), _mm_unpackhi_epi64(a, b)] }
    }

    #[inline(always)]
    fn widen(self, v: __m128i) -> Self::Wide {
        // SAFETY: as above.
        unsafe {
            [
                _mm_cvtepu8_epi16(v),
                _mm_unpackhi_epi8(v, _mm_setzero_si128()),
            ]
        }
    }

    #[inline(always)]
    fn narrow(self, v: Self::Wide) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_packus_epi16(v[0], v[1]) }
    }

    #[inline(always)]
    fn load(self, values: &[i16; 16]) -> Self::Wide {
        // SAFETY: the reference is to 32 readable bytes, and the loads need no alignment.
        unsafe {
            let values = values.as_ptr();
            [
                _mm_loadu_si128(values.cast()),
                _mm_loadu_si128(values.add(8).cast()),
            ]
        }
    }

    #[inline(always)]
    fn store(self, v: Self::Wide, out: &mut [i16; 16]) {
        // SAFETY: the reference is to 32 writable bytes, and the stores need no alignment.
        unsafe {
            let out = out.as_mut_ptr();
            _mm_storeu_si128(out.cast(), v[0]);
            _mm_storeu_si128(out.add(8).cast(), v[1]);
        }
    }

    #[inline(always)]
    fn splat(self, v: i16) -> Self::Wide {
        // SAFETY: as above.
        unsafe { [_mm_set1_epi16(v); 2] }
    }

    #[inline(always)]
    fn splat_4(self, v: [i16; 4]) -> Self::Wide {
        // SAFETY: as above.
        unsafe { [_mm_set1_epi64x(lanes::as_i64(v)); 2] }
    }

    by_halves! {
        fn add(a, b): _mm_add_epi16;
        fn sub(a, b): _mm_sub_epi16;
        fn min(a, b): _mm_min_epi16;
        fn max(a, b): _mm_max_epi16;
        fn with_sign(a, b): _mm_sign_epi16;
        fn mul_low(a, b): _mm_mullo_epi16;
        fn mul_high(a, b): _mm_mulhi_epi16;
        fn mul_high_unsigned(a, b): _mm_mulhi_epu16;
        fn mul_rounded(a, b): _mm_mulhrs_epi16;
        fn greater(a, b): _mm_cmpgt_epi16;
        fn mul_pairs(a, b): _mm_madd_epi16;
        fn add_32(a, b): _mm_add_epi32;
    }

    by_halves! {
        fn abs(v): _mm_abs_epi16;
    }

    by_halves! {
        fn shift_left<N>(v): _mm_slli_epi16;
        fn shift_right<N>(v): _mm_srai_epi16;
        fn shift_right_unsigned<N>(v): _mm_srli_epi16;
    }

    zip_by_halves! {
        zip_16: _mm_unpacklo_epi16, _mm_unpackhi_epi16;
        zip_32: _mm_unpacklo_epi32, _mm_unpackhi_epi32;
        zip_64: _mm_unpacklo_epi64, _mm_unpackhi_epi64;
    }

    #[inline(always)]
    fn select(self, mask: Self::Wide, a: Self::Wide, b: Self::Wide) -> Self::Wide {
        // SAFETY: as above.
        unsafe {
            [
                _mm_blendv_epi8(b[0], a[0], mask[0]),
                _mm_blendv_epi8(b[1], a[1], mask[1]),
            ]
        }
    }

    #[inline(always)]
    fn nonzero(self, v: Self::Wide) -> u32 {
        // SAFETY: as above.
        unsafe {
            let zero = _mm_cmpeq_epi8(_mm_packs_epi16(v[0], v[1]), _mm_setzero_si128());
            !_mm_movemask_epi8(zero) as u32 & 0xffff
        }
    }

    #[inline(always)]
    fn zip_halves(self, a: Self::Wide, b: Self::Wide) -> [Self::Wide; 2] {
        [[a[0], b[0]], [a[1], b[1]]]
    }

    #[inline(always)]
    fn pick_halves(self, v: Self::Wide, from: &[u8; 16]) -> Self::Wide {
        [self.pick(v[0], from), self.pick(v[1], from)]
    }

    #[inline(always)]
    fn shift_in(self, v: Self::Wide) -> Self::Wide {
        // SAFETY: as above.
        unsafe { [_mm_slli_si128::<2>(v[0]), _mm_alignr_epi8::<14>(v[1], v[0])] }
    }

    #[inline(always)]
    fn sums_32(self, v: Self::Wide) -> [u32; 4] {
        // SAFETY: as above, and sixteen bytes are four values of any kind.
        unsafe { std::mem::transmute(_mm_hadd_epi32(v[0], v[1])) }
    }
}
