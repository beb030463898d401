//! What cameras and programs wrote down beside the pixels: EXIF, then XMP and IPTC for what it does not say; movies have
//! their own. Never fails: what cannot be read, or cannot be, is absent.

mod dates;
mod exif;
mod iptc;
mod movie;
mod xmp;

use serde_json::{Map, Value};

use super::header::{Blocks, Movie};
use super::{Orientation, Tags};
use crate::media::{Capture, Facts, Gps, PlaceSource, TakenAt, TakenSource};

/// Longest maker, model or lens kept, in characters.
const MAX_TEXT: usize = 200;
/// Longest text among the tags, in characters.
const MAX_LONG_TEXT: usize = 4096;
/// Most values of one tag.
const MAX_ITEMS: usize = 256;
/// Metres outside which an altitude is a mistake: the deepest trench, and well above any balloon.
const ALTITUDES: std::ops::RangeInclusive<f64> = -12_000.0..=100_000.0;

/// What the blocks say together.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) capture: Option<Capture>,
    pub(super) orientation: Option<Orientation>,
}

/// Facts for the catalogue.
pub(super) fn parse(blocks: Blocks) -> Parsed {
    let has_exif = blocks.exif.is_some();
    let (mut capture, mut orientation) = blocks.exif.map(exif::parse).unwrap_or_default();
    if capture.taken.is_none() || capture.gps.is_none() || !has_exif {
        let packet = blocks
            .xmp
            .as_deref()
            .and_then(xmp::read)
            .unwrap_or_default();
        capture.gps = capture.gps.or_else(|| xmp::place(&packet));
        // Whoever turns a picture puts EXIF right and forgets XMP: it counts only where there is no EXIF.
        if !has_exif {
            orientation = xmp::orientation(&packet);
        }
        capture.taken = capture.taken.or_else(|| {
            let of_xmp = |source| xmp::taken(&packet, source);
            of_xmp(TakenSource::XmpDateTimeOriginal)
                .or_else(|| of_xmp(TakenSource::XmpDateCreated))
                .or_else(|| iptc::taken(&iptc::read(blocks.iptc.as_deref()?)))
                .or_else(|| of_xmp(TakenSource::XmpCreateDate))
        });
    }
    Parsed {
        capture: (!capture.is_empty()).then_some(capture),
        orientation,
    }
}

/// Facts of a movie.
pub(super) fn movie(movie: &Movie) -> Facts {
    movie::facts(movie)
}

/// Everything that the blocks say.
pub(super) fn tags(blocks: Blocks) -> Tags {
    let some = |map: Map<String, Value>| (!map.is_empty()).then_some(map);
    Tags {
        exif: blocks.exif.map(exif::tags).unwrap_or_default(),
        xmp: blocks.xmp.as_deref().and_then(xmp::read).and_then(some),
        iptc: blocks.iptc.as_deref().map(iptc::read).and_then(some),
        quicktime: None,
    }
}

/// Everything that a movie says of itself.
pub(super) fn movie_tags(movie: &Movie) -> Tags {
    Tags {
        quicktime: Some(movie::tags(movie)),
        ..Tags::default()
    }
}

/// A position that can be on Earth. 0, 0 is what a receiver without a fix writes.
fn position(
    latitude: f64,
    longitude: f64,
    altitude_m: Option<f64>,
    source: PlaceSource,
) -> Option<Gps> {
    let is_possible = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    let is_fixed = latitude != 0.0 || longitude != 0.0;
    (is_possible && is_fixed).then_some(Gps {
        latitude,
        longitude,
        altitude_m: altitude_m.filter(|metres| ALTITUDES.contains(metres)),
        source,
    })
}

/// Text up to its NUL, as far as it is kept. Not always ASCII: bytes that are not UTF-8 are read as Latin-1, the commonest
/// mistake.
fn shortened(bytes: &[u8], max: usize, is_kept: impl Fn(char) -> bool) -> String {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = String::from_utf8(bytes.to_vec())
        .unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect());
    text.trim()
        .chars()
        .filter(|c| is_kept(*c))
        .take(max)
        .collect()
}

/// A short text, without the blanks that cameras pad with and without control characters; `None` for the empty one.
fn clean(bytes: &[u8]) -> Option<String> {
    let text = shortened(bytes, MAX_TEXT, |c| !c.is_control());
    (!text.is_empty()).then_some(text)
}

/// A text among the tags, lines kept.
fn long_text(bytes: &[u8]) -> String {
    shortened(bytes, MAX_LONG_TEXT, |c| {
        !c.is_control() || matches!(c, '\n' | '\r' | '\t')
    })
}

fn taken_at(
    (local, offset_minutes): (chrono::NaiveDateTime, Option<i32>),
    source: TakenSource,
) -> TakenAt {
    TakenAt {
        local,
        offset_minutes,
        source,
        offset_source: None,
    }
}
