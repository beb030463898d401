//! The media object: the one place that decides which fields of a reference go out. Absent values are omitted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::access::Audience;
use crate::catalog::{Shown, Status};
use crate::imaging::Tags;
use crate::media::{Capture, Exposure, PlaceSource, TakenSource, Variant};

/// A reference as its owner sees it. The original's members come first and in its order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MediaObject {
    /// UUID of this owner's reference.
    id: String,
    /// `processing`, `ready` or `failed`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Name given by the uploader.
    original_name: Option<String>,
    /// Type found in the bytes.
    mime_type: String,
    /// Bytes.
    size: u64,
    /// SHA-256 of the bytes that were sent, lower-case hex.
    hash: String,
    urls: Urls,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exif: Option<Exif>,
    /// When it was uploaded, UTC with milliseconds.
    created_at: String,
    /// On uploads: this owner held the same bytes already.
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate: Option<bool>,
    /// Apps of this owner that use it.
    apps: Vec<String>,
    /// JSON that the app left with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_metadata: Option<Value>,
    /// Same as `urls.original`.
    url: String,
    /// Same as `urls.thumbnail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    /// Pixels as seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    /// Pixels as seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    /// ThumbHash, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<String>,
    /// Mean colour, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    dominant_color: Option<String>,
    /// Local time at the camera, without zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    date_taken_local: Option<String>,
    /// Offset from UTC (`+02:00`), only when the camera recorded one or the owner says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    date_taken_offset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lens: Option<String>,
    /// More than one frame.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    animated: bool,
    /// What is wrong with a picture that is shown all the same (`truncated`).
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    /// Why processing failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
    /// Where the date comes from: `date_time_original` or `date_time_digitized` of EXIF; without those `xmp_date_time_original`,
    /// `xmp_date_created`, `iptc_date_created` or `xmp_create_date`; of a movie `quicktime_creation_date` or `movie_header`;
    /// `owner` where the owner says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "date_time_original")]
    date_taken_source: Option<TakenSource>,
    /// Where the offset comes from, by the same names: the date that it stands with, or `owner`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "date_time_original")]
    date_taken_offset_source: Option<TakenSource>,
    /// Where the position comes from: `exif`, `xmp`, `movie`, or `owner`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "exif")]
    location_source: Option<PlaceSource>,
    /// Focal length in millimetres that shows as much on 35 mm film.
    #[serde(rename = "focalLength35mm", skip_serializing_if = "Option::is_none")]
    focal_length_35mm: Option<u32>,
    /// What wrote the file: the camera's firmware or a program.
    #[serde(skip_serializing_if = "Option::is_none")]
    software: Option<String>,
    /// How long a movie plays, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    /// On uploads: it was in the trash, and is back.
    #[serde(skip_serializing_if = "Option::is_none")]
    restored: Option<bool>,
    /// When it was put in the trash.
    #[serde(skip_serializing_if = "Option::is_none")]
    trashed_at: Option<String>,
    /// What its owner says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
}

/// Where the bytes are; variants only when they exist.
#[derive(Debug, Serialize, ToSchema)]
struct Urls {
    original: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    medium: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    large: Option<String>,
}

/// The picture as seen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    width: u32,
    height: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_alpha: bool,
    /// `gzip` for SVGZ, which is stored and served as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
}

/// EXIF in the original's spelling.
#[derive(Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Exif {
    #[serde(skip_serializing_if = "Option::is_none")]
    camera_make: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    camera_model: Option<String>,
    /// ISO 8601; local time read as UTC where the offset is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    date_taken: Option<String>,
    /// `5.7mm`
    #[serde(skip_serializing_if = "Option::is_none")]
    focal_length: Option<String>,
    /// `1.6`
    #[serde(skip_serializing_if = "Option::is_none")]
    aperture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iso: Option<u32>,
    /// `1/120` or `2s`
    #[serde(skip_serializing_if = "Option::is_none")]
    exposure_time: Option<String>,
    /// Decimal degrees, south negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    gps_latitude: Option<String>,
    /// Decimal degrees, west negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    gps_longitude: Option<String>,
}

/// WGS 84.
#[derive(Debug, Serialize, ToSchema)]
struct Location {
    latitude: f64,
    longitude: f64,
    /// Metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    altitude: Option<f64>,
}

/// Why processing failed.
#[derive(Debug, Serialize, ToSchema)]
struct Failure {
    code: String,
    message: String,
}

impl MediaObject {
    /// Shows a reference. `base` is what URLs begin with.
    #[allow(clippy::too_many_lines)] // a line or two for each field, in the order in which they go out
    pub(super) fn new(media: Shown, base: &str, audience: Audience) -> Self {
        let file = format!("{base}/media/{}/file", media.id);
        let variant_url = |variant: Variant| {
            let exists = media.variants.contains(&variant);
            exists.then(|| format!("{file}/{}", variant.name()))
        };
        let is_own = audience == Audience::Owner;
        let original_name = media.name().filter(|_| is_own).map(str::to_owned);
        let facts = media.facts;
        let mut capture = facts.capture.unwrap_or_default();
        capture.gps = capture.gps.filter(|_| is_own);
        let (taken, gps) = (capture.taken, capture.gps);
        let size = facts.width.zip(facts.height);
        Self {
            id: media.id.to_string(),
            status: match media.status {
                Status::Processing => "processing",
                Status::Ready => "ready",
                Status::Failed { .. } => "failed",
            },
            original_name,
            mime_type: media.kind.mime().to_owned(),
            size: media.size_bytes,
            hash: media.hash.to_string(),
            urls: Urls {
                original: file.clone(),
                thumbnail: variant_url(Variant::Thumb),
                medium: variant_url(Variant::Medium),
                large: variant_url(Variant::Large),
            },
            // The original told this of pictures only.
            metadata: size
                .filter(|_| media.kind.is_picture())
                .map(|(width, height)| Metadata {
                    width,
                    height,
                    format: media.kind.format_name(),
                    has_alpha: facts.has_alpha,
                    encoding: facts.encoding,
                }),
            exif: exif(&mut capture),
            created_at: millis(media.created_at),
            duplicate: None,
            app_metadata: media
                .apps
                .iter()
                .find_map(|used| used.metadata.clone())
                .filter(|_| is_own),
            apps: media
                .apps
                .into_iter()
                .map(|used| used.app)
                .filter(|app| !app.is_empty())
                .collect(),
            thumbnail_url: variant_url(Variant::Thumb),
            url: file,
            width: size.map(|size| size.0),
            height: size.map(|size| size.1),
            location: gps.map(|gps| Location {
                latitude: gps.latitude,
                longitude: gps.longitude,
                altitude: gps.altitude_m,
            }),
            placeholder: facts.placeholder.map(|hash| STANDARD.encode(hash)),
            dominant_color: facts.dominant_color,
            // ISO 8601, with as many digits of a second as there are.
            date_taken_local: taken.map(|taken| format!("{:?}", taken.local)),
            date_taken_offset: taken.and_then(|taken| taken.offset_minutes).map(offset),
            lens: capture.lens,
            animated: facts.animated,
            warning: facts.warning,
            error: match media.status {
                Status::Failed { code, message } => Some(Failure { code, message }),
                Status::Processing | Status::Ready => None,
            },
            date_taken_source: taken.map(|taken| taken.source),
            date_taken_offset_source: taken.and_then(|taken| taken.offset_source()),
            location_source: gps.map(|gps| gps.source),
            focal_length_35mm: capture.focal_length_35mm,
            software: capture.software,
            duration: facts
                .duration_seconds
                .map(|seconds| (seconds * 1000.0).round() / 1000.0),
            restored: None,
            trashed_at: media.trashed_at.map(millis),
            caption: media.caption.filter(|_| is_own),
        }
    }

    /// The answer to an upload, for who had the bytes.
    pub(super) fn uploaded(media: Shown, base: &str, duplicate: bool, restored: bool) -> Self {
        Self {
            duplicate: duplicate.then_some(true),
            restored: restored.then_some(true),
            ..Self::new(media, base, Audience::Owner)
        }
    }
}

/// A file's tags by the names that their standards give them. Rationals are text (`1/120`), maker notes and other binary values
/// only their length (`{"bytes": 1234}`), lists over 256 values only how many they are (`{"count": 300}`).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RawMetadata {
    /// `Make`, `FNumber`, `GPSLatitude`; what has no name its number, `0xc6d2`; those of the embedded thumbnail below `Thumbnail`.
    exif: Map<String, Value>,
    /// `prefix:Name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    xmp: Option<Map<String, Value>>,
    /// `Keywords`, `Caption-Abstract`.
    #[serde(skip_serializing_if = "Option::is_none")]
    iptc: Option<Map<String, Value>>,
    /// `CreateDate`, `Duration`, `com.apple.quicktime.make`, `©xyz`.
    #[serde(skip_serializing_if = "Option::is_none")]
    quicktime: Option<Map<String, Value>>,
}

impl From<Tags> for RawMetadata {
    fn from(tags: Tags) -> Self {
        Self {
            exif: tags.exif,
            xmp: tags.xmp,
            iptc: tags.iptc,
            quicktime: tags.quicktime,
        }
    }
}

/// UTC with milliseconds.
fn millis(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Takes what it shows out of what the camera recorded.
fn exif(capture: &mut Capture) -> Option<Exif> {
    let exif = Exif {
        camera_make: capture.make.take(),
        camera_model: capture.model.take(),
        date_taken: capture.taken.map(|taken| millis(taken.instant())),
        focal_length: capture
            .focal_length_mm
            .map(|millimetres| format!("{millimetres}mm")),
        aperture: capture.f_number.map(|number| number.to_string()),
        iso: capture.iso,
        exposure_time: capture.exposure.map(exposure_time),
        gps_latitude: capture.gps.map(|gps| gps.latitude.to_string()),
        gps_longitude: capture.gps.map(|gps| gps.longitude.to_string()),
    };
    (exif != Exif::default()).then_some(exif)
}

fn exposure_time(exposure: Exposure) -> String {
    let seconds = exposure.seconds();
    if seconds < 1.0 {
        format!("1/{}", (1.0 / seconds).round())
    } else {
        format!("{seconds}s")
    }
}

fn offset(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}
