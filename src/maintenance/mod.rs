//! Housekeeping that any node may do at any time: the reaper, garbage collection, the sweeper (the only one that ever deletes
//! from the store but for `fsck --delete-orphans`) and fsck, which only looks and leaves the rest to `Repair`.

mod fence;
mod fsck;
mod inspect;
mod repair;
mod scrub;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::blob::{self, BlobKey, BlobStore};
use crate::catalog::{self, Catalog, ObjectRole};
use crate::crash::point;
use crate::objects;
use crate::spool;
use crate::telemetry::{Metrics, chain};

pub use fence::{Fence, adopt_store, check_identity};
pub use fsck::{Finding, Fsck, Live, Remedy, Report, fsck};
pub use repair::Repair;

/// Rows that one step touches at most.
const BATCH: u32 = 500;
/// Objects that are deleted between two looks at the fence. Another node that takes over what is not deleted within the lease
/// deletes it again, which does no harm.
const SWEEP_BATCH: u32 = 100;
/// How long idempotency keys are remembered.
const IDEMPOTENCY_KEEP: Duration = Duration::from_hours(24);
/// Events that are forgotten at a time.
const EVENTS: u32 = 10_000;
/// How long events can be read.
const EVENT_KEEP: Duration = Duration::from_hours(24);

/// Why housekeeping stopped early. The next round goes on where it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The catalogue failed.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// The store failed.
    #[error(transparent)]
    Blob(#[from] blob::Error),
    /// Catalogue and store do not belong together.
    #[error("store {store} does not belong to this catalogue, which expects {catalog}")]
    ForeignStore {
        /// What the store says.
        store: String,
        /// What the catalogue says.
        catalog: String,
    },
    /// A catalogue that is to be made anew has something in it that belongs to another store.
    #[error("the database is not empty, and belongs to another store")]
    NotEmpty,
    /// The spool failed.
    #[error(transparent)]
    Spool(#[from] spool::Error),
    /// The catalogue is older than what the store has seen.
    #[error(
        "the database has gone back in time (epoch {catalog}, the store has seen {store}): nothing is deleted"
    )]
    WentBack {
        /// The catalogue's epoch.
        catalog: u64,
        /// The store's.
        store: u64,
    },
}

impl From<objects::Error> for Error {
    fn from(error: objects::Error) -> Self {
        match error {
            objects::Error::Catalog(error) => Self::Catalog(error),
            objects::Error::Blob(error) => Self::Blob(error),
        }
    }
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Round {
    /// Unfinished uploads that went to trash.
    pub reaped: u64,
    /// References that were in their owners' trash for long enough.
    pub purged: u64,
    /// Contents that went to trash because nobody refers to them.
    pub collected: u64,
    /// Renditions made on request that went to trash because there are too many.
    pub evicted: u64,
    /// Objects deleted from the store.
    pub swept: u64,
}

/// Housekeeping over one catalogue and store.
#[derive(Debug, Clone)]
pub struct Maintenance {
    catalog: Arc<dyn Catalog>,
    blobs: Arc<dyn BlobStore>,
    settings: Settings,
    metrics: Metrics,
}

/// When housekeeping does what.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Pause between rounds.
    pub interval: Duration,
    /// How long a claim on trash lasts.
    pub lease: Duration,
    /// How long trashed objects stay in the store.
    pub trash_keep: Duration,
    /// How fast the scrubber reads; 0 for not at all.
    pub scrub_bytes_per_second: u64,
    /// How long after a look an object is due for another.
    pub scrub_interval: Duration,
    /// Most bytes of renditions that were made on request.
    pub rendition_bytes: u64,
    /// How long references stay in their owners' trash; zero for ever, as there is none then but from earlier days.
    pub trash_retention: Duration,
}

impl Maintenance {
    /// Housekeeping over one catalogue and store.
    #[must_use]
    pub fn new(
        catalog: Arc<dyn Catalog>,
        blobs: Arc<dyn BlobStore>,
        settings: Settings,
        metrics: Metrics,
    ) -> Self {
        Self {
            catalog,
            blobs,
            settings,
            metrics,
        }
    }

    /// Runs a round now and then until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        // Nobody waits for a round to see a library again after an upgrade.
        if let Some(Err(error)) = stop.run_until_cancelled(self.enter_gallery()).await {
            tracing::error!(error = %chain(&error), "cannot enter everything in the gallery");
        }
        loop {
            tokio::select! {
                () = tokio::time::sleep(self.settings.interval) => {}
                () = stop.cancelled() => return,
            }
            // A round may be cut off anywhere: every step is a transaction or may be repeated.
            let round = tokio::select! {
                round = self.round() => round,
                () = stop.cancelled() => return,
            };
            match round {
                Ok(round) if round == Round::default() => {}
                Ok(round) => {
                    tracing::info!(
                        round.reaped,
                        round.purged,
                        round.collected,
                        round.evicted,
                        round.swept,
                        "housekeeping"
                    );
                }
                Err(error) => tracing::error!(error = %chain(&error), "housekeeping stopped early"),
            }
        }
    }

    /// Reaper, purge of trashed references, garbage collection and sweeper, each until nothing is left for it.
    ///
    /// # Errors
    /// Where it had to stop.
    pub async fn round(&self) -> Result<Round, Error> {
        let mut round = Round::default();
        // Before the reaper, which would take their parts one by one.
        while self.catalog.purge_resumables(BATCH).await? == u64::from(BATCH) {}
        loop {
            point("maintenance::before_reap");
            let reaped = self.catalog.reap_objects(BATCH).await?;
            point("maintenance::after_reap");
            round.reaped += reaped;
            if reaped < u64::from(BATCH) {
                break;
            }
        }
        while !self.settings.trash_retention.is_zero() {
            point("maintenance::before_purge");
            let purged = self
                .catalog
                .purge_media(self.settings.trash_retention, BATCH)
                .await?;
            point("maintenance::after_purge");
            round.purged += purged;
            if purged == 0 {
                break;
            }
        }
        loop {
            point("maintenance::before_collect");
            let collected = self.catalog.collect_garbage(BATCH).await?;
            point("maintenance::after_collect");
            round.collected += collected.blobs;
            if collected.hints < u64::from(BATCH) {
                break;
            }
        }
        loop {
            point("maintenance::before_evict");
            let budget = self.settings.rendition_bytes;
            let evicted = self.catalog.evict_renditions(budget, BATCH).await?;
            point("maintenance::after_evict");
            round.evicted += evicted;
            if evicted < u64::from(BATCH) {
                break;
            }
        }
        round.swept = self.sweep().await?;
        self.catalog.purge_idempotent(IDEMPOTENCY_KEEP).await?;
        while self.catalog.purge_events(EVENT_KEEP, EVENTS).await? == u64::from(EVENTS) {}
        // Last, so that what cannot be entered keeps nothing else from being done.
        self.enter_gallery().await?;
        Ok(round)
    }

    /// Enters what is from before the gallery, or before its present version.
    async fn enter_gallery(&self) -> Result<(), Error> {
        while self.catalog.enter_gallery(BATCH).await? {}
        Ok(())
    }

    async fn sweep(&self) -> Result<u64, Error> {
        let mut swept = 0;
        loop {
            point("maintenance::before_claim_trash");
            let batch = self
                .catalog
                .claim_trash(self.settings.trash_keep, self.settings.lease, SWEEP_BATCH)
                .await?;
            if batch.is_empty() {
                return Ok(swept);
            }
            point("maintenance::after_claim_trash");
            Fence::new(&*self.catalog, &*self.blobs).raise().await?;
            for trash in &batch {
                let key = BlobKey::Object {
                    hash: trash.hash,
                    object: trash.object,
                };
                // Once more behind the fence: the database may have been put back since the claim.
                if self.catalog.object_role(trash.object).await? != Some(ObjectRole::Trash) {
                    continue;
                }
                point("maintenance::before_delete");
                self.blobs.delete(&key, trash.upload_id.as_deref()).await?;
                point("maintenance::after_delete");
                self.catalog.forget_object(trash.object).await?;
                point("maintenance::after_forget");
                self.metrics.swept.inc();
                swept += 1;
            }
        }
    }
}
