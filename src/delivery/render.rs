//! Renditions by parameters: from memory, else from the store, else made now, once at a time in all nodes, and kept.

use std::fmt;
use std::io::Cursor;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::runtime::Handle;

use super::cache::{Key, SmallFile};
use super::{Content, Delivery, Error, Made, Opened, Rendition, stored_original, stored_variant};
use crate::blob::{BlobKey, Source};
use crate::catalog::{self, Media, NewRendition, RenditionClaim, StoredRendition, StoredVariant};
use crate::crash::point;
use crate::imaging::{self, Probe};
use crate::media::{
    ClaimToken, ContentHash, Kind, MediaId, OutputFormat, RECIPE, Transform, Variant,
};
use crate::objects::{self, abandon, write_object};
use crate::sandbox::Picture;
use crate::spool;
use crate::telemetry::chain;
use crate::threads::Share;

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
        let recipe = Recipe::new(media, transform);
        let is_of_copy = recipe.copy.is_some();
        match self.render_as(media, recipe).await {
            // What is wrong with the copy has been noted; the original is there.
            Err(Error::Integrity | Error::Unavailable(_)) if is_of_copy => {
                let copy = None;
                self.render_as(media, Recipe { transform, copy }).await
            }
            rendered => rendered,
        }
    }

    async fn render_as(&self, media: &Media, recipe: Recipe<'_>) -> Result<Opened, Error> {
        let key = recipe.key(media.id);
        let made = self.small.get_or_make(key, || self.obtain(media, &recipe));
        let made = made.await?;
        Ok(Opened {
            size_bytes: made.bytes.len() as u64,
            kind: recipe.transform.format.kind(),
            tag: recipe.tag(media.hash),
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
        let recipe = Recipe::new(media, transform);
        let is_there = self.small.contains(&recipe.key(media.id)) || {
            let recipe = recipe.to_string();
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

    async fn obtain(&self, media: &Media, recipe: &Recipe<'_>) -> Result<SmallFile, Error> {
        let claim = match self.find_or_claim(media, recipe).await? {
            Found::Stored(file) => return Ok(file),
            Found::Claimed(claim) => claim,
        };
        let started = Instant::now();
        let bytes = self.render_now(media, recipe).await?;
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

    async fn find_or_claim(&self, media: &Media, recipe: &Recipe<'_>) -> Result<Found, Error> {
        let (transform, token) = (recipe.transform, ClaimToken::new());
        let recipe = recipe.to_string();
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

    async fn render_now(&self, media: &Media, recipe: &Recipe<'_>) -> Result<Bytes, Error> {
        let timer = self.metrics.stage("render").start_timer();
        let made = match recipe.copy {
            Some((variant, transform)) => self.render_copy(media, variant, transform).await?,
            None => self.render_original(media, recipe.transform).await?,
        };
        timer.observe_duration();
        Ok(made)
    }

    async fn render_copy(
        &self,
        media: &Media,
        variant: &StoredVariant,
        transform: Transform,
    ) -> Result<Bytes, Error> {
        let bytes = self.load(&stored_variant(media, variant)).await?.bytes;
        let (kind, limits) = (Kind::WebP, self.settings.imaging);
        let probe = imaging::probe(&mut Cursor::new(&bytes), &kind, &limits)?;
        let picture = Picture::Bytes(bytes);
        self.render_picture(move || Ok(picture), kind, probe, transform)
            .await
    }

    async fn render_original(&self, media: &Media, transform: Transform) -> Result<Bytes, Error> {
        let original = stored_original(media);
        let stream = self
            .read(&original, None)
            .await?
            .map(|chunk| chunk.map_err(Error::from));
        let spooled = Arc::new(self.spool.unlimited().receive(Box::pin(stream)).await?);
        let (kind, limits) = (media.kind.clone(), self.settings.imaging);
        let probe = spooled.probe(&self.sandbox, &kind, &limits).await?;
        let picture = move || spooled.picture().map_err(spool::Error::from);
        self.render_picture(picture, kind, probe, transform).await
    }

    async fn render_picture(
        &self,
        picture: impl FnOnce() -> Result<Picture, spool::Error> + Send + 'static,
        kind: Kind,
        probe: Probe,
        transform: Transform,
    ) -> Result<Bytes, Error> {
        let (sandbox, limits) = (self.sandbox.clone(), self.settings.imaging);
        let needed = probe.render_bytes(&transform);
        let job = move |share: Share| {
            let limits = limits.until(share.deadline).by_threads(share.threads);
            let rendered = sandbox.render(&picture()?, &kind, &probe, &transform, &limits);
            rendered.map_err(Error::from)
        };
        let rendition = self.pool.run(needed, job).await??;
        Ok(rendition.bytes.into())
    }
}

/// What a rendition is made of, and how: the same bytes for the same recipe.
pub(super) struct Recipe<'a> {
    transform: Transform,
    /// The variant that it is made of instead of the original, and what to make of that.
    copy: Option<(&'a StoredVariant, Transform)>,
}

impl<'a> Recipe<'a> {
    /// Of the smallest variant that does as well as the original.
    pub(super) fn new(media: &'a Media, transform: Transform) -> Self {
        let copy = media.variants.iter().find_map(|stored| {
            let of_copy = of_variant(&transform, media, stored)?;
            Some((stored, of_copy))
        });
        Self { transform, copy }
    }

    pub(super) fn tag(&self, hash: ContentHash) -> String {
        format!("{hash}-{self}")
    }

    fn key(&self, id: MediaId) -> Key {
        let copy = self.copy.map(|(stored, _)| stored.digest);
        (id, Rendition::Transform(self.transform), copy)
    }
}

impl fmt::Display for Recipe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{RECIPE}-")?;
        if let Some((stored, _)) = self.copy {
            // A variant that is made again may be another.
            let digest = stored.digest.to_string();
            write!(f, "{}.{}-", stored.variant.name(), &digest[..8])?;
        }
        write!(f, "{}", self.transform)
    }
}

fn of_variant(transform: &Transform, media: &Media, stored: &StoredVariant) -> Option<Transform> {
    // Lossless stays so, what has no pixels of its own is drawn anew, the thumb is not of the whole picture, and to decode a JPEG as small
    // as it is needed takes less time than to decode a large variant.
    let is_slower = (&media.kind, stored.variant) == (&Kind::Jpeg, Variant::Large);
    if transform.format == OutputFormat::Png
        || media.kind == Kind::Svg
        || stored.variant == Variant::Thumb
        || is_slower
        || transform.quality > stored.variant.transform().quality
    {
        return None;
    }
    let original = (media.facts.width?, media.facts.height?);
    imaging::for_copy(transform, original, (stored.width, stored.height))
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

/// What processing has yet to find out may change what is shown.
fn is_final(media: &Media) -> bool {
    !matches!(media.status, catalog::Status::Processing)
}

fn stored_rendition(media: &Media, transform: Transform, stored: &StoredRendition) -> Opened {
    Opened {
        size_bytes: stored.size_bytes,
        kind: transform.format.kind(),
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
