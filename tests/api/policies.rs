//! What each app may upload, by the file in `APP_POLICIES`.

use reqwest::Method;
use serde_json::json;

use crate::client::{Answer, File, send};
use crate::server::{Backend, Site, TestServer};

/// A server whose apps are under these policies.
async fn under(backend: Backend, policies: &str) -> TestServer {
    let mut site = Site::new(backend).await;
    let path = site.data.path().join("policies.toml");
    std::fs::write(&path, policies).expect("write the policies");
    site.set("APP_POLICIES", path.to_str().expect("a UTF-8 path"));
    site.start().await
}

async fn raw(server: &TestServer, app: &str, file: &File) -> Answer {
    let request = server.request(Method::POST, &format!("?app={app}&userId=anna"));
    send(request.body(file.bytes.clone())).await
}

async fn by_tus(server: &TestServer, app: &str, file: &File) -> Answer {
    use base64::Engine as _;
    let app = base64::engine::general_purpose::STANDARD.encode(app);
    let request = server.http.post(server.root("/api/v1/tus"));
    let request = request
        .header("tus-resumable", "1.0.0")
        .header("upload-length", file.bytes.len())
        .header("upload-metadata", format!("app {app}"))
        .header("content-type", "application/offset+octet-stream");
    send(request.body(file.bytes.clone())).await
}

async fn by_batch(server: &TestServer, app: &str, file: &File) -> Answer {
    use base64::Engine as _;
    let content = base64::engine::general_purpose::STANDARD.encode(&file.bytes);
    let items =
        json!({ "app": app, "userId": "anna", "atomic": true, "items": [{ "data": content }] });
    server.post_json("/batch", &items).await
}

const STRICT: &str = r#"
    [apps.contacts]
    types = ["image/*"]
    max_bytes = 20_000
    max_pixels = 700_000
    [apps.scans]
    types = ["application/pdf", "image/tiff"]
    variants = false
    [apps.notes]
    types = ["text/plain"]
    quota_files = 2
"#;

async fn types_go_by_the_bytes(backend: Backend) {
    let server = under(backend, STRICT).await;
    let text = File::new("face.jpg", "not a picture at all");
    for refused in [
        server.upload(text.clone(), "contacts", "anna").await,
        raw(&server, "contacts", &text).await,
        by_tus(&server, "contacts", &text).await,
    ] {
        let problem = refused.problem_code(415, "type_not_allowed");
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|text| text.contains("contacts"))
        );
    }
    let batch = by_batch(&server, "contacts", &text)
        .await
        .problem_code(422, "batch_refused");
    assert_eq!(batch["items"][0]["code"], "type_not_allowed");
    assert_eq!(server.site.rows("blob").await, 0);
    assert_eq!(server.site.rows("upload").await, 0);
    let picture = File::numbered(1);
    server
        .upload(picture.clone(), "contacts", "anna")
        .await
        .expect(201);
    server
        .upload(picture.clone(), "scans", "anna")
        .await
        .problem_code(415, "type_not_allowed");
    by_tus(&server, "contacts", &File::numbered(2))
        .await
        .expect(201);
    // Another app, and none, are under no policy here.
    server
        .upload(text.clone(), "other", "anna")
        .await
        .expect(201);
    raw(&server, "", &text).await.expect(200);
    // A parameter of the type does not matter.
    let note = server
        .request(Method::POST, "?app=notes&userId=ben")
        .header("content-type", "text/plain; charset=utf-8");
    send(note.body("a note")).await.expect(201);
}

async fn sizes_are_an_apps_own(backend: Backend) {
    let server = under(backend, STRICT).await;
    let large = File::new(
        "large.jpg",
        [File::numbered(3).bytes, vec![0; 30_000]].concat(),
    );
    for refused in [
        server.upload(large.clone(), "contacts", "anna").await,
        raw(&server, "contacts", &large).await,
        by_tus(&server, "contacts", &large).await,
    ] {
        let problem = refused.problem_code(413, "file_too_large");
        assert_eq!(problem["maxBytes"], 20_000);
    }
    let batch = by_batch(&server, "contacts", &large)
        .await
        .problem_code(422, "batch_refused");
    assert_eq!(batch["items"][0]["code"], "file_too_large");
    server.upload(large, "other", "anna").await.expect(201);
    let many_pixels = File::fixture("formats/large.jpg");
    server
        .upload(many_pixels.clone(), "contacts", "anna")
        .await
        .problem_code(422, "too_many_pixels");
    server
        .upload(many_pixels, "other", "anna")
        .await
        .expect(201);
}

async fn an_app_may_want_no_variants(backend: Backend) {
    let server = under(backend, "[apps.scans]\nvariants = false").await;
    let media = server
        .store(File::fixture("formats/lzw.tif"), "scans", "anna")
        .await;
    assert_eq!(
        (&media["status"], &media["urls"]["thumbnail"]),
        (&json!("ready"), &json!(null)),
        "{media}"
    );
    assert_eq!(server.site.rows("variant").await, 0);
    // Another app wants them.
    let media = server
        .upload(File::fixture("formats/lzw.tif"), "other", "anna")
        .await
        .expect(200);
    let media = server.settled(&media.id()).await;
    assert!(media["urls"]["thumbnail"].is_string(), "{media}");
}

async fn an_app_adds_up_to_its_quota(backend: Backend) {
    let server = under(backend, STRICT).await;
    let note = |text: &str| File {
        mime: Some("text/plain"),
        ..File::new("note.txt", text)
    };
    for text in ["one", "two"] {
        server.upload(note(text), "notes", "anna").await.expect(201);
    }
    server
        .upload(note("three"), "notes", "anna")
        .await
        .problem_code(507, "quota_exceeded");
    server
        .upload(note("three"), "notes", "ben")
        .await
        .expect(201);
    server
        .upload(note("three"), "other", "anna")
        .await
        .expect(201);
    server.site.fsck();
}

async fn the_example_is_understood(backend: Backend) {
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/apps.toml"));
    let server = under(backend, &example.expect("read apps.toml")).await;
    server
        .upload(File::numbered(1), "contacts", "anna")
        .await
        .expect(201);
    server
        .upload(File::new("a.txt", "text"), "contacts", "anna")
        .await
        .problem(415);
    server
        .upload(File::new("a.txt", "text"), "storage", "anna")
        .await
        .expect(201);
}

async fn what_is_not_understood_stops_the_start(backend: Backend) {
    for (policies, named) in [
        ("[apps.a]\ntypes = [\"jpeg\"]", "jpeg"),
        ("[apps.a]\ntypes = [\"image/JPEG\"]", "image/JPEG"),
        ("\n[apps.a]\nmax_byte = 5", "line 3"),
        ("[apps.a]\nmax_bytes = \"5MB\"", "KiB"),
        ("[apps.\"\\n\"]", "control"),
        ("[default]\nvariants = 1", "line 2"),
        ("apps", "line 1"),
    ] {
        let mut site = Site::new(backend).await;
        let path = site.data.path().join("policies.toml");
        std::fs::write(&path, policies).expect("write the policies");
        site.set("APP_POLICIES", path.to_str().expect("a UTF-8 path"));
        let output = site.run(&["serve"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && said.contains("APP_POLICIES"),
            "{said}"
        );
        assert!(said.contains(named), "{policies}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
    }
}

on_both_backends!(
    types_go_by_the_bytes,
    sizes_are_an_apps_own,
    an_app_may_want_no_variants,
    an_app_adds_up_to_its_quota,
    the_example_is_understood,
    what_is_not_understood_stops_the_start,
);
