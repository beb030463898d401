//! Signed URLs: whoever holds one may make that very request until it ends. The HMAC is over the request as it was understood, and
//! the target must be that request's one spelling, byte for byte.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use crate::media::{Invalid, MediaId, Variant, canonical_query, read_query};

/// What every target begins with.
const BASE: &str = "/api/v1/media/";
/// The longest time that a signature can be good for, in seconds.
pub const MAX_SECONDS: u64 = 7 * 24 * 3600;
/// The shortest secret in bytes.
const MIN_SECRET_BYTES: usize = 32;

/// A secret with a name.
#[derive(Clone)]
pub struct SigningKey {
    id: String,
    key: hmac::Key,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl FromStr for SigningKey {
    type Err = Invalid;

    /// `KID:HEX`, the secret of at least 32 bytes.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let form = || Invalid::new("has an entry that is not KID:HEX");
        let (id, secret) = text.split_once(':').ok_or_else(form)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !(1..=32).contains(&id.len()) || !id.bytes().all(is_plain) {
            return Err(Invalid::new(
                "has a KID that is not 1 to 32 letters, digits, `-` or `_`",
            ));
        }
        let secret = hex::decode(secret).map_err(|_| form())?;
        if secret.len() < MIN_SECRET_BYTES {
            return Err(Invalid::new("has a secret of fewer than 32 bytes"));
        }
        Ok(Self {
            id: id.to_owned(),
            key: hmac::Key::new(hmac::HMAC_SHA256, &secret),
        })
    }
}

impl SigningKey {
    /// What the key is called in URLs.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// What a signed URL shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The file as it was uploaded.
    Original,
    /// A variant.
    Variant(Variant),
    /// A rendition by these parameters, in canonical spelling.
    Transform(String),
}

/// Why a signed URL shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// It is not one of ours, or not spelled as it was signed.
    #[error("the signature is not valid")]
    Invalid,
    /// Its time is over.
    #[error("the signature has expired")]
    Expired,
}

/// One exact request, GET or HEAD, and until when it may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// The reference.
    pub id: MediaId,
    /// What of it.
    pub wanted: Wanted,
    /// The first second, in Unix time, at which it may not be made any more.
    pub expires_at: u64,
}

impl SignedRequest {
    /// The target after `/api/v1`, with its signature by this key.
    ///
    /// ```
    /// use mana_media::access::{SignedRequest, SigningKey, Wanted};
    /// let key: SigningKey = format!("k1:{}", "07".repeat(32)).parse().unwrap();
    /// let request = SignedRequest {
    ///     id: "019aac1e-0000-7000-8000-000000000000".parse().unwrap(),
    ///     wanted: Wanted::Transform("w=400&format=webp".into()),
    ///     expires_at: 1_800_000_000,
    /// };
    /// let target = request.sign(&key);
    /// assert!(target.starts_with("/media/019aac1e-0000-7000-8000-000000000000/transform?w=400&format=webp&exp=1800000000&kid=k1&sig="));
    /// assert_eq!(SignedRequest::verify(&format!("/api/v1{target}"), &[key], 1_799_999_999), Ok(request));
    /// ```
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        let unsigned = self.unsigned(&key.id);
        let signature = hmac::sign(&key.key, message(&unsigned).as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature);
        format!("/media/{unsigned}&sig={signature}")
    }

    /// Reads a target (path and query, as they were sent) and checks its signature and its time; `now` in Unix seconds.
    ///
    /// # Errors
    /// `Expired` only for what was once valid.
    pub fn verify(target: &str, keys: &[SigningKey], now: u64) -> Result<Self, BadSignature> {
        let (request, key_id, signature) = Self::parse(target).ok_or(BadSignature::Invalid)?;
        let key = keys.iter().find(|key| key.id == key_id);
        let key = key.ok_or(BadSignature::Invalid)?;
        let unsigned = request.unsigned(key_id);
        hmac::verify(&key.key, message(&unsigned).as_bytes(), &signature)
            .map_err(|_| BadSignature::Invalid)?;
        let encoded = URL_SAFE_NO_PAD.encode(&signature);
        if target != format!("{BASE}{unsigned}&sig={encoded}")
            || request.expires_at.saturating_sub(now) > MAX_SECONDS
        {
            return Err(BadSignature::Invalid);
        }
        if now < request.expires_at {
            Ok(request)
        } else {
            Err(BadSignature::Expired)
        }
    }

    fn parse(target: &str) -> Option<(Self, &str, Vec<u8>)> {
        let (path, query) = target.strip_prefix(BASE)?.split_once('?')?;
        let (id, what) = path.split_once('/')?;
        let (rest, signature) = query.rsplit_once("&sig=")?;
        let (rest, key_id) = rest.rsplit_once("&kid=")?;
        let (parameters, expires_at) = rest
            .strip_prefix("exp=")
            .map(|expires_at| ("", expires_at))
            .or_else(|| rest.rsplit_once("&exp="))?;
        let wanted = match what {
            "transform" => Wanted::Transform(canonical_query(&read_query(parameters)?)?),
            _ if !parameters.is_empty() => return None,
            "file" => Wanted::Original,
            _ => Wanted::Variant(Variant::from_name(what.strip_prefix("file/")?)?),
        };
        let request = Self {
            id: id.parse().ok()?,
            wanted,
            expires_at: expires_at.parse().ok()?,
        };
        Some((request, key_id, URL_SAFE_NO_PAD.decode(signature).ok()?))
    }

    /// The one spelling, without base and signature.
    fn unsigned(&self, key_id: &str) -> String {
        let (id, expires_at) = (self.id, self.expires_at);
        let what = match &self.wanted {
            Wanted::Original => "file?".to_owned(),
            Wanted::Variant(variant) => format!("file/{}?", variant.name()),
            Wanted::Transform(query) if query.is_empty() => "transform?".to_owned(),
            Wanted::Transform(query) => format!("transform?{query}&"),
        };
        format!("{id}/{what}exp={expires_at}&kid={key_id}")
    }
}

/// What is signed: the method, and the target below `/api/v1/media/`.
fn message(unsigned: &str) -> String {
    format!("GET {unsigned}")
}

#[cfg(doctest)]
#[doc = include_str!("../../docs/signed-urls.md")]
struct Documented;
