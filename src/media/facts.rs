//! What is known of a picture without showing it: size as seen, colour model, and what its camera wrote down.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone as _, Utc};
use serde::{Deserialize, Serialize};

/// Facts read from content. Empty for anything that is neither a picture nor a movie. Rows that were written before a fact
/// was known must still be read: every new one has a default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Width in pixels as seen (orientation applied).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels as seen (orientation applied).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// How long a movie plays, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// Whether any pixel may be transparent.
    pub has_alpha: bool,
    /// Whether there is more than one frame to play.
    pub animated: bool,
    /// What the camera recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<Capture>,
    /// ThumbHash of the picture, at most 25 bytes, set by processing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<Vec<u8>>,
    /// 64-bit perceptual hash (DCT), set by processing: pictures that look alike differ in few bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub perceptual_hash: Option<u64>,
    /// Mean colour as `#rrggbb`, set by processing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dominant_color: Option<String>,
    /// How the whole file is packed: `gzip` for SVGZ. It is stored and served as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What is wrong with a picture that could be shown all the same (`truncated`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// What the camera recorded: EXIF (CIPA DC-008), or what a movie has in its place. Each is absent when the file does not
/// say or says something impossible. Date and place may come from elsewhere, and then say so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capture {
    /// Camera maker, trimmed.
    pub make: Option<String>,
    /// Camera model, trimmed.
    pub model: Option<String>,
    /// `LensModel`, trimmed.
    pub lens: Option<String>,
    /// When the picture was taken.
    pub taken: Option<TakenAt>,
    /// Exposure time.
    pub exposure: Option<Exposure>,
    /// F-number (1.8 for f/1.8).
    pub f_number: Option<f64>,
    /// ISO speed.
    pub iso: Option<u32>,
    /// Focal length in millimetres.
    pub focal_length_mm: Option<f64>,
    /// Focal length in millimetres that shows as much on 35 mm film.
    pub focal_length_35mm: Option<u32>,
    /// What wrote the file: the camera's firmware or a program.
    pub software: Option<String>,
    /// Where the picture was taken.
    pub gps: Option<Gps>,
}

impl Capture {
    /// Whether nothing at all is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Exposure time in seconds as the rational that the camera wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// Numerator, greater than zero.
    pub numerator: u32,
    /// Denominator, greater than zero.
    pub denominator: u32,
}

impl Exposure {
    /// Seconds.
    #[must_use]
    pub fn seconds(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }
}

/// Date and time of capture. The offset is only there when the file states it; none is ever invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenAt {
    /// Local wall-clock time at the camera, with sub-seconds.
    pub local: NaiveDateTime,
    /// Minutes east of UTC, when stated by the tag that belongs to the date, or by the owner.
    pub offset_minutes: Option<i32>,
    /// Where the date came from.
    pub source: TakenSource,
    /// Where the offset came from, when not from where the date did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_source: Option<TakenSource>,
}

/// What a capture date was read from, in the order in which they count. When a file was last modified is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakenSource {
    /// EXIF's `DateTimeOriginal` (0x9003).
    DateTimeOriginal,
    /// EXIF's `DateTimeDigitized` (0x9004).
    DateTimeDigitized,
    /// XMP's copy of the former, `exif:DateTimeOriginal`.
    XmpDateTimeOriginal,
    /// XMP's `photoshop:DateCreated`, when what is shown came to be.
    XmpDateCreated,
    /// IPTC's date and time created (2:55 and 2:60).
    IptcDateCreated,
    /// XMP's `xmp:CreateDate`, when the file's first version came to be.
    XmpCreateDate,
    /// A movie's `com.apple.quicktime.creationdate`, local with its offset.
    QuicktimeCreationDate,
    /// A movie's header, which counts in UTC: the local time is UTC's and the offset zero.
    MovieHeader,
    /// The owner says so.
    Owner,
}

impl TakenAt {
    /// Where the offset came from; `None` without one.
    #[must_use]
    pub fn offset_source(&self) -> Option<TakenSource> {
        self.offset_minutes?;
        Some(self.offset_source.unwrap_or(self.source))
    }

    /// The instant, or the local time read as UTC when the offset is unknown: good enough to sort by.
    #[must_use]
    pub fn instant(&self) -> DateTime<Utc> {
        let offset = self
            .offset_minutes
            .and_then(|minutes| FixedOffset::east_opt(minutes * 60));
        match offset.and_then(|offset| offset.from_local_datetime(&self.local).single()) {
            Some(instant) => instant.to_utc(),
            None => self.local.and_utc(),
        }
    }
}

/// A position in WGS 84 decimal degrees, south and west negative.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gps {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
    /// Metres above sea level, below negative.
    pub altitude_m: Option<f64>,
    /// Where the position came from.
    #[serde(default)]
    pub source: PlaceSource,
}

/// What a position was read from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceSource {
    /// EXIF's GPS tags.
    #[default]
    Exif,
    /// XMP's copy of them.
    Xmp,
    /// A movie's user data.
    Movie,
    /// The owner says so.
    Owner,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_written_before_a_fact_was_known_are_read() {
        let row = r#"{"width":4,"height":3,"has_alpha":false,"animated":false,"capture":{"make":"Mana","model":null,"lens":null,
            "taken":{"local":"2024-05-06T07:08:09","offset_minutes":null,"source":"date_time_original"},"exposure":null,
            "f_number":null,"iso":100,"focal_length_mm":5.7,"gps":{"latitude":1.5,"longitude":2.5,"altitude_m":null}}}"#;
        let facts: Facts = serde_json::from_str(row).unwrap();
        let capture = facts.capture.clone().unwrap();
        assert_eq!(capture.gps.unwrap().source, PlaceSource::Exif);
        assert_eq!(capture.taken.unwrap().offset_source(), None);
        assert_eq!((capture.software, facts.duration_seconds), (None, None));
        let again = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<Facts>(&again).unwrap(), facts);
    }
}
