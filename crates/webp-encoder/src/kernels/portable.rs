//! Kernels in plain Rust: the reference for the others.

use super::{
    Block, Chroma, Coded, DC, DIRECTIONS, Edges, H, Kernels, Luma, QuadCoefficients,
    TEXTURE_WEIGHTS, TM, V, index_levels,
};
use crate::quantise::Matrix;
use crate::tables::ZIGZAG;

/// Runs everywhere.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Kernels for Portable {
    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        work()
    }

    fn blocks(self, rows: [&[u8; 16]; 4], out: &mut [Block; 4]) {
        for (i, block) in out.iter_mut().enumerate() {
            *block = std::array::from_fn(|k| rows[k / 4][i * 4 + k % 4]);
        }
    }

    #[inline]
    fn predict_4x4(self, edge: &[u8; 16], out: &mut [Block; 10]) {
        let e = |i: usize| u16::from(edge[i]);
        let mut averages = [0; 32];
        for i in 0..15 {
            averages[16 + i] = ((e(i) + e(i + 1) + 1) >> 1) as u8;
            if i > 0 {
                averages[i] = ((e(i - 1) + 2 * e(i) + e(i + 1) + 2) >> 2) as u8;
            }
        }
        let sum: u16 = (1..5).chain(6..10).map(e).sum();
        out[DC] = [((sum + 4) >> 3) as u8; 16];
        for (i, pixel) in out[TM].iter_mut().enumerate() {
            let value = e(6 + i % 4) as i16 + e(4 - i / 4) as i16 - e(5) as i16;
            *pixel = value.clamp(0, 255) as u8;
        }
        for (block, indices) in out[2..].iter_mut().zip(&DIRECTIONS) {
            *block = indices.map(|i| averages[usize::from(i)]);
        }
    }

    fn predict_luma(self, edges: &Edges<16>, out: &mut [Luma; 4]) {
        for (mode, blocks) in out.iter_mut().enumerate() {
            predict_plane::<16>(edges, mode, blocks);
        }
    }

    fn predict_chroma(self, u: &Edges<8>, v: &Edges<8>, out: &mut [Chroma; 4]) {
        for (mode, blocks) in out.iter_mut().enumerate() {
            let (u_blocks, v_blocks) = blocks.split_at_mut(4);
            predict_plane::<8>(u, mode, u_blocks);
            predict_plane::<8>(v, mode, v_blocks);
        }
    }

    fn satd(self, source: &Block, predictions: [&Block; 4]) -> [u32; 4] {
        predictions.map(|prediction| {
            let difference =
                std::array::from_fn(|i| i16::from(source[i]) - i16::from(prediction[i]));
            let spectrum = hadamard(difference);
            spectrum.iter().map(|v| u32::from(v.unsigned_abs())).sum()
        })
    }

    fn texture(self, blocks: [&Block; 4]) -> [u32; 4] {
        blocks.map(|block| {
            let spectrum = hadamard(block.map(i16::from));
            spectrum
                .iter()
                .zip(TEXTURE_WEIGHTS)
                .map(|(v, w)| u32::from(v.unsigned_abs()) * w as u32)
                .sum()
        })
    }

    fn forward(self, source: [&Block; 4], prediction: [&Block; 4]) -> QuadCoefficients {
        let mut out = QuadCoefficients([0; 64]);
        for block in 0..4 {
            let residual = std::array::from_fn(|i| {
                i16::from(source[block][i]) - i16::from(prediction[block][i])
            });
            let coefficients = forward_dct(&residual);
            for (i, &c) in coefficients.iter().enumerate() {
                out.0[i % 4 * 16 + block * 4 + i / 4] = c;
            }
        }
        out
    }

    fn code(
        self,
        coefficients: &QuadCoefficients,
        dc: [i16; 4],
        matrix: &Matrix,
        source: [&Block; 4],
        prediction: [&Block; 4],
        out: &mut [Coded; 4],
    ) {
        for block in 0..4 {
            let coded = &mut out[block];
            let mut dequantised = [0i16; 16];
            for (n, &raster) in ZIGZAG.iter().enumerate() {
                let (row, column) = (usize::from(raster) / 4, usize::from(raster) % 4);
                let value = coefficients.0[column * 16 + block * 4 + row];
                let level = matrix.level(column * 4 + row, value);
                coded.levels[n] = level;
                dequantised[usize::from(raster)] =
                    level.wrapping_mul(matrix.step[column * 4 + row]);
            }
            index_levels(coded);
            dequantised[0] = dequantised[0].wrapping_add(dc[block]);
            let residual = inverse_dct(&dequantised);
            coded.sse = 0;
            for i in 0..16 {
                let pixel = (i16::from(prediction[block][i]) + residual[i]).clamp(0, 255);
                coded.recon[i] = pixel as u8;
                let error = i32::from(source[block][i]) - i32::from(pixel);
                coded.sse += (error * error) as u32;
            }
        }
        let textures = self.texture(std::array::from_fn(|i| &out[i].recon));
        for (coded, texture) in out.iter_mut().zip(textures) {
            coded.texture = texture;
        }
    }
}

/// Prediction of a whole plane of `N` x `N` pixels.
pub(super) fn predict_plane<const N: usize>(edges: &Edges<N>, mode: usize, blocks: &mut [Block]) {
    let dc = dc_of(edges);
    for (i, block) in blocks.iter_mut().enumerate() {
        let (x, y) = (i % (N / 4) * 4, i / (N / 4) * 4);
        for (k, pixel) in block.iter_mut().enumerate() {
            let (top, left) = (edges.top[x + k % 4], edges.left[y + k / 4]);
            *pixel = match mode {
                DC => dc,
                V => top,
                H => left,
                _ => {
                    (i16::from(top) + i16::from(left) - i16::from(edges.corner)).clamp(0, 255) as u8
                }
            };
        }
    }
}

/// The value of DC prediction.
pub(super) fn dc_of<const N: usize>(edges: &Edges<N>) -> u8 {
    let sum = |pixels: &[u8; N]| pixels.iter().map(|&p| u32::from(p)).sum::<u32>();
    let n = N as u32;
    let value = match (edges.has_top, edges.has_left) {
        (true, true) => (sum(&edges.top) + sum(&edges.left) + n) / (2 * n),
        (true, false) => (sum(&edges.top) + n / 2) / n,
        (false, true) => (sum(&edges.left) + n / 2) / n,
        (false, false) => 128,
    };
    value as u8
}

/// Two-dimensional Hadamard transform without normalisation.
fn hadamard(mut v: [i16; 16]) -> [i16; 16] {
    let mut pass = |stride: usize, step: usize| {
        for i in 0..4 {
            let at = |k: usize| i * step + k * stride;
            let (a, b, c, d) = (v[at(0)], v[at(1)], v[at(2)], v[at(3)]);
            let (s0, s1, d0, d1) = (a + b, c + d, a - b, c - d);
            v[at(0)] = s0 + s1;
            v[at(1)] = d0 + d1;
            v[at(2)] = s0 - s1;
            v[at(3)] = d0 - d1;
        }
    };
    pass(4, 1);
    pass(1, 4);
    // Put in order of frequency: 0, 2, 3, 1 sign changes so far.
    let order = [0, 2, 3, 1];
    std::array::from_fn(|i| v[order[i / 4] * 4 + order[i % 4]])
}

/// Rounded product of `a` with `b` / 32768.
fn scale(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b) + 0x4000) >> 15) as i16
}

/// Four values to four frequencies; the odd ones by a rotation of pi/8 times sqrt 2.
fn forward_pass(v: [i16; 4]) -> [i16; 4] {
    let (a, b, c, d) = (v[0] + v[3], v[1] + v[2], v[1] - v[2], v[0] - v[3]);
    [
        a + b,
        d + scale(d, 10_045) + scale(c, 17_734),
        a - b,
        scale(d, 17_734) - c - scale(c, 10_045),
    ]
}

/// Forward DCT; the result is twice the orthonormal one, as the format wants.
fn forward_dct(residual: &[i16; 16]) -> [i16; 16] {
    let mut t = [0; 16];
    for i in 0..4 {
        let column = forward_pass(std::array::from_fn(|k| residual[k * 4 + i] * 8));
        for k in 0..4 {
            t[k * 4 + i] = column[k];
        }
    }
    let mut out = [0; 16];
    for i in 0..4 {
        let row = forward_pass(std::array::from_fn(|k| t[i * 4 + k]));
        for k in 0..4 {
            out[i * 4 + k] = row[k].wrapping_add(8) >> 4;
        }
    }
    out
}

/// Four frequencies to four values (RFC 6386 section 14.3).
fn inverse_pass(v: [i16; 4]) -> [i16; 4] {
    let high = |x: i16| ((i32::from(x) * 20_091) >> 16) as i16;
    let low = |x: i16| ((i32::from(x) * 35_468) >> 16) as i16;
    let (a, b) = (v[0].wrapping_add(v[2]), v[0].wrapping_sub(v[2]));
    let c = low(v[1]).wrapping_sub(v[3]).wrapping_sub(high(v[3]));
    let d = v[1].wrapping_add(high(v[1])).wrapping_add(low(v[3]));
    [
        a.wrapping_add(d),
        b.wrapping_add(c),
        b.wrapping_sub(c),
        a.wrapping_sub(d),
    ]
}

fn inverse_dct(coefficients: &[i16; 16]) -> [i16; 16] {
    let mut t = [0; 16];
    for i in 0..4 {
        let column = inverse_pass(std::array::from_fn(|k| coefficients[k * 4 + i]));
        for k in 0..4 {
            t[k * 4 + i] = column[k];
        }
    }
    let mut out = [0; 16];
    for i in 0..4 {
        let row = inverse_pass(std::array::from_fn(|k| t[i * 4 + k]));
        for k in 0..4 {
            out[i * 4 + k] = row[k].wrapping_add(4) >> 3;
        }
    }
    out
}
