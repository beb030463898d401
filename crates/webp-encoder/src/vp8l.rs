//! A small encoder for WebP's lossless bitstream, for one 8-bit plane: back-references and prefix codes.
//!
//! The plane travels in the green channel, as the ALPH chunk wants, without the lossless header.

mod prefix;

use prefix::PrefixCode;

/// Shortest back-reference worth its distance.
const MIN_MATCH: usize = 4;
/// Longest that the format has.
const MAX_MATCH: usize = 4096;
/// Farthest distance that the format can spell.
const MAX_DISTANCE: usize = (1 << 20) - 120;
const HASH_BITS: u32 = 14;

/// Green symbols: literals, then length prefixes.
const GREEN_SYMBOLS: usize = 256 + 24;
const DISTANCE_SYMBOLS: usize = 40;

/// Bits from the lowest of each byte up.
#[derive(Default)]
struct BitWriter {
    out: Vec<u8>,
    pending: u64,
    count: u32,
}

impl BitWriter {
    fn put(&mut self, value: u32, bits: u32) {
        self.pending |= u64::from(value) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.out.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.out.push(self.pending as u8);
        }
        self.out
    }
}

enum Token {
    Literal(u8),
    /// Length and distance code.
    Copy(u32, u32),
}

/// Encodes a plane whose rows have `width` values.
pub(crate) fn encode_plane(plane: &[u8], width: usize) -> Vec<u8> {
    let tokens = tokenise(plane, width);
    let mut green = [0; GREEN_SYMBOLS];
    let mut distance = [0; DISTANCE_SYMBOLS];
    for token in &tokens {
        match *token {
            Token::Literal(value) => green[usize::from(value)] += 1,
            Token::Copy(length, code) => {
                green[256 + prefix_of(length).0 as usize] += 1;
                distance[prefix_of(code).0 as usize] += 1;
            }
        }
    }
    let green = PrefixCode::new(&green, 15);
    let distance = PrefixCode::new(&distance, 15);
    let mut out = BitWriter::default();
    // No transform, no colour cache, one set of prefix codes.
    out.put(0, 3);
    green.write(&mut out);
    for _ in 0..3 {
        // Red, blue and alpha: always zero.
        PrefixCode::new(&[], 15).write(&mut out);
    }
    distance.write(&mut out);
    for token in &tokens {
        match *token {
            Token::Literal(value) => green.put(&mut out, usize::from(value)),
            Token::Copy(length, code) => {
                for (table, offset, value) in [(&green, 256, length), (&distance, 0, code)] {
                    let (symbol, bits, extra) = prefix_of(value);
                    table.put(&mut out, offset + symbol as usize);
                    out.put(extra, bits);
                }
            }
        }
    }
    out.finish()
}

/// Prefix symbol, number of extra bits and their value, for a length or distance code (from 1 up).
fn prefix_of(value: u32) -> (u32, u32, u32) {
    let v = value - 1;
    if v < 4 {
        return (v, 0, 0);
    }
    let high = v.ilog2();
    let bits = high - 1;
    (2 * high + ((v >> bits) & 1), bits, v & ((1 << bits) - 1))
}

/// Codes of the distances with short names: above, left, above left, above right; others follow from 120 on.
fn distance_code(distance: usize, width: usize) -> u32 {
    match distance {
        d if d == width => 1,
        1 => 2,
        d if d == width + 1 => 3,
        d if d + 1 == width => 4,
        d => d as u32 + 120,
    }
}

/// Greedy back-references: near neighbours first, then the last place with the same four values.
fn tokenise(plane: &[u8], width: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut last = vec![usize::MAX; 1 << HASH_BITS];
    let hash = |at: usize| {
        let four = [plane[at], plane[at + 1], plane[at + 2], plane[at + 3]];
        (u32::from_le_bytes(four).wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
    };
    let mut at = 0;
    while at < plane.len() {
        let rest = &plane[at..plane.len().min(at + MAX_MATCH)];
        let (mut length, mut distance) = (0, 0);
        let mut consider = |d: usize| {
            if d == 0 || d > at || d > MAX_DISTANCE {
                return;
            }
            let from = &plane[at - d..];
            let same = rest.iter().zip(from).take_while(|(a, b)| a == b).count();
            if same > length {
                (length, distance) = (same, d);
            }
        };
        for d in [1, width, width + 1, width.wrapping_sub(1)] {
            consider(d);
        }
        if rest.len() >= 4 {
            let slot = &mut last[hash(at)];
            if *slot != usize::MAX {
                consider(at - *slot);
            }
            *slot = at;
        }
        if length >= MIN_MATCH {
            tokens.push(Token::Copy(length as u32, distance_code(distance, width)));
            // Long runs need no entry for each of their places.
            for inside in (at + 1..at + length).take(64) {
                if inside + 4 <= plane.len() {
                    last[hash(inside)] = inside;
                }
            }
            at += length;
        } else {
            tokens.push(Token::Literal(plane[at]));
            at += 1;
        }
    }
    tokens
}
