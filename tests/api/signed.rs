//! Signed URLs: what was signed is shown until its time is over, and nothing else is.

use mana_media::access::{BadSignature, SignedRequest, SigningKey, Wanted};
use mana_media::media::Variant;
use serde_json::{Value, json};

use crate::client::{Answer, File, send};
use crate::issuer::now;
use crate::server::{Backend, TestServer};

const KEY: &str = "0123456789abcdef-plain";
const FIRST: &str = "k1:0101010101010101010101010101010101010101010101010101010101010101";
const SECOND: &str = "k2:0202020202020202020202020202020202020202020202020202020202020202";

fn key(text: &str) -> SigningKey {
    text.parse().expect("a key")
}

async fn closed(backend: Backend, delivery: &str) -> TestServer {
    let keys = format!("{FIRST},{SECOND}");
    let settings = [
        ("AUTH", "required"),
        ("SERVICE_KEYS", KEY),
        ("URL_SIGNING_KEYS", &keys),
        ("DELIVERY_ACCESS", delivery),
    ];
    TestServer::with(backend, &settings).await
}

async fn picture(server: &TestServer) -> String {
    let request = server.upload_request(File::fixture("formats/large.jpg"), "a", "anna");
    let request = request.bearer_auth(KEY).header("prefer", "wait=30");
    send(request).await.expect(201).id()
}

async fn sign(server: &TestServer, id: &str, body: &Value) -> Answer {
    let request = server
        .http
        .post(server.url(&format!("/{id}/sign")))
        .json(body);
    send(request.bearer_auth(KEY)).await
}

fn url(answer: &Answer) -> String {
    answer.json()["url"].as_str().expect("a url").to_owned()
}

#[allow(clippy::too_many_lines)] // all that holds of each signed URL
async fn what_was_signed_is_shown(backend: Backend) {
    let server = closed(backend, "signed").await;
    let id = picture(&server).await;
    for (body, path, kind) in [
        (json!({}), "file", "image/jpeg"),
        (json!({"variant": "original"}), "file", "image/jpeg"),
        (
            json!({"variant": "small", "expiresIn": 60}),
            "file/thumb",
            "image/webp",
        ),
        (
            json!({"transform": {"format": "png", "w": 40}}),
            "transform?w=40&format=png",
            "image/png",
        ),
        (json!({"transform": {}}), "transform", "image/webp"),
    ] {
        send(server.http.get(server.url(&format!("/{id}/{path}"))))
            .await
            .problem(401);
        let signed = sign(&server, &id, &body).await.expect(200);
        let url = url(&signed);
        assert!(
            url.starts_with(&server.url(&format!("/{id}/{path}"))),
            "{url}"
        );
        let shown = send(server.http.get(&url)).await.expect(200);
        assert_eq!(shown.header("content-type"), kind);
        let head = send(server.http.head(&url)).await.expect(200);
        assert_eq!(head.header("etag"), shown.header("etag"));
        // Shared caches may show it for as long as we would.
        let most = body["expiresIn"].as_i64().unwrap_or(3600);
        let cache = shown.header("cache-control");
        let seconds = cache
            .strip_prefix("public, max-age=")
            .and_then(|rest| rest.split(',').next());
        let seconds: i64 = seconds.and_then(|text| text.parse().ok()).expect(cache);
        assert!((most - 30..=most).contains(&seconds), "{cache}");
        let until = signed.json()["expiresAt"]
            .as_str()
            .map(str::parse::<chrono::DateTime<chrono::Utc>>);
        let until = until.and_then(Result::ok).expect("an instant").timestamp();
        assert!((now() + most - 30..=now() + most).contains(&until));
        // It is no way to anything else.
        for other in [String::new(), format!("/{id}"), format!("/{id}/metadata")] {
            let query = url.split_once('?').map_or("", |(_, query)| query);
            server.get(&format!("{other}?{query}")).await.problem(401);
        }
        send(server.http.delete(&url)).await.problem(405);
    }
    // A variant and the same by parameters are rendered once: no signature is in a cache's key.
    let again = url(&sign(
        &server,
        &id,
        &json!({"transform": {"w": 40, "format": "png"}}),
    )
    .await);
    let tag = send(server.http.get(&again))
        .await
        .expect(200)
        .header("etag")
        .to_owned();
    let plain = server
        .http
        .get(server.url(&format!("/{id}/transform?w=40&format=png")));
    assert_eq!(
        send(plain.bearer_auth(KEY))
            .await
            .expect(200)
            .header("etag"),
        tag
    );
}

async fn what_cannot_be_signed(backend: Backend) {
    let server = closed(backend, "capability").await;
    let id = picture(&server).await;
    for body in [
        json!({"variant": "huge"}),
        json!({"variant": "thumb", "transform": {"w": 1}}),
        json!({"transform": {"w": 0}}),
        json!({"transform": {"w": "99999"}}),
        json!({"transform": {"w": null}}),
        json!({"transform": {"x": 1}}),
        json!({"transform": {"exp": 1}}),
        json!({"transform": {"w": ""}}),
        json!({"transform": []}),
        json!({"expiresIn": 0}),
        json!({"expiresIn": 604_801}),
        json!({"expiresIn": -1}),
        json!({"expiresIn": "60"}),
        json!({"expires": 60}),
        json!([]),
        json!({"transform": {"download": "x".repeat(20_000)}}),
    ] {
        let status = sign(&server, &id, &body).await.status;
        assert!(matches!(status, 400 | 413), "{status} for {body}");
    }
    for unknown in ["01890000-0000-7000-8000-000000000000", "x"] {
        sign(&server, unknown, &json!({})).await.problem(404);
    }
    let server = TestServer::start(backend).await;
    let id = server
        .upload(File::numbered(1), "a", "anna")
        .await
        .expect(201)
        .id();
    let answer = server.post_json(&format!("/{id}/sign"), &json!({})).await;
    answer.problem_code(409, "no_signing_keys");
}

async fn signatures_end_on_time_and_keys_may_change(backend: Backend) {
    let server = closed(backend, "signed").await;
    let id = picture(&server).await;
    let request = |expires_at: i64| SignedRequest {
        id: id.parse().expect("an id"),
        wanted: Wanted::Variant(Variant::Thumb),
        expires_at: expires_at.unsigned_abs(),
    };
    let get = |target: String| send(server.http.get(server.root(&format!("/api/v1{target}"))));
    for known in [FIRST, SECOND] {
        get(request(now() + 60).sign(&key(known))).await.expect(200);
    }
    let stranger = key(&FIRST.replace("k1", "k3"));
    let forger = key(&FIRST.replace("01", "03"));
    for unknown in [stranger, forger] {
        let answer = get(request(now() + 60).sign(&unknown)).await;
        answer.problem_code(403, "signature_invalid");
    }
    get(request(now()).sign(&key(FIRST)))
        .await
        .problem_code(403, "signature_expired");
    get(request(now() - 1).sign(&key(FIRST)))
        .await
        .problem_code(403, "signature_expired");
    get(request(now() + 7 * 86_400 + 60).sign(&key(FIRST)))
        .await
        .problem_code(403, "signature_invalid");
    get(request(now() + 7 * 86_400).sign(&key(FIRST)))
        .await
        .expect(200);
    // An unknown id is told only to who was given a URL for it.
    let unknown = SignedRequest {
        id: "01890000-0000-7000-8000-000000000000"
            .parse()
            .expect("an id"),
        ..request(now() + 60)
    };
    get(unknown.sign(&key(FIRST))).await.problem(404);
}

#[test]
fn the_last_second_is_exact() {
    let request = SignedRequest {
        id: "01890000-0000-7000-8000-000000000000"
            .parse()
            .expect("an id"),
        wanted: Wanted::Original,
        expires_at: 1_800_000_000,
    };
    let target = format!("/api/v1{}", request.sign(&key(FIRST)));
    let at = |now| SignedRequest::verify(&target, &[key(FIRST)], now);
    assert_eq!(at(1_799_999_999), Ok(request.clone()));
    assert_eq!(at(1_800_000_000), Err(BadSignature::Expired));
    assert_eq!(at(1_800_000_001), Err(BadSignature::Expired));
    assert_eq!(at(1_800_000_000 - 604_800), Ok(request));
    assert_eq!(at(1_800_000_000 - 604_801), Err(BadSignature::Invalid));
}

/// Knuth's MMIX generator: every run forges the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

/// A target changed in one place or as a whole.
#[allow(clippy::too_many_lines)] // one list of ways to forge
fn forged(target: &str, others: &[String], dice: &mut Dice) -> String {
    let mut bytes = target.as_bytes().to_vec();
    let at = dice.roll(bytes.len());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs: Vec<&str> = query.split('&').collect();
    let from = dice.roll(pairs.len());
    match dice.roll(14) {
        0 => bytes[at] ^= 1 << dice.roll(7),
        1 => {
            bytes.remove(at);
        }
        2 => bytes.insert(at, b"/.;%&=?# \0+0aZ"[dice.roll(14)]),
        3 => bytes[at] = b' ' + dice.roll(95) as u8,
        4 => {
            let escaped = if dice.roll(2) == 0 {
                format!("%{:02x}", bytes[at])
            } else {
                format!("%{:02X}", bytes[at])
            };
            bytes.splice(at..=at, escaped.bytes());
        }
        5 => {
            bytes[at] = if bytes[at].is_ascii_lowercase() {
                bytes[at].to_ascii_uppercase()
            } else {
                bytes[at].to_ascii_lowercase()
            }
        }
        6 => {
            let to = dice.roll(pairs.len());
            pairs.swap(from, to);
        }
        7 => pairs.insert(dice.roll(pairs.len()), pairs[from]),
        8 => {
            pairs.remove(from);
        }
        9 => {
            let more = [
                "w=1",
                "w=",
                "h=4096",
                "x=1",
                "",
                "exp=1900000000",
                "kid=k2",
                "sig=",
                "userId=ben",
                "sig",
                "%77=1",
                "q=1;w=2",
            ];
            pairs.insert(dice.roll(pairs.len() + 1), dice.one(&more));
        }
        10 => {
            return format!(
                "{path}{}?{query}",
                dice.one(&[
                    "/", "/..", "/../file", "//", ";a=b", "%00", "%2f", ".", "/thumb", "/large"
                ])
            );
        }
        11 => {
            return target.replacen(
                "/media/",
                dice.one(&[
                    "/media//",
                    "/media/./",
                    "/media/x/../",
                    "/MEDIA/",
                    "/internal/",
                ]),
                1,
            );
        }
        12 => {
            // The signature of another.
            let other = &others[dice.roll(others.len())];
            let signature = |target: &str| {
                target
                    .rsplit_once("sig=")
                    .map(|(_, signature)| signature.to_owned())
            };
            return target.replace(
                &signature(target).unwrap_or_default(),
                &signature(other).unwrap_or_default(),
            );
        }
        _ => {
            let other = &others[dice.roll(others.len())];
            let theirs = other.split_once('?').expect("a query").1;
            return format!("{path}?{theirs}");
        }
    }
    if pairs.join("&") == query {
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        format!("{path}?{}", pairs.join("&"))
    }
}

fn genuine(id: &str, expires_at: i64) -> Vec<String> {
    let wanted = |id: &str| {
        let transforms = [
            "w=400&format=webp",
            "w=40&h=30&fit=cover&q=70",
            "w=1&download=a%20b%C3%A4.jpg",
            "",
        ];
        let transforms = transforms.map(|query| Wanted::Transform(query.into()));
        let fixed = [
            Wanted::Original,
            Wanted::Variant(Variant::Thumb),
            Wanted::Variant(Variant::Large),
        ];
        let id: mana_media::media::MediaId = id.parse().expect("an id");
        transforms
            .into_iter()
            .chain(fixed)
            .map(move |wanted| SignedRequest {
                id,
                wanted,
                expires_at: expires_at.unsigned_abs(),
            })
    };
    let ids = [id, "01890000-0000-7000-8000-0000000000ab"];
    let requests = ids.into_iter().flat_map(wanted);
    requests
        .flat_map(|request| [FIRST, SECOND].map(|by| format!("/api/v1{}", request.sign(&key(by)))))
        .collect()
}

#[test]
fn no_forgery_is_accepted() {
    const FORGERIES: usize = 100_000;
    let id = "01890000-0000-7000-8000-0000000000cd";
    let targets = genuine(id, 1_800_000_000);
    let keys = [key(FIRST), key(SECOND)];
    let verify = |target: &str| SignedRequest::verify(target, &keys, 1_799_999_000);
    for target in &targets {
        assert!(verify(target).is_ok(), "{target}");
        // Every bit, one by one.
        for bit in 0..target.len() * 8 {
            let mut flipped = target.clone().into_bytes();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(flipped) = String::from_utf8(flipped) {
                assert_eq!(verify(&flipped), Err(BadSignature::Invalid), "{flipped}");
            }
        }
    }
    let mut dice = Dice(4);
    let mut tried = 0;
    while tried < FORGERIES {
        let target = &targets[dice.roll(targets.len())];
        let mut forgery = forged(target, &targets, &mut dice);
        if dice.roll(4) == 0
            && forgery.contains('?')
            && forgery
                .split_once('?')
                .is_some_and(|(_, query)| query.contains('&'))
        {
            forgery = forged(&forgery, &targets, &mut dice);
        }
        if targets.contains(&forgery) {
            continue;
        }
        assert_eq!(verify(&forgery), Err(BadSignature::Invalid), "{forgery}");
        tried += 1;
    }
}

async fn no_forgery_is_accepted_over_http(backend: Backend) {
    let server = closed(backend, "signed").await;
    let id = picture(&server).await;
    let targets = genuine(&id, now() + 600);
    let mut dice = Dice(5);
    let mut tried = 0;
    while tried < 500 {
        let forgery = forged(&targets[dice.roll(targets.len())], &targets, &mut dice);
        let plain = forgery.bytes().all(|byte| {
            byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'`')
        });
        // Of a fragment, a server never hears.
        if targets.contains(&forgery) || !plain || !forgery.starts_with('/') {
            continue;
        }
        let status = raw_get(&server, &forgery).await;
        assert!((400..500).contains(&status), "{status} for {forgery}");
        tried += 1;
    }
}

/// GET of a target as it stands: a client's library would tidy it up.
async fn raw_get(server: &TestServer, target: &str) -> u16 {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(server.address())
        .await
        .expect("connect");
    let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("send");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    let status = answer
        .get(9..12)
        .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    status.expect("a status")
}

on_both_backends!(
    what_was_signed_is_shown,
    what_cannot_be_signed,
    signatures_end_on_time_and_keys_may_change,
    no_forgery_is_accepted_over_http,
);
