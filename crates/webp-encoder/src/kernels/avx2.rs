//! Registers of x86-64 with AVX2.
#![allow(unsafe_code)]
// The intrinsics' names say where they come from.
#![allow(clippy::wildcard_imports)]

use std::arch::x86_64::*;

use super::lanes::{self, Vectors, kernels};
use super::sse41::Sse41;
use super::{Block, Chroma, Coded, Edges, Kernels, Luma, QuadCoefficients};
use crate::quantise::Matrix;

/// Proof that the processor has AVX2, and the bit manipulation instructions that all such processors have.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(Sse41);

impl Avx2 {
    /// The kernels, where the processor can run them.
    pub(crate) fn detect() -> Option<Self> {
        let all = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt");
        Sse41::detect().filter(|_| all).map(Self)
    }
}

kernels!(Avx2, "avx2,bmi1,bmi2,lzcnt");

/// Functions of sixteen bytes: the same registers as before.
macro_rules! of_sse41 {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(
            #[inline(always)]
            fn $name(self, $($argument: $type),*) -> $result {
                self.0.$name($($argument),*)
            }
        )*
    };
}

/// Functions of two wide values that are an instruction.
macro_rules! instructions {
    ($($name:ident: $intrinsic:ident;)*) => {
        $(
            #[inline(always)]
            fn $name(self, a: __m256i, b: __m256i) -> __m256i {
                // SAFETY: `self` exists only where `detect` found the features; this holds for each method here.
                unsafe { $intrinsic(a, b) }
            }
        )*
    };
}

/// Functions that interleave, likewise.
macro_rules! zips {
    ($($name:ident: $low:ident, $high:ident;)*) => {
        $(
            #[inline(always)]
            fn $name(self, a: __m256i, b: __m256i) -> [__m256i; 2] {
                // SAFETY: as above.
                unsafe { [$low(a, b), $high(a, b)] }
            }
        )*
    };
}

impl Vectors for Avx2 {
    type Bytes = __m128i;
    type Wide = __m256i;

    of_sse41! {
        fn load_bytes(bytes: &[u8; 16]) -> __m128i;
        fn store_bytes(v: __m128i, out: &mut [u8; 16]) -> ();
        fn splat_byte(v: u8) -> __m128i;
        fn splat_four(v: [u8; 4]) -> __m128i;
        fn or(a: __m128i, b: __m128i) -> __m128i;
        fn average_up(a: __m128i, b: __m128i) -> __m128i;
        fn average_down(a: __m128i, b: __m128i) -> __m128i;
        fn pick(v: __m128i, from: &[u8; 16]) -> __m128i;
        fn sum(v: __m128i) -> u32;
        fn zip_bytes_32(a: __m128i, b: __m128i) -> [__m128i; 2];
        fn zip_bytes_64(a: __m128i, b: __m128i) -> [__m128i; 2];
    }

    #[inline(always)]
    fn widen(self, v: __m128i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_cvtepu8_epi16(v) }
    }

    #[inline(always)]
    fn narrow(self, v: __m256i) -> __m128i {
        // SAFETY: as above.
        unsafe { _mm_packus_epi16(_mm256_castsi256_si128(v), _mm256_extracti128_si256::<1>(v)) }
    }

    #[inline(always)]
    fn load(self, values: &[i16; 16]) -> __m256i {
        // SAFETY: the reference is to 32 readable bytes, and the load needs no alignment.
        unsafe { _mm256_loadu_si256(values.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, v: __m256i, out: &mut [i16; 16]) {
        // SAFETY: the reference is to 32 writable bytes, and the store needs no alignment.
        unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), v) }
    }

    #[inline(always)]
    fn splat(self, v: i16) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_set1_epi16(v) }
    }

    #[inline(always)]
    fn splat_4(self, v: [i16; 4]) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_set1_epi64x(lanes::as_i64(v)) }
    }

    instructions! {
        add: _mm256_add_epi16;
        sub: _mm256_sub_epi16;
        min: _mm256_min_epi16;
        max: _mm256_max_epi16;
        with_sign: _mm256_sign_epi16;
        mul_low: _mm256_mullo_epi16;
        mul_high: _mm256_mulhi_epi16;
        mul_high_unsigned: _mm256_mulhi_epu16;
        mul_rounded: _mm256_mulhrs_epi16;
        greater: _mm256_cmpgt_epi16;
        mul_pairs: _mm256_madd_epi16;
        add_32: _mm256_add_epi32;
    }

    zips! {
        zip_16: _mm256_unpacklo_epi16, _mm256_unpackhi_epi16;
        zip_32: _mm256_unpacklo_epi32, _mm256_unpackhi_epi32;
        zip_64: _mm256_unpacklo_epi64, _mm256_unpackhi_epi64;
    }

    #[inline(always)]
    fn zip_halves(self, a: __m256i, b: __m256i) -> [__m256i; 2] {
        // SAFETY: as above.
        unsafe {
            [
                _mm256_permute2x128_si256::<0x20>(a, b),
                _mm256_permute2x128_si256::<0x31>(a, b),
            ]
        }
    }

    #[inline(always)]
    fn abs(self, v: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_abs_epi16(v) }
    }

    #[inline(always)]
    fn shift_left<const N: i32>(self, v: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_slli_epi16::<N>(v) }
    }

    #[inline(always)]
    fn shift_right<const N: i32>(self, v: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_srai_epi16::<N>(v) }
    }

    #[inline(always)]
    fn shift_right_unsigned<const N: i32>(self, v: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_srli_epi16::<N>(v) }
    }

    #[inline(always)]
    fn select(self, mask: __m256i, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_blendv_epi8(b, a, mask) }
    }

    #[inline(always)]
    fn nonzero(self, v: __m256i) -> u32 {
        // SAFETY: as above.
        let halves = unsafe { [_mm256_castsi256_si128(v), _mm256_extracti128_si256::<1>(v)] };
        self.0.nonzero(halves)
    }

    #[inline(always)]
    fn pick_halves(self, v: __m256i, from: &[u8; 16]) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(self.load_bytes(from))) }
    }

    #[inline(always)]
    fn shift_in(self, v: __m256i) -> __m256i {
        // SAFETY: as above.
        unsafe { _mm256_alignr_epi8::<14>(v, _mm256_permute2x128_si256::<0x08>(v, v)) }
    }

    #[inline(always)]
    fn sums_32(self, v: __m256i) -> [u32; 4] {
        // SAFETY: as above.
        self.0
            .sums_32(unsafe { [_mm256_castsi256_si128(v), _mm256_extracti128_si256::<1>(v)] })
    }
}
