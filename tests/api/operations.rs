//! What operators, browsers and tools ask for.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use crate::client::{Answer, File, send};
use crate::server::{Backend, PATIENCE, TestServer};

async fn health(backend: Backend) {
    let server = TestServer::start(backend).await;
    let health = send(server.http.get(server.root("/health")))
        .await
        .expect(200);
    let keys = crate::json::keys(health.text(), &[]);
    assert_eq!(keys[..3], ["status", "service", "timestamp"]);
    assert_eq!(health.json()["status"], "ok");
    assert_eq!(health.json()["service"], "mana-media");
    for path in ["/livez", "/readyz"] {
        send(server.http.get(server.root(path))).await.expect(200);
    }
}

async fn metrics(backend: Backend) {
    let server = TestServer::start(backend).await;
    let id = server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201)
        .id();
    server.get(&format!("/{id}")).await.expect(200);
    server.get("/xyz").await.expect(404);
    let start = Instant::now();
    loop {
        let answer = send(server.http.get(server.root("/metrics")))
            .await
            .expect(200);
        assert!(answer.header("content-type").starts_with("text/plain"));
        let text = answer.text();
        assert!(!text.contains(&id), "an id is a label:\n{text}");
        let line = |wanted: [&str; 4]| {
            text.lines()
                .any(|line| wanted.iter().all(|part| line.contains(part)))
        };
        let counted = line([
            "media_http_requests_total{",
            "method=\"GET\"",
            "status=\"200\"",
            "path=\"/api/v1/media/",
        ]) && line([
            "media_http_requests_total{",
            "method=\"POST\"",
            "status=\"201\"",
            "path=\"/api/v1/media/upload\"",
        ]) && line([
            "media_http_requests_total{",
            "method=\"GET\"",
            "status=\"404\"",
            "path=\"/api/v1/media/",
        ]) && text.contains("media_http_request_duration_seconds_bucket");
        if counted {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{text}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn the_description(backend: Backend) {
    let server = TestServer::start(backend).await;
    let answer = send(server.http.get(server.root("/api/v1/openapi.json")))
        .await
        .expect(200);
    let description = answer.json();
    assert!(
        description["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1"))
    );
    for path in [
        "/api/v1/media/upload",
        "/api/v1/media/{id}",
        "/api/v1/media/batch",
        "/api/v1/media/list/all",
    ] {
        assert!(description["paths"].get(path).is_some(), "{path}");
    }
    let printed = server.site.run(&["openapi"]);
    let printed: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    assert_eq!(printed["paths"], description["paths"]);
    let docs = send(server.http.get(server.root("/docs")))
        .await
        .expect(200);
    assert!(docs.header("content-type").starts_with("text/html"));
    for outside in ["src=\"http", "src=\"//", "href=\"//", "@import", "url(http"] {
        assert!(
            !docs.text().contains(outside),
            "/docs loads from outside: {outside}"
        );
    }
}

async fn preflight(server: &TestServer, origin: &str) -> Answer {
    let request = server
        .request(Method::OPTIONS, "/upload")
        .header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    send(request.header(
        "access-control-request-headers",
        "authorization,content-type",
    ))
    .await
}

async fn browsers_of_any_origin(backend: Backend) {
    let server = TestServer::start(backend).await;
    let answer = server
        .get_with("?userId=anna", "origin", "https://photos.example")
        .await
        .expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    let missing = server
        .get_with("/xyz", "origin", "https://photos.example")
        .await
        .expect(404);
    assert_eq!(missing.header("access-control-allow-origin"), "*");
    let answer = preflight(&server, "https://photos.example").await;
    assert!(matches!(answer.status, 200 | 204), "{answer:?}");
    assert!(
        answer
            .header("access-control-allow-methods")
            .contains("POST")
    );
    let headers = answer
        .header("access-control-allow-headers")
        .to_ascii_lowercase();
    // `*` would not stand for it.
    assert!(headers.contains("authorization"), "{headers}");
}

async fn browsers_of_listed_origins(backend: Backend) {
    let origins = "https://photos.example, https://chat.example";
    let server = TestServer::with(backend, &[("CORS_ORIGINS", origins)]).await;
    for origin in ["https://photos.example", "https://chat.example"] {
        let answer = server
            .get_with("?userId=anna", "origin", origin)
            .await
            .expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert!(
            answer
                .header("vary")
                .to_ascii_lowercase()
                .contains("origin")
        );
        assert_eq!(
            preflight(&server, origin)
                .await
                .header("access-control-allow-origin"),
            origin
        );
    }
    for origin in [
        "https://evil.example",
        "https://photos.example.evil.example",
        "null",
    ] {
        let answer = server
            .get_with("?userId=anna", "origin", origin)
            .await
            .expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert_eq!(
            preflight(&server, origin)
                .await
                .header("access-control-allow-origin"),
            ""
        );
    }
}

async fn urls_begin_with_the_public_one(backend: Backend) {
    let public = "https://media.example/api/v1";
    let server =
        TestServer::with(backend, &[("PUBLIC_URL", "https://media.example/api/v1/")]).await;
    let media = server
        .store(File::fixture("formats/rgb8.png"), "a", "anna")
        .await;
    let id = media["id"].as_str().unwrap_or_default();
    assert_eq!(
        media["urls"]["original"],
        format!("{public}/media/{id}/file")
    );
    assert_eq!(
        media["urls"]["thumbnail"],
        format!("{public}/media/{id}/file/thumb")
    );
    server.store(File::numbered(1), "a", "anna").await;
    for path in ["", "/list/all"] {
        let page = server.get(&format!("{path}?userId=anna&limit=1")).await;
        let link = page.header("link");
        let next = format!("<{public}/media{path}?userId=anna&limit=1&cursor=");
        assert!(
            link.starts_with(&next) && link.ends_with(">; rel=\"next\""),
            "{link}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_has_so_much_time() {
    let limit = [("PICTURE_TIME_LIMIT", "10ms")];
    let mut server = TestServer::with(Backend::Sqlite, &limit).await;
    // 16 megapixels take a machine of any speed longer.
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 4000, 4000);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().expect("a header");
    let rows = vec![77; 4000 * 4000 * 3];
    writer.write_image_data(&rows).expect("rows");
    writer.finish().expect("an end");
    let answer = server.upload(File::new("slow.png", bytes), "a", "anna");
    let id = answer.await.expect(201).id();
    let media = server.settled(&id).await;
    assert_eq!(media["status"], "failed", "{media}");
    assert_eq!(media["error"]["code"], "image_over_limit", "{media}");
    // The original is there, whatever can be shown of it.
    server.get(&format!("/{id}/file")).await.expect(200);
    server
        .get(&format!("/{id}/transform?w=100"))
        .await
        .problem_code(422, "image_over_limit");
    server.kill();
    server.site.set("PICTURE_TIME_LIMIT", "10m");
    server.restart().await;
    send(server.http.post(server.url(&format!("/{id}/reprocess")))).await;
    let start = Instant::now();
    loop {
        let media = server.settled(&id).await;
        if media["status"] == "ready" {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "{media}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

on_both_backends!(
    health,
    metrics,
    the_description,
    browsers_of_any_origin,
    browsers_of_listed_origins,
    urls_begin_with_the_public_one,
);
