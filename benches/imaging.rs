//! Imaging on a made 12-megapixel photograph: headers, the whole derivation, and its parts by subtraction (a render that
//! only decodes and reduces, encodings of small pictures).

use std::{hint::black_box, io::Cursor, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use image::{DynamicImage, ImageFormat, RgbImage};
use mana_media::{
    imaging::{Limits, derive, probe, render},
    media::{Kind, OutputFormat, Transform},
};

/// Soft gradients, edges and grain in about the proportions of a phone's picture.
fn photograph(width: u32, height: u32) -> DynamicImage {
    let mut state = 0x2545_f491_u32;
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let grain = (state & 15) as f32 - 8.0;
        let (fx, fy) = (x as f32, y as f32);
        let hills = 60.0 * (fx / 310.0).sin() + 40.0 * (fy / 170.0 + fx / 900.0).cos();
        let leaves = 25.0 * (fx / 7.0).sin() * (fy / 9.0).cos() * (fx / 500.0).sin().abs();
        let wall = if (x / 400 + y / 300) % 3 == 0 {
            35.0
        } else {
            0.0
        };
        let sample = |base: f32, of: f32| (base + of * (hills + leaves) + wall + grain) as u8;
        image::Rgb([sample(120.0, 1.0), sample(115.0, 0.8), sample(100.0, 0.6)])
    }))
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    if format == ImageFormat::Jpeg {
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90);
        image
            .write_with_encoder(encoder)
            .expect("a picture that fits");
    } else {
        image
            .write_to(&mut bytes, format)
            .expect("a picture that fits");
    }
    bytes.into_inner()
}

fn imaging(criterion: &mut Criterion) {
    let limits = Limits::default();
    let photo = photograph(4000, 3000);
    let jpeg = encoded(&photo, ImageFormat::Jpeg);
    let png = encoded(&photo, ImageFormat::Png);
    let inside = |side, format| Transform {
        width: Some(side),
        height: Some(side),
        format,
        quality: 90,
        ..Transform::default()
    };
    let mut group = criterion.benchmark_group("imaging");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(8));
    group.bench_function("probe jpeg", |bencher| {
        bencher.iter(|| probe(&mut Cursor::new(black_box(&jpeg[..])), &Kind::Jpeg, &limits));
    });
    group.bench_function("derive 12 MP jpeg", |bencher| {
        bencher.iter(|| derive(black_box(&jpeg), &Kind::Jpeg, &limits));
    });
    group.bench_function("derive 12 MP png", |bencher| {
        bencher.iter(|| derive(black_box(&png), &Kind::Png, &limits));
    });
    // Hardly anything is encoded: decoding, and resizing to one small picture.
    group.bench_function("decode and resize 12 MP jpeg to 16", |bencher| {
        let small = inside(16, OutputFormat::WebP);
        bencher.iter(|| render(black_box(&jpeg), &Kind::Jpeg, &small, &limits));
    });
    // The same to 1920, with next to no decoding: what is left over the line above is resizing and the encoder.
    let large = encoded(
        &photo.resize_exact(1920, 1440, image::imageops::FilterType::Triangle),
        ImageFormat::Bmp,
    );
    for (name, format) in [
        ("encode 1920 webp", OutputFormat::WebP),
        ("encode 1920 jpeg", OutputFormat::Jpeg),
        ("encode 1920 avif", OutputFormat::Avif),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                render(
                    black_box(&large),
                    &Kind::Bmp,
                    &inside(1920, format),
                    &limits,
                )
            });
        });
    }
    let deep = encoded(&photo, ImageFormat::Bmp);
    group.bench_function("resize 12 MP bmp to 16", |bencher| {
        let small = inside(16, OutputFormat::WebP);
        bencher.iter(|| render(black_box(&deep), &Kind::Bmp, &small, &limits));
    });
    group.finish();
}

criterion_group!(benches, imaging);
criterion_main!(benches);
