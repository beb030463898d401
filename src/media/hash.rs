//! SHA-256 of the bytes exactly as they were sent: the identity of stored content.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Invalid;

/// A SHA-256 digest (FIPS 180-4). Shown and stored in URLs as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// The hash of a byte string held in memory.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The value of a `Repr-Digest` or `Content-Digest` field (RFC 9530): `sha-256=:<base64>:`.
    #[must_use]
    pub fn digest_field(&self) -> String {
        format!("sha-256=:{}:", STANDARD.encode(self.0))
    }

    /// The `sha-256` member of a `Repr-Digest` or `Content-Digest` field, `None` when it has no such member.
    ///
    /// # Errors
    /// `Invalid` when the member is there and is not 32 bytes of base64 between colons.
    pub fn from_digest_field(field: &str) -> Result<Option<Self>, Invalid> {
        let member = field.split(',').find_map(|member| {
            let (name, value) = member.trim().split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("sha-256")
                .then_some(value.trim())
        });
        let Some(value) = member else { return Ok(None) };
        value
            .strip_prefix(':')
            .and_then(|rest| rest.strip_suffix(':'))
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .and_then(|bytes| Self::from_slice(&bytes))
            .map(Some)
            .ok_or_else(|| Invalid::new("sha-256 digest is not `:<base64 of 32 bytes>:`"))
    }

    /// The hash in these bytes, `None` unless there are 32.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The digest as lower-case hex.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

impl FromStr for ContentHash {
    type Err = Invalid;

    /// Reads 64 hex digits in either case.
    fn from_str(hex: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("not a SHA-256 in hex");
        let mut hash = [0; 32];
        hex::decode_to_slice(hex, &mut hash).map_err(|_| invalid())?;
        Ok(Self(hash))
    }
}

impl TryFrom<String> for ContentHash {
    type Error = Invalid;

    fn try_from(hex: String) -> Result<Self, Invalid> {
        hex.parse()
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.hex()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_and_digest_field_are_read_back() {
        let hash = ContentHash::of(b"abc");
        assert_eq!(
            hash.hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(hash.hex().to_uppercase().parse(), Ok(hash));
        assert_eq!(
            ContentHash::from_digest_field(&hash.digest_field()),
            Ok(Some(hash))
        );
        assert_eq!(ContentHash::from_digest_field("md5=:x:"), Ok(None));
        assert!(ContentHash::from_digest_field("sha-256=:AAAA:").is_err());
        assert!("zz".parse::<ContentHash>().is_err());
        assert!("+1".repeat(32).parse::<ContentHash>().is_err());
    }
}
