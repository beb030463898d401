//! Takes out of a picture or movie what only its owner should know, without moving a byte.
//!
//! [`plan`] reads a file by seeking and says what to overwrite; [`Patches::apply`] overwrites it in any piece of the file. So
//! a stored original can be streamed, and served by ranges, redacted and as long as it was; nothing is coded anew.
//!
//! # What it promises
//!
//! What is known to be needed for showing the picture stays; all else that the format gives a place is overwritten:
//!
//! | format | stays |
//! |---|---|
//! | JPEG | tables, scans, JFIF without its thumbnail, ICC, Adobe's marker. Nothing behind the picture's end: no second pictures, gain maps, movies |
//! | PNG, APNG | what decodes, colours, animation, resolution |
//! | WebP | pictures, animation, ICC |
//! | GIF | pictures, delays, loop count, ICC |
//! | TIFF, BigTIFF | tags that decode or show, of full-size pages; ICC |
//! | BMP | headers, colours, pixels, embedded profile |
//! | HEIF, AVIF | items that are pictures (thumbnails, depth and gain maps too), and their properties |
//! | JPEG XL | codestream; no data to restore a JPEG from |
//! | MP4, MOV | tracks that are seen, heard or read, without names and times; other tracks' samples are zeros |
//! | SVG | elements and attributes that are drawn or run, but title and description; no pictures inside but by Base64, and those redacted |
//!
//! Which way up a JPEG, PNG or WebP is stays too, as an EXIF block of this one tag in the place of the block that said so.
//! TIFF keeps its tag; the others say it in what stays. The rest of what a file claims is bounded: memory stays within some tens
//! of MiB, and time within one pass over the file.
//!
//! A file that cannot be redacted is an [`Error`], never a plan that leaves metadata in.
//!
//! # What it does not
//!
//! It does not look at pixels, sound or subtitles: faces, spoken names, watermarks, steganography. Telemetry inside a video
//! stream stays, and so does data behind a bare JPEG XL codestream, whose end only a decoder knows. ICC profiles stay as they
//! are, and may name a screen. In SVG, identifiers and comments of style sheets and scripts stay. Who wants none of this must have the
//! picture rendered anew.

mod bmff;
mod bmp;
mod exif;
mod gif;
mod heif;
mod jpeg;
mod patches;
mod png;
mod source;
mod svg;
mod tiff;
mod webp;

use std::{
    fmt,
    io::{self, Read, Seek},
};

use patches::MAX_PATCHES;
pub use patches::Patches;
use source::Source;

/// Why a file was not redacted.
#[derive(Debug)]
pub enum Error {
    /// A format, or a variety of one, that this crate does not know how to redact.
    Unsupported(&'static str),
    /// Damaged, so that it cannot be told what is metadata.
    Malformed(&'static str),
    /// More parts than any honest file has, or too large a part.
    OverLimit(&'static str),
    /// Reading failed.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(what) => write!(f, "cannot be redacted: {what}"),
            Self::Malformed(what) => write!(f, "malformed: {what}"),
            Self::OverLimit(what) => write!(f, "over a limit: {what}"),
            Self::Io(error) => write!(f, "reading: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// What to overwrite in a file, whose format its first bytes tell. Reads a JPEG and an SVG through to their end, of others
/// their structure and metadata. Blocks: call it where reading may.
///
/// # Errors
/// See [`Error`]; any means that the file must not be shown to others as it is.
pub fn plan(input: &mut (impl Read + Seek)) -> Result<Patches, Error> {
    let mut source = Source::new(input)?;
    let mut patches = Patches::default();
    let head = source.bytes(0, source.len.min(1024), 1024)?;
    let plan = match &*head {
        [0xff, 0xd8, 0xff, ..] => jpeg::plan,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => png::plan,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => gif::plan,
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => webp::plan,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => tiff::plan,
        [b'B', b'M', _, _, _, _, ..] => bmp::plan,
        // A bare codestream of JPEG XL has no place for metadata.
        [0xff, 0x0a, ..] => return Ok(patches),
        [_, _, _, _, name @ ..] if is_boxes(name) => bmff::plan,
        head if is_svg(head) => svg::plan,
        _ => return Err(Error::Unsupported("unknown format")),
    };
    plan(&mut source, &mut patches)?;
    patches.finish(source.len)
}

/// By the name of the first box; old movies have no `ftyp`.
fn is_boxes(name: &[u8]) -> bool {
    let names: [&[u8]; 7] = [
        b"ftyp", b"JXL ", b"moov", b"mdat", b"wide", b"free", b"skip",
    ];
    names.iter().any(|known| name.starts_with(known))
}

fn is_svg(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.trim_ascii_start().starts_with(b"<")
}
