//! The catalogue in Postgres, for any number of nodes. READ COMMITTED on purpose: rows that must not change are locked, in the
//! order hint, blob (by hash), reference, usage, and the foreign keys decide what is live.

mod claims;
mod connection;
mod fsck;
mod gallery;
mod idempotency;
mod identity;
mod listing;
mod objects;
mod queue;
mod rebuild;
mod removal;
mod renditions;
mod resumable;
mod uploads;

use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::PgPool;
use uuid::Uuid;

pub(super) use self::listing::{by_ids, lock_by_ids};
use super::failure::Codes;
use super::gallery::{events, map, overview, read, search, similar};
use super::{
    Adopted, Answer, Bucket, Catalog, CatalogObject, Claim, Cluster, Collected, Committed, Count,
    Criteria, EditChange, Error, Event, EventId, Facets, Filter, Held, Idempotency, Imported,
    Locked, Media, NewMedia, NewRendition, NewResumable, ObjectRole, Outcome, Page, Queued, Quota,
    Reference, RenditionClaim, Resumable, Selection, Shown, Stats, StoreIdentity, StoredRendition,
    Tiles, Trash, UploadPart, Violation,
};
use crate::media::{AppName, ClaimToken, ContentHash, Cursor, MediaId, ObjectId, Owner, UploadId};

/// SQLSTATE. Class 40 is a rollback that may go better (serialization failure, deadlock), 23 a constraint; of those, 23503 means
/// that what we refer to went in between. 53100 is a full disk.
const CODES: Codes = Codes {
    transient: |code| code.starts_with("40") || code == "23503",
    full: |code| code == "53100",
    rolled_back: |code| code.starts_with("40") || code.starts_with("23"),
};

/// The catalogue in a Postgres database.
#[derive(Debug, Clone)]
pub struct PostgresCatalog {
    pool: PgPool,
}

impl PostgresCatalog {
    /// Connects to the database, which must exist, and brings its schema up to date; of several nodes one does it.
    ///
    /// # Errors
    /// `Unavailable` when the URL is none, the database cannot be reached, or its schema is newer than this program.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, Error> {
        CODES.run(|| connection::migrate(url)).await?;
        let pool =
            connection::pool(url, max_connections).map_err(|error| CODES.error(error.into()))?;
        Ok(Self { pool })
    }

    /// Waits for running transactions and disconnects.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

#[async_trait]
impl Catalog for PostgresCatalog {
    async fn ping(&self) -> Result<(), Error> {
        CODES.run(|| identity::ping(self)).await
    }

    async fn store_identity(&self) -> Result<StoreIdentity, Error> {
        CODES.run(|| identity::store_identity(self)).await
    }

    async fn raise_epoch(&self, least: u64) -> Result<u64, Error> {
        CODES.run(|| identity::raise_epoch(self, least)).await
    }

    async fn begin_object(
        &self,
        object: ObjectId,
        hash: ContentHash,
        size_bytes: u64,
        lease: Duration,
    ) -> Result<(), Error> {
        CODES
            .run(|| objects::begin(self, object, hash, size_bytes, lease))
            .await
    }

    async fn reserve_object(
        &self,
        object: ObjectId,
        hash: ContentHash,
        size_bytes: u64,
        lease: Duration,
        owner: &Owner,
        quota: &Quota,
    ) -> Result<(), Error> {
        CODES
            .run(|| objects::reserve(self, object, hash, size_bytes, lease, owner, quota))
            .await
    }

    async fn record_upload_id(&self, object: ObjectId, upload_id: &str) -> Result<(), Error> {
        CODES
            .run(|| objects::record_upload_id(self, object, upload_id))
            .await
    }

    async fn abandon_objects(&self, objects: &[ObjectId]) -> Result<(), Error> {
        CODES.run(|| objects::abandon(self, objects)).await
    }

    async fn find_held(&self, owner: &Owner, hash: ContentHash) -> Result<Option<Held>, Error> {
        CODES.run(|| uploads::find_held(self, owner, hash)).await
    }

    async fn mark_suspect(&self, hash: ContentHash, object: ObjectId) -> Result<(), Error> {
        CODES
            .run(|| uploads::mark_suspect(self, hash, object))
            .await
    }

    async fn mark_verified(&self, hash: ContentHash, object: ObjectId) -> Result<(), Error> {
        CODES
            .run(|| uploads::mark_verified(self, hash, object))
            .await
    }

    async fn replace_object(
        &self,
        hash: ContentHash,
        old: ObjectId,
        new: ObjectId,
    ) -> Result<bool, Error> {
        CODES
            .run(|| uploads::replace_live(self, hash, old, new))
            .await
    }

    async fn claim_scrub(&self, interval: Duration) -> Result<Option<CatalogObject>, Error> {
        CODES.run(|| fsck::claim_scrub(self, interval)).await
    }

    async fn commit_uploads(&self, uploads: &[NewMedia]) -> Result<Vec<Committed>, Error> {
        CODES.run(|| uploads::commit(self, uploads)).await
    }

    async fn find_committed(&self, upload: &NewMedia) -> Result<Option<Committed>, Error> {
        CODES.run(|| uploads::find_committed(self, upload)).await
    }

    async fn claim_processing(
        &self,
        token: ClaimToken,
        lease: Duration,
    ) -> Result<Option<Claim>, Error> {
        CODES.run(|| claims::claim(self, token, lease)).await
    }

    async fn renew_claim(
        &self,
        hash: ContentHash,
        token: ClaimToken,
        lease: Duration,
    ) -> Result<bool, Error> {
        CODES.run(|| claims::renew(self, hash, token, lease)).await
    }

    async fn finish_processing(
        &self,
        hash: ContentHash,
        token: ClaimToken,
        outcome: &Outcome,
    ) -> Result<bool, Error> {
        CODES
            .run(|| claims::finish(self, hash, token, outcome))
            .await
    }

    async fn release_claim(
        &self,
        hash: ContentHash,
        token: ClaimToken,
        delay: Duration,
        refund: bool,
    ) -> Result<(), Error> {
        CODES
            .run(|| claims::release(self, hash, token, delay, refund))
            .await
    }

    async fn discard_variant(&self, hash: ContentHash, object: ObjectId) -> Result<bool, Error> {
        CODES
            .run(|| claims::discard_variant(self, hash, object))
            .await
    }

    async fn queue_processing(
        &self,
        selection: &Selection,
        after: Option<ContentHash>,
        limit: u32,
    ) -> Result<Queued, Error> {
        CODES
            .run(|| queue::queue(self, selection, after, limit))
            .await
    }

    async fn processing_backlog(&self) -> Result<u64, Error> {
        CODES.run(|| claims::backlog(self)).await
    }

    async fn find_rendition(
        &self,
        media: MediaId,
        recipe: &str,
    ) -> Result<Option<StoredRendition>, Error> {
        CODES.run(|| renditions::find(self, media, recipe)).await
    }

    async fn claim_rendition(
        &self,
        media: MediaId,
        recipe: &str,
        token: ClaimToken,
        lease: Duration,
    ) -> Result<RenditionClaim, Error> {
        CODES
            .run(|| renditions::claim(self, media, recipe, token, lease))
            .await
    }

    async fn release_rendition(
        &self,
        media: MediaId,
        recipe: &str,
        token: ClaimToken,
    ) -> Result<(), Error> {
        CODES
            .run(|| renditions::release(self, media, recipe, token))
            .await
    }

    async fn finish_rendition(
        &self,
        made: &NewRendition,
        token: ClaimToken,
    ) -> Result<bool, Error> {
        CODES.run(|| renditions::finish(self, made, token)).await
    }

    async fn discard_rendition(&self, hash: ContentHash, object: ObjectId) -> Result<bool, Error> {
        CODES.run(|| renditions::discard(self, hash, object)).await
    }

    async fn evict_renditions(&self, budget_bytes: u64, limit: u32) -> Result<u64, Error> {
        CODES
            .run(|| renditions::evict(self, budget_bytes, limit))
            .await
    }

    async fn media(&self, id: MediaId, owner: Option<&Owner>) -> Result<Option<Media>, Error> {
        CODES.run(|| listing::media(self, id, owner)).await
    }

    async fn media_by_hash(
        &self,
        hash: ContentHash,
        owner: Option<&Owner>,
    ) -> Result<Option<Media>, Error> {
        CODES
            .run(|| listing::media_by_hash(self, hash, owner))
            .await
    }

    async fn list_media(&self, filter: &Filter, page: &Page) -> Result<Vec<Media>, Error> {
        CODES.run(|| listing::list(self, filter, page)).await
    }

    async fn find_media(
        &self,
        criteria: &Criteria,
        page: &Page,
    ) -> Result<Vec<(Cursor, Shown)>, Error> {
        if criteria.is_everything() {
            return read!(self.pool.acquire(), search::find, criteria, page);
        }
        read!(self.snapshot(), search::find, criteria, page)
    }

    async fn count_found(&self, criteria: &Criteria) -> Result<Count, Error> {
        if criteria.is_everything() {
            return read!(self.pool.acquire(), search::count, criteria);
        }
        read!(self.snapshot(), search::count, criteria)
    }

    async fn facets(&self, owner: &Owner) -> Result<Facets, Error> {
        read!(self.pool.acquire(), overview::facets, owner)
    }

    async fn stats(&self, owner: &Owner) -> Result<Stats, Error> {
        read!(self.pool.acquire(), overview::stats, owner)
    }

    async fn count_trashed(&self, owner: &Owner) -> Result<u64, Error> {
        read!(self.pool.acquire(), overview::trashed, owner)
    }

    async fn timeline(
        &self,
        criteria: &Criteria,
        bucket: Bucket,
    ) -> Result<Vec<(String, u64)>, Error> {
        read!(self.snapshot(), overview::timeline, criteria, bucket)
    }

    async fn tiles(
        &self,
        criteria: &Criteria,
        taken: Range<i64>,
        page: &Page,
    ) -> Result<Tiles, Error> {
        if criteria.is_everything() {
            return read!(self.pool.acquire(), overview::tiles, criteria, &taken, page);
        }
        read!(self.snapshot(), overview::tiles, criteria, &taken, page)
    }

    async fn clusters(&self, criteria: &Criteria, zoom: u32) -> Result<Vec<Cluster>, Error> {
        read!(self.snapshot(), map::clusters, criteria, zoom)
    }

    async fn similar_media(
        &self,
        owner: &Owner,
        id: MediaId,
        distance: u32,
        page: &Page,
    ) -> Result<Option<(Vec<(Shown, u32)>, u64)>, Error> {
        read!(self.snapshot(), similar::similar, owner, id, distance, page)
    }

    async fn edit_media(
        &self,
        id: MediaId,
        owner: Option<&Owner>,
        change: &EditChange,
    ) -> Result<bool, Error> {
        CODES.run(|| gallery::edit(self, id, owner, change)).await
    }

    async fn events(
        &self,
        owner: Option<&Owner>,
        after: EventId,
        limit: u32,
    ) -> Result<Vec<Event>, Error> {
        read!(self.pool.acquire(), events::after, owner, after, limit)
    }

    async fn last_event(&self) -> Result<EventId, Error> {
        read!(self.pool.acquire(), events::last)
    }

    async fn purge_events(&self, age: Duration, limit: u32) -> Result<u64, Error> {
        CODES.run(|| gallery::purge_events(self, age, limit)).await
    }

    async fn enter_gallery(&self, limit: u32) -> Result<bool, Error> {
        CODES.run(|| gallery::enter(self, limit)).await
    }

    async fn remove_media(
        &self,
        id: MediaId,
        owner: Option<&Owner>,
        app: Option<&AppName>,
    ) -> Result<bool, Error> {
        CODES
            .run(|| removal::remove_media(self, id, owner, app))
            .await
    }

    async fn trash_media(
        &self,
        id: MediaId,
        owner: Option<&Owner>,
        app: Option<&AppName>,
    ) -> Result<bool, Error> {
        CODES
            .run(|| removal::trash_media(self, id, owner, app))
            .await
    }

    async fn restore_media(&self, id: MediaId, owner: Option<&Owner>) -> Result<bool, Error> {
        CODES.run(|| removal::restore_media(self, id, owner)).await
    }

    async fn purge_media(&self, retention: Duration, limit: u32) -> Result<u64, Error> {
        let mut purged = 0;
        for id in CODES
            .run(|| removal::trashed_longer(self, retention, limit))
            .await?
        {
            let gone = CODES
                .run(|| removal::purge_one(self, id, retention))
                .await?;
            purged += u64::from(gone);
        }
        Ok(purged)
    }

    async fn reap_objects(&self, limit: u32) -> Result<u64, Error> {
        CODES.run(|| objects::reap(self, limit)).await
    }

    async fn collect_garbage(&self, limit: u32) -> Result<Collected, Error> {
        let mut collected = Collected::default();
        for _ in 0..limit {
            match CODES.run(|| removal::collect_one(self)).await? {
                Some(gone) => {
                    collected.hints += 1;
                    collected.blobs += u64::from(gone);
                }
                None => break,
            }
        }
        Ok(collected)
    }

    async fn claim_trash(
        &self,
        keep: Duration,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<Trash>, Error> {
        CODES
            .run(|| objects::claim_trash(self, keep, lease, limit))
            .await
    }

    async fn forget_object(&self, object: ObjectId) -> Result<(), Error> {
        CODES.run(|| objects::forget(self, object)).await
    }

    async fn begin_idempotent(
        &self,
        owner: &Owner,
        key: &str,
        fingerprint: ContentHash,
        lease: Duration,
    ) -> Result<Idempotency, Error> {
        CODES
            .run(|| idempotency::begin(self, owner, key, fingerprint, lease))
            .await
    }

    async fn finish_idempotent(
        &self,
        owner: &Owner,
        key: &str,
        answer: &Answer,
    ) -> Result<(), Error> {
        CODES
            .run(|| idempotency::finish(self, owner, key, answer))
            .await
    }

    async fn release_idempotent(&self, owner: &Owner, key: &str) -> Result<(), Error> {
        CODES.run(|| idempotency::release(self, owner, key)).await
    }

    async fn purge_idempotent(&self, age: Duration) -> Result<u64, Error> {
        CODES.run(|| idempotency::purge(self, age)).await
    }

    async fn begin_resumable(
        &self,
        upload: &NewResumable,
        quota: &Quota,
        max_open: u32,
        expiry: Duration,
    ) -> Result<Resumable, Error> {
        CODES
            .run(|| resumable::begin(self, upload, quota, max_open, expiry))
            .await
    }

    async fn resumable(
        &self,
        id: UploadId,
        owner: Option<&Owner>,
    ) -> Result<Option<Resumable>, Error> {
        CODES.run(|| resumable::find(self, id, owner)).await
    }

    async fn lock_resumable(
        &self,
        id: UploadId,
        owner: Option<&Owner>,
        token: ClaimToken,
        lease: Duration,
        expiry: Duration,
    ) -> Result<Locked, Error> {
        CODES
            .run(|| resumable::lock(self, id, owner, token, lease, expiry))
            .await
    }

    async fn renew_resumable(
        &self,
        id: UploadId,
        token: ClaimToken,
        lease: Duration,
    ) -> Result<bool, Error> {
        CODES.run(|| resumable::renew(self, id, token, lease)).await
    }

    async fn unlock_resumable(&self, id: UploadId, token: ClaimToken) -> Result<(), Error> {
        CODES.run(|| resumable::unlock(self, id, token)).await
    }

    async fn record_part(
        &self,
        id: UploadId,
        token: ClaimToken,
        part: &UploadPart,
    ) -> Result<bool, Error> {
        CODES
            .run(|| resumable::record_part(self, id, token, part))
            .await
    }

    async fn resumable_parts(&self, id: UploadId) -> Result<Vec<UploadPart>, Error> {
        CODES.run(|| resumable::parts(self, id)).await
    }

    async fn finish_resumable(
        &self,
        id: UploadId,
        token: ClaimToken,
        media: MediaId,
    ) -> Result<bool, Error> {
        CODES
            .run(|| resumable::finish(self, id, token, media))
            .await
    }

    async fn end_resumable(&self, id: UploadId, owner: Option<&Owner>) -> Result<bool, Error> {
        CODES.run(|| resumable::end(self, id, owner)).await
    }

    async fn purge_resumables(&self, limit: u32) -> Result<u64, Error> {
        CODES.run(|| resumable::purge(self, limit)).await
    }

    async fn adopt_identity(&self, store_id: Uuid, epoch: u64) -> Result<bool, Error> {
        CODES
            .run(|| rebuild::adopt_identity(self, store_id, epoch))
            .await
    }

    async fn adopt_content(&self, adopted: &Adopted) -> Result<bool, Error> {
        CODES.run(|| rebuild::adopt_content(self, adopted)).await
    }

    async fn adopt_trash(
        &self,
        hash: ContentHash,
        object: ObjectId,
        size_bytes: u64,
    ) -> Result<(), Error> {
        CODES
            .run(|| rebuild::adopt_trash(self, hash, object, size_bytes))
            .await
    }

    async fn list_references(
        &self,
        after: Option<MediaId>,
        limit: u32,
    ) -> Result<Vec<Reference>, Error> {
        CODES
            .run(|| rebuild::list_references(self, after, limit))
            .await
    }

    async fn import_reference(&self, reference: &Reference) -> Result<Imported, Error> {
        CODES
            .run(|| rebuild::import_reference(self, reference))
            .await
    }

    async fn list_objects(
        &self,
        after: Option<(ContentHash, ObjectId)>,
        limit: u32,
    ) -> Result<Vec<CatalogObject>, Error> {
        CODES.run(|| fsck::list_objects(self, after, limit)).await
    }

    async fn recount(&self) -> Result<(), Error> {
        CODES.run(|| fsck::recount(self)).await
    }

    async fn object_role(&self, object: ObjectId) -> Result<Option<ObjectRole>, Error> {
        CODES.run(|| fsck::object_role(self, object)).await
    }

    async fn check_invariants(
        &self,
        trash_keep: Duration,
        period: Duration,
        limit: u32,
    ) -> Result<Vec<Violation>, Error> {
        CODES
            .run(|| fsck::check_invariants(self, trash_keep, period, limit))
            .await
    }
}
