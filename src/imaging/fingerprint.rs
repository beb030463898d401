//! A 64-bit perceptual hash: pictures that look alike differ in few bits.

use std::f32::consts::PI;

use super::{
    Error,
    frame::{Frame, Layout},
    geometry::Plan,
    picture::Picture,
};

/// Side of the square that every picture is squeezed into.
const SIDE: usize = 32;
/// Waves kept across and down, the constant one included.
const WAVES: usize = 8;

/// pHash (C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010) as Python's `imagehash.phash`
/// has it: of the lowest 8 × 8 waves of a 32 × 32 picture's luma, which are above their median. The first bit is the highest.
pub(super) fn perceptual_hash(picture: &Picture) -> Result<u64, Error> {
    let square = Plan {
        scaled: (SIDE as u32, SIDE as u32),
        ..Plan::whole(picture.size())
    };
    let luma = luma(&picture.thumbnail(&square)?);
    let waves = lowest_waves(&luma);
    let mut sorted = waves;
    sorted.sort_by(f32::total_cmp);
    let median = f32::midpoint(sorted[31], sorted[32]);
    Ok(waves
        .iter()
        .fold(0, |hash, wave| hash << 1 | u64::from(*wave > median)))
}

/// BT.601 luma, transparent parts on white.
fn luma(frame: &Frame) -> [f32; SIDE * SIDE] {
    let samples = frame.layout.samples();
    let mut pixels = frame.data.chunks_exact(samples);
    std::array::from_fn(|_| {
        let Some(pixel) = pixels.next() else {
            return 0.0;
        };
        let [red, green, blue] = [0, 1, 2].map(|sample| f32::from(pixel[sample]));
        let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
        if frame.layout == Layout::Rgba {
            let alpha = f32::from(pixel[3]) / 255.0;
            luma * alpha + 255.0 * (1.0 - alpha)
        } else {
            luma
        }
    })
}

/// The lowest coefficients of the two-dimensional DCT-II, unscaled, row by row.
fn lowest_waves(luma: &[f32; SIDE * SIDE]) -> [f32; WAVES * WAVES] {
    let wave = |frequency: usize, at: usize| {
        (PI * frequency as f32 * (2 * at + 1) as f32 / (2 * SIDE) as f32).cos()
    };
    let basis: [[f32; SIDE]; WAVES] =
        std::array::from_fn(|frequency| std::array::from_fn(|at| wave(frequency, at)));
    let dot = |wave: &[f32; SIDE], samples: &mut dyn Iterator<Item = f32>| -> f32 {
        wave.iter()
            .zip(samples)
            .map(|(wave, sample)| wave * sample)
            .sum()
    };
    let across: [[f32; WAVES]; SIDE] = std::array::from_fn(|row| {
        let samples = &luma[row * SIDE..(row + 1) * SIDE];
        std::array::from_fn(|x| dot(&basis[x], &mut samples.iter().copied()))
    });
    std::array::from_fn(|at| {
        let (x, y) = (at % WAVES, at / WAVES);
        dot(&basis[y], &mut across.iter().map(|row| row[x]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(width: u32, height: u32, pixel: impl Fn(f32, f32) -> u8) -> u64 {
        let data = (0..width * height)
            .flat_map(|at| {
                let (x, y) = (at % width, at / width);
                [pixel(x as f32 / width as f32, y as f32 / height as f32); 3]
            })
            .collect();
        let frame = Frame::new(width, height, Layout::Rgb, data).unwrap();
        perceptual_hash(&Picture::Frame(frame)).unwrap()
    }

    #[test]
    fn what_looks_alike_is_near() {
        // Patches of different grey: energy in every wave.
        let patches = |x: f32, y: f32| {
            let (column, row) = ((x * 6.0) as u32, (y * 6.0) as u32);
            40 + ((column * 73 + row * 151 + column * row * 37) % 160) as u8
        };
        let one = hash(640, 480, patches);
        let small_and_bright = hash(200, 150, |x, y| patches(x, y) / 10 * 10 + 10);
        let other = hash(640, 480, |x, y| patches(y, 0.999 - x));
        assert!((one ^ small_and_bright).count_ones() <= 6);
        assert!((one ^ other).count_ones() >= 16);
    }
}
