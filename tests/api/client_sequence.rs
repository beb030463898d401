//! What the original's client does, in its order, with the keys that it gets back in theirs.

use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::client::{Answer, File, send};
use crate::json::keys;
use crate::server::{Backend, TestServer};

const KEY: &str = "a-service-key-of-the-client";
/// The original's keys, in its order.
const MEDIA_KEYS: [&str; 10] = [
    "id",
    "status",
    "originalName",
    "mimeType",
    "size",
    "hash",
    "urls",
    "metadata",
    "exif",
    "createdAt",
];

/// `MediaClient(baseUrl, apiKey?)`.
struct Client<'a> {
    server: &'a TestServer,
    key: Option<&'a str>,
}

impl Client<'_> {
    async fn send(&self, request: RequestBuilder) -> Answer {
        match self.key {
            Some(key) => send(request.bearer_auth(key)).await,
            None => send(request).await,
        }
    }

    async fn upload(&self, file: &File) -> Answer {
        let part = Part::bytes(file.bytes.clone()).file_name(file.name.clone());
        let form = Form::new()
            .part("file", part.mime_str("image/jpeg").expect("a type"))
            .text("app", "picture")
            .text("userId", "anna")
            .text("skipProcessing", "false");
        let url = self.server.url("/upload");
        self.send(self.server.http.post(url).multipart(form)).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(self.server.http.get(self.server.url(path))).await
    }

    async fn delete(&self, path: &str) -> Answer {
        let url = self.server.url(path);
        self.send(self.server.http.delete(url)).await
    }

    async fn wait_for_ready(&self, id: &str) -> Answer {
        let start = std::time::Instant::now();
        loop {
            let answer = self.get(&format!("/{id}")).await.expect(200);
            if answer.json()["status"] != "processing" {
                return answer;
            }
            assert!(start.elapsed() < crate::server::PATIENCE, "never ready");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

/// The original's keys among those of a media object, in the order in which they come.
fn original_keys(text: &str) -> Vec<String> {
    let mut found = keys(text, &[]);
    found.retain(|key| MEDIA_KEYS.contains(&key.as_str()));
    found
}

async fn without_a_key(backend: Backend) {
    let server = TestServer::start(backend).await;
    sequence(&Client {
        server: &server,
        key: None,
    })
    .await;
}

async fn with_a_key(backend: Backend) {
    let settings = [("AUTH", "required"), ("SERVICE_KEYS", KEY)];
    let server = TestServer::with(backend, &settings).await;
    sequence(&Client {
        server: &server,
        key: Some(KEY),
    })
    .await;
}

async fn sequence(client: &Client<'_>) {
    let file = File::fixture("formats/large.jpg");
    let first = client.upload(&file).await.expect(201);
    let id = first.id();
    assert_eq!(original_keys(first.text())[..7], MEDIA_KEYS[..7]);
    assert_eq!(
        original_keys(first.text()).last().map(String::as_str),
        Some("createdAt")
    );
    assert!(first.json().get("duplicate").is_none(), "{}", first.text());

    let again = client.upload(&file).await.expect(200);
    assert_eq!(again.id(), id);
    assert_eq!(again.json()["duplicate"], true);

    let by_hash = client
        .get(&format!("/hash/{}", file.sha256()))
        .await
        .expect(200);
    assert_eq!(by_hash.id(), id);
    assert_eq!(client.get(&format!("/{id}")).await.expect(200).id(), id);
    let list = client
        .get("?app=picture&userId=anna&limit=50")
        .await
        .expect(200)
        .json();
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list[0]["id"], id.as_str());

    let ready = client.wait_for_ready(&id).await;
    check_ready(&ready, &file);
    renditions(client, &id).await;

    let deleted = client.delete(&format!("/{id}")).await.expect(200);
    assert_eq!(deleted.text(), r#"{"success":true}"#);
    let gone = client.get(&format!("/{id}")).await;
    assert_eq!(gone.problem(404)["error"], "Media not found");
    let list = client.get("?app=picture&userId=anna").await.expect(200);
    assert_eq!(list.text(), "[]");
}

fn check_ready(ready: &Answer, file: &File) {
    let text = ready.text();
    let mut expected: Vec<&str> = MEDIA_KEYS.to_vec();
    expected.retain(|key| *key != "exif");
    assert_eq!(original_keys(text), expected, "{text}");
    assert_eq!(
        keys(text, &["urls"]),
        ["original", "thumbnail", "medium", "large"]
    );
    assert_eq!(keys(text, &["metadata"]), ["width", "height", "format"]);
    let media = ready.json();
    assert_eq!(media["status"], "ready");
    assert_eq!(media["originalName"], "large.jpg");
    assert_eq!(media["mimeType"], "image/jpeg");
    assert_eq!(media["size"], file.bytes.len());
    assert_eq!(media["hash"], file.sha256());
    assert_eq!(
        media["metadata"],
        json!({"width": 2000, "height": 400, "format": "jpeg"})
    );
}

async fn renditions(client: &Client<'_>, id: &str) {
    let media = client.get(&format!("/{id}")).await.json();
    for (name, path) in [
        ("original", ""),
        ("thumbnail", "/thumb"),
        ("medium", "/medium"),
        ("large", "/large"),
    ] {
        let url = media["urls"][name].as_str().unwrap_or_default();
        assert!(url.ends_with(&format!("/media/{id}/file{path}")), "{url}");
        let answer = client.send(client.server.http.get(url)).await.expect(200);
        let mime = if path.is_empty() {
            "image/jpeg"
        } else {
            "image/webp"
        };
        assert_eq!(answer.header("content-type"), mime);
        assert!(!answer.body.is_empty());
    }
    let transformed = client
        .get(&format!("/{id}/transform?w=100&format=jpeg&q=70"))
        .await
        .expect(200);
    assert_eq!(transformed.header("content-type"), "image/jpeg");
}

on_both_backends!(without_a_key, with_a_key);
