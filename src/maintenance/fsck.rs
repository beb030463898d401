//! The check that everything referred to is there and everything there is accounted for. Reads only.
//!
//! Catalogue and store are walked side by side, both in key order, so memory stays bounded at any size. Whatever looks wrong is
//! looked at once more before it is reported: uploads and deletions go on meanwhile.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use super::{Error, Fence};
use crate::blob::{BlobKey, BlobStore, Listed};
use crate::catalog::{Catalog, CatalogObject, ObjectRole, Violation};
use crate::media::{ContentHash, ObjectId};

/// Rows and keys held at a time.
const PAGE: u32 = 1000;
/// Most violations of each kind that a report names.
const NAMED: usize = 100;
/// Keys without a row may be younger than this without being a leak.
const ORPHAN_AGE: Duration = Duration::from_hours(7 * 24);

/// How to check.
#[derive(Debug, Clone, Copy)]
pub struct Fsck {
    /// Whether to read and hash every byte.
    pub deep: bool,
    /// How long trash is kept.
    pub trash_keep: Duration,
    /// How often housekeeping runs.
    pub period: Duration,
}

/// What was found.
#[derive(Debug, Default, serde::Serialize)]
pub struct Report {
    /// Objects in the catalogue.
    pub catalog_objects: u64,
    /// Originals among them.
    pub originals: u64,
    /// Object keys in the store.
    pub store_keys: u64,
    /// Keys that nothing in the catalogue knows and that are too young to be called leaks.
    pub young_orphans: u64,
    /// Bytes read and hashed (`--deep`).
    pub bytes_hashed: u64,
    /// Broken invariants, at most 100 of each.
    pub violations: Vec<Violation>,
}

impl Report {
    /// 0 clean, 1 space leaked, 2 bytes or references lost or wrong.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.violations.iter().map(|violation| violation.loss).max() {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        }
    }

    fn add(&mut self, invariant: &'static str, loss: bool, detail: String) {
        if self
            .violations
            .iter()
            .filter(|violation| violation.invariant == invariant)
            .count()
            < NAMED
        {
            self.violations.push(Violation {
                invariant,
                loss,
                detail,
            });
        }
    }
}

/// Checks everything. `tick` is told after each object.
///
/// # Errors
/// When the catalogue or the store cannot be read to the end.
pub async fn fsck(
    catalog: &dyn Catalog,
    blobs: &dyn BlobStore,
    options: &Fsck,
    mut tick: impl FnMut(&Report) + Send,
) -> Result<Report, Error> {
    let mut report = Report::default();
    match super::check_identity(catalog, blobs)
        .await
        .and(Fence::new(catalog, blobs).check().await)
    {
        Err(error @ (Error::ForeignStore { .. } | Error::WentBack { .. })) => {
            report.add("I9", true, error.to_string());
        }
        other => other?,
    }
    report.violations.extend(
        catalog
            .check_invariants(options.trash_keep, options.period, NAMED as u32)
            .await?,
    );
    let now_unix = chrono::Utc::now().timestamp();
    let mut walk = Walk {
        catalog,
        blobs,
        options,
        report,
        now_unix,
    };
    walk.run(&mut tick).await?;
    Ok(walk.report)
}

struct Walk<'a> {
    catalog: &'a dyn Catalog,
    blobs: &'a dyn BlobStore,
    options: &'a Fsck,
    report: Report,
    now_unix: i64,
}

impl Walk<'_> {
    async fn run(&mut self, tick: &mut (impl FnMut(&Report) + Send)) -> Result<(), Error> {
        let (mut rows, mut keys) = (Rows::default(), Keys::default());
        loop {
            let row = rows.peek(self.catalog).await?;
            let key = keys.peek(self.blobs).await?;
            let row_key = row.as_ref().map(|row| {
                BlobKey::Object {
                    hash: row.hash,
                    object: row.object,
                }
                .to_string()
            });
            match (row, row_key, key) {
                (None, _, None) => return Ok(()),
                (Some(row), Some(row_key), Some(key)) if row_key == key.key => {
                    self.both(&row, &key).await?;
                    rows.advance();
                    keys.advance();
                }
                (Some(row), Some(row_key), key)
                    if key.as_ref().is_none_or(|key| row_key < key.key) =>
                {
                    self.row_alone(&row).await?;
                    rows.advance();
                }
                (_, _, Some(key)) => {
                    self.key_alone(&key).await?;
                    keys.advance();
                }
                (Some(_), _, None) => rows.advance(),
            }
            tick(&self.report);
        }
    }

    fn count_row(&mut self, row: &CatalogObject) {
        self.report.catalog_objects += 1;
        self.report.originals += u64::from(row.role == ObjectRole::Original);
    }

    async fn both(&mut self, row: &CatalogObject, key: &Listed) -> Result<(), Error> {
        self.count_row(row);
        self.report.store_keys += 1;
        let is_live = matches!(row.role, ObjectRole::Original | ObjectRole::Variant);
        if is_live && row.size_bytes != key.size_bytes {
            let detail = format!(
                "{}: {} bytes, expected {}",
                key.key, key.size_bytes, row.size_bytes
            );
            self.report.add("I2", true, detail);
        } else if is_live && self.options.deep {
            self.rehash(row, &key.key).await?;
        }
        Ok(())
    }

    async fn rehash(&mut self, row: &CatalogObject, key: &str) -> Result<(), Error> {
        let blob_key = BlobKey::Object {
            hash: row.hash,
            object: row.object,
        };
        let Some(mut reader) = self.blobs.get(&blob_key, None).await? else {
            return self.row_alone(row).await;
        };
        let mut hasher = Sha256::new();
        loop {
            match reader.stream.try_next().await {
                Ok(Some(chunk)) => {
                    hasher.update(&chunk);
                    self.report.bytes_hashed += chunk.len() as u64;
                }
                Ok(None) => break,
                Err(error) => {
                    self.report.add(
                        "I2",
                        true,
                        format!("{key}: cannot be read to its end: {error}"),
                    );
                    return Ok(());
                }
            }
        }
        let found = ContentHash(hasher.finalize().into());
        if row.digest.is_some_and(|expected| expected != found) {
            self.report
                .add("I6", true, format!("{key}: bytes have the hash {found}"));
        }
        Ok(())
    }

    /// A row without a key is loss, if the row is live still and the store still has nothing.
    async fn row_alone(&mut self, row: &CatalogObject) -> Result<(), Error> {
        self.count_row(row);
        let key = BlobKey::Object {
            hash: row.hash,
            object: row.object,
        };
        let is_live = |role| matches!(role, Some(ObjectRole::Original | ObjectRole::Variant));
        if is_live(Some(row.role))
            && self.blobs.head(&key).await?.is_none()
            && is_live(self.catalog.object_role(row.object).await?)
        {
            self.report
                .add("I2", true, format!("{key}: missing from the store"));
        }
        Ok(())
    }

    /// A key without a row is a leak, if no row has come meanwhile and it is not young.
    async fn key_alone(&mut self, listed: &Listed) -> Result<(), Error> {
        self.report.store_keys += 1;
        let is_young = self.now_unix - listed.modified_unix < ORPHAN_AGE.as_secs() as i64;
        let Ok(key @ BlobKey::Object { object, .. }) = listed.key.parse() else {
            self.report
                .add("I4", false, format!("{}: not a key of ours", listed.key));
            return Ok(());
        };
        let known = self.catalog.object_role(object).await?.is_some();
        // Swept since it was listed: neither row nor key.
        if known || self.blobs.head(&key).await?.is_none() {
            return Ok(());
        }
        if is_young {
            self.report.young_orphans += 1;
        } else {
            self.report.add(
                "I4",
                false,
                format!("{}: nothing knows this key", listed.key),
            );
        }
        Ok(())
    }
}

/// The catalogue's objects, a page at a time.
#[derive(Default)]
struct Rows {
    page: std::collections::VecDeque<CatalogObject>,
    last: Option<(ContentHash, ObjectId)>,
    at_end: bool,
}

impl Rows {
    async fn peek(&mut self, catalog: &dyn Catalog) -> Result<Option<CatalogObject>, Error> {
        if self.page.is_empty() && !self.at_end {
            self.page = catalog.list_objects(self.last, PAGE).await?.into();
            self.last = self.page.back().map(|row| (row.hash, row.object));
            self.at_end = self.page.len() < PAGE as usize;
        }
        Ok(self.page.front().cloned())
    }

    fn advance(&mut self) {
        self.page.pop_front();
    }
}

/// The store's object keys, a page at a time.
#[derive(Default)]
struct Keys {
    page: std::collections::VecDeque<Listed>,
    last: Option<String>,
    at_end: bool,
}

impl Keys {
    async fn peek(&mut self, blobs: &dyn BlobStore) -> Result<Option<Listed>, Error> {
        if self.page.is_empty() && !self.at_end {
            self.page = blobs
                .list(BlobKey::OBJECTS, self.last.as_deref())
                .await?
                .into();
            self.last = self.page.back().map(|listed| listed.key.clone());
            self.at_end = self.page.is_empty();
        }
        Ok(self.page.front().cloned())
    }

    fn advance(&mut self) {
        self.page.pop_front();
    }
}
