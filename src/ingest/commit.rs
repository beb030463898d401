//! The commit of an upload: T1, PUT, T2, then the answer.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;

use super::Error;
use crate::blob::{BlobKey, BlobStore};
use crate::catalog::{self, Catalog, Committed, NewMedia, ObjectRole, Quota, Wanted};
use crate::config::Policies;
use crate::crash::point;
use crate::imaging;
use crate::media::{AppName, ContentHash, Facts, FileName, Kind, MediaId, ObjectId, Owner, sniff};
use crate::objects::{abandon, write_reserved};
use crate::sandbox::{self, Sandbox};
use crate::spool::{self, Spool, Spooled};
use crate::telemetry::{Metrics, chain};
use crate::threads::CpuPool;
use crate::worker::{Reservation, Worker};

/// A lease lasts at least as long as the upload would at a third of this rate.
const MIN_BYTES_PER_SECOND: u64 = 1 << 20;

/// How long to look for a commit whose outcome is unknown, and the pause between two looks.
const FIND_OUT_FOR: Duration = Duration::from_secs(10);
const FIND_OUT_PAUSE: Duration = Duration::from_millis(250);

/// What an uploader says of a file.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// Whose it is.
    pub owner: Owner,
    /// Which app sends it.
    pub app: AppName,
    /// Its name there.
    pub name: Option<FileName>,
    /// The media type that the client claims; believed for text only.
    pub declared_type: Option<String>,
    /// Free JSON to keep with it.
    pub metadata: Option<Value>,
    /// Whether no variants are wanted.
    pub skip_processing: bool,
    /// The SHA-256 that the bytes must have.
    pub expected: Option<ContentHash>,
}

/// An acknowledged upload.
#[derive(Debug)]
pub struct Accepted {
    /// The reference.
    pub id: MediaId,
    /// Whether this owner already held the content.
    pub duplicate: bool,
    /// Whether it was in the owner's trash, and is back.
    pub restored: bool,
    /// Ends when processing that started here has ended, however it did; `None` when none was started here.
    pub processed: Option<oneshot::Receiver<()>>,
}

/// Takes uploads in.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// The spool.
    pub spool: Spool,
    pub(super) catalog: Arc<dyn Catalog>,
    pub(super) blobs: Arc<dyn BlobStore>,
    probes: CpuPool,
    sandbox: Sandbox,
    limits: imaging::Limits,
    worker: Worker,
    lease: Duration,
    quota: Quota,
    policies: Policies,
    metrics: Metrics,
}

/// What an owner's live copy of some content is good for.
enum Held {
    /// It will do.
    Good,
    /// It is missing or wrong, and to be replaced.
    Broken(ObjectId),
    /// This owner has none.
    Nothing,
}

/// An upload whose bytes are stored, if they had to be, and that nothing refers to yet.
struct Prepared {
    new: NewMedia,
    spooled: Arc<Spooled>,
    reservation: Option<Reservation>,
}

impl Ingest {
    /// Joins the rooms that an upload walks through.
    #[must_use]
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        spool: Spool,
        catalog: Arc<dyn Catalog>,
        blobs: Arc<dyn BlobStore>,
        probes: CpuPool,
        sandbox: Sandbox,
        limits: imaging::Limits,
        worker: Worker,
        lease: Duration,
        quota: Quota,
        policies: Policies,
        metrics: Metrics,
    ) -> Self {
        Self {
            spool,
            catalog,
            blobs,
            probes,
            sandbox,
            limits,
            worker,
            lease,
            quota,
            policies,
            metrics,
        }
    }

    /// Commits one spooled file. When this returns `Ok`, its bytes are durable and referred to.
    ///
    /// # Errors
    /// See [`Error`]; after any of them the upload is as if it had never been, but for `Catalog(OutcomeUnknown)`.
    pub async fn accept(&self, spooled: Spooled, upload: Upload) -> Result<Accepted, Error> {
        let mut accepted = self
            .accept_all(vec![(spooled, upload)])
            .await
            .map_err(|(_, error)| error)?;
        accepted
            .pop()
            .ok_or_else(|| Error::Catalog(catalog::Error::Corrupt("commit without result".into())))
    }

    /// Commits several spooled files in one transaction: all of them or none.
    ///
    /// # Errors
    /// As [`Ingest::accept`], with the index of the file that it is about.
    pub async fn accept_all(
        &self,
        uploads: Vec<(Spooled, Upload)>,
    ) -> Result<Vec<Accepted>, (usize, Error)> {
        let mut prepared = Vec::with_capacity(uploads.len());
        for (index, (spooled, upload)) in uploads.into_iter().enumerate() {
            match self.prepare(spooled, upload).await {
                Ok(next) => prepared.push(next),
                Err(error) => {
                    self.metrics.uploads.with_label_values(&["refused"]).inc();
                    self.abandon(&prepared).await;
                    return Err((index, error));
                }
            }
        }
        let committed = self
            .commit(&mut prepared)
            .await
            .map_err(|error| (0, error))?;
        Ok(prepared
            .into_iter()
            .zip(committed)
            .map(|(prepared, committed)| self.acknowledge(prepared, committed))
            .collect())
    }

    /// Everything before the commit: what is it, may it be here, are its bytes stored.
    async fn prepare(&self, spooled: Spooled, upload: Upload) -> Result<Prepared, Error> {
        if spooled.size_bytes == 0 {
            return Err(Error::Empty);
        }
        if upload
            .expected
            .is_some_and(|expected| expected != spooled.hash)
        {
            return Err(Error::DigestMismatch);
        }
        self.metrics.bytes_received.inc_by(spooled.size_bytes);
        let kind = sniff(&spooled.head, upload.declared_type.as_deref());
        self.check_size(&upload.app, spooled.size_bytes)?;
        let policy = self.policies.of(&upload.app);
        if !policy.allows(kind.mime()) {
            return Err(Error::TypeNotAllowed {
                mime: kind.mime().to_owned(),
                app: upload.app,
            });
        }
        let spooled = Arc::new(spooled);
        let facts = self.probe(&spooled, &kind, policy.max_pixels).await?;
        let skip = upload.skip_processing || !policy.variants;
        let reservation = if kind.is_decodable() && !skip {
            self.worker.reserve()
        } else {
            None
        };
        let mut new = NewMedia {
            id: MediaId::new(),
            owner: upload.owner,
            app: upload.app,
            name: upload.name,
            metadata: upload.metadata,
            hash: spooled.hash,
            size_bytes: spooled.size_bytes,
            wanted: wanted(&kind, skip, reservation.as_ref()),
            kind,
            facts,
            object: None,
            replaces: None,
        };
        match self.held(&new).await? {
            Held::Good => {}
            Held::Broken(object) => {
                new.object = Some(self.store(&spooled, None).await?);
                new.replaces = Some(object);
            }
            Held::Nothing => {
                let quota = self.quota(&new.app);
                let reserve = Some((&new.owner, &quota));
                new.object = Some(self.store(&spooled, reserve).await?);
            }
        }
        Ok(Prepared {
            new,
            spooled,
            reservation,
        })
    }

    /// What an app may have its owners hold: the lower of what the settings and its policy say.
    pub(super) fn quota(&self, app: &AppName) -> Quota {
        let policy = self.policies.of(app);
        Quota {
            size_bytes: lower(self.quota.size_bytes, policy.quota_bytes),
            count: lower(self.quota.count, policy.quota_files),
        }
    }

    /// Whether an app may upload so much at once.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn check_size(&self, app: &AppName, size_bytes: u64) -> Result<(), Error> {
        let max_bytes = at_most(self.spool.max_bytes(), self.policies.of(app).max_bytes);
        if size_bytes > max_bytes {
            return Err(Error::TooLarge { max_bytes });
        }
        Ok(())
    }

    pub(super) async fn probe(
        &self,
        spooled: &Arc<Spooled>,
        kind: &Kind,
        max_pixels: Option<u64>,
    ) -> Result<Facts, Error> {
        if !kind.is_picture() && !kind.is_movie() {
            return Ok(Facts::default());
        }
        let timer = self.metrics.stage("probe").start_timer();
        let (mut limits, spooled, kind) = (self.limits, Arc::clone(spooled), kind.clone());
        limits.max_pixels = at_most(limits.max_pixels, max_pixels);
        let sandbox = self.sandbox.clone();
        let probed = self
            .probes
            .run(0, move |_| {
                match spooled.probe_here(&sandbox, &kind, &limits) {
                    Ok(probe) => Ok(probe.facts),
                    // Kept all the same: processing will say what is wrong with it.
                    Err(sandbox::Error::Picture(imaging::Error::Malformed(_))) => Ok(Facts {
                        capture: imaging::capture(&mut *spooled.open()?, &kind),
                        ..Facts::default()
                    }),
                    Err(error) => Err(error),
                }
            })
            .await?;
        timer.observe_duration();
        match probed {
            Ok(facts) => Ok(facts),
            Err(sandbox::Error::Unavailable(error)) => Err(spool::Error::Disk(error).into()),
            Err(sandbox::Error::Picture(
                error @ (imaging::Error::TooManyPixels { .. } | imaging::Error::OverLimit(_)),
            )) => Err(Error::Refused(error)),
            Err(sandbox::Error::Picture(_)) => Ok(Facts::default()),
        }
    }

    /// What this owner's live copy is good for.
    async fn held(&self, new: &NewMedia) -> Result<Held, Error> {
        let Some(held) = self.catalog.find_held(&new.owner, new.hash).await? else {
            return Ok(Held::Nothing);
        };
        if held.recently_verified {
            return Ok(Held::Good);
        }
        let key = BlobKey::Object {
            hash: new.hash,
            object: held.object,
        };
        if !held.suspect && self.blobs.head(&key).await? == Some(held.size_bytes) {
            self.catalog.mark_verified(new.hash, held.object).await?;
            return Ok(Held::Good);
        }
        tracing::error!(hash = %new.hash, "stored bytes are missing or wrong: healed by an upload of the same");
        self.metrics.integrity_failures.inc();
        Ok(Held::Broken(held.object))
    }

    /// How long an object of this size may take from T1 to its commit.
    pub(super) fn lease_for(&self, size_bytes: u64) -> Duration {
        let by_size = Duration::from_secs(3 * size_bytes / MIN_BYTES_PER_SECOND);
        self.lease.max(by_size)
    }

    /// T1 and PUT. `reserve` is whose quota it is reserved from, when that owner holds nothing of the content yet.
    async fn store(
        &self,
        spooled: &Spooled,
        reserve: Option<(&Owner, &Quota)>,
    ) -> Result<ObjectId, Error> {
        let timer = self.metrics.stage("store").start_timer();
        let lease = self.lease_for(spooled.size_bytes);
        point("ingest::before_t1");
        let source = spooled.source();
        let reserve = reserve.filter(|(_, quota)| quota.is_limited());
        let object = write_reserved(
            &*self.catalog,
            &*self.blobs,
            spooled.hash,
            &source,
            &spooled.hash,
            lease,
            reserve,
        )
        .await?;
        timer.observe_duration();
        Ok(object)
    }

    /// T2.
    async fn commit(&self, prepared: &mut [Prepared]) -> Result<Vec<Committed>, Error> {
        let _timer = self.metrics.stage("commit").start_timer();
        let new: Vec<NewMedia> = prepared
            .iter()
            .map(|prepared| prepared.new.clone())
            .collect();
        if new.iter().any(|new| new.replaces.is_some()) {
            point("ingest::before_heal");
        }
        point("ingest::before_t2");
        let committed = match self.catalog.commit_uploads(&new).await {
            Err(catalog::Error::ContentGone) => {
                // What was held a moment ago has been deleted meanwhile: store our own copies.
                for prepared in prepared
                    .iter_mut()
                    .filter(|prepared| prepared.new.object.is_none())
                {
                    let new = &prepared.new;
                    let quota = self.quota(&new.app);
                    let reserve = Some((&new.owner, &quota));
                    let object = self.store(&prepared.spooled, reserve).await?;
                    prepared.new.object = Some(object);
                }
                let new: Vec<NewMedia> = prepared
                    .iter()
                    .map(|prepared| prepared.new.clone())
                    .collect();
                self.catalog.commit_uploads(&new).await
            }
            other => other,
        };
        let committed = match committed {
            Err(catalog::Error::OutcomeUnknown(cause)) => self.find_out(prepared, cause).await,
            other => other,
        };
        match committed {
            Ok(committed) => {
                point("ingest::after_t2");
                Ok(committed)
            }
            Err(error) => {
                // It may have happened: the reaper decides, by what the catalogue says.
                if !matches!(error, catalog::Error::OutcomeUnknown(_)) {
                    self.abandon(prepared).await;
                }
                Err(error.into())
            }
        }
    }

    /// The connection was lost in COMMIT. On a new one the objects are given up first, which waits for a transaction that is running
    /// still and has no effect on one that was committed; after that, what is there is there for good. Nothing in the store is touched.
    async fn find_out(
        &self,
        prepared: &[Prepared],
        cause: anyhow::Error,
    ) -> Result<Vec<Committed>, catalog::Error> {
        tracing::warn!(
            error = format!("{cause:#}"),
            "the outcome of a commit is unknown: looking"
        );
        let looking = async {
            loop {
                match self.look_for(prepared).await {
                    Ok(found) => return found,
                    Err(error) => {
                        tracing::warn!(error = %chain(&error), "cannot look for a commit yet");
                        tokio::time::sleep(FIND_OUT_PAUSE).await;
                    }
                }
            }
        };
        let found = tokio::time::timeout(FIND_OUT_FOR, looking).await;
        found
            .ok()
            .flatten()
            .ok_or(catalog::Error::OutcomeUnknown(cause))
    }

    /// All of them, or `None` when one is not there.
    async fn look_for(
        &self,
        prepared: &[Prepared],
    ) -> Result<Option<Vec<Committed>>, catalog::Error> {
        let objects: Vec<ObjectId> = prepared
            .iter()
            .filter_map(|prepared| prepared.new.object)
            .collect();
        self.catalog.abandon_objects(&objects).await?;
        let mut found = Vec::with_capacity(prepared.len());
        for prepared in prepared {
            let new = &prepared.new;
            // Bytes that were missing or wrong are so still, unless ours have taken their place.
            if let (Some(object), Some(_)) = (new.object, new.replaces)
                && self.catalog.object_role(object).await? != Some(ObjectRole::Original)
            {
                return Ok(None);
            }
            match self.catalog.find_committed(new).await? {
                Some(committed) => found.push(committed),
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    async fn abandon(&self, prepared: &[Prepared]) {
        let objects: Vec<ObjectId> = prepared
            .iter()
            .filter_map(|prepared| prepared.new.object)
            .collect();
        abandon(&*self.catalog, &objects).await;
    }

    fn acknowledge(&self, prepared: Prepared, committed: Committed) -> Accepted {
        let result = if committed.duplicate {
            "duplicate"
        } else {
            "created"
        };
        self.metrics.uploads.with_label_values(&[result]).inc();
        let processed = prepared
            .reservation
            .filter(|_| committed.claimed)
            .map(|reservation| {
                self.worker
                    .start(reservation, &prepared.new, prepared.spooled)
            });
        Accepted {
            id: committed.id,
            duplicate: committed.duplicate,
            restored: committed.restored,
            processed,
        }
    }
}

/// What the settings allow everybody, or less where an app's policy says so.
fn at_most(limit: u64, of_app: Option<u64>) -> u64 {
    of_app.map_or(limit, |of_app| limit.min(of_app))
}

fn lower(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.into_iter().chain(other).min()
}

fn wanted(kind: &Kind, skip: bool, reservation: Option<&Reservation>) -> Wanted {
    match (kind.is_decodable(), skip) {
        (false, _) => Wanted::Nothing,
        (true, true) => Wanted::Skip,
        (true, false) => Wanted::Variants(reservation.map(Reservation::claim)),
    }
}
