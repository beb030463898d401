//! Tokens of users: whose are believed, and what becomes of it when the issuer is asked too often, or does not answer.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Answer, File, send};
use crate::issuer::{
    AUDIENCE, ISSUER, Issuer, RSA_N, Signer, attackers_key, bytes, claims, encode, now, token,
    token_of,
};
use crate::server::{Backend, PATIENCE, TestServer};

const ED: &str = r#"{"alg":"EdDSA","kid":"ed"}"#;

/// What tells one case from a good token, and whether it is good all the same.
type Case = (String, String, bool);

/// A good token's claims, some of them changed; `null` removes one.
fn changed(changes: &Value) -> String {
    let mut claims = claims("anna");
    let members = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        if value == "REMOVED" {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    claims.to_string()
}

#[allow(clippy::too_many_lines)] // one list of cases
fn by_claims() -> Vec<Case> {
    let good = [
        json!({"aud": [AUDIENCE]}),
        json!({"aud": ["other", AUDIENCE]}),
        json!({"exp": now() + 10}),
        json!({"exp": (now() + 3600) as f64 + 0.5}),
        json!({"exp": 1e15}),
        json!({"nbf": 0}),
        json!({"nbf": now()}),
        json!({"iat": "whatever", "jti": 1, "scope": null}),
        json!({"sub": "a".repeat(255)}),
        json!({"sub": "änna \u{1f4f7}"}),
        json!({"sub": "REMOVED and back"}),
    ];
    let bad = [
        json!({"exp": "REMOVED"}),
        json!({"exp": (now() + 3600).to_string()}),
        json!({"exp": null}),
        json!({"exp": true}),
        json!({"exp": [now() + 3600]}),
        json!({"exp": {"n": now() + 3600}}),
        json!({"exp": now() - 30}),
        json!({"exp": 0}),
        json!({"exp": -1}),
        json!({"nbf": "REMOVED"}),
        json!({"nbf": (now() - 60).to_string()}),
        json!({"nbf": null}),
        json!({"nbf": false}),
        json!({"nbf": now() + 60}),
        json!({"nbf": 1e15}),
        json!({"iss": "REMOVED"}),
        json!({"iss": "https://evil.example"}),
        json!({"iss": format!("{ISSUER}/")}),
        json!({"iss": ISSUER.to_uppercase()}),
        json!({"iss": [ISSUER]}),
        json!({"iss": null}),
        json!({"aud": "REMOVED"}),
        json!({"aud": "other"}),
        json!({"aud": ""}),
        json!({"aud": []}),
        json!({"aud": ["other"]}),
        json!({"aud": [AUDIENCE, 1]}),
        json!({"aud": {"aud": AUDIENCE}}),
        json!({"aud": format!("{AUDIENCE} other")}),
        json!({"aud": null}),
        json!({"sub": "REMOVED"}),
        json!({"sub": ""}),
        json!({"sub": null}),
        json!({"sub": 17}),
        json!({"sub": ["anna"]}),
        json!({"sub": "a".repeat(256)}),
        json!({"sub": " anna"}),
        json!({"sub": "anna "}),
        json!({"sub": "anna\u{a0}"}),
        json!({"sub": "an\u{0}na"}),
        json!({"sub": "anna\n"}),
    ];
    let case = |is_good: bool| {
        move |changes: Value| {
            let name = format!("claims {changes}");
            (name, token(ED, changed(&changes), Signer::Ed), is_good)
        }
    };
    let texts = [
        claims("anna")
            .to_string()
            .replace('{', "[")
            .replace('}', "]"),
        json!([ISSUER, "anna", AUDIENCE, now() + 3600, now() - 60]).to_string(),
        String::new(),
        "null".into(),
        "\"anna\"".into(),
        format!("{} {{}}", claims("anna")),
        format!("\u{feff}{}", claims("anna")),
        claims("anna").to_string().replacen('{', r#"{"exp":1,"#, 1),
        claims("anna")
            .to_string()
            .replacen('{', r#"{"sub":"ben","#, 1),
        claims("anna")
            .to_string()
            .replacen("\"exp\":", "\"exp\":1e999,\"x\":", 1),
        claims("anna")
            .to_string()
            .replacen("\"exp\":", "\"exp\":NaN,\"x\":", 1),
    ];
    let texts = texts.map(|text| {
        (
            format!("claims {text}"),
            token(ED, &text, Signer::Ed),
            false,
        )
    });
    let mut not_utf8 = claims("an~na").to_string().into_bytes();
    let tilde = not_utf8.iter().position(|&byte| byte == b'~');
    not_utf8[tilde.expect("a tilde")] = 0xff;
    let not_utf8 = token(ED, not_utf8, Signer::Ed);
    let long = token(ED, changed(&json!({"x": "x".repeat(8000)})), Signer::Ed);
    good.map(case(true))
        .into_iter()
        .chain(bad.map(case(false)))
        .chain(texts)
        .chain([
            ("not UTF-8".into(), not_utf8, false),
            ("too long".into(), long, false),
        ])
        .collect()
}

#[allow(clippy::too_many_lines)] // one list of cases
fn by_header() -> Vec<Case> {
    let attacker = attackers_key("ed").to_string();
    let good = [
        (ED.to_owned(), Signer::Ed),
        (r#"{"kid":"ec","alg":"ES256"}"#.into(), Signer::Ec),
        (r#"{"alg":"RS256","kid":"rsa"}"#.into(), Signer::Rsa),
        (
            r#"{"alg":"EdDSA","kid":"ed","typ":"JWT"}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"ed","typ":"at+jwt"}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"ed","typ":"application/at+JWT"}"#.into(),
            Signer::Ed,
        ),
        (r#" {"alg":"EdDSA",  "kid":"ed"} "#.into(), Signer::Ed),
        (
            r#"{"alg":"EdDSA","kid":"ed","cty":"x","x":[1]}"#.into(),
            Signer::Ed,
        ),
        // Not looked at, and so nothing is wrong with them.
        (
            format!(r#"{{"alg":"EdDSA","kid":"ed","jwk":{attacker}}}"#),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"ed","jku":"http://127.0.0.1:9/","x5u":"http://127.0.0.1:9/"}"#
                .into(),
            Signer::Ed,
        ),
    ];
    let bad = [
        // Signed by nobody whom the issuer knows.
        (ED.to_owned(), Signer::Attacker),
        (
            format!(r#"{{"alg":"EdDSA","kid":"ed","jwk":{attacker}}}"#),
            Signer::Attacker,
        ),
        (
            format!(r#"{{"alg":"EdDSA","kid":"new","jwk":{attacker}}}"#),
            Signer::Attacker,
        ),
        (
            format!(r#"{{"alg":"EdDSA","jwk":{attacker}}}"#),
            Signer::Attacker,
        ),
        (
            r#"{"alg":"EdDSA","kid":"ed","x5c":["AAAA"]}"#.into(),
            Signer::Attacker,
        ),
        // Another algorithm than the key's.
        (r#"{"alg":"ES256","kid":"ed"}"#.into(), Signer::Ed),
        (r#"{"alg":"ES256","kid":"ed"}"#.into(), Signer::Ec),
        (r#"{"alg":"EdDSA","kid":"ec"}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":"ec"}"#.into(), Signer::Ec),
        (r#"{"alg":"RS384","kid":"rsa"}"#.into(), Signer::Rsa),
        (r#"{"alg":"RS512","kid":"rsa"}"#.into(), Signer::Rsa),
        (r#"{"alg":"PS256","kid":"rsa"}"#.into(), Signer::Rsa),
        (r#"{"alg":"ES384","kid":"ec"}"#.into(), Signer::Ec),
        (r#"{"alg":"ES256K","kid":"ec"}"#.into(), Signer::Ec),
        (r#"{"alg":"HS256","kid":"ed"}"#.into(), Signer::Ed),
        (r#"{"alg":"none","kid":"ed"}"#.into(), Signer::Ed),
        (r#"{"alg":"eddsa","kid":"ed"}"#.into(), Signer::Ed),
        (r#"{"alg":"","kid":"ed"}"#.into(), Signer::Ed),
        (r#"{"alg":null,"kid":"ed"}"#.into(), Signer::Ed),
        (r#"{"alg":["EdDSA"],"kid":"ed"}"#.into(), Signer::Ed),
        (r#"{"kid":"ed"}"#.into(), Signer::Ed),
        // Another key, or none.
        (r#"{"alg":"EdDSA"}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":null}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":""}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":1}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":["ed"]}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":"ED"}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":"ed\u0000"}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":"../../ed"}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":"' OR 1=1 --"}"#.into(), Signer::Ed),
        (
            r#"{"alg":"EdDSA","kid":"for-encryption"}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"for-signing-alone"}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"of-another-algorithm"}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"ES256","kid":"of-another-algorithm"}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"of-another-curve"}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"of-another-type"}"#.into(),
            Signer::Ed,
        ),
        (r#"{"alg":"EdDSA","kid":"too-short"}"#.into(), Signer::Ed),
        (r#"{"alg":"EdDSA","kid":"twice"}"#.into(), Signer::Ed),
        (r#"{"alg":"RS256","kid":"weak"}"#.into(), Signer::Rsa),
        (r#"{"alg":"HS256","kid":"secret"}"#.into(), Signer::Ed),
        // What must be understood, and is not.
        (
            r#"{"alg":"EdDSA","kid":"ed","crit":["exp"],"exp":1}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"ed","crit":["b64"],"b64":true}"#.into(),
            Signer::Ed,
        ),
        (r#"{"alg":"EdDSA","kid":"ed","crit":[]}"#.into(), Signer::Ed),
        (
            r#"{"alg":"EdDSA","kid":"ed","crit":null}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"ed","typ":"dpop+jwt"}"#.into(),
            Signer::Ed,
        ),
        (r#"{"alg":"EdDSA","kid":"ed","typ":1}"#.into(), Signer::Ed),
        (
            r#"{"alg":"none","alg":"EdDSA","kid":"ed"}"#.into(),
            Signer::Ed,
        ),
        (
            r#"{"alg":"EdDSA","kid":"new","kid":"ed"}"#.into(),
            Signer::Ed,
        ),
        (r#"["EdDSA","ed"]"#.into(), Signer::Ed),
        (r#""EdDSA""#.into(), Signer::Ed),
        ("{}".into(), Signer::Ed),
        (String::new(), Signer::Ed),
        (format!("{ED}{ED}"), Signer::Ed),
    ];
    let case = |is_good: bool| {
        move |(header, signer): (String, Signer)| {
            let name = format!("header {header} by {signer:?}");
            (
                name,
                token(&header, claims("anna").to_string(), signer),
                is_good,
            )
        }
    };
    let good = good.map(case(true));
    good.into_iter().chain(bad.map(case(false))).collect()
}

#[allow(clippy::too_many_lines)] // one list of cases
fn by_signature() -> Vec<Case> {
    let claims = claims("anna").to_string();
    let mut cases = Vec::new();
    let mut bad = |name: &str, token: String| cases.push((name.to_owned(), token, false));
    for (header, signer) in [
        (ED, Signer::Ed),
        (r#"{"alg":"ES256","kid":"ec"}"#, Signer::Ec),
        (r#"{"alg":"RS256","kid":"rsa"}"#, Signer::Rsa),
    ] {
        let message = format!("{}.{}", encode(header), encode(&claims));
        let signature = signer.sign(message.as_bytes());
        let with = |signature: &[u8]| format!("{message}.{}", encode(signature));
        for bit in [0, 7, 255, 256, 300, signature.len() * 8 - 1] {
            let mut flipped = signature.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            bad(
                &format!("{signer:?} with bit {bit} flipped"),
                with(&flipped),
            );
        }
        bad("no signature", with(&[]));
        bad("cut signature", with(&signature[1..]));
        bad("longer signature", with(&[&signature[..], &[0]].concat()));
        bad("zero signature", with(&vec![0; signature.len()]));
        let other = claims.replace("anna", "anne");
        let moved = format!(
            "{}.{}.{}",
            encode(header),
            encode(other),
            encode(&signature)
        );
        bad("signature of other claims", moved);
    }
    let ed = token(ED, &claims, Signer::Ed);
    let parts: Vec<&str> = ed.split('.').collect();
    // The group's order, added to S: the same equation, another signature (RFC 8032, 5.1.7).
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut malleable = bytes(parts[2]);
    let mut carry = 0;
    for (byte, more) in malleable[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    bad(
        "S and the order",
        format!("{}.{}.{}", parts[0], parts[1], encode(malleable)),
    );
    bad("padded", format!("{ed}=="));
    bad(
        "padded header",
        format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
    );
    bad(
        "with a newline",
        format!("{}.{}%0a.{}", parts[0], parts[1], parts[2]),
    );
    bad(
        "standard alphabet",
        ed.replace('_', "/").replace('-', "+") + "+/",
    );
    bad("a part too few", format!("{}.{}", parts[0], parts[1]));
    bad("a part too many", format!("{ed}.{}", parts[2]));
    bad("five parts", format!("{ed}..{}", parts[2]));
    bad("dots alone", "..".into());
    bad("no token", String::new());
    let none = encode(r#"{"alg":"none","kid":"ed"}"#);
    bad("none, unsigned", format!("{none}.{}.", parts[1]));
    // The public key as the secret of an HMAC.
    let header = encode(r#"{"alg":"HS256","kid":"rsa"}"#);
    let message = format!("{header}.{}", parts[1]);
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &bytes(RSA_N));
    let tag = ring::hmac::sign(&secret, message.as_bytes());
    bad(
        "HMAC by the public key",
        format!("{message}.{}", encode(tag)),
    );
    cases
}

async fn ask(server: &TestServer, token: &str) -> Answer {
    send(server.http.get(server.url("?limit=1")).bearer_auth(token)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_good_tokens_are_believed() {
    let issuer = Issuer::start().await;
    let server = TestServer::with(Backend::Sqlite, &issuer.settings()).await;
    let cases: Vec<Case> = [by_claims(), by_header(), by_signature()].concat();
    assert!(cases.len() >= 120, "{}", cases.len());
    let mut wrong = Vec::new();
    for (name, token, is_good) in &cases {
        let answer = ask(&server, token).await;
        if is_good != &(answer.status == 200) || !matches!(answer.status, 200 | 401) {
            wrong.push(format!("{} for {name}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_ends_and_begins_on_time() {
    let issuer = Issuer::start().await;
    let server = TestServer::with(Backend::Sqlite, &issuer.settings()).await;
    let leeway = 5;
    let of = |changes: Value| token(ED, changed(&changes), Signer::Ed);
    // Whoever is late on a busy machine asks again.
    loop {
        let start = now();
        let answers = [
            (
                ask(&server, &of(json!({"exp": start - leeway + 1})))
                    .await
                    .status,
                200,
            ),
            (
                ask(&server, &of(json!({"exp": start - leeway})))
                    .await
                    .status,
                401,
            ),
            (
                ask(&server, &of(json!({"nbf": start + leeway})))
                    .await
                    .status,
                200,
            ),
            (
                ask(&server, &of(json!({"nbf": start + leeway + 1})))
                    .await
                    .status,
                401,
            ),
        ];
        if now() == start {
            assert!(
                answers.iter().all(|(got, right)| got == right),
                "{answers:?}"
            );
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_issuer_is_left_in_peace_and_may_be_away() {
    const KIDS: usize = 10_000;
    let issuer = Issuer::start().await;
    let server = TestServer::with(Backend::Sqlite, &issuer.settings()).await;
    let start = Instant::now();
    ask(&server, &token_of("anna")).await.expect(200);
    let (http, url) = (&server.http, &server.url("?limit=1"));
    let asked = (0..KIDS).map(|number| async move {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{number}"}}"#);
        let token = token(&header, claims("anna").to_string(), Signer::Attacker);
        send(http.get(url).bearer_auth(token)).await.status
    });
    let mut asked =
        futures_util::stream::StreamExt::buffer_unordered(futures_util::stream::iter(asked), 32);
    while let Some(status) = futures_util::StreamExt::next(&mut asked).await {
        assert_eq!(status, 401);
    }
    let most = |start: Instant| 1 + start.elapsed().as_secs() as usize / 30;
    assert!(
        issuer.fetches() <= most(start),
        "{} fetches",
        issuer.fetches()
    );
    // A new key is found, once the pause is over.
    issuer.publish(attackers_key("new"));
    let new = r#"{"alg":"EdDSA","kid":"new"}"#;
    let new = || token(new, claims("anna").to_string(), Signer::Attacker);
    while ask(&server, &new()).await.status != 200 {
        assert!(start.elapsed() < 2 * PATIENCE);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(
        issuer.fetches() <= most(start),
        "{} fetches",
        issuer.fetches()
    );
    issuer.set_up(false);
    ask(&server, &token_of("anna")).await.expect(200);
    ask(&server, &new()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_issuers_keys_it_is_not_the_tokens_fault() {
    let issuer = Issuer::start().await;
    issuer.set_up(false);
    let server = TestServer::with(Backend::Sqlite, &issuer.settings()).await;
    let answer = ask(&server, &token_of("anna")).await;
    answer.problem_code(503, "unavailable");
    assert!(!answer.header("retry-after").is_empty());
    ask(&server, "malformed.token.").await.problem(401);
}

async fn a_token_speaks_for_its_subject(backend: Backend) {
    let issuer = Issuer::start().await;
    let server = TestServer::with(backend, &issuer.settings()).await;
    let (anna, ben) = (token_of("anna"), token_of("ben"));
    let upload = |user: &str, token: &str| {
        let request = server.upload_request(File::numbered(1), "a", user);
        send(request.bearer_auth(token).header("prefer", "wait=30"))
    };
    // A user need not be named.
    let id = upload("", &anna).await.expect(201).id();
    assert_eq!(upload("anna", &anna).await.expect(200).id(), id);
    upload("ben", &anna)
        .await
        .problem_code(403, "owner_mismatch");
    let bens = upload("", &ben).await.expect(201).id();
    assert_ne!(bens, id);
    let get =
        |path: String, token: &str| send(server.http.get(server.url(&path)).bearer_auth(token));
    let list = get(String::new(), &anna).await.expect(200).json();
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    let page = get("/list/all".into(), &anna).await.expect(200).json();
    assert_eq!(page["total"], 1, "{page}");
    let totals = get("/stats".into(), &anna).await.expect(200).json();
    assert_eq!(totals["totalCount"], 1, "{totals}");
    get("/stats?userId=ben".into(), &anna)
        .await
        .problem_code(403, "owner_mismatch");
    let by_hash = get(format!("/hash/{}", File::numbered(1).sha256()), &ben).await;
    assert_eq!(by_hash.expect(200).id(), bens);
}

on_both_backends!(a_token_speaks_for_its_subject);
