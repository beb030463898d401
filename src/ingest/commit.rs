//! The commit of an upload: T1, PUT, T2, then the answer.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;

use super::Error;
use crate::blob::{BlobKey, BlobStore};
use crate::catalog::{self, Catalog, Committed, NewMedia, Wanted};
use crate::imaging;
use crate::media::{AppName, ContentHash, Facts, FileName, Kind, MediaId, ObjectId, Owner, sniff};
use crate::objects::{abandon, write_object};
use crate::spool::{self, Spool, Spooled};
use crate::telemetry::Metrics;
use crate::threads::CpuPool;
use crate::worker::{Reservation, Worker};

/// A lease lasts at least as long as the upload would at a third of this rate.
const MIN_BYTES_PER_SECOND: u64 = 1 << 20;

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
    /// Ends when processing that started here has ended, however it did; `None` when none was started here.
    pub processed: Option<oneshot::Receiver<()>>,
}

/// Takes uploads in.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// The spool.
    pub spool: Spool,
    catalog: Arc<dyn Catalog>,
    blobs: Arc<dyn BlobStore>,
    probes: CpuPool,
    limits: imaging::Limits,
    worker: Worker,
    lease: Duration,
    metrics: Metrics,
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
        limits: imaging::Limits,
        worker: Worker,
        lease: Duration,
        metrics: Metrics,
    ) -> Self {
        Self {
            spool,
            catalog,
            blobs,
            probes,
            limits,
            worker,
            lease,
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
        let spooled = Arc::new(spooled);
        let facts = self.probe(&spooled, &kind).await?;
        let reservation = if kind.is_decodable() && !upload.skip_processing {
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
            wanted: wanted(&kind, upload.skip_processing, reservation.as_ref()),
            kind,
            facts,
            object: None,
            replaces: None,
        };
        let (held, replaces) = self.held(&new).await?;
        if !held {
            new.object = Some(self.store(&spooled).await?);
            new.replaces = replaces;
        }
        Ok(Prepared {
            new,
            spooled,
            reservation,
        })
    }

    async fn probe(&self, spooled: &Arc<Spooled>, kind: &Kind) -> Result<Facts, Error> {
        if !kind.is_picture() && !kind.is_movie() {
            return Ok(Facts::default());
        }
        let timer = self.metrics.stage("probe").start_timer();
        let (limits, spooled, kind) = (self.limits, Arc::clone(spooled), kind.clone());
        let probed = self
            .probes
            .run(0, move |_| {
                let mut input = spooled.open()?;
                let probed = imaging::probe(&mut *input, &kind, &limits);
                Ok(match probed {
                    // Kept all the same: processing will say what is wrong with it.
                    Err(imaging::Error::Malformed(_)) => Ok(Facts {
                        capture: imaging::capture(&mut *input, &kind),
                        ..Facts::default()
                    }),
                    other => other.map(|probe| probe.facts),
                })
            })
            .await?;
        timer.observe_duration();
        match probed.map_err(|error: std::io::Error| spool::Error::Disk(error))? {
            Ok(facts) => Ok(facts),
            Err(error @ (imaging::Error::TooManyPixels { .. } | imaging::Error::OverLimit(_))) => {
                Err(Error::Refused(error))
            }
            Err(_) => Ok(Facts::default()),
        }
    }

    /// Whether this owner's live copy will do, and otherwise which object is to be replaced because it is gone.
    async fn held(&self, new: &NewMedia) -> Result<(bool, Option<ObjectId>), Error> {
        let Some(held) = self.catalog.find_held(&new.owner, new.hash).await? else {
            return Ok((false, None));
        };
        if held.recently_verified {
            return Ok((true, None));
        }
        let key = BlobKey::Object {
            hash: new.hash,
            object: held.object,
        };
        if !held.suspect && self.blobs.head(&key).await? == Some(held.size_bytes) {
            self.catalog.mark_verified(new.hash, held.object).await?;
            return Ok((true, None));
        }
        tracing::error!(hash = %new.hash, "stored bytes are missing or wrong: healed by an upload of the same");
        self.metrics.integrity_failures.inc();
        Ok((false, Some(held.object)))
    }

    /// T1 and PUT.
    async fn store(&self, spooled: &Spooled) -> Result<ObjectId, Error> {
        let timer = self.metrics.stage("store").start_timer();
        let lease = self.lease.max(Duration::from_secs(
            3 * spooled.size_bytes / MIN_BYTES_PER_SECOND,
        ));
        let source = spooled.source();
        let object = write_object(
            &*self.catalog,
            &*self.blobs,
            spooled.hash,
            &source,
            &spooled.hash,
            lease,
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
        let committed = match self.catalog.commit_uploads(&new).await {
            Err(catalog::Error::ContentGone) => {
                // What was held a moment ago has been deleted meanwhile: store our own copies.
                for prepared in prepared
                    .iter_mut()
                    .filter(|prepared| prepared.new.object.is_none())
                {
                    prepared.new.object = Some(self.store(&prepared.spooled).await?);
                }
                let new: Vec<NewMedia> = prepared
                    .iter()
                    .map(|prepared| prepared.new.clone())
                    .collect();
                self.catalog.commit_uploads(&new).await
            }
            other => other,
        };
        match committed {
            Ok(committed) => Ok(committed),
            Err(error) => {
                // It may have happened: touch nothing, the reaper decides by what the catalogue says.
                if !matches!(error, catalog::Error::OutcomeUnknown(_)) {
                    self.abandon(prepared).await;
                }
                Err(error.into())
            }
        }
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
            processed,
        }
    }
}

fn wanted(kind: &Kind, skip: bool, reservation: Option<&Reservation>) -> Wanted {
    match (kind.is_decodable(), skip) {
        (false, _) => Wanted::Nothing,
        (true, true) => Wanted::Skip,
        (true, false) => Wanted::Variants(reservation.map(Reservation::claim)),
    }
}
