//! Where bytes live: one trait, an S3 store, a file store and a memory store, and the one place where keys are spelt.
//! An object key is written once and never again; nothing here decides what may be deleted.

mod exact;
mod fs;
mod memory;
mod s3;

pub use fs::FsStore;
pub use memory::MemoryStore;
pub use s3::{S3Config, S3Store};

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::Stream;

use crate::media::{ContentHash, ObjectId};

/// What a key names. Every key in a store is one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlobKey {
    /// Bytes of some content or of something derived from it: `b/<aa>/<sha256 of the content>/<object id>`.
    Object {
        /// The content's hash; for a variant that of its source.
        hash: ContentHash,
        /// The upload attempt.
        object: ObjectId,
    },
    /// The identity that must equal the catalogue's: `meta/store-id`.
    StoreId,
    /// The epoch fence: `meta/epoch/<n>`.
    Epoch(u64),
}

impl BlobKey {
    /// The prefix of every object key.
    pub const OBJECTS: &str = "b/";
    /// The prefix of every epoch key.
    pub const EPOCHS: &str = "meta/epoch/";

    /// The prefix of the keys of every object that is, or is derived from, this content.
    #[must_use]
    pub fn folder(hash: ContentHash) -> String {
        format!("b/{:02x}/{hash}/", hash.0[0])
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object { hash, object } => write!(f, "b/{:02x}/{hash}/{object}", hash.0[0]),
            Self::StoreId => f.write_str("meta/store-id"),
            // Zero-padded, so that the store lists epochs in their order.
            Self::Epoch(epoch) => write!(f, "meta/epoch/{epoch:020}"),
        }
    }
}

impl FromStr for BlobKey {
    type Err = UnknownKey;

    fn from_str(key: &str) -> Result<Self, UnknownKey> {
        let unknown = || UnknownKey(key.to_owned());
        let parts: Vec<&str> = key.split('/').collect();
        let parsed = match parts.as_slice() {
            ["b", _, hash, object] => Self::Object {
                hash: hash.parse().map_err(|_| unknown())?,
                object: object.parse().map_err(|_| unknown())?,
            },
            ["meta", "store-id"] => Self::StoreId,
            ["meta", "epoch", epoch] => Self::Epoch(epoch.parse().map_err(|_| unknown())?),
            _ => return Err(unknown()),
        };
        // One spelling a key: anything that we would not write ourselves is not ours.
        if parsed.to_string() == key {
            Ok(parsed)
        } else {
            Err(unknown())
        }
    }
}

/// A key that is not one of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a key of this store: {0}")]
pub struct UnknownKey(pub String);

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key is taken; keys are written once.
    #[error("object key already exists: {0}")]
    Exists(String),
    /// Out of space or over a quota of the store.
    #[error("store is full")]
    Full(#[source] anyhow::Error),
    /// What was stored, sent back or asked for is not what was expected; the same call must not be tried again.
    #[error("store integrity: {0}")]
    Integrity(String),
    /// The store could not be reached or failed; the same call may succeed later.
    #[error("store unavailable")]
    Unavailable(#[source] anyhow::Error),
}

/// What to store: all bytes in memory, or a file that does not change meanwhile.
#[derive(Debug, Clone)]
pub enum Source {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A file and its length in bytes. The file store may take it over by a hard link, so it must never be written again.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its length.
        size_bytes: u64,
    },
}

impl Source {
    /// Length in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { size_bytes, .. } => *size_bytes,
        }
    }
}

/// Bytes on their way out of a store.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// An object, or a part of one, being read.
pub struct BlobReader {
    /// Length of the whole object in bytes, also when only a range is read.
    pub size_bytes: u64,
    /// The bytes of the range asked for.
    pub stream: ByteStream,
}

/// A key found by a listing. Keys that are not ours are kept as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The key as the store spells it, without the configured prefix.
    pub key: String,
    /// Length in bytes.
    pub size_bytes: u64,
    /// Seconds since 1970 of the last change, by the store's clock.
    pub modified_unix: i64,
}

/// Fields of the answer to a presigned URL.
#[derive(Debug, Clone, Default)]
pub struct AnswerFields {
    /// `Content-Type`.
    pub content_type: String,
    /// `Content-Disposition`.
    pub content_disposition: String,
    /// `Cache-Control`.
    pub cache_control: String,
}

/// How many keys a listing returns at most.
pub const LIST_LIMIT: usize = 1000;

/// The range to read of an object of this size: all of it when none is asked for.
fn within(range: Option<Range<u64>>, size_bytes: u64) -> Result<Range<u64>, Error> {
    let range = range.unwrap_or(0..size_bytes);
    if range.start <= range.end && range.end <= size_bytes {
        Ok(range)
    } else {
        Err(Error::Integrity(format!(
            "bytes {range:?} asked for of an object of {size_bytes}"
        )))
    }
}

/// A store of write-once objects.
///
/// It needs no more of a server than PUT, GET with range, HEAD, DELETE, LIST, read-after-write on a new key and multipart
/// uploads; above all no conditional PUT and no versioning.
#[async_trait]
pub trait BlobStore: Send + Sync + fmt::Debug {
    /// Whether an object of this size is uploaded in parts, which leaves something to abort if it is never finished. Then the
    /// id of the started upload comes back, and is to be recorded before `put` is called with it.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn begin(&self, key: &BlobKey, size_bytes: u64) -> Result<Option<String>, Error>;

    /// Stores an object durably and verifies that it has its full length. Retrying the same source on the same key is safe.
    ///
    /// `digest` is the SHA-256 of the source's own bytes. It is verified for bytes in memory; for a file only where its
    /// bytes pass through the store anyway (not for a hard link, nor for an upload in parts).
    ///
    /// A dropped call may still complete later.
    ///
    /// # Errors
    /// `Exists` where the store can tell and the content differs in length (S3 cannot and overwrites), `Full`,
    /// `Integrity`, `Unavailable`.
    async fn put(
        &self,
        key: &BlobKey,
        source: &Source,
        digest: &ContentHash,
        upload_id: Option<&str>,
    ) -> Result<(), Error>;

    /// The length of an object in bytes, `None` when there is none.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn head(&self, key: &BlobKey) -> Result<Option<u64>, Error>;

    /// Opens an object, or a range of it (half open, may be empty), `None` when there is none.
    ///
    /// # Errors
    /// `Integrity` when the range does not lie within the object, `Unavailable`; the stream yields an error rather than
    /// end early.
    async fn get(
        &self,
        key: &BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, Error>;

    /// A URL by which whoever has it may GET the object from the store itself for a while, and be answered with these fields; `None`
    /// where the store has no door of its own.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn presign(
        &self,
        _key: &BlobKey,
        _expires_in: Duration,
        _fields: &AnswerFields,
    ) -> Result<Option<String>, Error> {
        Ok(None)
    }

    /// Deletes an object and, when there is one, aborts its unfinished upload. It is no error when neither is there.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn delete(&self, key: &BlobKey, upload_id: Option<&str>) -> Result<(), Error>;

    /// The first 1,000 keys that begin with `prefix` and come after `after` in byte order, in that order; fewer only when
    /// there are no more. `after` is a key, present or not: SeaweedFS misreads the beginning of one (`b/80`).
    ///
    /// # Errors
    /// `Unavailable`.
    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<Listed>, Error>;
}
