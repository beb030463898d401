//! The scrubber finds rot by itself; what can be made again is, and the rest waits for an upload.

use std::time::{Duration, Instant};

use crate::client::{File, send};
use crate::server::{Backend, PATIENCE, TestServer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rot_is_found_without_a_reader() {
    let settings = [
        ("SCRUB_BYTES_PER_SECOND", "100MiB"),
        ("SCRUB_INTERVAL", "200ms"),
        ("MAINTENANCE_INTERVAL", "50ms"),
        ("POLL_INTERVAL", "50ms"),
    ];
    let server = TestServer::with(Backend::Sqlite, &settings).await;
    let file = File::fixture("formats/large.jpg");
    let id = server
        .upload(file.clone(), "a", "anna")
        .await
        .expect(201)
        .id();
    server.settled(&id).await;
    let store = server.site.data.path().join("store/b");
    for entry in walkdir::WalkDir::new(store).into_iter().flatten() {
        if entry.file_type().is_file() {
            let mut bytes = std::fs::read(entry.path()).expect("an object");
            bytes[100] ^= 1;
            std::fs::write(entry.path(), bytes).expect("an object");
        }
    }
    let metric = async |name: &str| -> f64 {
        let text = send(server.http.get(server.root("/metrics"))).await;
        let line = text.text().lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.rsplit(' ').next()?.parse().ok());
        value.unwrap_or_else(|| panic!("no {name}"))
    };
    let start = Instant::now();
    while server.site.rows("blob WHERE verified_at = 0").await == 0
        || metric("media_integrity_failures_total").await < 4.0
    {
        assert!(start.elapsed() < PATIENCE, "never found");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(metric("media_scrubbed_objects_total").await >= 4.0);
    assert!(metric("media_scrubbed_bytes_total").await >= file.bytes.len() as f64);
    server.upload(file.clone(), "a", "anna").await.expect(200);
    let start = Instant::now();
    while server.site.run(&["fsck", "--deep"]).status.code() != Some(0)
        || server.site.rows("variant").await < 3
    {
        assert!(start.elapsed() < PATIENCE, "never healed");
        let path = format!("/{id}/reprocess");
        send(server.request(reqwest::Method::POST, &path))
            .await
            .expect(202);
    }
    assert!(server.get(&format!("/{id}/file")).await.expect(200).body == file.bytes);
}
