//! Drawing a parsed SVG, and what it may refer to: raster pictures inside the file, and nothing else.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{ImageHrefResolver, ImageKind, Options, Tree},
};

use super::{budget, fonts};
use crate::imaging::{
    Error, Limits,
    frame::{Frame, Layout},
    probe,
};
use crate::media::Kind;

/// Most pixels of all embedded pictures of one file, each counted as often as it is shown.
const MAX_EMBEDDED_PIXELS: u64 = 32_000_000;

pub(super) fn options(limits: &Limits, with_text: bool) -> Options<'static> {
    let limits = *limits;
    let left = AtomicU64::new(MAX_EMBEDDED_PIXELS);
    let mut options = Options {
        resources_dir: None,
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(move |_, data, _| embedded(data, &limits, &left)),
            // Anything that is not a data: URL, a path above all.
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    if with_text && limits.system_fonts {
        options.fontdb = fonts::of_system();
    }
    options
}

/// An embedded picture by its bytes, whatever its type is said to be. Never another SVG.
fn embedded(data: Arc<Vec<u8>>, limits: &Limits, left: &AtomicU64) -> Option<ImageKind> {
    let kind = crate::media::sniff(&data[..data.len().min(4096)], None);
    let make = match kind {
        Kind::Jpeg => ImageKind::JPEG,
        Kind::Png => ImageKind::PNG,
        Kind::Gif => ImageKind::GIF,
        Kind::WebP => ImageKind::WEBP,
        _ => return None,
    };
    let probed = probe::probe(&mut std::io::Cursor::new(&data[..]), &kind, limits).ok()?;
    let facts = probed.probe.facts;
    let pixels = u64::from(facts.width?) * u64::from(facts.height?);
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        left.checked_sub(pixels)
    })
    .ok()?;
    Some(make(data))
}

/// Draws the whole picture at that size.
pub(super) fn draw(tree: &Tree, (width, height): (u32, u32)) -> Result<Frame, Error> {
    let scale_x = width as f32 / tree.size().width();
    let scale_y = height as f32 / tree.size().height();
    budget::check(tree, scale_x.max(scale_y), (width, height))?;
    let mut pixmap =
        Pixmap::new(width, height).ok_or_else(|| Error::OverLimit("SVG too large".to_owned()))?;
    resvg::render(
        tree,
        Transform::from_scale(scale_x, scale_y),
        &mut pixmap.as_mut(),
    );
    Frame::new(width, height, Layout::Rgba, pixmap.take_demultiplied())
}
