//! An issuer of tokens: a JWK set over HTTP, and the private keys of RFC 7515 (A.2, A.3) and RFC 8037 (A.1) to sign with.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair as RsaKeyPair, KeyPairComponents, PublicKeyComponents};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256,
};
use serde_json::{Value, json};

/// `iss` and `aud` of good tokens.
pub(crate) const ISSUER: &str = "https://auth.example";
pub(crate) const AUDIENCE: &str = "mana-media";

/// RFC 8037, A.1.
const ED_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const ED_D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
/// RFC 7515, A.3.
const EC_X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const EC_Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
const EC_D: &str = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
/// RFC 7515, A.2.
pub(crate) const RSA_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
const RSA_PRIVATE: [&str; 6] = [
    "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
    "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
    "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
    "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
    "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
    "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
];

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signer {
    Ed,
    Ec,
    Rsa,
    /// An Ed25519 key that nobody published.
    Attacker,
}

impl Signer {
    pub(crate) fn sign(self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ed => ed(&bytes(ED_D)).sign(message).as_ref().to_vec(),
            Self::Attacker => ed(&[7; 32]).sign(message).as_ref().to_vec(),
            Self::Ec => {
                let point = [&[4], &bytes(EC_X)[..], &bytes(EC_Y)].concat();
                let key = EcdsaKeyPair::from_private_key_and_public_key(
                    &ECDSA_P256_SHA256_FIXED_SIGNING,
                    &bytes(EC_D),
                    &point,
                    &random,
                );
                let signature = key.expect("a key").sign(&random, message);
                signature.expect("a signature").as_ref().to_vec()
            }
            Self::Rsa => {
                let [d, p, q, dp, dq, qi] = RSA_PRIVATE.map(bytes);
                let public_key = PublicKeyComponents {
                    n: bytes(RSA_N),
                    e: bytes("AQAB"),
                };
                let key = RsaKeyPair::from_components(&KeyPairComponents {
                    public_key,
                    d,
                    p,
                    q,
                    dP: dp,
                    dQ: dq,
                    qInv: qi,
                });
                let key = key.expect("a key");
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .expect("a signature");
                signature
            }
        }
    }
}

fn ed(seed: &[u8]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(seed).expect("a key")
}

pub(crate) fn bytes(base64: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(base64).expect("base64url")
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of these very texts.
pub(crate) fn token(header: &str, claims: impl AsRef<[u8]>, signer: Signer) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = encode(signer.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

pub(crate) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// The claims of a good token.
pub(crate) fn claims(subject: &str) -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "nbf": now() - 60, "exp": now() + 3600})
}

/// A good token of this subject.
pub(crate) fn token_of(subject: &str) -> String {
    let header = r#"{"alg":"EdDSA","kid":"ed"}"#;
    token(header, claims(subject).to_string(), Signer::Ed)
}

/// The public key of the attacker.
pub(crate) fn attackers_key(kid: &str) -> Value {
    use ring::signature::KeyPair as _;
    let x = encode(ed(&[7; 32]).public_key());
    json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x})
}

/// The public keys: `ed`, `ec` and `rsa`, and more that no token may be signed by.
pub(crate) fn published() -> Vec<Value> {
    let ed = |kid: &str, more: Value| {
        let mut key = json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": ED_X});
        for (name, value) in more.as_object().into_iter().flatten() {
            key[name] = value.clone();
        }
        key
    };
    vec![
        ed("ed", json!({"use": "sig", "alg": "EdDSA"})),
        json!({"kty": "EC", "crv": "P-256", "kid": "ec", "x": EC_X, "y": EC_Y, "key_ops": ["verify"]}),
        json!({"kty": "RSA", "kid": "rsa", "n": RSA_N, "e": "AQAB"}),
        ed("for-encryption", json!({"use": "enc"})),
        ed("for-signing-alone", json!({"key_ops": ["sign"]})),
        ed("of-another-algorithm", json!({"alg": "ES256"})),
        ed("of-another-curve", json!({"crv": "Ed448"})),
        ed("of-another-type", json!({"kty": "EC"})),
        ed("too-short", json!({"x": "AAAA"})),
        ed("twice", json!({})),
        ed("twice", json!({})),
        json!({"kty": "RSA", "kid": "weak", "n": &RSA_N[..171], "e": "AQAB"}),
        json!({"kty": "oct", "kid": "secret", "k": ED_D}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": ED_X}),
        json!("no key"),
    ]
}

/// A running issuer.
pub(crate) struct Issuer {
    /// Where its keys are.
    pub(crate) url: String,
    served: Arc<Served>,
}

struct Served {
    keys: Mutex<Vec<Value>>,
    fetches: AtomicUsize,
    is_up: AtomicBool,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let served = Arc::new(Served {
            keys: Mutex::new(published()),
            fetches: AtomicUsize::new(0),
            is_up: AtomicBool::new(true),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("listen");
        let address = listener.local_addr().expect("an address");
        let router = axum::Router::new()
            .route("/jwks", get(serve))
            .with_state(served.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url: format!("http://{address}/jwks"),
            served,
        }
    }

    pub(crate) fn fetches(&self) -> usize {
        self.served.fetches.load(Ordering::SeqCst)
    }

    pub(crate) fn set_up(&self, is_up: bool) {
        self.served.is_up.store(is_up, Ordering::SeqCst);
    }

    pub(crate) fn publish(&self, key: Value) {
        let keys = self.served.keys.lock();
        keys.unwrap_or_else(PoisonError::into_inner).push(key);
    }

    /// The settings of a server that believes this issuer.
    pub(crate) fn settings(&self) -> [(&str, &str); 4] {
        [
            ("AUTH", "required"),
            ("JWKS_URL", &self.url),
            ("JWT_ISSUER", ISSUER),
            ("JWT_AUDIENCE", AUDIENCE),
        ]
    }
}

async fn serve(State(served): State<Arc<Served>>) -> Result<String, StatusCode> {
    served.fetches.fetch_add(1, Ordering::SeqCst);
    if !served.is_up.load(Ordering::SeqCst) {
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let keys = served.keys.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(json!({"keys": *keys}).to_string())
}
