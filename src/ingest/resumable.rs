//! Uploads that come in pieces (tus 1.0.0): each piece is stored and recorded before it is acknowledged, on whichever node it came to.
//! Once all are there they go the way of every upload, [`Ingest::accept`].
//!
//! The parts are objects in the ledger, `writing` under leases that end with their upload, so reaper and sweeper clean up what is
//! never finished. Whoever adds to an upload holds its lock, and one that died or fell silent loses it within seconds.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use tokio_util::task::TaskTracker;

use super::{Accepted, Error as IngestError, Ingest, Upload};
use crate::blob::{self, BlobKey, BlobStore, ByteStream};
use crate::catalog::{self, Locked, NewResumable, Resumable, UploadPart};
use crate::crash::point;
use crate::media::{Announcement, AppName, Checksum, ClaimToken, ContentHash, Owner, UploadId};
use crate::objects::{abandon, write_object};
use crate::spool::Spooled;
use crate::telemetry::chain;
use crate::threads;

/// What one part holds at most: so much is lost at most when a node dies.
const PART_BYTES: u64 = 8 << 20;
/// Most parts of an upload, for clients that send a few bytes at a time.
const MAX_PARTS: usize = 10_000;
/// How long a lock outlives the last sign of life, and how often there is one. tus-js-client tries for nine seconds.
const LOCK_LEASE: Duration = Duration::from_secs(5);
const LOCK_RENEWAL: Duration = Duration::from_millis(1500);
/// How often a held lock is asked for again, and how long apart: who was cut off lets go just after its last bytes can be seen.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// A body on its way in.
type Body = Pin<Box<dyn Stream<Item = Result<Bytes, IngestError>> + Send>>;

/// Why nothing was added to an upload, or not all that was sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such upload, for this owner, any more.
    #[error("no such upload")]
    NotFound,
    /// Somebody else adds to it.
    #[error("upload is locked")]
    Locked,
    /// It goes on elsewhere.
    #[error("upload continues at {offset_bytes}")]
    WrongOffset {
        /// Where.
        offset_bytes: u64,
    },
    /// More bytes than were announced.
    #[error("more bytes than the upload's length")]
    TooLong,
    /// It has come in too many pieces.
    #[error("more than {MAX_PARTS} pieces")]
    TooManyParts,
    /// The bytes do not have their checksum. None of them was kept.
    #[error("checksum mismatch")]
    Checksum,
    /// As with any upload.
    #[error(transparent)]
    Ingest(#[from] IngestError),
}

impl From<catalog::Error> for Error {
    fn from(error: catalog::Error) -> Self {
        Self::Ingest(error.into())
    }
}

/// Bytes to add.
pub struct Piece {
    /// Where they begin.
    pub offset_bytes: u64,
    /// How many, where that is known.
    pub size_bytes: Option<u64>,
    /// What they must hash to; then all of them are kept or none.
    pub checksum: Option<Checksum>,
    /// The bytes.
    pub body: Body,
}

/// How far an upload is.
#[derive(Debug)]
pub struct Progress {
    /// The upload.
    pub upload: Resumable,
    /// What was committed just now, if this completed it.
    pub accepted: Option<Accepted>,
}

/// Takes uploads in by pieces.
#[derive(Debug, Clone)]
pub struct Resumables {
    ingest: Ingest,
    expiry: Duration,
    max_open: u32,
    tasks: TaskTracker,
}

impl Resumables {
    /// Uploads that are forgotten `expiry` after the last piece (or somewhat earlier), `max_open` an owner. What goes on when a client is
    /// gone is one of `tasks`.
    #[must_use]
    pub fn new(ingest: Ingest, expiry: Duration, max_open: u32, tasks: TaskTracker) -> Self {
        Self {
            ingest,
            expiry,
            max_open,
            tasks,
        }
    }

    /// Largest upload in bytes.
    #[must_use]
    pub fn max_bytes(&self) -> u64 {
        self.ingest.spool.max_bytes()
    }

    /// Begins an upload of this length by `app` for `owner`; `metadata` is its [`Announcement`] as it was sent.
    ///
    /// # Errors
    /// `Ingest`: `Empty`, `TooLarge`, over the quota, too many open.
    pub async fn begin(
        &self,
        owner: Owner,
        app: &AppName,
        metadata: String,
        size_bytes: u64,
    ) -> Result<Resumable, Error> {
        if size_bytes == 0 {
            return Err(IngestError::Empty.into());
        }
        self.ingest.check_size(app, size_bytes)?;
        let upload = NewResumable {
            id: UploadId::new(),
            owner,
            metadata,
            size_bytes,
        };
        let (quota, expiry) = (&self.ingest.quota(app), self.expiry);
        let catalog = &self.ingest.catalog;
        Ok(catalog
            .begin_resumable(&upload, quota, self.max_open, expiry)
            .await?)
    }

    /// How far an upload is. One whose bytes are all there, but that was not finished, is finished first: its client may take the
    /// length for an acknowledgement of the whole.
    ///
    /// # Errors
    /// `NotFound`, `Locked` while somebody finishes it, and what finishing may fail with.
    pub async fn look(&self, id: UploadId, owner: Option<&Owner>) -> Result<Progress, Error> {
        let upload = self.ingest.catalog.resumable(id, owner).await?;
        let upload = upload.ok_or(Error::NotFound)?;
        if upload.media.is_some() || upload.offset_bytes < upload.size_bytes {
            return Ok(Progress {
                upload,
                accepted: None,
            });
        }
        let nothing = Piece {
            offset_bytes: upload.offset_bytes,
            size_bytes: Some(0),
            checksum: None,
            body: Box::pin(futures_util::stream::empty()),
        };
        self.append(id, owner.cloned(), nothing).await
    }

    /// Adds bytes, and commits the upload when it is complete. What was received is kept when the client goes away, unless it came with
    /// a checksum.
    ///
    /// # Errors
    /// See [`Error`]; how far the upload is, [`Resumables::look`] tells.
    pub async fn append(
        &self,
        id: UploadId,
        owner: Option<Owner>,
        piece: Piece,
    ) -> Result<Progress, Error> {
        let this = self.clone();
        // A task of its own: a handler is dropped when its client disconnects.
        let task = self
            .tasks
            .spawn(async move { this.locked(id, owner.as_ref(), piece).await });
        task.await
            .map_err(|_| IngestError::from(threads::Error::Panicked))?
    }

    /// Forgets an upload; what it became stays.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn end(&self, id: UploadId, owner: Option<&Owner>) -> Result<(), Error> {
        let ended = self.ingest.catalog.end_resumable(id, owner).await?;
        ended.then_some(()).ok_or(Error::NotFound)
    }

    async fn locked(
        &self,
        id: UploadId,
        owner: Option<&Owner>,
        piece: Piece,
    ) -> Result<Progress, Error> {
        let (catalog, token) = (&self.ingest.catalog, ClaimToken::new());
        let upload = self.lock(id, owner, token).await?;
        let pulse = Arc::new(Pulse::default());
        let result = tokio::select! {
            result = self.add(upload, token, piece, &pulse) => result,
            never = self.renew(id, token, &pulse) => match never {},
        };
        // It would end by itself, but the next one need not wait for that.
        if let Err(error) = catalog.unlock_resumable(id, token).await {
            tracing::debug!(error = %chain(&error), "an upload's lock is left to end by itself");
        }
        result
    }

    async fn lock(
        &self,
        id: UploadId,
        owner: Option<&Owner>,
        token: ClaimToken,
    ) -> Result<Resumable, Error> {
        for _ in 0..LOCK_TRIES {
            let catalog = &self.ingest.catalog;
            let locked = catalog.lock_resumable(id, owner, token, LOCK_LEASE, self.expiry);
            match locked.await? {
                Locked::Ours(upload) => return Ok(upload),
                Locked::Theirs => tokio::time::sleep(LOCK_PAUSE).await,
                Locked::Missing => return Err(Error::NotFound),
            }
        }
        Err(Error::Locked)
    }

    async fn renew(
        &self,
        id: UploadId,
        token: ClaimToken,
        pulse: &Pulse,
    ) -> std::convert::Infallible {
        let mut last = None;
        loop {
            tokio::time::sleep(LOCK_RENEWAL).await;
            let now = pulse.received_bytes.load(Ordering::Relaxed);
            let is_silent = pulse.is_waiting.load(Ordering::Relaxed) && last == Some(now);
            last = Some(now);
            if !is_silent {
                // Whether it is ours still is asked when something is recorded.
                let renewed = self.ingest.catalog.renew_resumable(id, token, LOCK_LEASE);
                drop(renewed.await);
            }
        }
    }

    /// With the lock held.
    async fn add(
        &self,
        mut upload: Resumable,
        token: ClaimToken,
        piece: Piece,
        pulse: &Arc<Pulse>,
    ) -> Result<Progress, Error> {
        if piece.offset_bytes != upload.offset_bytes {
            return Err(Error::WrongOffset {
                offset_bytes: upload.offset_bytes,
            });
        }
        let left = upload.size_bytes - upload.offset_bytes;
        if piece.size_bytes.is_some_and(|size| size > left) {
            return Err(Error::TooLong);
        }
        if left > 0 {
            self.receive(&mut upload, token, piece, pulse).await?;
        }
        let is_due = upload.media.is_none() && upload.offset_bytes == upload.size_bytes;
        let accepted = if is_due {
            Some(self.finish(&mut upload, token).await?)
        } else {
            None
        };
        Ok(Progress { upload, accepted })
    }

    async fn receive(
        &self,
        upload: &mut Resumable,
        token: ClaimToken,
        piece: Piece,
        pulse: &Arc<Pulse>,
    ) -> Result<(), Error> {
        let mut count = self.ingest.catalog.resumable_parts(upload.id).await?.len();
        let mut cutter = Cutter::new(piece.body, Arc::clone(pulse));
        while upload.offset_bytes < upload.size_bytes {
            let left = upload.size_bytes - upload.offset_bytes;
            // What has a checksum is one part, kept or not.
            let most = match piece.checksum {
                Some(_) => left,
                None => left.min(PART_BYTES),
            };
            let spooled = self.ingest.spool.receive(cutter.part(most)).await?;
            if let Some(checksum) = &piece.checksum {
                cutter.failed()?;
                cutter.verify(checksum, &spooled)?;
            }
            if spooled.size_bytes == left && cutter.has_more().await {
                return Err(Error::TooLong);
            }
            if spooled.size_bytes > 0 {
                count += 1;
                if count > MAX_PARTS {
                    return Err(Error::TooManyParts);
                }
                let size_bytes = spooled.size_bytes;
                self.store(upload, token, &spooled).await?;
                upload.offset_bytes += size_bytes;
            }
            if upload.offset_bytes == upload.size_bytes {
                break;
            }
            cutter.failed()?;
            if cutter.is_at_end {
                break;
            }
        }
        Ok(())
    }

    /// T1 and PUT of a part, and its record: from then on it may be acknowledged.
    async fn store(
        &self,
        upload: &Resumable,
        token: ClaimToken,
        spooled: &Spooled,
    ) -> Result<(), Error> {
        let (catalog, blobs) = (&*self.ingest.catalog, &*self.ingest.blobs);
        let (hash, lease) = (spooled.hash, self.ingest.lease_for(spooled.size_bytes));
        let written = write_object(catalog, blobs, hash, &spooled.source(), &hash, lease).await;
        let object = written.map_err(IngestError::from)?;
        let part = UploadPart {
            offset_bytes: upload.offset_bytes,
            size_bytes: spooled.size_bytes,
            hash,
            object,
        };
        point("ingest::before_part");
        // After an error it may be recorded all the same, so it is left to its lease.
        if !catalog.record_part(upload.id, token, &part).await? {
            abandon(catalog, &[object]).await;
            return Err(Error::Locked);
        }
        point("ingest::after_part");
        Ok(())
    }

    /// All bytes are there: the same way in as for everybody.
    async fn finish(&self, upload: &mut Resumable, token: ClaimToken) -> Result<Accepted, Error> {
        let accepted = match self.gather(upload).await {
            Ok((spooled, what)) => self.ingest.accept(spooled, what).await,
            // Bytes that are lost do not come back: the client is to begin anew.
            Err(error @ IngestError::Blob(blob::Error::Integrity(_))) => {
                return self.give_up(upload, error).await;
            }
            Err(error) => Err(error),
        };
        let accepted = match accepted {
            Err(
                error @ (IngestError::Refused(_)
                | IngestError::TooLarge { .. }
                | IngestError::TypeNotAllowed { .. }),
            ) => {
                return self.give_up(upload, error).await;
            }
            other => other?,
        };
        upload.media = Some(accepted.id);
        point("ingest::before_finish");
        let finished = self
            .ingest
            .catalog
            .finish_resumable(upload.id, token, accepted.id);
        // It is committed. Whoever looks next finishes it again, with the same result.
        if let Err(error) = finished.await {
            tracing::warn!(error = %chain(&error), "an upload was committed and could not be marked as finished");
        }
        point("ingest::after_finish");
        Ok(accepted)
    }

    /// Ends what could never be finished.
    async fn give_up(&self, upload: &Resumable, error: IngestError) -> Result<Accepted, Error> {
        tracing::warn!(upload = %upload.id, error = %chain(&error), "an upload is ended, as it can never be finished");
        self.ingest.catalog.end_resumable(upload.id, None).await?;
        Err(error.into())
    }

    /// The whole file, spooled, and what was said of it.
    async fn gather(&self, upload: &Resumable) -> Result<(Spooled, Upload), IngestError> {
        let corrupt = |text: &str| catalog::Error::Corrupt(format!("upload {}: {text}", upload.id));
        let said = Announcement::parse(&upload.metadata).map_err(|error| corrupt(&error.0))?;
        let parts = self.ingest.catalog.resumable_parts(upload.id).await?;
        let parts = read_parts(Arc::clone(&self.ingest.blobs), parts);
        let spooled = self.ingest.spool.receive(parts).await?;
        if spooled.size_bytes != upload.size_bytes {
            return Err(corrupt("its parts are not its length").into());
        }
        let what = Upload {
            owner: upload.owner.clone(),
            app: said.app,
            name: said.name,
            declared_type: said.declared_type,
            metadata: None,
            skip_processing: said.skip_processing,
            expected: None,
        };
        Ok((spooled, what))
    }
}

/// The bytes of parts one after another; each must have its hash.
fn read_parts(
    blobs: Arc<dyn BlobStore>,
    parts: Vec<UploadPart>,
) -> Pin<Box<dyn Stream<Item = Result<Bytes, IngestError>> + Send>> {
    struct Reading {
        blobs: Arc<dyn BlobStore>,
        parts: VecDeque<UploadPart>,
        open: Option<(UploadPart, ByteStream, Sha256)>,
    }
    let wrong = |part: &UploadPart| {
        blob::Error::Integrity(format!("part at {} of an upload", part.offset_bytes))
    };
    let reading = Reading {
        blobs,
        parts: parts.into(),
        open: None,
    };
    Box::pin(futures_util::stream::try_unfold(
        reading,
        move |mut reading| async move {
            loop {
                if let Some((part, mut stream, mut hasher)) = reading.open.take() {
                    if let Some(chunk) = stream.next().await {
                        let chunk = chunk?;
                        hasher.update(&chunk);
                        reading.open = Some((part, stream, hasher));
                        return Ok(Some((chunk, reading)));
                    }
                    if ContentHash(hasher.finalize().into()) != part.hash {
                        return Err(wrong(&part).into());
                    }
                }
                let Some(part) = reading.parts.pop_front() else {
                    return Ok(None);
                };
                let key = BlobKey::Object {
                    hash: part.hash,
                    object: part.object,
                };
                let reader = reading.blobs.get(&key, None).await?;
                let reader = reader.ok_or_else(|| wrong(&part))?;
                reading.open = Some((part, reader.stream, Sha256::new()));
            }
        },
    ))
}

/// Signs of life of a client.
#[derive(Debug, Default)]
struct Pulse {
    received_bytes: AtomicU64,
    /// Whether it is its turn.
    is_waiting: AtomicBool,
}

/// A body that is cut into parts.
struct Cutter {
    body: Body,
    pulse: Arc<Pulse>,
    /// What came with the last part and belongs to the next.
    rest: Bytes,
    sha1: Sha1,
    is_at_end: bool,
    failure: Option<IngestError>,
}

impl Cutter {
    fn new(body: Body, pulse: Arc<Pulse>) -> Self {
        Self {
            body,
            pulse,
            rest: Bytes::new(),
            sha1: Sha1::new(),
            is_at_end: false,
            failure: None,
        }
    }

    /// The next bytes, at most so many. A failure of the body ends the part, which is kept.
    fn part(&mut self, most: u64) -> Part<'_> {
        Part {
            cutter: self,
            left: most,
        }
    }

    /// What the body failed with.
    fn failed(&mut self) -> Result<(), IngestError> {
        self.failure.take().map_or(Ok(()), Err)
    }

    fn verify(&mut self, checksum: &Checksum, spooled: &Spooled) -> Result<(), Error> {
        let is_right = match checksum {
            Checksum::Sha1(digest) => self.sha1.finalize_reset()[..] == digest[..],
            Checksum::Sha256(hash) => spooled.hash == *hash,
        };
        is_right.then_some(()).ok_or(Error::Checksum)
    }

    async fn has_more(&mut self) -> bool {
        self.rest = match self.part(1).next().await {
            Some(Ok(byte)) => byte,
            _ => Bytes::new(),
        };
        !self.rest.is_empty()
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(std::mem::take(&mut self.rest)));
        }
        if self.is_at_end {
            return Poll::Ready(None);
        }
        self.pulse.is_waiting.store(true, Ordering::Relaxed);
        let chunk = ready!(self.body.as_mut().poll_next(context));
        self.pulse.is_waiting.store(false, Ordering::Relaxed);
        Poll::Ready(match chunk {
            Some(Ok(chunk)) => {
                let received = &self.pulse.received_bytes;
                received.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                self.sha1.update(&chunk);
                Some(chunk)
            }
            Some(Err(error)) => {
                self.is_at_end = true;
                self.failure = Some(error);
                None
            }
            None => {
                self.is_at_end = true;
                None
            }
        })
    }
}

/// One part of a body.
struct Part<'a> {
    cutter: &'a mut Cutter,
    left: u64,
}

impl Stream for Part<'_> {
    type Item = Result<Bytes, IngestError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, IngestError>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let Some(mut chunk) = ready!(self.cutter.poll_chunk(context)) else {
            return Poll::Ready(None);
        };
        if chunk.len() as u64 > self.left {
            self.cutter.rest = chunk.split_off(self.left as usize);
        }
        self.left -= chunk.len() as u64;
        Poll::Ready(Some(Ok(chunk)))
    }
}
