//! Guards between catalogue and store: they belong together, and the catalogue has not gone back in time.

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use uuid::Uuid;

use super::Error;
use crate::blob::{self, BlobKey, BlobStore, Source};
use crate::catalog::Catalog;
use crate::crash::point;
use crate::media::ContentHash;

/// Refuses a store that belongs to another catalogue, and marks a store that belongs to none.
///
/// # Errors
/// `ForeignStore`, or what the two say.
pub async fn check_identity(catalog: &dyn Catalog, blobs: &dyn BlobStore) -> Result<(), Error> {
    let expected = catalog.store_identity().await?.id.to_string();
    if let Some(found) = read_identity(blobs).await? {
        return compare(found, expected);
    }
    let bytes = Bytes::from(expected.clone().into_bytes());
    let digest = ContentHash::of(&bytes);
    match blobs
        .put(&BlobKey::StoreId, &Source::Bytes(bytes), &digest, None)
        .await
    {
        Ok(()) | Err(blob::Error::Exists(_)) => {}
        Err(error) => return Err(error.into()),
    }
    // Another catalogue may have been quicker.
    let found = read_identity(blobs).await?.unwrap_or_default();
    compare(found, expected)
}

/// Makes an empty catalogue the catalogue of this store, as it was before its database was lost.
///
/// # Errors
/// `NotEmpty`, `ForeignStore` for a store whose identity cannot be read, or what the two say.
pub async fn adopt_store(catalog: &dyn Catalog, blobs: &dyn BlobStore) -> Result<(), Error> {
    let Some(found) = read_identity(blobs).await? else {
        return Ok(());
    };
    let Ok(store_id) = Uuid::try_parse(&found) else {
        let catalog = catalog.store_identity().await?.id.to_string();
        return compare(found, catalog);
    };
    let epochs = Fence::new(catalog, blobs).epochs().await?;
    let epoch = epochs.last().map_or(0, |&(epoch, _)| epoch);
    if catalog.adopt_identity(store_id, epoch).await? {
        Ok(())
    } else {
        Err(Error::NotEmpty)
    }
}

fn compare(store: String, catalog: String) -> Result<(), Error> {
    if store == catalog {
        Ok(())
    } else {
        Err(Error::ForeignStore { store, catalog })
    }
}

async fn read_identity(blobs: &dyn BlobStore) -> Result<Option<String>, Error> {
    let Some(reader) = blobs.get(&BlobKey::StoreId, None).await? else {
        return Ok(None);
    };
    if reader.size_bytes > 64 {
        return Ok(Some("of unknown form".into()));
    }
    let chunks: Vec<Bytes> = reader.stream.try_collect().await?;
    let text = String::from_utf8_lossy(&chunks.concat()).trim().to_owned();
    Ok(Some(
        Uuid::try_parse(&text).map_or(text, |id| id.to_string()),
    ))
}

/// The epoch fence: before a batch of deletions the database's epoch is raised and written to the store. A database restored from
/// an older copy is behind the store, and must not delete what it has forgotten.
#[derive(Debug)]
pub struct Fence<'a> {
    catalog: &'a dyn Catalog,
    blobs: &'a dyn BlobStore,
}

impl<'a> Fence<'a> {
    /// The fence of one catalogue and store.
    #[must_use]
    pub fn new(catalog: &'a dyn Catalog, blobs: &'a dyn BlobStore) -> Self {
        Self { catalog, blobs }
    }

    /// Raises the epoch, and removes the marks of older ones but for the last. Returns the seconds since 1970 by the store's clock.
    ///
    /// # Errors
    /// `WentBack`, or what the two say.
    pub async fn raise(&self) -> Result<i64, Error> {
        self.check().await?;
        let epoch = self.catalog.raise_epoch(0).await?;
        self.mark(epoch).await
    }

    /// For a database that was restored from an older copy, once its operator has seen to it: raises its epoch past the store's, so
    /// that deletions go on.
    ///
    /// # Errors
    /// What the two say.
    pub async fn reconcile(&self) -> Result<(), Error> {
        let store = self.epochs().await?.last().map_or(0, |&(epoch, _)| epoch);
        let epoch = self.catalog.raise_epoch(store).await?;
        self.mark(epoch).await?;
        Ok(())
    }

    async fn mark(&self, epoch: u64) -> Result<i64, Error> {
        point("maintenance::after_epoch_row");
        let bytes = Bytes::from(epoch.to_string());
        let digest = ContentHash::of(&bytes);
        self.blobs
            .put(&BlobKey::Epoch(epoch), &Source::Bytes(bytes), &digest, None)
            .await?;
        point("maintenance::after_epoch_mark");
        let found = self.epochs().await?;
        let older = found.iter().filter(|(found, _)| *found < epoch);
        for &(old, _) in older.rev().skip(1) {
            self.blobs.delete(&BlobKey::Epoch(old), None).await?;
        }
        // Another node's newer mark tells the time as well.
        let modified = found.iter().map(|&(_, modified_unix)| modified_unix).max();
        Ok(modified.unwrap_or_default())
    }

    /// Compares the two epochs.
    ///
    /// # Errors
    /// `WentBack`, or what the two say.
    pub async fn check(&self) -> Result<(), Error> {
        // The store first: another node raises the catalogue's before the store's.
        let store = self.epochs().await?.last().map_or(0, |&(epoch, _)| epoch);
        let catalog = self.catalog.store_identity().await?.epoch;
        if store > catalog {
            Err(Error::WentBack { catalog, store })
        } else {
            Ok(())
        }
    }

    /// The marks in the store, and when each was made.
    async fn epochs(&self) -> Result<Vec<(u64, i64)>, Error> {
        let listed = self.blobs.list(BlobKey::EPOCHS, None).await?;
        Ok(listed
            .iter()
            .filter_map(|listed| match listed.key.parse() {
                Ok(BlobKey::Epoch(epoch)) => Some((epoch, listed.modified_unix)),
                _ => None,
            })
            .collect())
    }
}
