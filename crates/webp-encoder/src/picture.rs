//! Pictures as the encoder takes them: planes, their checks, conversion from RGB, macroblocks.

use std::borrow::Cow;

use crate::kernels::{Block, Chroma, Kernels, Luma};
use crate::sharp;
use crate::{Error, MAX_DIMENSION, Range, Yuv420};

/// Checked planes in video range.
pub(crate) struct Planes<'a> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) y: Cow<'a, [u8]>,
    pub(crate) u: Cow<'a, [u8]>,
    pub(crate) v: Cow<'a, [u8]>,
}

/// Fails for sizes that the format cannot carry.
pub(crate) fn check_size(width: u32, height: u32) -> Result<(usize, usize), Error> {
    if (1..=MAX_DIMENSION).contains(&width) && (1..=MAX_DIMENSION).contains(&height) {
        Ok((width as usize, height as usize))
    } else {
        Err(Error::Dimensions)
    }
}

impl<'a> Planes<'a> {
    /// The planes of `picture`, converted to video range where need be.
    pub(crate) fn new(picture: &Yuv420<'a>) -> Result<Self, Error> {
        let (width, height) = check_size(picture.width, picture.height)?;
        let chroma = width.div_ceil(2) * height.div_ceil(2);
        if [picture.y.len(), picture.u.len(), picture.v.len()] != [width * height, chroma, chroma] {
            return Err(Error::BufferSize);
        }
        let plane = |plane: &'a [u8], zero: i32, gain: i32| match picture.range {
            Range::Video => Cow::Borrowed(plane),
            Range::Full => {
                let centre = if zero == 16 { 0 } else { 128 };
                let table: [u8; 256] = std::array::from_fn(|i| {
                    let value = (i as i32 - centre) * gain;
                    (zero + (value * 2 + 255 * value.signum()) / 510).clamp(0, 255) as u8
                });
                Cow::Owned(plane.iter().map(|&p| table[usize::from(p)]).collect())
            }
        };
        Ok(Self {
            width,
            height,
            y: plane(picture.y, 16, 219),
            u: plane(picture.u, 128, 224),
            v: plane(picture.v, 128, 224),
        })
    }

    /// Converts interleaved pixels of `N` bytes, red, green and blue first.
    pub(crate) fn from_rgb<const N: usize>(
        pixels: &[u8],
        width: u32,
        height: u32,
        sharp: bool,
    ) -> Result<Planes<'static>, Error> {
        let (width, height) = check_size(width, height)?;
        if pixels.len() != width * height * N {
            return Err(Error::BufferSize);
        }
        let (pixels, _) = pixels.as_chunks::<N>();
        if sharp {
            return Ok(sharp::planes(pixels, width, height));
        }
        let half = width.div_ceil(2);
        let mut y = Vec::with_capacity(width * height);
        let mut u = Vec::with_capacity(half * height.div_ceil(2));
        let mut v = Vec::with_capacity(half * height.div_ceil(2));
        for rows in pixels.chunks(2 * width) {
            y.extend(rows.iter().map(|p| luma(p[0], p[1], p[2])));
            let (top, bottom) = rows.split_at(width);
            let bottom = if bottom.is_empty() { top } else { bottom };
            for (a, b) in top.chunks(2).zip(bottom.chunks(2)) {
                let sum = |c: usize| {
                    let [a0, b0] = [a[0][c], b[0][c]].map(i32::from);
                    let [a1, b1] = [a[a.len() - 1][c], b[b.len() - 1][c]].map(i32::from);
                    a0 + a1 + b0 + b1
                };
                let (red, green, blue) = (sum(0), sum(1), sum(2));
                u.push(chroma(-9719 * red - 19_081 * green + 28_800 * blue));
                v.push(chroma(28_800 * red - 24_116 * green - 4684 * blue));
            }
        }
        Ok(Planes {
            width,
            height,
            y: Cow::Owned(y),
            u: Cow::Owned(u),
            v: Cow::Owned(v),
        })
    }

    /// Macroblocks across and down.
    pub(crate) fn macroblocks(&self) -> (usize, usize) {
        (self.width.div_ceil(16), self.height.div_ceil(16))
    }

    /// Copies one macroblock, the picture's last pixels repeated beyond its edge.
    #[inline(always)]
    pub(crate) fn load<K: Kernels>(
        &self,
        kernels: K,
        (x, y): (usize, usize),
        luma: &mut Luma,
        chroma: &mut Chroma,
    ) {
        let half = (self.width.div_ceil(2), self.height.div_ceil(2));
        if (x + 1) * 16 <= self.width && (y + 1) * 16 <= self.height {
            let rows = |row: usize| first_chunk(&self.y[(y * 16 + row) * self.width + x * 16..]);
            for (i, four) in luma.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                kernels.blocks(std::array::from_fn(|k| rows(i * 4 + k)), four);
            }
            let at = y * 8 * half.0 + x * 8;
            let (u, v) = chroma.split_at_mut(4);
            load_inside(&self.u[at..], half.0, u);
            load_inside(&self.v[at..], half.0, v);
            return;
        }
        load_plane::<16>(&self.y, (self.width, self.height), (x, y), luma);
        let (u, v) = chroma.split_at_mut(4);
        load_plane::<8>(&self.u, half, (x, y), u);
        load_plane::<8>(&self.v, half, (x, y), v);
    }
}

/// BT.601 luma in video range, 16 fractional bits.
#[inline]
fn luma(r: u8, g: u8, b: u8) -> u8 {
    let sum = 16_839 * i32::from(r) + 33_059 * i32::from(g) + 6420 * i32::from(b);
    ((sum + (16 << 16) + (1 << 15)) >> 16) as u8
}

/// A chroma value from four times a weighted sum.
#[inline]
fn chroma(sum: i32) -> u8 {
    ((sum + (128 << 18) + (1 << 17)) >> 18).clamp(0, 255) as u8
}

/// The first `N` pixels; callers have made sure that there are as many.
#[inline(always)]
fn first_chunk<const N: usize>(pixels: &[u8]) -> &[u8; N] {
    pixels.first_chunk().unwrap_or(&[0; N])
}

/// Copies 8x8 pixels that are all inside the plane.
#[inline(always)]
fn load_inside(pixels: &[u8], stride: usize, blocks: &mut [Block]) {
    for row in 0..8 {
        let line = first_chunk::<8>(&pixels[row * stride..]);
        for (x, four) in line.as_chunks::<4>().0.iter().enumerate() {
            blocks[row / 4 * 2 + x][row % 4 * 4..][..4].copy_from_slice(four);
        }
    }
}

#[cold]
fn load_plane<const N: usize>(
    plane: &[u8],
    (width, height): (usize, usize),
    (x, y): (usize, usize),
    blocks: &mut [[u8; 16]],
) {
    let (x, y) = (x * N, y * N);
    for row in 0..N {
        let line = &plane[(y + row).min(height - 1) * width..][..width];
        let mut pixels = [0; N];
        if let Some(inside) = line.get(x..x + N) {
            pixels.copy_from_slice(inside);
        } else {
            let inside = &line[x..];
            pixels[..inside.len()].copy_from_slice(inside);
            pixels[inside.len()..].fill(line[width - 1]);
        }
        let across = &mut blocks[row / 4 * (N / 4)..][..N / 4];
        for (block, four) in across.iter_mut().zip(pixels.as_chunks::<4>().0) {
            block[row % 4 * 4..][..4].copy_from_slice(four);
        }
    }
}
