//! One live object against what the catalogue says of it.

use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use crate::blob::{self, BlobKey, BlobStore};
use crate::catalog::CatalogObject;
use crate::media::ContentHash;

/// What is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not there.
    Missing,
    /// It has another length, or cannot be read to its end.
    Damaged(String),
    /// It has the right length and other bytes.
    WrongBytes(ContentHash),
}

/// Where an object is.
pub(super) fn key_of(row: &CatalogObject) -> BlobKey {
    BlobKey::Object {
        hash: row.hash,
        object: row.object,
    }
}

/// Reads and hashes an object: how many bytes that took, and what is wrong with it.
///
/// # Errors
/// When the store does not let it be opened, which says nothing about the object.
pub(super) async fn inspect(
    blobs: &dyn BlobStore,
    row: &CatalogObject,
) -> Result<(u64, Option<Fault>), blob::Error> {
    let Some(mut reader) = blobs.get(&key_of(row), None).await? else {
        return Ok((0, Some(Fault::Missing)));
    };
    let (mut read_bytes, mut hasher) = (0, Sha256::new());
    if reader.size_bytes != row.size_bytes {
        let text = format!("{} bytes, expected {}", reader.size_bytes, row.size_bytes);
        return Ok((0, Some(Fault::Damaged(text))));
    }
    loop {
        match reader.stream.try_next().await {
            Ok(Some(chunk)) => {
                hasher.update(&chunk);
                read_bytes += chunk.len() as u64;
            }
            Ok(None) => break,
            Err(error) => {
                let text = format!("cannot be read to its end: {error}");
                return Ok((read_bytes, Some(Fault::Damaged(text))));
            }
        }
    }
    let found = ContentHash(hasher.finalize().into());
    let is_right = row.digest.is_none_or(|expected| expected == found);
    Ok((read_bytes, (!is_right).then_some(Fault::WrongBytes(found))))
}
