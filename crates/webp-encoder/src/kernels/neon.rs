//! Registers of 64-bit ARM.
#![allow(unsafe_code)]
// The intrinsics' names say where they come from.
#![allow(clippy::wildcard_imports)]

use std::arch::aarch64::*;

use super::lanes::{self, Vectors, by_halves, kernels};
use super::{Block, Chroma, Coded, Edges, Kernels, Luma, QuadCoefficients};
use crate::quantise::Matrix;

/// Every 64-bit ARM processor has these registers.
#[derive(Clone, Copy)]
pub(crate) struct Neon;

kernels!(Neon, "neon");

/// Functions that interleave 16-bit values, or larger ones after a change of name.
macro_rules! zip_by_halves {
    ($($name:ident: $low:ident, $high:ident, $to:ident, $from:ident;)*) => {
        $(
            #[inline(always)]
            fn $name(self, a: Self::Wide, b: Self::Wide) -> [Self::Wide; 2] {
                // SAFETY: the processor has the registers; this holds for each method here.
                unsafe {
                    let (a, b) = ([$to(a[0]), $to(a[1])], [$to(b[0]), $to(b[1])]);
                    [
                        [$from($low(a[0], b[0])), $from($low(a[1], b[1]))],
                        [$from($high(a[0], b[0])), $from($high(a[1], b[1]))],
                    ]
                }
            }
        )*
    };
}

#[inline(always)]
fn same(v: int16x8_t) -> int16x8_t {
    v
}

/// The upper halves of the products of eight values, signed or not.
#[inline]
#[target_feature(enable = "neon")]
fn mul_high(a: int16x8_t, b: int16x8_t) -> int16x8_t {
    let low = vmull_s16(vget_low_s16(a), vget_low_s16(b));
    let high = vmull_high_s16(a, b);
    vuzp2q_s16(vreinterpretq_s16_s32(low), vreinterpretq_s16_s32(high))
}

#[inline]
#[target_feature(enable = "neon")]
fn mul_high_unsigned(a: int16x8_t, b: int16x8_t) -> int16x8_t {
    let (a, b) = (vreinterpretq_u16_s16(a), vreinterpretq_u16_s16(b));
    let low = vmull_u16(vget_low_u16(a), vget_low_u16(b));
    let high = vmull_high_u16(a, b);
    vuzp2q_s16(vreinterpretq_s16_u32(low), vreinterpretq_s16_u32(high))
}

#[inline]
#[target_feature(enable = "neon")]
fn with_sign(v: int16x8_t, sign: int16x8_t) -> int16x8_t {
    let negative = vshrq_n_s16::<15>(sign);
    let signed = vsubq_s16(veorq_s16(v, negative), negative);
    vandq_s16(signed, vreinterpretq_s16_u16(vtstq_s16(sign, sign)))
}

#[inline]
#[target_feature(enable = "neon")]
fn greater(a: int16x8_t, b: int16x8_t) -> int16x8_t {
    vreinterpretq_s16_u16(vcgtq_s16(a, b))
}

#[inline]
#[target_feature(enable = "neon")]
fn mul_pairs(a: int16x8_t, b: int16x8_t) -> int16x8_t {
    let low = vmull_s16(vget_low_s16(a), vget_low_s16(b));
    let high = vmull_high_s16(a, b);
    vreinterpretq_s16_s32(vpaddq_s32(low, high))
}

#[inline]
#[target_feature(enable = "neon")]
fn add_32(a: int16x8_t, b: int16x8_t) -> int16x8_t {
    let sum = vaddq_s32(vreinterpretq_s32_s16(a), vreinterpretq_s32_s16(b));
    vreinterpretq_s16_s32(sum)
}

impl Vectors for Neon {
    type Bytes = uint8x16_t;
    type Wide = [int16x8_t; 2];

    #[inline(always)]
    fn load_bytes(self, bytes: &[u8; 16]) -> uint8x16_t {
        // SAFETY: the reference is to 16 readable bytes, and the load needs no alignment.
        unsafe { vld1q_u8(bytes.as_ptr()) }
    }

    #[inline(always)]
    fn store_bytes(self, v: uint8x16_t, out: &mut [u8; 16]) {
        // SAFETY: the reference is to 16 writable bytes, and the store needs no alignment.
        unsafe { vst1q_u8(out.as_mut_ptr(), v) }
    }

    #[inline(always)]
    fn splat_byte(self, v: u8) -> uint8x16_t {
        // SAFETY: as above.
        unsafe { vdupq_n_u8(v) }
    }

    #[inline(always)]
    fn splat_four(self, v: [u8; 4]) -> uint8x16_t {
        // SAFETY: as above.
        unsafe { vreinterpretq_u8_u32(vdupq_n_u32(u32::from_le_bytes(v))) }
    }

    #[inline(always)]
    fn or(self, a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
        // SAFETY: as above.
        unsafe { vorrq_u8(a, b) }
    }

    #[inline(always)]
    fn average_up(self, a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
        // SAFETY: as above.
        unsafe { vrhaddq_u8(a, b) }
    }

    #[inline(always)]
    fn average_down(self, a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
        // SAFETY: as above.
        unsafe { vhaddq_u8(a, b) }
    }

    #[inline(always)]
    fn pick(self, v: uint8x16_t, from: &[u8; 16]) -> uint8x16_t {
        // SAFETY: as above.
        unsafe { vqtbl1q_u8(v, self.load_bytes(from)) }
    }

    #[inline(always)]
    fn sum(self, v: uint8x16_t) -> u32 {
        // SAFETY: as above.
        u32::from(unsafe { vaddlvq_u8(v) })
    }

    #[inline(always)]
    fn zip_bytes_32(self, a: uint8x16_t, b: uint8x16_t) -> [uint8x16_t; 2] {
        // SAFETY: as above.
        unsafe {
            let (a, b) = (vreinterpretq_u32_u8(a), vreinterpretq_u32_u8(b));
            [
                vreinterpretq_u8_u32(vzip1q_u32(a, b)),
                vreinterpretq_u8_u32(vzip2q_u32(a, b)),
            ]
        }
    }

    #[inline(always)]
    fn zip_bytes_64(self, a: uint8x16_t, b: uint8x16_t) -> [uint8x16_t; 2] {
        // SAFETY: as above.
        unsafe {
            let (a, b) = (vreinterpretq_u64_u8(a), vreinterpretq_u64_u8(b));
            [
                vreinterpretq_u8_u64(vzip1q_u64(a, b)),
                vreinterpretq_u8_u64(vzip2q_u64(a, b)),
            ]
        }
    }

    #[inline(always)]
    fn widen(self, v: uint8x16_t) -> Self::Wide {
        // SAFETY: as above.
        unsafe {
            [
                vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(v))),
                vreinterpretq_s16_u16(vmovl_high_u8(v)),
            ]
        }
    }

    #[inline(always)]
    fn narrow(self, v: Self::Wide) -> uint8x16_t {
        // SAFETY: as above.
        unsafe { vqmovun_high_s16(vqmovun_s16(v[0]), v[1]) }
    }

    #[inline(always)]
    fn load(self, values: &[i16; 16]) -> Self::Wide {
        // SAFETY: the reference is to 32 readable bytes, and the loads need no alignment.
        unsafe {
            [
                vld1q_s16(values.as_ptr()),
                vld1q_s16(values.as_ptr().add(8)),
            ]
        }
    }

    #[inline(always)]
    fn store(self, v: Self::Wide, out: &mut [i16; 16]) {
        // SAFETY: the reference is to 32 writable bytes, and the stores need no alignment.
        unsafe {
            vst1q_s16(out.as_mut_ptr(), v[0]);
            vst1q_s16(out.as_mut_ptr().add(8), v[1]);
        }
    }

    #[inline(always)]
    fn splat(self, v: i16) -> Self::Wide {
        // SAFETY: as above.
        unsafe { [vdupq_n_s16(v); 2] }
    }

    #[inline(always)]
    fn splat_4(self, v: [i16; 4]) -> Self::Wide {
        // SAFETY: as above.
        unsafe { [vreinterpretq_s16_s64(vdupq_n_s64(lanes::as_i64(v))); 2] }
    }

    by_halves! {
        fn add(a, b): vaddq_s16;
        fn sub(a, b): vsubq_s16;
        fn min(a, b): vminq_s16;
        fn max(a, b): vmaxq_s16;
        fn with_sign(a, b): with_sign;
        fn mul_low(a, b): vmulq_s16;
        fn mul_high(a, b): mul_high;
        fn mul_high_unsigned(a, b): mul_high_unsigned;
        fn mul_rounded(a, b): vqrdmulhq_s16;
        fn greater(a, b): greater;
        fn mul_pairs(a, b): mul_pairs;
        fn add_32(a, b): add_32;
    }

    by_halves! {
        fn abs(v): vabsq_s16;
    }

    by_halves! {
        fn shift_left<N>(v): vshlq_n_s16;
        fn shift_right<N>(v): vshrq_n_s16;
    }

    zip_by_halves! {
        zip_16: vzip1q_s16, vzip2q_s16, same, same;
        zip_32: vzip1q_s32, vzip2q_s32, vreinterpretq_s32_s16, vreinterpretq_s16_s32;
        zip_64: vzip1q_s64, vzip2q_s64, vreinterpretq_s64_s16, vreinterpretq_s16_s64;
    }

    #[inline(always)]
    fn shift_right_unsigned<const N: i32>(self, v: Self::Wide) -> Self::Wide {
        // SAFETY: as above.
        unsafe {
            let (a, b) = (vreinterpretq_u16_s16(v[0]), vreinterpretq_u16_s16(v[1]));
            [
                vreinterpretq_s16_u16(vshrq_n_u16::<N>(a)),
                vreinterpretq_s16_u16(vshrq_n_u16::<N>(b)),
            ]
        }
    }

    #[inline(always)]
    fn select(self, mask: Self::Wide, a: Self::Wide, b: Self::Wide) -> Self::Wide {
        // SAFETY: as above.
        unsafe {
            [
                vbslq_s16(vreinterpretq_u16_s16(mask[0]), a[0], b[0]),
                vbslq_s16(vreinterpretq_u16_s16(mask[1]), a[1], b[1]),
            ]
        }
    }

    #[inline(always)]
    fn nonzero(self, v: Self::Wide) -> u32 {
        const BITS: [u16; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
        // SAFETY: as above; the constant is 16 readable bytes.
        unsafe {
            let bits = vld1q_u16(BITS.as_ptr());
            let low = vaddvq_u16(vandq_u16(vtstq_s16(v[0], v[0]), bits));
            let high = vaddvq_u16(vandq_u16(vtstq_s16(v[1], v[1]), bits));
            u32::from(low) | u32::from(high) << 8
        }
    }

    #[inline(always)]
    fn zip_halves(self, a: Self::Wide, b: Self::Wide) -> [Self::Wide; 2] {
        [[a[0], b[0]], [a[1], b[1]]]
    }

    #[inline(always)]
    fn pick_halves(self, v: Self::Wide, from: &[u8; 16]) -> Self::Wide {
        // SAFETY: as above.
        unsafe {
            [
                vreinterpretq_s16_u8(self.pick(vreinterpretq_u8_s16(v[0]), from)),
                vreinterpretq_s16_u8(self.pick(vreinterpretq_u8_s16(v[1]), from)),
            ]
        }
    }

    #[inline(always)]
    fn shift_in(self, v: Self::Wide) -> Self::Wide {
        // SAFETY: as above.
        unsafe {
            [
                vextq_s16::<7>(vdupq_n_s16(0), v[0]),
                vextq_s16::<7>(v[0], v[1]),
            ]
        }
    }

    #[inline(always)]
    fn sums_32(self, v: Self::Wide) -> [u32; 4] {
        let mut sums = [0; 4];
        // SAFETY: as above; the array is 16 writable bytes.
        unsafe {
            let pairs = vpaddq_s32(vreinterpretq_s32_s16(v[0]), vreinterpretq_s32_s16(v[1]));
            vst1q_u32(sums.as_mut_ptr(), vreinterpretq_u32_s32(pairs));
        }
        sums
    }
}
