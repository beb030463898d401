//! The decoder's loop filter (RFC 6386 section 15), to check the encoder's reconstruction against decoders.
#![allow(missing_docs)]

use std::sync::{Mutex, PoisonError};

use crate::analysis::Segmentation;
use crate::decide::Macroblock;
use crate::frame::{Modes, Observer};
use crate::picture::Planes;
use crate::{Config, Error, Yuv420};

/// The decoder's output planes, padded to whole macroblocks.
pub struct Reconstruction {
    pub stride: usize,
    pub y: Vec<u8>,
    pub u: Vec<u8>,
    pub v: Vec<u8>,
    macroblocks: Vec<(u8, bool)>,
    levels: Vec<i32>,
}

/// Encodes once, as [`crate::encode_yuv`] does without a target size, and returns the decoder's picture too.
///
/// # Errors
/// As [`crate::encode_yuv`].
pub fn encode_with_reconstruction(
    picture: &Yuv420<'_>,
    alpha: Option<&[u8]>,
    config: &Config,
) -> Result<(Vec<u8>, Reconstruction), Error> {
    let planes = Planes::new(picture)?;
    let (across, down) = planes.macroblocks();
    let recon = Reconstruction {
        stride: across * 16,
        y: vec![0; across * down * 256],
        u: vec![0; across * down * 64],
        v: vec![0; across * down * 64],
        macroblocks: vec![(0, false); across * down],
        levels: Vec::new(),
    };
    let once = Config {
        target_size: None,
        ..config.clone()
    };
    let mut watched = Mutex::new(recon);
    let bytes = crate::encode_planes(&planes, alpha, &once, &mut watched)?;
    let mut recon = watched.into_inner().unwrap_or_else(PoisonError::into_inner);
    recon.filter(config.simple_filter);
    Ok((bytes, recon))
}

impl Observer for Mutex<Reconstruction> {
    fn segments(&mut self, segmentation: &Segmentation) {
        let recon = self.get_mut().unwrap_or_else(PoisonError::into_inner);
        recon.levels = segmentation.segments.iter().map(|s| s.filter).collect();
    }

    fn macroblock(&self, x: usize, y: usize, modes: &Modes, coded: &Macroblock) {
        let mut recon = self.lock().unwrap_or_else(PoisonError::into_inner);
        recon.put(x, y, modes, coded);
    }
}

impl Reconstruction {
    fn put(&mut self, x: usize, y: usize, modes: &Modes, coded: &Macroblock) {
        let stride = self.stride;
        let inner = modes.luma.is_none() || !modes.skip;
        self.macroblocks[y * stride / 16 + x] = (modes.segment, inner);
        let put = |plane: &mut [u8], stride: usize, x: usize, y: usize, block: &[u8; 16]| {
            for (row, pixels) in block.as_chunks::<4>().0.iter().enumerate() {
                plane[(y + row) * stride + x..][..4].copy_from_slice(pixels);
            }
        };
        for (i, block) in coded.luma.iter().enumerate() {
            put(
                &mut self.y,
                stride,
                x * 16 + i % 4 * 4,
                y * 16 + i / 4 * 4,
                &block.recon,
            );
        }
        for i in 0..4 {
            let (x, y) = (x * 8 + i % 2 * 4, y * 8 + i / 2 * 4);
            put(&mut self.u, stride / 2, x, y, &coded.chroma[i].recon);
            put(&mut self.v, stride / 2, x, y, &coded.chroma[4 + i].recon);
        }
    }
}

/// Thresholds of one macroblock.
struct Limits {
    edge: i32,
    interior: i32,
    variance: i32,
}

impl Reconstruction {
    fn filter(&mut self, simple: bool) {
        let across = self.stride / 16;
        for (i, &(segment, inner)) in self.macroblocks.clone().iter().enumerate() {
            let level = self.levels[usize::from(segment)];
            if level == 0 {
                continue;
            }
            let (x, y) = (i % across, i / across);
            let variance = i32::from(level >= 40) + i32::from(level >= 15);
            let limits = |extra| Limits {
                edge: (level + extra) * 2 + level,
                interior: level,
                variance,
            };
            let mut planes = vec![(&mut self.y, 16, self.stride)];
            if !simple {
                planes.push((&mut self.u, 8, self.stride / 2));
                planes.push((&mut self.v, 8, self.stride / 2));
            }
            for (plane, size, stride) in planes {
                let origin = y * size * stride + x * size;
                let mut edge = |at: usize, across: usize, along: usize, outer: bool| {
                    let limits = limits(if outer { 2 } else { 0 });
                    for k in 0..size {
                        let at = at + k * along;
                        if simple {
                            filter_simple(plane, at, across, &limits);
                        } else {
                            filter_normal(plane, at, across, &limits, outer);
                        }
                    }
                };
                if x > 0 {
                    edge(origin, 1, stride, true);
                }
                if inner {
                    for k in (4..size).step_by(4) {
                        edge(origin + k, 1, stride, false);
                    }
                }
                if y > 0 {
                    edge(origin, stride, 1, true);
                }
                if inner {
                    for k in (4..size).step_by(4) {
                        edge(origin + k * stride, stride, 1, false);
                    }
                }
            }
        }
    }
}

fn clamp(v: i32) -> i32 {
    v.clamp(-128, 127)
}

/// Pixel at `steps` across the edge, and its signed form.
fn at(plane: &[u8], position: usize, across: usize, steps: isize) -> i32 {
    i32::from(plane[position.wrapping_add_signed(steps * across as isize)])
}

fn set(plane: &mut [u8], position: usize, across: usize, steps: isize, signed: i32) {
    plane[position.wrapping_add_signed(steps * across as isize)] = (clamp(signed) + 128) as u8;
}

fn common(plane: &mut [u8], i: usize, s: usize, outer_taps: bool) -> i32 {
    let p = |k| at(plane, i, s, k) - 128;
    let outer = if outer_taps { clamp(p(-2) - p(1)) } else { 0 };
    let a = clamp(outer + 3 * (p(0) - p(-1)));
    let (f1, f2) = (clamp(a + 4) >> 3, clamp(a + 3) >> 3);
    let (q0, p0) = (p(0) - f1, p(-1) + f2);
    set(plane, i, s, 0, q0);
    set(plane, i, s, -1, p0);
    f1
}

fn filter_simple(plane: &mut [u8], i: usize, s: usize, limits: &Limits) {
    let p = |k| at(plane, i, s, k);
    if (p(-1) - p(0)).abs() * 2 + ((p(-2) - p(1)).abs() >> 1) <= limits.edge {
        common(plane, i, s, true);
    }
}

fn filter_normal(plane: &mut [u8], i: usize, s: usize, limits: &Limits, outer: bool) {
    let p = |k| at(plane, i, s, k);
    if (p(-1) - p(0)).abs() * 2 + ((p(-2) - p(1)).abs() >> 1) > limits.edge {
        return;
    }
    let steps = [-4, -3, -2, 0, 1, 2];
    if steps
        .iter()
        .any(|&k| (p(k) - p(k + 1)).abs() > limits.interior)
    {
        return;
    }
    let high = |k: isize, l: isize| (p(k) - p(l)).abs() > limits.variance;
    if high(-2, -1) || high(1, 0) {
        common(plane, i, s, true);
    } else if outer {
        let signed = |k| at(plane, i, s, k) - 128;
        let w = clamp(clamp(signed(-2) - signed(1)) + 3 * (signed(0) - signed(-1)));
        let old: Vec<i32> = (-3..3).map(signed).collect();
        for (k, gain) in [27, 18, 9].into_iter().enumerate() {
            let a = clamp((gain * w + 63) >> 7);
            set(plane, i, s, k as isize, old[3 + k] - a);
            set(plane, i, s, -1 - k as isize, old[2 - k] + a);
        }
    } else {
        let (p1, q1) = (p(-2) - 128, p(1) - 128);
        let a = (common(plane, i, s, false) + 1) >> 1;
        set(plane, i, s, 1, q1 - a);
        set(plane, i, s, -2, p1 + a);
    }
}
