//! What is read from headers, and that every file is dealt with.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use mana_media::{
    imaging::{Error, Limits, derive},
    media::{Capture, Facts, Kind, TakenAt},
};
use serde_json::Value;

use super::corpus::{Sample, samples};

/// `path: field`s that differ from what the independent tools say, and why that is right or accepted.
const DIFFERENT: &[(&str, &str, &str)] = &[];

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

fn close(ours: Option<f64>, theirs: Option<f64>, relative: f64, absolute: f64) -> bool {
    match (ours, theirs) {
        (None, None) => true,
        (Some(ours), Some(theirs)) => {
            (ours - theirs).abs() <= (theirs.abs() * relative).max(absolute)
        }
        _ => false,
    }
}

fn date(taken: Option<TakenAt>) -> Option<String> {
    let taken = taken?;
    let mut text = taken.local.format("%Y-%m-%dT%H:%M:%S%.f").to_string();
    if let Some(minutes) = taken.offset_minutes {
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.abs();
        write!(text, "{sign}{:02}:{:02}", minutes / 60, minutes % 60).unwrap();
    }
    Some(text)
}

/// The expected date, without the zeros at the end of its sub-seconds.
fn expected_date(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let split = text[10..].find(['+', '-']).map_or(text.len(), |at| at + 10);
    let (local, offset) = text.split_at(split);
    let parsed: chrono::NaiveDateTime = local.parse().unwrap();
    Some(format!("{}{offset}", parsed.format("%Y-%m-%dT%H:%M:%S%.f")))
}

fn differences(sample: &Sample, facts: &Facts) -> Vec<(&'static str, String)> {
    let expected = &sample.expected;
    let empty = Capture::default();
    let capture = facts.capture.as_ref().unwrap_or(&empty);
    let text = |field: &str| expected[field].as_str().map(str::to_owned);
    let side = |side: Option<u32>| side.map(f64::from);
    let mut found = Vec::new();
    let mut check = |name, same: bool, ours: String, theirs: &Value| {
        if !same {
            found.push((name, format!("{ours}, expected {theirs}")));
        }
    };
    for (name, ours) in [
        ("display_width", facts.width),
        ("display_height", facts.height),
    ] {
        let theirs = &expected[name];
        check(
            name,
            close(side(ours), number(theirs), 0.0, 0.0),
            format!("{ours:?}"),
            theirs,
        );
    }
    for (name, ours) in [
        ("make", &capture.make),
        ("model", &capture.model),
        ("lens", &capture.lens),
    ] {
        check(
            name,
            *ours == text(name),
            format!("{ours:?}"),
            &expected[name],
        );
    }
    let ours = date(capture.taken);
    let theirs = &expected["date_taken"];
    check(
        "date_taken",
        ours == expected_date(theirs),
        format!("{ours:?}"),
        theirs,
    );
    for (name, ours) in [
        (
            "exposure_time",
            capture.exposure.map(mana_media::media::Exposure::seconds),
        ),
        ("f_number", capture.f_number),
        ("iso", capture.iso.map(f64::from)),
        ("focal_length", capture.focal_length_mm),
    ] {
        let theirs = &expected[name];
        // The tools write zero where nothing was recorded.
        let same = close(
            ours,
            number(theirs).filter(|value| *value > 0.0),
            1e-4,
            1e-9,
        );
        check(name, same, format!("{ours:?}"), theirs);
    }
    let theirs = &expected["gps"];
    let no_fix = theirs["lat"].as_f64() == Some(0.0) && theirs["lon"].as_f64() == Some(0.0);
    let theirs = if no_fix { &Value::Null } else { theirs };
    check(
        "gps",
        close(
            capture.gps.map(|gps| gps.latitude),
            number(&theirs["lat"]),
            0.0,
            1e-6,
        ) && close(
            capture.gps.map(|gps| gps.longitude),
            number(&theirs["lon"]),
            0.0,
            1e-6,
        ) && close(
            capture.gps.and_then(|gps| gps.altitude_m),
            number(&theirs["alt"]),
            1e-4,
            1e-3,
        ),
        format!("{:?}", capture.gps),
        theirs,
    );
    found
}

#[test]
fn headers_agree_with_independent_tools() {
    let mut unexpected = Vec::new();
    let mut accepted = 0;
    for sample in samples() {
        // Files that no tool could size have nothing to compare.
        if !sample.expected["display_width"].is_u64() || sample.expected["kind"] != "image" {
            continue;
        }
        let facts = match sample.probe(&Limits {
            max_pixels: u64::MAX,
            ..Limits::default()
        }) {
            Ok(probe) => probe.facts,
            Err(error) => {
                unexpected.push(format!("{}: probe: {error}", sample.path));
                continue;
            }
        };
        for (field, what) in differences(&sample, &facts) {
            if DIFFERENT
                .iter()
                .any(|(path, name, _)| *path == sample.path && *name == field)
            {
                accepted += 1;
            } else {
                unexpected.push(format!("{}: {field}: {what}", sample.path));
            }
        }
        let alpha = sample.expected["has_alpha"].as_bool();
        if alpha.is_some_and(|alpha| alpha != facts.has_alpha) {
            unexpected.push(format!("{}: has_alpha: {}", sample.path, facts.has_alpha));
        }
    }
    println!("{accepted} accepted differences");
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
}

#[test]
fn every_file_is_dealt_with() {
    let limits = Limits::default();
    let mut wrong = Vec::new();
    for sample in samples() {
        let start = Instant::now();
        let _ = sample.probe(&limits);
        let probed = start.elapsed();
        let derived = derive(&sample.bytes, &sample.kind, &limits);
        let elapsed = start.elapsed();
        println!(
            "{:60} {probed:>10.1?} {elapsed:>10.1?} {}",
            sample.path,
            match &derived {
                Ok(derived) => format!(
                    "{} variants {:?}",
                    derived.variants.len(),
                    derived.facts.warning
                ),
                Err(error) => error.to_string(),
            }
        );
        let should =
            sample.kind.is_decodable() && sample.expected["decodes_without_warning"] == true;
        match derived {
            Err(Error::Malformed(what)) if what == "decoder panicked" => {
                wrong.push(format!("{}: panic", sample.path))
            }
            Err(Error::Internal(what)) => wrong.push(format!("{}: internal: {what}", sample.path)),
            Err(error) if should && !UNDECODED.iter().any(|(path, _)| *path == sample.path) => {
                wrong.push(format!("{}: {error}", sample.path));
            }
            _ => {}
        }
        if probed > Duration::from_millis(100) {
            wrong.push(format!("{}: probed in {probed:?}", sample.path));
        }
        if elapsed > Duration::from_secs(5) {
            wrong.push(format!("{}: derived in {elapsed:?}", sample.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files that independent tools decode and we do not, and why.
const UNDECODED: &[(&str, &str)] = &[
    (
        "malformed/bomb_20000x14000.jpg",
        "280 megapixels are over the limit",
    ),
    (
        "malformed/bomb_20k_grey.png",
        "400 megapixels are over the limit",
    ),
];

#[test]
fn bombs_are_refused_by_their_headers() {
    for sample in samples() {
        let refused = [
            "20000x14000.jpg",
            "20k_grey.png",
            "65500.gif",
            "badsize.png",
            "17000x17000.avif",
        ]
        .iter()
        .any(|name| sample.path.ends_with(name));
        if refused {
            let start = Instant::now();
            let result = sample.probe(&Limits::default());
            assert!(
                matches!(result, Err(Error::TooManyPixels { .. })),
                "{}: {result:?}",
                sample.path
            );
            assert!(
                start.elapsed() < Duration::from_millis(100),
                "{}",
                sample.path
            );
        }
    }
}

#[test]
fn cut_pictures_are_shown_with_a_warning() {
    for sample in samples() {
        let cut = [
            "truncated.jpg",
            "truncated_tail.jpg",
            "truncated.png",
            "truncated.gif",
        ];
        if cut.iter().any(|name| sample.path.ends_with(name)) {
            let derived = derive(&sample.bytes, &sample.kind, &Limits::default()).unwrap();
            assert_eq!(
                derived.facts.warning.as_deref(),
                Some("truncated"),
                "{}",
                sample.path
            );
        } else if sample.kind == Kind::Jpeg && sample.path.starts_with("orientation/") {
            let derived = derive(&sample.bytes, &sample.kind, &Limits::default()).unwrap();
            assert_eq!(derived.facts.warning, None, "{}", sample.path);
        }
    }
}
