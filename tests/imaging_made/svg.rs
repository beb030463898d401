//! SVG made here: drawn at the size asked for, cut off from the world, and refused when it would cost too much.

use image::{DynamicImage, ImageFormat};
use mana_media::{
    imaging::{Error, Limits, derive},
    media::{Fit, Kind, OutputFormat},
};

use super::{encoded, rendered, transform};

fn svg(body: &str) -> Vec<u8> {
    svg_of(40, 20, body)
}

fn svg_of(width: u32, height: u32, body: &str) -> Vec<u8> {
    let spaces = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'";
    format!("<svg {spaces} width='{width}' height='{height}'>{body}</svg>").into_bytes()
}

#[test]
fn svg_is_drawn_at_the_size_asked_for() {
    let bytes = svg("<rect width='40' height='20' fill='#ff0000'/>");
    let derived = derive(&bytes, &Kind::Svg, &Limits::default()).unwrap();
    assert_eq!(
        (derived.facts.width, derived.facts.height),
        (Some(40), Some(20))
    );
    assert_eq!(derived.facts.dominant_color.as_deref(), Some("#ff0000"));
    let half = rendered(
        &bytes,
        &transform(Some(20), None, Fit::Inside, OutputFormat::Png),
    );
    assert_eq!((half.width(), half.height()), (20, 10));
    let square = rendered(
        &bytes,
        &transform(Some(10), Some(10), Fit::Cover, OutputFormat::Png),
    );
    assert_eq!((square.width(), square.height()), (10, 10));
}

#[test]
fn svg_reads_nothing_outside_itself() {
    use base64::Engine as _;
    let canary = encoded(
        &DynamicImage::ImageRgb8(image::ImageBuffer::from_pixel(
            8,
            8,
            image::Rgb([0, 255, 0]),
        )),
        ImageFormat::Png,
    );
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("canary.png");
    std::fs::write(&path, &canary).unwrap();
    let data = base64::engine::general_purpose::STANDARD.encode(&canary);
    let nested = base64::engine::general_purpose::STANDARD
        .encode(svg("<rect width='40' height='20' fill='#00ff00'/>"));
    let green = |href: &str, element: &str| {
        let bytes = svg(&format!(
            "<{element} width='40' height='20' preserveAspectRatio='none' xlink:href='{href}' href='{href}'/>"
        ));
        let image = rendered(
            &bytes,
            &transform(None, None, Fit::Inside, OutputFormat::Png),
        )
        .to_rgba8();
        image.pixels().any(|pixel| pixel[1] > 0)
    };
    assert!(
        green(&format!("data:image/png;base64,{data}"), "image"),
        "embedded pictures are shown"
    );
    for href in [
        path.display().to_string(),
        format!("file://{}", path.display()),
        "http://127.0.0.1/canary.png".to_owned(),
        format!("data:image/svg+xml;base64,{nested}"),
    ] {
        assert!(!green(&href, "image"), "{href}");
        assert!(!green(&href, "feImage"), "{href}");
    }
}

#[test]
fn costly_svg_is_refused() {
    let filtered = |filter: &str| {
        svg_of(
            1900,
            1900,
            &format!(
                "<filter id='f' x='-50' y='-50' width='100' height='100'>{filter}</filter><rect width='1900' height='1900' filter='url(#f)'/>"
            ),
        )
    };
    let layers =
        "<g opacity='.5'><rect width='1900' height='1900'/>".repeat(150) + &"</g>".repeat(150);
    for bytes in [
        filtered("<feTurbulence baseFrequency='.1' numOctaves='10000'/>"),
        filtered("<feMorphology operator='dilate' radius='500'/>"),
        svg_of(1900, 1900, &layers),
        svg_of(
            1900,
            1900,
            &"<path d='M0 0L1900 1900' stroke='red' stroke-dasharray='.001'/>".repeat(500),
        ),
        vec![b' '; (1 << 20) + 1],
    ] {
        let start = std::time::Instant::now();
        let result = derive(&bytes, &Kind::Svg, &Limits::default());
        assert!(
            matches!(result, Err(Error::OverLimit(_))),
            "{:?}",
            result.map(|made| made.facts)
        );
        assert!(start.elapsed() < std::time::Duration::from_secs(5));
    }
    let huge = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1000000 1000000'><rect width='9' height='9'/></svg>";
    assert!(derive(huge, &Kind::Svg, &Limits::default()).is_ok());
}

#[test]
fn deep_svg_does_not_overflow_the_stack() {
    let rect = "<rect width='40' height='20' fill='#0000ff'/>";
    let nested = |open: &str, count: usize| open.repeat(count) + rect + &"</g>".repeat(count);
    let mut uses = format!("<g id='u0'>{}</g>", nested("<g opacity='.99'>", 100));
    for at in 1..30 {
        let inner = format!(
            "{}<use href='#u{}'/>{}",
            "<g opacity='.99'>".repeat(25),
            at - 1,
            "</g>".repeat(25)
        );
        uses.extend([
            "<g id='u".to_owned(),
            at.to_string(),
            "'>".to_owned(),
            inner,
            "</g>".to_owned(),
        ]);
    }
    for body in [
        nested("<g opacity='.99'>", 250),
        nested("<g opacity='.99'>", 490),
        nested("<g>", 100_000),
        format!("<defs>{uses}</defs><use href='#u13'/>"),
        format!("<defs>{uses}</defs><use href='#u29'/>"),
        format!(
            "<text>{}x{}</text>",
            "<tspan>".repeat(250),
            "</tspan>".repeat(250)
        ),
    ] {
        let bytes = svg(&body);
        if let Err(error) = derive(&bytes, &Kind::Svg, &Limits::default()) {
            assert!(matches!(error, Error::OverLimit(_)), "{error}");
        }
    }
}
