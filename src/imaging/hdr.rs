//! High dynamic range to sRGB: PQ and HLG (ITU-R BT.2100) shown on a screen whose white is at BT.2408's 203 nits.
//! Highlights are rolled off by BT.2390's curve on the largest of red, green and blue, which keeps hues; what lies outside
//! sRGB's gamut then is clipped.

use super::frame::Layout;

/// White of standard dynamic range among high (ITU-R BT.2408).
const WHITE_NITS: f32 = 203.0;
/// Taken for the brightest sample when nothing says.
const DEFAULT_PEAK_NITS: f32 = 1_000.0;
/// Bits of the samples that come in.
pub(crate) const BITS_IN: u32 = 12;
/// Entries of the tables of roll-off and encoding; both are indexed by a root, which spaces them about as eyes do.
const STEPS: usize = 4096;

/// A way from 12-bit PQ or HLG samples to sRGB ones.
pub(crate) struct ToneMap {
    /// Sample to light, where 1 is white; with HLG before its system gamma.
    light: Box<[f32]>,
    /// Linear RGB to that of sRGB.
    gamut: [[f32; 3]; 3],
    /// Weights of luminance, for HLG alone.
    luminance: Option<[f32; 3]>,
    /// By the square root of light over peak: the factor that it is rolled off by.
    roll_off: Box<[f32]>,
    /// By the square root of light.
    encoded: Box<[u8]>,
    peak: f32,
}

impl ToneMap {
    /// By `ColourPrimaries` and `TransferCharacteristics` of ITU-T H.273, and the brightest sample where a file says it.
    /// `None` for what is no high dynamic range.
    pub(crate) fn new(primaries: u16, transfer: u16, peak_nits: Option<f32>) -> Option<Self> {
        let hlg = match transfer {
            16 => false,
            18 => true,
            _ => return None,
        };
        let peak_nits = peak_nits
            .filter(|nits| *nits > 0.0 && !hlg)
            .unwrap_or(DEFAULT_PEAK_NITS)
            .clamp(WHITE_NITS, 10_000.0);
        let peak = peak_nits / WHITE_NITS;
        let samples = 1usize << BITS_IN;
        let of_sample = |sample: usize| {
            let signal = sample as f32 / (samples - 1) as f32;
            if hlg {
                hlg_to_scene(signal)
            } else {
                pq_to_nits(signal) / WHITE_NITS
            }
        };
        let root = |step: usize| step as f32 / (STEPS - 1) as f32;
        Some(Self {
            light: (0..samples).map(of_sample).collect(),
            gamut: to_srgb(primaries),
            luminance: hlg.then(|| luminance(primaries)),
            roll_off: (0..STEPS)
                .map(|step| {
                    let light = root(step).powi(2) * peak;
                    rolled_off(light * WHITE_NITS, peak_nits) / (light * WHITE_NITS).max(1e-6)
                })
                .collect(),
            encoded: (0..STEPS)
                .map(|step| srgb_encoded(root(step).powi(2)))
                .collect(),
            peak,
        })
    }

    /// One pixel, of samples below `1 << BITS_IN`.
    pub(crate) fn apply(&self, pixel: [u16; 3]) -> [u8; 3] {
        let mut light = pixel.map(|sample| {
            let last = self.light.len() - 1;
            self.light[usize::from(sample).min(last)]
        });
        if let Some(weights) = self.luminance {
            // BT.2100's system gamma for a screen of 1,000 nits is 1.2, on luminance.
            let scene: f32 = weights
                .iter()
                .zip(light)
                .map(|(of, light)| of * light)
                .sum();
            let gain = scene.max(1e-6).powf(0.2) * self.peak;
            light = light.map(|light| light * gain);
        }
        let [red, green, blue] = self
            .gamut
            .map(|row| row[0] * light[0] + row[1] * light[1] + row[2] * light[2]);
        let brightest = red.max(green).max(blue);
        let at = (brightest / self.peak).clamp(0.0, 1.0).sqrt() * (STEPS - 1) as f32;
        let gain = self.roll_off[(at + 0.5) as usize];
        [red, green, blue].map(|light| {
            let at = (light * gain).clamp(0.0, 1.0).sqrt() * (STEPS - 1) as f32;
            self.encoded[(at + 0.5) as usize]
        })
    }
}

impl ToneMap {
    /// Samples of 16 bits as sRGB of eight, opacity as it is. For grey the primaries do not matter.
    pub(crate) fn narrow(&self, samples: &[u16], layout: Layout) -> Vec<u8> {
        let of = |sample: u16| sample >> (16 - BITS_IN);
        let has_alpha = layout.has_alpha();
        let mut out = Vec::with_capacity(samples.len());
        for pixel in samples.chunks_exact(layout.samples()) {
            match *pixel {
                [red, green, blue, ..] => out.extend(self.apply([of(red), of(green), of(blue)])),
                [grey, ..] => out.push(self.apply([of(grey); 3])[0]),
                [] => {}
            }
            if let (true, Some(alpha)) = (has_alpha, pixel.last()) {
                out.push((alpha >> 8) as u8);
            }
        }
        out
    }
}

/// BT.2390's EETF from a peak to white: in PQ, unchanged below a knee and a Hermite spline above it.
fn rolled_off(nits: f32, peak_nits: f32) -> f32 {
    let top = nits_to_pq(peak_nits);
    let max = nits_to_pq(WHITE_NITS) / top;
    let knee = 1.5 * max - 0.5;
    let signal = (nits_to_pq(nits) / top).min(1.0);
    if max >= 1.0 || signal < knee {
        return nits;
    }
    let t = (signal - knee) / (1.0 - knee);
    let (t2, t3) = (t * t, t * t * t);
    let spline = (2.0 * t3 - 3.0 * t2 + 1.0) * knee
        + (t3 - 2.0 * t2 + t) * (1.0 - knee)
        + (3.0 * t2 - 2.0 * t3) * max;
    pq_to_nits(spline * top)
}

/// SMPTE ST 2084.
fn pq_to_nits(signal: f32) -> f32 {
    let root = signal.max(0.0).powf(1.0 / 78.84375);
    let light = (root - 0.835_937_5).max(0.0) / (18.851_563 - 18.6875 * root);
    10_000.0 * light.powf(1.0 / 0.159_301_76)
}

fn nits_to_pq(nits: f32) -> f32 {
    let power = (nits.max(0.0) / 10_000.0).powf(0.159_301_76);
    ((0.835_937_5 + 18.851_563 * power) / (1.0 + 18.6875 * power)).powf(78.84375)
}

/// BT.2100's inverse OETF; 1 is the brightest.
fn hlg_to_scene(signal: f32) -> f32 {
    if signal <= 0.5 {
        signal * signal / 3.0
    } else {
        (((signal - 0.559_910_7) / 0.178_832_77).exp() + 0.284_668_92) / 12.0
    }
}

fn srgb_encoded(light: f32) -> u8 {
    let signal = if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    (signal * 255.0).round() as u8
}

/// Linear RGB of BT.2020, Display P3 or (as is) BT.709, to that of sRGB; all have a white of D65.
fn to_srgb(primaries: u16) -> [[f32; 3]; 3] {
    match primaries {
        9 => [
            [1.660_491, -0.587_641_1, -0.072_849_9],
            [-0.124_550_5, 1.132_899_9, -0.008_349_4],
            [-0.018_150_8, -0.100_578_9, 1.118_729_7],
        ],
        11 | 12 => [
            [1.224_940_2, -0.224_940_2, 0.0],
            [-0.042_056_9, 1.042_056_9, 0.0],
            [-0.019_637_6, -0.078_636_1, 1.098_273_6],
        ],
        _ => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    }
}

fn luminance(primaries: u16) -> [f32; 3] {
    match primaries {
        9 => [0.2627, 0.6780, 0.0593],
        11 | 12 => [0.228_974_6, 0.691_738_5, 0.079_286_9],
        _ => [0.2126, 0.7152, 0.0722],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pq(nits: f32) -> u16 {
        (nits_to_pq(nits) * 4095.0).round() as u16
    }

    #[test]
    fn curves_invert_each_other() {
        for nits in [0.1, 1.0, 50.0, 203.0, 1_000.0, 10_000.0] {
            assert!(
                (pq_to_nits(nits_to_pq(nits)) / nits - 1.0).abs() < 1e-2,
                "{nits}"
            );
        }
        assert!((hlg_to_scene(1.0) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn darks_stay_whites_roll_off_and_peaks_are_white() {
        let map = ToneMap::new(1, 16, None).unwrap();
        let grey = |nits| map.apply([pq(nits); 3])[1];
        // 20 nits of 203 are 9.9 % of light.
        assert!(grey(20.0).abs_diff(89) <= 1, "{}", grey(20.0));
        assert_eq!((grey(0.0), grey(1_000.0), grey(9_000.0)), (0, 255, 255));
        assert!((205..235).contains(&grey(203.0)), "{}", grey(203.0));
        assert!(grey(203.0) < grey(400.0) && grey(400.0) < 255);
    }

    #[test]
    fn a_dim_picture_is_left_alone() {
        let map = ToneMap::new(9, 16, Some(150.0)).unwrap();
        assert_eq!(map.apply([pq(203.0); 3]), [255; 3]);
        let map = ToneMap::new(9, 18, None).unwrap();
        // HLG's white at 75 % is about 203 nits; black is black.
        let white = map.apply([3071; 3])[0];
        assert!((205..235).contains(&white), "{white}");
        assert_eq!(map.apply([0; 3]), [0; 3]);
        assert!(ToneMap::new(9, 1, None).is_none());
    }

    #[test]
    fn opacity_is_kept() {
        let map = ToneMap::new(9, 16, None).unwrap();
        let out = map.narrow(
            &[0, 0, 0, 0x8000, 0xffff, 0xffff, 0xffff, 0xffff],
            Layout::Rgba,
        );
        assert_eq!(out, [0, 0, 0, 128, 255, 255, 255, 255]);
        assert_eq!(map.narrow(&[0, 0x4000], Layout::GreyAlpha), [0, 64]);
    }

    #[test]
    fn hues_are_kept() {
        let map = ToneMap::new(9, 16, None).unwrap();
        let [red, green, blue] = map.apply([pq(600.0), pq(60.0), pq(60.0)]);
        assert!(
            red > 240 && green < red / 2 && blue < red / 2,
            "{red} {green} {blue}"
        );
    }
}
