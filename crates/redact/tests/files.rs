//! Every fixture, and every file of the corpus that `MANA_CORPUS` names: what exiftool still shows, and what decoders do.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use redact::Error;

#[path = "../../../tests/support/exiftool.rs"]
mod exiftool;

/// Folders with files of all formats, each with its name.
fn folders() -> Vec<(&'static str, PathBuf)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut folders = vec![("fixtures", fixtures)];
    if let Some(corpus) = std::env::var_os("MANA_CORPUS") {
        folders.push(("corpus", corpus.into()));
    }
    folders
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder that can be read") {
            let path = entry.expect("a file that can be found").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    // Renditions of the corpus's own files.
    found.retain(|path| !path.starts_with(root.join("reference")));
    found.sort();
    found
}

fn redacted(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let patches = redact::plan(&mut Cursor::new(bytes))?;
    let mut redacted = bytes.to_vec();
    patches.apply(0, &mut redacted);
    Ok(redacted)
}

/// All that can be redacted, by path, written to a folder.
fn redact_all(root: &Path, to: &Path) -> BTreeMap<String, Result<(), Error>> {
    let redact_one = |path: PathBuf| {
        let name = path
            .strip_prefix(root)
            .ok()
            .and_then(Path::to_str)
            .expect("a file of the folder")
            .to_owned();
        let bytes = fs::read(&path).expect("a file that can be read");
        let result = redacted(&bytes).map(|redacted| {
            assert_eq!(redacted.len(), bytes.len());
            let to = to.join(&name);
            fs::create_dir_all(to.parent().expect("a folder above"))
                .expect("a folder that can be made");
            fs::write(to, redacted).expect("a file that can be written");
        });
        (name, result)
    };
    files(root).into_iter().map(redact_one).collect()
}

#[test]
#[ignore = "needs exiftool, Pillow and other decoders, which ./test installs"]
fn exiftool_shows_nothing_but_structure() {
    for (name, root) in folders() {
        let clean = tempfile::tempdir().unwrap();
        redact_all(&root, clean.path());
        let (tags, wrong) = exiftool::look(clean.path(), &["ICC_Profile:all"]);
        assert!(tags > 1000, "exiftool read next to nothing of {name}");
        assert!(
            wrong.is_empty(),
            "{} tags:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        println!("{name}: {tags} tags, all of structure");
    }
}

#[test]
#[ignore = "needs exiftool, Pillow and other decoders, which ./test installs"]
fn decoders_show_the_same() {
    for (name, root) in folders() {
        let clean = tempfile::tempdir().unwrap();
        let results = redact_all(&root, clean.path());
        let done: Vec<&String> = results
            .iter()
            .filter_map(|(path, result)| result.is_ok().then_some(path))
            .collect();
        let mut script = Command::new("python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pixels.py"))
            .args([&root, clean.path()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is needed");
        let mut paths = script.stdin.take().unwrap();
        for path in &done {
            writeln!(paths, "{path}").unwrap();
        }
        drop(paths);
        let out = script.wait_with_output().unwrap();
        assert!(
            out.status.success(),
            "needed: Debian's python3-pil, libheif-examples, libjxl-tools and librsvg2-bin"
        );
        let mut count = BTreeMap::<String, usize>::new();
        let mut wrong = Vec::new();
        for line in String::from_utf8(out.stdout).unwrap().lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let result = line["result"].as_str().unwrap();
            *count.entry(result.to_owned()).or_default() += 1;
            if result == "differs" {
                wrong.push(format!("{} {}", line["path"], line["why"]));
            } else if result == "undecodable" {
                println!("{line}");
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(count["same"] > 50, "{count:?}");
        println!("{name}: {count:?}");
    }
}

#[test]
fn formats_that_cannot_be_redacted_are_refused() {
    let clean = tempfile::tempdir().unwrap();
    for (_, root) in folders() {
        for (path, result) in redact_all(&root, clean.path()) {
            let is_broken = [
                "broken/",
                "malformed/",
                "hostile/",
                "other/",
                "passthrough/",
            ]
            .iter()
            .any(|folder| path.starts_with(folder));
            let kind = path.rsplit('.').next().unwrap();
            let is_known = matches!(
                kind,
                "jpg"
                    | "jpeg"
                    | "mpo"
                    | "png"
                    | "gif"
                    | "webp"
                    | "tif"
                    | "tiff"
                    | "bmp"
                    | "heic"
                    | "heif"
                    | "hif"
                    | "avif"
                    | "jxl"
                    | "svg"
            );
            match result {
                Ok(()) => assert!(is_known || matches!(kind, "mp4" | "mov"), "{path}"),
                Err(Error::Unsupported(_)) => assert!(!is_known || is_broken, "{path}"),
                Err(error) => assert!(is_broken, "{path}: {error}"),
            }
        }
    }
}

/// A stream in pieces and a request by ranges give what the whole gives, and what is clean stays.
#[test]
fn any_range_is_a_part_of_the_whole() {
    for (_, root) in folders() {
        for path in files(&root) {
            let bytes = fs::read(&path).unwrap();
            let Ok(patches) = redact::plan(&mut Cursor::new(&bytes)) else {
                continue;
            };
            let mut end = 0;
            for (range, pattern) in patches.iter() {
                assert!(end <= range.start && range.start < range.end && !pattern.is_empty());
                end = range.end;
            }
            assert!(end <= bytes.len() as u64, "{}", path.display());
            let whole = redacted(&bytes).unwrap();
            assert!(
                redacted(&whole).unwrap() == whole,
                "{} is not clean yet",
                path.display()
            );
            for size in [1 << 20, 4096, 97, 1] {
                if bytes.len() / size > 200_000 {
                    continue;
                }
                let mut pieces = bytes.clone();
                for (index, piece) in pieces.chunks_mut(size).enumerate() {
                    patches.apply((index * size) as u64, piece);
                }
                assert!(pieces == whole, "{} by {size}", path.display());
            }
        }
    }
}
