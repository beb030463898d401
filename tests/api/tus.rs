//! Resumable uploads by tus 1.0.0, as its protocol says it, and what is ours of it.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use reqwest::{Method, RequestBuilder};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use crate::client::{Answer, File, send, try_send};
use crate::server::{Backend, PATIENCE, TestServer};

/// Some bytes that no other seed gives.
fn noise(seed: u8, size: usize) -> Vec<u8> {
    let mut state = u64::from(seed) + 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    std::iter::repeat_with(&mut next).take(size).collect()
}

fn metadata(pairs: &[(&str, &str)]) -> String {
    let pair = |(key, value): &(&str, &str)| format!("{key} {}", STANDARD.encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join(",")
}

fn tus(server: &TestServer, method: &str, url: &str) -> RequestBuilder {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    // A URL that another life of the server gave has another port.
    let path = url.find("/api/").map_or(url, |at| &url[at..]);
    server
        .http
        .request(method, server.root(path))
        .header("tus-resumable", "1.0.0")
}

fn creation(server: &TestServer, length: usize, pairs: &[(&str, &str)]) -> RequestBuilder {
    tus(server, "POST", "/api/v1/tus")
        .header("upload-length", length)
        .header("upload-metadata", metadata(pairs))
}

async fn create(server: &TestServer, length: usize) -> String {
    let pairs = [("userId", "anna"), ("app", "a"), ("filename", "a.bin")];
    let answer = send(creation(server, length, &pairs)).await.expect(201);
    assert!(answer.header("upload-expires").ends_with(" GMT"));
    answer.header("location").to_owned()
}

fn patch(server: &TestServer, url: &str, offset: usize, body: &[u8]) -> RequestBuilder {
    tus(server, "PATCH", url)
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", offset)
        .body(body.to_owned())
}

async fn offset(server: &TestServer, url: &str) -> usize {
    let answer = send(tus(server, "HEAD", url)).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.header("upload-offset").parse().expect("a number")
}

/// Waits until so many bytes are there.
async fn reaches(server: &TestServer, url: &str, bytes: usize) {
    let started = Instant::now();
    while offset(server, url).await < bytes {
        assert!(started.elapsed() < PATIENCE, "never reaches {bytes}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn pieces_become_a_file(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("formats/medium.jpg");
    let pairs = [
        ("filename", "Ferien é.jpg"),
        ("filetype", "image/jpeg"),
        ("app", "picture"),
        ("userId", "anna"),
    ];
    let begun = send(creation(&server, file.bytes.len(), &pairs)).await;
    let begun = begun.expect(201);
    assert_eq!(begun.header("tus-resumable"), "1.0.0");
    let url = begun.header("location").to_owned();
    assert!(url.starts_with(&server.root("/api/v1/tus/")), "{url}");
    let (first, rest) = file.bytes.split_at(5000);
    let middle = send(patch(&server, &url, 0, first)).await.expect(204);
    assert_eq!(middle.header("upload-offset"), "5000");
    assert!(middle.header("upload-media-id").is_empty());
    let head = send(tus(&server, "HEAD", &url)).await.expect(200);
    assert_eq!(head.header("upload-offset"), "5000");
    assert_eq!(head.header("upload-length"), file.bytes.len().to_string());
    assert_eq!(head.header("upload-metadata"), metadata(&pairs));
    assert_eq!(server.site.rows("upload_part").await, 1);
    let last = patch(&server, &url, 5000, rest).header("prefer", "wait=30");
    let last = send(last).await.expect(200);
    let media = last.json();
    assert_eq!(media["status"], "ready", "{media}");
    assert_eq!(media["originalName"], "Ferien é.jpg");
    assert_eq!(media["apps"][0], "picture");
    assert_eq!(last.header("upload-media-id"), last.id());
    assert_eq!(
        last.header("content-location"),
        server.url(&format!("/{}", last.id()))
    );
    // Who lost the answer asks again.
    let head = send(tus(&server, "HEAD", &url)).await.expect(200);
    assert_eq!(head.header("upload-media-id"), last.id());
    let again = send(patch(&server, &url, file.bytes.len(), b"")).await;
    assert_eq!(again.expect(200).id(), last.id());
    let stored = server.get(&format!("/{}/file", last.id())).await;
    assert!(stored.expect(200).body == file.bytes);
    let listed = server.get("?userId=anna").await.expect(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    // The parts are given up; the file is stored by itself.
    assert_eq!(server.site.rows("upload_part").await, 0);
    let writing = "object WHERE state = 'writing'";
    assert_eq!(server.site.rows(writing).await, 0);
    server.site.fsck();
}

async fn one_request_may_be_enough(backend: Backend) {
    let server = TestServer::start(backend).await;
    let bytes = noise(1, 9_000_000);
    let request = creation(&server, bytes.len(), &[("userId", "anna")])
        .header("content-type", "application/offset+octet-stream")
        .body(bytes.clone());
    let answer = send(request).await.expect(201);
    assert!(answer.header("location").contains("/api/v1/tus/"));
    assert_eq!(answer.header("upload-offset"), "9000000");
    let stored = server.get(&format!("/{}/file", answer.id())).await;
    assert!(stored.expect(200).body == bytes);
    // Of two parts, and the whole.
    assert_eq!(server.site.rows("object").await, 2);
    server.site.fsck();
}

async fn the_protocol_is_spoken(backend: Backend) {
    let server = TestServer::start(backend).await;
    for url in ["/api/v1/tus", "/api/v1/tus/0123"] {
        let request = server.http.request(Method::OPTIONS, server.root(url));
        let options = send(request).await;
        assert!(matches!(options.status, 200 | 204), "{options:?}");
        assert_eq!(options.header("tus-version"), "1.0.0");
        assert_eq!(
            options.header("tus-extension"),
            "creation,creation-with-upload,expiration,checksum,termination"
        );
        assert_eq!(options.header("tus-max-size"), "104857600");
        assert_eq!(options.header("tus-checksum-algorithm"), "sha1,sha256");
    }
    let url = create(&server, 100).await;
    for (method, url) in [
        ("POST", "/api/v1/tus"),
        ("HEAD", &*url),
        ("PATCH", &url),
        ("DELETE", &url),
    ] {
        let mut request = tus(&server, method, url).build().expect("a request");
        let old = reqwest::header::HeaderValue::from_static("0.2.2");
        request.headers_mut().insert("tus-resumable", old);
        let answer = server.http.execute(request).await.expect("an answer");
        assert_eq!(answer.status(), 412, "{method}");
        assert_eq!(answer.headers()["tus-version"], "1.0.0");
        assert_eq!(answer.headers()["tus-resumable"], "1.0.0");
    }
    let wrong = send(patch(&server, &url, 1, b"x")).await;
    assert_eq!(wrong.problem_code(409, "wrong_offset")["offset"], 0);
    let untyped = tus(&server, "PATCH", &url).header("upload-offset", 0);
    send(untyped.body("x")).await.problem(415);
    let too_long = send(patch(&server, &url, 0, &[0; 101])).await;
    too_long.problem_code(413, "upload_too_long");
    for bad in ["-1", "+1", "1x", ""] {
        let request = tus(&server, "PATCH", &url)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", bad);
        send(request).await.problem(400);
    }
    assert_eq!(offset(&server, &url).await, 0);
    // A method in another's clothes.
    let request = tus(&server, "POST", &url)
        .header("x-http-method-override", "PATCH")
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", 0)
        .body("0123456789");
    send(request).await.expect(204);
    assert_eq!(offset(&server, &url).await, 10);
    let request = tus(&server, "POST", &url).header("x-http-method-override", "DELETE");
    send(request).await.expect(204);
    send(tus(&server, "HEAD", &url)).await.expect(404);
    server.site.fsck();
}

async fn what_cannot_be_is_not_begun(backend: Backend) {
    let server = TestServer::start(backend).await;
    let long = server.http.post(server.root("/api/v1/tus"));
    let long = long
        .header("tus-resumable", "1.0.0")
        .header("upload-length", 104_857_601);
    send(long).await.problem_code(413, "file_too_large");
    send(creation(&server, 0, &[]))
        .await
        .problem_code(400, "empty_file");
    send(tus(&server, "POST", "/api/v1/tus")).await.problem(400);
    for (name, value) in [
        ("upload-defer-length", "1"),
        ("upload-concat", "partial"),
        ("upload-concat", "final;/a /b"),
    ] {
        let request = creation(&server, 10, &[]).header(name, value);
        send(request).await.problem_code(400, "not_supported");
    }
    let request = tus(&server, "POST", "/api/v1/tus")
        .header("upload-length", 10)
        .header("upload-metadata", "filename ???");
    send(request).await.problem(400);
    assert_eq!(server.site.rows("upload").await, 0);
}

async fn wrong_bytes_are_not_kept(backend: Backend) {
    let server = TestServer::start(backend).await;
    let bytes = noise(2, 600_000);
    let url = create(&server, bytes.len()).await;
    let digest = STANDARD.encode(Sha256::digest(&bytes[..400_000]));
    let checked = |body: &[u8], checksum: &str| {
        patch(&server, &url, 0, body).header("upload-checksum", checksum)
    };
    let sha256 = format!("sha256 {digest}");
    let mut wrong = bytes[..400_000].to_vec();
    wrong[399_999] ^= 1;
    let answer = send(checked(&wrong, &sha256)).await;
    answer.problem_code(460, "checksum_mismatch");
    send(checked(&wrong, "md5 AAAA")).await.problem(400);
    assert_eq!(offset(&server, &url).await, 0);
    send(checked(&bytes[..400_000], &sha256)).await.expect(204);
    let last = patch(&server, &url, 400_000, &bytes[400_000..]);
    let answer = send(last.header("upload-checksum", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=")).await;
    answer.problem(460);
    let abc = create(&server, 3).await;
    let request = patch(&server, &abc, 0, b"abc");
    send(request.header("upload-checksum", "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0="))
        .await
        .expect(200);
    send(patch(&server, &url, 400_000, &bytes[400_000..]))
        .await
        .expect(200);
    server.site.fsck();
}

/// A PATCH of which only a part is ever sent.
async fn begin_patch(
    server: &TestServer,
    url: &str,
    offset: usize,
    announced: usize,
    sent: &[u8],
) -> tokio::net::TcpStream {
    let mut stream = tokio::net::TcpStream::connect(server.address())
        .await
        .expect("connect");
    let path = &url[url.find("/api/").expect("a path")..];
    let head = format!(
        "PATCH {path} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {announced}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("send");
    stream.write_all(sent).await.expect("send");
    stream
}

async fn what_came_before_a_cut_is_kept(backend: Backend) {
    let server = TestServer::start(backend).await;
    let bytes = noise(3, 20_000_000);
    let url = create(&server, bytes.len()).await;
    let cut = begin_patch(&server, &url, 0, bytes.len(), &bytes[..9_000_001]).await;
    // The first part while it goes on, the rest once it is cut.
    reaches(&server, &url, 8 << 20).await;
    drop(cut);
    reaches(&server, &url, 9_000_001).await;
    let answer = send(patch(&server, &url, 9_000_001, &bytes[9_000_001..])).await;
    let stored = server
        .get(&format!("/{}/file", answer.expect(200).id()))
        .await;
    assert!(stored.expect(200).body == bytes);
    server.site.fsck();
}

async fn acknowledged_bytes_survive_the_node(backend: Backend) {
    let mut server = TestServer::start(backend).await;
    let bytes = noise(4, 18_000_000);
    let url = create(&server, bytes.len()).await;
    send(patch(&server, &url, 0, &bytes[..1_000_000]))
        .await
        .expect(204);
    let cut = begin_patch(
        &server,
        &url,
        1_000_000,
        17_000_000,
        &bytes[1_000_000..10_000_000],
    )
    .await;
    reaches(&server, &url, 1_000_000 + (8 << 20)).await;
    server.kill();
    drop(cut);
    server.restart().await;
    let at = offset(&server, &url).await;
    assert_eq!(at, 1_000_000 + (8 << 20));
    // The dead node's lock ends by itself.
    let started = Instant::now();
    let answer = loop {
        let answer = send(patch(&server, &url, at, &bytes[at..])).await;
        if answer.status != 423 {
            break answer;
        }
        assert!(started.elapsed() < Duration::from_secs(15), "locked");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let stored = server
        .get(&format!("/{}/file", answer.expect(200).id()))
        .await;
    assert!(stored.expect(200).body == bytes);
    server.site.fsck();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_are_one() {
    let server = TestServer::start(Backend::Postgres).await;
    let second = server.another().await;
    let bytes = noise(5, 3_000_000);
    let url = create(&server, bytes.len()).await;
    for (number, piece) in bytes.chunks(1_000_000).enumerate() {
        let node = if number % 2 == 0 { &second } else { &server };
        let answer = send(patch(node, &url, number * 1_000_000, piece)).await;
        assert_eq!(answer.status, if number == 2 { 200 } else { 204 });
    }
    server.site.fsck();
}

async fn one_at_a_time_adds(backend: Backend) {
    let server = TestServer::start(backend).await;
    let bytes = noise(6, 2_000_000);
    let url = create(&server, bytes.len()).await;
    let (sender, receiver) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
    let chunks = chunks_of(receiver);
    let slow = tus(&server, "PATCH", &url)
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", 0)
        .body(reqwest::Body::wrap_stream(chunks));
    let slow = tokio::spawn(try_send(slow));
    sender.send(bytes[..1000].to_vec()).await.expect("send");
    let started = Instant::now();
    while server
        .site
        .rows("upload WHERE lock_token IS NOT NULL")
        .await
        == 0
    {
        assert!(started.elapsed() < PATIENCE, "never locked");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let other = send(patch(&server, &url, 0, &bytes)).await;
    other.problem_code(423, "upload_locked");
    sender.send(bytes[1000..].to_vec()).await.expect("send");
    drop(sender);
    slow.await.expect("a task").expect("an answer").expect(200);
    server.site.fsck();
}

fn chunks_of(
    receiver: tokio::sync::mpsc::Receiver<Vec<u8>>,
) -> impl futures_util::Stream<Item = Result<Vec<u8>, std::io::Error>> + Send + 'static {
    futures_util::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    })
    .map(Ok)
}

async fn foreign_is_unknown(backend: Backend) {
    let server = TestServer::start(backend).await;
    let url = create(&server, 10).await;
    let unknown = format!("/api/v1/tus/{}", "0".repeat(32));
    let answers = |url: String| {
        let server = &server;
        async move {
            let url = format!("{url}?userId=ben");
            let answers = [
                send(tus(server, "HEAD", &url)).await,
                send(patch(server, &url, 0, b"0123456789")).await,
                send(tus(server, "DELETE", &url)).await,
            ];
            answers.map(|Answer { status, body, .. }| (status, body))
        }
    };
    let foreign = answers(url.clone()).await;
    assert!(foreign.iter().all(|(status, _)| *status == 404));
    assert_eq!(foreign, answers(unknown).await);
    send(patch(
        &server,
        &format!("{url}?userId=anna"),
        0,
        b"0123456789",
    ))
    .await
    .expect(200);
}

async fn what_expires_is_cleaned_up(backend: Backend) {
    let settings = [
        ("RESUMABLE_EXPIRY", "2s"),
        ("MAINTENANCE_INTERVAL", "200ms"),
        ("TRASH_KEEP", "0s"),
    ];
    let server = TestServer::with(backend, &settings).await;
    let url = create(&server, 100).await;
    send(patch(&server, &url, 0, &[7; 60])).await.expect(204);
    assert_eq!(server.site.rows("object").await, 1);
    let ended = create(&server, 100).await;
    send(patch(&server, &ended, 0, &[8; 60])).await.expect(204);
    send(tus(&server, "DELETE", &ended)).await.expect(204);
    send(patch(&server, &ended, 60, &[8; 40]))
        .await
        .problem(404);
    let started = Instant::now();
    while send(tus(&server, "HEAD", &url)).await.status != 404
        || server.site.rows("object").await > 0
        || server.site.rows("upload").await > 0
    {
        assert!(started.elapsed() < PATIENCE, "never cleaned up");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    send(patch(&server, &url, 60, &[7; 40])).await.problem(404);
    assert_eq!(server.site.files().unwrap_or_default(), 0);
    server.site.fsck();
}

async fn open_uploads_count(backend: Backend) {
    let settings = [("MAX_RESUMABLE", "3"), ("QUOTA_BYTES", "1000")];
    let server = TestServer::with(backend, &settings).await;
    let first = create(&server, 600).await;
    let over = creation(&server, 401, &[("userId", "anna")]);
    send(over).await.problem_code(507, "quota_exceeded");
    let file = File::new("a.bin", noise(7, 401));
    let refused = server.upload(file.clone(), "a", "anna").await;
    refused.problem_code(507, "quota_exceeded");
    create(&server, 200).await;
    create(&server, 200).await;
    let fourth = creation(&server, 1, &[("userId", "anna")]);
    send(fourth).await.problem(507);
    send(tus(&server, "DELETE", &first)).await.expect(204);
    create(&server, 1).await;
    let fourth = creation(&server, 1, &[("userId", "anna")]);
    send(fourth).await.problem_code(429, "too_many_uploads");
    let others = creation(&server, 600, &[("userId", "ben")]);
    let url = send(others).await.expect(201).header("location").to_owned();
    // What is reserved is what it takes in the end.
    let answer = send(patch(&server, &url, 0, &noise(8, 600))).await;
    answer.expect(200);
    server.upload(file, "a", "anna").await.expect(201);
    server.site.fsck();
}

async fn a_bomb_ends_its_upload(backend: Backend) {
    let server = TestServer::with(backend, &[("MAX_PIXELS", "1000")]).await;
    let file = File::fixture("formats/medium.jpg");
    let url = create(&server, file.bytes.len()).await;
    let answer = send(patch(&server, &url, 0, &file.bytes)).await;
    answer.problem(422);
    send(tus(&server, "HEAD", &url)).await.expect(404);
    assert_eq!(server.site.rows("media").await, 0);
    server.site.fsck();
}

async fn a_browser_may_call(backend: Backend) {
    let server = TestServer::start(backend).await;
    let request = server
        .http
        .request(Method::OPTIONS, server.root("/api/v1/tus/0123"))
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PATCH")
        .header(
            "access-control-request-headers",
            "tus-resumable,upload-offset",
        );
    let answer = send(request).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("access-control-allow-methods")
            .contains("PATCH")
    );
    let allowed = answer.header("access-control-allow-headers");
    assert!(allowed.contains("upload-offset"), "{allowed}");
    let begun = creation(&server, 5, &[]).header("origin", "https://app.example");
    let begun = send(begun).await.expect(201);
    let exposed = begun.header("access-control-expose-headers");
    for name in [
        "location",
        "upload-offset",
        "upload-media-id",
        "tus-resumable",
    ] {
        assert!(exposed.contains(name), "{name}: {exposed}");
    }
}

on_both_backends!(
    pieces_become_a_file,
    one_request_may_be_enough,
    the_protocol_is_spoken,
    what_cannot_be_is_not_begun,
    wrong_bytes_are_not_kept,
    what_came_before_a_cut_is_kept,
    acknowledged_bytes_survive_the_node,
    one_at_a_time_adds,
    foreign_is_unknown,
    what_expires_is_cleaned_up,
    open_uploads_count,
    a_bomb_ends_its_upload,
    a_browser_may_call,
);
