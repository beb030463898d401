//! Quotas: reserved before bytes are stored, so that no number of uploads at once passes them.

use tokio::task::JoinSet;

use crate::client::{File, send};
use crate::server::{Backend, TestServer};

async fn of_many_at_once_one_passes(backend: Backend) {
    let server = TestServer::with(backend, &[("QUOTA_FILES", "3")]).await;
    for number in 0..2 {
        server
            .upload(File::numbered(number), "a", "anna")
            .await
            .expect(201);
    }
    let mut uploads = JoinSet::new();
    for number in 10..42 {
        let request = server.upload_request(File::numbered(number), "a", "anna");
        uploads.spawn(async move { send(request).await });
    }
    let mut passed = 0;
    for answer in uploads.join_all().await {
        match answer.status {
            201 => passed += 1,
            _ => drop(answer.problem_code(507, "quota_exceeded")),
        }
    }
    assert_eq!(passed, 1);
    // What was refused took nothing, and another owner has a quota of their own.
    assert_eq!(server.site.rows("blob").await, 3);
    server
        .upload(File::numbered(10), "a", "ben")
        .await
        .expect(201);
    // Who holds it already may always send it again.
    server
        .upload(File::numbered(0), "b", "anna")
        .await
        .expect(200);
    let list = server.get("?userId=anna").await.expect(200).json();
    let id = list[0]["id"].as_str().unwrap_or_default();
    server.delete(&format!("/{id}")).await.expect(200);
    server
        .upload(File::numbered(50), "a", "anna")
        .await
        .expect(201);
    server.site.fsck();
}

async fn bytes_count_and_refusals_are_given_back(backend: Backend) {
    let server = TestServer::with(backend, &[("QUOTA_BYTES", "100000")]).await;
    let file = |number: u8, size| File::new("a.bin", vec![number; size]);
    server
        .upload(file(1, 60_000), "a", "anna")
        .await
        .expect(201);
    for _ in 0..3 {
        let refused = server.upload(file(2, 40_001), "a", "anna").await;
        refused.problem_code(507, "quota_exceeded");
    }
    server
        .upload(file(3, 40_000), "a", "anna")
        .await
        .expect(201);
    let refused = server.upload(file(4, 1), "a", "anna").await;
    refused.problem_code(507, "quota_exceeded");
    assert_eq!(server.site.rows("object WHERE owner IS NOT NULL").await, 0);
    server.site.fsck();
}

on_both_backends!(
    of_many_at_once_one_passes,
    bytes_count_and_refusals_are_given_back,
);
