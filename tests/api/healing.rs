//! Bytes that went bad in the store: never served whole, and made good by the next upload of the same, whoever sends it.

use std::path::{Path, PathBuf};

use crate::client::{File, send, try_send};
use crate::server::{Backend, PATIENCE, TestServer};

/// The stored original of that content; only where the store is files.
fn original(server: &TestServer, file: &File) -> PathBuf {
    let hash = file.sha256();
    let folder = server
        .site
        .data
        .path()
        .join("store/b")
        .join(&hash[..2])
        .join(&hash);
    let entries = std::fs::read_dir(&folder).expect("stored objects");
    let is_original =
        |path: &Path| std::fs::metadata(path).expect("an object").len() == file.bytes.len() as u64;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| is_original(path))
        .expect("the original")
}

pub(crate) fn rot(path: &Path) {
    let mut bytes = std::fs::read(path).expect("an object");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).expect("an object");
}

/// The upload that heals may come before a failed read has been noted: it is repeated until the bytes are good.
async fn heal(server: &TestServer, file: &File, owner: &str, id: &str) {
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        let status = server.upload(file.clone(), "picture", owner).await.status;
        assert!(matches!(status, 200 | 201), "{status}");
        if let Ok(answer) =
            try_send(server.request(reqwest::Method::GET, &format!("/{id}/file"))).await
            && answer.status == 200
        {
            assert_eq!(answer.body, file.bytes);
            return;
        }
        assert!(std::time::Instant::now() < deadline, "never healed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flipped_bit_is_never_served_and_its_owner_heals_it() {
    let server = TestServer::start(Backend::Sqlite).await;
    let file = File::numbered(1);
    let id = server
        .upload(file.clone(), "picture", "anna")
        .await
        .expect(201)
        .id();
    rot(&original(&server, &file));
    let read = try_send(server.request(reqwest::Method::GET, &format!("/{id}/file"))).await;
    assert!(read.is_err(), "wrong bytes ended cleanly: {read:?}");
    heal(&server, &file, "anna", &id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_owners_upload_heals_too() {
    let server = TestServer::start(Backend::Sqlite).await;
    let file = File::numbered(2);
    let id = server
        .upload(file.clone(), "picture", "anna")
        .await
        .expect(201)
        .id();
    std::fs::remove_file(original(&server, &file)).expect("a lost file");
    server
        .get(&format!("/{id}/file"))
        .await
        .problem_code(500, "internal");
    heal(&server, &file, "ben", &id).await;
    server.site.fsck();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_never_comes_to_its_file_is_refused_in_bounds() {
    let server = TestServer::start(Backend::Sqlite).await;
    let endless = format!(
        "--x\r\nContent-Disposition: form-data; name=\"{}",
        "a".repeat(8 << 20)
    );
    let request = server
        .request(reqwest::Method::POST, "/upload")
        .header("content-type", "multipart/form-data; boundary=x")
        .body(endless);
    send(request).await.problem_code(400, "bad_body");
    let unasked = format!(
        "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n{}\r\n--x--\r\n",
        "a".repeat(8 << 20)
    );
    let request = server
        .request(reqwest::Method::POST, "/upload")
        .header("content-type", "multipart/form-data; boundary=x")
        .body(unasked);
    send(request).await.problem_code(400, "bad_body");
}

/// The stored variants of that content; only where the store is files.
pub(crate) fn variants(server: &TestServer, file: &File) -> Vec<PathBuf> {
    let original = original(server, file);
    let folder = std::fs::read_dir(original.parent().expect("a folder")).expect("stored objects");
    let paths = folder.flatten().map(|entry| entry.path());
    paths.filter(|path| *path != original).collect()
}

fn truncate(path: &Path) {
    let bytes = std::fs::read(path).expect("an object");
    std::fs::write(path, &bytes[..bytes.len() / 2]).expect("an object");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_variant_is_made_again() {
    let spoilers: [fn(&Path); 3] = [rot, truncate, |path| {
        std::fs::remove_file(path).expect("an object");
    }];
    // Nothing stays in memory, where it would stay right.
    let settings = [("POLL_INTERVAL", "50ms"), ("DELIVERY_CACHE_BYTES", "0")];
    let server = TestServer::with(Backend::Sqlite, &settings).await;
    let file = File::fixture("formats/large.jpg");
    let id = server
        .upload(file.clone(), "a", "anna")
        .await
        .expect(201)
        .id();
    let path = format!("/{id}/file/thumb");
    let good = server.get(&path).await.expect(200).body;
    for spoil in spoilers {
        for variant in variants(&server, &file) {
            spoil(&variant);
        }
        // Whatever comes to an end, if anything does, is right.
        let answer = try_send(server.request(reqwest::Method::GET, &path)).await;
        assert!(
            answer.as_ref().map_or(true, |answer| answer.status == 500),
            "{answer:?}"
        );
        for name in ["medium", "large"] {
            let request = server.request(reqwest::Method::GET, &format!("/{id}/file/{name}"));
            let _noticed = try_send(request).await;
        }
        let start = std::time::Instant::now();
        // In this order: what fsck does not mind may be gone, not yet made again.
        while server.site.run(&["fsck", "--deep"]).status.code() != Some(0)
            || server.site.rows("variant").await < 3
        {
            assert!(start.elapsed() < PATIENCE, "never made again");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(server.get(&path).await.expect(200).body == good);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_range_of_an_object_of_another_length_is_refused_and_heals() {
    let server = TestServer::start(Backend::Sqlite).await;
    let file = File::numbered(3);
    let id = server
        .upload(file.clone(), "a", "anna")
        .await
        .expect(201)
        .id();
    truncate(&original(&server, &file));
    let path = format!("/{id}/file");
    for range in ["bytes=0-9", "bytes=-9"] {
        let answer = server.get_with(&path, "range", range).await;
        answer.problem_code(500, "internal");
    }
    server.upload(file.clone(), "a", "anna").await.expect(200);
    let part = server
        .get_with(&path, "range", "bytes=-9")
        .await
        .expect(206);
    assert_eq!(part.body, file.bytes[file.bytes.len() - 9..]);
    // What was replaced stays in trash for a while, and is accounted for.
    assert_eq!(server.site.rows("object WHERE state = 'trash'").await, 1);
    server.site.fsck();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_nobody_saw_for_a_day_gives_way() {
    let server = TestServer::start(Backend::Sqlite).await;
    let file = File::numbered(4);
    let upload = async |owner: &str| server.upload(file.clone(), "a", owner).await.expect(201);
    let id = upload("anna").await.id();
    std::fs::remove_file(original(&server, &file)).expect("a lost file");
    // Nobody has noticed, and a young winner is believed to be there.
    upload("ben").await;
    let path = format!("/{id}/file");
    let answer = server.get_with(&path, "range", "bytes=0-9").await;
    answer.problem_code(500, "internal");
    server
        .site
        .tamper("UPDATE blob SET verified_at = scrubbed_at - 172800000000")
        .await;
    upload("cid").await;
    let read = server.get(&path).await.expect(200);
    assert_eq!(read.body, file.bytes);
    server.site.fsck();
}
