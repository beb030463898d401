//! Pictures far larger than the memory that they may take; 200 megapixels with `MANA_THOROUGH`. A binary of its own, with one
//! test, as the allocator counts for the whole process.
#![allow(clippy::unwrap_used, reason = "a failed test is what it should be")]

#[path = "mutations/allocator.rs"]
mod allocator;

use std::io::{Cursor, Write as _};

use allocator::{Counting, peak_of};
use mana_media::imaging::{Limits, derive, probe};
use mana_media::media::{Kind, Variant};
use tiff::encoder::{TiffEncoder, colortype::RGB8};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const BUDGET_BYTES: u64 = 256 << 20;

/// A row of the picture: its left half red, its right half green, both darker below the middle.
fn row(width: u32, is_below: bool) -> Vec<u8> {
    let level = if is_below { 100 } else { 200 };
    let half = width as usize / 2;
    let left = std::iter::repeat_n([level, 0, 0], half);
    let right = std::iter::repeat_n([0, level, 0], width as usize - half);
    left.chain(right).flatten().collect()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().unwrap();
    let mut rows = writer.stream_writer().unwrap();
    let [above, below] = [false, true].map(|is_below| row(width, is_below));
    for at in 0..height {
        let row = if at < height / 2 { &above } else { &below };
        rows.write_all(row).unwrap();
    }
    rows.finish().unwrap();
    writer.finish().unwrap();
    bytes
}

fn tiff(width: u32, height: u32, rows_per_strip: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let mut image = encoder.new_image::<RGB8>(width, height).unwrap();
    image.rows_per_strip(rows_per_strip).unwrap();
    let [above, below] = [false, true].map(|is_below| row(width, is_below));
    for strip in 0..height.div_ceil(rows_per_strip) {
        let top = strip * rows_per_strip;
        let mut rows = Vec::new();
        for at in top..height.min(top + rows_per_strip) {
            rows.extend_from_slice(if at < height / 2 { &above } else { &below });
        }
        image.write_strip(&rows).unwrap();
    }
    image.finish().unwrap();
    bytes.into_inner()
}

#[test]
fn large_pictures() {
    made_smaller_as_they_are_read();
    refused_when_they_cannot_be();
}

fn made_smaller_as_they_are_read() {
    let limits = Limits {
        max_memory_bytes: BUDGET_BYTES,
        ..Limits::default()
    };
    #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
    let large = if std::env::var("MANA_THOROUGH").is_ok() {
        (20_000, 10_000)
    } else {
        (10_000, 5000)
    };
    for (kind, size, bytes) in [
        (Kind::Png, large, png(large.0, large.1)),
        // As a whole it would take 320 MB, 96 of them as it is stored.
        (Kind::Tiff, (8000, 4000), tiff(8000, 4000, 32)),
    ] {
        let probed = probe(&mut Cursor::new(&bytes[..]), &kind, &limits).unwrap();
        let estimate = probed.derive_bytes();
        assert!(estimate <= BUDGET_BYTES, "{kind:?}: {estimate} estimated");
        let (derived, peak) = peak_of(|| derive(&bytes, &kind, &limits));
        let derived = derived.unwrap();
        let peak = peak + bytes.len() as u64;
        println!("{kind:?}: {peak} bytes at the worst moment, {estimate} estimated");
        assert!(peak <= estimate, "{kind:?}: {peak} of {estimate} estimated");
        assert_eq!(
            (
                derived.facts.width,
                derived.facts.height,
                derived.facts.warning
            ),
            (Some(size.0), Some(size.1), None)
        );
        let (variant, large) = derived.variants.last().unwrap();
        assert_eq!(
            (*variant, large.width, large.height),
            (Variant::Large, 1920, 960)
        );
        let seen = image::load_from_memory(&large.bytes).unwrap().to_rgb8();
        for (x, y, expected) in [
            (400, 200, [200, 0, 0]),
            (1500, 200, [0, 200, 0]),
            (400, 700, [100, 0, 0]),
            (1500, 700, [0, 100, 0]),
            // Nothing is shifted: the edges stay where they were.
            (950, 470, [200, 0, 0]),
            (970, 490, [0, 100, 0]),
        ] {
            let pixel = seen.get_pixel(x, y).0;
            let is_near = pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 12);
            assert!(is_near, "{kind:?} at {x}, {y}: {pixel:?}");
        }
    }
}

/// A TIFF of one strip cannot be read in parts, and is refused before it is read.
fn refused_when_they_cannot_be() {
    let bytes = tiff(6000, 4000, 4000);
    let limits = Limits {
        max_memory_bytes: 128 << 20,
        ..Limits::default()
    };
    let (derived, peak) = peak_of(|| derive(&bytes, &Kind::Tiff, &limits));
    assert_eq!(derived.unwrap_err().code(), "image_over_limit");
    assert!(peak < 1 << 20, "{peak}");
}
