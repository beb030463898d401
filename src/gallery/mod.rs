//! What an owner has: one reference, lists of them, the gallery with its timeline, map and totals, what happens in it, and taking things
//! away. Knows nothing of bytes.

mod events;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::catalog::{
    Bucket, Catalog, Cluster, Count, Criteria, EditChange, Error, Facets, Filter, Media, Page,
    Selection, Shown, Stats, Tile,
};
use crate::crash::point;
use crate::media::{AppName, ContentHash, Cursor, MediaId, Owner};
pub use events::{Events, Watcher};

/// The gallery.
#[derive(Debug, Clone)]
pub struct Gallery {
    catalog: Arc<dyn Catalog>,
}

/// What looks like a picture.
#[derive(Debug)]
pub struct Similar {
    /// A page of them, nearest first.
    pub listing: Listing,
    /// How many there are in all.
    pub total: u64,
    /// Those of the page, and the picture itself, that are nearly the same, together; most in the first.
    pub near_duplicates: Vec<Vec<MediaId>>,
}

/// A page of a listing.
#[derive(Debug)]
pub struct Listing {
    /// The rows.
    pub items: Vec<Shown>,
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
        let items = self.catalog.list_media(filter, &wider(page)).await?;
        let items = items.into_iter().map(Media::shown).collect();
        let (items, next) = cut(items, page, Shown::cursor);
        Ok(Listing { items, next })
    }

    /// A page of what is found in an owner's gallery.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn find(&self, criteria: &Criteria, page: &Page) -> Result<Listing, Error> {
        let found = self.catalog.find_media(criteria, &wider(page)).await?;
        let (found, next) = cut(found, page, |(cursor, _)| *cursor);
        let items = found.into_iter().map(|(_, media)| media).collect();
        Ok(Listing { items, next })
    }

    /// How many are in an owner's trash.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn count_trashed(&self, owner: &Owner) -> Result<u64, Error> {
        self.catalog.count_trashed(owner).await
    }

    /// How many references are found.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn count(&self, criteria: &Criteria) -> Result<Count, Error> {
        self.catalog.count_found(criteria).await
    }

    /// Those that look like one of the owner's, nearest first; see [`Catalog::similar_media`].
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn similar(
        &self,
        owner: &Owner,
        id: MediaId,
        distance: u32,
        page: &Page,
    ) -> Result<Option<Similar>, Error> {
        let found = self
            .catalog
            .similar_media(owner, id, distance, &wider(page))
            .await?;
        Ok(found.map(|(found, total)| {
            let (found, next) = cut(found, page, |(media, bits)| Cursor {
                key: i64::from(*bits),
                id: media.id,
            });
            let near_duplicates = near_duplicates(id, &found);
            let items = found.into_iter().map(|(media, _)| media).collect();
            Similar {
                listing: Listing { items, next },
                total,
                near_duplicates,
            }
        }))
    }

    /// What there is to narrow a search down by.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn facets(&self, owner: &Owner) -> Result<Facets, Error> {
        self.catalog.facets(owner).await
    }

    /// An owner's totals.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn stats(&self, owner: &Owner) -> Result<Stats, Error> {
        self.catalog.stats(owner).await
    }

    /// Days or months of taking that have something found in them, newest first.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn timeline(
        &self,
        criteria: &Criteria,
        bucket: Bucket,
    ) -> Result<Vec<(String, u64)>, Error> {
        self.catalog.timeline(criteria, bucket).await
    }

    /// Shows a page of what a grid needs of this time (local, in microseconds since 1970), newest first, and where the next begins.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn tiles<T>(
        &self,
        criteria: &Criteria,
        taken: Range<i64>,
        page: &Page,
        show: impl FnOnce(Vec<Tile<'_>>, Option<Cursor>) -> T,
    ) -> Result<T, Error> {
        let tiles = self.catalog.tiles(criteria, taken, &wider(page)).await?;
        let (tiles, next) = cut(tiles.newest_first()?, page, Tile::cursor);
        Ok(show(tiles, next))
    }

    /// What a map at this zoom shows.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn clusters(&self, criteria: &Criteria, zoom: u32) -> Result<Vec<Cluster>, Error> {
        self.catalog.clusters(criteria, zoom).await
    }

    /// Changes what the owner says of a reference. `false` when there is none.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn edit(
        &self,
        id: MediaId,
        owner: Option<&Owner>,
        change: &EditChange,
    ) -> Result<bool, Error> {
        self.catalog.edit_media(id, owner, change).await
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
        let one = Selection::One(id);
        let queued = self.catalog.queue_processing(&one, None, 1).await?;
        Ok(queued.count > 0)
    }
}

/// Hashes of what differs in size, format or quality only are mostly this near (bits of 64).
const NEARLY_SAME: u32 = 3;

/// Groups of a picture and what is like it, in which each is nearly the same as some other.
fn near_duplicates(id: MediaId, found: &[(Shown, u32)]) -> Vec<Vec<MediaId>> {
    let hash = |(media, _): &(Shown, u32)| media.facts.perceptual_hash;
    let is_near = |one, other| {
        let hashes = hash(one).zip(hash(other));
        hashes.is_some_and(|(one, other)| (one ^ other).count_ones() <= NEARLY_SAME)
    };
    // The picture itself is at place 0.
    let mut group: Vec<usize> = (0..=found.len()).collect();
    for (at, one) in found.iter().enumerate() {
        let of_picture = (one.1 <= NEARLY_SAME).then_some(0);
        let before = found[..at].iter().enumerate();
        let of_others = before
            .filter(|(_, other)| is_near(one, other))
            .map(|(other, _)| other + 1);
        for near in of_picture.into_iter().chain(of_others) {
            let (from, to) = (group[at + 1], group[near]);
            if from != to {
                let of_group = group.iter_mut().filter(|of| **of == from);
                of_group.for_each(|of| *of = to);
            }
        }
    }
    let mut groups = BTreeMap::<usize, Vec<MediaId>>::new();
    let ids = [id]
        .into_iter()
        .chain(found.iter().map(|(media, _)| media.id));
    for (of, id) in group.into_iter().zip(ids) {
        groups.entry(of).or_default().push(id);
    }
    let mut groups: Vec<_> = groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

/// One row more than asked for tells whether there is another page.
fn wider(page: &Page) -> Page {
    Page {
        limit: page.limit + 1,
        ..*page
    }
}

/// The page that was asked for, and the place where the next begins.
fn cut<T>(mut rows: Vec<T>, page: &Page, place: impl Fn(&T) -> Cursor) -> (Vec<T>, Option<Cursor>) {
    let has_more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let next = rows.last().filter(|_| has_more).map(place);
    (rows, next)
}
