//! Streams over many sizes, contents and settings: libwebp and image-webp decode them, and libwebp's planes equal the
//! encoder's own reconstruction. Some are left in the folder that WEBP_STREAMS names, for dwebp and Chromium.
#![allow(
    unsafe_code,
    clippy::pedantic,
    clippy::disallowed_methods,
    clippy::unwrap_used
)]

use std::path::PathBuf;

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

fn check(
    width: usize,
    height: usize,
    kind: u32,
    config: &Config,
    with_alpha: bool,
    r: &mut Random,
) -> Vec<u8> {
    let half = (width.div_ceil(2), height.div_ceil(2));
    let y = plane(kind, width, height, r);
    let u = plane(kind + kind / 6, half.0, half.1, r);
    let v = plane(kind + kind / 36, half.0, half.1, r);
    let alpha = with_alpha.then(|| plane(kind / 6, width, height, r));
    let picture = Yuv420 {
        width: width as u32,
        height: height as u32,
        y: &y,
        u: &u,
        v: &v,
        range: Range::Video,
    };
    let (bytes, recon) = encode_with_reconstruction(&picture, alpha.as_deref(), config).unwrap();
    let what = format!("{width}x{height} kind {kind} {config:?}");
    // SAFETY: plain calls of the C decoder with a live buffer; the planes that it returns are read within the sizes
    // and strides that it reports, and freed once.
    unsafe {
        let (mut w, mut h, mut stride, mut uv_stride) = (0, 0, 0, 0);
        let (mut pu, mut pv) = (std::ptr::null_mut(), std::ptr::null_mut());
        let py = libwebp_sys::WebPDecodeYUV(
            bytes.as_ptr(),
            bytes.len(),
            &mut w,
            &mut h,
            &mut pu,
            &mut pv,
            &mut stride,
            &mut uv_stride,
        );
        assert!(!py.is_null(), "libwebp fails: {what}");
        assert_eq!((w as usize, h as usize), (width, height));
        for row in 0..height {
            let line = std::slice::from_raw_parts(py.add(row * stride as usize), width);
            assert_eq!(
                line,
                &recon.y[row * recon.stride..][..width],
                "luma row {row}: {what}"
            );
        }
        for (plane, own) in [(pu, &recon.u), (pv, &recon.v)] {
            for row in 0..half.1 {
                let line = std::slice::from_raw_parts(plane.add(row * uv_stride as usize), half.0);
                let own = &own[row * recon.stride / 2..][..half.0];
                assert_eq!(line, own, "chroma row {row}: {what}");
            }
        }
        libwebp_sys::WebPFree(py.cast());
        let incremental = libwebp_sys::WebPINewDecoder(std::ptr::null_mut());
        let status = libwebp_sys::WebPIAppend(incremental, bytes.as_ptr(), bytes.len());
        libwebp_sys::WebPIDelete(incremental);
        assert!(
            status == libwebp_sys::VP8StatusCode::VP8_STATUS_OK,
            "incremental decoding fails: {what}"
        );
        if let Some(alpha) = &alpha {
            let (mut w, mut h) = (0, 0);
            let rgba = libwebp_sys::WebPDecodeRGBA(bytes.as_ptr(), bytes.len(), &mut w, &mut h);
            assert!(!rgba.is_null(), "libwebp fails on alpha: {what}");
            let pixels = std::slice::from_raw_parts(rgba, width * height * 4);
            assert!(
                pixels.chunks(4).zip(alpha).all(|(p, &a)| p[3] == a),
                "alpha: {what}"
            );
            libwebp_sys::WebPFree(rgba.cast());
        }
    }
    let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(&bytes)).unwrap();
    let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
    decoder
        .read_image(&mut pixels)
        .unwrap_or_else(|e| panic!("image-webp {e}: {what}"));
    if let Some(alpha) = &alpha {
        assert!(
            pixels.chunks(4).zip(alpha).all(|(p, &a)| p[3] == a),
            "image-webp alpha: {what}"
        );
    }
    for registers in [Registers::Narrow, Registers::None] {
        let config = Config {
            registers,
            ..config.clone()
        };
        let same = webp_encoder::encode_yuv(&picture, alpha.as_deref(), &config).unwrap();
        assert!(same == bytes, "{registers:?} differs: {what}");
    }
    bytes
}

fn streams(count: u32, seed: u64) {
    let mut r = Random(seed);
    let folder = std::env::var_os("WEBP_STREAMS").map(PathBuf::from);
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
        let config = Config {
            quality: (r.next() % 101) as u8,
            effort: (r.next() % 7) as u8,
            segments: (1 + r.next() % 4) as u8,
            filter_strength: (r.next() % 101) as u8,
            simple_filter: r.next().is_multiple_of(4),
            partitions: (r.next() % 4) as u8,
            ..Config::default()
        };
        let kind = r.next() % 216;
        let with_alpha = r.next().is_multiple_of(3);
        let bytes = check(width, height, kind, &config, with_alpha, &mut r);
        if let Some(folder) = &folder
            && i.is_multiple_of(50)
            && !with_alpha
        {
            // For other decoders, beside what this one shows.
            let rgb = decode_rgb(&bytes, width * height * 3);
            std::fs::write(folder.join(format!("{i}.webp")), &bytes).unwrap();
            std::fs::write(folder.join(format!("{i}.rgb")), rgb).unwrap();
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
        for kind in [1, 2, 4 * 7 + 4] {
            check(width, height, kind, &Config::with_quality(90), true, &mut r);
        }
    }
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

/// libwebp's decoding of an opaque picture.
fn decode_rgb(bytes: &[u8], len: usize) -> Vec<u8> {
    let (mut w, mut h) = (0, 0);
    // SAFETY: the decoder's buffer is copied within the size that it reports, and freed once.
    unsafe {
        let rgb = libwebp_sys::WebPDecodeRGB(bytes.as_ptr(), bytes.len(), &mut w, &mut h);
        assert!(!rgb.is_null() && (w * h * 3) as usize == len);
        let pixels = std::slice::from_raw_parts(rgb, len).to_vec();
        libwebp_sys::WebPFree(rgb.cast());
        pixels
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
        let shown = decode_rgb(&bytes, rgb.len());
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
