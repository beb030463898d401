//! The issuer's keys: fetched when one is asked for that is not known, at most every 30 seconds, and used for a day if they cannot
//! be fetched again.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::sync::Mutex;

use super::jwk::{self, Key};
use super::token::{BadToken, Token};
use crate::media::{Invalid, Owner};

/// Between two fetches.
const PAUSE: Duration = Duration::from_secs(30);
/// After this, keys are fetched again beside their use, so that one that was withdrawn does not live on.
const FRESH: Duration = Duration::from_mins(10);
/// After this, keys that could not be fetched again count no more.
const STALE: Duration = Duration::from_hours(24);
/// To the end of a fetch.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest answer in bytes.
const MAX_BYTES: usize = 256 << 10;

/// Where tokens come from and whom they are for.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// Where its JWK set is; https, or http on loopback.
    pub jwks_url: String,
    /// `iss` of its tokens.
    pub issuer: String,
    /// What `aud` of tokens for us is or has in it.
    pub audience: String,
}

/// Verifies tokens of one issuer.
#[derive(Debug, Clone)]
pub(super) struct Tokens(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    issuer: Issuer,
    uri: Uri,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    known: RwLock<Known>,
    /// When the last fetch began; held during one.
    last_fetch: Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct Known {
    keys: HashMap<String, Arc<Key>>,
    fetched_at: Option<Instant>,
}

impl Tokens {
    /// Fails unless the keys' address is https, or http on this machine.
    pub(super) fn new(issuer: Issuer) -> Result<Self, Invalid> {
        let uri: Uri = issuer
            .jwks_url
            .parse()
            .map_err(|_| Invalid::new("JWKS_URL is not a URL"))?;
        let secure = match (uri.scheme_str(), uri.host()) {
            (Some("https"), Some(_)) => true,
            (Some("http"), Some(host)) => is_loopback(host),
            _ => false,
        };
        if !secure {
            return Err(Invalid::new("JWKS_URL must be https, or http on loopback"));
        }
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(|error| Invalid::new(format!("JWKS_URL: no certificates to trust: {error}")))?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Arc::new(Inner {
            issuer,
            uri,
            client: Client::builder(TokioExecutor::new()).build(connector),
            known: RwLock::default(),
            last_fetch: Mutex::new(None),
        })))
    }

    /// The subject of a valid token.
    pub(super) async fn verify(&self, token: &[u8], now: i64) -> Result<Owner, BadToken> {
        let token = Token::parse(token)?;
        let key = self.key(token.key_id()).await?;
        let Issuer {
            issuer, audience, ..
        } = &self.0.issuer;
        token.verify(&key, issuer, audience, now)
    }

    async fn key(&self, id: &str) -> Result<Arc<Key>, BadToken> {
        let (key, age) = self.0.look(id);
        if let Some(key) = key {
            if age.is_some_and(|age| age > FRESH) && self.0.is_due() {
                let inner = Arc::clone(&self.0);
                tokio::spawn(async move { inner.refresh().await });
            }
            return Ok(key);
        }
        self.0.refresh().await;
        match self.0.look(id) {
            (Some(key), _) => Ok(key),
            (None, Some(_)) => Err(BadToken::Invalid("signed by an unknown key")),
            (None, None) => Err(BadToken::Unavailable),
        }
    }
}

impl Inner {
    /// A key, and the age of what is known; `None` when nothing is.
    fn look(&self, id: &str) -> (Option<Arc<Key>>, Option<Duration>) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let age = known.fetched_at.map(|at| at.elapsed());
        match age.filter(|age| *age < STALE) {
            Some(age) => (known.keys.get(id).cloned(), Some(age)),
            None => (None, None),
        }
    }

    /// Whether a fetch would be made now, and none is being made.
    fn is_due(&self) -> bool {
        let last_fetch = self.last_fetch.try_lock();
        last_fetch.is_ok_and(|last| last.is_none_or(|at| at.elapsed() >= PAUSE))
    }

    /// Fetches the keys, unless that was tried a moment ago. Whoever comes meanwhile waits for the same fetch.
    async fn refresh(&self) {
        let mut last_fetch = self.last_fetch.lock().await;
        if last_fetch.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        *last_fetch = Some(Instant::now());
        let fetched = tokio::time::timeout(FETCH_TIMEOUT, self.fetch()).await;
        match fetched.context("no answer in time").and_then(|keys| keys) {
            Ok(keys) => {
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Known {
                    keys,
                    fetched_at: Some(Instant::now()),
                };
            }
            Err(error) => tracing::warn!(error = format!("{error:#}"), "cannot fetch JWKS_URL"),
        }
    }

    async fn fetch(&self) -> anyhow::Result<HashMap<String, Arc<Key>>> {
        let answer = self.client.get(self.uri.clone()).await?;
        ensure!(
            answer.status() == StatusCode::OK,
            "answer {}",
            answer.status()
        );
        let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
        let body = body.map_err(|error| anyhow::anyhow!(error))?.to_bytes();
        Ok(jwk::keys(&body)?)
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_from_a_safe_place() {
        let new = |url: &str| {
            Tokens::new(Issuer {
                jwks_url: url.into(),
                issuer: "i".into(),
                audience: "a".into(),
            })
        };
        for good in [
            "https://auth.example/jwks",
            "http://127.0.0.1:1/jwks",
            "http://[::1]/jwks",
            "http://localhost:3001/jwks",
        ] {
            assert!(new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "/jwks",
            "http://auth.example/jwks",
            "http://127.0.0.1.example/jwks",
            "http://localhost.example/jwks",
            "file:///jwks",
            "ftp://127.0.0.1/jwks",
        ] {
            assert!(new(bad).is_err(), "{bad}");
        }
    }
}
