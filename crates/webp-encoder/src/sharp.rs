//! Planes from RGB whose chroma is fitted to how decoders enlarge it, and whose luma makes up in brightness for what the
//! smaller chroma lost: edges between colours stay sharp. Averages are taken of light, not of code values.

use crate::picture::Planes;

/// How often chroma is corrected by what is still wrong with the picture that a decoder would show.
const ROUNDS: usize = 4;

/// A picture's pixels with tables of the sRGB curve.
struct Work<'a, const N: usize> {
    pixels: &'a [[u8; N]],
    width: usize,
    height: usize,
    /// Light of each code value, 0 to 1; the last one twice.
    light: [f32; 257],
    /// Code value of light in steps of 1 / [`STEPS`].
    code: Vec<f32>,
    /// What brightness each pixel should have.
    brightness: Vec<f32>,
    y: Vec<f32>,
    u: Vec<f32>,
    v: Vec<f32>,
}

const STEPS: usize = 1 << 14;

/// Planes in video range for rows of `width` pixels, red, green and blue first.
pub(crate) fn planes<const N: usize>(
    pixels: &[[u8; N]],
    width: usize,
    height: usize,
) -> Planes<'static> {
    let mut work = Work::new(pixels, width, height);
    for _ in 0..ROUNDS {
        work.correct();
    }
    let round = |plane: &[f32]| -> Vec<u8> { plane.iter().map(|v| v.round() as u8).collect() };
    let (u, v) = (round(&work.u), round(&work.v));
    work.u = u.iter().copied().map(f32::from).collect();
    work.v = v.iter().copied().map(f32::from).collect();
    // Luma once more, for chroma as it is written.
    work.correct();
    Planes {
        width,
        height,
        y: round(&work.y).into(),
        u: u.into(),
        v: v.into(),
    }
}

impl<'a, const N: usize> Work<'a, N> {
    fn new(pixels: &'a [[u8; N]], width: usize, height: usize) -> Self {
        let light = std::array::from_fn(|i| {
            let code = i.min(255) as f32 / 255.0;
            if code <= 0.040_45 {
                code / 12.92
            } else {
                ((code + 0.055) / 1.055).powf(2.4)
            }
        });
        let code = (0..=STEPS)
            .map(|i| {
                let light = i as f32 / STEPS as f32;
                let code = if light <= 0.003_130_8 {
                    light * 12.92
                } else {
                    1.055 * light.powf(1.0 / 2.4) - 0.055
                };
                code * 255.0
            })
            .collect();
        let half = (width.div_ceil(2), height.div_ceil(2));
        let mut work = Self {
            pixels,
            width,
            height,
            light,
            code,
            brightness: Vec::new(),
            y: pixels.iter().map(|p| luma(colours(p))).collect(),
            u: vec![128.0; half.0 * half.1],
            v: vec![128.0; half.0 * half.1],
        };
        work.brightness = pixels
            .iter()
            .map(|pixel| work.brightness_of(colours(pixel)))
            .collect();
        for at in 0..half.0 * half.1 {
            let (x, y) = (at % half.0 * 2, at / half.0 * 2);
            let mut sum = [0.0; 3];
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let at = (y + dy).min(height - 1) * width + (x + dx).min(width - 1);
                for (sum, value) in sum.iter_mut().zip(colours(&pixels[at])) {
                    *sum += work.light_of(value);
                }
            }
            (work.u[at], work.v[at]) = chroma(sum.map(|light| work.code_of(light / 4.0)));
        }
        work
    }

    /// Light of a code value from 0 to 255.
    fn light_of(&self, value: f32) -> f32 {
        let at = value as usize;
        let (low, high) = (self.light[at], self.light[at + 1]);
        low + (high - low) * (value - at as f32)
    }

    fn code_of(&self, light: f32) -> f32 {
        self.code[((light * STEPS as f32).round() as usize).min(STEPS)]
    }

    /// Brightness as the code value of the grey that has it (ITU-R BT.709).
    fn brightness_of(&self, [r, g, b]: [f32; 3]) -> f32 {
        let light =
            0.2126 * self.light_of(r) + 0.7152 * self.light_of(g) + 0.0722 * self.light_of(b);
        self.code_of(light)
    }

    /// Chroma at a pixel as decoders enlarge it: of the nearest four samples, by 9, 3, 3 and 1 sixteenths.
    fn enlarged(&self, plane: &[f32], x: usize, y: usize) -> f32 {
        let (across, down) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let other = |at: usize, count: usize| {
            let beside = (at / 2 + (at & 1) * 2).saturating_sub(1);
            beside.min(count - 1)
        };
        let (x0, x1, y0, y1) = (x / 2, other(x, across), y / 2, other(y, down));
        let at = |x: usize, y: usize| plane[y * across + x];
        (9.0 * at(x0, y0) + 3.0 * (at(x1, y0) + at(x0, y1)) + at(x1, y1)) / 16.0
    }

    /// Sets luma so that brightness is right, then moves chroma by the mean of what is still wrong.
    fn correct(&mut self) {
        let half = self.width.div_ceil(2);
        let mut moves = vec![[0.0f32; 3]; self.u.len()];
        for (at, pixel) in self.pixels.iter().enumerate() {
            let (x, y) = (at % self.width, at / self.width);
            let (u, v) = (self.enlarged(&self.u, x, y), self.enlarged(&self.v, x, y));
            let shown = self.brightness_of(rgb(self.y[at], u, v));
            let step = (self.brightness[at] - shown) * 219.0 / 255.0;
            self.y[at] = (self.y[at] + step).clamp(16.0, 235.0);
            let shown = chroma(rgb(self.y[at], u, v));
            let wanted = chroma(colours(pixel));
            let sum = &mut moves[y / 2 * half + x / 2];
            sum[0] += wanted.0 - shown.0;
            sum[1] += wanted.1 - shown.1;
            sum[2] += 1.0;
        }
        for (at, [u, v, count]) in moves.into_iter().enumerate() {
            self.u[at] = (self.u[at] + u / count).clamp(16.0, 240.0);
            self.v[at] = (self.v[at] + v / count).clamp(16.0, 240.0);
        }
    }
}

fn colours<const N: usize>(pixel: &[u8; N]) -> [f32; 3] {
    [pixel[0], pixel[1], pixel[2]].map(f32::from)
}

/// BT.601 luma in video range.
fn luma([r, g, b]: [f32; 3]) -> f32 {
    16.0 + (65.481 * r + 128.553 * g + 24.966 * b) / 255.0
}

/// BT.601 chroma in video range.
fn chroma([r, g, b]: [f32; 3]) -> (f32, f32) {
    (
        128.0 + (-37.797 * r - 74.203 * g + 112.0 * b) / 255.0,
        128.0 + (112.0 * r - 93.786 * g - 18.214 * b) / 255.0,
    )
}

/// What a decoder shows, in code values from 0 to 255.
fn rgb(y: f32, u: f32, v: f32) -> [f32; 3] {
    let (y, u, v) = (1.164_384 * (y - 16.0), u - 128.0, v - 128.0);
    [
        y + 1.596_027 * v,
        y - 0.391_762 * u - 0.812_968 * v,
        y + 2.017_232 * u,
    ]
    .map(|value| value.clamp(0.0, 255.0))
}
