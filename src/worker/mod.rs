//! Processing: claims on content that waits for variants, leases that are kept alive while one works, and what is made under them.
//! There is no queue to lose: work that is due is a row, and any node may take it when the lease of another ends.

mod derive;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::blob::BlobStore;
use crate::catalog::{Catalog, Claim, NewMedia};
use crate::crash::point;
use crate::imaging;
use crate::media::{ClaimToken, ObjectId};
use crate::sandbox::Sandbox;
use crate::spool::{Spool, Spooled};
use crate::telemetry::Metrics;
use crate::threads::CpuPool;

/// Claims after which content is given up as failed; one that kills its node is counted like any other.
pub const MAX_ATTEMPTS: u32 = 5;

/// When and how to work.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a claim lasts without a sign of life.
    pub lease: Duration,
    /// Pause between looks for work.
    pub poll: Duration,
    /// How long a variant's object may wait for its commit.
    pub object_lease: Duration,
    /// Most jobs that this node holds claims on at a time, waiting ones included.
    pub jobs: usize,
    /// Limits of a picture.
    pub limits: imaging::Limits,
}

/// The processing side of a node.
#[derive(Debug, Clone)]
pub struct Worker {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    catalog: Arc<dyn Catalog>,
    blobs: Arc<dyn BlobStore>,
    pool: CpuPool,
    sandbox: Sandbox,
    spool: Spool,
    settings: Settings,
    metrics: Metrics,
    jobs: Arc<Semaphore>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// A place in this node's work, taken before an upload is committed so that its claim can be part of the commit.
#[derive(Debug)]
pub struct Reservation {
    place: OwnedSemaphorePermit,
    token: ClaimToken,
    lease: Duration,
}

impl Reservation {
    /// The claim to ask for.
    #[must_use]
    pub fn claim(&self) -> (ClaimToken, Duration) {
        (self.token, self.lease)
    }
}

impl Worker {
    /// A worker whose jobs are tracked by `tasks` and are left to their leases when `stop` is cancelled.
    #[must_use]
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        catalog: Arc<dyn Catalog>,
        blobs: Arc<dyn BlobStore>,
        pool: CpuPool,
        sandbox: Sandbox,
        spool: Spool,
        settings: Settings,
        metrics: Metrics,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let jobs = Arc::new(Semaphore::new(settings.jobs.max(1)));
        Self {
            shared: Arc::new(Shared {
                catalog,
                blobs,
                pool,
                sandbox,
                spool,
                settings,
                metrics,
                jobs,
                tasks,
                stop,
            }),
        }
    }

    /// A place for one more job, `None` when this node has enough to do or is stopping.
    #[must_use]
    pub fn reserve(&self) -> Option<Reservation> {
        if self.shared.stop.is_cancelled() {
            return None;
        }
        let place = Arc::clone(&self.shared.jobs).try_acquire_owned().ok()?;
        Some(Reservation {
            place,
            token: ClaimToken::new(),
            lease: self.shared.settings.lease,
        })
    }

    /// Starts on an upload that was just committed with the reservation's claim, from the bytes that are still here. What comes
    /// back ends when the job does.
    #[must_use]
    pub fn start(
        &self,
        reservation: Reservation,
        new: &NewMedia,
        spooled: Arc<Spooled>,
    ) -> oneshot::Receiver<()> {
        let claim = Claim {
            hash: new.hash,
            // Never opened: the bytes are still in the spool.
            object: new.object.unwrap_or(ObjectId(uuid::Uuid::nil())),
            size_bytes: new.size_bytes,
            kind: new.kind.clone(),
            facts: new.facts.clone(),
            attempts: 1,
        };
        let (done, ended) = oneshot::channel();
        self.spawn(reservation, claim, Some(spooled), Some(done));
        ended
    }

    fn spawn(
        &self,
        reservation: Reservation,
        claim: Claim,
        spooled: Option<Arc<Spooled>>,
        done: Option<oneshot::Sender<()>>,
    ) {
        let shared = Arc::clone(&self.shared);
        let span = tracing::info_span!("process", hash = %claim.hash, attempt = claim.attempts);
        let job = async move {
            tokio::select! {
                () = derive::process(&shared, &claim, reservation.token, spooled) => {}
                () = shared.stop.cancelled() => give_back(&shared, &claim, reservation.token).await,
            }
            drop(reservation.place);
            drop(done);
        };
        self.shared.tasks.spawn(job.instrument(span));
    }

    /// Looks for work until told to stop.
    pub async fn run(&self) {
        let settings = self.shared.settings;
        while !self.shared.stop.is_cancelled() {
            let found = match self.reserve() {
                Some(reservation) => self.claim(reservation).await,
                None => false,
            };
            if !found {
                tokio::select! {
                    () = tokio::time::sleep(settings.poll) => {}
                    () = self.shared.stop.cancelled() => {}
                }
            }
        }
    }

    /// Claims whatever has waited longest and starts on it; `false` when there is nothing.
    async fn claim(&self, reservation: Reservation) -> bool {
        match self
            .shared
            .catalog
            .claim_processing(reservation.token, reservation.lease)
            .await
        {
            Ok(Some(claim)) => {
                point("worker::after_claim");
                self.spawn(reservation, claim, None, None);
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(error = %crate::telemetry::chain(&error), "cannot look for work");
                false
            }
        }
    }

    /// Works until nothing is due here and what this process took on has ended, for commands that run to an end. What other nodes
    /// hold is theirs. `tick` is told how much is left in all.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn drain(&self, mut tick: impl FnMut(u64)) -> Result<(), crate::catalog::Error> {
        loop {
            tick(self.shared.catalog.processing_backlog().await?);
            let started = match self.reserve() {
                Some(reservation) => self.claim(reservation).await,
                None => false,
            };
            let idle = self.shared.jobs.available_permits() == self.shared.settings.jobs.max(1);
            if !started && idle {
                return Ok(());
            }
            if !started {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// Brings the gauges up to date.
    pub async fn observe(&self) {
        let metrics = &self.shared.metrics;
        if let Ok(backlog) = self.shared.catalog.processing_backlog().await {
            metrics.backlog.set(backlog as i64);
        }
        metrics
            .spool_bytes
            .set(self.shared.spool.used_bytes() as i64);
        metrics.waiting.set(self.shared.pool.waiting() as i64);
        metrics
            .bytes_in_flight
            .set(self.shared.pool.bytes_in_flight() as i64);
    }
}

/// How long a stopping node tries to give its claims back before it leaves them to their leases.
const GIVE_BACK: Duration = Duration::from_secs(2);

/// Lets another node, or this one when it is back, start at once; stopping is no failed attempt.
async fn give_back(shared: &Shared, claim: &Claim, token: ClaimToken) {
    let release = shared
        .catalog
        .release_claim(claim.hash, token, Duration::ZERO, true);
    if !matches!(tokio::time::timeout(GIVE_BACK, release).await, Ok(Ok(()))) {
        tracing::warn!("a claim is left to its lease");
    }
}
