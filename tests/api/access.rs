//! Who gets in, and whose things they see.

use reqwest::header::HeaderValue;

use crate::client::{File, send};
use crate::server::{Backend, Site, TestServer};

const KEY: &str = "0123456789abcdef-first";
const SECOND_KEY: &str = "0123456789abcdef-second";

async fn closed(backend: Backend) -> TestServer {
    let keys = format!("{KEY}, {SECOND_KEY}");
    TestServer::with(backend, &[("AUTH", "required"), ("SERVICE_KEYS", &keys)]).await
}

async fn nobody_gets_in_without_a_key(backend: Backend) {
    let server = closed(backend).await;
    let id = "01890000-0000-7000-8000-000000000000";
    for path in [
        "",
        "/list/all?userId=anna",
        "/stats?userId=anna",
        &format!("/{id}"),
        &format!("/hash/{}", "0".repeat(64)),
    ] {
        let answer = server.get(path).await;
        answer.problem(401);
        assert!(!answer.header("www-authenticate").is_empty(), "{path}");
    }
    let upload = || server.upload_request(File::numbered(1), "a", "anna");
    send(upload()).await.problem(401);
    for wrong in [
        "",
        "0123456789abcdef",
        "0123456789abcdef-firstx",
        "0123456789abcdef-first,",
    ] {
        send(upload().bearer_auth(wrong)).await.problem(401);
        let value = HeaderValue::from_str(wrong).expect("a header");
        send(upload().header("x-service-key", value))
            .await
            .problem(401);
    }
    send(upload().basic_auth(KEY, Some(KEY))).await.problem(401);
    assert_eq!(server.site.rows("media").await, 0);
    for path in ["/health", "/livez", "/readyz"] {
        send(server.http.get(server.root(path))).await.expect(200);
    }
}

async fn each_key_opens_in_either_header(backend: Backend) {
    let server = closed(backend).await;
    for (number, key) in [KEY, SECOND_KEY].into_iter().enumerate() {
        let upload = |n| server.upload_request(File::numbered(2 * number + n), "a", "anna");
        send(upload(0).bearer_auth(key)).await.expect(201);
        send(upload(1).header("x-service-key", key))
            .await
            .expect(201);
    }
    let list = send(server.http.get(server.url("?userId=anna")).bearer_auth(KEY))
        .await
        .expect(200);
    assert_eq!(list.json().as_array().map(Vec::len), Some(4));
}

async fn files_are_shown_to_who_knows_their_id(backend: Backend) {
    let server = closed(backend).await;
    let upload = server.upload_request(File::fixture("formats/rgb8.png"), "a", "anna");
    let id = send(upload.bearer_auth(KEY).header("prefer", "wait=30"))
        .await
        .expect(201)
        .id();
    server.get(&format!("/{id}/file")).await.expect(200);
    server.get(&format!("/{id}/file/thumb")).await.expect(200);
    server.get(&format!("/{id}")).await.problem(401);
    server.delete(&format!("/{id}")).await.problem(401);
}

async fn a_foreign_id_is_an_unknown_id(backend: Backend) {
    let server = TestServer::start(backend).await;
    let file = File::fixture("formats/rgb8.png");
    let id = server
        .upload(file.clone(), "a", "anna")
        .await
        .expect(201)
        .id();
    let unknown = server
        .get("/01890000-0000-7000-8000-000000000000?userId=ben")
        .await;
    let foreign = server.get(&format!("/{id}?userId=ben")).await;
    assert_eq!((foreign.status, &foreign.body), (404, &unknown.body));
    let by_hash = server
        .get(&format!("/hash/{}?userId=ben", file.sha256()))
        .await;
    assert_eq!((by_hash.status, &by_hash.body), (404, &unknown.body));
    let deleted = server.delete(&format!("/{id}?userId=ben")).await;
    assert_eq!((deleted.status, &deleted.body), (404, &unknown.body));
    server.get(&format!("/{id}?userId=anna")).await.expect(200);
    server
        .get(&format!(
            "/hash/{}?userId=anna",
            file.sha256().to_uppercase()
        ))
        .await
        .expect(200);
    server
        .get(&format!("/hash/{}", file.sha256()))
        .await
        .expect(200);
}

async fn an_open_server_is_not_put_on_the_network_by_accident(backend: Backend) {
    let mut site = Site::new(backend).await;
    site.set("HOST", "0.0.0.0");
    let refused = site.run(&["serve"]);
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains("AUTH") || said.contains("SERVICE_KEYS"),
        "{said}"
    );
    site.set("AUTH", "open");
    let server = site.start().await;
    assert!(!server.address().is_empty());
}

on_both_backends!(
    nobody_gets_in_without_a_key,
    each_key_opens_in_either_header,
    files_are_shown_to_who_knows_their_id,
    a_foreign_id_is_an_unknown_id,
    an_open_server_is_not_put_on_the_network_by_accident,
);
