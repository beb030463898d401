//! Originals for others than their owner: as long as they were, and without what the file tells of who made it, where and when.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use moka::future::Cache;
use redact::Patches;

use super::tags::Ranges;
use super::{Delivery, Error, Opened, stored_original};
use crate::blob::ByteStream;
use crate::catalog::Media;
use crate::media::MediaId;
use crate::threads::blocking;

/// Raised when others are to see less, or more, than before.
const VERSION: u32 = 1;
/// Memory for what is to be overwritten in files that are asked for again.
const CACHE_BYTES: u64 = 16 << 20;
/// Ranges of one file that are read to find out.
const MAX_RANGES: u32 = 4096;

/// What to overwrite in which reference's file.
pub(super) type Plans = Cache<MediaId, Arc<Patches>>;

pub(super) fn plans() -> Plans {
    let weigh = |_: &MediaId, patches: &Arc<Patches>| {
        let bytes: usize = patches.iter().map(|(_, bytes)| bytes.len() + 64).sum();
        u32::try_from(bytes + 64).unwrap_or(u32::MAX)
    };
    let plans = Cache::builder().max_capacity(CACHE_BYTES).weigher(weigh);
    plans.build()
}

impl Delivery {
    /// The original as others than its owner get it: of pictures and movies what the `redact` crate leaves, anything else as it is.
    ///
    /// # Errors
    /// `Private` when nobody can tell what in it is for its owner alone; else as [`Delivery::read`].
    pub async fn open_redacted(&self, media: &Media) -> Result<Opened, Error> {
        let opened = stored_original(media);
        if !media.kind.is_picture() && !media.kind.is_movie() {
            return Ok(opened);
        }
        let plan = self.plan(opened.clone());
        let patches = self.plans.try_get_with(media.id, plan).await;
        Ok(Opened {
            tag: format!("{}-redacted-{VERSION}", media.hash),
            patches: Some(patches.map_err(|error| Error::clone(&error))?),
            ..opened
        })
    }

    async fn plan(&self, opened: Opened) -> Result<Arc<Patches>, Error> {
        // Closed never.
        let place = Arc::clone(&self.tag_reads).acquire_owned().await;
        let place = place.map_err(|_| Error::Busy)?;
        // A picture may have to be read to its end, and be jumped about in.
        let budget = opened.size_bytes.saturating_mul(2);
        let mut ranges = Ranges::new(self.clone(), opened, budget, MAX_RANGES);
        blocking(move || {
            let _held = place;
            let planned = redact::plan(&mut ranges);
            match (ranges.failed.take(), planned) {
                (Some(error), _) => Err(error),
                (None, Ok(patches)) => Ok(Arc::new(patches)),
                (None, Err(error)) => Err(Error::Private(error.to_string())),
            }
        })
        .await
    }
}

/// The stream with what must go overwritten; its first byte is at `offset` of the file.
pub(super) fn patched(stream: ByteStream, patches: Arc<Patches>, mut offset: u64) -> ByteStream {
    Box::pin(stream.map(move |chunk| {
        let mut bytes = Vec::from(chunk?);
        patches.apply(offset, &mut bytes);
        offset += bytes.len() as u64;
        Ok(Bytes::from(bytes))
    }))
}
