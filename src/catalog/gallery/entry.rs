//! A row of the gallery as it follows from a reference, and what it is counted under.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Datelike as _};
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use super::cell;
use super::sql::Value;
use crate::catalog::rows::json;
use crate::catalog::{Error, Shown, Status};

/// Most words of one reference that are found again, and the longest, in characters.
const MAX_WORDS: usize = 128;
const MAX_WORD: usize = 40;
/// Longest set of apps, and longest name. Postgres indexes no row over some 2,700 bytes.
const MAX_APPS_BYTES: usize = 1_000;
const MAX_NAME_BYTES: usize = 500;

/// A row of `gallery`, whose columns are named once.
macro_rules! entry {
    ($($visibility:vis $column:ident: $type:ty,)*) => {
        /// A row of `gallery`.
        #[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
        pub(super) struct Entry {
            $($visibility $column: $type,)*
        }

        /// The columns, in the order of [`Entry::values`].
        pub(super) const COLUMNS: &[&str] = &[$(stringify!($column),)*];

        impl Entry {
            pub(super) fn values(&self) -> Vec<Value> {
                let Self { $($column,)* } = self.clone();
                vec![$($column.into(),)*]
            }
        }
    };
}

entry! {
    pub(super) media_id: Uuid,
    pub(super) owner: String,
    taken_at: i64,
    created_at: i64,
    size_bytes: i64,
    mime: String,
    apps: String,
    camera: Option<String>,
    lens: Option<String>,
    located: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    cell: Option<i64>,
    phash: Option<i64>,
    words: String,
    tile: String,
    shown: String,
}

impl Entry {
    /// `None` for what the gallery does not list: what is not ready, and what is in the trash.
    pub(super) fn of(media: &Shown) -> Result<Option<Self>, Error> {
        if media.status != Status::Ready || media.trashed_at.is_some() {
            return Ok(None);
        }
        let facts = &media.facts;
        let capture = facts.capture.as_ref();
        let taken = capture.and_then(|capture| capture.taken);
        let gps = capture.and_then(|capture| capture.gps);
        let created_at = media.created_at.timestamp_micros();
        let taken_at = taken.map_or(created_at, |taken| taken.local.and_utc().timestamp_micros());
        Ok(Some(Self {
            media_id: media.id.0,
            owner: media.owner.as_str().to_owned(),
            taken_at,
            created_at,
            size_bytes: media.size_bytes as i64,
            mime: media.kind.mime().to_owned(),
            apps: apps_of(media),
            camera: capture
                .and_then(|capture| camera(capture.make.as_deref(), capture.model.as_deref())),
            lens: capture.and_then(|capture| capture.lens.clone()),
            located: gps.map(|_| "1".to_owned()),
            latitude: gps.map(|gps| gps.latitude),
            longitude: gps.map(|gps| gps.longitude),
            cell: gps.map(|gps| cell::of(gps.latitude, gps.longitude)),
            phash: facts.perceptual_hash.map(u64::cast_signed),
            words: words_of(media),
            tile: tile_of(media, taken_at, taken.is_some())?,
            shown: json(media)?,
        }))
    }

    /// Whether it says what another does, also if that has members that this one was written without.
    pub(super) fn says(&self, other: &Self) -> bool {
        let shown = |entry: &Self| serde_json::from_str::<Shown>(&entry.shown).ok();
        let shown_alike =
            self.shown == other.shown || shown(self).is_some_and(|this| Some(this) == shown(other));
        let alike = Self {
            shown: self.shown.clone(),
            ..other.clone()
        };
        shown_alike && *self == alike
    }

    /// What it is counted under: facet and value. The first stands for everything.
    pub(super) fn facets(&self) -> Vec<(&'static str, String)> {
        let mut facets = vec![("", String::new()), ("apps", self.apps.clone())];
        let mut add = |facet, value: Option<&String>| {
            facets.extend(value.map(|value| (facet, value.clone())));
        };
        add("camera", self.camera.as_ref());
        add("lens", self.lens.as_ref());
        add("located", self.located.as_ref());
        add("mime", Some(&self.mime));
        let taken = day_of(self.taken_at);
        add("day", Some(&taken));
        add("month", Some(&taken[..7].to_owned()));
        add("uploaded", Some(&day_of(self.created_at)[..4].to_owned()));
        if let Some(place) = self.cell {
            add("place8", Some(&cell::name(place, 8)));
            add("place12", Some(&cell::name(place, 12)));
        }
        facets
    }

    /// Its place among its owner's rows by the time they were made.
    pub(super) fn place(&self) -> (i64, Uuid) {
        (self.created_at, self.media_id)
    }

    pub(super) fn size_bytes(&self) -> i64 {
        self.size_bytes
    }

    pub(super) fn words(&self) -> BTreeSet<&str> {
        self.words.split_whitespace().collect()
    }
}

/// `2026-11-23`, and for years that no camera has lived in the nearest of four digits.
pub(super) fn day_of(micros: i64) -> String {
    let date = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    let year = date.year().clamp(0, 9999);
    format!("{year:04}-{:02}-{:02}", date.month(), date.day())
}

/// Names, one a line and in order, as many as fit.
fn apps_of(media: &Shown) -> String {
    let apps: BTreeSet<&str> = media.apps.iter().map(|used| used.app.as_str()).collect();
    let mut text = String::new();
    for (index, app) in apps.into_iter().enumerate() {
        if text.len() + app.len() > MAX_APPS_BYTES {
            break;
        }
        if index > 0 {
            text.push('\n');
        }
        text.push_str(app);
    }
    text
}

/// A [`Tile`](crate::catalog::Tile) as it is kept.
fn tile_of(media: &Shown, taken_at: i64, is_dated: bool) -> Result<String, Error> {
    let facts = &media.facts;
    let name = media
        .name()
        .map(|name| &name[..name.floor_char_boundary(MAX_NAME_BYTES)]);
    let placeholder = facts.placeholder.as_ref();
    json(&(
        media.id,
        taken_at,
        is_dated,
        facts.width,
        facts.height,
        media.kind.mime(),
        placeholder.map(|hash| STANDARD.encode(hash)),
        &facts.dominant_color,
        name,
        media.size_bytes,
    ))
}

/// ` word word `, each with a blank before and behind it; those of names before those of what may be long.
fn words_of(media: &Shown) -> String {
    let names = media.apps.iter().filter_map(|used| used.name.as_deref());
    let caption = media.caption.as_deref();
    let prompts = media
        .apps
        .iter()
        .filter_map(|used| used.metadata.as_ref()?["prompt"].as_str());
    let mut found = BTreeSet::new();
    let mut text = " ".to_owned();
    for word in names.chain(caption).chain(prompts).flat_map(words) {
        if found.len() == MAX_WORDS {
            break;
        }
        if !found.contains(&word) {
            text.push_str(&word);
            text.push(' ');
            found.insert(word);
        }
    }
    text
}

/// The words of a text as they are looked up: letters and digits, without case and accents.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(MAX_WORD).collect())
        .collect()
}

/// `make model`, without the make when the model begins with it (`Canon` + `Canon EOS 5D`), and without control characters,
/// of which Postgres cannot store all.
fn camera(make: Option<&str>, model: Option<&str>) -> Option<String> {
    let clean = |text: Option<&str>| {
        let text: String = text
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .collect();
        text.trim().to_owned()
    };
    let (make, model) = (clean(make), clean(model));
    let repeats_make = model.to_lowercase().starts_with(&make.to_lowercase());
    let camera = if repeats_make {
        model
    } else {
        format!("{make} {model}")
    };
    let camera = camera.trim();
    (!camera.is_empty()).then(|| camera.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camera_names_its_make_once() {
        let name = |make, model| camera(make, model).unwrap_or_default();
        assert_eq!(name(Some("Canon"), Some("Canon EOS 5D")), "Canon EOS 5D");
        assert_eq!(name(Some("NIKON"), Some("Nikon D50 ")), "Nikon D50");
        assert_eq!(name(Some("Apple"), Some("iPhone 12")), "Apple iPhone 12");
        assert_eq!(name(Some(" Apple "), None), "Apple");
        assert_eq!(name(None, Some("X\u{0}100")), "X100");
        assert_eq!(camera(Some(" "), None), None);
    }

    #[test]
    fn words_have_neither_case_nor_accents() {
        assert_eq!(
            words("IMG_0042 Über-Größe.JPG"),
            ["img", "0042", "uber", "große", "jpg"]
        );
        assert_eq!(words("  "), Vec::<String>::new());
    }

    #[test]
    fn days_have_four_digits_of_year() {
        assert_eq!(day_of(0), "1970-01-01");
        assert_eq!(day_of(-1), "1969-12-31");
        assert_eq!(day_of(i64::MIN), "1970-01-01");
    }
}
