//! The boolean entropy coder (RFC 6386 section 7), writing side.

use crate::tables::Prob;

/// Bits gathered before whole bytes move to the output.
const FLUSH_BITS: u32 = 32;

/// Arithmetic encoder of binary decisions, each with its own probability.
pub(crate) struct BoolEncoder {
    out: Vec<u8>,
    /// The interval's lower end: `8 + pending` bits, and one more for the carry.
    low: u64,
    /// The interval's length, 128..=255 between decisions.
    range: u32,
    /// Bits of `low` that are above its lowest eight.
    pending: u32,
}

impl BoolEncoder {
    /// An encoder whose output will take about `capacity` bytes.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            out: Vec::with_capacity(capacity),
            low: 0,
            range: 255,
            pending: 0,
        }
    }

    /// Writes one decision; `prob` is the chance (of 256) that it is `false`.
    #[inline(always)]
    pub(crate) fn put(&mut self, bit: bool, prob: Prob) {
        let split = 1 + (((self.range - 1) * u32::from(prob)) >> 8);
        // Masks and not a branch: decisions are hard to predict by nature.
        let mask = u32::from(bit).wrapping_neg();
        self.low += u64::from(split & mask);
        let range = (split & !mask) | ((self.range - split) & mask);
        let shift = range.leading_zeros() - 24;
        self.range = range << shift;
        self.low <<= shift;
        self.pending += shift;
        if self.pending >= FLUSH_BITS {
            self.flush();
        }
    }

    /// Writes one decision that is as likely true as false.
    #[inline(always)]
    pub(crate) fn put_even(&mut self, bit: bool) {
        self.put(bit, 128);
    }

    /// Writes the low `bits` bits of `value`, highest first, as even decisions.
    pub(crate) fn put_literal(&mut self, value: u32, bits: u32) {
        for i in (0..bits).rev() {
            self.put_even((value >> i) & 1 != 0);
        }
    }

    /// Writes a flag for "not zero" and then, if so, magnitude and sign.
    pub(crate) fn put_optional_signed(&mut self, value: i32, bits: u32) {
        self.put_even(value != 0);
        if value != 0 {
            self.put_literal(value.unsigned_abs(), bits);
            self.put_even(value < 0);
        }
    }

    fn flush(&mut self) {
        let keep = self.pending - FLUSH_BITS + 8;
        let top = self.low >> keep;
        self.low &= (1 << keep) - 1;
        self.pending -= FLUSH_BITS;
        if top >> FLUSH_BITS != 0 {
            self.carry();
        }
        self.out.extend_from_slice(&(top as u32).to_be_bytes());
    }

    /// Adds one to the number that the bytes written so far spell.
    fn carry(&mut self) {
        for byte in self.out.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
    }

    /// Whole bytes so far, but for the last four or fewer.
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    /// Ends the stream and returns its bytes.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let bits = self.pending + 8;
        let bytes = bits.div_ceil(8);
        let top = self.low << (bytes * 8 - bits);
        if top >> (bytes * 8) != 0 {
            self.carry();
        }
        let be = top.to_be_bytes();
        self.out.extend_from_slice(&be[8 - bytes as usize..]);
        self.out
    }
}
