//! Objects as files below one folder, durable once `put` has returned: `b/<aa>/<sha256>/<object id>` and `meta/…` as in the
//! keys, and `tmp/` for what is still being written. Nothing else in the folder is looked at.
//!
//! All fixed folders are made when the store is opened and never removed; `put` adds no more than one below them. So a disk
//! that is not mounted fails instead of being filled underneath, and two folders to sync are always enough.

mod place;
mod walk;

use std::fmt;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;

use anyhow::Context as _;
use async_trait::async_trait;
use futures_util::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use super::exact::exactly;
use super::{BlobKey, BlobReader, BlobStore, Error, Listed, Source, within};
use crate::disk;
use crate::media::ContentHash;
use crate::threads::blocking;

/// Bytes read or copied at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// A store of files.
#[derive(Debug, Clone)]
pub struct FsStore {
    root: PathBuf,
    keep_free_bytes: u64,
}

impl FsStore {
    /// Opens the store in a folder, making what is missing, and removes temporary files that a crash left long ago. Several
    /// processes may have the same store open.
    ///
    /// # Errors
    /// `Unavailable` or `Full` when the folder cannot be made or written to.
    pub async fn open(root: PathBuf) -> Result<Self, Error> {
        let store = Self {
            root: root.clone(),
            keep_free_bytes: 0,
        };
        blocking(move || place::prepare(&root)).await?;
        Ok(store)
    }

    /// The same store, which is full for new objects when so few bytes are free on its file system.
    #[must_use]
    pub fn keeping_free(self, keep_free_bytes: u64) -> Self {
        Self {
            keep_free_bytes,
            ..self
        }
    }

    /// What is in a file takes no more room by a link; where it has to be copied, the disk itself has the last word.
    fn check_room(&self, source: &Source) -> Result<(), Error> {
        let more_bytes = match source {
            Source::Bytes(bytes) => bytes.len() as u64,
            Source::File { .. } => 0,
        };
        let room = disk::room(&self.root)
            .map_err(|error| failed(error, "look for room in", &self.root.display()))?;
        if room.free_bytes >= self.keep_free_bytes.saturating_add(more_bytes) {
            return Ok(());
        }
        let text = format!(
            "{} bytes are free, and {} are kept free",
            room.free_bytes, self.keep_free_bytes
        );
        Err(Error::Full(anyhow::anyhow!(text)))
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.root.join(key.to_string())
    }
}

#[async_trait]
impl BlobStore for FsStore {
    async fn begin(&self, _key: &BlobKey, _size_bytes: u64) -> Result<Option<String>, Error> {
        Ok(None)
    }

    async fn put(
        &self,
        key: &BlobKey,
        source: &Source,
        digest: &ContentHash,
        _upload_id: Option<&str>,
    ) -> Result<(), Error> {
        let (root, key, source, digest) = (self.root.clone(), *key, source.clone(), *digest);
        // Not for the marks of the epoch: without them nothing could be deleted.
        if matches!(key, BlobKey::Object { .. }) {
            self.check_room(&source)?;
        }
        blocking(move || place::put(&root, &key, &source, &digest)).await
    }

    async fn head(&self, key: &BlobKey) -> Result<Option<u64>, Error> {
        match tokio::fs::metadata(self.path(key)).await {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error, "look up", key)),
        }
    }

    async fn get(
        &self,
        key: &BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, Error> {
        let mut file = match tokio::fs::File::open(self.path(key)).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error, "open", key)),
        };
        let metadata = file.metadata().await;
        let size_bytes = metadata
            .map_err(|error| failed(error, "look up", key))?
            .len();
        let range = within(range, size_bytes)?;
        if range.start > 0 {
            let seek = file.seek(SeekFrom::Start(range.start)).await;
            seek.map_err(|error| failed(error, "read", key))?;
        }
        let key = *key;
        let length = range.end - range.start;
        let chunks = ReaderStream::with_capacity(file.take(length), CHUNK_BYTES)
            .map(move |chunk| chunk.map_err(|error| failed(error, "read", &key)));
        Ok(Some(BlobReader {
            size_bytes,
            stream: exactly(chunks, length),
        }))
    }

    async fn delete(&self, key: &BlobKey, _upload_id: Option<&str>) -> Result<(), Error> {
        let (root, key) = (self.root.clone(), *key);
        blocking(move || place::delete(&root, &key)).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<Listed>, Error> {
        let root = self.root.clone();
        let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
        let found = blocking(move || walk::list(&root, &prefix, after.as_deref())).await;
        found.context("list objects").map_err(Error::Unavailable)
    }
}

/// What an I/O error means to the caller.
fn failed(error: io::Error, doing: &str, what: &impl fmt::Display) -> Error {
    let kind = error.kind();
    let cause = anyhow::Error::new(error).context(format!("{doing} {what}"));
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full(cause),
        _ => Error::Unavailable(cause),
    }
}
