//! Movies: their header's words into facts.

use chrono::{DateTime, Datelike as _, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::dates::iso_date_time;
use super::{Movie, clean, long_text, position, taken_at};
use crate::media::{Capture, Facts, Gps, PlaceSource, TakenAt, TakenSource};

/// Seconds from 1904, where movies count from, to 1970.
const FROM_1904_TO_1970: u64 = 2_082_844_800;
/// Years before which no file of this sort was made: an empty clock.
const FIRST_YEAR: i32 = 1990;

pub(super) fn facts(movie: &Movie) -> Facts {
    let capture = Capture {
        make: item(
            movie,
            &[
                "com.apple.quicktime.make",
                "com.android.manufacturer",
                "©mak",
            ],
        ),
        model: item(
            movie,
            &["com.apple.quicktime.model", "com.android.model", "©mod"],
        ),
        software: item(movie, &["com.apple.quicktime.software", "©swr", "©too"]),
        taken: taken(movie),
        gps: place(movie),
        ..Capture::default()
    };
    Facts {
        width: movie.size.map(|size| size.0),
        height: movie.size.map(|size| size.1),
        duration_seconds: movie.duration_seconds,
        capture: (!capture.is_empty()).then_some(capture),
        ..Facts::default()
    }
}

pub(super) fn tags(movie: &Movie) -> Map<String, Value> {
    let mut tags = Map::new();
    if let Some(created) = created(movie) {
        tags.insert(
            "CreateDate".into(),
            created.to_rfc3339_opts(SecondsFormat::Secs, true).into(),
        );
    }
    if let Some(seconds) = movie.duration_seconds {
        tags.insert("Duration".into(), seconds.into());
    }
    if let Some([latitude, longitude, altitude]) = movie.place {
        tags.insert("loci".into(), json!([latitude, longitude, altitude]));
    }
    for (key, text) in &movie.items {
        tags.entry(key)
            .or_insert_with(|| long_text(text.as_bytes()).into());
    }
    tags
}

/// The first of these keys that says something.
fn item(movie: &Movie, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| {
        let (_, text) = movie.items.iter().find(|(name, _)| name == key)?;
        clean(text.as_bytes())
    })
}

fn taken(movie: &Movie) -> Option<TakenAt> {
    let apple = || {
        let date = iso_date_time(&item(movie, &["com.apple.quicktime.creationdate"])?)?;
        Some(taken_at(date, TakenSource::QuicktimeCreationDate))
    };
    let header = || {
        let date = (created(movie)?.naive_utc(), Some(0));
        Some(taken_at(date, TakenSource::MovieHeader))
    };
    apple().or_else(header)
}

/// The header's time. Some writers count from 1970, which as a time since 1904 would lie before there were such files.
fn created(movie: &Movie) -> Option<DateTime<Utc>> {
    let seconds = movie.created?;
    let seconds = seconds.checked_sub(FROM_1904_TO_1970).unwrap_or(seconds);
    let delta = TimeDelta::try_seconds(i64::try_from(seconds).ok()?)?;
    DateTime::UNIX_EPOCH
        .checked_add_signed(delta)
        .filter(|date| (FIRST_YEAR..10_000).contains(&date.year()))
}

fn place(movie: &Movie) -> Option<Gps> {
    let text = item(movie, &["com.apple.quicktime.location.ISO6709", "©xyz"]);
    let (latitude, longitude, altitude) = match text.as_deref().and_then(iso_6709) {
        Some(place) => place,
        None => movie
            .place
            .map(|[latitude, longitude, altitude]| (latitude, longitude, Some(altitude)))?,
    };
    position(latitude, longitude, altitude, PlaceSource::Movie)
}

/// ISO 6709: `+48.8577+002.295+035.000CRSWGS_84/`, degrees, or with minutes and seconds before the point.
fn iso_6709(text: &str) -> Option<(f64, f64, Option<f64>)> {
    let text = text.split(['/', 'C']).next()?.trim();
    let mut starts: Vec<usize> = text.match_indices(['+', '-']).map(|(at, _)| at).collect();
    if starts.first() != Some(&0) || !(2..=3).contains(&starts.len()) {
        return None;
    }
    starts.push(text.len());
    let mut parts = starts.windows(2).map(|range| &text[range[0]..range[1]]);
    let latitude = angle(parts.next()?, 2)?;
    let longitude = angle(parts.next()?, 3)?;
    let altitude = parts.next().and_then(|text| text.parse().ok());
    Some((latitude, longitude, altitude))
}

/// A signed angle, whose degrees have so many digits; then two of minutes and two of seconds may follow.
fn angle(text: &str, degrees: usize) -> Option<f64> {
    let (sign, digits) = text.split_at_checked(1)?;
    let whole = digits.find('.').unwrap_or(digits.len());
    if !digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return None;
    }
    let number = |range: &str| range.parse::<f64>().ok();
    let value = match whole.checked_sub(degrees) {
        Some(2) => number(&digits[..degrees])? + number(&digits[degrees..])? / 60.0,
        Some(4) => {
            number(&digits[..degrees])?
                + number(&digits[degrees..degrees + 2])? / 60.0
                + number(&digits[degrees + 2..])? / 3600.0
        }
        _ => number(digits)?,
    };
    Some(if sign == "-" { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_iso_6709() {
        let near = |text: &str, latitude: f64, longitude: f64, altitude: Option<f64>| {
            let place = iso_6709(text).unwrap();
            assert!(
                (place.0 - latitude).abs() < 1e-9 && (place.1 - longitude).abs() < 1e-9,
                "{text}: {place:?}"
            );
            assert_eq!(place.2, altitude, "{text}");
        };
        near("+48.8577+002.295/", 48.8577, 2.295, None);
        near(
            "+27.5916+086.5640+8850CRSWGS_84/",
            27.5916,
            86.564,
            Some(8850.0),
        );
        near(
            "-2257.115-04312.63-005.5/",
            -(22.0 + 57.115 / 60.0),
            -(43.0 + 12.63 / 60.0),
            Some(-5.5),
        );
        near(
            "+401213.1-0750015.1/",
            40.0 + 12.0 / 60.0 + 13.1 / 3600.0,
            -(75.0 + 15.1 / 3600.0),
            None,
        );
        for text in [
            "",
            "/",
            "48.8+2.2",
            "+48.8",
            "+a+b",
            "+\u{fc}1+2",
            "++",
            "+1+2+3+4",
        ] {
            assert_eq!(iso_6709(text), None, "{text}");
        }
    }

    #[test]
    fn clocks_that_were_never_set_are_no_date() {
        let at = |created| {
            let movie = Movie {
                created,
                ..Movie::default()
            };
            taken(&movie).map(|taken| taken.local.to_string())
        };
        assert_eq!(
            at(Some(FROM_1904_TO_1970 + 1_700_000_000)).as_deref(),
            Some("2023-11-14 22:13:20")
        );
        assert_eq!(
            at(Some(1_700_000_000)).as_deref(),
            Some("2023-11-14 22:13:20")
        );
        for none in [
            None,
            Some(1),
            Some(86_400),
            Some(FROM_1904_TO_1970),
            Some(u64::MAX - 1),
        ] {
            assert_eq!(at(none), None, "{none:?}");
        }
    }
}
