//! Originals from the bucket's own server, with `DELIVERY_REDIRECT=on`.

use reqwest::Method;
use reqwest::redirect::Policy;

use crate::client::{Answer, File, send};
use crate::server::{Backend, Site, TestServer};

async fn get(server: &TestServer, path: &str, method: Method) -> Answer {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none());
    let client = client.build().expect("make a client");
    send(client.request(method, server.url(path))).await
}

async fn originals_are_fetched_from_the_store(backend: Backend) {
    let mut site = Site::new(backend).await;
    site.set("DELIVERY_REDIRECT", "on");
    if backend == Backend::Sqlite {
        let output = site.run(&["serve"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && said.contains("DELIVERY_REDIRECT: needs S3_BUCKET"),
            "{said}"
        );
        return;
    }
    let server = site.start().await;
    let file = File::fixture("formats/medium.jpg");
    let media = server.store(file.clone(), "a", "anna").await;
    let path = format!("/{}/file", media["id"].as_str().unwrap_or_default());
    let answer = get(&server, &path, Method::GET).await.expect(307);
    assert_eq!(answer.header("cache-control"), "no-store");
    let url = answer.header("location");
    assert!(url.starts_with(server.site.setting("S3_ENDPOINT")), "{url}");
    the_page_may_show_what_is_there(&server).await;
    // As it would have come from here.
    let there = send(server.http.get(url)).await.expect(200);
    assert_eq!(there.body, file.bytes);
    assert_eq!(there.header("content-type"), "image/jpeg");
    assert!(
        there
            .header("content-disposition")
            .starts_with("inline; filename=\"medium.jpg\"")
    );
    assert_eq!(
        there.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let part = server.http.get(url).header("range", "bytes=5-9");
    assert_eq!(send(part).await.expect(206).body, file.bytes[5..10]);
    // It is good for that, and for nothing else.
    let changed = url.replace("image%2Fjpeg", "text%2Fhtml");
    assert_ne!(changed, url);
    assert_eq!(send(server.http.get(changed)).await.status, 403);
    // The client's own copy is told to be good here, and what is small or made comes from here.
    let etag = get(&server, &path, Method::HEAD)
        .await
        .expect(200)
        .header("etag")
        .to_owned();
    let known = server.get_with(&path, "if-none-match", &etag).await;
    assert_eq!(known.status, 304);
    get(&server, &format!("{path}/thumb"), Method::GET)
        .await
        .expect(200);
    // What could run somewhere is always served with the headers that keep it from doing so.
    let active = File::new(
        "a.svg",
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
    );
    let media = server.store(active, "a", "anna").await;
    let path = format!("/{}/file", media["id"].as_str().unwrap_or_default());
    let answer = get(&server, &path, Method::GET).await.expect(200);
    assert!(answer.header("content-security-policy").contains("sandbox"));
}

async fn the_page_may_show_what_is_there(server: &TestServer) {
    let page = send(server.http.get(server.root("/"))).await.expect(200);
    let store = server.site.setting("S3_ENDPOINT");
    let allowed = format!("img-src 'self' blob: data: {store};");
    let policy = page.header("content-security-policy");
    assert!(policy.contains(&allowed), "{policy}");
}

async fn metadata_of_others_stays_here(backend: Backend) {
    if backend == Backend::Sqlite {
        return;
    }
    let key = "a-service-key-of-some-length-000";
    let server = TestServer::with(
        backend,
        &[
            ("DELIVERY_REDIRECT", "on"),
            ("AUTH", "required"),
            ("SERVICE_KEYS", key),
        ],
    )
    .await;
    let file = File::fixture("exif/gps_north_east.jpg");
    let request = server.upload_request(file.clone(), "a", "anna");
    let media = send(request.header("x-service-key", key))
        .await
        .expect(201)
        .json();
    let path = format!("/{}/file", media["id"].as_str().unwrap_or_default());
    let answer = get(&server, &path, Method::GET).await.expect(200);
    assert_ne!(answer.body, file.bytes);
    assert_eq!(answer.body.len(), file.bytes.len());
}

on_both_backends!(
    originals_are_fetched_from_the_store,
    metadata_of_others_stays_here
);
