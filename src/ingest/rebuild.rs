//! The way in from the store itself: an object that the catalogue does not know is read, and its bytes decide what it is. Nothing but
//! the key and the bytes is needed, so no sidecar can be lost or lie.

use std::sync::Arc;

use futures_util::StreamExt as _;

use super::{Error, Ingest};
use crate::blob::{BlobKey, Listed};
use crate::catalog::{Adopted, ObjectRole};
use crate::media::{ContentHash, sniff};

/// What became of a store's keys.
#[derive(Debug, Default, serde::Serialize)]
pub struct Rebuilt {
    /// Keys looked at.
    pub keys: u64,
    /// Contents entered.
    pub contents: u64,
    /// Their bytes.
    pub content_bytes: u64,
    /// Keys that the catalogue knew already.
    pub known: u64,
    /// Other objects, entered as trash: variants, which are made again, second copies, and what is no longer what its key says.
    pub trash: u64,
    /// Hashes of which no object is right: their content is lost.
    pub lost: u64,
    /// Keys that are not ours.
    pub foreign: u64,
    /// How far it is, of 65,536.
    #[serde(skip)]
    pub position: u16,
}

impl Ingest {
    /// Enters everything in the store that the catalogue does not know. May be interrupted and run again. `tick` is told after each key.
    ///
    /// # Errors
    /// The catalogue's, the store's, the spool's.
    pub async fn rebuild(&self, mut tick: impl FnMut(&Rebuilt) + Send) -> Result<Rebuilt, Error> {
        let mut rebuilt = Rebuilt::default();
        let mut current: Option<(ContentHash, bool)> = None;
        let mut last: Option<String> = None;
        loop {
            let page = self
                .blobs
                .list(BlobKey::OBJECTS, last.as_deref())
                .await
                .map_err(Error::Blob)?;
            for listed in &page {
                self.adopt(listed, &mut current, &mut rebuilt).await?;
                tick(&rebuilt);
            }
            match page.into_iter().next_back() {
                Some(end) => last = Some(end.key),
                None => break,
            }
        }
        rebuilt.lost += u64::from(matches!(current, Some((_, false))));
        Ok(rebuilt)
    }

    /// `current` is the content whose keys are being met, one after the other, and whether it is live.
    async fn adopt(
        &self,
        listed: &Listed,
        current: &mut Option<(ContentHash, bool)>,
        rebuilt: &mut Rebuilt,
    ) -> Result<(), Error> {
        rebuilt.keys += 1;
        let Ok(key @ BlobKey::Object { hash, object }) = listed.key.parse() else {
            rebuilt.foreign += 1;
            return Ok(());
        };
        rebuilt.position = u16::from_be_bytes([hash.0[0], hash.0[1]]);
        let mut is_live = false;
        match *current {
            Some((before, live)) if before == hash => is_live = live,
            Some((_, false)) => rebuilt.lost += 1,
            _ => {}
        }
        if let Some(role) = self.catalog.object_role(object).await? {
            rebuilt.known += 1;
            is_live |= role == ObjectRole::Original;
        } else if !is_live && self.adopt_original(&key, hash).await? {
            rebuilt.contents += 1;
            rebuilt.content_bytes += listed.size_bytes;
            is_live = true;
        } else {
            self.catalog
                .adopt_trash(hash, object, listed.size_bytes)
                .await?;
            rebuilt.trash += 1;
        }
        *current = Some((hash, is_live));
        Ok(())
    }

    /// `false` when the bytes are not those of the hash in the key, or when another object of that content is live.
    async fn adopt_original(&self, key: &BlobKey, hash: ContentHash) -> Result<bool, Error> {
        let BlobKey::Object { object, .. } = *key else {
            return Ok(false);
        };
        let Some(reader) = self.blobs.get(key, None).await.map_err(Error::Blob)? else {
            return Ok(false);
        };
        let stream = reader.stream.map(|chunk| chunk.map_err(Error::Blob));
        let spooled = Arc::new(self.spool.unlimited().receive(stream).await?);
        if spooled.hash != hash {
            return Ok(false);
        }
        let kind = sniff(&spooled.head, None);
        let facts = match self.probe(&spooled, &kind, None).await {
            Ok(facts) => facts,
            // It was taken in once, under other limits.
            Err(Error::Refused(_)) => crate::media::Facts::default(),
            Err(error) => return Err(error),
        };
        let adopted = Adopted {
            hash,
            object,
            size_bytes: spooled.size_bytes,
            kind,
            facts,
        };
        Ok(self.catalog.adopt_content(&adopted).await?)
    }
}
