//! What cameras and programs wrote down: counted against independent tools, from movies of any size, and out of damaged files.

use std::{
    collections::BTreeMap,
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
};

use chrono::NaiveDateTime;
use mana_media::{
    imaging::{Error, Limits, capture, probe, tags},
    media::{Capture, Exposure, Facts, Gps, Kind, PlaceSource, TakenAt, TakenSource},
};
use serde_json::{Value, json};

use super::corpus::{Sample, samples};

/// Damages of each sample's header: few in the everyday loop, all with `MANA_THOROUGH`, which `./test` sets.
fn damages() -> usize {
    if std::env::var_os("MANA_THOROUGH").is_some() {
        64
    } else {
        8
    }
}
/// How much of a file is taken for its header.
const HEADER_BYTES: usize = 96 << 10;

/// The facts, also of a picture whose header is broken.
fn recorded(bytes: &[u8], kind: &Kind) -> Capture {
    let limits = Limits {
        max_pixels: u64::MAX,
        ..Limits::default()
    };
    let probed = probe(&mut Cursor::new(bytes), kind, &limits);
    let capture = match probed {
        Ok(probe) => probe.facts.capture,
        Err(_) => capture(&mut Cursor::new(bytes), kind),
    };
    capture.unwrap_or_default()
}

fn is_exif(taken: &TakenAt) -> bool {
    matches!(
        taken.source,
        TakenSource::DateTimeOriginal | TakenSource::DateTimeDigitized
    )
}

/// A date as the list has it, its offset told by the end.
fn is_date(taken: Option<TakenAt>, expected: &Value) -> bool {
    let (Some(taken), Some(text)) = (taken, expected.as_str()) else {
        return taken.is_none() && expected.is_null();
    };
    let split = text[10..].find(['+', '-']).map_or(text.len(), |at| at + 10);
    let (local, offset) = text.split_at(split);
    let ours = taken.offset_minutes.map_or(String::new(), |minutes| {
        let sign = if minutes < 0 { '-' } else { '+' };
        format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    });
    local.parse() == Ok(taken.local) && ours == offset
}

fn is_near(ours: Option<f64>, theirs: &Value, relative: f64, absolute: f64) -> bool {
    match (ours, theirs.as_f64()) {
        (Some(ours), Some(theirs)) => {
            (ours - theirs).abs() <= (theirs.abs() * relative).max(absolute)
        }
        (ours, theirs) => ours.is_none() && theirs.is_none(),
    }
}

/// Every fact of a sample that either side knows, and whether the two agree.
fn facts_of(sample: &Sample) -> Vec<(&'static str, bool)> {
    let found = recorded(&sample.bytes, &sample.kind);
    let expected = &sample.expected;
    // The tools write zero where nothing was recorded; 0, 0 is no fix.
    let some = |value: &Value| match value.as_f64() {
        Some(number) if number <= 0.0 => Value::Null,
        _ => value.clone(),
    };
    let is_fixed = |gps: &&Value| gps["lat"] != 0 || gps["lon"] != 0;
    let gps = Some(&expected["gps"]).filter(is_fixed);
    let gps = gps.unwrap_or(&Value::Null);
    let exif_date = found.taken.filter(is_exif);
    let other_date = found.taken.filter(|taken| !is_exif(taken));
    let fallback = match expected["date_fallback_source"].as_str() {
        // When a file was last modified is no date of the picture.
        Some("IFD0:ModifyDate") | None => &Value::Null,
        Some(_) => &expected["date_fallback"],
    };
    let number = |ours: Option<f64>, key: &str| {
        (ours.is_some() || !some(&expected[key]).is_null())
            .then(|| is_near(ours, &some(&expected[key]), 1e-4, 1e-9))
    };
    let text = |ours: &Option<String>, key: &str| {
        (ours.is_some() || !expected[key].is_null())
            .then(|| ours.as_deref() == expected[key].as_str())
    };
    let part = |read: fn(&Gps) -> Option<f64>, key: &str, relative, absolute| {
        let ours = found.gps.as_ref().and_then(read);
        (ours.is_some() || !gps[key].is_null())
            .then(|| is_near(ours, &gps[key], relative, absolute))
    };
    let date = |ours: Option<TakenAt>, theirs: &Value| {
        (ours.is_some() || !theirs.is_null()).then(|| is_date(ours, theirs))
    };
    let exposure = found.exposure.map(Exposure::seconds);
    let all = [
        ("make", text(&found.make, "make")),
        ("model", text(&found.model, "model")),
        ("lens", text(&found.lens, "lens")),
        ("exposure", number(exposure, "exposure_time")),
        ("f_number", number(found.f_number, "f_number")),
        ("iso", number(found.iso.map(f64::from), "iso")),
        (
            "focal_length",
            number(found.focal_length_mm, "focal_length"),
        ),
        (
            "focal_length_35mm",
            number(found.focal_length_35mm.map(f64::from), "focal_length_35mm"),
        ),
        ("latitude", part(|gps| Some(gps.latitude), "lat", 0.0, 1e-6)),
        (
            "longitude",
            part(|gps| Some(gps.longitude), "lon", 0.0, 1e-6),
        ),
        ("altitude", part(|gps| gps.altitude_m, "alt", 1e-4, 1e-3)),
        ("date", date(exif_date, &expected["date_taken"])),
        ("date by XMP or IPTC", date(other_date, fallback)),
    ];
    all.into_iter()
        .filter_map(|(name, same)| Some((name, same?)))
        .collect()
}

#[test]
fn facts_are_those_that_independent_tools_read() {
    let mut table: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for sample in samples().iter().filter(|sample| sample.kind.is_picture()) {
        let facts = facts_of(sample);
        let row = table.entry(sample.kind.mime().to_owned()).or_default();
        row.0 += usize::from(!facts.is_empty());
        for (name, same) in facts {
            row.1 += usize::from(same);
            row.2 += 1;
            if !same {
                wrong.push(format!("{}: {name}", sample.path));
            }
        }
    }
    println!("kind, files with facts, facts that agree, facts");
    for (kind, (files, same, all)) in table {
        println!("{kind:14} {files:4} {same:5} {all:5}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_exifs_says_so() {
    let expected = [
        ("color/adobe_rgb.png", TakenSource::XmpDateCreated),
        ("color/cmyk_adobe.jpg", TakenSource::XmpCreateDate),
        ("color/lab.tif", TakenSource::XmpCreateDate),
    ];
    for sample in samples() {
        let taken = recorded(&sample.bytes, &sample.kind).taken;
        if let Some((_, source)) = expected.iter().find(|(path, _)| *path == sample.path) {
            assert_eq!(
                taken.map(|taken| taken.source),
                Some(*source),
                "{}",
                sample.path
            );
        }
        // Only a time, and only the time of a change.
        if ["exif/iptc_timecreated_only.jpg", "exif/zero_date.jpg"].contains(&&*sample.path) {
            assert_eq!(taken, None, "{}", sample.path);
        }
    }
}

#[test]
fn tags_are_named_and_binary_ones_are_lengths() {
    for sample in samples() {
        let tags = tags(&mut Cursor::new(&sample.bytes[..]), &sample.kind).unwrap();
        if sample.expected["make"].is_string() {
            let make = tags.exif["Make"].as_str().unwrap();
            let same = make.trim() == sample.expected["make"].as_str().unwrap().trim();
            assert!(same, "{}: {make}", sample.path);
        }
        if let Some(note) = tags.exif.get("MakerNote") {
            assert!(note["bytes"].is_u64(), "{}: {note}", sample.path);
        }
        if sample.path == "exif/iptc2021_reference.jpg" {
            let iptc = tags.iptc.as_ref().unwrap();
            assert!(iptc["Keywords"].is_array() && iptc["Caption-Abstract"].is_string());
            assert!(tags.xmp.unwrap()["dc:title"].is_array());
        }
    }
}

/// A box of that name.
fn boxed(name: [u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let len = (body.len() as u32 + 8).to_be_bytes();
    [&len[..], &name, &body].concat()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect()
}

/// A track of that size, with the upper left of its matrix.
fn track(handler: [u8; 4], [a, b, c, d]: [i32; 4], (width, height): (u32, u32)) -> Vec<u8> {
    let matrix = [a, b, 0, c, d, 0, 0, 0, 0x4000].map(i32::cast_unsigned);
    let head = [&[1][..], &[0; 9], &matrix, &[width << 16, height << 16]].concat();
    let handler = [&[0; 8][..], &handler, &[0; 12]].concat();
    let media = boxed(*b"mdia", &[&boxed(*b"hdlr", &[&handler])]);
    boxed(*b"trak", &[&boxed(*b"tkhd", &[&numbers(&head)]), &media])
}

/// QuickTime's metadata: keys and their texts.
fn apple(items: &[(&str, &str)]) -> Vec<u8> {
    let mut keys = numbers(&[0, items.len() as u32]);
    let mut list = Vec::new();
    for (index, (key, text)) in items.iter().enumerate() {
        keys.extend(boxed(*b"mdta", &[key.as_bytes()]));
        let data = boxed(*b"data", &[&numbers(&[1, 0]), text.as_bytes()]);
        let index = (index as u32 + 1).to_be_bytes();
        list.extend(boxed(index, &[&data]));
    }
    let handler = [&[0; 8][..], b"mdta", &[0; 13]].concat();
    boxed(
        *b"meta",
        &[
            &boxed(*b"hdlr", &[&handler]),
            &boxed(*b"keys", &[&keys]),
            &boxed(*b"ilst", &[&list]),
        ],
    )
}

const TURNED: [i32; 4] = [0, 0x1_0000, -0x1_0000, 0];
const UPRIGHT: [i32; 4] = [0x1_0000, 0, 0, 0x1_0000];
/// 2024-05-06 07:08:09 UTC, since 1904.
const CREATED: u32 = 3_797_824_089;

fn header(created: u32) -> Vec<u8> {
    boxed(
        *b"mvhd",
        &[&numbers(&[0, created, created, 600, 7530]), &[0; 80]],
    )
}

fn phone() -> Vec<u8> {
    let items = [
        (
            "com.apple.quicktime.location.ISO6709",
            "-22.9519-043.2105+710.000/",
        ),
        ("com.apple.quicktime.make", "Mana"),
        ("com.apple.quicktime.model", "Mana One"),
        ("com.apple.quicktime.software", "17.1"),
        (
            "com.apple.quicktime.creationdate",
            "2024-05-06T09:08:07+0200",
        ),
    ];
    let sound = track(*b"soun", UPRIGHT, (0, 0));
    let picture = track(*b"vide", TURNED, (1920, 1080));
    boxed(
        *b"moov",
        &[&header(CREATED), &sound, &picture, &apple(&items)],
    )
}

fn movie(bytes: &[u8]) -> Facts {
    let kind = Kind::from_mime("video/quicktime");
    probe(&mut Cursor::new(bytes), &kind, &Limits::default())
        .unwrap()
        .facts
}

#[test]
fn movies_tell_size_duration_date_and_place() {
    let facts = movie(&phone());
    assert_eq!((facts.width, facts.height), (Some(1080), Some(1920)));
    assert_eq!(facts.duration_seconds, Some(12.55));
    let capture = facts.capture.unwrap();
    assert_eq!(capture.make.as_deref(), Some("Mana"));
    assert_eq!(capture.model.as_deref(), Some("Mana One"));
    assert_eq!(capture.software.as_deref(), Some("17.1"));
    let taken = capture.taken.unwrap();
    let local: NaiveDateTime = "2024-05-06T09:08:07".parse().unwrap();
    assert_eq!((taken.local, taken.offset_minutes), (local, Some(120)));
    assert_eq!(taken.source, TakenSource::QuicktimeCreationDate);
    let gps = capture.gps.unwrap();
    assert_eq!((gps.latitude, gps.longitude), (-22.9519, -43.2105));
    assert_eq!(
        (gps.altitude_m, gps.source),
        (Some(710.0), PlaceSource::Movie)
    );

    // Android: the header's UTC, and a text of user data.
    let place = [&[0, 18, 0x15, 0xc7][..], b"+48.8577+002.2950/"].concat();
    let user = boxed(*b"udta", &[&boxed(*b"\xa9xyz", &[&place])]);
    let picture = track(*b"vide", UPRIGHT, (640, 480));
    let facts = movie(&boxed(*b"moov", &[&header(CREATED), &picture, &user]));
    assert_eq!((facts.width, facts.height), (Some(640), Some(480)));
    let capture = facts.capture.unwrap();
    let taken = capture.taken.unwrap();
    let utc: NaiveDateTime = "2024-05-06T07:08:09".parse().unwrap();
    assert_eq!((taken.local, taken.offset_minutes), (utc, Some(0)));
    assert_eq!(taken.source, TakenSource::MovieHeader);
    assert!((capture.gps.unwrap().longitude - 2.295).abs() < 1e-9);

    // A clock that was never set, in a movie that says nothing else.
    let facts = movie(&boxed(*b"moov", &[&header(0)]));
    assert_eq!(facts.capture, None);
}

/// Five gigabytes of zeros with something at the end, which counts what is read of it.
struct Sparse {
    start: Vec<u8>,
    end: Vec<u8>,
    len: u64,
    at: u64,
    read: u64,
}

impl Read for Sparse {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let end_at = self.len - self.end.len() as u64;
        let len = (into.len() as u64).min(self.len.saturating_sub(self.at)) as usize;
        for (at, byte) in (self.at..).zip(&mut into[..len]) {
            *byte = match at.checked_sub(end_at) {
                Some(at) => self.end[at as usize],
                None => self.start.get(at as usize).copied().unwrap_or(0),
            };
        }
        self.at += len as u64;
        self.read += len as u64;
        Ok(len)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(offset) => self.len.strict_add_signed(offset),
            SeekFrom::Current(offset) => self.at.strict_add_signed(offset),
        };
        Ok(self.at)
    }
}

#[test]
fn a_movie_of_five_gigabytes_costs_a_few_reads() {
    let size = 5_u64 << 30;
    let mut start = boxed(*b"ftyp", &[b"qt  \0\0\0\0qt  "]);
    start.extend([&[0, 0, 0, 1][..], b"mdat", &(size + 16).to_be_bytes()].concat());
    let end = phone();
    let len = start.len() as u64 + size + end.len() as u64;
    let sparse = Sparse {
        start,
        end,
        len,
        at: 0,
        read: 0,
    };
    let mut input = BufReader::with_capacity(64 << 10, sparse);
    let kind = Kind::from_mime("video/quicktime");
    let facts = probe(&mut input, &kind, &Limits::default()).unwrap().facts;
    assert_eq!((facts.width, facts.height), (Some(1080), Some(1920)));
    let tags = tags(&mut input, &kind).unwrap();
    assert_eq!(
        tags.quicktime.unwrap()["com.apple.quicktime.make"],
        json!("Mana")
    );
    let read = input.get_ref().read;
    assert!(read < 1 << 20, "{read} bytes were read");
}

#[test]
fn boxes_that_lie_about_their_size_are_survived() {
    let endless = [&[0, 0, 0, 1][..], b"moov", &u64::MAX.to_be_bytes()].concat();
    let empty = [&[0, 0, 0, 1][..], b"moov", &[0; 8]].concat();
    let mut nested = Vec::new();
    for _ in 0..10_000 {
        nested = [b"\0\0\0\0moov\0\0\0\0trak\0\0\0\0meta", &nested[..]].concat();
        if nested.len() > 200_000 {
            break;
        }
    }
    let many = boxed(*b"free", &[]).repeat(100_000);
    let keys = boxed(*b"keys", &[&numbers(&[0, u32::MAX, 8, 0, 7, 0])]);
    let keys = boxed(
        *b"moov",
        &[&boxed(*b"meta", &[&boxed(*b"hdlr", &[&[0; 20]]), &keys])],
    );
    for bytes in [endless, empty, nested, many, keys, Vec::new(), vec![0; 7]] {
        assert_eq!(movie(&bytes), Facts::default());
    }
    // What comes before the damage counts.
    let cut = phone();
    let facts = movie(&cut[..cut.len() - 100]);
    assert_eq!(facts.capture.unwrap().make.as_deref(), Some("Mana"));
}

#[test]
fn damaged_headers_are_survived() {
    let mut wrong = Vec::new();
    let movie = Sample {
        path: "movie".to_owned(),
        expected: Value::Null,
        bytes: phone(),
        kind: Kind::from_mime("video/mp4"),
    };
    let headers = samples().into_iter().chain([movie]);
    for mut sample in headers.filter(|sample| sample.kind != Kind::Svg) {
        sample.bytes.truncate(HEADER_BYTES);
        let len = sample.bytes.len();
        for step in 0..damages() {
            let cut = &sample.bytes[..len * step / damages()];
            survive(&sample, cut, &mut wrong);
            let mut flipped = sample.bytes.clone();
            let mut random = step as u64 + 1;
            for _ in 0..=step % 8 {
                // Half of the flips where they hurt most.
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let span = if step % 2 == 0 { len.min(2048) } else { len };
                if span > 0 {
                    flipped[(random >> 33) as usize % span] ^= (random >> 20) as u8;
                }
            }
            survive(&sample, &flipped, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn survive(sample: &Sample, bytes: &[u8], wrong: &mut Vec<String>) {
    let _ = capture(&mut Cursor::new(bytes), &sample.kind);
    let probed = probe(&mut Cursor::new(bytes), &sample.kind, &Limits::default());
    let read = tags(&mut Cursor::new(bytes), &sample.kind);
    for error in [probed.err(), read.err()].into_iter().flatten() {
        match error {
            Error::Malformed(what) if what == "decoder panicked" => {
                wrong.push(format!("{}: panic", sample.path));
            }
            Error::Internal(what) => wrong.push(format!("{}: {what}", sample.path)),
            _ => {}
        }
    }
}
