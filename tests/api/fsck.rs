//! fsck on damaged stores: everything is found, what can be is made good, and nothing is deleted that somebody might want.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::client::File;
use crate::server::{Backend, PATIENCE, TestServer};

fn report(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}\n{errors}"))
}

/// fsck with these arguments: its exit code and report.
fn fsck(server: &TestServer, arguments: &[&str]) -> (i32, Value) {
    let arguments = [&["fsck", "--json"], arguments].concat();
    let output = server.site.run(&arguments);
    (output.status.code().unwrap_or(-1), report(&output))
}

/// Every stored object, in the order of keys; only where they are files.
fn objects(server: &TestServer) -> Vec<PathBuf> {
    let store = server.site.data.path().join("store/b");
    let entries = walkdir::WalkDir::new(store).sort_by_file_name();
    let files = entries
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).expect("an object");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(path, bytes).expect("an object");
}

/// Waits until nothing is being processed.
async fn settle(server: &TestServer) {
    let start = std::time::Instant::now();
    while server.site.rows("blob WHERE work_due_at IS NOT NULL").await > 0 {
        assert!(start.elapsed() < PATIENCE, "still processing");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Flips, truncates and deletes a third of all 120 objects each, and has fsck find every one of them once.
fn everything_spoiled_is_named(server: &TestServer) {
    let stored = objects(server);
    for (number, path) in stored.iter().enumerate() {
        match number % 3 {
            0 => flip(path),
            1 => fs::write(path, b"short").expect("an object"),
            _ => fs::remove_file(path).expect("an object"),
        }
    }
    let (code, found) = fsck(server, &["--deep"]);
    assert_eq!(
        (code, &found["found"]["I2"]),
        (2, &Value::from(80)),
        "{found}"
    );
    assert_eq!(found["found"]["I6"], 40, "{found}");
    let named = found["violations"].as_array().expect("a list");
    for path in &stored {
        let object = path.file_name().expect("a name").to_string_lossy();
        let is_named = |finding: &Value| {
            let detail = finding["detail"].as_str().unwrap_or_default();
            detail.contains(&*object)
        };
        assert_eq!(
            named.iter().filter(|it| is_named(it)).count(),
            1,
            "{object}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_flipped_truncated_or_deleted_is_found_and_heals() {
    let server = TestServer::with(Backend::Sqlite, &[("POLL_INTERVAL", "50ms")]).await;
    let files: Vec<File> = (0..60).map(File::numbered).collect();
    let mut ids = Vec::new();
    for file in &files {
        ids.push(
            server
                .upload(file.clone(), "a", "anna")
                .await
                .expect(201)
                .id(),
        );
    }
    settle(&server).await;
    assert_eq!(objects(&server).len(), 120, "originals and thumbs");
    everything_spoiled_is_named(&server);
    // There is no twin of anything, but thumbs can be made again once the originals are good.
    let (code, repaired) = fsck(&server, &["--deep", "--repair", "--yes"]);
    assert_eq!(code, 2);
    let done = repaired["violations"].as_array().expect("a list").iter();
    let done = done.filter(|finding| finding["repaired"] == true);
    assert!(
        done.clone()
            .all(|finding| finding["remedy"] == "remake_variant")
    );
    assert_eq!(done.count(), 60);
    for file in &files {
        server.upload(file.clone(), "a", "anna").await.expect(200);
    }
    for id in &ids {
        let _again = server
            .http
            .post(server.url(&format!("/{id}/reprocess")))
            .send()
            .await;
    }
    settle(&server).await;
    assert_eq!(fsck(&server, &["--deep"]).0, 0);
    for (id, file) in ids.iter().zip(&files) {
        let read = server.get(&format!("/{id}/file")).await.expect(200);
        assert!(read.body == file.bytes);
        server.get(&format!("/{id}/file/thumb")).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn originals_are_copied_from_trash_twins_whose_bytes_are_right() {
    let server = TestServer::start(Backend::Sqlite).await;
    let file = File::new("a.bin", vec![7; 300_000]);
    let id = server
        .upload(file.clone(), "a", "anna")
        .await
        .expect(201)
        .id();
    let live = objects(&server);
    // Another owner's copy loses, and is trash for a while.
    server.upload(file.clone(), "a", "ben").await.expect(201);
    server.upload(file.clone(), "a", "cid").await.expect(201);
    let twins: Vec<PathBuf> = objects(&server)
        .into_iter()
        .filter(|path| *path != live[0])
        .collect();
    assert_eq!(twins.len(), 2);
    // The first twin that is met is as wrong as the live object.
    flip(&live[0]);
    flip(&twins[0]);
    // Nobody has said that anything may be changed.
    let (code, plan) = fsck(&server, &["--deep", "--repair"]);
    assert_eq!(
        (code, &plan["violations"][0]["repaired"]),
        (2, &Value::from(false))
    );
    assert_eq!(fsck(&server, &["--deep"]).0, 2);
    let (code, repaired) = fsck(&server, &["--deep", "--repair", "--yes"]);
    assert_eq!(code, 0, "{repaired}");
    assert_eq!(repaired["violations"][0]["remedy"], "copy_twin");
    assert_eq!(fsck(&server, &["--deep"]).0, 0);
    assert!(server.get(&format!("/{id}/file")).await.expect(200).body == file.bytes);
    // No object came back to life: the copy is a new one.
    assert_eq!(objects(&server).len(), 4);
}

async fn orphans_are_deleted_one_in_a_hundred_at_a_time(backend: Backend) {
    let server = TestServer::start(backend).await;
    let keep = server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201)
        .id();
    for number in 2..6 {
        server
            .upload(File::numbered(number), "a", "anna")
            .await
            .expect(201);
    }
    settle(&server).await;
    // Rows that were lost in a restore, say.
    for table in ["media_app", "media", "variant", "blob"] {
        let others = |column: &str| match backend {
            Backend::Sqlite => format!("lower(hex({column})) <> '{}'", keep.replace('-', "")),
            Backend::Postgres => format!("{column} <> '{keep}'"),
        };
        let rest = match table {
            "media_app" => others("media_id"),
            "media" => others("id"),
            _ => "sha256 NOT IN (SELECT sha256 FROM media)".to_owned(),
        };
        server
            .site
            .tamper(&format!("DELETE FROM {table} WHERE {rest}"))
            .await;
    }
    // What follows from them.
    assert_eq!(fsck(&server, &["--repair", "--yes"]).0, 0);
    let (code, young) = fsck(&server, &["--delete-orphans", "--yes"]);
    assert_eq!(
        (code, &young["young_orphans"]),
        (0, &Value::from(8)),
        "{young}"
    );
    // The store's clock has whole seconds.
    let old = ["--orphan-age", "1s", "--delete-orphans"];
    let start = std::time::Instant::now();
    while fsck(&server, &old).1["found"]["I4"] != 8 {
        assert!(start.elapsed() < PATIENCE, "never old enough");
    }
    let (code, one) = fsck(&server, &[&old[..], &["--yes"]].concat());
    assert_eq!((code, &one["found"]["I4"]), (1, &Value::from(8)), "{one}");
    let (code, left) = fsck(&server, &[&old[..], &["--yes", "--force"]].concat());
    assert_eq!((code, &left["found"]["I4"]), (0, &Value::from(7)), "{left}");
    let (code, clean) = fsck(&server, &["--deep", "--orphan-age", "0s"]);
    assert_eq!(
        (code, &clean["store_keys"]),
        (0, &Value::from(2)),
        "{clean}"
    );
    server.get(&format!("/{keep}/file")).await.expect(200);
}

async fn a_database_from_the_past_deletes_nothing_until_it_is_reconciled(backend: Backend) {
    let settings = [("TRASH_KEEP", "0s"), ("MAINTENANCE_INTERVAL", "1h")];
    let server = TestServer::with(backend, &settings).await;
    let first = server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201)
        .id();
    let second = server
        .upload(File::numbered(2), "a", "anna")
        .await
        .expect(201)
        .id();
    settle(&server).await;
    server.delete(&format!("/{first}")).await.expect(200);
    assert!(server.site.run(&["gc"]).status.success());
    server
        .site
        .tamper("UPDATE store_identity SET epoch = 0")
        .await;
    server.delete(&format!("/{second}")).await.expect(200);
    let refused = server.site.run(&["gc"]);
    assert!(!refused.status.success(), "{refused:?}");
    assert_eq!(server.site.files().unwrap_or(2), 2);
    let (code, found) = fsck(&server, &[]);
    assert_eq!(
        (code, &found["found"]["I9"]),
        (2, &Value::from(1)),
        "{found}"
    );
    let (code, reconciled) = fsck(&server, &["--reconcile", "--yes"]);
    assert_eq!(code, 0, "{reconciled}");
    // The sweep that was refused has claimed what it was going to delete, for a while.
    server
        .site
        .tamper("UPDATE object SET lease_until = NULL")
        .await;
    assert!(server.site.run(&["gc"]).status.success());
    assert_eq!(server.site.rows("object").await, 0);
    assert_eq!(fsck(&server, &[]).0, 0);
}

async fn counts_are_taken_anew(backend: Backend) {
    let server = TestServer::start(backend).await;
    server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201);
    server
        .upload(File::numbered(2), "a", "ben")
        .await
        .expect(201);
    settle(&server).await;
    server
        .site
        .tamper("UPDATE owner_usage SET media_count = 7 WHERE owner = 'anna'")
        .await;
    server
        .site
        .tamper("DELETE FROM owner_usage WHERE owner = 'ben'")
        .await;
    server
        .site
        .tamper("INSERT INTO owner_usage VALUES ('cid', 1, 1)")
        .await;
    server
        .site
        .tamper("UPDATE gallery_count SET media_count = 9 WHERE owner = 'anna'")
        .await;
    server
        .site
        .tamper("DELETE FROM gallery WHERE owner = 'ben'")
        .await;
    assert_eq!(fsck(&server, &[]).0, 2);
    assert_eq!(fsck(&server, &["--repair", "--yes"]).0, 0);
    server.site.fsck();
    let ben = server.get("/list/all?userId=ben").await.expect(200).json();
    assert_eq!(
        (&ben["total"], ben["items"].as_array().map(Vec::len)),
        (&1.into(), Some(1))
    );
}

on_both_backends!(
    orphans_are_deleted_one_in_a_hundred_at_a_time,
    a_database_from_the_past_deletes_nothing_until_it_is_reconciled,
    counts_are_taken_anew,
);
