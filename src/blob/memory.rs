//! Objects in memory, for the tests of the rooms above. Nothing is kept.

use std::collections::BTreeMap;
use std::ops::{Bound, Range};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::Utc;
use futures_util::stream;

use super::exact::exactly;
use super::{BlobKey, BlobReader, BlobStore, Error, LIST_LIMIT, Listed, Source, within};
use crate::media::ContentHash;

#[derive(Debug, Clone)]
struct Object {
    bytes: Bytes,
    modified_unix: i64,
}

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    objects: Mutex<BTreeMap<String, Object>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl BlobStore for MemoryStore {
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
        let bytes = match source {
            Source::Bytes(bytes) => bytes.clone(),
            Source::File { path, .. } => match tokio::fs::read(path).await {
                Ok(bytes) => bytes.into(),
                Err(error) => return Err(Error::Unavailable(error.into())),
            },
        };
        if bytes.len() as u64 != source.size_bytes() || ContentHash::of(&bytes) != *digest {
            return Err(Error::Integrity(format!(
                "{key}: the source is not what was announced"
            )));
        }
        let key = key.to_string();
        let mut objects = self.objects();
        match objects.get(&key) {
            Some(there) if there.bytes.len() == bytes.len() => {}
            Some(_) => return Err(Error::Exists(key)),
            None => {
                let modified_unix = Utc::now().timestamp();
                objects.insert(
                    key,
                    Object {
                        bytes,
                        modified_unix,
                    },
                );
            }
        }
        Ok(())
    }

    async fn head(&self, key: &BlobKey) -> Result<Option<u64>, Error> {
        let objects = self.objects();
        Ok(objects
            .get(&key.to_string())
            .map(|object| object.bytes.len() as u64))
    }

    async fn get(
        &self,
        key: &BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, Error> {
        let Some(Object { bytes, .. }) = self.objects().get(&key.to_string()).cloned() else {
            return Ok(None);
        };
        let size_bytes = bytes.len() as u64;
        let range = within(range, size_bytes)?;
        let chunk = bytes.slice(range.start as usize..range.end as usize);
        Ok(Some(BlobReader {
            size_bytes,
            stream: exactly(stream::iter([Ok(chunk)]), range.end - range.start),
        }))
    }

    async fn delete(&self, key: &BlobKey, _upload_id: Option<&str>) -> Result<(), Error> {
        self.objects().remove(&key.to_string());
        Ok(())
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<Listed>, Error> {
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let objects = self.objects();
        let found = objects
            .range::<str, _>((from, Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .take(LIST_LIMIT);
        Ok(found
            .map(|(key, object)| Listed {
                key: key.clone(),
                size_bytes: object.bytes.len() as u64,
                modified_unix: object.modified_unix,
            })
            .collect())
    }
}
