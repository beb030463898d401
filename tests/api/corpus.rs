//! Real files made by others, against facts that independent tools read from them. `MANA_CORPUS` names their folder;
//! without it they are looked for beside the repository, and where they are not, this is said and nothing is tested.

use std::collections::BTreeMap;
use std::path::PathBuf;

use futures_util::StreamExt as _;
use serde_json::Value;

use crate::client::File;
use crate::fixtures::{AT_ONCE, declared};
use crate::server::{Backend, TestServer};

/// Facts that we read otherwise, and why: path, what, reason.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "exif/paris_offset_icc.jpg",
        "l",
        "0° N 0° E is what cameras write when they do not know",
    ),
    ("exif/samsung_gps_zero.jpg", "l", "the same"),
    ("exif/paris_offset_icc.jpg", "altitude", "of no place"),
    ("exif/samsung_gps_zero.jpg", "altitude", "of no place"),
    (
        "exif/vivo_offset_exif.png",
        "failed",
        "its only pixel is corrupt; three of four tools refuse it too",
    ),
    (
        "formats/heic/example.heic",
        "mime",
        "file(1) goes by the major brand; heic is among the others",
    ),
    (
        "formats/svg/logo.svgz",
        "mime",
        "file(1) goes by what it is packed in",
    ),
    ("formats/heic/j2k32.heif", "mime", "unknown to file(1)"),
    ("formats/heic/jpeg32.heif", "mime", "unknown to file(1)"),
    ("formats/heic/vvc32.heif", "mime", "unknown to file(1)"),
    (
        "formats/tiff/old_jpeg.tif",
        "failed",
        "no decoder here does subsampled YCbCr in TIFF",
    ),
    (
        "malformed/jpeg_head_mp4_tail.jpg",
        "",
        "no JPEG behind its head: failed, and only what its camera recorded is read",
    ),
    (
        "malformed/tiff_header_only.exif.tif",
        "",
        "no picture behind its head: failed, and only what its camera recorded is read",
    ),
    (
        "malformed/json_named.webp",
        "mime",
        "text, as nobody declares it to be JSON",
    ),
    ("malformed/mvg_named.jpg", "mime", "MVG is text to us"),
];

async fn every_file_of_the_corpus(backend: Backend) {
    let Some(folder) = corpus() else {
        println!("SKIPPED: no image corpus; MANA_CORPUS can name its folder");
        return;
    };
    let read = |name: &str| {
        std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let facts: BTreeMap<String, Value> = read("expected.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line of expected.jsonl"))
        .map(|facts| (facts["path"].as_str().unwrap_or_default().to_owned(), facts))
        .collect();
    let server = TestServer::with(backend, &[("UPLOAD_WAIT", "0ms")]).await;
    let manifest = read("MANIFEST.tsv");
    // Every sixteenth file in the everyday loop, all of them with `MANA_THOROUGH`, which `./test` sets.
    let step = if std::env::var_os("MANA_THOROUGH").is_some() {
        1
    } else {
        16
    };
    let checks = manifest.lines().skip(1).step_by(step).map(async |line| {
        let mut columns = line.split('\t');
        let path = columns.next().unwrap_or_default();
        let sha256 = columns.next().unwrap_or_default();
        let bytes = std::fs::read(folder.join(path));
        let bytes = bytes.unwrap_or_else(|error| panic!("{path}: {error}"));
        let facts = facts.get(path).unwrap_or(&Value::Null);
        let mut seen = check(&server, path, bytes, sha256, facts).await;
        seen.retain(|what| !is_allowed(path, what));
        futures_util::stream::iter(seen).map(move |what| format!("{path}: {what}"))
    });
    let checks = futures_util::stream::iter(checks).buffer_unordered(AT_ONCE);
    let wrong: Vec<String> = checks.flatten().collect().await;
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    server.site.fsck();
}

fn is_allowed(path: &str, what: &str) -> bool {
    let allowed = |(file, start, _): &(&str, &str, &str)| *file == path && what.starts_with(start);
    ALLOWED.iter().any(allowed)
}

pub(crate) fn corpus() -> Option<PathBuf> {
    #[allow(clippy::disallowed_methods)] // The tests' own configuration.
    if let Ok(named) = std::env::var("MANA_CORPUS") {
        return Some(PathBuf::from(named));
    }
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    beside.join("MANIFEST.tsv").is_file().then_some(beside)
}

/// Uploads one file; gives everything that is not as expected.
async fn check(
    server: &TestServer,
    path: &str,
    bytes: Vec<u8>,
    sha256: &str,
    facts: &Value,
) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let file = File {
        mime: declared(path),
        ..File::new(name, bytes)
    };
    // Each is somebody else's, so that equal bytes do not meet.
    let answer = server.upload(file, "corpus", path).await;
    if answer.status >= 500 {
        return vec![format!("upload {}: {}", answer.status, answer.text())];
    }
    if answer.status != 201 {
        let code = answer.json()["code"].clone();
        let is_bomb = path.starts_with("malformed/")
            && ["too_many_pixels", "image_over_limit", "empty_file"]
                .iter()
                .any(|known| code == *known);
        return if is_bomb {
            vec![]
        } else {
            vec![format!("refused {}: {}", answer.status, answer.text())]
        };
    }
    let media = server.settled(&answer.id()).await;
    let mut wrong = Vec::new();
    if media["hash"] != sha256 {
        wrong.push(format!("hash: {}", media["hash"]));
    }
    mime(&media, facts, &mut wrong);
    // Without optimisation a large picture takes seconds; its variants tell enough.
    let pixels = media["width"].as_u64().zip(media["height"].as_u64());
    let is_large = pixels.is_some_and(|(width, height)| width * height > 4_000_000);
    let reads = ["file", "file/thumb", "transform?w=64"];
    for rest in &reads[..if is_large { 2 } else { 3 }] {
        let read = server.get(&format!("/{}/{rest}", answer.id())).await;
        if read.status >= 500 {
            wrong.push(format!("{rest} {}: {}", read.status, read.text()));
        }
    }
    if matches!(
        media["mimeType"].as_str(),
        Some("image/jpeg" | "image/png" | "image/webp" | "image/tiff")
    ) {
        picture(&media, facts, &mut wrong);
        camera(&media, facts, &mut wrong);
    }
    wrong
}

fn mime(media: &Value, facts: &Value, wrong: &mut Vec<String>) {
    let expected = match facts["mime_file"].as_str().unwrap_or_default() {
        "image/vnd.microsoft.icon" => "image/x-icon",
        other => other,
    };
    if media["mimeType"] != expected {
        wrong.push(format!("mime: {} is not {expected}", media["mimeType"]));
    }
}

fn picture(media: &Value, facts: &Value, wrong: &mut Vec<String>) {
    let is_ready = media["status"] == "ready";
    if facts["decodable"] == true && !is_ready {
        wrong.push(format!("failed: {}", media["error"]));
    }
    if !is_ready || facts["display_width"].is_null() {
        return;
    }
    for key in ["width", "height"] {
        let expected = &facts[&format!("display_{key}")];
        if &media["metadata"][key] != expected {
            wrong.push(format!(
                "{key}: {} is not {expected}",
                media["metadata"][key]
            ));
        }
    }
}

fn camera(media: &Value, facts: &Value, wrong: &mut Vec<String>) {
    // What is zero or less, nobody measured.
    let exif = &media["exif"];
    for (key, fact) in [("cameraMake", "make"), ("cameraModel", "model")] {
        let expected = facts[fact]
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        if exif[key].as_str() != expected {
            wrong.push(format!("{key}: {} is not {expected:?}", exif[key]));
        }
    }
    let text = |key: &str| exif[key].as_str();
    let iso = exif["iso"].as_f64();
    let focal = text("focalLength").and_then(|value| value.trim_end_matches("mm").parse().ok());
    let aperture = text("aperture").and_then(|value| value.parse().ok());
    let exposure = text("exposureTime").and_then(seconds);
    for (key, seen, fact, tolerance) in [
        ("iso", iso, "iso", 1e-4),
        ("focalLength", focal, "focal_length", 1e-4),
        ("aperture", aperture, "f_number", 1e-4),
    ] {
        let expected = facts[fact].as_f64().filter(|value| *value > 0.0);
        near(key, seen, expected, tolerance, wrong);
    }
    let expected = facts["exposure_time"].as_f64();
    near_exposure(exposure, expected.filter(|value| *value > 0.0), wrong);
    for (key, fact) in [
        ("latitude", "lat"),
        ("longitude", "lon"),
        ("altitude", "alt"),
    ] {
        let (seen, expected) = (media["location"][key].as_f64(), facts["gps"][fact].as_f64());
        let tolerance = if key == "altitude" { 1e-4 } else { 1e-6 };
        near(key, seen, expected, tolerance, wrong);
    }
    date(media, facts, wrong);
}

/// Seconds of `1/120` or `2s`.
fn seconds(text: &str) -> Option<f64> {
    match text.strip_prefix("1/") {
        Some(part) => part.parse::<f64>().ok().map(f64::recip),
        None => text.strip_suffix('s')?.parse().ok(),
    }
}

/// Equal, where anything below a second is told as the nearest 1/n.
fn near_exposure(seen: Option<f64>, expected: Option<f64>, wrong: &mut Vec<String>) {
    let is_near = match (seen, expected) {
        (Some(seen), Some(expected)) if expected < 1.0 => {
            (seen.recip() - expected.recip()).abs() <= 0.5 + 1e-3 * seen.recip()
        }
        (Some(seen), Some(expected)) => (seen - expected).abs() <= 1e-4 * expected,
        (seen, expected) => seen == expected,
    };
    if !is_near {
        wrong.push(format!("exposureTime: {seen:?} is not {expected:?}"));
    }
}

fn near(
    what: &str,
    seen: Option<f64>,
    expected: Option<f64>,
    tolerance: f64,
    wrong: &mut Vec<String>,
) {
    let is_near = match (seen, expected) {
        (Some(seen), Some(expected)) => {
            (seen - expected).abs() <= tolerance * expected.abs().max(1.0)
        }
        (seen, expected) => seen == expected,
    };
    if !is_near {
        wrong.push(format!("{what}: {seen:?} is not {expected:?}"));
    }
}

/// Local time and offset, which together are what was written down.
fn date(media: &Value, facts: &Value, wrong: &mut Vec<String>) {
    let local = media["dateTakenLocal"].as_str().unwrap_or_default();
    let offset = media["dateTakenOffset"].as_str().unwrap_or_default();
    let source = media["dateTakenSource"].as_str().unwrap_or_default();
    assert_eq!(source.is_empty(), local.is_empty(), "{media}");
    // What is not EXIF's must say so. The tools that made the list did not look into movies.
    let fact = match source {
        "" | "date_time_original" | "date_time_digitized" => "date_taken",
        "movie_header" | "quicktime_creation_date" => return,
        _ => "date_fallback",
    };
    let expected = facts[fact]
        .as_str()
        .unwrap_or_default()
        .replace('Z', "+00:00");
    let split = expected.len()
        - expected
            .char_indices()
            .skip(19)
            .find(|(_, c)| matches!(c, '+' | '-'))
            .map_or(0, |(at, _)| expected.len() - at);
    let (date, zone) = expected.split_at(split);
    if shortest(local) != shortest(date) || offset != zone {
        wrong.push(format!("date: {local}{offset} is not {expected}"));
    }
    if !local.is_empty()
        && offset.is_empty()
        && !media["exif"]["dateTaken"]
            .as_str()
            .unwrap_or_default()
            .starts_with(&local[..19])
    {
        wrong.push(format!(
            "dateTaken: {} is not {local}",
            media["exif"]["dateTaken"]
        ));
    }
}

/// A time without zeros at the end of its fraction.
fn shortest(time: &str) -> &str {
    if time.contains('.') {
        time.trim_end_matches('0').trim_end_matches('.')
    } else {
        time
    }
}

on_both_backends!(every_file_of_the_corpus);
