//! Imaging of pictures made here, so that it is tested wherever the corpus is not.
#![allow(clippy::unwrap_used, reason = "a failed test is what it should be")]

#[path = "imaging_made/svg.rs"]
mod svg;

use std::{
    io::{Cursor, Write as _},
    path::Path,
    time::Instant,
};

use flate2::{Compression, write::GzEncoder};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use mana_media::{
    imaging::{Error, Limits, derive, probe, render},
    media::{Colours, Fit, Kind, OutputFormat, Region, Transform, Variant, sniff},
};

/// Red, green, blue and white quarters, clockwise from the top left.
fn quarters(width: u32, height: u32) -> DynamicImage {
    let image = RgbaImage::from_fn(width, height, |x, y| {
        match (x < width / 2, y < height / 2) {
            (true, true) => Rgba([255, 0, 0, 255]),
            (false, true) => Rgba([0, 255, 0, 255]),
            (false, false) => Rgba([0, 0, 255, 255]),
            (true, false) => Rgba([255, 255, 255, 255]),
        }
    });
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(image).to_rgb8())
}

fn fixture(path: &str) -> Vec<u8> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    std::fs::read(folder.join(path)).unwrap()
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG with an EXIF orientation.
fn oriented(orientation: u8) -> Vec<u8> {
    let picture = encoded(&quarters(64, 32), ImageFormat::Jpeg);
    let mut exif =
        b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    [&picture[..2], &exif, &picture[2..]].concat()
}

fn transform(width: Option<u32>, height: Option<u32>, fit: Fit, format: OutputFormat) -> Transform {
    Transform {
        width,
        height,
        fit,
        format,
        quality: 90,
        ..Transform::default()
    }
}

fn rendered(bytes: &[u8], transform: &Transform) -> DynamicImage {
    let kind = sniff(&bytes[..bytes.len().min(4096)], None);
    let rendition = render(bytes, &kind, transform, &Limits::default()).unwrap();
    let image = image::load_from_memory(&rendition.bytes).unwrap();
    assert_eq!(
        (image.width(), image.height()),
        (rendition.width, rendition.height)
    );
    image
}

#[test]
fn every_raster_kind_gives_variants() {
    let limits = Limits::default();
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::WebP,
        ImageFormat::Tiff,
        ImageFormat::Bmp,
    ] {
        let bytes = encoded(&quarters(900, 300), format);
        let kind = sniff(&bytes[..4096.min(bytes.len())], None);
        let probed = probe(&mut Cursor::new(&bytes[..]), &kind, &limits).unwrap();
        assert_eq!(
            (probed.facts.width, probed.facts.height),
            (Some(900), Some(300)),
            "{kind:?}"
        );
        assert!(probed.derive_bytes() > bytes.len() as u64 + 900 * 300);
        let derived = derive(&bytes, &kind, &limits).unwrap();
        let sizes: Vec<_> = derived
            .variants
            .iter()
            .map(|(variant, made)| (*variant, made.width, made.height))
            .collect();
        assert_eq!(
            sizes,
            [(Variant::Thumb, 200, 200), (Variant::Medium, 800, 267)],
            "{kind:?}"
        );
        assert!(
            derived
                .facts
                .placeholder
                .is_some_and(|hash| hash.len() <= 25)
        );
        assert!(
            derived
                .facts
                .dominant_color
                .is_some_and(|color| color.len() == 7)
        );
        assert_eq!(derived.facts.warning, None);
    }
}

#[test]
fn regions_are_of_the_picture_as_seen() {
    for value in 1..=8 {
        let bytes = oriented(value);
        let kind = sniff(&bytes, None);
        let png = |region| Transform {
            region,
            format: OutputFormat::Png,
            ..Transform::default()
        };
        let whole = rendered(&bytes, &png(None)).to_rgb8();
        let (across, down) = (whole.width() / 2, whole.height() / 2);
        for (left, top) in [(0, 0), (across, 0), (0, down), (across, down)] {
            let region = Region {
                left,
                top,
                width: across,
                height: down,
            };
            let part = rendered(&bytes, &png(Some(region))).to_rgb8();
            assert_eq!(part.dimensions(), (across, down));
            let (x, y) = (across / 2, down / 2);
            let (seen, expected) = (part.get_pixel(x, y), whole.get_pixel(left + x, top + y));
            let off = (0..3).map(|at| seen[at].abs_diff(expected[at])).max();
            assert!(
                off < Some(6),
                "{value} at {left},{top}: {seen:?} for {expected:?}"
            );
        }
        let outside = Region {
            left: whole.width(),
            top: 0,
            width: 1,
            height: 1,
        };
        let refused = render(&bytes, &kind, &png(Some(outside)), &Limits::default());
        assert!(matches!(refused, Err(Error::Outside)));
    }
}

#[test]
fn pictures_are_turned_and_lose_colour() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let bytes = encoded(&quarters(64, 32), format);
        let png = Transform {
            format: OutputFormat::Png,
            ..Transform::default()
        };
        let whole = rendered(&bytes, &png).to_rgb8();
        let turned = rendered(&bytes, &Transform { turns: 1, ..png }).to_rgb8();
        assert_eq!(turned.dimensions(), (32, 64));
        assert_eq!(turned.get_pixel(31, 0), whole.get_pixel(0, 0));
        let mirrored = rendered(
            &bytes,
            &Transform {
                mirror: true,
                ..png
            },
        )
        .to_rgb8();
        assert_eq!(mirrored.get_pixel(0, 0), whole.get_pixel(63, 0));
        let grey = rendered(
            &bytes,
            &Transform {
                colours: Colours::Grey,
                ..png
            },
        )
        .to_rgb8();
        assert!(
            grey.pixels()
                .all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2])
        );
        assert!(grey.get_pixel(1, 1) != grey.get_pixel(62, 30));
    }
}

#[test]
fn backgrounds_lie_below() {
    let mut image = RgbaImage::new(8, 4);
    image.put_pixel(0, 0, Rgba([9, 9, 9, 255]));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let bytes = bytes.into_inner();
    let red = Transform {
        background: Some([255, 0, 0]),
        ..transform(Some(8), Some(8), Fit::Contain, OutputFormat::Png)
    };
    let seen = rendered(&bytes, &red);
    assert!(!seen.color().has_alpha());
    let seen = seen.to_rgb8();
    assert_eq!(seen.get_pixel(0, 0).0, [255, 0, 0]);
    assert_eq!(seen.get_pixel(0, 2).0, [9, 9, 9]);
    assert_eq!(seen.get_pixel(1, 2).0, [255, 0, 0]);
}

#[test]
fn nothing_is_enlarged() {
    let bytes = encoded(&quarters(100, 68), ImageFormat::Png);
    let derived = derive(&bytes, &Kind::Png, &Limits::default()).unwrap();
    let [(variant, thumb)] = &derived.variants[..] else {
        panic!("one variant")
    };
    assert_eq!(
        (*variant, thumb.width, thumb.height),
        (Variant::Thumb, 100, 68)
    );
}

#[test]
fn thumbs_of_long_pictures_are_square() {
    for (width, height) in [(2000, 400), (400, 2000), (5000, 300)] {
        let bytes = encoded(&quarters(width, height), ImageFormat::Png);
        let derived = derive(&bytes, &Kind::Png, &Limits::default()).unwrap();
        let sizes: Vec<_> = derived
            .variants
            .iter()
            .map(|(_, made)| (made.width, made.height))
            .collect();
        assert_eq!(sizes[0], (200, 200), "{width} x {height}");
        assert_eq!(sizes[2].0.max(sizes[2].1), 1920);
    }
}

#[test]
fn orientation_is_applied() {
    let red_in = |orientation| {
        let bytes = oriented(orientation);
        let probed = probe(
            &mut Cursor::new(&bytes[..]),
            &Kind::Jpeg,
            &Limits::default(),
        )
        .unwrap();
        let image = rendered(
            &bytes,
            &transform(None, None, Fit::Inside, OutputFormat::Png),
        )
        .to_rgb8();
        assert_eq!(probed.facts.width, Some(image.width()), "{orientation}");
        let (width, height) = image.dimensions();
        let corners = [
            (2, 2),
            (width - 3, 2),
            (width - 3, height - 3),
            (2, height - 3),
        ];
        let is_red = |(x, y): &(u32, u32)| {
            let pixel = image.get_pixel(*x, *y);
            pixel[0] > 200 && pixel[1] < 60
        };
        corners.iter().position(is_red).unwrap()
    };
    // Clockwise from the top left, where the picture's own top left corner is seen.
    assert_eq!(
        [1, 2, 3, 4, 5, 6, 7, 8].map(red_in),
        [0, 1, 2, 3, 0, 1, 2, 3]
    );
    assert_eq!(red_in(9), 0);
}

#[test]
fn boxes_are_kept_by_contain() {
    let bytes = encoded(&quarters(400, 200), ImageFormat::Png);
    let contain = |format| {
        rendered(
            &bytes,
            &transform(Some(100), Some(100), Fit::Contain, format),
        )
        .to_rgba8()
    };
    let png = contain(OutputFormat::Png);
    assert_eq!(png.dimensions(), (100, 100));
    assert_eq!(png.get_pixel(50, 2)[3], 0);
    assert_eq!(png.get_pixel(10, 30)[3], 255);
    assert_eq!(
        *contain(OutputFormat::Jpeg).get_pixel(50, 2),
        Rgba([255, 255, 255, 255])
    );
}

#[test]
fn formats_are_what_was_asked_for() {
    let bytes = encoded(&quarters(300, 200), ImageFormat::Png);
    for (format, kind) in [
        (OutputFormat::WebP, Kind::WebP),
        (OutputFormat::Auto, Kind::WebP),
        (OutputFormat::Jpeg, Kind::Jpeg),
        (OutputFormat::Png, Kind::Png),
        (OutputFormat::Avif, Kind::Avif),
    ] {
        let asked = transform(Some(60), None, Fit::Cover, format);
        let made = render(&bytes, &Kind::Png, &asked, &Limits::default()).unwrap();
        assert_eq!((made.width, made.height), (60, 40));
        assert_eq!(sniff(&made.bytes[..made.bytes.len().min(4096)], None), kind);
    }
}

#[test]
fn pixel_floods_are_refused_by_the_header() {
    // 300,000 × 300,000, one bit, and nothing behind the header.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(300_000u32.to_be_bytes().repeat(2));
    png.extend([1, 0, 0, 0, 0, 0, 0, 0, 0]);
    for call in [
        probe(&mut Cursor::new(&png[..]), &Kind::Png, &Limits::default()).map(drop),
        derive(&png, &Kind::Png, &Limits::default()).map(drop),
    ] {
        assert!(
            matches!(call, Err(Error::TooManyPixels { width: 300_000, .. })),
            "{call:?}"
        );
    }
    let bytes = encoded(&quarters(400, 400), ImageFormat::Png);
    let tight = Limits {
        max_memory_bytes: 100_000,
        ..Limits::default()
    };
    assert!(matches!(
        derive(&bytes, &Kind::Png, &tight),
        Err(Error::OverLimit(_))
    ));
}

#[test]
fn progressive_scans_are_counted() {
    let mut bytes = encoded(&quarters(64, 64), ImageFormat::Jpeg);
    let find = |bytes: &[u8], marker| bytes.windows(2).position(|pair| pair == [0xff, marker]);
    let scan = find(&bytes, 0xda).unwrap();
    // A progressive frame whose scans hold the first coefficient only.
    let frame = find(&bytes, 0xc0).unwrap();
    bytes[frame + 1] = 0xc2;
    let last_coefficient = scan + 4 + 2 * usize::from(bytes[scan + 4]) + 2;
    bytes[last_coefficient] = 0;
    let scans = [
        &bytes[..bytes.len() - 2],
        &bytes[scan..bytes.len() - 2].repeat(1000)[..],
        &[0xff, 0xd9],
    ]
    .concat();
    assert!(matches!(
        derive(&scans, &Kind::Jpeg, &Limits::default()),
        Err(Error::OverLimit(_))
    ));
}

#[test]
fn cut_pictures_are_made_do_with() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let noise = RgbaImage::from_fn(300, 300, |x, y| {
            Rgba([(x * y % 251) as u8, (x ^ y) as u8, 90, 255])
        });
        let noise = DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(noise).to_rgb8());
        let bytes = encoded(&noise, format);
        let kind = sniff(&bytes[..4096], None);
        let derived = derive(&bytes[..bytes.len() * 2 / 3], &kind, &Limits::default()).unwrap();
        assert_eq!(
            derived.facts.warning.as_deref(),
            Some("truncated"),
            "{kind:?}"
        );
        assert!(
            matches!(
                derive(&bytes[..60], &kind, &Limits::default()),
                Err(Error::Malformed(_))
            ),
            "{kind:?}"
        );
    }
}

#[test]
fn rows_of_a_frame_that_is_narrower_than_its_canvas_are_kept() {
    let bytes = fixture("broken/half_narrow.gif");
    let derived = derive(&bytes, &Kind::Gif, &Limits::default()).unwrap();
    assert_eq!(derived.facts.warning.as_deref(), Some("truncated"));
    let seen = rendered(
        &bytes,
        &transform(None, None, Fit::Inside, OutputFormat::Png),
    )
    .to_rgba8();
    assert_eq!(seen.dimensions(), (120, 80));
    // Nothing beside the frame, something in it, nothing where the file had ended.
    let opacity = |x, y| seen.get_pixel(x, y)[3];
    let seen = [(11, 12), (12, 7), (12, 8), (107, 20), (108, 20), (60, 70)];
    assert_eq!(seen.map(|(x, y)| opacity(x, y)), [0, 0, 255, 255, 0, 0]);
}

#[test]
fn gain_maps_are_never_seen() {
    for (name, kind) in [
        ("gain_map.jpg", Kind::Jpeg),
        ("gain_map.heic", Kind::Heic),
        ("gain_map_apple.heic", Kind::Heic),
    ] {
        let bytes = fixture(&format!("colour/{name}"));
        assert_eq!(sniff(&bytes, None), kind);
        let derived = derive(&bytes, &kind, &Limits::default()).unwrap();
        // Opacity would be an auxiliary picture of the same kind.
        assert!(!derived.facts.has_alpha, "{name}");
        let seen = rendered(
            &bytes,
            &transform(None, None, Fit::Inside, OutputFormat::Png),
        )
        .to_rgb8();
        assert_eq!(seen.dimensions(), (96, 64), "{name}");
        for (x, y, expected) in [
            (4, 4, [255, 0, 0]),
            (91, 4, [0, 255, 0]),
            (4, 59, [0, 0, 255]),
            (91, 59, [255, 255, 0]),
        ] {
            let pixel = seen.get_pixel(x, y).0;
            let is_near = pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 40);
            assert!(is_near, "{name} at {x}, {y}: {pixel:?}");
        }
    }
    let derived = derive(
        &fixture("colour/gain_map_primary.heic"),
        &Kind::Heic,
        &Limits::default(),
    );
    assert!(matches!(derived, Err(Error::Unsupported(_))), "{derived:?}");
}

#[test]
fn packed_svg_is_drawn_and_bombs_are_not() {
    let bytes = fixture("formats/packed.svgz");
    assert_eq!(sniff(&bytes, None), Kind::Svg);
    let derived = derive(&bytes, &Kind::Svg, &Limits::default()).unwrap();
    assert_eq!(derived.facts.encoding.as_deref(), Some("gzip"));
    let seen = rendered(
        &bytes,
        &transform(None, None, Fit::Inside, OutputFormat::Png),
    );
    assert_eq!(*seen.to_rgba8().get_pixel(4, 4), Rgba([255, 0, 0, 255]));
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>")
        .unwrap();
    bomb.write_all(&vec![b' '; 100 << 20]).unwrap();
    let bomb = bomb.finish().unwrap();
    for call in [
        probe(&mut Cursor::new(&bomb[..]), &Kind::Svg, &Limits::default()).map(drop),
        derive(&bomb, &Kind::Svg, &Limits::default()).map(drop),
    ] {
        assert!(matches!(call, Err(Error::OverLimit(_))), "{call:?}");
    }
    for cut in 0..bytes.len() {
        let result = derive(&bytes[..cut], &Kind::Svg, &Limits::default());
        assert!(
            matches!(result, Err(Error::Malformed(_))),
            "{cut}: {result:?}"
        );
    }
}

#[test]
fn late_pictures_are_given_up() {
    let late = Limits {
        deadline: Some(Instant::now()),
        ..Limits::default()
    };
    for name in [
        "formats/baseline.jpg",
        "formats/progressive.jpg",
        "formats/rgb8.png",
        "formats/still.gif",
        "formats/lossy.webp",
        "formats/lossless.webp",
        "formats/lzw.tif",
        "formats/rgb.bmp",
        "formats/icon.ico",
        "formats/still.heic",
        "formats/still.avif",
        "formats/still.jxl",
    ] {
        let bytes = fixture(name);
        let kind = sniff(&bytes[..bytes.len().min(4096)], None);
        let result = derive(&bytes, &kind, &late).map(drop);
        assert!(
            matches!(&result, Err(Error::OverLimit(what)) if what == "time"),
            "{name}: {result:?}"
        );
    }
}

#[test]
fn sixteen_bits_and_alpha_survive() {
    let deep = image::ImageBuffer::from_pixel(20, 20, image::Rgba([65_535u16, 32_768, 0, 32_896]));
    let bytes = encoded(&DynamicImage::ImageRgba16(deep), ImageFormat::Png);
    let made = rendered(
        &bytes,
        &transform(None, None, Fit::Inside, OutputFormat::Png),
    )
    .to_rgba8();
    assert_eq!(*made.get_pixel(10, 10), Rgba([255, 128, 0, 128]));
}

#[test]
fn what_cannot_be_decoded_says_so() {
    for kind in [Kind::Heic, Kind::Avif, Kind::Jxl, Kind::Ico] {
        assert!(derive(b"rubbish rubbish rubbish", &kind, &Limits::default()).is_err());
    }
    let icon = |depth: u8| {
        let mut icon = b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\0\x10\0\0\x16\0\0\0".to_vec();
        icon.extend([40, 0, 0, 0, 16, 0, 0, 0, 32, 0, 0, 0, 1, 0, depth]);
        icon.resize(4096, 7);
        // No compression, no palette of its own size.
        icon[22 + 15..22 + 40].fill(0);
        icon
    };
    let derived = |depth| derive(&icon(depth), &Kind::Ico, &Limits::default());
    assert!(derived(32).is_ok());
    assert!(matches!(derived(17), Err(Error::Unsupported(_))));
}
