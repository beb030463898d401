//! The trash: what is in it is seen by nobody, can come back, and goes for good in time.

use std::time::{Duration, Instant};

use crate::client::File;
use crate::server::{Backend, PATIENCE, TestServer};

const ON: [(&str, &str); 3] = [
    ("TRASH_RETENTION", "1h"),
    ("TRASH_KEEP", "0s"),
    ("MAINTENANCE_INTERVAL", "50ms"),
];

async fn what_is_in_the_trash_is_unseen_and_comes_back(backend: Backend) {
    let server = TestServer::with(backend, &ON).await;
    let file = File::fixture("formats/medium.jpg");
    let media = server.store(file.clone(), "a", "anna").await;
    let id = media["id"].as_str().unwrap_or_default().to_owned();
    server.store(file.clone(), "a", "ben").await;
    let answer = server
        .delete(&format!("/{id}?userId=anna"))
        .await
        .expect(200);
    assert_eq!(answer.text(), r#"{"success":true}"#);
    let hash = file.sha256();
    for path in [
        format!("/{id}"),
        format!("/{id}/metadata"),
        format!("/{id}/file"),
        format!("/{id}/file/thumb"),
        format!("/{id}/transform?w=10"),
        format!("/hash/{hash}?userId=anna"),
    ] {
        server.get(&path).await.problem(404);
    }
    let lists = async |trash: &str| {
        let list = server
            .get(&format!("?userId=anna{trash}"))
            .await
            .expect(200);
        list.json().as_array().map_or(0, Vec::len)
    };
    assert_eq!((lists("").await, lists("&trash=true").await), (0, 1));
    server
        .get("?trash=maybe")
        .await
        .problem_code(400, "invalid_parameter");
    the_gallery_is_empty(&server).await;
    server.delete(&format!("/{id}")).await.problem(404);
    // Nobody else's, and not what is not in it.
    let restore = async |path: String| {
        crate::client::send(server.request(reqwest::Method::POST, &path)).await
    };
    restore(format!("/{id}/restore?userId=ben"))
        .await
        .problem(404);
    let back = restore(format!("/{id}/restore?userId=anna"))
        .await
        .expect(200)
        .json();
    assert_eq!(back, media_as_read(&server, &id).await);
    restore(format!("/{id}/restore?userId=anna"))
        .await
        .problem(404);
    server.get(&format!("/{id}/file/thumb")).await.expect(200);
    assert_eq!((lists("").await, lists("&trash=true").await), (1, 0));
    server.site.fsck();
}

async fn the_gallery_is_empty(server: &TestServer) {
    let page = server.get("/list/all?userId=anna").await.expect(200).json();
    assert_eq!(
        (&page["total"], &page["items"]),
        (&0.into(), &serde_json::json!([]))
    );
    let stats = server.get("/stats?userId=anna").await.expect(200).json();
    assert_eq!(stats["totalCount"], 0);
    let page = server.get("/list/all?userId=anna&trash=true").await;
    assert_eq!(page.expect(200).json()["total"], 1);
    let trashed = server
        .get("?userId=anna&trash=true")
        .await
        .expect(200)
        .json();
    assert!(trashed[0]["trashedAt"].is_string(), "{trashed}");
}

async fn media_as_read(server: &TestServer, id: &str) -> serde_json::Value {
    server.get(&format!("/{id}")).await.expect(200).json()
}

async fn an_upload_brings_it_back_and_says_so(backend: Backend) {
    let server = TestServer::with(backend, &ON).await;
    let file = File::numbered(1);
    let id = server
        .upload(file.clone(), "a", "anna")
        .await
        .expect(201)
        .id();
    server.delete(&format!("/{id}")).await.expect(200);
    let again = server
        .upload(file.clone(), "a", "anna")
        .await
        .expect(200)
        .json();
    assert_eq!(again["id"], id.as_str());
    assert_eq!(
        (&again["duplicate"], &again["restored"]),
        (&true.into(), &true.into())
    );
    let third = server.upload(file, "a", "anna").await.expect(200).json();
    assert!(third["restored"].is_null(), "{third}");
    assert!(server.get(&format!("/{id}")).await.expect(200).json()["trashedAt"].is_null());
    server.site.fsck();
}

async fn one_app_of_several_leaves_without_trash(backend: Backend) {
    let server = TestServer::with(backend, &ON).await;
    let file = File::numbered(1);
    let id = server
        .upload(file.clone(), "a", "anna")
        .await
        .expect(201)
        .id();
    server.upload(file, "b", "anna").await.expect(200);
    server.delete(&format!("/{id}?app=c")).await.problem(404);
    server.delete(&format!("/{id}?app=a")).await.expect(200);
    let left = media_as_read(&server, &id).await;
    assert_eq!(left["apps"], serde_json::json!(["b"]));
    server.delete(&format!("/{id}?app=b")).await.expect(200);
    let trashed = server.get("?trash=true&app=b").await.expect(200).json();
    assert_eq!(trashed[0]["id"], id.as_str());
}

async fn it_holds_its_bytes_until_it_is_purged(backend: Backend) {
    let mut server = TestServer::with(backend, &ON).await;
    let id = server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201)
        .id();
    let other = server
        .upload(File::numbered(2), "a", "anna")
        .await
        .expect(201)
        .id();
    server.settled(&id).await;
    server.settled(&other).await;
    server.delete(&format!("/{id}")).await.expect(200);
    server
        .delete(&format!("/{other}?permanent=true"))
        .await
        .expect(200);
    let start = Instant::now();
    while server.site.rows("blob").await + server.site.rows("object").await > 1 {
        assert!(
            start.elapsed() < PATIENCE,
            "the permanent delete is not done"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.site.rows("media").await, 1);
    assert_eq!(server.site.files().unwrap_or(2), 2);
    server.site.fsck();
    // Without a trash, what is in it from earlier days stays.
    server.kill();
    server.site.set("TRASH_RETENTION", "0s");
    server.restart().await;
    assert!(server.site.run(&["gc"]).status.success());
    assert_eq!(server.site.rows("media").await, 1);
    server.kill();
    server.site.set("TRASH_RETENTION", "10ms");
    server.restart().await;
    let start = Instant::now();
    while server.site.rows("media").await + server.site.rows("blob").await > 0 {
        assert!(start.elapsed() < PATIENCE, "never purged");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.site.fsck();
}

on_both_backends!(
    what_is_in_the_trash_is_unseen_and_comes_back,
    an_upload_brings_it_back_and_says_so,
    one_app_of_several_leaves_without_trash,
    it_holds_its_bytes_until_it_is_purged,
);
