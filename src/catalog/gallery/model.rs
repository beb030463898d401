//! What is asked of the gallery, and what it answers.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::catalog::{Error, Total};
use crate::media::{
    AppName, Cursor, Facts, Gps, Invalid, MediaId, Owner, PlaceSource, SortKey, TakenAt,
    TakenSource,
};

/// What is looked for in an owner's gallery, and in what order. Dates of taking are local: the camera's wall clock read as UTC.
#[derive(Debug, Clone)]
pub struct Criteria {
    /// Whose.
    pub owner: Owner,
    /// Used by at least one of these apps, when `Some`.
    pub apps: Option<Vec<AppName>>,
    /// Exactly this media type, or with a trailing `/` every type that begins so.
    pub mime: Option<String>,
    /// Only those with a position.
    pub has_location: bool,
    /// Only those whose camera is this: `make model`, compared without case.
    pub camera: Option<String>,
    /// Only those whose lens is this, compared without case.
    pub lens: Option<String>,
    /// Only those inside `[west, south, east, north]` in degrees; west > east crosses the antimeridian.
    pub bbox: Option<[f64; 4]>,
    /// Only those with words that begin with each of these, as [`words`](super::words) gives them.
    pub words: Vec<String>,
    /// What the two dates below apply to: `CreatedAt` or `DateTaken`.
    pub date_field: SortKey,
    /// From this instant on.
    pub date_from: Option<DateTime<Utc>>,
    /// Up to and including this instant.
    pub date_to: Option<DateTime<Utc>>,
    /// The order, ties by id.
    pub sort: SortKey,
    /// Newest or largest first.
    pub descending: bool,
}

impl Criteria {
    /// Everything of an owner's, newest upload first.
    #[must_use]
    pub fn new(owner: Owner) -> Self {
        Self {
            owner,
            apps: None,
            mime: None,
            has_location: false,
            camera: None,
            lens: None,
            bbox: None,
            words: Vec::new(),
            date_field: SortKey::CreatedAt,
            date_from: None,
            date_to: None,
            sort: SortKey::CreatedAt,
            descending: true,
        }
    }

    /// Whether it leaves nothing out.
    pub(in crate::catalog) fn is_everything(&self) -> bool {
        let is_dated = self.date_from.is_some() || self.date_to.is_some();
        let by_camera = self.camera.is_some() || self.lens.is_some();
        let by_place = self.has_location || self.bbox.is_some();
        let by_kind = self.apps.is_some() || self.mime.is_some();
        !(is_dated || by_camera || by_place || by_kind || !self.words.is_empty())
    }
}

/// Totals of what an owner's gallery lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// All references.
    pub total: Total,
    /// By app; a reference counts once for each app that uses it.
    pub by_app: BTreeMap<String, Total>,
    /// References by the year (UTC) they were uploaded in.
    pub by_year: BTreeMap<i32, u64>,
    /// Bytes that the owner's apps would have stored once more each.
    pub saved_bytes: u64,
}

/// How many references are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// So many, or about so many.
    pub count: u64,
    /// Whether they were counted, and not estimated.
    pub is_exact: bool,
}

impl Count {
    /// So many were counted.
    #[must_use]
    pub fn exactly(count: u64) -> Self {
        Self {
            count,
            is_exact: true,
        }
    }
}

/// What an owner's gallery can be narrowed down by: values and how many have each, most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// All references.
    pub total: u64,
    /// Apps.
    pub apps: Vec<(String, u64)>,
    /// Media types.
    pub types: Vec<(String, u64)>,
    /// Cameras.
    pub cameras: Vec<(String, u64)>,
    /// Lenses.
    pub lenses: Vec<(String, u64)>,
    /// Years of taking (local), newest first.
    pub years: Vec<(String, u64)>,
    /// With a position.
    pub with_location: u64,
}

/// What a timeline is divided into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// `2026-11-23`.
    Day,
    /// `2026-11`.
    Month,
}

/// What a grid needs to know of a reference. There may be thousands in an answer, whose values go out as the gallery keeps them: those
/// that nobody has to understand are JSON.
#[derive(Debug, Deserialize)]
pub struct Tile<'a> {
    /// Its id.
    pub id: MediaId,
    /// When it was taken by the camera's wall clock, or uploaded in UTC, in microseconds since 1970.
    pub taken_at: i64,
    /// Whether a date of taking is known.
    #[serde(borrow)]
    pub is_dated: &'a RawValue,
    /// Width in pixels as seen, or null.
    #[serde(borrow)]
    pub width: &'a RawValue,
    /// Height in pixels as seen, or null.
    #[serde(borrow)]
    pub height: &'a RawValue,
    /// Media type.
    #[serde(borrow)]
    pub mime: &'a RawValue,
    /// `ThumbHash` in base64, or null.
    #[serde(borrow)]
    pub placeholder: &'a RawValue,
    /// `#rrggbb`, or null.
    #[serde(borrow)]
    pub color: &'a RawValue,
    /// The name its first app gave, or null.
    #[serde(borrow)]
    pub name: &'a RawValue,
    /// Length in bytes.
    #[serde(borrow)]
    pub size_bytes: &'a RawValue,
}

impl Tile<'_> {
    /// Its place in the timeline.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor {
            key: self.taken_at,
            id: self.id,
        }
    }
}

/// [`Tile`]s as the gallery keeps them: a JSON array each, one behind the other.
#[derive(Debug)]
pub struct Tiles(pub(in crate::catalog) String);

impl Tiles {
    /// Newest first.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when one is not understood.
    pub fn newest_first(&self) -> Result<Vec<Tile<'_>>, Error> {
        let tiles = serde_json::Deserializer::from_str(&self.0).into_iter();
        let mut tiles: Vec<Tile<'_>> = tiles
            .collect::<Result<_, _>>()
            .map_err(|error| Error::Corrupt(error.to_string()))?;
        tiles.sort_by_key(|tile| Reverse((tile.taken_at, tile.id)));
        Ok(tiles)
    }
}

/// Pictures near each other on a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// How many.
    pub count: u64,
    /// One of them.
    pub id: MediaId,
    /// Where that one is, in degrees.
    pub latitude: f64,
    /// Where that one is, in degrees.
    pub longitude: f64,
    /// The square that they are gathered in: west, south, east, north in degrees.
    pub bounds: [f64; 4],
}

/// What an owner says of a reference, instead of the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Edit {
    /// When it was taken, by the wall clock there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_local: Option<NaiveDateTime>,
    /// Minutes east of UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_minutes: Option<i32>,
    /// Latitude and longitude in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<[f64; 2]>,
    /// What it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

impl Edit {
    /// Whether the owner says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Puts what the owner says in the place of what the file does.
    pub(in crate::catalog) fn apply(&self, facts: &mut Facts) {
        if self.taken_local.is_none() && self.offset_minutes.is_none() && self.place.is_none() {
            return;
        }
        let mut capture = facts.capture.take().unwrap_or_default();
        if let Some(local) = self.taken_local {
            capture.taken = Some(TakenAt {
                local,
                // The file's offset belongs to the file's date.
                offset_minutes: None,
                source: TakenSource::Owner,
                offset_source: None,
            });
        }
        if let (Some(taken), Some(minutes)) = (&mut capture.taken, self.offset_minutes) {
            taken.offset_minutes = Some(minutes);
            taken.offset_source = Some(TakenSource::Owner);
        }
        if let Some([latitude, longitude]) = self.place {
            capture.gps = Some(Gps {
                latitude,
                longitude,
                altitude_m: None,
                source: PlaceSource::Owner,
            });
        }
        facts.capture = (!capture.is_empty()).then_some(capture);
    }
}

/// Nothing is changed with `None`; with `Some(None)` what was said is taken back.
pub type Correction<T> = Option<Option<T>>;

/// A change of an [`Edit`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EditChange {
    /// See [`Edit`].
    pub taken_local: Correction<NaiveDateTime>,
    /// See [`Edit`].
    pub offset_minutes: Correction<i32>,
    /// See [`Edit`].
    pub place: Correction<[f64; 2]>,
    /// See [`Edit`].
    pub caption: Correction<String>,
}

impl EditChange {
    pub(in crate::catalog) fn apply(&self, edit: &mut Edit) {
        let Self {
            taken_local,
            offset_minutes,
            place,
            caption,
        } = self.clone();
        edit.taken_local = taken_local.unwrap_or(edit.taken_local);
        edit.offset_minutes = offset_minutes.unwrap_or(edit.offset_minutes);
        edit.place = place.unwrap_or(edit.place);
        if let Some(caption) = caption {
            edit.caption = caption;
        }
    }
}

/// What can happen to a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It was uploaded, and may have to be processed yet.
    Added,
    /// Processing ended well.
    Processed,
    /// Processing failed.
    Failed,
    /// Its apps, date, place or caption are others.
    Changed,
    /// It went to the trash, or for good.
    Deleted,
    /// It is out of the trash.
    Restored,
}

impl EventKind {
    const ALL: [Self; 6] = [
        Self::Added,
        Self::Processed,
        Self::Failed,
        Self::Changed,
        Self::Deleted,
        Self::Restored,
    ];

    /// As it is written down.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Processed => "processed",
            Self::Failed => "failed",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A place in the order of events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventId(pub i64, pub i64);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.1)
    }
}

impl FromStr for EventId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("event id is not one of ours");
        let (tx, id) = text.split_once('-').ok_or_else(invalid)?;
        let number = |text: &str| text.parse().map_err(|_| invalid());
        Ok(Self(number(tx)?, number(id)?))
    }
}

/// Something that happened to a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in their order.
    pub id: EventId,
    /// Whose reference it is.
    pub owner: Owner,
    /// What.
    pub kind: EventKind,
    /// To which.
    pub media: MediaId,
}
