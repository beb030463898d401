//! How any object gets into the store: entered in the ledger first (T1), then written under a key that was never used before.
//! Whoever calls this commits the object in a transaction of its own (T2), or leaves it to the reaper.

use std::time::Duration;

use crate::blob::{self, BlobKey, BlobStore, Source};
use crate::catalog::{self, Catalog, ObjectRole, Quota};
use crate::crash::point;
use crate::media::{ContentHash, ObjectId, Owner};
use crate::telemetry::Metrics;

/// Why an object was not written. It has been given up in the ledger.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The catalogue failed.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// The store failed.
    #[error(transparent)]
    Blob(#[from] blob::Error),
}

/// Writes one object under the key of `hash`, the content that it is or is derived from. `digest` is the SHA-256 of its own
/// bytes; `lease` is how long its commit may take.
///
/// # Errors
/// The catalogue's or the store's.
pub async fn write_object(
    catalog: &dyn Catalog,
    blobs: &dyn BlobStore,
    hash: ContentHash,
    source: &Source,
    digest: &ContentHash,
    lease: Duration,
) -> Result<ObjectId, Error> {
    write_reserved(catalog, blobs, hash, source, digest, lease, None).await
}

/// The same, reserved from an owner's quota.
///
/// # Errors
/// The catalogue's, `OverQuota` among them, or the store's.
pub async fn write_reserved(
    catalog: &dyn Catalog,
    blobs: &dyn BlobStore,
    hash: ContentHash,
    source: &Source,
    digest: &ContentHash,
    lease: Duration,
    reserve: Option<(&Owner, &Quota)>,
) -> Result<ObjectId, Error> {
    let object = ObjectId::new();
    let key = BlobKey::Object { hash, object };
    point("objects::before_t1");
    let size_bytes = source.size_bytes();
    match reserve {
        Some((owner, quota)) => {
            catalog
                .reserve_object(object, hash, size_bytes, lease, owner, quota)
                .await?;
        }
        None => {
            catalog
                .begin_object(object, hash, size_bytes, lease)
                .await?;
        }
    }
    point("objects::after_t1");
    let written: Result<(), Error> = async {
        let upload_id = blobs.begin(&key, size_bytes).await?;
        if let Some(upload_id) = &upload_id {
            // An upload in parts takes space before it has a key: it must be found even if we die now.
            point("objects::before_upload_id");
            catalog.record_upload_id(object, upload_id).await?;
            point("objects::after_upload_id");
        }
        point("objects::before_put");
        Ok(blobs
            .put(&key, source, digest, upload_id.as_deref())
            .await?)
    }
    .await;
    if let Err(error) = written {
        abandon(catalog, &[object]).await;
        return Err(error);
    }
    point("objects::after_put");
    Ok(object)
}

/// A live object was found missing or wrong, which is counted. An original is marked, so that the next upload of the same content
/// heals it; a variant is taken out of use and made again, a rendition when it is asked for.
///
/// # Errors
/// The catalogue's.
pub async fn condemn(
    catalog: &dyn Catalog,
    metrics: &Metrics,
    hash: ContentHash,
    object: ObjectId,
    role: ObjectRole,
) -> Result<(), catalog::Error> {
    metrics.integrity_failures.inc();
    match role {
        ObjectRole::Original => catalog.mark_suspect(hash, object).await,
        ObjectRole::Variant => catalog.discard_variant(hash, object).await.map(drop),
        ObjectRole::Rendition => catalog.discard_rendition(hash, object).await.map(drop),
        ObjectRole::Writing | ObjectRole::Trash => Ok(()),
    }
}

/// Gives objects up at once that would otherwise wait for the end of their lease. Whether it works does not matter.
pub async fn abandon(catalog: &dyn Catalog, objects: &[ObjectId]) {
    if let Err(error) = catalog.abandon_objects(objects).await {
        tracing::warn!(%error, "objects that were given up are left to the reaper");
    }
}
