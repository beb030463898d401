//! Who holds what: one trait of business verbs, kept by Postgres (many nodes) and SQLite (one node).
//! A method is a transaction; none spans store I/O; every time is the database's own. The foreign keys `media → blob`,
//! `variant → blob` and `rendition → media` are the only arbiters of what is live.

mod failure;
mod gallery;
mod migrations;
pub mod model;
pub mod postgres;
mod rows;
pub mod sqlite;
mod time;

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::media::{AppName, ClaimToken, ContentHash, Cursor, MediaId, ObjectId, Owner, UploadId};
pub use gallery::model::*;
pub use gallery::words;
pub use model::*;
pub use postgres::PostgresCatalog;
pub use sqlite::SqliteCatalog;

/// Why the catalogue did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The object's lease was reaped before its commit: the bytes may already be on their way out. Upload again.
    #[error("upload lease was lost")]
    LeaseLost,
    /// A reference to content without bytes of its own was asked for, and the content is not there (any more).
    #[error("content is not stored")]
    ContentGone,
    /// It would take its owner over the quota.
    #[error("owner's quota is used up")]
    OverQuota,
    /// This owner has as many resumable uploads open as one may.
    #[error("owner has too many open uploads")]
    TooManyUploads,
    /// The connection broke while committing: it may or may not have happened.
    #[error("outcome of the commit is unknown")]
    OutcomeUnknown(#[source] anyhow::Error),
    /// The database has no space left; nothing was changed.
    #[error("catalogue is full")]
    Full(#[source] anyhow::Error),
    /// The database could not be reached or failed; nothing was changed.
    #[error("catalogue unavailable")]
    Unavailable(#[source] anyhow::Error),
    /// A row that we cannot have written.
    #[error("catalogue row is corrupt: {0}")]
    Corrupt(String),
}

/// Most renditions of one reference that are kept: a page needs a few sizes in two formats; more are somebody's game.
pub(crate) const MAX_RENDITIONS: u32 = 64;
/// How exactly is known when a rendition was last used: each note is a write.
pub(crate) const USED_STEP: Duration = Duration::from_mins(10);

/// The catalogue. Unless a method says more, its only errors are `Unavailable`, `Full` and `Corrupt`.
#[async_trait]
#[allow(clippy::missing_errors_doc)]
pub trait Catalog: Send + Sync + fmt::Debug {
    // --- identity and readiness

    /// Answers when the database does.
    async fn ping(&self) -> Result<(), Error>;

    /// The identity that the store must carry, and the present epoch. The first call on an empty database makes them.
    async fn store_identity(&self) -> Result<StoreIdentity, Error>;

    /// Raises the epoch, past `least` too, and returns it; to be written to the store before anything is deleted there.
    async fn raise_epoch(&self, least: u64) -> Result<u64, Error>;

    // --- upload (COMMIT rules: T1 `begin_object`, PUT, T2 `commit_uploads`)

    /// T1: enters an object as `writing`, so that from here on any byte in the store is accounted for.
    async fn begin_object(
        &self,
        object: ObjectId,
        hash: ContentHash,
        size_bytes: u64,
        lease: Duration,
    ) -> Result<(), Error>;

    /// T1 for an owner who holds nothing of this content yet: what it takes is reserved from the quota for as long as it is being
    /// written, whatever becomes of it then.
    ///
    /// # Errors
    /// `OverQuota`.
    async fn reserve_object(
        &self,
        object: ObjectId,
        hash: ContentHash,
        size_bytes: u64,
        lease: Duration,
        owner: &Owner,
        quota: &Quota,
    ) -> Result<(), Error>;

    /// Notes the store's id of a multipart upload before its first part is sent.
    async fn record_upload_id(&self, object: ObjectId, upload_id: &str) -> Result<(), Error>;

    /// Gives up objects that are still `writing`: they go to trash at once, not at the end of their lease.
    async fn abandon_objects(&self, objects: &[ObjectId]) -> Result<(), Error>;

    /// What this owner already holds of this content, for the short road of a same-owner repeat.
    async fn find_held(&self, owner: &Owner, hash: ContentHash) -> Result<Option<Held>, Error>;

    /// Notes that the live object was just seen in the store at its full length. Without effect if it is not `object` any more.
    async fn mark_verified(&self, hash: ContentHash, object: ObjectId) -> Result<(), Error>;

    /// Notes that the live object was found missing or wrong: the next upload of the same bytes, by anybody, takes its place.
    /// Without effect if it is not `object` any more.
    async fn mark_suspect(&self, hash: ContentHash, object: ObjectId) -> Result<(), Error>;

    /// Gives the place of the live object `old` to `new`, which was written (T1, PUT) with the right bytes; `old` goes to trash.
    /// `false`, and nothing changed, when `old` is not live any more or the lease of `new` was lost.
    async fn replace_object(
        &self,
        hash: ContentHash,
        old: ObjectId,
        new: ObjectId,
    ) -> Result<bool, Error>;

    /// The live original, else variant, that was scrubbed longest ago and for longer than `interval`; it counts as scrubbed from now on,
    /// so that no two nodes read it. Whoever dies over it has cost it one look.
    async fn claim_scrub(&self, interval: Duration) -> Result<Option<CatalogObject>, Error>;

    /// T2: all of these or none. Objects leave the ledger and become live, or trash when the content is live already; references,
    /// names, usage and processing state are written. Serialization failures and foreign-key races are retried inside, ≤ 5 times.
    ///
    /// Results are in the order of `uploads`; two items with the same content in one call give the same id.
    ///
    /// # Errors
    /// `LeaseLost`, `ContentGone` (an item without object), `OutcomeUnknown`, `Unavailable`.
    async fn commit_uploads(&self, uploads: &[NewMedia]) -> Result<Vec<Committed>, Error>;

    /// What became of an upload whose T2 had an unknown outcome. Only to be asked once its object has been abandoned, which waits for
    /// that transaction, should it be running still. `None` when it was not committed.
    async fn find_committed(&self, upload: &NewMedia) -> Result<Option<Committed>, Error>;

    // --- processing claims

    /// Claims the work that has been due longest, if any: its lease is set and its attempts are counted at once.
    async fn claim_processing(
        &self,
        token: ClaimToken,
        lease: Duration,
    ) -> Result<Option<Claim>, Error>;

    /// Extends a claim; `false` when it is no longer ours.
    async fn renew_claim(
        &self,
        hash: ContentHash,
        token: ClaimToken,
        lease: Duration,
    ) -> Result<bool, Error>;

    /// Ends a claim with a result: variants' objects leave the ledger and replace older ones (which go to trash), the facts are
    /// replaced, and every reference that was waiting gets its status. `false`, and nothing changed, when the claim is no longer ours.
    async fn finish_processing(
        &self,
        hash: ContentHash,
        token: ClaimToken,
        outcome: &Outcome,
    ) -> Result<bool, Error>;

    /// Ends a claim without a result; the work is due again after `delay`. With `refund` the attempt does not count, for failures that
    /// are not the content's.
    async fn release_claim(
        &self,
        hash: ContentHash,
        token: ClaimToken,
        delay: Duration,
        refund: bool,
    ) -> Result<(), Error>;

    /// A variant was found missing or wrong: it goes to trash and its content is processed again. `false`, and nothing changed, when
    /// `object` is no variant of this content (any more).
    async fn discard_variant(&self, hash: ContentHash, object: ObjectId) -> Result<bool, Error>;

    /// Makes work due again for at most `limit` selected contents behind the hash `after`, in the order of their hashes. Contents
    /// already queued are passed over. References that failed go back to `processing`; those that are ready stay so meanwhile.
    async fn queue_processing(
        &self,
        selection: &Selection,
        after: Option<ContentHash>,
        limit: u32,
    ) -> Result<Queued, Error>;

    /// How many contents wait for processing or are in it.
    async fn processing_backlog(&self) -> Result<u64, Error>;

    // --- renditions made on request: kept while there is room, may be lost and made again

    /// A reference's rendition by its recipe. That it is used is noted now and then.
    async fn find_rendition(
        &self,
        media: MediaId,
        recipe: &str,
    ) -> Result<Option<StoredRendition>, Error>;

    /// Takes the claim to make a rendition, for `lease`, so that no two nodes do. Where there is but one node, nothing is written.
    async fn claim_rendition(
        &self,
        media: MediaId,
        recipe: &str,
        token: ClaimToken,
        lease: Duration,
    ) -> Result<RenditionClaim, Error>;

    /// Gives a claim back.
    async fn release_rendition(
        &self,
        media: MediaId,
        recipe: &str,
        token: ClaimToken,
    ) -> Result<(), Error>;

    /// Ends a claim: the object leaves the ledger and is live. Of a reference's renditions the `MAX_RENDITIONS` used last are kept.
    /// `false`, and nothing changed, when the claim is no longer ours, the lease of the object was lost, or the reference is gone.
    async fn finish_rendition(&self, made: &NewRendition, token: ClaimToken)
    -> Result<bool, Error>;

    /// A rendition was found missing or wrong: it goes to trash. `false` when `object` is none (any more).
    async fn discard_rendition(&self, hash: ContentHash, object: ObjectId) -> Result<bool, Error>;

    /// While all renditions together are over the budget, at most `limit` of those not used for longest go to trash. Returns how many.
    async fn evict_renditions(&self, budget_bytes: u64, limit: u32) -> Result<u64, Error>;

    // --- reads; `owner` of `None` means any owner. What is in the trash is seen by a `Filter` that asks for it and by nobody else

    /// A reference by its id.
    async fn media(&self, id: MediaId, owner: Option<&Owner>) -> Result<Option<Media>, Error>;

    /// A reference by content; the oldest when several owners are allowed.
    async fn media_by_hash(
        &self,
        hash: ContentHash,
        owner: Option<&Owner>,
    ) -> Result<Option<Media>, Error>;

    /// A page of references, newest first.
    async fn list_media(&self, filter: &Filter, page: &Page) -> Result<Vec<Media>, Error>;

    // --- the gallery of an owner: references that are ready and not in the trash

    /// A page of what is found, in its order, each with its place in it.
    async fn find_media(
        &self,
        criteria: &Criteria,
        page: &Page,
    ) -> Result<Vec<(Cursor, Shown)>, Error>;

    /// How many are found.
    async fn count_found(&self, criteria: &Criteria) -> Result<Count, Error>;

    /// What there is to narrow a search down by.
    async fn facets(&self, owner: &Owner) -> Result<Facets, Error>;

    /// Totals.
    async fn stats(&self, owner: &Owner) -> Result<Stats, Error>;

    /// How many are in the owner's trash.
    async fn count_trashed(&self, owner: &Owner) -> Result<u64, Error>;

    /// Days or months of taking that have something found in them, newest first.
    async fn timeline(
        &self,
        criteria: &Criteria,
        bucket: Bucket,
    ) -> Result<Vec<(String, u64)>, Error>;

    /// A page of what is found that was taken in this time (local, in microseconds since 1970), newest first, for a grid.
    async fn tiles(
        &self,
        criteria: &Criteria,
        taken: Range<i64>,
        page: &Page,
    ) -> Result<Tiles, Error>;

    /// What is found inside the box, gathered by squares of a quarter of a map's tile at this zoom (0 to 22); the largest thousand.
    async fn clusters(&self, criteria: &Criteria, zoom: u32) -> Result<Vec<Cluster>, Error>;

    /// A page of those that look like one of the owner's: perceptual hashes within `distance` bits (at most 11), nearest first, and how many
    /// there are. `None` when there is no such reference. A cursor's key is such a distance.
    async fn similar_media(
        &self,
        owner: &Owner,
        id: MediaId,
        distance: u32,
        page: &Page,
    ) -> Result<Option<(Vec<(Shown, u32)>, u64)>, Error>;

    /// Changes what the owner says of a reference. `false` when there is none.
    async fn edit_media(
        &self,
        id: MediaId,
        owner: Option<&Owner>,
        change: &EditChange,
    ) -> Result<bool, Error>;

    /// Events behind a place in their order, an owner's or everybody's. Once one was returned, none comes in before it.
    async fn events(
        &self,
        owner: Option<&Owner>,
        after: EventId,
        limit: u32,
    ) -> Result<Vec<Event>, Error>;

    /// Where the order of events is now.
    async fn last_event(&self) -> Result<EventId, Error>;

    /// Forgets at most `limit` events older than `age`. Returns how many.
    async fn purge_events(&self, age: Duration, limit: u32) -> Result<u64, Error>;

    /// Enters at most `limit` references from before the gallery, or before its present version. Whether there may be more.
    async fn enter_gallery(&self, limit: u32) -> Result<bool, Error>;

    // --- delete, garbage collection, sweep

    /// Removes a reference, in the trash or not, or one app's part of it (the whole of it with the last app). `false` when there is
    /// none.
    async fn remove_media(
        &self,
        id: MediaId,
        owner: Option<&Owner>,
        app: Option<&AppName>,
    ) -> Result<bool, Error>;

    /// Puts a reference in its owner's trash, or removes one app's part of it while other apps use it still. Nobody sees it there, and
    /// it holds its content as before. `false` when there is none.
    async fn trash_media(
        &self,
        id: MediaId,
        owner: Option<&Owner>,
        app: Option<&AppName>,
    ) -> Result<bool, Error>;

    /// Takes a reference out of the trash. `false` when it is not in it.
    async fn restore_media(&self, id: MediaId, owner: Option<&Owner>) -> Result<bool, Error>;

    /// Removes at most `limit` references that have been in the trash for longer than `retention`. Returns how many.
    async fn purge_media(&self, retention: Duration, limit: u32) -> Result<u64, Error>;

    /// Reaper: objects still `writing` past their lease go to trash. Returns how many.
    async fn reap_objects(&self, limit: u32) -> Result<u64, Error>;

    /// GC: content behind at most `limit` hints that nobody refers to goes to trash with its variants; the foreign key decides.
    /// Returns how many contents went and how many hints were looked at.
    async fn collect_garbage(&self, limit: u32) -> Result<Collected, Error>;

    /// Claims for `lease` at most `limit` objects that have been in trash for longer than `keep`.
    async fn claim_trash(
        &self,
        keep: Duration,
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<Trash>, Error>;

    /// Forgets a trashed object whose bytes are gone from the store.
    async fn forget_object(&self, object: ObjectId) -> Result<(), Error>;

    // --- idempotency

    /// Takes an owner's idempotency key for a request with this fingerprint, for `lease`. After `OutcomeUnknown` it may be taken.
    async fn begin_idempotent(
        &self,
        owner: &Owner,
        key: &str,
        fingerprint: ContentHash,
        lease: Duration,
    ) -> Result<Idempotency, Error>;

    /// Keeps the answer under a key taken before.
    async fn finish_idempotent(
        &self,
        owner: &Owner,
        key: &str,
        answer: &Answer,
    ) -> Result<(), Error>;

    /// Gives a key back: the request did nothing.
    async fn release_idempotent(&self, owner: &Owner, key: &str) -> Result<(), Error>;

    /// Forgets keys older than `age`.
    async fn purge_idempotent(&self, age: Duration) -> Result<u64, Error>;

    // --- resumable uploads. What has expired is not there any more. Whoever adds to one holds its lock, a lease, and nothing is
    // recorded without it

    /// Begins one, forgotten after `expiry`. Its whole length is reserved from the quota until all of it is there, when T1 of its
    /// content reserves the same. An owner has at most `max_open` that are not complete.
    ///
    /// # Errors
    /// `OverQuota`, `TooManyUploads`.
    async fn begin_resumable(
        &self,
        upload: &NewResumable,
        quota: &Quota,
        max_open: u32,
        expiry: Duration,
    ) -> Result<Resumable, Error>;

    /// One, by its id.
    async fn resumable(
        &self,
        id: UploadId,
        owner: Option<&Owner>,
    ) -> Result<Option<Resumable>, Error>;

    /// Takes the lock of one for `lease`, unless somebody else's lease is running. One that would expire within half of `expiry` gets
    /// that long again, and its parts with it.
    async fn lock_resumable(
        &self,
        id: UploadId,
        owner: Option<&Owner>,
        token: ClaimToken,
        lease: Duration,
        expiry: Duration,
    ) -> Result<Locked, Error>;

    /// Extends a lock; `false` when it is no longer ours.
    async fn renew_resumable(
        &self,
        id: UploadId,
        token: ClaimToken,
        lease: Duration,
    ) -> Result<bool, Error>;

    /// Gives a lock back, if it is ours still.
    async fn unlock_resumable(&self, id: UploadId, token: ClaimToken) -> Result<(), Error>;

    /// Records bytes that were stored (T1, PUT): once this returns, they may be acknowledged. `false`, and nothing changed, when the lock
    /// is no longer ours, they do not begin where the others end, or their lease was lost.
    async fn record_part(
        &self,
        id: UploadId,
        token: ClaimToken,
        part: &UploadPart,
    ) -> Result<bool, Error>;

    /// The parts of one in their order.
    async fn resumable_parts(&self, id: UploadId) -> Result<Vec<UploadPart>, Error>;

    /// Notes what became of one; its parts go to trash. `false`, and nothing changed, when the lock is no longer ours.
    async fn finish_resumable(
        &self,
        id: UploadId,
        token: ClaimToken,
        media: MediaId,
    ) -> Result<bool, Error>;

    /// Forgets one; its parts go to trash. What became of it stays. `false` when there is none.
    async fn end_resumable(&self, id: UploadId, owner: Option<&Owner>) -> Result<bool, Error>;

    /// Forgets at most `limit` that have expired; their parts go to trash. Returns how many.
    async fn purge_resumables(&self, limit: u32) -> Result<u64, Error>;

    // --- a catalogue made anew

    /// Takes the identity and epoch of a store over, for a catalogue that has nothing in it. `false`, and nothing changed, when it has and
    /// belongs to another store.
    async fn adopt_identity(&self, store_id: Uuid, epoch: u64) -> Result<bool, Error>;

    /// Makes content live that was found in the store; of what variants can be made of, work is due. `false` when it is live already.
    async fn adopt_content(&self, adopted: &Adopted) -> Result<bool, Error>;

    /// Enters an object that was found in the store and is of no use, as trash.
    async fn adopt_trash(
        &self,
        hash: ContentHash,
        object: ObjectId,
        size_bytes: u64,
    ) -> Result<(), Error>;

    /// Up to `limit` references of anybody behind the id `after`, in the order of their ids, those in the trash too.
    async fn list_references(
        &self,
        after: Option<MediaId>,
        limit: u32,
    ) -> Result<Vec<Reference>, Error>;

    /// Brings a reference back, if its content is there.
    async fn import_reference(&self, reference: &Reference) -> Result<Imported, Error>;

    // --- fsck

    /// Up to `limit` objects of any role after the given key, in the order of (hash, object id), which is the store's key order.
    async fn list_objects(
        &self,
        after: Option<(ContentHash, ObjectId)>,
        limit: u32,
    ) -> Result<Vec<CatalogObject>, Error>;

    /// Makes good what follows from other rows: usage is counted anew (I7), content that references wait for has work due (I8), and the
    /// gallery is as it should be (I11).
    async fn recount(&self) -> Result<(), Error>;

    /// The present role of one object, `None` when the catalogue does not know it.
    async fn object_role(&self, object: ObjectId) -> Result<Option<ObjectRole>, Error>;

    /// Violations of I1, I3, I5, I7, I8, I10 and I11, which the database can tell by itself; at most `limit` of each.
    /// `period` is how often the reaper and the sweeper run.
    async fn check_invariants(
        &self,
        trash_keep: Duration,
        period: Duration,
        limit: u32,
    ) -> Result<Vec<Violation>, Error>;
}
