//! What a tus 1.0.0 client says of a file before it sends it, and of the bytes that it sends.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{AppName, ContentHash, FileName, Invalid, Owner};

/// The longest `Upload-Metadata`, in bytes.
const MAX_BYTES: usize = 4096;

/// What a client says of a file: `Upload-Metadata`, pairs of a key and a value in base64. Keys that are not ours count for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Announcement {
    /// `filename`.
    pub name: Option<FileName>,
    /// `filetype`: the media type that the client claims.
    pub declared_type: Option<String>,
    /// `app`.
    pub app: AppName,
    /// `userId`.
    pub owner: Owner,
    /// `skipProcessing` is `true`.
    pub skip_processing: bool,
}

impl Announcement {
    /// Reads the field's value.
    ///
    /// # Errors
    /// `Invalid` over 4 KiB, for a key twice, for what is no base64 of UTF-8, and for values that our nouns refuse.
    pub fn parse(field: &str) -> Result<Self, Invalid> {
        if field.len() > MAX_BYTES {
            return Err(Invalid::new(format!(
                "Upload-Metadata is longer than {MAX_BYTES} bytes"
            )));
        }
        let mut values = BTreeMap::new();
        for pair in field.split(',').map(str::trim) {
            if pair.is_empty() && field.trim().is_empty() {
                break;
            }
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let invalid = || {
                Invalid::new("Upload-Metadata is not `key base64, …` of UTF-8 with each key once")
            };
            let value = STANDARD.decode(value.trim()).map_err(|_| invalid())?;
            let value = String::from_utf8(value).map_err(|_| invalid())?;
            if key.is_empty() || !key.is_ascii() || values.insert(key, value).is_some() {
                return Err(invalid());
            }
        }
        let get = |key| values.get(key).map_or("", String::as_str);
        Ok(Self {
            name: FileName::from_client(get("filename")),
            declared_type: Some(get("filetype").to_owned()).filter(|mime| !mime.is_empty()),
            app: AppName::new(get("app"))?,
            owner: Owner::new(get("userId"))?,
            skip_processing: get("skipProcessing") == "true",
        })
    }
}

/// A digest that bytes must have: `Upload-Checksum`, an algorithm and the digest in base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// `sha1` (FIPS 180-4). Against accidents only.
    Sha1([u8; 20]),
    /// `sha256`.
    Sha256(ContentHash),
}

impl Checksum {
    /// The algorithms, as `Tus-Checksum-Algorithm` lists them.
    pub const ALGORITHMS: &'static str = "sha1,sha256";

    /// Reads the field's value.
    ///
    /// # Errors
    /// `Invalid` for another algorithm, and for what is no digest of that length in base64.
    pub fn parse(field: &str) -> Result<Self, Invalid> {
        let (algorithm, digest) = field.trim().split_once(' ').unwrap_or_default();
        let digest = STANDARD.decode(digest.trim()).unwrap_or_default();
        match algorithm {
            "sha1" => digest.try_into().ok().map(Self::Sha1),
            "sha256" => ContentHash::from_slice(&digest).map(Self::Sha256),
            _ => None,
        }
        .ok_or_else(|| {
            Invalid::new("Upload-Checksum is not `sha1` or `sha256` and the digest in base64")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_are_read() {
        let field = "filename Zm90by5qcGc=,filetype aW1hZ2UvanBlZw==, userId YW5uYQ==,app cGljdHVyZQ==,is_confidential,\
                     skipProcessing dHJ1ZQ==";
        let read = Announcement::parse(field).unwrap();
        assert_eq!(read.name.unwrap().as_str(), "foto.jpg");
        assert_eq!(read.declared_type.as_deref(), Some("image/jpeg"));
        assert_eq!(
            (read.owner.as_str(), read.app.as_str()),
            ("anna", "picture")
        );
        assert!(read.skip_processing);
        assert_eq!(Announcement::parse(""), Ok(Announcement::default()));
        for wrong in [
            "filename ?",
            "a YQ==,a YQ==",
            "a YQ==,,b YQ==",
            " , ",
            "filename /w==",
            "ä YQ==",
            "userId AA==",
            &"a".repeat(5000),
        ] {
            assert!(Announcement::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn checksums_are_read() {
        let hash = ContentHash::of(b"abc");
        let field = format!("sha256 {}", STANDARD.encode(hash.0));
        assert_eq!(Checksum::parse(&field), Ok(Checksum::Sha256(hash)));
        assert_eq!(
            Checksum::parse("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="),
            Ok(Checksum::Sha1(*b"\x2a\xae\x6c\x35\xc9\x4f\xcf\xb4\x15\xdb\xe9\x5f\x40\x8b\x9c\xe9\x1e\xe8\x46\xed"))
        );
        for wrong in [
            "",
            "sha1",
            "sha1 YQ==",
            "md5 YQ==",
            "sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
        ] {
            assert!(Checksum::parse(wrong).is_err(), "{wrong}");
        }
    }
}
