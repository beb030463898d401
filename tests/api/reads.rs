//! Bytes on their way out: conditional and range requests, types, and what browsers are told to do with them.

use image::GenericImageView as _;
use reqwest::Method;

use crate::client::{Answer, File, send};
use crate::server::{Backend, TestServer};

struct Stored {
    server: TestServer,
    file: File,
    path: String,
}

async fn stored(backend: Backend) -> Stored {
    let server = TestServer::start(backend).await;
    let file = File::fixture("formats/medium.jpg");
    let media = server.store(file.clone(), "picture", "anna").await;
    let id = media["id"].as_str().unwrap_or_default();
    Stored {
        server,
        file,
        path: format!("/{id}/file"),
    }
}

impl Stored {
    async fn range(&self, range: &str) -> Answer {
        self.server.get_with(&self.path, "range", range).await
    }
}

async fn headers_of_a_file(backend: Backend) {
    let stored = stored(backend).await;
    let answer = stored.server.get(&stored.path).await.expect(200);
    assert!(answer.body == stored.file.bytes);
    let length = stored.file.bytes.len().to_string();
    let etag = answer.header("etag");
    assert!(
        etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2,
        "{etag}"
    );
    assert_eq!(answer.header("content-length"), length);
    assert_eq!(answer.header("content-type"), "image/jpeg");
    assert_eq!(answer.header("accept-ranges"), "bytes");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("cache-control").contains("immutable"));
    assert!(answer.header("cache-control").contains("max-age=31536000"));
    assert!(answer.header("content-security-policy").contains("sandbox"));
    assert!(answer.header("content-disposition").starts_with("inline"));
    let digest = mana_media::media::ContentHash::of(&stored.file.bytes).digest_field();
    assert_eq!(answer.header("repr-digest"), digest);
    for path in [
        stored.path.clone(),
        format!("{}/thumb", stored.path),
        stored.path.replace("/file", ""),
    ] {
        let get = stored.server.get(&path).await.expect(200);
        let head = send(stored.server.request(Method::HEAD, &path))
            .await
            .expect(200);
        assert!(head.body.is_empty());
        assert_eq!(
            head.header("content-length"),
            get.body.len().to_string(),
            "{path}"
        );
        for name in [
            "etag",
            "content-type",
            "cache-control",
            "content-disposition",
            "repr-digest",
        ] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

async fn conditional_requests(backend: Backend) {
    let stored = stored(backend).await;
    for path in [stored.path.clone(), format!("{}/thumb", stored.path)] {
        let etag = stored.server.get(&path).await.header("etag").to_owned();
        let ask = |value: String| {
            let (server, path) = (&stored.server, path.clone());
            async move { server.get_with(&path, "if-none-match", &value).await }
        };
        for matching in [
            etag.clone(),
            format!("W/{etag}"),
            format!("\"x\", {etag}"),
            "*".to_owned(),
        ] {
            let answer = ask(matching.clone()).await.expect(304);
            assert!(answer.body.is_empty(), "{matching}");
            assert_eq!(answer.header("etag"), etag);
            assert!(
                answer.header("cache-control").contains("max-age"),
                "{matching}"
            );
        }
        ask("\"x\"".to_owned()).await.expect(200);
    }
    let etags = [
        &stored.path,
        &format!("{}/thumb", stored.path),
        &format!("{}/medium", stored.path),
    ];
    let mut seen = Vec::new();
    for path in etags {
        seen.push(
            stored
                .server
                .get(path)
                .await
                .expect(200)
                .header("etag")
                .to_owned(),
        );
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3, "{seen:?}");
}

async fn ranges(backend: Backend) {
    let stored = stored(backend).await;
    let bytes = &stored.file.bytes;
    let length = bytes.len();
    for (range, start, end) in [
        ("bytes=0-0".to_owned(), 0, 1),
        ("bytes=100-299".to_owned(), 100, 300),
        (format!("bytes={}-", length - 5), length - 5, length),
        ("bytes=-7".to_owned(), length - 7, length),
        (format!("bytes=10-{}", length * 2), 10, length),
        (format!("bytes=-{}", length * 2), 0, length),
    ] {
        let answer = stored.range(&range).await;
        assert_eq!(answer.status, 206, "{range}");
        assert!(answer.body == bytes[start..end], "{range}");
        let expected = format!("bytes {start}-{}/{length}", end - 1);
        assert_eq!(answer.header("content-range"), expected, "{range}");
        assert_eq!(answer.header("content-length"), (end - start).to_string());
    }
    for range in [
        format!("bytes={length}-"),
        format!("bytes={}-{}", length * 2, length * 3),
        "bytes=-0".to_owned(),
    ] {
        let answer = stored.range(&range).await;
        assert_eq!(answer.status, 416, "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes */{length}"));
    }
    // What is not one range of bytes is ignored.
    for range in [
        "lines=1-2",
        "bytes=",
        "bytes=-",
        "bytes=5-2",
        "bytes=+1-2",
        "bytes=a-b",
        "bytes=0-1,3-4",
        "nonsense",
    ] {
        assert_eq!(stored.range(range).await.status, 200, "{range}");
    }
}

async fn if_range(backend: Backend) {
    let stored = stored(backend).await;
    let etag = stored
        .server
        .get(&stored.path)
        .await
        .header("etag")
        .to_owned();
    let ask = |validator: String| {
        let request = stored.server.request(Method::GET, &stored.path);
        send(
            request
                .header("range", "bytes=0-9")
                .header("if-range", validator),
        )
    };
    assert_eq!(ask(etag.clone()).await.expect(206).body.len(), 10);
    for other in [
        "\"x\"".to_owned(),
        format!("W/{etag}"),
        "nonsense".to_owned(),
    ] {
        let answer = ask(other).await.expect(200);
        assert_eq!(answer.body.len(), stored.file.bytes.len());
    }
}

async fn variants_and_their_other_names(backend: Backend) {
    let stored = stored(backend).await;
    let rendition = async |name: &str| {
        let answer = stored
            .server
            .get(&format!("{}/{name}", stored.path))
            .await
            .expect(200);
        assert_eq!(answer.header("content-type"), "image/webp");
        let picture = image::load_from_memory(&answer.body).expect("a picture");
        (picture.dimensions(), answer)
    };
    let (size, thumb) = rendition("thumb").await;
    assert_eq!(size, (200, 200));
    assert_eq!(rendition("small").await.1.body, thumb.body);
    assert_eq!(rendition("medium").await.0, (533, 800));
    // The picture is too small for a large one: the same recipe without enlarging, and not the original.
    let (size, large) = rendition("large").await;
    assert_eq!(size, (600, 900));
    assert!(large.body != stored.file.bytes);
    let original = stored
        .server
        .get(&format!("{}/original", stored.path))
        .await
        .expect(200);
    assert!(original.body == stored.file.bytes);
    for name in [
        "huge",
        "THUMB",
        "constructor",
        "__proto__",
        "thumb.webp",
        "thumb%2F",
    ] {
        stored
            .server
            .get(&format!("{}/{name}", stored.path))
            .await
            .problem(404);
    }
}

async fn what_has_no_variants_never_shows_its_bytes_as_one(backend: Backend) {
    let server = TestServer::start(backend).await;
    for path in [
        "other/empty.pdf",
        "other/notes.txt",
        "broken/header_only.jpg",
    ] {
        let media = server.store(File::fixture(path), "a", "anna").await;
        let id = media["id"].as_str().unwrap_or_default();
        for name in ["thumb", "medium", "large"] {
            server.get(&format!("/{id}/file/{name}")).await.problem(404);
        }
        assert_eq!(
            server.get(&format!("/{id}/file")).await.expect(200).body,
            File::fixture(path).bytes
        );
    }
}

/// Any page could load them as what they are, whatever else the answer says.
async fn scripts_and_style_sheets_go_out_as_text(backend: Backend) {
    let server = TestServer::start(backend).await;
    for (mime, sent) in [
        ("text/javascript", "text/plain; charset=utf-8"),
        ("text/x-ecmascript", "text/plain; charset=utf-8"),
        ("text/css", "text/plain; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json", "application/json"),
    ] {
        let file = File {
            mime: Some(mime),
            ..File::new("a", format!("/* {mime} */"))
        };
        let media = server.store(file, "a", "anna").await;
        assert_eq!(media["mimeType"], mime);
        let id = media["id"].as_str().unwrap_or_default();
        let answer = server.get(&format!("/{id}/file")).await.expect(200);
        assert_eq!(answer.header("content-type"), sent, "{mime}");
    }
}

async fn active_types_are_downloads(backend: Backend) {
    let server = TestServer::start(backend).await;
    let html = File {
        mime: Some("text/html"),
        ..File::fixture("hostile/page.html")
    };
    let disguised = File {
        mime: Some("image/png"),
        name: "a.png".to_owned(),
        ..html.clone()
    };
    let script = File {
        mime: Some("text/javascript"),
        ..File::new("a.js", "alert(1)")
    };
    let xml = File {
        mime: Some("application/xhtml+xml"),
        ..File::new(
            "a.xhtml",
            "<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
        )
    };
    let svg = File {
        mime: Some("image/svg+xml"),
        ..File::fixture("hostile/script.svg")
    };
    for (user, file) in ["a", "b", "c", "d", "e", "f"].into_iter().zip([
        html,
        disguised,
        script,
        xml,
        svg,
        File::fixture("other/empty.pdf"),
    ]) {
        let name = file.name.clone();
        let media = server.store(file, "a", user).await;
        let id = media["id"].as_str().unwrap_or_default();
        let answer = server.get(&format!("/{id}/file")).await.expect(200);
        let disposition = answer.header("content-disposition");
        assert!(
            disposition.starts_with("attachment"),
            "{name}: {disposition}"
        );
        assert!(disposition.contains(&name), "{name}: {disposition}");
        assert!(
            answer.header("content-security-policy").contains("sandbox"),
            "{name}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
    }
}

on_both_backends!(
    headers_of_a_file,
    conditional_requests,
    ranges,
    if_range,
    variants_and_their_other_names,
    what_has_no_variants_never_shows_its_bytes_as_one,
    scripts_and_style_sheets_go_out_as_text,
    active_types_are_downloads,
);
