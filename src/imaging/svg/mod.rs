//! SVG and SVGZ: drawn by resvg, which runs no scripts; nothing outside the file is ever read.

mod budget;
mod draw;
pub(super) mod fonts;
mod guard;
mod style;

use std::{borrow::Cow, io::Read as _};

use resvg::usvg;
use serde::{Deserialize, Serialize};

use super::{
    Error, Input, Limits, Orientation, Probe,
    cost::{Cost, Scaling},
    derive::Source,
    frame::Frame,
    geometry::Plan,
    probe::Probed,
    render::{check_region, plan_for},
};
use crate::media::{Facts, Fit, Transform};

/// Largest file in bytes, as it is and unpacked.
pub const MAX_BYTES: u64 = 1 << 20;
/// Longest side that is drawn for the variants.
const DERIVE_SIDE: u32 = 1920;
/// Longest side that is drawn on demand.
const RENDER_SIDE: u32 = 4096;

/// Stack for parsing and drawing, both of which go down into the file by recursion, in debug builds by kilobytes a step.
const STACK_BYTES: usize = 64 << 20;

/// Runs on a stack of its own: a file may be nested deeper than a thread of unknown making can follow, and overflowing
/// a stack ends the process.
fn on_deep_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(STACK_BYTES, work)
}

/// What parsing an SVG tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SvgSize {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Bytes of its text, unpacked.
    pub text_bytes: u64,
}

/// Parses a whole SVG, without its text.
pub(super) fn measure(bytes: &[u8], limits: &Limits) -> Result<SvgSize, Error> {
    let text_bytes = unpacked(bytes)?.len() as u64;
    let tree = on_deep_stack(|| parse(bytes, limits, false).map(|tree| natural_size(&tree)));
    let (width, height) = tree?;
    Ok(SvgSize {
        width,
        height,
        text_bytes,
    })
}

impl Probe {
    /// The probe of an SVG that was measured, by its first bytes too, which tell whether it is packed.
    #[must_use]
    pub fn of_svg(size: SvgSize, head: &[u8]) -> Self {
        let text_bytes = size.text_bytes.min(MAX_BYTES);
        let size = (size.width.max(1), size.height.max(1));
        Self {
            facts: facts(size, is_gzip(head)),
            // The tree is a few times its text; the canvas and as many layers as the guard lets through.
            cost: Cost {
                input_bytes: text_bytes * 20 + budget::MAX_LAYER_BYTES,
                size,
                pixels: u64::from(DERIVE_SIDE).pow(2),
                bytes_per_pixel: 4.0,
                scaling: Scaling::None,
            },
        }
    }
}

pub(super) fn probe(input: &mut dyn Input, limits: &Limits) -> Result<Probed, Error> {
    let mut bytes = Vec::new();
    input
        .rewind()
        .and_then(|()| input.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| Error::Internal(format!("reading: {error}")))?;
    Ok(Probed {
        probe: Probe::of_svg(measure(&bytes, limits)?, &bytes),
        orientation: Orientation::default(),
    })
}

/// The picture as large as its largest variant could be.
pub(super) fn draw_largest(bytes: &[u8], limits: &Limits) -> Result<(Frame, Facts), Error> {
    on_deep_stack(|| {
        let tree = parse(bytes, limits, true)?;
        let size = natural_size(&tree);
        let inside = Transform {
            width: Some(DERIVE_SIDE),
            height: Some(DERIVE_SIDE),
            ..Transform::default()
        };
        let frame = draw::draw(&tree, Plan::new(&inside, size).scaled)?;
        Ok((frame, facts(size, is_gzip(bytes))))
    })
}

/// The picture drawn at the size that a transform needs, and what is left to do of it.
pub(super) fn draw_for(
    bytes: &[u8],
    transform: &Transform,
    limits: &Limits,
) -> Result<(Source, Plan), Error> {
    on_deep_stack(|| draw_to_plan(bytes, transform, limits))
}

fn draw_to_plan(
    bytes: &[u8],
    transform: &Transform,
    limits: &Limits,
) -> Result<(Source, Plan), Error> {
    let tree = parse(bytes, limits, true)?;
    let (width, height) = natural_size(&tree);
    check_region(transform, (width, height))?;
    let plan = plan_for(transform, (width, height));
    // What is cropped away must be drawn too, so that the rest is where it belongs.
    let scale = plan.crop.map_or_else(
        || f64::from(plan.scaled.0) / f64::from(width),
        |(_, _, crop_width, _)| f64::from(plan.scaled.0) / crop_width,
    );
    let side = |side: u32| ((f64::from(side) * scale).round() as u32).clamp(1, RENDER_SIDE);
    let drawn = match transform.fit {
        Fit::Fill => plan.scaled,
        _ => (side(width), side(height)),
    };
    let frame = draw::draw(&tree, drawn)?;
    let plan = if transform.region.is_some() {
        let (across, down) = frame.size();
        let across = f64::from(across) / f64::from(width);
        let down = f64::from(down) / f64::from(height);
        let (left, top, width, height) = plan.region((width, height));
        Plan {
            crop: Some((left * across, top * down, width * across, height * down)),
            ..plan
        }
    } else {
        Plan {
            canvas: plan.canvas,
            ..Plan::new(transform, frame.size())
        }
    };
    Ok((Source::upright(frame), plan))
}

fn parse(bytes: &[u8], limits: &Limits, with_text: bool) -> Result<usvg::Tree, Error> {
    let bytes = unpacked(bytes)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed("not UTF-8"))?;
    let document = guard::parse_xml(text)?;
    guard::check_document(&document)?;
    let options = draw::options(limits, with_text);
    usvg::Tree::from_xmltree(&document, &options).map_err(|error| malformed(&error.to_string()))
}

/// The text of a file that may be packed by gzip.
fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    let text = if is_gzip(bytes) {
        let mut text = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes)
            .take(MAX_BYTES + 1)
            .read_to_end(&mut text)
            .map_err(|error| malformed(&format!("gzip: {error}")))?;
        Cow::Owned(text)
    } else {
        Cow::Borrowed(bytes)
    };
    if text.len() as u64 > MAX_BYTES {
        return Err(Error::OverLimit(format!("SVG over {MAX_BYTES} bytes")));
    }
    Ok(text)
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b")
}

/// The size that the file asks for, rounded up to whole pixels.
fn natural_size(tree: &usvg::Tree) -> (u32, u32) {
    let side = |side: f32| (side.ceil() as u32).max(1);
    (side(tree.size().width()), side(tree.size().height()))
}

fn facts((width, height): (u32, u32), is_packed: bool) -> Facts {
    Facts {
        width: Some(width),
        height: Some(height),
        has_alpha: true,
        encoding: is_packed.then(|| "gzip".to_owned()),
        ..Facts::default()
    }
}

fn malformed(what: &str) -> Error {
    Error::Malformed(what.to_owned())
}
