//! Keys of trusted services: kept as hashes, compared in constant time.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use subtle::ConstantTimeEq as _;

use crate::media::{ContentHash, Invalid};

/// Fewer characters than this can be guessed.
const MIN_CHARACTERS: usize = 16;

/// What a service may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Upload, delete, restore and reprocess, for any user.
    UploadAs,
    /// Read everything of every user.
    ReadAll,
    /// Watch the service itself.
    Admin,
}

impl Scope {
    fn name(self) -> &'static str {
        match self {
            Self::UploadAs => "upload-as",
            Self::ReadAll => "read-all",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        [Self::UploadAs, Self::ReadAll, Self::Admin]
            .into_iter()
            .find(|scope| scope.name() == text)
            .ok_or_else(|| Invalid::new("scopes are upload-as, read-all and admin, joined by `+`"))
    }
}

/// A service's key. The key itself is not kept.
#[derive(Debug, Clone)]
pub struct ServiceKey {
    /// What the service is called here.
    pub name: Arc<str>,
    /// What it may do.
    pub scopes: Vec<Scope>,
    hash: ContentHash,
}

impl FromStr for ServiceKey {
    type Err = Invalid;

    /// `KEY` alone may upload and read for any user, `NAME:SCOPE+SCOPE:KEY` what it says. `KEY` is at least 16 characters without a
    /// colon, or `sha256:` and the hash of such in hex.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let parts: Vec<&str> = text.splitn(3, ':').collect();
        let (name, scopes, key) = match parts[..] {
            [_] | ["sha256", _] => ("service", "upload-as+read-all", text),
            [name, scopes, key] if !name.is_empty() => (name, scopes, key),
            _ => {
                let form = "has an entry that is neither KEY nor NAME:SCOPE+SCOPE:KEY";
                return Err(Invalid::new(form));
            }
        };
        let hash = match key.split_once(':') {
            Some(("sha256", hex)) => hex
                .parse()
                .map_err(|_| Invalid::new("has a hash that is not SHA-256 in hex"))?,
            Some(_) => return Err(Invalid::new("has a key with a colon in it")),
            None if key.len() < MIN_CHARACTERS => {
                return Err(Invalid::new("has a key of fewer than 16 characters"));
            }
            None => ContentHash::of(key.as_bytes()),
        };
        Ok(Self {
            name: name.into(),
            scopes: scopes
                .split('+')
                .map(str::parse)
                .collect::<Result<_, _>>()?,
            hash,
        })
    }
}

/// The key that was presented. Hashes are compared, all of them, so that timing tells nothing of any.
pub(super) fn find<'a>(keys: &'a [ServiceKey], presented: &[u8]) -> Option<&'a ServiceKey> {
    let presented = ContentHash::of(presented);
    keys.iter().fold(None, |found, key| {
        if bool::from(key.hash.0.ct_eq(&presented.0)) {
            Some(key)
        } else {
            found
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_their_forms() {
        let hash = ContentHash::of(b"0123456789abcdef").hex();
        for (text, name, scopes) in [
            (
                "0123456789abcdef",
                "service",
                &[Scope::UploadAs, Scope::ReadAll][..],
            ),
            (
                &format!("sha256:{hash}"),
                "service",
                &[Scope::UploadAs, Scope::ReadAll],
            ),
            (
                "chat:upload-as:0123456789abcdef",
                "chat",
                &[Scope::UploadAs],
            ),
            (
                &format!("ops:admin+read-all:sha256:{hash}"),
                "ops",
                &[Scope::Admin, Scope::ReadAll],
            ),
        ] {
            let key: ServiceKey = text.parse().unwrap();
            assert_eq!((&*key.name, &key.scopes[..]), (name, scopes), "{text}");
            assert!(find(std::slice::from_ref(&key), b"0123456789abcdef").is_some());
            assert!(find(&[key], b"0123456789abcdeg").is_none());
        }
        for bad in [
            "short",
            "",
            "a:0123456789abcdef",
            "a:write:0123456789abcdef",
            "a::0123456789abcdef",
            ":admin:0123456789abcdef",
            "a:admin:short",
            "a:admin:0123456789:abcdef",
            "sha256:0123",
            "a:admin:sha256:0123",
        ] {
            assert!(bad.parse::<ServiceKey>().is_err(), "{bad}");
        }
    }
}
