//! Streams over many sizes, contents and settings: libwebp and image-webp decode them, and libwebp's planes equal the
//! encoder's own reconstruction. Some (every fiftieth, or WEBP_STREAMS_EVERY) are left in the folder that WEBP_STREAMS
//! names, for dwebp and Chromium.
#![allow(
    unsafe_code,
    clippy::pedantic,
    clippy::disallowed_methods,
    clippy::unwrap_used
)]

#[path = "support/libwebp.rs"]
mod libwebp;

use std::path::{Path, PathBuf};

use libwebp::{decode, decode_yuv};
use webp_encoder::loop_filter::encode_with_reconstruction;
use webp_encoder::{Config, Range, Registers, Yuv420};

/// A small deterministic generator.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u32
    }
}

fn plane(kind: u32, width: usize, height: usize, random: &mut Random) -> Vec<u8> {
    let base = random.next();
    (0..width * height)
        .map(|i| {
            let (x, y) = (i % width, i / width);
            match kind % 6 {
                0 => base as u8,
                1 => random.next() as u8,
                2 => (x * 3 + y * 2) as u8,
                3 => (random.next() % 3 % 2 * 255) as u8,
                4 => {
                    let wave = ((x as f32 * 0.3).sin() + (y as f32 * 0.21).cos()) * 60.0 + 128.0;
                    wave as u8 ^ (random.next() & 7) as u8
                }
                _ => {
                    if (x / 5 + y / 7) % 3 == 0 {
                        235
                    } else {
                        16
                    }
                }
            }
        })
        .collect()
}

/// Planes to encode.
struct Sample {
    width: usize,
    height: usize,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
    alpha: Option<Vec<u8>>,
}

impl Sample {
    fn random(width: usize, height: usize, kind: u32, with_alpha: bool, r: &mut Random) -> Self {
        let half = (width.div_ceil(2), height.div_ceil(2));
        Self {
            width,
            height,
            y: plane(kind, width, height, r),
            u: plane(kind + kind / 6, half.0, half.1, r),
            v: plane(kind + kind / 36, half.0, half.1, r),
            alpha: with_alpha.then(|| plane(kind / 6, width, height, r)),
        }
    }

    fn picture(&self) -> Yuv420<'_> {
        Yuv420 {
            width: self.width as u32,
            height: self.height as u32,
            y: &self.y,
            u: &self.u,
            v: &self.v,
            range: Range::Video,
        }
    }
}

/// A stream that was checked, and what decoders show: YUV by our reconstruction, RGB or RGBA by libwebp.
struct Checked {
    bytes: Vec<u8>,
    yuv: Vec<u8>,
    pixels: Vec<u8>,
}

impl Checked {
    /// Leaves it to other decoders.
    fn leave(&self, name: &str) {
        let Some(folder) = std::env::var_os("WEBP_STREAMS").map(PathBuf::from) else {
            return;
        };
        for (kind, bytes) in [
            ("webp", &self.bytes),
            ("yuv", &self.yuv),
            ("pixels", &self.pixels),
        ] {
            std::fs::write(folder.join(format!("{name}.{kind}")), bytes).unwrap();
        }
    }
}

fn check(sample: &Sample, config: &Config) -> Checked {
    let (width, height) = (sample.width, sample.height);
    let half = (width.div_ceil(2), height.div_ceil(2));
    let alpha = sample.alpha.as_deref();
    let (bytes, recon) = encode_with_reconstruction(&sample.picture(), alpha, config).unwrap();
    let what = format!("{width}x{height} {config:?}");
    let mut yuv = Vec::new();
    for (plane, stride, size) in [
        (&recon.y, recon.stride, (width, height)),
        (&recon.u, recon.stride / 2, half),
        (&recon.v, recon.stride / 2, half),
    ] {
        for row in plane.chunks(stride).take(size.1) {
            yuv.extend_from_slice(&row[..size.0]);
        }
    }
    assert!(
        decode_yuv(&bytes, width, height, &what) == yuv,
        "planes: {what}"
    );
    // SAFETY: plain calls of the C decoder with a live buffer.
    unsafe {
        let incremental = libwebp_sys::WebPINewDecoder(std::ptr::null_mut());
        let status = libwebp_sys::WebPIAppend(incremental, bytes.as_ptr(), bytes.len());
        libwebp_sys::WebPIDelete(incremental);
        assert!(
            status == libwebp_sys::VP8StatusCode::VP8_STATUS_OK,
            "incremental decoding fails: {what}"
        );
    }
    let pixels = decode(&bytes, (width, height), alpha.is_some());
    if let Some(alpha) = alpha {
        let shown = pixels.chunks(4).map(|pixel| pixel[3]);
        assert!(shown.eq(alpha.iter().copied()), "alpha: {what}");
    }
    let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(&bytes)).unwrap();
    let mut others = vec![0; decoder.output_buffer_size().unwrap()];
    decoder
        .read_image(&mut others)
        .unwrap_or_else(|e| panic!("image-webp {e}: {what}"));
    assert!(others == pixels, "image-webp's pixels: {what}");
    for registers in [Registers::Narrow, Registers::None] {
        let config = Config {
            registers,
            ..config.clone()
        };
        let same = webp_encoder::encode_yuv(&sample.picture(), alpha, &config).unwrap();
        assert!(same == bytes, "{registers:?} differs: {what}");
    }
    for threads in [2, 5] {
        let config = Config {
            threads,
            ..config.clone()
        };
        let same = webp_encoder::encode_yuv(&sample.picture(), alpha, &config).unwrap();
        assert!(same == bytes, "by {threads} threads differs: {what}");
    }
    Checked { bytes, yuv, pixels }
}

fn random_config(r: &mut Random) -> Config {
    Config {
        quality: (r.next() % 101) as u8,
        effort: (r.next() % 7) as u8,
        segments: (1 + r.next() % 4) as u8,
        filter_strength: (r.next() % 101) as u8,
        simple_filter: r.next().is_multiple_of(4),
        partitions: (r.next() % 4) as u8,
        ..Config::default()
    }
}

fn streams(count: u32, seed: u64) {
    let mut r = Random(seed);
    let left = std::env::var("WEBP_STREAMS_EVERY").map_or(50, |every| every.parse().unwrap());
    for i in 0..count {
        let (width, height) = match i % 4 {
            0 => (1 + r.next() as usize % 20, 1 + r.next() as usize % 20),
            1 => (1 + r.next() as usize % 70, 1 + r.next() as usize % 70),
            2 => (
                16 * (1 + r.next() as usize % 5),
                16 * (1 + r.next() as usize % 5),
            ),
            _ => (1 + r.next() as usize % 200, 1 + r.next() as usize % 40),
        };
        let config = random_config(&mut r);
        let kind = r.next() % 216;
        let with_alpha = r.next().is_multiple_of(3);
        let sample = Sample::random(width, height, kind, with_alpha, &mut r);
        let checked = check(&sample, &config);
        if i.is_multiple_of(left) {
            checked.leave(&format!("random-{i}"));
        }
    }
}

#[test]
fn random_streams_decode_to_the_reconstruction() {
    let count = match std::env::var("STREAMS") {
        Ok(count) => count.parse().unwrap(),
        Err(_) if std::env::var_os("MANA_THOROUGH").is_some() => 20_000,
        Err(_) => 600,
    };
    streams(count, 0x9e37_79b9_7f4a_7c15);
}

#[test]
fn extreme_sizes_decode_to_the_reconstruction() {
    let mut r = Random(77);
    for (width, height) in [
        (1, 1),
        (16_383, 16),
        (16, 16_383),
        (16_383, 1),
        (1, 16_383),
        (1000, 999),
    ] {
        for (i, kind) in [0, 1, 2, 4 * 7 + 4].into_iter().enumerate() {
            let config = random_config(&mut r);
            let sample = Sample::random(width, height, kind, i % 2 == 0, &mut r);
            check(&sample, &config).leave(&format!("extreme-{width}x{height}-{kind}"));
        }
    }
}

/// PNG files below a folder, as RGBA.
fn pngs(folder: &Path, found: &mut Vec<(u32, u32, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pngs(&path, found);
        } else if path.extension().is_some_and(|end| end == "png") {
            let file = std::io::BufReader::new(std::fs::File::open(&path).unwrap());
            let mut decoder = png::Decoder::new(file);
            decoder
                .set_transformations(png::Transformations::ALPHA | png::Transformations::STRIP_16);
            // Some of the fixtures are broken, which others than encoders have to mind.
            let Ok(mut reader) = decoder.read_info() else {
                continue;
            };
            let mut pixels = vec![0; reader.output_buffer_size().unwrap_or(0)];
            let Ok(info) = reader.next_frame(&mut pixels) else {
                continue;
            };
            let rgba = match info.color_type {
                png::ColorType::GrayscaleAlpha => pixels
                    .chunks_exact(2)
                    .flat_map(|p| [p[0], p[0], p[0], p[1]])
                    .collect(),
                _ => pixels,
            };
            found.push((info.width, info.height, rgba));
        }
    }
}

#[test]
fn pictures_decode_to_the_reconstruction() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pictures = Vec::new();
    pngs(&root.join("fixtures"), &mut pictures);
    let corpus = std::env::var_os("MANA_CORPUS");
    let corpus = corpus.map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    if corpus.join("reference").is_dir() {
        pngs(&corpus.join("reference"), &mut pictures);
    }
    assert!(pictures.len() >= 10, "{} pictures", pictures.len());
    let mut r = Random(11);
    for (i, (width, height, rgba)) in pictures.iter().enumerate() {
        let (width, height) = (*width as usize, *height as usize);
        let plane = |divide: usize, weights: [f32; 3], base: f32| {
            let (w, h) = (width.div_ceil(divide), height.div_ceil(divide));
            let sample = |at: usize| {
                let pixel = (at / w * divide * width + at % w * divide) * 4;
                let light = (0..3).map(|c| weights[c] * f32::from(rgba[pixel + c]));
                (base + light.sum::<f32>()) as u8
            };
            (0..w * h).map(sample).collect::<Vec<u8>>()
        };
        let sample = Sample {
            width,
            height,
            y: plane(1, [0.257, 0.504, 0.098], 16.0),
            u: plane(2, [-0.148, -0.291, 0.439], 128.0),
            v: plane(2, [0.439, -0.368, -0.071], 128.0),
            alpha: rgba
                .chunks(4)
                .any(|p| p[3] < 255)
                .then(|| rgba.chunks(4).map(|p| p[3]).collect()),
        };
        for quality in [[0, 90], [75, 100]][i % 2] {
            let config = Config {
                quality,
                effort: (r.next() % 7) as u8,
                ..Config::default()
            };
            check(&sample, &config).leave(&format!("picture-{i}-{quality}"));
        }
        // By the other way in; its planes are not to be had, but any decoder has to take it.
        let config = Config {
            sharp_chroma: true,
            ..Config::default()
        };
        let bytes = webp_encoder::encode_rgba(rgba, width as u32, height as u32, &config).unwrap();
        decode(&bytes, (width, height), sample.alpha.is_some());
    }
}

#[test]
fn a_filter_that_only_some_segments_have_is_used() {
    // Weights and centres by which the first segment's level came to 0 and another's to 2.
    let mut r = Random(3);
    for quality in 90..=99 {
        for _ in 0..40 {
            let kinds: Vec<u32> = (0..4).map(|_| r.next() % 6).collect();
            let parts = kinds
                .iter()
                .map(|&kind| Sample::random(96, 32, kind, false, &mut r));
            let mut sample = Sample::random(96, 0, 0, false, &mut Random(1));
            for part in parts {
                sample.height += part.height;
                sample.y.extend(part.y);
                sample.u.extend(part.u);
                sample.v.extend(part.v);
            }
            check(&sample, &Config::with_quality(quality));
        }
    }
}

#[test]
fn busy_large_pictures_fit_into_the_first_partition() {
    // Every block of 4 by 4 wants a mode of its own, and there are a million of them.
    let side = 4096;
    let mut r = Random(9);
    let turns: Vec<u32> = (0..side * side / 16).map(|_| r.next()).collect();
    let y: Vec<u8> = (0..side * side)
        .map(|i| {
            let (x, y) = (i % side, i / side);
            let turn = turns[y / 4 * (side / 4) + x / 4];
            let (a, b) = (x as u32 & 3, y as u32 & 3);
            let along = [a, b, a + b, a + 3 - b, 2 * a + b, a + 2 * b][turn as usize % 6];
            ((turn >> 8) ^ (along * 37)) as u8
        })
        .collect();
    let half = vec![128; side * side / 4];
    let sample = Sample {
        width: side,
        height: side,
        y,
        u: half.clone(),
        v: half,
        alpha: None,
    };
    let bytes =
        webp_encoder::encode_yuv(&sample.picture(), None, &Config::with_quality(100)).unwrap();
    decode(&bytes, (side, side), false);
}

#[test]
fn files_keep_to_a_size_and_come_near_to_it() {
    let mut r = Random(5);
    let (width, height) = (300, 200);
    for (kind, target) in [(4, 4000), (4, 20_000), (1, 30_000), (2, 2500)] {
        let y = plane(kind, width, height, &mut r);
        let u = plane(kind, width / 2, height / 2, &mut r);
        let picture = Yuv420 {
            width: width as u32,
            height: height as u32,
            y: &y,
            u: &u,
            v: &u,
            range: Range::Video,
        };
        let config = Config {
            target_size: Some(target),
            ..Config::default()
        };
        let alpha = vec![200; width * height];
        for alpha in [None, Some(alpha.as_slice())] {
            let len = webp_encoder::encode_yuv(&picture, alpha, &config)
                .unwrap()
                .len();
            let least = f64::from(target) * 0.93;
            assert!(
                len <= target as usize && len as f64 >= least,
                "{len} of {target}, kind {kind}"
            );
        }
    }
}

#[test]
fn sharp_chroma_keeps_coloured_edges_bright() {
    let (width, height) = (96u32, 64u32);
    // Thin strokes of red and yellow on blue and black, as in coloured text.
    let rgb: Vec<u8> = (0..width * height)
        .flat_map(|i| {
            let (x, y) = (i % width, i / width);
            match ((x * 7 + y * 3) % 11 < 2, (x / 24 + y / 16) % 2) {
                (true, 0) => [230, 20, 30],
                (false, 0) => [20, 30, 200],
                (true, _) => [250, 220, 20],
                (false, _) => [10, 10, 10],
            }
        })
        .collect();
    let light = |pixel: &[u8]| {
        let linear = |v: u8| (f64::from(v) / 255.0).powf(2.2);
        0.2126 * linear(pixel[0]) + 0.7152 * linear(pixel[1]) + 0.0722 * linear(pixel[2])
    };
    let wrong = |sharp_chroma| {
        let config = Config {
            quality: 100,
            sharp_chroma,
            ..Config::default()
        };
        let bytes = webp_encoder::encode_rgb(&rgb, width, height, &config).unwrap();
        let shown = decode(&bytes, (width as usize, height as usize), false);
        let pixels = rgb.chunks(3).zip(shown.chunks(3));
        let light = pixels
            .map(|(a, b)| (light(a) - light(b)).abs())
            .sum::<f64>();
        let codes = rgb
            .iter()
            .zip(&shown)
            .map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2));
        (
            light / f64::from(width * height),
            codes.sum::<f64>() / rgb.len() as f64,
        )
    };
    let (plain, sharp) = (wrong(false), wrong(true));
    assert!(sharp.0 < plain.0 * 0.5, "light: {} of {}", sharp.0, plain.0);
    assert!(
        sharp.1 < plain.1,
        "squared error: {} of {}",
        sharp.1,
        plain.1
    );
}
