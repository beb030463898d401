//! A place in a listing: the sort key and id of the last row that was shown.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Invalid, MediaId};

/// What a listing is ordered by. Ties are always broken by id, in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// When the owner's reference was made.
    CreatedAt,
    /// When the picture was taken; undated ones count by `CreatedAt`.
    DateTaken,
    /// Size in bytes.
    Size,
}

/// A keyset cursor; opaque to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Microseconds since 1970 for the two dates, bytes for size.
    pub key: i64,
    /// The row's id.
    pub id: MediaId,
}

impl Cursor {
    /// The text that a client hands back.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.key.to_be_bytes());
        bytes[8..].copy_from_slice(self.id.0.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl FromStr for Cursor {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| Invalid::new("cursor is not one of ours"))?;
        let (key, id) = bytes
            .split_first_chunk::<8>()
            .ok_or_else(|| Invalid::new("cursor is not one of ours"))?;
        let id =
            uuid::Uuid::from_slice(id).map_err(|_| Invalid::new("cursor is not one of ours"))?;
        Ok(Self {
            key: i64::from_be_bytes(*key),
            id: MediaId(id),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_back() {
        let cursor = Cursor {
            key: -5,
            id: MediaId::new(),
        };
        assert_eq!(cursor.encode().parse(), Ok(cursor));
        assert!("AAAA".parse::<Cursor>().is_err());
        assert!("%".parse::<Cursor>().is_err());
    }
}
