//! Two owners of the same bytes: one object, and nothing that tells either of the other.

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::client::{Answer, File};
use crate::server::{Backend, TestServer};

/// The answer without what is an owner's own: ids, names and times.
fn impersonal(answer: &Answer, name: &str) -> (u16, Vec<(String, String)>, String) {
    let media = answer.json();
    let text = |key: &str| media[key].as_str().unwrap_or_default().to_owned();
    let body = answer
        .text()
        .replace(&text("id"), "ID")
        .replace(name, "NAME")
        .replace(&text("createdAt"), "TIME");
    (answer.status, headers(&answer.headers, &text("id")), body)
}

fn headers(headers: &HeaderMap, id: &str) -> Vec<(String, String)> {
    let mut found: Vec<_> = headers
        .iter()
        .filter(|(name, _)| {
            !["date", "x-request-id", "content-length", "etag"].contains(&name.as_str())
        })
        .map(|(name, value)| {
            (
                name.to_string(),
                value.to_str().unwrap_or_default().replace(id, "ID"),
            )
        })
        .collect();
    found.sort();
    found
}

async fn the_second_owner_sees_a_fresh_upload(backend: Backend) {
    let server = TestServer::start(backend).await;
    let named = |name: &str| File {
        name: name.to_owned(),
        ..File::fixture("exif/gps_north_west.jpg")
    };
    let first = server
        .upload(named("anna's.jpg"), "picture", "anna")
        .await
        .expect(201);
    let second = server
        .upload(named("ben's.jpg"), "picture", "ben")
        .await
        .expect(201);
    assert_ne!(first.id(), second.id());
    assert_eq!(
        impersonal(&first, "anna's.jpg"),
        impersonal(&second, "ben's.jpg")
    );
    let read = [
        server.get(&format!("/{}?userId=anna", first.id())).await,
        server.get(&format!("/{}?userId=ben", second.id())).await,
    ];
    assert_eq!(
        impersonal(&read[0], "anna's.jpg"),
        impersonal(&read[1], "ben's.jpg")
    );
    assert_eq!(server.site.rows("blob").await, 1);
    assert_eq!(server.site.rows("media").await, 2);
    server.site.fsck();
}

async fn the_wait_for_processing_does_not_tell_either(backend: Backend) {
    let server = TestServer::with(backend, &[("UPLOAD_WAIT", "0ms")]).await;
    let file = File::fixture("formats/large.jpg");
    let id = server
        .upload(file.clone(), "picture", "anna")
        .await
        .expect(201)
        .id();
    server.settled(&id).await;
    let request = |user: &str| {
        let request = server.upload_request(file.clone(), "picture", user);
        crate::client::send(request.header("prefer", "respond-async"))
    };
    let known = request("ben").await.expect(201);
    let fresh = server.upload_request(File::fixture("formats/medium.jpg"), "picture", "ben");
    let fresh = crate::client::send(fresh.header("prefer", "respond-async"))
        .await
        .expect(201);
    assert_eq!(known.json()["status"], fresh.json()["status"]);
    let keys = |answer: &Answer| crate::json::keys(answer.text(), &[]);
    assert_eq!(keys(&known), keys(&fresh));
    assert_eq!(server.settled(&known.id()).await["status"], "ready");
}

async fn names_and_free_json_stay_with_their_owner(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("formats/rgb8.png");
    let item = |name: &str| {
        use base64::Engine as _;
        let data = base64::engine::general_purpose::STANDARD.encode(&file.bytes);
        serde_json::json!({"data": data, "filename": name, "metadata": {"prompt": format!("secret of {name}")}})
    };
    let mut ids = Vec::new();
    for user in ["anna", "ben"] {
        let body = serde_json::json!({"app": "chat", "userId": user, "items": [item(user)]});
        let answer = server.post_json("/batch", &body).await.json();
        ids.push(
            answer["items"][0]["media"]["id"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        );
    }
    for (id, (own, other)) in ids.iter().zip([("anna", "ben"), ("ben", "anna")]) {
        let media = server.get(&format!("/{id}")).await.expect(200);
        assert!(
            media.text().contains(&format!("secret of {own}")),
            "{}",
            media.text()
        );
        assert!(!media.text().contains(other), "{}", media.text());
        let file = server.get(&format!("/{id}/file")).await.expect(200);
        assert!(
            !format!("{:?}", file.headers).contains(other),
            "{:?}",
            file.headers
        );
    }
}

async fn deleting_one_leaves_the_other(backend: Backend) {
    let server = TestServer::with(
        backend,
        &[("TRASH_KEEP", "0s"), ("MAINTENANCE_INTERVAL", "100ms")],
    )
    .await;
    let file = File::fixture("formats/large.jpg");
    let first = server.store(file.clone(), "picture", "anna").await;
    let second = server.store(file.clone(), "picture", "ben").await;
    let id = |media: &Value| media["id"].as_str().unwrap_or_default().to_owned();
    server
        .delete(&format!("/{}?userId=anna", id(&first)))
        .await
        .expect(200);
    server.get(&format!("/{}", id(&first))).await.problem(404);
    let collected = server.site.run(&["gc"]);
    assert!(collected.status.success(), "{collected:?}");
    let left = server
        .get(&format!("/{}/file", id(&second)))
        .await
        .expect(200);
    assert!(left.body == file.bytes);
    server
        .get(&format!("/{}/file/large", id(&second)))
        .await
        .expect(200);
    assert_eq!(server.site.rows("blob").await, 1);
    server.site.fsck();
}

on_both_backends!(
    the_second_owner_sees_a_fresh_upload,
    the_wait_for_processing_does_not_tell_either,
    names_and_free_json_stay_with_their_owner,
    deleting_one_leaves_the_other,
);
