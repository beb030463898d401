//! What is made of a picture has none of its metadata: exiftool looks at every variant and at renditions in every format, of every
//! fixture and every file of the corpus.

#[path = "../support/exiftool.rs"]
mod exiftool;

use std::path::{Path, PathBuf};

use futures_util::StreamExt as _;

use crate::client::File;
use crate::fixtures::AT_ONCE;
use crate::server::{Backend, TestServer};

const MADE: [&str; 7] = [
    "file/thumb",
    "file/medium",
    "file/large",
    "transform?w=64&format=jpeg",
    "transform?w=64&format=png",
    "transform?w=64&format=avif",
    "transform?w=200&format=webp",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    let entries = entries.into_iter().map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

/// How many things were made of a file, each written to a folder.
async fn make(server: &TestServer, number: usize, path: &Path, folder: &Path) -> usize {
    let bytes = std::fs::read(path).expect("a file");
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a name");
    let answer = server
        .upload(File::new(name, bytes), "made", &number.to_string())
        .await;
    // Bombs are refused.
    if answer.status != 201 {
        return 0;
    }
    let media = server.settled(&answer.id()).await;
    if media["status"] != "ready"
        || !media["mimeType"]
            .as_str()
            .is_some_and(|mime| mime.starts_with("image/"))
    {
        return 0;
    }
    let mut made = 0;
    for what in MADE {
        let answer = server.get(&format!("/{}/{what}", answer.id())).await;
        if answer.status == 200 {
            // Which exiftool goes by.
            let extension = answer.header("content-type").replace("image/", "");
            let what = what.replace(['/', '?', '&'], "-");
            let name = format!("{number}-{name}-{what}.{extension}");
            std::fs::write(folder.join(name), &answer.body).expect("write what was made");
            made += 1;
        }
    }
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs exiftool, which ./test installs"]
async fn exiftool_shows_nothing_in_what_is_made() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut originals = files(&fixtures);
    match crate::corpus::corpus() {
        Some(corpus) => originals.extend(files(&corpus)),
        None => println!("no image corpus: of the fixtures alone"),
    }
    let server = TestServer::start(Backend::Sqlite).await;
    let folder = tempfile::tempdir().expect("a folder");
    let made = futures_util::stream::iter(originals.iter().enumerate())
        .map(|(number, path)| make(&server, number, path, folder.path()))
        .buffer_unordered(AT_ONCE)
        .fold(0, async |sum, made| sum + made)
        .await;
    let (tags, wrong) = exiftool::look(folder.path(), &[]);
    assert!(made > 200 && tags > 5 * made, "{tags} tags of {made} files");
    assert!(
        wrong.is_empty(),
        "{} tags:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("{tags} tags of {made} files, all of structure");
    // The detector works: the originals do tell.
    let (_, told) = exiftool::look(&fixtures.join("exif"), &[]);
    assert!(told.len() > 100, "exiftool finds only {}", told.len());
}
