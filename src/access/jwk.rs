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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The claims of RFC 7515, A.1 to A.3.
    const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const RSA: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

    fn key(jwk: Value) -> Option<Key> {
        serde_json::from_value::<Jwk>(jwk).ok()?.key()
    }

    fn holds(key: &Key, message: &str, signature: &str) {
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert!(key.verifies(message.as_bytes(), &signature));
        for bit in 0..signature.len() * 8 {
            let mut flipped = signature.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.verifies(message.as_bytes(), &flipped), "bit {bit}");
        }
        assert!(!key.verifies(&message.as_bytes()[1..], &signature));
        assert!(!key.verifies(message.as_bytes(), &signature[1..]));
        assert!(!key.verifies(message.as_bytes(), b""));
    }

    #[test]
    fn rfc_7515_a_2_is_verified_by_rs256() {
        let key = key(json!({"kty": "RSA", "kid": "a", "n": RSA, "e": "AQAB"})).unwrap();
        assert_eq!(key.algorithm(), "RS256");
        let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        holds(&key, &format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}"), signature);
    }

    #[test]
    fn rfc_7515_a_3_is_verified_by_es256() {
        let (x, y) = (
            "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        );
        let key = key(json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": x, "y": y})).unwrap();
        assert_eq!(key.algorithm(), "ES256");
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        holds(&key, &format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}"), signature);
    }

    #[test]
    fn rfc_8037_a_4_is_verified_by_eddsa() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let key = key(json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": x})).unwrap();
        assert_eq!(key.algorithm(), "EdDSA");
        let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        holds(&key, message, signature);
    }

    #[test]
    fn sets_are_bounded_and_odd_keys_left_out() {
        let set = |count: usize| {
            let key = |number| json!({"kty": "RSA", "kid": number, "n": RSA, "e": "AQAB"});
            let all: Vec<Value> = (0..count).map(|number| key(number.to_string())).collect();
            keys(json!({ "keys": all }).to_string().as_bytes()).map(|keys| keys.len())
        };
        assert_eq!(set(64), Ok(64));
        assert!(set(65).is_err());
        for bad in ["", "{}", "[]", "null", r#"{"keys":{}}"#] {
            assert!(keys(bad.as_bytes()).is_err(), "{bad}");
        }
        let odd = r#"{"keys":[1,null,{},{"kty":"oct","kid":"a","k":"AAAA"},{"kty":"EC","crv":"P-384","kid":"b"}]}"#;
        assert_eq!(keys(odd.as_bytes()).map(|keys| keys.len()), Ok(0));
    }
}
