//! What is refused, and how: problems of RFC 9457, with the original's `error` beside them.

use reqwest::Method;
use reqwest::multipart::{Form, Part};

use crate::client::{Answer, File, send};
use crate::server::{Backend, TestServer};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

async fn uploads_without_a_file(backend: Backend) {
    let server = TestServer::start(backend).await;
    let url = server.url("/upload");
    let no_file = |answer: &Answer| assert_eq!(answer.problem(400)["error"], "No file provided");
    let form = Form::new().text("app", "picture").text("userId", "anna");
    no_file(&send(server.http.post(&url).multipart(form)).await);
    let form = Form::new().text("file", "not a file part");
    no_file(&send(server.http.post(&url).multipart(form)).await);
    no_file(&send(server.http.post(&url)).await);
    no_file(&send(server.http.post(&url).json(&serde_json::json!({"file": 1}))).await);
    assert_eq!(server.site.rows("media").await, 0);
}

async fn forms_and_packed_bodies_are_no_files(backend: Backend) {
    let server = TestServer::start(backend).await;
    let hash = format!("/hash/{}", "0".repeat(64));
    for (method, path) in [(Method::POST, ""), (Method::PUT, &*hash)] {
        let request = || server.request(method.clone(), &format!("{path}?app=a&userId=anna"));
        let form = Form::new().part("file", Part::bytes(vec![7; 10]));
        let answer = send(request().multipart(form)).await;
        answer.problem_code(415, "form_as_file");
        let packed = request().header("content-encoding", "gzip").body("text");
        send(packed).await.problem_code(415, "content_encoding");
    }
    assert_eq!(server.site.rows("media").await, 0);
}

async fn malformed_multipart(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file =
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\ntext";
    for (kind, body) in [
        ("multipart/form-data", "--B\r\n\r\n--B--\r\n".to_owned()),
        (
            "multipart/form-data; boundary=B",
            "no boundary at all".to_owned(),
        ),
        ("multipart/form-data; boundary=B", file.to_owned()),
        ("multipart/form-data; boundary=B", format!("{file}\r\n--B")),
        (
            "multipart/form-data; boundary=B",
            "--B\r\nContent-Disposition: form".to_owned(),
        ),
    ] {
        let request = server
            .http
            .post(server.url("/upload"))
            .header("content-type", kind);
        send(request.body(body)).await.problem(400);
    }
    assert_eq!(server.site.rows("media").await, 0);
    assert_eq!(server.site.files().unwrap_or_default(), 0);
}

async fn empty_files(backend: Backend) {
    let server = TestServer::start(backend).await;
    let empty = || File::new("empty.jpg", "");
    server
        .upload(empty(), "a", "anna")
        .await
        .problem_code(400, "empty_file");
    let raw = server.request(Method::POST, "?app=a&userId=anna&filename=a.txt");
    send(raw.body("")).await.problem_code(400, "empty_file");
    let path = format!("/hash/{}", empty().sha256());
    send(server.request(Method::PUT, &path).body(""))
        .await
        .problem_code(400, "empty_file");
}

async fn files_over_the_limit(backend: Backend) {
    let server = TestServer::with(backend, &[("MAX_UPLOAD_BYTES", "1MiB")]).await;
    let file = |size: usize| File::new("a.bin", vec![7; size]);
    server.upload(file(1 << 20), "a", "anna").await.expect(201);
    let answer = server.upload(file((1 << 20) + 1), "a", "anna").await;
    assert_eq!(answer.problem(413)["error"], "File too large (max 1MB)");
    let raw = server
        .request(Method::POST, "?userId=anna")
        .body(file(2 << 20).bytes);
    assert_eq!(
        send(raw).await.problem(413)["error"],
        "File too large (max 1MB)"
    );
    // Announced, it is refused before it is sent.
    let answer = server.upload(file(16 << 20), "a", "anna").await;
    assert_eq!(answer.problem(413)["error"], "File too large (max 1MB)");
    // Without a declared length it has to be noticed on the way.
    let chunks = (0..32).map(|_| Ok::<_, std::io::Error>(vec![7_u8; 65536]));
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let raw = server.request(Method::POST, "?userId=anna").body(body);
    send(raw).await.problem(413);
    assert_eq!(server.site.rows("blob").await, 1);
}

async fn whoever_is_refused_gets_to_read_why(backend: Backend) {
    let settings = [
        ("MAX_UPLOAD_BYTES", "1MiB"),
        ("AUTH", "required"),
        ("SERVICE_KEYS", "0123456789abcdef"),
    ];
    let server = TestServer::with(backend, &settings).await;
    // Most of it is still to be sent when the answer is there.
    let body = vec![7; 32 << 20];
    for (path, status) in [("", 413), ("/hash/xyz", 400), ("/upload", 400)] {
        let method = if path == "/hash/xyz" {
            Method::PUT
        } else {
            Method::POST
        };
        let request = server.request(method.clone(), path).body(body.clone());
        send(request).await.problem(401);
        let request = server.request(method, path).body(body.clone());
        let answer = send(request.bearer_auth("0123456789abcdef")).await;
        assert!(
            matches!(answer.status, 413) || answer.status == status,
            "{path}: {answer:?}"
        );
        answer.problem(answer.status);
    }
    send(server.request(Method::DELETE, "/batch").body(body))
        .await
        .problem(405);
}

async fn too_many_pixels(backend: Backend) {
    let server = TestServer::start(backend).await;
    for name in [
        "lottapixel.png",
        "lottapixel.gif",
        "lottapixel.jpg",
        "lottapixel_rgba16.png",
    ] {
        let start = std::time::Instant::now();
        let answer = server
            .upload(File::fixture(&format!("hostile/{name}")), "a", "anna")
            .await;
        answer.problem_code(422, "too_many_pixels");
        assert!(
            start.elapsed().as_secs() < 5,
            "{name} took {:?}",
            start.elapsed()
        );
    }
    let small = TestServer::with(backend, &[("MAX_PIXELS", "1000")]).await;
    let answer = small
        .upload(File::fixture("formats/rgb8.png"), "a", "anna")
        .await;
    answer.problem_code(422, "too_many_pixels");
    assert_eq!(small.site.rows("blob").await, 0);
}

async fn unknown_and_malformed_ids_are_the_same(backend: Backend) {
    let server = TestServer::start(backend).await;
    for rest in ["", "/file", "/file/thumb", "/transform?w=10"] {
        let unknown = server.get(&format!("/{NOBODY}{rest}")).await;
        assert_eq!(unknown.problem(404)["error"], "Media not found");
        for id in [
            "xyz",
            "0",
            "%00",
            "01890000000070008000000000000000",
            "..%2F..",
            "__proto__",
        ] {
            let malformed = server.get(&format!("/{id}{rest}")).await;
            assert_eq!(malformed.body, unknown.body, "{id}{rest}");
            assert_eq!(malformed.status, 404);
        }
    }
    let unknown = server.delete(&format!("/{NOBODY}")).await;
    unknown.problem(404);
    assert_eq!(server.delete("/xyz").await.body, unknown.body);
    let unknown = server.get(&format!("/hash/{}", "0".repeat(64))).await;
    assert_eq!(unknown.problem(404)["error"], "Media not found");
    assert_eq!(server.get("/hash/xyz").await.body, unknown.body);
}

async fn other_methods_and_paths(backend: Backend) {
    let server = TestServer::start(backend).await;
    for (method, path, allowed) in [
        (Method::PUT, "", "GET"),
        (Method::GET, "/upload", "POST"),
        (Method::DELETE, "/batch", "POST"),
        (Method::POST, "/stats", "GET"),
        (Method::POST, &format!("/{NOBODY}"), "DELETE"),
        (Method::POST, &format!("/{NOBODY}/file"), "GET"),
    ] {
        let answer = send(server.request(method.clone(), path)).await;
        answer.problem(405);
        let allow = answer.header("allow");
        assert!(
            allow.split(',').any(|known| known.trim() == allowed),
            "{method} {path}: {allow}"
        );
    }
    for path in [
        "/assets/nothing",
        "/nothing",
        "/api/v2/media",
        "/api/v1/media/a/b/c/d",
    ] {
        send(server.http.get(server.root(path))).await.problem(404);
    }
}

async fn a_client_that_goes_away_leaves_nothing(backend: Backend) {
    let server = TestServer::start(backend).await;
    let head = futures_util::stream::once(async { Ok::<_, std::io::Error>(vec![7_u8; 100_000]) });
    let broken = futures_util::stream::once(async { Err(std::io::Error::other("gone")) });
    let body = reqwest::Body::wrap_stream(futures_util::StreamExt::chain(head, broken));
    let part = Part::stream(body).file_name("a.bin");
    let form = Form::new().part("file", part);
    let sent = server
        .http
        .post(server.url("/upload"))
        .multipart(form)
        .send()
        .await;
    assert!(sent.is_err(), "{sent:?}");
    server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201);
    assert_eq!(server.site.rows("media").await, 1);
    server.site.fsck();
}

on_both_backends!(
    uploads_without_a_file,
    forms_and_packed_bodies_are_no_files,
    malformed_multipart,
    empty_files,
    files_over_the_limit,
    whoever_is_refused_gets_to_read_why,
    too_many_pixels,
    unknown_and_malformed_ids_are_the_same,
    other_methods_and_paths,
    a_client_that_goes_away_leaves_nothing,
);
