//! What an owner has: one reference, lists of them, totals, and taking them away. Knows nothing of bytes.

use std::sync::Arc;

use crate::catalog::{Catalog, Error, Filter, Media, Page, Selection, Stats};
use crate::crash::point;
use crate::media::{AppName, ContentHash, Cursor, MediaId, Owner};

/// The gallery.
#[derive(Debug, Clone)]
pub struct Gallery {
    catalog: Arc<dyn Catalog>,
}

/// A page of a listing.
#[derive(Debug)]
pub struct Listing {
    /// The rows.
    pub items: Vec<Media>,
    /// Where the next page starts; `None` on the last one.
    pub next: Option<Cursor>,
}

impl Gallery {
    /// A gallery over a catalogue.
    #[must_use]
    pub fn new(catalog: Arc<dyn Catalog>) -> Self {
        Self { catalog }
    }

    /// A reference; `owner` of `None` means anybody's.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn get(&self, id: MediaId, owner: Option<&Owner>) -> Result<Option<Media>, Error> {
        self.catalog.media(id, owner).await
    }

    /// A reference by its content.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn get_by_hash(
        &self,
        hash: ContentHash,
        owner: Option<&Owner>,
    ) -> Result<Option<Media>, Error> {
        self.catalog.media_by_hash(hash, owner).await
    }

    /// A page of references.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn list(&self, filter: &Filter, page: &Page) -> Result<Listing, Error> {
        // One row more than asked for tells whether there is another page.
        let wider = Page {
            limit: page.limit + 1,
            ..*page
        };
        let mut items = self.catalog.list_media(filter, &wider).await?;
        let has_more = items.len() > page.limit as usize;
        items.truncate(page.limit as usize);
        let next = items
            .last()
            .filter(|_| has_more)
            .map(|last| last.cursor(filter.sort));
        Ok(Listing { items, next })
    }

    /// How many references a filter selects.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn count(&self, filter: &Filter) -> Result<u64, Error> {
        self.catalog.count_media(filter).await
    }

    /// An owner's totals.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn stats(&self, owner: &Owner) -> Result<Stats, Error> {
        self.catalog.stats(Some(owner)).await
    }

    /// Takes a reference away, or one app's part of it; the bytes stay for whoever else refers to them. `false` when there is none.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn remove(
        &self,
        id: MediaId,
        owner: Option<&Owner>,
        app: Option<&AppName>,
    ) -> Result<bool, Error> {
        point("gallery::before_remove");
        let removed = self.catalog.remove_media(id, owner, app).await;
        point("gallery::after_remove");
        removed
    }

    /// Puts a reference in its owner's trash, from where it can come back. `false` when there is none.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn trash(
        &self,
        id: MediaId,
        owner: Option<&Owner>,
        app: Option<&AppName>,
    ) -> Result<bool, Error> {
        point("gallery::before_trash");
        let trashed = self.catalog.trash_media(id, owner, app).await;
        point("gallery::after_trash");
        trashed
    }

    /// Takes a reference out of the trash. `false` when it is not in it.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn restore(&self, id: MediaId, owner: Option<&Owner>) -> Result<bool, Error> {
        point("gallery::before_restore");
        let restored = self.catalog.restore_media(id, owner).await;
        point("gallery::after_restore");
        restored
    }

    /// Has a reference processed again, also one that was uploaded without. Returns whether that was newly asked for.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn reprocess(&self, id: MediaId) -> Result<bool, Error> {
        Ok(self
            .catalog
            .queue_processing(&Selection::One(id), None, 1)
            .await?
            .count
            > 0)
    }
}
