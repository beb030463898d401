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

async fn a_key_may_be_given_as_its_hash(backend: Backend) {
    let hash = mana_media::media::ContentHash::of(KEY.as_bytes()).hex();
    let keys = format!("chat:upload-as:sha256:{hash}");
    let server = TestServer::with(backend, &[("AUTH", "required"), ("SERVICE_KEYS", &keys)]).await;
    let upload = server.upload_request(File::numbered(1), "a", "anna");
    let id = send(upload.bearer_auth(KEY)).await.expect(201).id();
    let read = server.http.get(server.url(&format!("/{id}")));
    let refused = send(read.bearer_auth(KEY)).await;
    assert_eq!(
        refused.problem_code(403, "missing_scope")["scope"],
        "read-all"
    );
    let upload = server.upload_request(File::numbered(2), "a", "anna");
    send(upload.bearer_auth(hash)).await.problem(401);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_let_nobody_or_anybody_in_are_refused() {
    let issuer = [("JWT_ISSUER", "i"), ("JWT_AUDIENCE", "a")];
    let with_url = |url| [&issuer[..], &[("AUTH", "required"), ("JWKS_URL", url)]].concat();
    let signing = "k1:0101010101010101010101010101010101010101010101010101010101010101";
    let twice = format!("{signing},{signing}");
    for (settings, named) in [
        (vec![("AUTH", "required")], "SERVICE_KEYS"),
        (vec![("AUTH", "perhaps")], "AUTH"),
        (vec![("SERVICE_KEYS", "short")], "SERVICE_KEYS"),
        (
            vec![("SERVICE_KEYS", "a:everything:0123456789abcdef")],
            "SERVICE_KEYS",
        ),
        (issuer.to_vec(), "JWKS_URL"),
        (
            vec![("JWKS_URL", "https://auth.example/jwks")],
            "JWT_ISSUER",
        ),
        (with_url("http://auth.example/jwks"), "JWKS_URL"),
        (vec![("URL_SIGNING_KEYS", "k1:0102")], "URL_SIGNING_KEYS"),
        (vec![("URL_SIGNING_KEYS", &twice)], "URL_SIGNING_KEYS"),
        (vec![("DELIVERY_ACCESS", "owner")], "DELIVERY_ACCESS"),
        (
            vec![
                ("AUTH", "required"),
                ("SERVICE_KEYS", KEY),
                ("DELIVERY_ACCESS", "signed"),
            ],
            "URL_SIGNING_KEYS",
        ),
        (vec![("RATE_LIMIT_READS", "0/s")], "RATE_LIMIT_READS"),
        (vec![("TRUSTED_PROXIES", "nginx")], "TRUSTED_PROXIES"),
    ] {
        let mut site = Site::new(Backend::Sqlite).await;
        for (name, value) in &settings {
            site.set(name, value);
        }
        let refused = site.run(&["serve"]);
        assert!(!refused.status.success(), "{settings:?}");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains(named), "{settings:?}: {said}");
    }
}

on_both_backends!(
    nobody_gets_in_without_a_key,
    each_key_opens_in_either_header,
    a_key_may_be_given_as_its_hash,
    files_are_shown_to_who_knows_their_id,
    a_foreign_id_is_an_unknown_id,
    an_open_server_is_not_put_on_the_network_by_accident,
);
