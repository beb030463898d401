//! Every fixture, and every file of the corpus that `MANA_CORPUS` names: what exiftool still shows, and what decoders do.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use redact::Error;

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
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
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
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        let result = redacted(&bytes).map(|redacted| {
            assert_eq!(redacted.len(), bytes.len());
            let to = to.join(&name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, redacted).unwrap();
        });
        (name, result)
    };
    files(root).into_iter().map(redact_one).collect()
}

#[test]
fn exiftool_shows_nothing_but_structure() {
    for (name, root) in folders() {
        let clean = tempfile::tempdir().unwrap();
        redact_all(&root, clean.path());
        let out = Command::new("exiftool")
            .args(["-G1", "-a", "-u", "-s", "-ee", "-r", "-x", "ICC_Profile:all", "-x", "System:all"])
            .arg(clean.path())
            .output()
            .expect("exiftool is needed: Debian's libimage-exiftool-perl");
        let text = String::from_utf8_lossy(&out.stdout);
        let (mut file, mut wrong, mut tags) = ("", Vec::new(), 0);
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("======== ") {
                file = path;
            } else if let Some((group, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
                let (tag, value) = rest.split_once(':').unwrap_or((rest, ""));
                tags += 1;
                if !is_structure(group, tag.trim(), value.trim()) {
                    wrong.push(format!("{file}: {group}:{} = {}", tag.trim(), value.trim()));
                }
            }
        }
        assert!(tags > 1000, "exiftool read next to nothing of {name}");
        assert!(wrong.is_empty(), "{} tags:\n{}", wrong.len(), wrong.join("\n"));
        println!("{name}: {tags} tags, all of structure");
    }
}

fn is_structure(_group: &str, _tag: &str, _value: &str) -> bool {
    false
}

#[test]
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
