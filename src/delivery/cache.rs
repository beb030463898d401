//! What is asked for again, in memory: rows for a second, small files for as long as there is room.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::future::Cache;

use super::{Error, Made, Rendition};
use crate::catalog::{Catalog, Media};
use crate::media::{ContentHash, MediaId};

/// Files up to this size are kept in memory.
pub(super) const SMALL_BYTES: u64 = 256 << 10;
/// How long a row is taken for true: what another node deletes is seen here within a second.
const FRESH: Duration = Duration::from_millis(900);
/// Rows are not kept for so long after this node changed them, as an older one may be on its way here from the catalogue.
const CHANGING: Duration = Duration::from_secs(5);
const MAX_ROWS: u64 = 20_000;

/// References by id.
#[derive(Debug, Clone)]
pub(super) struct References {
    catalog: Arc<dyn Catalog>,
    fresh: Cache<MediaId, Option<Arc<Media>>>,
    changed: Cache<MediaId, ()>,
}

impl References {
    pub(super) fn new(catalog: Arc<dyn Catalog>) -> Self {
        let keep = |time: Duration| Cache::builder().max_capacity(MAX_ROWS).time_to_live(time);
        Self {
            catalog,
            fresh: keep(FRESH).build(),
            changed: Cache::builder().time_to_live(CHANGING).build(),
        }
    }

    /// Anybody's reference. One that nobody has is looked for each time, as it may come.
    pub(super) async fn find(&self, id: MediaId) -> Result<Option<Arc<Media>>, Error> {
        let look = async || {
            let found = self.catalog.media(id, None).await.map_err(Error::from)?;
            Ok::<_, Error>(found.map(Arc::new))
        };
        if self.changed.contains_key(&id) {
            return look().await;
        }
        if let Some(found) = self.fresh.get(&id).await {
            return Ok(found);
        }
        let found = Box::pin(self.fresh.try_get_with(id, look())).await;
        let found = found.map_err(|error| Error::clone(&error))?;
        if found.is_none() {
            self.fresh.invalidate(&id).await;
        }
        Ok(found)
    }

    pub(super) async fn forget(&self, id: MediaId) {
        self.changed.insert(id, ()).await;
        self.fresh.invalidate(&id).await;
    }
}

/// A whole file in memory.
#[derive(Debug, Clone)]
pub(super) struct SmallFile {
    pub(super) digest: ContentHash,
    pub(super) bytes: Bytes,
    pub(super) made: Made,
}

impl SmallFile {
    fn remembered(self) -> Self {
        let made = Made::Memory;
        Self { made, ..self }
    }
}

/// A rendition of a reference, and the digest of the variant that it is made of, if it is.
pub(super) type Key = (MediaId, Rendition, Option<ContentHash>);

/// Renditions by the reference they belong to: nobody's answer is quicker because somebody else asked before.
#[derive(Debug, Clone)]
pub(super) struct SmallFiles(Cache<Key, SmallFile>);

impl SmallFiles {
    pub(super) fn new(max_bytes: u64) -> Self {
        let weigh = |_: &Key, file: &SmallFile| {
            u32::try_from(file.bytes.len() + size_of::<SmallFile>()).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder().max_capacity(max_bytes).weigher(weigh);
        Self(cache.build())
    }

    /// A file with this digest; who asks first gets it, everybody else who asks meanwhile waits for it.
    pub(super) async fn get<F: Future<Output = Result<SmallFile, Error>>>(
        &self,
        key: Key,
        digest: ContentHash,
        load: impl FnOnce() -> F,
    ) -> Result<SmallFile, Error> {
        match self.0.get(&key).await {
            Some(file) if file.digest == digest => Ok(file.remembered()),
            // It has been made again since.
            Some(_) => {
                self.0.invalidate(&key).await;
                self.make(key, load()).await
            }
            None => self.make(key, load()).await,
        }
    }

    /// The same, whatever its digest; says `Made::Memory` to all but the first.
    pub(super) async fn get_or_make<F: Future<Output = Result<SmallFile, Error>>>(
        &self,
        key: Key,
        make: impl FnOnce() -> F,
    ) -> Result<SmallFile, Error> {
        match self.0.get(&key).await {
            Some(file) => Ok(file.remembered()),
            None => self.make(key, make()).await,
        }
    }

    async fn make(
        &self,
        key: Key,
        file: impl Future<Output = Result<SmallFile, Error>>,
    ) -> Result<SmallFile, Error> {
        let entry = Box::pin(self.0.entry(key).or_try_insert_with(file)).await;
        let entry = entry.map_err(|error| Error::clone(&error))?;
        let (is_fresh, file) = (entry.is_fresh(), entry.into_value());
        Ok(if is_fresh { file } else { file.remembered() })
    }

    pub(super) fn contains(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }
}
