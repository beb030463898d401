//! Identifiers: one newtype each, so that no two can be confused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Invalid;

macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident, $new:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh identifier.
            #[must_use]
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(Uuid::$new())
            }
        }
    };
}

uuid_newtype! {
    /// An owner's reference to some content (UUIDv7, RFC 9562): the `id` of the HTTP API.
    MediaId, now_v7
}
uuid_newtype! {
    /// One physical object in the store; made for one upload attempt and never used again.
    ObjectId, new_v4
}
uuid_newtype! {
    /// Proof that its holder has the current claim on some content's processing, or on a resumable upload.
    ClaimToken, new_v4
}
uuid_newtype! {
    /// A resumable upload. Who knows it may add to it, so it is random.
    UploadId, new_v4
}

impl fmt::Display for MediaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for MediaId {
    type Err = Invalid;

    /// Reads the hyphenated form only, so that every id has exactly one spelling but for case.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() != 36 {
            return Err(Invalid::new("not a media id"));
        }
        Uuid::try_parse(text)
            .map(Self)
            .map_err(|_| Invalid::new("not a media id"))
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl FromStr for UploadId {
    type Err = Invalid;

    /// Reads 32 hex digits.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.parse::<ObjectId>()
            .map(|ObjectId(id)| Self(id))
            .map_err(|_| Invalid::new("not an upload id"))
    }
}

impl FromStr for ObjectId {
    type Err = Invalid;

    /// Reads 32 hex digits, as in a store key.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() != 32 {
            return Err(Invalid::new("not an object id"));
        }
        Uuid::try_parse(text)
            .map(Self)
            .map_err(|_| Invalid::new("not an object id"))
    }
}
