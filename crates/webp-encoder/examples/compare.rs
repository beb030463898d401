//! Compares with libwebp method 4 over a folder of PPM pictures: bytes, luma SSIM, SSIMULACRA2, time.
//!
//! `compare FOLDER [PART_OF_NAME] [QUALITY [RUNS]]`; the environment may hold EFFORT, SHARP, THREADS and REGISTERS (ours),
//! METHOD (libwebp's), EACH (a line a picture), BEST (least instead of median time), ONLY (time only ours).
#![allow(
    unsafe_code,
    clippy::pedantic,
    clippy::disallowed_methods,
    clippy::unwrap_used
)]

#[path = "../tests/support/libwebp.rs"]
mod libwebp;

use std::time::Instant;

use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};
use libwebp_sys as webp;
use webp_encoder::{Config, Range, Registers, Yuv420};

struct Picture {
    name: String,
    width: usize,
    height: usize,
    rgb: Vec<u8>,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl Picture {
    fn load(path: &std::path::Path) -> Self {
        let data = std::fs::read(path).unwrap();
        let mut at = 0;
        let mut fields = Vec::new();
        while fields.len() < 4 {
            let end = at + data[at..].iter().position(u8::is_ascii_whitespace).unwrap();
            fields.push(std::str::from_utf8(&data[at..end]).unwrap().to_string());
            at = end + 1;
        }
        let (width, height) = (fields[1].parse().unwrap(), fields[2].parse().unwrap());
        let rgb = data[at..].to_vec();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (y, u, v) = planes(&rgb, width, height);
        Self {
            name,
            width,
            height,
            rgb,
            y,
            u,
            v,
        }
    }

    fn fingerprint(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        self.rgb.hash(&mut hasher);
        hasher.finish()
    }

    fn own(&self, config: &Config) -> Vec<u8> {
        if config.sharp_chroma {
            let (width, height) = (self.width as u32, self.height as u32);
            return webp_encoder::encode_rgb(&self.rgb, width, height, config).unwrap();
        }
        let picture = Yuv420 {
            width: self.width as u32,
            height: self.height as u32,
            y: &self.y,
            u: &self.u,
            v: &self.v,
            range: Range::Video,
        };
        webp_encoder::encode_yuv(&picture, None, config).unwrap()
    }

    fn libwebp(&self, quality: f32, method: i32) -> Vec<u8> {
        // SAFETY: the planes outlive the call and have the sizes and strides that the picture states; the writer's
        // memory is copied and freed once.
        unsafe {
            let mut config = webp::WebPConfig::new().unwrap();
            config.quality = quality;
            config.method = method;
            if std::env::var("PLAIN").is_ok() {
                config.segments = 1;
                config.sns_strength = 0;
            }
            let mut picture: webp::WebPPicture = std::mem::zeroed();
            assert!(webp::WebPPictureInit(&mut picture));
            picture.width = self.width as i32;
            picture.height = self.height as i32;
            picture.y = self.y.as_ptr().cast_mut();
            picture.u = self.u.as_ptr().cast_mut();
            picture.v = self.v.as_ptr().cast_mut();
            picture.y_stride = self.width as i32;
            picture.uv_stride = self.width.div_ceil(2) as i32;
            let mut writer: webp::WebPMemoryWriter = std::mem::zeroed();
            webp::WebPMemoryWriterInit(&mut writer);
            picture.writer = Some(webp::WebPMemoryWrite);
            picture.custom_ptr = std::ptr::from_mut(&mut writer).cast();
            assert!(webp::WebPEncode(&config, &mut picture) != 0);
            let bytes = std::slice::from_raw_parts(writer.mem, writer.size).to_vec();
            webp::WebPMemoryWriterClear(&mut writer);
            bytes
        }
    }
}

fn planes(rgb: &[u8], width: usize, height: usize) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let at = |x: usize, y: usize| {
        let i = (y.min(height - 1) * width + x.min(width - 1)) * 3;
        [rgb[i], rgb[i + 1], rgb[i + 2]].map(f64::from)
    };
    let (mut py, mut pu, mut pv) = (Vec::new(), Vec::new(), Vec::new());
    for y in 0..height {
        for x in 0..width {
            let [r, g, b] = at(x, y);
            py.push((16.0 + 0.256_788 * r + 0.504_129 * g + 0.097_906 * b).round() as u8);
        }
    }
    for y in 0..height.div_ceil(2) {
        for x in 0..width.div_ceil(2) {
            let mut c = [0.0; 3];
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let p = at(x * 2 + dx, y * 2 + dy);
                (0..3).for_each(|i| c[i] += p[i] / 4.0);
            }
            let [r, g, b] = c;
            pu.push((128.0 - 0.148_223 * r - 0.290_993 * g + 0.439_216 * b).round() as u8);
            pv.push((128.0 + 0.439_216 * r - 0.367_788 * g - 0.071_427 * b).round() as u8);
        }
    }
    (py, pu, pv)
}

/// Mean SSIM over 8x8 windows at every fourth pixel.
fn ssim(a: &[u8], b: &[u8], width: usize, height: usize) -> f64 {
    let (c1, c2) = (6.5025, 58.5225);
    let (mut sum, mut n) = (0.0, 0.0);
    for y in (0..height.saturating_sub(7)).step_by(4) {
        for x in (0..width.saturating_sub(7)).step_by(4) {
            let (mut sa, mut sb, mut saa, mut sbb, mut sab) = (0u32, 0u32, 0u32, 0u32, 0u32);
            for dy in 0..8 {
                let at = (y + dy) * width + x;
                for (&p, &q) in a[at..at + 8].iter().zip(&b[at..at + 8]) {
                    let (p, q) = (u32::from(p), u32::from(q));
                    sa += p;
                    sb += q;
                    saa += p * p;
                    sbb += q * q;
                    sab += p * q;
                }
            }
            let [sa, sb, saa, sbb, sab] = [sa, sb, saa, sbb, sab].map(|v| f64::from(v) / 64.0);
            let (va, vb, cov) = (saa - sa * sa, sbb - sb * sb, sab - sa * sb);
            sum += (2.0 * sa * sb + c1) * (2.0 * cov + c2)
                / ((sa * sa + sb * sb + c1) * (va + vb + c2));
            n += 1.0;
        }
    }
    sum / n
}

/// Mean of log(bytes) over the quality range that both curves cover, by piecewise linear interpolation; as a ratio.
fn bd_rate(own: &[(f64, f64)], other: &[(f64, f64)]) -> f64 {
    let (mut own, mut other) = (own.to_vec(), other.to_vec());
    own.sort_by(|a, b| a.0.total_cmp(&b.0));
    other.sort_by(|a, b| a.0.total_cmp(&b.0));
    let low = own[0].0.max(other[0].0);
    let high = own[own.len() - 1].0.min(other[other.len() - 1].0);
    let at = |curve: &[(f64, f64)], q: f64| {
        let i = curve
            .windows(2)
            .position(|w| q <= w[1].0)
            .unwrap_or(curve.len() - 2);
        let (a, b) = (curve[i], curve[i + 1]);
        a.1.ln() + (b.1.ln() - a.1.ln()) * (q - a.0) / (b.0 - a.0).max(1e-9)
    };
    let steps = 100;
    let mean: f64 = (0..=steps)
        .map(|i| {
            let q = low + (high - low) * f64::from(i) / f64::from(steps);
            at(&own, q) - at(&other, q)
        })
        .sum::<f64>()
        / f64::from(steps + 1);
    (mean.exp() - 1.0) * 100.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    if std::env::var("BEST").is_ok() {
        return values[0];
    }
    values[values.len() / 2]
}

fn configuration() -> Config {
    let mut config = Config::default();
    if let Ok(effort) = std::env::var("EFFORT") {
        config.effort = effort.parse().unwrap();
    }
    config.sharp_chroma = std::env::var("SHARP").is_ok();
    if let Ok(threads) = std::env::var("THREADS") {
        config.threads = threads.parse().unwrap();
    }
    config.registers = match std::env::var("REGISTERS").as_deref() {
        Ok("narrow") => Registers::Narrow,
        Ok("none") => Registers::None,
        _ => Registers::Widest,
    };
    config
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let suffix = arguments.get(1).map_or("", String::as_str);
    let timing = arguments.get(2).is_some();
    let method = std::env::var("METHOD").map_or(4, |m| m.parse().unwrap());
    let mut paths: Vec<_> = std::fs::read_dir(&arguments[0])
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.to_string_lossy().contains(suffix))
        .collect();
    paths.sort();
    let config = configuration();
    let qualities = [60u8, 75, 80, 85, 90];
    if timing {
        let quality: u8 = arguments[2].parse().unwrap();
        let runs: usize = arguments.get(3).map_or(9, |r| r.parse().unwrap());
        for path in &paths {
            let picture = Picture::load(path);
            let config = Config {
                quality,
                ..config.clone()
            };
            let (mut own, mut other) = (Vec::new(), Vec::new());
            let mut sizes = (0, 0);
            // In turns, and each as often first.
            for turn in 0..2 * runs {
                let start = Instant::now();
                if turn % 4 == 0 || turn % 4 == 3 {
                    sizes.0 = picture.own(&config).len();
                    own.push(start.elapsed().as_secs_f64() * 1e3);
                } else if std::env::var("ONLY").is_ok() {
                    other.push(1.0);
                } else {
                    sizes.1 = picture.libwebp(f32::from(quality), method).len();
                    other.push(start.elapsed().as_secs_f64() * 1e3);
                }
            }
            let (own, other) = (median(own), median(other));
            println!(
                "{:28} {}x{} q{quality}: own {own:7.2} ms {} B, libwebp m{method} {other:7.2} ms {} B, ratio {:.3}",
                picture.name,
                picture.width,
                picture.height,
                sizes.0,
                sizes.1,
                own / other,
            );
        }
        return;
    }
    let mut totals = vec![[0.0; 3]; qualities.len()];
    let mut all: Vec<(String, [f64; 2])> = Vec::new();
    for path in &paths {
        let picture = Picture::load(path);
        let (w, h) = (picture.width, picture.height);
        let fingerprint = picture.fingerprint();
        macro_rules! slice {
            ($rgb:expr) => {
                PixelSlice::new($rgb, w as u32, h as u32, w * 3, PixelDescriptor::RGB8_SRGB)
                    .unwrap()
            };
        }
        let reference = Ssimulacra2Reference::new(&slice!(&picture.rgb)).unwrap();
        let measure = |bytes: &[u8]| {
            let planes = libwebp::decode_yuv(bytes, w, h, &picture.name);
            let rgb = libwebp::decode(bytes, (w, h), false);
            (
                ssim(&picture.y, &planes[..w * h], w, h),
                reference.compare(&slice!(&rgb)).unwrap(),
            )
        };
        let mut curves = [const { Vec::new() }; 4];
        for (total, &quality) in totals.iter_mut().zip(&qualities) {
            let own = picture.own(&Config {
                quality,
                ..config.clone()
            });
            // libwebp's figures do not change from run to run.
            let cache = format!(
                "{}/webp-compare{}-{}-{:x}-{quality}-{method}",
                std::env::temp_dir().display(),
                std::env::var("PLAIN").unwrap_or_default(),
                picture.name,
                fingerprint,
            );
            let known: Vec<f64> = std::fs::read_to_string(&cache)
                .map(|text| {
                    text.split_whitespace()
                        .map(|v| v.parse().unwrap())
                        .collect()
                })
                .unwrap_or_default();
            let (size, b) = if let [size, a, b] = known[..] {
                (size, (a, b))
            } else {
                let other = picture.libwebp(f32::from(quality), method);
                let b = measure(&other);
                std::fs::write(&cache, format!("{} {} {}", other.len(), b.0, b.1)).unwrap();
                (other.len() as f64, b)
            };
            let a = measure(&own);
            total[0] += (own.len() as f64 / size).ln();
            total[1] += a.0 - b.0;
            total[2] += a.1 - b.1;
            curves[0].push((a.0, own.len() as f64));
            curves[1].push((b.0, size));
            curves[2].push((a.1, own.len() as f64));
            curves[3].push((b.1, size));
        }
        let pair = [
            bd_rate(&curves[0], &curves[1]),
            bd_rate(&curves[2], &curves[3]),
        ];
        if std::env::var("EACH").is_ok() {
            println!(
                "{:28} BD-rate SSIM {:+.2} %, SSIMULACRA2 {:+.2} %",
                picture.name, pair[0], pair[1]
            );
        }
        all.push((picture.name, pair));
    }
    let count = all.len() as f64;
    let mean = |i: usize| all.iter().map(|(_, pair)| pair[i]).sum::<f64>() / count;
    for (total, quality) in totals.iter().zip(qualities) {
        println!(
            "q{quality}: bytes {:+.2} %, SSIM {:+.5}, SSIMULACRA2 {:+.3}",
            ((total[0] / count).exp() - 1.0) * 100.0,
            total[1] / count,
            total[2] / count,
        );
    }
    println!(
        "BD-rate over {count} pictures: SSIM {:+.2} %, SSIMULACRA2 {:+.2} %",
        mean(0),
        mean(1)
    );
    for (i, name) in ["SSIM", "SSIMULACRA2"].into_iter().enumerate() {
        all.sort_by(|a, b| a.1[i].total_cmp(&b.1[i]));
        println!("\nBD-rate by {name}: how many pictures, and the worst");
        for at in -12..=10 {
            let (low, high) = (f64::from(at), f64::from(at + 1));
            let low = if at == -12 { f64::NEG_INFINITY } else { low };
            let high = if at == 10 { f64::INFINITY } else { high };
            let here = all.iter().filter(|(_, p)| (low..high).contains(&p[i]));
            println!("{:>4} % {}", at, "#".repeat(here.count()));
        }
        for (name, pair) in all.iter().rev().take(4) {
            println!("{:+.2} % {name}", pair[i]);
        }
    }
}
