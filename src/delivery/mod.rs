//! How bytes go out: which object or rendition answers a request, rendered once at a time, verified while it streams.

mod tags;
mod verify;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use moka::future::Cache;
use tokio::sync::Semaphore;

use crate::blob::{self, BlobKey, BlobStore, ByteStream};
use crate::catalog::{self, Catalog, Media, ObjectRole, StoredVariant};
use crate::imaging;
use crate::media::{
    ContentHash, MediaId, ObjectId, OutputFormat, Owner, RECIPE, Transform, Variant,
};
use crate::objects::condemn;
use crate::sandbox::{self, Sandbox};
use crate::spool::{self, Spool};
use crate::telemetry::{Metrics, chain};
use crate::threads::{self, CpuPool};

/// Why there is nothing to send.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The content is no picture, or one that cannot be decoded yet.
    #[error("there is no rendition of this content")]
    NotAPicture,
    /// The picture cannot be rendered.
    #[error(transparent)]
    Picture(#[from] imaging::Error),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendition {
    /// The bytes as they were sent.
    Original,
    /// A variant.
    Variant(Variant),
    /// Anything else; its format has been negotiated.
    Transform(Transform),
}

/// Something to send, known before a byte of it is read.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Length in bytes.
    pub size_bytes: u64,
    /// Media type.
    pub mime: String,
    /// Opaque part of a strong entity tag: content and recipe.
    pub tag: String,
    /// SHA-256 of the bytes.
    pub digest: ContentHash,
    /// Whether the same URL will give the same bytes for ever; not so while processing has not ended.
    pub is_final: bool,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Stored {
        id: MediaId,
        rendition: Rendition,
        key: BlobKey,
    },
    Rendered(Bytes),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct RenderKey {
    // Nobody's answer is quicker because somebody else asked before.
    owner: Owner,
    hash: ContentHash,
    transform: Transform,
}

#[derive(Debug, Clone)]
struct Rendered {
    bytes: Bytes,
    digest: ContentHash,
}

/// Sends bytes out.
#[derive(Debug, Clone)]
pub struct Delivery {
    catalog: Arc<dyn Catalog>,
    blobs: Arc<dyn BlobStore>,
    pool: CpuPool,
    sandbox: Sandbox,
    spool: Spool,
    limits: imaging::Limits,
    rendered: Cache<RenderKey, Rendered>,
    tag_reads: Arc<Semaphore>,
    metrics: Metrics,
}

impl Delivery {
    /// Delivery that keeps at most `cache_bytes` of renditions in memory.
    #[must_use]
    pub fn new(
        catalog: Arc<dyn Catalog>,
        blobs: Arc<dyn BlobStore>,
        pool: CpuPool,
        sandbox: Sandbox,
        spool: Spool,
        limits: imaging::Limits,
        cache_bytes: u64,
        metrics: Metrics,
    ) -> Self {
        let weigh = |_: &RenderKey, rendered: &Rendered| {
            u32::try_from(rendered.bytes.len()).unwrap_or(u32::MAX)
        };
        let rendered = Cache::builder()
            .max_capacity(cache_bytes)
            .weigher(weigh)
            .build();
        Self {
            catalog,
            blobs,
            pool,
            sandbox,
            spool,
            limits,
            rendered,
            tag_reads: Arc::new(Semaphore::new(tags::MAX_READS)),
            metrics,
        }
    }

    /// Decides what answers, rendering it now if it is not stored.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn open(&self, media: &Media, rendition: Rendition) -> Result<Opened, Error> {
        match rendition {
            Rendition::Original => Ok(stored_original(media)),
            Rendition::Variant(variant) => match media
                .variants
                .iter()
                .find(|stored| stored.variant == variant)
            {
                Some(stored) => Ok(stored_variant(media, stored)),
                // Too small a source for this variant, or not processed (yet): the same recipe, never enlarged.
                None => self.render(media, variant.transform()).await,
            },
            Rendition::Transform(transform) => self.render(media, transform).await,
        }
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
            Content::Rendered(bytes) => {
                let part = range.map_or(bytes.clone(), |range| {
                    bytes.slice(range.start as usize..range.end as usize)
                });
                return Ok(Box::pin(futures_util::stream::iter([Ok(part)])));
            }
            Content::Stored { id, rendition, key } => (*id, *rendition, key),
        };
        let whole = range.is_none();
        let (key, reader) = match self.blobs.get(key, range.clone()).await {
            Ok(Some(reader)) => (*key, reader),
            Ok(None) => self.read_newer(id, rendition, opened, key, range).await?,
            // A range beyond its end: it is shorter than it was.
            Err(blob::Error::Integrity(_)) => return Err(self.condemn(*key, rendition).await),
            Err(error) => return Err(error.into()),
        };
        // All that a range can be checked by, and a whole object before a byte of it is sent.
        if reader.size_bytes != opened.size_bytes {
            return Err(self.condemn(key, rendition).await);
        }
        if whole {
            let delivery = self.clone();
            let alarm = Box::new(move || {
                tokio::spawn(async move { delivery.condemn(key, rendition).await });
            });
            Ok(verify::verified(reader.stream, opened.digest, alarm))
        } else {
            Ok(reader.stream)
        }
    }

    /// Missing or wrong bytes are logged, and what is to be done about them is left to the catalogue.
    async fn condemn(&self, key: BlobKey, rendition: Rendition) -> Error {
        tracing::error!(%key, "stored bytes are missing or not the ones that were committed");
        let BlobKey::Object { hash, object } = key else {
            return Error::Integrity;
        };
        // What is rendered on request is made of the original.
        let role = match rendition {
            Rendition::Variant(_) => ObjectRole::Variant,
            Rendition::Original | Rendition::Transform(_) => ObjectRole::Original,
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
            Rendition::Original | Rendition::Transform(_) => Some(media.object),
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
        Err(self.condemn(key.unwrap_or(*old), rendition).await)
    }

    /// One render per content and parameters at a time; everybody else who asks meanwhile waits for it.
    async fn render(&self, media: &Media, transform: Transform) -> Result<Opened, Error> {
        if !media.kind.is_decodable() {
            return Err(Error::NotAPicture);
        }
        let key = RenderKey {
            owner: media.owner.clone(),
            hash: media.hash,
            transform,
        };
        let rendered = self
            .rendered
            .try_get_with(key, self.render_now(media, transform))
            .await;
        let rendered = rendered.map_err(|error| Error::clone(&error))?;
        Ok(Opened {
            size_bytes: rendered.bytes.len() as u64,
            mime: transform.format.mime().to_owned(),
            tag: format!("{}-{RECIPE}-{transform}", media.hash),
            digest: rendered.digest,
            is_final: !matches!(media.status, catalog::Status::Processing),
            content: Content::Rendered(rendered.bytes),
        })
    }

    async fn render_now(&self, media: &Media, transform: Transform) -> Result<Rendered, Error> {
        let timer = self.metrics.stage("render").start_timer();
        let original = stored_original(media);
        let stream = self
            .read(&original, None)
            .await?
            .map(|chunk| chunk.map_err(Error::from));
        let spooled = Arc::new(self.spool.unlimited().receive(Box::pin(stream)).await?);
        let (kind, limits) = (media.kind.clone(), self.limits);
        let sandbox = self.sandbox.clone();
        let probe = spooled.probe(&sandbox, &kind, &limits).await?;
        let needed = probe.render_bytes(&transform);
        let job = move |deadline| {
            let picture = spooled.picture().map_err(spool::Error::from)?;
            let limits = limits.until(deadline);
            let rendered = sandbox.render(&picture, &kind, &probe, &transform, &limits);
            rendered.map_err(Error::from)
        };
        let rendition = self.pool.run(needed, job).await??;
        timer.observe_duration();
        let bytes = Bytes::from(rendition.bytes);
        Ok(Rendered {
            digest: ContentHash::of(&bytes),
            bytes,
        })
    }
}

fn stored_original(media: &Media) -> Opened {
    Opened {
        size_bytes: media.size_bytes,
        mime: media.kind.mime().to_owned(),
        tag: media.hash.to_string(),
        digest: media.hash,
        is_final: true,
        content: stored(media, Rendition::Original, media.object),
    }
}

fn stored_variant(media: &Media, variant: &StoredVariant) -> Opened {
    Opened {
        size_bytes: variant.size_bytes,
        mime: OutputFormat::WebP.mime().to_owned(),
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
