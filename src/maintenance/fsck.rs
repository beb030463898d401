//! The check that everything referred to is there and everything there is accounted for. Reads only; what could be done about a
//! finding is named with it and done by [`Repair`](super::Repair).
//!
//! Catalogue and store are walked side by side, both in key order, so memory stays bounded at any size. Whatever looks wrong is
//! looked at once more before it is reported: uploads and deletions go on meanwhile.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde::Serialize;

use super::inspect::{Fault, inspect, key_of};
use super::{Error, Fence};
use crate::blob::{BlobKey, BlobStore, Listed};
use crate::catalog::{Catalog, CatalogObject, ObjectRole, Violation};
use crate::media::{ContentHash, ObjectId};

/// Rows and keys held at a time.
const PAGE: u32 = 1000;
/// Most findings of each invariant that a report names; the rest are counted.
const NAMED: u64 = 10_000;

/// How to check.
#[derive(Debug, Clone, Copy)]
pub struct Fsck {
    /// Whether to read and hash every byte.
    pub deep: bool,
    /// How long trash is kept.
    pub trash_keep: Duration,
    /// How often housekeeping runs.
    pub period: Duration,
    /// Keys without a row may be younger than this without being a leak.
    pub orphan_age: Duration,
}

/// What can be done about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Copy an original from another object under the same hash whose bytes are right, if there is one.
    CopyTwin(Live),
    /// Take a variant out of use and have it made again.
    RemakeVariant(Live),
    /// Forget a rendition, which is made again when it is asked for.
    DropRendition(Live),
    /// Count usage anew, and queue what waits for nothing.
    Recount,
    /// Delete a key that nothing knows.
    DeleteOrphan(BlobKey),
    /// Raise the catalogue's epoch past the store's.
    Reconcile,
}

impl Remedy {
    /// Its name in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CopyTwin(_) => "copy_twin",
            Self::RemakeVariant(_) => "remake_variant",
            Self::DropRendition(_) => "drop_rendition",
            Self::Recount => "recount",
            Self::DeleteOrphan(_) => "delete_orphan",
            Self::Reconcile => "reconcile",
        }
    }
}

impl Serialize for Remedy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A live object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live {
    /// The content.
    pub hash: ContentHash,
    /// The object.
    pub object: ObjectId,
    /// Length in bytes.
    pub size_bytes: u64,
}

/// A broken invariant and what can be done about it.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What is broken.
    #[serde(flatten)]
    pub violation: Violation,
    /// What can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
    /// Whether that was done.
    pub repaired: bool,
}

/// What was found.
#[derive(Debug, Default, Serialize)]
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
    /// How many findings there are of each invariant.
    pub found: BTreeMap<&'static str, u64>,
    /// The findings, at most 10,000 of each invariant.
    pub violations: Vec<Finding>,
    /// Whether there are more than are named, and whether any of those is loss.
    #[serde(skip)]
    unnamed: Option<bool>,
    /// How far the walk is, of 65,536.
    #[serde(skip)]
    pub position: u16,
}

impl Report {
    /// 0 clean, 1 space leaked, 2 bytes or references lost or wrong; what was repaired does not count.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let left = self.violations.iter().filter(|finding| !finding.repaired);
        let left = left.map(|finding| finding.violation.loss);
        match left.chain(self.unnamed).max() {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        }
    }

    fn add(
        &mut self,
        invariant: &'static str,
        loss: bool,
        detail: String,
        remedy: impl Into<Option<Remedy>>,
    ) {
        let count = self.found.entry(invariant).or_default();
        *count += 1;
        if *count > NAMED {
            self.unnamed = self.unnamed.max(Some(loss));
            return;
        }
        self.violations.push(Finding {
            violation: Violation {
                invariant,
                loss,
                detail,
            },
            remedy: remedy.into(),
            repaired: false,
        });
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
        Err(error @ Error::ForeignStore { .. }) => report.add("I9", true, error.to_string(), None),
        Err(error @ Error::WentBack { .. }) => {
            report.add("I9", true, error.to_string(), Remedy::Reconcile);
        }
        other => other?,
    }
    let of_the_catalog = catalog
        .check_invariants(options.trash_keep, options.period, NAMED as u32)
        .await?;
    for violation in of_the_catalog {
        let remedy = matches!(violation.invariant, "I7" | "I8" | "I11").then_some(Remedy::Recount);
        report.add(
            violation.invariant,
            violation.loss,
            violation.detail,
            remedy,
        );
    }
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
            let row_key = row.as_ref().map(|row| key_of(row).to_string());
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
        self.report.position = u16::from_be_bytes([row.hash.0[0], row.hash.0[1]]);
    }

    async fn both(&mut self, row: &CatalogObject, key: &Listed) -> Result<(), Error> {
        self.count_row(row);
        self.report.store_keys += 1;
        if !is_live(row.role) {
            return Ok(());
        }
        if row.size_bytes != key.size_bytes {
            let text = format!("{} bytes, expected {}", key.size_bytes, row.size_bytes);
            return self.faulty(row, Fault::Damaged(text)).await;
        }
        if self.options.deep {
            let (read_bytes, fault) = inspect(self.blobs, row).await?;
            self.report.bytes_hashed += read_bytes;
            if let Some(fault) = fault {
                return self.faulty(row, fault).await;
            }
        }
        Ok(())
    }

    /// A row without a key is loss, if the row is live still and the store still has nothing.
    async fn row_alone(&mut self, row: &CatalogObject) -> Result<(), Error> {
        self.count_row(row);
        if is_live(row.role) && self.blobs.head(&key_of(row)).await?.is_none() {
            return self.faulty(row, Fault::Missing).await;
        }
        Ok(())
    }

    /// Reports what is wrong with an object, if it is live still.
    async fn faulty(&mut self, row: &CatalogObject, fault: Fault) -> Result<(), Error> {
        let role = self.catalog.object_role(row.object).await?;
        let live = Live {
            hash: row.hash,
            object: row.object,
            size_bytes: row.size_bytes,
        };
        let remedy = match role {
            Some(ObjectRole::Original) => Remedy::CopyTwin(live),
            Some(ObjectRole::Variant) => Remedy::RemakeVariant(live),
            Some(ObjectRole::Rendition) => Remedy::DropRendition(live),
            Some(ObjectRole::Writing | ObjectRole::Trash) | None => return Ok(()),
        };
        let key = key_of(row);
        let (invariant, detail) = match fault {
            Fault::Missing => ("I2", format!("{key}: missing from the store")),
            Fault::Damaged(text) => ("I2", format!("{key}: {text}")),
            Fault::WrongBytes(found) => ("I6", format!("{key}: bytes have the hash {found}")),
        };
        self.report.add(invariant, true, detail, remedy);
        Ok(())
    }

    /// A key without a row is a leak, if no row has come meanwhile and it is not young.
    async fn key_alone(&mut self, listed: &Listed) -> Result<(), Error> {
        self.report.store_keys += 1;
        let is_young =
            self.now_unix - listed.modified_unix < self.options.orphan_age.as_secs() as i64;
        let Ok(key @ BlobKey::Object { object, .. }) = listed.key.parse() else {
            let detail = format!("{}: not a key of ours", listed.key);
            self.report.add("I4", false, detail, None);
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
            let detail = format!("{}: nothing knows this key", listed.key);
            self.report
                .add("I4", false, detail, Remedy::DeleteOrphan(key));
        }
        Ok(())
    }
}

fn is_live(role: ObjectRole) -> bool {
    match role {
        ObjectRole::Original | ObjectRole::Variant | ObjectRole::Rendition => true,
        ObjectRole::Writing | ObjectRole::Trash => false,
    }
}

/// The catalogue's objects, a page at a time.
#[derive(Default)]
struct Rows {
    page: VecDeque<CatalogObject>,
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
    page: VecDeque<Listed>,
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
