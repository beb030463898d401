//! How much one principal may ask for.

use crate::client::{File, send};
use crate::issuer::{Issuer, token_of};
use crate::server::{Backend, TestServer};

async fn each_principal_has_its_own_limit(backend: Backend) {
    let issuer = Issuer::start().await;
    let mut settings = issuer.settings().to_vec();
    settings.extend([
        (
            "SERVICE_KEYS",
            "a:read-all:0123456789abcdef-a,b:read-all:0123456789abcdef-b",
        ),
        ("RATE_LIMIT_READS", "5/h"),
        ("RATE_LIMIT_UPLOADS", "3/h"),
    ]);
    let server = TestServer::with(backend, &settings).await;
    let list = |credential: &str| {
        send(
            server
                .http
                .get(server.url("?limit=1"))
                .bearer_auth(credential),
        )
    };
    let credentials = [
        &token_of("anna"),
        &token_of("ben"),
        "0123456789abcdef-a",
        "0123456789abcdef-b",
    ];
    for credential in credentials {
        for _ in 0..5 {
            list(credential).await.expect(200);
        }
        let refused = list(credential).await;
        refused.problem_code(429, "rate_limited");
        let seconds: u32 = refused.header("retry-after").parse().expect("seconds");
        assert!((600..=720).contains(&seconds), "{seconds}");
    }
    // Uploads are counted apart, before their bodies are read.
    for number in 0..3 {
        let upload = server.upload_request(File::numbered(number), "a", "anna");
        send(upload.bearer_auth(token_of("anna"))).await.expect(201);
    }
    let upload = server.upload_request(File::numbered(4), "a", "anna");
    send(upload.bearer_auth(token_of("anna")))
        .await
        .problem_code(429, "rate_limited");
    // Guesses are counted by where they come from.
    for guess in 0..5 {
        list(&format!("0123456789abcdef-{guess}"))
            .await
            .problem(401);
    }
    list("0123456789abcdef-x")
        .await
        .problem_code(429, "rate_limited");
    for path in ["/health", "/livez", "/readyz"] {
        send(server.http.get(server.root(path))).await.expect(200);
    }
}

async fn clients_behind_a_proxy_are_told_apart(backend: Backend) {
    for (proxies, told_apart) in [("", false), ("127.0.0.1, 192.0.2.7", true)] {
        let settings = [("RATE_LIMIT_READS", "2/h"), ("TRUSTED_PROXIES", proxies)];
        let server = TestServer::with(backend, &settings).await;
        let get = |forwarded: &str| {
            server
                .http
                .get(server.url("?limit=1"))
                .header("x-forwarded-for", forwarded)
        };
        for _ in 0..2 {
            send(get("198.51.100.1")).await.expect(200);
        }
        send(get("198.51.100.1"))
            .await
            .problem_code(429, "rate_limited");
        // What a client makes up itself stands before what the proxies add.
        send(get("203.0.113.9, 198.51.100.1, 192.0.2.7"))
            .await
            .problem_code(429, "rate_limited");
        let other = send(get("198.51.100.1, 198.51.100.2")).await.status;
        assert_eq!(other, if told_apart { 200 } else { 429 });
    }
}

on_both_backends!(
    each_principal_has_its_own_limit,
    clients_behind_a_proxy_are_told_apart
);
