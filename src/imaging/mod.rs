//! Pictures as pure computation: bytes in, facts and renditions out. Knows no files, no runtime, no store; every entry
//! takes `Limits` and holds to them before anything is decoded. All of it blocks: call it on the CPU pool.

mod avif;
mod bmff;
mod capture;
mod color;
mod cost;
mod decode;
mod derive;
mod encode;
mod error;
mod fingerprint;
mod frame;
mod geometry;
mod hdr;
mod header;
#[cfg(feature = "libwebp")]
mod libwebp;
mod limits;
mod orient;
mod picture;
mod placeholder;
mod planes;
mod probe;
mod render;
mod resize;
mod svg;
#[cfg(not(feature = "libwebp"))]
mod webp;

pub use error::Error;
pub use limits::Limits;
pub use svg::{MAX_BYTES as MAX_SVG_BYTES, SvgSize};

use std::{
    io::{BufRead, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
};

use cost::Cost;
use orient::Orientation;
use serde_json::{Map, Value};

use crate::media::{Capture, Facts, Kind, OutputFormat, Transform, Variant};

/// What a header tells before any pixel is decoded.
#[derive(Debug, Clone, Default)]
pub struct Probe {
    /// Size as seen, alpha, animation, duration and what the camera recorded.
    pub facts: Facts,
    cost: Cost,
}

impl Probe {
    /// Estimated peak memory in bytes of `derive` on this picture, input bytes included.
    #[must_use]
    pub fn derive_bytes(&self) -> u64 {
        self.cost.derive_bytes()
    }

    /// The same of `render`.
    #[must_use]
    pub fn render_bytes(&self, transform: &Transform) -> u64 {
        self.cost.render_bytes(transform)
    }
}

/// One encoded rendition.
#[derive(Debug, Clone)]
pub struct Rendition {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The encoded file, without any metadata.
    pub bytes: Vec<u8>,
}

/// Everything that processing makes of one picture.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The variants that the picture's size calls for, smallest first.
    pub variants: Vec<(Variant, Rendition)>,
    /// The probe's facts, completed by what only the pixels tell.
    pub facts: Facts,
}

/// Metadata as a file has it, by the names that its standards give.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tags {
    /// EXIF, those of the embedded thumbnail below `Thumbnail`.
    pub exif: Map<String, Value>,
    /// XMP as `prefix:Name`.
    pub xmp: Option<Map<String, Value>>,
    /// IPTC's application record.
    pub iptc: Option<Map<String, Value>>,
    /// What an MP4 or QuickTime file says of itself.
    pub quicktime: Option<Map<String, Value>>,
}

/// Anything that can be read and rewound; a spooled upload or bytes in memory.
pub trait Input: BufRead + Seek {}
impl<T: BufRead + Seek> Input for T {}

/// Reads what the header tells, without decoding a pixel or reading a large file through. Kinds that have nothing to
/// read, or nothing cheap, give an empty probe.
///
/// # Errors
/// `Malformed` for a broken header, `TooManyPixels` and `OverLimit` by `limits`, `Internal` when reading fails.
pub fn probe(input: &mut dyn Input, kind: &Kind, limits: &Limits) -> Result<Probe, Error> {
    guarded(|| probe::probe(input, kind, limits)).map(|probed| probed.probe)
}

/// What the camera recorded in a picture whose header is too broken for [`probe()`]. `None` when nothing can be read.
pub fn capture(input: &mut dyn Input, kind: &Kind) -> Option<Capture> {
    let parsed = guarded(|| Ok(capture::parse(header::blocks(input, kind)?)));
    parsed.ok()?.capture
}

/// Every tag of a picture or movie, as far as it can be read. Seeks to them, and reads a few MiB at most.
///
/// # Errors
/// `Internal` when reading fails.
pub fn tags(input: &mut dyn Input, kind: &Kind) -> Result<Tags, Error> {
    guarded(|| {
        Ok(if kind.is_movie() {
            capture::movie_tags(&header::movie(input)?)
        } else {
            capture::tags(header::blocks(input, kind)?)
        })
    })
}

/// Decodes once and makes the variants that the picture's size calls for, its placeholder and its mean colour. A picture
/// that was cut off but still shows something is made do with, and `facts.warning` says so.
///
/// # Errors
/// `Malformed`, `Unsupported` (this build has no decoder), `TooManyPixels`, `OverLimit`, or `Internal`.
pub fn derive(bytes: &[u8], kind: &Kind, limits: &Limits) -> Result<Derived, Error> {
    guarded(|| derive::derive(bytes, kind, limits))
}

/// Makes one rendition. `OutputFormat::Auto` should have been negotiated and is taken for WebP.
///
/// # Errors
/// As [`derive()`].
pub fn render(
    bytes: &[u8],
    kind: &Kind,
    transform: &Transform,
    limits: &Limits,
) -> Result<Rendition, Error> {
    guarded(|| render::render(bytes, kind, transform, limits))
}

/// The transform that makes of a smaller copy of a whole picture what `transform` makes of the picture; `None` where the copy has less than
/// 1.5 times the pixels that are needed each way, so that what its own encoding lost would show.
#[must_use]
pub fn for_copy(
    transform: &Transform,
    original: (u32, u32),
    copy: (u32, u32),
) -> Option<Transform> {
    render::for_copy(transform, original, copy)
}

/// The size of an SVG, which takes a parser. [`Probe::of_svg`] makes a probe of it.
///
/// # Errors
/// `Malformed`, `OverLimit`.
pub fn measure_svg(bytes: &[u8], limits: &Limits) -> Result<SvgSize, Error> {
    guarded(|| svg::measure(bytes, limits))
}

/// Width and height as stored, by the header; `None` when these bytes are not of that kind, or broken.
#[must_use]
pub fn header_size(bytes: &[u8], kind: &Kind) -> Option<(u32, u32)> {
    if crate::media::sniff(bytes, None) != *kind {
        return None;
    }
    let mut input = std::io::Cursor::new(bytes);
    let header = guarded(|| header::read(&mut input, kind)).ok()??;
    Some((header.width, header.height))
}

/// Does once what otherwise the first picture would wait for, or could not do any more in a process that may not open files:
/// the system's fonts if they are wanted, and what libraries find out about the machine.
pub fn warm_up(system_fonts: bool) {
    if system_fonts {
        svg::fonts::of_system();
    }
    let limits = Limits {
        system_fonts,
        ..Limits::default()
    };
    let drawing = br"<svg xmlns='http://www.w3.org/2000/svg' width='900' height='900'><circle r='300' fill='red'/><text y='90'>a</text></svg>";
    let transform = |format| Transform {
        format,
        ..Variant::Medium.transform()
    };
    // Through decoders and encoders once, so that their code and tables are in memory. What comes of it does not matter.
    let drawn = [OutputFormat::WebP, OutputFormat::Jpeg, OutputFormat::Png];
    for format in drawn {
        let Ok(made) = render(drawing, &Kind::Svg, &transform(format), &limits) else {
            continue;
        };
        let kind = format.kind();
        let _ = derive(&made.bytes, &kind, &limits);
    }
}

/// A decoder that panics has met bytes that it did not foresee: the picture's fault, not the service's.
fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::Malformed("decoder panicked".to_owned())))
}
