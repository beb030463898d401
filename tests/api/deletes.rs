//! Deletes: references go at once, bytes when nobody holds them, and never anybody else's.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::File;
use crate::server::{Backend, PATIENCE, TestServer};

async fn one_app_lets_go_and_the_other_keeps(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("formats/rgb8.png");
    let id = server
        .upload(file.clone(), "picture", "anna")
        .await
        .expect(201)
        .id();
    server.upload(file, "plants", "anna").await.expect(200);
    let answer = server
        .delete(&format!("/{id}?app=picture&userId=anna"))
        .await
        .expect(200);
    assert_eq!(answer.text(), r#"{"success":true}"#);
    assert_eq!(
        server.get(&format!("/{id}")).await.expect(200).json()["apps"],
        json!(["plants"])
    );
    server
        .delete(&format!("/{id}?app=picture&userId=anna"))
        .await
        .problem(404);
    server
        .delete(&format!("/{id}?app=plants&userId=anna"))
        .await
        .expect(200);
    server.get(&format!("/{id}")).await.problem(404);
    server.delete(&format!("/{id}")).await.problem(404);
}

async fn bytes_go_when_nobody_holds_them(backend: Backend) {
    let settings = [("TRASH_KEEP", "0s"), ("MAINTENANCE_INTERVAL", "50ms")];
    let server = TestServer::with(backend, &settings).await;
    let id = server
        .store(File::fixture("formats/large.jpg"), "a", "anna")
        .await["id"]
        .clone();
    let id = id.as_str().unwrap_or_default();
    assert_eq!(server.site.files().unwrap_or(4), 4);
    server.delete(&format!("/{id}")).await.expect(200);
    server.get(&format!("/{id}/file")).await.problem(404);
    server.get(&format!("/{id}/file/thumb")).await.problem(404);
    let start = Instant::now();
    while server.site.rows("blob").await + server.site.rows("object").await > 0 {
        assert!(start.elapsed() < PATIENCE, "the bytes stay");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.site.files().unwrap_or_default(), 0);
    server.site.fsck();
}

async fn uploads_after_a_delete_are_new(backend: Backend) {
    let settings = [("TRASH_KEEP", "0s"), ("MAINTENANCE_INTERVAL", "20ms")];
    let server = TestServer::with(backend, &settings).await;
    let file = File::fixture("exif/full.webp");
    let mut seen = Vec::new();
    for _ in 0..20 {
        let answer = server.upload(file.clone(), "a", "anna").await.expect(201);
        assert!(!seen.contains(&answer.id()), "an id came back");
        let read = server
            .get(&format!("/{}/file", answer.id()))
            .await
            .expect(200);
        assert!(read.body == file.bytes);
        server
            .delete(&format!("/{}", answer.id()))
            .await
            .expect(200);
        seen.push(answer.id());
    }
    server.site.fsck();
}

on_both_backends!(
    one_app_lets_go_and_the_other_keeps,
    bytes_go_when_nobody_holds_them,
    uploads_after_a_delete_are_new,
);
