//! What is known of a picture without showing it: size as seen, colour model, and what its camera wrote down.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone as _, Utc};
use serde::{Deserialize, Serialize};

/// Facts read from content. Empty for anything that is not a picture.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Width in pixels as seen (orientation applied).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels as seen (orientation applied).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
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
    /// Mean colour as `#rrggbb`, set by processing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dominant_color: Option<String>,
    /// What is wrong with a picture that could be shown all the same (`truncated`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// EXIF facts (CIPA DC-008), each absent when the file does not say or says something impossible.
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
    /// Minutes east of UTC, when stated by the tag that belongs to the date.
    pub offset_minutes: Option<i32>,
    /// Which tag the date came from.
    pub source: TakenSource,
}

/// The tag that a capture date was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakenSource {
    /// `DateTimeOriginal` (0x9003).
    DateTimeOriginal,
    /// `DateTimeDigitized` (0x9004).
    DateTimeDigitized,
}

impl TakenAt {
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
}
