//! Public keys of tokens (RFC 7517, 7518, 8037): EdDSA with Ed25519, ES256 and RS256, the algorithm fixed by the key.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

use crate::media::Invalid;

/// Most keys of a set.
const MAX_KEYS: usize = 64;

/// A key that verifies.
#[derive(Debug)]
pub(super) enum Key {
    Ed25519([u8; 32]),
    /// An uncompressed point.
    P256([u8; 65]),
    /// Big-endian, without leading zeros.
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

/// The members that count; whatever else a key has is not for us.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

impl Key {
    /// The only `alg` that tokens of this key may have.
    pub(super) fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "EdDSA",
            Self::P256(_) => "ES256",
            Self::Rsa { .. } => "RS256",
        }
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Self::Rsa { modulus, exponent } => RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
        };
        verified.is_ok()
    }
}

impl Jwk {
    /// `None` for a key that is not for verifying, or not by an algorithm that we take.
    fn key(&self) -> Option<Key> {
        let verifies = |operations: &Vec<String>| operations.iter().any(|one| one == "verify");
        if self.usage.as_deref().is_some_and(|usage| usage != "sig")
            || self.key_ops.as_ref().is_some_and(|all| !verifies(all))
        {
            return None;
        }
        let bytes = |member: &Option<String>| URL_SAFE_NO_PAD.decode(member.as_ref()?).ok();
        let key = match (self.kty.as_str(), self.crv.as_deref()) {
            ("OKP", Some("Ed25519")) => Key::Ed25519(bytes(&self.x)?.try_into().ok()?),
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes(&self.x)?, bytes(&self.y)?);
                let right = x.len() == 32 && y.len() == 32;
                let point = [&[4], &x[..], &y[..]].concat();
                Key::P256(point.try_into().ok().filter(|_| right)?)
            }
            ("RSA", None) => {
                let (modulus, exponent) = (bytes(&self.n)?, bytes(&self.e)?);
                let minimal = modulus.first()? != &0 && exponent.first()? != &0;
                (minimal && modulus.len() >= 256).then_some(Key::Rsa { modulus, exponent })?
            }
            _ => return None,
        };
        let fits = self.alg.as_deref().is_none_or(|alg| alg == key.algorithm());
        fits.then_some(key)
    }
}

/// The usable keys of a JWK set by their ids. Of two with the same id neither is usable.
///
/// # Errors
/// `Invalid` when it is no set, or one of more than 64 keys.
pub(super) fn keys(set: &[u8]) -> Result<HashMap<String, Arc<Key>>, Invalid> {
    let set: Set = serde_json::from_slice(set).map_err(|_| Invalid::new("not a JWK set"))?;
    if set.keys.len() > MAX_KEYS {
        return Err(Invalid::new("a JWK set of more than 64 keys"));
    }
    let mut keys = HashMap::new();
    for value in set.keys {
        let Ok(jwk) = serde_json::from_value::<Jwk>(value) else {
            continue;
        };
        let key = jwk.key().map(Arc::new);
        keys.entry(jwk.kid)
            .and_modify(|known| *known = None)
            .or_insert(key);
    }
    Ok(keys
        .into_iter()
        .filter_map(|(kid, key)| Some((kid, key?)))
        .collect())
}
