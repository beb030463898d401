//! What fsck's findings ask for, done. Each is looked at again right before; bytes are only ever copied to a new object, never
//! over an old one.

use std::time::Duration;

use futures_util::StreamExt as _;

use super::fsck::{Finding, Live, Remedy};
use super::{Error, Fence};
use crate::blob::{BlobKey, BlobStore};
use crate::catalog::Catalog;
use crate::objects::{abandon, write_object};
use crate::spool::{Spool, Spooled};

/// Does what findings ask for.
#[derive(Debug)]
pub struct Repair<'a> {
    catalog: &'a dyn Catalog,
    blobs: &'a dyn BlobStore,
    spool: Spool,
    lease: Duration,
    orphan_age: Duration,
    /// Seconds since 1970 by the store's clock, once the fence was raised for a deletion.
    store_now_unix: Option<i64>,
}

impl<'a> Repair<'a> {
    /// Copies get `lease` for their commit; a key without a row must be older than `orphan_age` to be deleted.
    #[must_use]
    pub fn new(
        catalog: &'a dyn Catalog,
        blobs: &'a dyn BlobStore,
        spool: &Spool,
        lease: Duration,
        orphan_age: Duration,
    ) -> Self {
        Self {
            catalog,
            blobs,
            spool: spool.unlimited(),
            lease,
            orphan_age,
            store_now_unix: None,
        }
    }

    /// Does what the finding asks for; `false` when it cannot be done or is not needed any more.
    ///
    /// # Errors
    /// The catalogue's, the store's, the spool's; `WentBack` for a deletion.
    pub async fn apply(&mut self, finding: &Finding) -> Result<bool, Error> {
        match finding.remedy {
            None => Ok(false),
            Some(Remedy::CopyTwin(live)) => self.copy_twin(&live).await,
            Some(Remedy::RemakeVariant(live)) => {
                Ok(self.catalog.discard_variant(live.hash, live.object).await?)
            }
            Some(Remedy::DropRendition(live)) => {
                let (hash, object) = (live.hash, live.object);
                Ok(self.catalog.discard_rendition(hash, object).await?)
            }
            Some(Remedy::Recount) => {
                self.catalog.recount().await?;
                Ok(true)
            }
            Some(Remedy::DeleteOrphan(key)) => self.delete_orphan(&key).await,
            Some(Remedy::Reconcile) => {
                Fence::new(self.catalog, self.blobs).reconcile().await?;
                Ok(true)
            }
        }
    }

    /// Any object under the content's own hash may be a twin: trash, or a key that nothing knows. Its bytes decide.
    async fn copy_twin(&self, live: &Live) -> Result<bool, Error> {
        for listed in self.blobs.list(&BlobKey::folder(live.hash), None).await? {
            let Ok(key) = listed.key.parse::<BlobKey>() else {
                continue;
            };
            let broken = BlobKey::Object {
                hash: live.hash,
                object: live.object,
            };
            if key == broken || listed.size_bytes != live.size_bytes {
                continue;
            }
            match self.fetch(&key).await {
                Ok(Some(twin)) if twin.hash == live.hash => {
                    return self.replace(live, &twin).await;
                }
                // Another may be readable.
                Ok(_) | Err(Error::Blob(_)) => {}
                Err(error) => return Err(error),
            }
        }
        // The next upload of the same content heals it.
        self.catalog.mark_suspect(live.hash, live.object).await?;
        Ok(false)
    }

    async fn fetch(&self, key: &BlobKey) -> Result<Option<Spooled>, Error> {
        let Some(reader) = self.blobs.get(key, None).await? else {
            return Ok(None);
        };
        let stream = reader.stream.map(|chunk| chunk.map_err(Error::from));
        Ok(Some(self.spool.receive(stream).await?))
    }

    async fn replace(&self, live: &Live, twin: &Spooled) -> Result<bool, Error> {
        let (hash, source) = (live.hash, twin.source());
        let object =
            write_object(self.catalog, self.blobs, hash, &source, &hash, self.lease).await?;
        let replaced = self
            .catalog
            .replace_object(hash, live.object, object)
            .await?;
        if !replaced {
            abandon(self.catalog, &[object]).await;
        }
        Ok(replaced)
    }

    /// Behind the fence, and by the store's clock: ours may have jumped since.
    async fn delete_orphan(&mut self, key: &BlobKey) -> Result<bool, Error> {
        let BlobKey::Object { object, .. } = *key else {
            return Ok(false);
        };
        let now_unix = match self.store_now_unix {
            Some(now_unix) => now_unix,
            None => Fence::new(self.catalog, self.blobs).raise().await?,
        };
        self.store_now_unix = Some(now_unix);
        let listed = self.blobs.list(&key.to_string(), None).await?;
        let is_old = listed.first().is_some_and(|listed| {
            listed.key == key.to_string()
                && now_unix - listed.modified_unix >= self.orphan_age.as_secs() as i64
        });
        if !is_old || self.catalog.object_role(object).await?.is_some() {
            return Ok(false);
        }
        self.blobs.delete(key, None).await?;
        Ok(true)
    }
}
