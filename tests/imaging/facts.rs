//! What is read from headers, and that every file is dealt with.

use std::{fmt::Write as _, time::Duration};

use cpu_time::ThreadTime;
use mana_media::{
    imaging::{Error, Limits, derive},
    media::{Exposure, Facts, Gps, Kind, TakenAt, TakenSource},
};
use serde_json::Value;

use super::corpus::{Sample, decoded_samples, samples};

/// `path: field`s that differ from what the independent tools say, and why that is right or accepted.
const DIFFERENT: &[(&str, &str, &str)] = &[
    (
        "formats/gif/animated.gif",
        "has_alpha",
        "libvips counts later frames; the first, which is shown, is opaque",
    ),
    ("malformed/truncated.gif", "has_alpha", "as above"),
    (
        "formats/ico/multi.ico",
        "display_width",
        "the tool takes the first picture of the icon, we the largest",
    ),
    ("formats/ico/multi.ico", "display_height", "as above"),
    (
        "malformed/svg_entity.svg",
        "display_width",
        "no size in the file: librsvg measures the text, we take the default",
    ),
    ("malformed/svg_entity.svg", "display_height", "as above"),
    (
        "malformed/svg_script.svg",
        "display_width",
        "no size in the file: librsvg counts strokes, usvg does not",
    ),
    ("malformed/svg_script.svg", "display_height", "as above"),
    (
        "malformed/infinite_loop.gif",
        "display_width",
        "the header's canvas, refused as too large; the tool takes the frame",
    ),
    ("malformed/infinite_loop.gif", "display_height", "as above"),
    (
        "orientation/jxl_sunset_logo.jxl",
        "has_alpha",
        "JPEG XL's extra channels are not read from the header",
    ),
];

/// Files whose header gives nothing, and why.
const UNPROBED: &[(&str, &str)] = &[
    ("formats/other/jp2.jp2", "JPEG 2000 is passed through"),
    (
        "formats/other/photoshop.psd",
        "Photoshop files are passed through",
    ),
    (
        "malformed/jpeg_head_mp4_tail.jpg",
        "has no frame header; the tool's size is EXIF's",
    ),
    (
        "malformed/svg_laughs.svg",
        "over the limit of expanded elements",
    ),
    (
        "malformed/svg_use_bomb.svg",
        "over the limit of expanded elements",
    ),
];

/// Files that independent tools decode without a warning and we do not, and why.
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

/// Longest for one file. Without optimisation the decoders that are generic, and so built with us, are slow.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 5 });
/// Longest for a header; the files in it are on an SSD, the machine may be busy.
const LONGEST_PROBE: Duration =
    Duration::from_millis(if cfg!(debug_assertions) { 300 } else { 100 });

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

struct Differences<'a> {
    expected: &'a Value,
    found: Vec<(&'static str, String)>,
}

impl Differences<'_> {
    fn check<T: std::fmt::Debug>(
        &mut self,
        name: &'static str,
        ours: T,
        same: impl Fn(&T, &Value) -> bool,
    ) {
        let theirs = &self.expected[name];
        if !same(&ours, theirs) {
            self.found
                .push((name, format!("{ours:?}, expected {theirs}")));
        }
    }
}

fn differences(sample: &Sample, facts: &Facts) -> Vec<(&'static str, String)> {
    let capture = facts.capture.clone().unwrap_or_default();
    let mut differences = Differences {
        expected: &sample.expected,
        found: Vec::new(),
    };
    let same_side = |ours: &Option<u32>, theirs: &Value| ours.map(u64::from) == theirs.as_u64();
    differences.check("display_width", facts.width, same_side);
    differences.check("display_height", facts.height, same_side);
    differences.check("has_alpha", facts.has_alpha, |ours, theirs| {
        theirs.as_bool().is_none_or(|alpha| alpha == *ours)
    });
    let same_text = |ours: &Option<String>, theirs: &Value| ours.as_deref() == theirs.as_str();
    differences.check("make", capture.make, same_text);
    differences.check("model", capture.model, same_text);
    differences.check("lens", capture.lens, same_text);
    // Other sources' dates are marked as theirs, and are tested with the rest of the metadata.
    let taken = capture.taken.filter(|taken| {
        matches!(
            taken.source,
            TakenSource::DateTimeOriginal | TakenSource::DateTimeDigitized
        )
    });
    differences.check("date_taken", date(taken), |ours, theirs| {
        *ours == expected_date(theirs)
    });
    // The tools write zero where nothing was recorded.
    let same_number = |ours: &Option<f64>, theirs: &Value| {
        close(
            *ours,
            theirs.as_f64().filter(|value| *value > 0.0),
            1e-4,
            1e-9,
        )
    };
    differences.check(
        "exposure_time",
        capture.exposure.map(Exposure::seconds),
        same_number,
    );
    differences.check("f_number", capture.f_number, same_number);
    differences.check("iso", capture.iso.map(f64::from), same_number);
    differences.check("focal_length", capture.focal_length_mm, same_number);
    differences.check("gps", capture.gps, same_position);
    differences.found
}

/// 0, 0 is no fix, and better shown as no position.
#[expect(clippy::ref_option, reason = "the shape of a check")]
fn same_position(ours: &Option<Gps>, theirs: &Value) -> bool {
    let no_fix = theirs["lat"] == 0 && theirs["lon"] == 0;
    let theirs = if no_fix { &Value::Null } else { theirs };
    close(
        ours.map(|gps| gps.latitude),
        theirs["lat"].as_f64(),
        0.0,
        1e-6,
    ) && close(
        ours.map(|gps| gps.longitude),
        theirs["lon"].as_f64(),
        0.0,
        1e-6,
    ) && close(
        ours.and_then(|gps| gps.altitude_m),
        theirs["alt"].as_f64(),
        1e-4,
        1e-3,
    )
}

#[test]
fn headers_agree_with_independent_tools() {
    let mut unexpected = Vec::new();
    let mut accepted = 0;
    for sample in samples() {
        // Files that no tool could size have nothing to compare.
        if !sample.expected["display_width"].is_u64()
            || sample.expected["kind"] != "image"
            || UNPROBED.iter().any(|(path, _)| *path == sample.path)
        {
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
    }
    println!("{accepted} accepted differences");
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
}

#[test]
fn every_file_is_dealt_with() {
    let limits = Limits::default();
    let mut wrong = Vec::new();
    for sample in decoded_samples() {
        let start = ThreadTime::now();
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
                wrong.push(format!("{}: panic", sample.path));
            }
            Err(Error::Internal(what)) => wrong.push(format!("{}: internal: {what}", sample.path)),
            Err(error) if should && !UNDECODED.iter().any(|(path, _)| *path == sample.path) => {
                wrong.push(format!("{}: {error}", sample.path));
            }
            _ => {}
        }
        if probed > LONGEST_PROBE {
            wrong.push(format!("{}: probed in {probed:?}", sample.path));
        }
        if elapsed > LONGEST {
            wrong.push(format!("{}: derived in {elapsed:?}", sample.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bombs_are_refused_by_their_headers() {
    for sample in samples() {
        let refused = [
            "20000x14000.jpg",
            "20k_grey.png",
            "badsize.png",
            "17000x17000.avif",
        ]
        .iter()
        .any(|name| sample.path.ends_with(name));
        if refused {
            let start = ThreadTime::now();
            let result = sample.probe(&Limits::default());
            assert!(
                matches!(result, Err(Error::TooManyPixels { .. })),
                "{}: {result:?}",
                sample.path
            );
            assert!(start.elapsed() < LONGEST_PROBE, "{}", sample.path);
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
