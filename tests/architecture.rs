//! Holds the import rule of `src/lib.rs`: rooms import from rooms below them only, and the big libraries stay in their rooms.

#![allow(clippy::unwrap_used, clippy::similar_names)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Rooms by height; a room may import from its own height's rooms below it only, and from itself.
const FLOORS: [&[&str]; 9] = [
    &["media"],
    &["threads", "telemetry", "crash", "disk"],
    &["imaging", "access"],
    &["sandbox"],
    &["blob", "catalog", "spool", "config"],
    &["objects"],
    &["worker"],
    &["ingest", "delivery", "gallery", "maintenance", "lifecycle"],
    &["app", "http", "cli"],
];

/// Exceptions, each with its reason.
const ALLOWED: [(&str, &str); 4] = [
    // The spool hands its files to the store as they are.
    ("spool", "blob"),
    // The doors open the whole house; the command line prints the door's API document.
    ("http", "app"),
    ("cli", "app"),
    ("cli", "http"),
];

/// Libraries and the only rooms that may name them.
const LIBRARIES: [(&str, &[&str]); 9] = [
    ("axum", &["http"]),
    ("sqlx", &["catalog"]),
    ("aws_sdk_s3", &["blob"]),
    ("ring", &["access"]),
    ("resvg", &["imaging"]),
    ("exif", &["imaging"]),
    ("clap", &["cli", "config", "main", "sandbox", "telemetry"]),
    ("landlock", &["sandbox"]),
    ("seccompiler", &["sandbox"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            sources(&entry.path(), found);
        } else if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            found.push(entry.path());
        }
    }
}

/// Every source file by its room, without its unit tests.
fn rooms() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let read = |file: PathBuf| {
        let inside = file.strip_prefix(&root).unwrap();
        let room = inside
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap()
            .to_owned();
        (room, file, text)
    };
    files.into_iter().map(read).collect()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The rooms that a text names as `crate::room`, also inside `use crate::{a, b}`.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap(),
            None => rest
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap(),
        };
        found.extend(
            names
                .split(',')
                .map(|name| name.trim().split("::").next().unwrap().to_owned()),
        );
    }
    found
}

#[test]
fn imports_point_down() {
    let mut wrong = BTreeMap::new();
    for (room, file, text) in rooms()
        .iter()
        .filter(|(room, ..)| !matches!(room.as_str(), "lib" | "main"))
    {
        let height = floor(room).unwrap_or_else(|| panic!("{room} has no floor"));
        for other in imports(text).into_iter().filter(|other| other != room) {
            let Some(below) = floor(&other) else { continue };
            if below >= height && !ALLOWED.contains(&(room.as_str(), other.as_str())) {
                wrong.insert(
                    (file.clone(), other.clone()),
                    format!("{room} imports {other}"),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn libraries_stay_in_their_rooms() {
    for (room, file, text) in rooms() {
        for (library, homes) in LIBRARIES {
            let named = [
                format!("use {library}::"),
                format!(" {library}::"),
                format!("({library}::"),
            ]
            .iter()
            .any(|form| text.contains(form.as_str()));
            assert!(
                !named || homes.contains(&room.as_str()),
                "{} names {library}",
                file.display()
            );
        }
    }
}

#[test]
fn crash_points_are_those_of_the_list() {
    let mut used = std::collections::BTreeSet::new();
    for (room, file, text) in rooms() {
        for (at, call) in text.match_indices("point(\"") {
            let name = text[at + call.len()..].split('"').next().unwrap();
            assert!(name.starts_with(&format!("{room}::")), "{}", file.display());
            used.insert(name.to_owned());
        }
    }
    let listed = mana_media::crash::POINTS
        .iter()
        .map(|&name| name.to_owned());
    assert_eq!(used, listed.collect());
}

#[test]
fn pictures_and_nouns_know_neither_runtime_nor_files() {
    for (room, file, text) in rooms() {
        if matches!(room.as_str(), "imaging" | "media") {
            for name in ["tokio::", "std::fs", "File::open"] {
                assert!(!text.contains(name), "{} names {name}", file.display());
            }
        }
    }
}
