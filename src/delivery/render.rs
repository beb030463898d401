//! Renditions by parameters: from memory, else from the store, else made now, once at a time in all nodes, and kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::runtime::Handle;

use super::cache::SmallFile;
use super::{Content, Delivery, Error, Made, Opened, Rendition, stored_original};
use crate::blob::{BlobKey, Source};
use crate::catalog::{self, Media, NewRendition, RenditionClaim, StoredRendition};
use crate::crash::point;
use crate::media::{ClaimToken, ContentHash, MediaId, RECIPE, Transform};
use crate::objects::{self, abandon, write_object};
use crate::spool;
use crate::telemetry::chain;

/// Results that are written to the store at a time. Further ones are not kept: they can be made again.
pub(super) const MAX_KEEPERS: usize = 16;
/// How often we look whether another node has made what we wait for.
const POLL: Duration = Duration::from_millis(50);

impl Delivery {
    pub(super) async fn render(
        &self,
        media: &Media,
        transform: Transform,
    ) -> Result<Opened, Error> {
        if !media.kind.is_decodable() {
            return Err(Error::NotAPicture);
        }
        let key = (media.id, Rendition::Transform(transform));
        let made = self.obtain(media, transform);
        let made = self.small.get_or_make(key, made).await?;
        Ok(Opened {
            size_bytes: made.bytes.len() as u64,
            mime: transform.format.mime().to_owned(),
            tag: Self::tag_of(media, &transform),
            digest: made.digest,
            modified: None,
            is_final: is_final(media),
            made: Some(made.made),
            patches: None,
            content: Content::Memory(made.bytes),
        })
    }

    /// Whether a rendition is there; if not, it is made once this request has been answered.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn is_there(&self, media: &Arc<Media>, transform: Transform) -> Result<bool, Error> {
        let key = (media.id, Rendition::Transform(transform));
        let is_there = self.small.contains(&key) || {
            let recipe = recipe(&transform);
            let found = self.catalog.find_rendition(media.id, &recipe).await?;
            found.is_some()
        };
        // One at a time, and only what is wanted again later: nothing of this may keep a request waiting.
        if !is_there
            && is_final(media)
            && let Ok(place) = Arc::clone(&self.preparing).try_acquire_owned()
        {
            let (delivery, media) = (self.clone(), Arc::clone(media));
            self.tasks.spawn(async move {
                let _held = place;
                if let Err(error) = delivery.render(&media, transform).await {
                    tracing::debug!(%error, id = %media.id, "a rendition was not prepared");
                }
            });
        }
        Ok(is_there)
    }

    async fn obtain(&self, media: &Media, transform: Transform) -> Result<SmallFile, Error> {
        let claim = match self.find_or_claim(media, transform).await? {
            Found::Stored(file) => return Ok(file),
            Found::Claimed(claim) => claim,
        };
        let started = Instant::now();
        let bytes = self.render_now(media, transform).await?;
        let digest = ContentHash::of(&bytes);
        if let Ok(place) = Arc::clone(&self.keepers).try_acquire_owned() {
            let (size_bytes, source) = (bytes.len() as u64, Source::Bytes(bytes.clone()));
            self.tasks.spawn(async move {
                let _held = place;
                if let Err(error) = claim.keep(&source, digest, size_bytes).await {
                    tracing::warn!(error = %chain(&error), "a rendition was not kept");
                }
            });
        }
        Ok(SmallFile {
            digest,
            bytes,
            made: Made::Now(started.elapsed()),
        })
    }

    async fn find_or_claim(&self, media: &Media, transform: Transform) -> Result<Found, Error> {
        let (recipe, token) = (recipe(&transform), ClaimToken::new());
        loop {
            if let Some(stored) = self.catalog.find_rendition(media.id, &recipe).await? {
                match self
                    .load(&stored_rendition(media, transform, &stored))
                    .await
                {
                    // It is out of use now, or was evicted while we looked.
                    Err(Error::Integrity | Error::Unavailable(_)) => {}
                    loaded => return loaded.map(Found::Stored),
                }
            }
            let lease = self.settings.lease;
            let claimed = self
                .catalog
                .claim_rendition(media.id, &recipe, token, lease);
            match claimed.await? {
                RenditionClaim::Ready | RenditionClaim::Theirs => tokio::time::sleep(POLL).await,
                RenditionClaim::Gone => return Err(Error::Gone),
                RenditionClaim::Ours => {
                    return Ok(Found::Claimed(Claim {
                        delivery: self.clone(),
                        media: media.id,
                        hash: media.hash,
                        recipe,
                        token,
                        is_held: true,
                    }));
                }
            }
        }
    }

    async fn render_now(&self, media: &Media, transform: Transform) -> Result<Bytes, Error> {
        let timer = self.metrics.stage("render").start_timer();
        let original = stored_original(media);
        let stream = self
            .read(&original, None)
            .await?
            .map(|chunk| chunk.map_err(Error::from));
        let spooled = Arc::new(self.spool.unlimited().receive(Box::pin(stream)).await?);
        let (kind, limits) = (media.kind.clone(), self.settings.imaging);
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
        Ok(rendition.bytes.into())
    }
}

#[allow(clippy::large_enum_variant)] // there is one of it at a time
enum Found {
    Stored(SmallFile),
    Claimed(Claim),
}

/// The right to make a rendition; given back when it is dropped.
struct Claim {
    delivery: Delivery,
    media: MediaId,
    hash: ContentHash,
    recipe: String,
    token: ClaimToken,
    is_held: bool,
}

impl Claim {
    /// Keeps what was made.
    async fn keep(
        mut self,
        source: &Source,
        digest: ContentHash,
        size_bytes: u64,
    ) -> Result<(), objects::Error> {
        let (catalog, blobs) = (&*self.delivery.catalog, &*self.delivery.blobs);
        let lease = self.delivery.settings.lease;
        let object = write_object(catalog, blobs, self.hash, source, &digest, lease).await?;
        let made = NewRendition {
            media: self.media,
            hash: self.hash,
            recipe: self.recipe.clone(),
            stored: StoredRendition {
                object,
                size_bytes,
                digest,
            },
        };
        point("delivery::before_finish");
        let kept = catalog.finish_rendition(&made, self.token).await;
        if !matches!(kept, Ok(true)) {
            abandon(catalog, &[object]).await;
        }
        self.is_held = !kept?;
        point("delivery::after_finish");
        Ok(())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if self.is_held {
            let (catalog, media) = (Arc::clone(&self.delivery.catalog), self.media);
            let (recipe, token) = (std::mem::take(&mut self.recipe), self.token);
            runtime.spawn(async move {
                // Else it ends with its lease.
                let _ = catalog.release_rendition(media, &recipe, token).await;
            });
        }
    }
}

fn recipe(transform: &Transform) -> String {
    format!("{RECIPE}-{transform}")
}

/// What processing has yet to find out may change what is shown.
fn is_final(media: &Media) -> bool {
    !matches!(media.status, catalog::Status::Processing)
}

fn stored_rendition(media: &Media, transform: Transform, stored: &StoredRendition) -> Opened {
    Opened {
        size_bytes: stored.size_bytes,
        mime: transform.format.mime().to_owned(),
        tag: Delivery::tag_of(media, &transform),
        digest: stored.digest,
        modified: None,
        is_final: is_final(media),
        made: Some(Made::Store),
        patches: None,
        content: Content::Stored {
            id: media.id,
            rendition: Rendition::Transform(transform),
            key: BlobKey::Object {
                hash: media.hash,
                object: stored.object,
            },
        },
    }
}
