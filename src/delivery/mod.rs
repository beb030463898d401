//! How bytes go out: which object or rendition answers a request, made once at a time, verified while it streams.

mod cache;
mod redacted;
mod render;
mod tags;
mod verify;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use redact::Patches;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::blob::{self, AnswerFields, BlobKey, BlobStore, ByteStream};
use crate::catalog::{self, Catalog, Media, ObjectRole, StoredVariant};
use crate::imaging;
use crate::media::{ContentHash, Kind, MediaId, ObjectId, Transform, Variant};
use crate::objects::condemn;
use crate::sandbox::{self, Sandbox};
use crate::spool::{self, Spool};
use crate::telemetry::{Metrics, chain};
use crate::threads::{self, CpuPool};
use cache::{References, SmallFile, SmallFiles};
use redacted::Plans;
use render::Recipe;

/// How long a client may come back to the store for ranges of a film.
const REDIRECT_FOR: Duration = Duration::from_hours(1);

/// Why there is nothing to send.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The content is no picture, or one that cannot be decoded yet.
    #[error("there is no rendition of this content")]
    NotAPicture,
    /// The picture cannot be rendered.
    #[error(transparent)]
    Picture(#[from] imaging::Error),
    /// Only its owner may have it, as nobody can tell what in it is not for others.
    #[error("the file cannot be shown to others than its owner: {0}")]
    Private(String),
    /// Too much work is waiting.
    #[error("too much work is waiting")]
    Busy,
    /// The reference went away meanwhile.
    #[error("media was deleted")]
    Gone,
    /// The catalogue or the store cannot be reached.
    #[error("storage unavailable")]
    Unavailable(#[source] Arc<anyhow::Error>),
    /// Stored bytes are missing or wrong.
    #[error("stored bytes are missing or not the ones that were committed")]
    Integrity,
}

/// What a request wants of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rendition {
    /// The bytes as they were sent.
    Original,
    /// A variant.
    Variant(Variant),
    /// Anything else; its format has been negotiated.
    Transform(Transform),
}

/// Something to send, known before a byte of it is sent.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Length in bytes.
    pub size_bytes: u64,
    /// What it is.
    pub kind: Kind,
    /// Opaque part of a strong entity tag: content and recipe.
    pub tag: String,
    /// SHA-256 of the bytes.
    pub digest: ContentHash,
    /// Of an original: when its owner uploaded it.
    pub modified: Option<DateTime<Utc>>,
    /// Whether the same URL will give the same bytes for ever; not so while processing has not ended.
    pub is_final: bool,
    /// Where a rendition that was asked for by parameters comes from.
    pub made: Option<Made>,
    /// What is overwritten in it on its way out. The digest is of what is stored.
    patches: Option<Arc<Patches>>,
    content: Content,
}

/// How a rendition came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// It was in this node's memory.
    Memory,
    /// It was in the store.
    Store,
    /// It was made for this request, in that time.
    Now(Duration),
}

#[derive(Debug, Clone)]
enum Content {
    Stored {
        id: MediaId,
        rendition: Rendition,
        key: BlobKey,
    },
    Memory(Bytes),
}

/// What delivery may take.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Limits of one picture.
    pub imaging: imaging::Limits,
    /// Memory for renditions that are asked for again.
    pub cache_bytes: u64,
    /// Whether originals go out from the store's own server, where it has one.
    pub redirect: bool,
    /// How long another node may take to make what we wait for, and an object to be committed.
    pub lease: Duration,
}

/// Sends bytes out.
#[derive(Debug, Clone)]
pub struct Delivery {
    catalog: Arc<dyn Catalog>,
    blobs: Arc<dyn BlobStore>,
    pool: CpuPool,
    sandbox: Sandbox,
    spool: Spool,
    settings: Settings,
    references: References,
    small: SmallFiles,
    keepers: Arc<Semaphore>,
    preparing: Arc<Semaphore>,
    tag_reads: Arc<Semaphore>,
    plans: Plans,
    metrics: Metrics,
    tasks: TaskTracker,
}

impl Opened {
    /// SHA-256 of the bytes that go out, where it is known.
    #[must_use]
    pub fn sent_digest(&self) -> Option<ContentHash> {
        self.patches.is_none().then_some(self.digest)
    }

    /// What [`Delivery::read`] would give, if it is in memory.
    #[must_use]
    pub fn in_memory(&self, range: Option<&Range<u64>>) -> Option<Bytes> {
        match &self.content {
            Content::Memory(bytes) => Some(part_of(bytes, range)),
            Content::Stored { .. } => None,
        }
    }
}

impl Delivery {
    /// Delivery over one catalogue and store. What goes on after its request is tracked by `tasks`.
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
    ) -> Self {
        Self {
            references: References::new(Arc::clone(&catalog)),
            catalog,
            blobs,
            pool,
            sandbox,
            spool,
            settings,
            small: SmallFiles::new(settings.cache_bytes),
            keepers: Arc::new(Semaphore::new(render::MAX_KEEPERS)),
            preparing: Arc::new(Semaphore::new(1)),
            tag_reads: Arc::new(Semaphore::new(tags::MAX_READS)),
            plans: redacted::plans(),
            metrics,
            tasks,
        }
    }

    /// A reference, as it is or was within the last second. One that was deleted by this node is gone at once.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn find(&self, id: MediaId) -> Result<Option<Arc<Media>>, Error> {
        self.references.find(id).await
    }

    /// To be told of every reference that this node deletes, puts in the trash or takes out of it.
    pub async fn forget(&self, id: MediaId) {
        self.references.forget(id).await;
    }

    /// The entity tag of a rendition that need not be there for it.
    #[must_use]
    pub fn tag_of(media: &Media, transform: &Transform) -> String {
        Recipe::new(media, *transform).tag(media.hash)
    }

    /// Decides what answers, making it now if it is not there.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn open(&self, media: &Media, rendition: Rendition) -> Result<Opened, Error> {
        let variant = match rendition {
            Rendition::Original => return Ok(stored_original(media)),
            Rendition::Variant(variant) => variant,
            Rendition::Transform(transform) => {
                let same = |variant: &Variant| variant.transform() == transform;
                match Variant::ALL.into_iter().find(same) {
                    Some(variant) => variant,
                    None => return self.render_boxed(media, transform).await,
                }
            }
        };
        let stored = media.variants.iter().find(|it| it.variant == variant);
        match stored {
            Some(stored) => self.open_variant(media, stored).await,
            // Too small a source for this variant, or not processed (yet): the same recipe, never enlarged.
            None => self.render_boxed(media, variant.transform()).await,
        }
    }

    /// Every request's future is as large as the rarest work in it, and is moved about: this is kept out of it.
    async fn render_boxed(&self, media: &Media, transform: Transform) -> Result<Opened, Error> {
        Box::pin(self.render(media, transform)).await
    }

    async fn open_variant(&self, media: &Media, stored: &StoredVariant) -> Result<Opened, Error> {
        let opened = stored_variant(media, stored);
        if stored.size_bytes > cache::SMALL_BYTES {
            return Ok(opened);
        }
        let rendition = Rendition::Variant(stored.variant);
        let small = self
            .small
            .get((media.id, rendition, None), stored.digest, || {
                self.load(&opened)
            })
            .await?;
        Ok(Opened {
            content: Content::Memory(small.bytes),
            ..opened
        })
    }

    /// All of a stored object, verified.
    async fn load(&self, opened: &Opened) -> Result<SmallFile, Error> {
        let chunks: Vec<Bytes> = self.read(opened, None).await?.try_collect().await?;
        let bytes = match <[Bytes; 1]>::try_from(chunks) {
            Ok([whole]) => whole,
            Err(chunks) => chunks.concat().into(),
        };
        Ok(SmallFile {
            digest: opened.digest,
            bytes,
            made: Made::Store,
        })
    }

    /// The bytes of something opened, or a range of them that lies within its length. A whole stored object is verified against
    /// its digest: the last bytes are held back until it holds, and a mismatch ends the stream with an error.
    ///
    /// # Errors
    /// `Integrity` when it is not in the store, `Unavailable`, `Gone`.
    pub async fn read(
        &self,
        opened: &Opened,
        range: Option<Range<u64>>,
    ) -> Result<ByteStream, Error> {
        let (id, rendition, key) = match &opened.content {
            Content::Memory(bytes) => {
                let part = part_of(bytes, range.as_ref());
                return Ok(Box::pin(futures_util::stream::iter([Ok(part)])));
            }
            Content::Stored { id, rendition, key } => (*id, *rendition, key),
        };
        let (whole, start) = (
            range.is_none(),
            range.as_ref().map_or(0, |range| range.start),
        );
        let (key, reader) = match self.blobs.get(key, range.clone()).await {
            Ok(Some(reader)) => (*key, reader),
            Ok(None) => self.read_newer(id, rendition, opened, key, range).await?,
            // A range beyond its end: it is shorter than it was.
            Err(blob::Error::Integrity(_)) => return Err(self.condemn(id, *key, rendition).await),
            Err(error) => return Err(error.into()),
        };
        // All that a range can be checked by, and a whole object before a byte of it is sent.
        if reader.size_bytes != opened.size_bytes {
            return Err(self.condemn(id, key, rendition).await);
        }
        let stream = if whole {
            let delivery = self.clone();
            let alarm = Box::new(move || {
                tokio::spawn(async move { delivery.condemn(id, key, rendition).await });
            });
            verify::verified(reader.stream, opened.digest, alarm)
        } else {
            reader.stream
        };
        Ok(match &opened.patches {
            Some(patches) => redacted::patched(stream, Arc::clone(patches), start),
            None => stream,
        })
    }

    /// Where an original may be had from the store itself, if it is to be: as it is, by anybody who has the URL, for an hour.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn redirect(
        &self,
        opened: &Opened,
        fields: impl FnOnce() -> AnswerFields,
    ) -> Result<Option<String>, Error> {
        match &opened.content {
            Content::Stored {
                rendition: Rendition::Original,
                key,
                ..
            } if self.settings.redirect && opened.patches.is_none() => {
                Ok(self.blobs.presign(key, REDIRECT_FOR, &fields()).await?)
            }
            _ => Ok(None),
        }
    }

    /// A URL of the store where [`redirect`](Self::redirect) may lead, if it leads anywhere. It is good for its origin only.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn redirects_to(&self) -> Result<Option<String>, Error> {
        if !self.settings.redirect {
            return Ok(None);
        }
        let fields = AnswerFields::default();
        let url = self
            .blobs
            .presign(&BlobKey::StoreId, Duration::from_secs(1), &fields);
        Ok(url.await?)
    }

    /// Missing or wrong bytes are logged, and what is to be done about them is left to the catalogue.
    async fn condemn(&self, id: MediaId, key: BlobKey, rendition: Rendition) -> Error {
        // What heals it, by whichever node, is to be seen by the next read.
        self.references.forget(id).await;
        tracing::error!(%key, "stored bytes are missing or not the ones that were committed");
        let BlobKey::Object { hash, object } = key else {
            return Error::Integrity;
        };
        let role = match rendition {
            Rendition::Original => ObjectRole::Original,
            Rendition::Variant(_) => ObjectRole::Variant,
            Rendition::Transform(_) => ObjectRole::Rendition,
        };
        let (catalog, metrics) = (&*self.catalog, &self.metrics);
        if let Err(error) = condemn(catalog, metrics, hash, object, role).await {
            tracing::warn!(error = %chain(&error), %key, "cannot note what is wrong with an object");
        }
        Error::Integrity
    }

    /// The object was swept while we looked at its row: there may be a newer one.
    async fn read_newer(
        &self,
        id: MediaId,
        rendition: Rendition,
        opened: &Opened,
        old: &BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<(BlobKey, blob::BlobReader), Error> {
        let media = self.catalog.media(id, None).await?.ok_or(Error::Gone)?;
        let newer = match rendition {
            Rendition::Variant(variant) => media
                .variants
                .iter()
                .find(|stored| stored.variant == variant && stored.digest == opened.digest)
                .map(|stored| stored.object),
            Rendition::Original => Some(media.object),
            Rendition::Transform(_) => None,
        };
        let key = newer
            .map(|object| BlobKey::Object {
                hash: media.hash,
                object,
            })
            .filter(|key| key != old);
        if let Some(key) = key
            && let Some(reader) = self.blobs.get(&key, range).await?
        {
            return Ok((key, reader));
        }
        if newer.is_none() {
            let text = "the rendition was made again while it was being opened";
            return Err(Error::Unavailable(Arc::new(anyhow::anyhow!(text))));
        }
        Err(self.condemn(id, key.unwrap_or(*old), rendition).await)
    }
}

fn part_of(bytes: &Bytes, range: Option<&Range<u64>>) -> Bytes {
    range.map_or_else(
        || bytes.clone(),
        |range| bytes.slice(range.start as usize..range.end as usize),
    )
}

fn stored_original(media: &Media) -> Opened {
    Opened {
        size_bytes: media.size_bytes,
        kind: media.kind.clone(),
        modified: Some(media.created_at),
        made: None,
        patches: None,
        tag: media.hash.to_string(),
        digest: media.hash,
        is_final: true,
        content: stored(media, Rendition::Original, media.object),
    }
}

fn stored_variant(media: &Media, variant: &StoredVariant) -> Opened {
    Opened {
        size_bytes: variant.size_bytes,
        kind: Kind::WebP,
        modified: None,
        made: None,
        patches: None,
        // The digest and not the recipe: variants of one recipe may differ between builds.
        tag: variant.digest.to_string(),
        digest: variant.digest,
        is_final: true,
        content: stored(media, Rendition::Variant(variant.variant), variant.object),
    }
}

fn stored(media: &Media, rendition: Rendition, object: ObjectId) -> Content {
    Content::Stored {
        id: media.id,
        rendition,
        key: BlobKey::Object {
            hash: media.hash,
            object,
        },
    }
}

impl From<catalog::Error> for Error {
    fn from(error: catalog::Error) -> Self {
        Self::Unavailable(Arc::new(error.into()))
    }
}

impl From<blob::Error> for Error {
    fn from(error: blob::Error) -> Self {
        match error {
            blob::Error::Integrity(_) => Self::Integrity,
            other => Self::Unavailable(Arc::new(other.into())),
        }
    }
}

impl From<spool::Error> for Error {
    fn from(error: spool::Error) -> Self {
        Self::Unavailable(Arc::new(error.into()))
    }
}

impl From<sandbox::Error> for Error {
    fn from(error: sandbox::Error) -> Self {
        match error {
            sandbox::Error::Picture(error) => Self::Picture(error),
            sandbox::Error::Unavailable(error) => Self::Unavailable(Arc::new(error.into())),
        }
    }
}

impl From<threads::Error> for Error {
    fn from(error: threads::Error) -> Self {
        match error {
            threads::Error::Busy => Self::Busy,
            threads::Error::OverBudget { .. } | threads::Error::TooSlow(_) => {
                imaging::Error::OverLimit(error.to_string()).into()
            }
            threads::Error::Panicked => imaging::Error::Malformed("decoder panicked".into()).into(),
        }
    }
}
