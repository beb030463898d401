//! The ways in: multipart, raw body, by content; names, apps and repeats.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::client::{File, send};
use crate::server::{Backend, TestServer};

async fn a_raw_body_is_a_file(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("exif/gps_north_east.jpg");
    let post = |query: &str| {
        let request = server
            .request(Method::POST, query)
            .header("prefer", "wait=30");
        send(request.body(file.bytes.clone()))
    };
    let media = post("?app=plants&filename=rosen%20%E2%82%AC.jpg&userId=anna")
        .await
        .expect(201)
        .json();
    assert_eq!(media["originalName"], "rosen €.jpg");
    assert_eq!(media["apps"], json!(["plants"]));
    assert_eq!(media["hash"], file.sha256());
    assert_eq!(media["mimeType"], "image/jpeg");
    let again = post("?app=plants&filename=rosen.jpg&userId=anna")
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&again["id"], &again["duplicate"]),
        (&media["id"], &json!(true))
    );
    let nameless = post("?userId=ben").await.expect(201).json();
    assert_eq!(nameless["originalName"], Value::Null);
    assert_ne!(nameless["id"], media["id"]);
}

async fn content_is_put_under_its_own_hash(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("formats/rgb8.png");
    let put = |hash: String| {
        let path = format!("/hash/{hash}?app=picture&userId=anna&filename=a.png");
        send(server.request(Method::PUT, &path).body(file.bytes.clone()))
    };
    put("0".repeat(64))
        .await
        .problem_code(400, "digest_mismatch");
    assert_eq!(server.site.rows("blob").await, 0);
    let media = put(file.sha256()).await.expect(201).json();
    assert_eq!(media["hash"], file.sha256());
    assert_eq!(media["originalName"], "a.png");
    let again = put(file.sha256().to_uppercase()).await.expect(200).json();
    assert_eq!(
        (&again["id"], &again["duplicate"]),
        (&media["id"], &json!(true))
    );
    let odd = put("xyz".to_owned()).await;
    assert!(matches!(odd.status, 400 | 404), "{odd:?}");
    odd.problem(odd.status);
}

async fn any_name_is_kept_and_comes_back(backend: Backend) {
    let server = TestServer::start(backend).await;
    let names = [
        "Grüße €.jpg",
        "写真 😀.jpg",
        "Screenshot 2024-05-06 at 7.08.09\u{202f}AM.png",
        "quote\".jpg",
        "semi;colon=1.jpg",
        "100%25.jpg",
    ];
    for (number, name) in names.into_iter().enumerate() {
        let file = File {
            name: name.to_owned(),
            ..File::numbered(number)
        };
        let media = server.store(file, "picture", "anna").await;
        assert_eq!(media["originalName"], name);
        let id = media["id"].as_str().unwrap_or_default();
        let answer = server.get(&format!("/{id}/file")).await.expect(200);
        let disposition = answer.header("content-disposition");
        assert!(disposition.starts_with("inline"), "{disposition}");
        if !name.is_ascii() {
            assert!(disposition.contains("filename*=UTF-8''"), "{disposition}");
        }
    }
    let sent = raw_multipart(&server, "../../etc/p\\asswd").await;
    assert_eq!(sent["originalName"], "asswd");
}

/// A name as no well-behaved client would send it.
async fn raw_multipart(server: &TestServer, name: &str) -> Value {
    let body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\nsome text\r\n--B--\r\n",
        name.replace('\\', "\\\\")
    );
    let request = server.http.post(server.url("/upload")).body(body);
    send(request.header("content-type", "multipart/form-data; boundary=B"))
        .await
        .expect(201)
        .json()
}

async fn repeats_under_other_apps_are_one_media(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("formats/rgb8.png");
    let first = server.store(file.clone(), "picture", "anna").await;
    let renamed = File {
        name: "other.png".to_owned(),
        ..file.clone()
    };
    let second = server
        .upload(renamed, "plants", "anna")
        .await
        .expect(200)
        .json();
    assert_eq!(second["id"], first["id"]);
    assert_eq!(second["apps"], json!(["picture", "plants"]));
    for app in ["picture", "plants"] {
        let list = server.get(&format!("?userId=anna&app={app}")).await.json();
        assert_eq!(list.as_array().map(Vec::len), Some(1), "{app}: {list}");
    }
    let all = server.get("?userId=anna").await.json();
    assert_eq!(all.as_array().map(Vec::len), Some(1), "{all}");
    assert_eq!(server.site.rows("blob").await, 1);
}

async fn an_upload_without_user_or_app_is_listed_all_the_same(backend: Backend) {
    let server = TestServer::start(backend).await;
    let form = Form::new().part(
        "file",
        Part::bytes(File::numbered(1).bytes).file_name("a.jpg"),
    );
    let id = send(server.http.post(server.url("/upload")).multipart(form))
        .await
        .expect(201)
        .id();
    let form = Form::new().text("app", "wallpapers").part(
        "file",
        Part::bytes(File::numbered(2).bytes).file_name("b.jpg"),
    );
    let other = send(server.http.post(server.url("/upload")).multipart(form))
        .await
        .expect(201)
        .id();
    let list = server.get("").await.expect(200).json();
    let ids: Vec<&str> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|media| media["id"].as_str())
        .collect();
    assert_eq!(ids, [other.as_str(), id.as_str()]);
    let list = server.get("?app=wallpapers&limit=50").await.json();
    assert_eq!(list[0]["id"], other.as_str());
    assert_eq!(list.as_array().map(Vec::len), Some(1));
}

async fn skipped_processing_makes_no_variants_until_asked_for(backend: Backend) {
    let server = TestServer::start(backend).await;
    let form = Form::new()
        .part(
            "file",
            Part::bytes(File::fixture("formats/large.jpg").bytes).file_name("a.jpg"),
        )
        .text("userId", "anna")
        .text("skipProcessing", "true");
    let media = send(server.http.post(server.url("/upload")).multipart(form))
        .await
        .expect(201)
        .json();
    assert_eq!(media["status"], "ready");
    assert!(media["urls"].get("thumbnail").is_none(), "{media}");
    let id = media["id"].as_str().unwrap_or_default();
    let asked = send(server.http.post(server.url(&format!("/{id}/reprocess")))).await;
    assert!(matches!(asked.status, 200 | 202), "{asked:?}");
    let start = std::time::Instant::now();
    loop {
        let media = server.settled(id).await;
        if media["urls"].get("thumbnail").is_some() {
            assert_eq!(media["status"], "ready");
            break;
        }
        assert!(start.elapsed() < crate::server::PATIENCE, "{media}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn prefer_decides_whether_to_wait(backend: Backend) {
    let server = TestServer::start(backend).await;
    let request = server.upload_request(File::fixture("formats/large.jpg"), "a", "anna");
    let waited = send(request.header("prefer", "wait=30"))
        .await
        .expect(201)
        .json();
    assert_eq!(waited["status"], "ready");
    assert!(waited["urls"]["large"].is_string(), "{waited}");
    let request = server.upload_request(File::fixture("formats/medium.jpg"), "a", "anna");
    let at_once = send(request.header("prefer", "respond-async")).await;
    assert!(matches!(at_once.status, 201 | 202), "{at_once:?}");
    assert_eq!(at_once.json()["status"], "processing");
    server.settled(&at_once.id()).await;
}

on_both_backends!(
    a_raw_body_is_a_file,
    content_is_put_under_its_own_hash,
    any_name_is_kept_and_comes_back,
    repeats_under_other_apps_are_one_media,
    an_upload_without_user_or_app_is_listed_all_the_same,
    skipped_processing_makes_no_variants_until_asked_for,
    prefer_decides_whether_to_wait,
);
