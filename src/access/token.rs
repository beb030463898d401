//! Tokens (RFC 7515, 7519): what their header may say, and what their claims must.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use super::jwk::Key;
use crate::media::Owner;

/// The longest token in bytes.
const MAX_BYTES: usize = 8192;
/// How far the issuer's clock may be from ours.
const LEEWAY: Duration = Duration::from_secs(5);

/// Why a token tells nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BadToken {
    /// It is malformed, forged, expired, not yet valid, or not for us.
    #[error("the token is not valid: {0}")]
    Invalid(&'static str),
    /// The issuer's keys cannot be had.
    #[error("the issuer's keys cannot be fetched")]
    Unavailable,
}

/// The header's members that count. Those that point to keys (`jku`, `jwk`, `x5u`, `x5c`) are not looked at.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: Option<String>,
    /// Whether it is there, whatever it says.
    #[serde(default, deserialize_with = "is_there")]
    crit: bool,
}

fn is_there<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

/// The claims that count, all of them required. Times are numbers and nothing else.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    nbf: f64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// A token taken apart, and nothing of it verified.
pub(super) struct Token<'a> {
    header: Header,
    /// Header and claims as they were signed.
    signed: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

/// Whether it is meant as a token: three parts between dots.
pub(super) fn has_shape(credential: &[u8]) -> bool {
    credential.split(|&byte| byte == b'.').count() == 3
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    pub(super) fn parse(token: &'a [u8]) -> Result<Self, BadToken> {
        let malformed = BadToken::Invalid("malformed");
        if token.len() > MAX_BYTES {
            return Err(BadToken::Invalid("longer than 8 KiB"));
        }
        let token = std::str::from_utf8(token).map_err(|_| malformed.clone())?;
        let (signed, signature) = token.rsplit_once('.').ok_or_else(|| malformed.clone())?;
        let (header, claims) = signed.split_once('.').ok_or_else(|| malformed.clone())?;
        let header: Header = object(header).ok_or_else(|| malformed.clone())?;
        if header.crit {
            return Err(BadToken::Invalid("has a critical extension"));
        }
        let is_access = |typ: &String| {
            let typ = typ.to_ascii_lowercase();
            matches!(
                typ.strip_prefix("application/").unwrap_or(&typ),
                "jwt" | "at+jwt"
            )
        };
        if !header.typ.as_ref().is_none_or(is_access) {
            return Err(BadToken::Invalid("of another type"));
        }
        Ok(Self {
            header,
            signed,
            claims,
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed)?,
        })
    }

    /// The id of the key that it says it is signed by.
    pub(super) fn key_id(&self) -> &str {
        &self.header.kid
    }

    /// The subject, if this key signed it and everything in it holds at `now` (Unix seconds).
    pub(super) fn verify(
        &self,
        key: &Key,
        issuer: &str,
        audience: &str,
        now: i64,
    ) -> Result<Owner, BadToken> {
        let ensure = |holds: bool, why| holds.then_some(()).ok_or(BadToken::Invalid(why));
        ensure(
            self.header.alg == key.algorithm(),
            "not its key's algorithm",
        )?;
        ensure(
            key.verifies(self.signed.as_bytes(), &self.signature),
            "wrong signature",
        )?;
        let claims: Claims =
            object(self.claims).ok_or(BadToken::Invalid("claims missing or of a wrong type"))?;
        let for_us = match &claims.aud {
            Audience::One(one) => one == audience,
            Audience::Many(many) => many.iter().any(|one| one == audience),
        };
        let (now, leeway) = (now as f64, LEEWAY.as_secs_f64());
        ensure(claims.iss == issuer, "of another issuer")?;
        ensure(for_us, "for another audience")?;
        ensure(now < claims.exp + leeway, "expired")?;
        ensure(claims.nbf <= now + leeway, "not valid yet")?;
        // Owners are trimmed, so a subject that is not would be somebody else's.
        Owner::new(&claims.sub)
            .ok()
            .filter(|owner| !claims.sub.is_empty() && owner.as_str() == claims.sub)
            .ok_or(BadToken::Invalid("no subject that an owner can have"))
    }
}

/// A JSON object in base64url without padding.
fn object<T: DeserializeOwned>(text: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(text).ok()?;
    // serde would take an array for a struct.
    let first = json.iter().find(|byte| !byte.is_ascii_whitespace());
    first.filter(|&&first| first == b'{')?;
    serde_json::from_slice(&json).ok()
}
