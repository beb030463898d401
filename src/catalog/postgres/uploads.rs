//! Uploads: T2, and what a same-owner repeat needs.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::PgConnection;

use super::PostgresCatalog;
use super::connection::{interval, undo};
use super::objects::{leave_ledger, trash};
use crate::catalog::failure::Failure;
use crate::catalog::gallery::Changes;
use crate::catalog::rows::{HeldRow, json};
use crate::catalog::{Committed, Error, EventKind, Held, NewMedia, Wanted};
use crate::crash::point;
use crate::media::{ContentHash, MediaId, ObjectId, Owner};

/// Within this time a live object counts as seen.
const VERIFIED_FOR: Duration = Duration::from_hours(24);

pub(super) async fn find_held(
    catalog: &PostgresCatalog,
    owner: &Owner,
    hash: ContentHash,
) -> Result<Option<Held>, Failure> {
    let row: Option<HeldRow> = sqlx::query_as(
        "SELECT m.id, b.object_id, b.size_bytes, b.verified_at > now() - $3 AS recently_verified,
                b.verified_at = to_timestamp(0) AS suspect
         FROM media m JOIN blob b ON b.sha256 = m.sha256
         WHERE m.owner = $1 AND m.sha256 = $2",
    )
    .bind(owner.as_str())
    .bind(&hash.0[..])
    .bind(interval(VERIFIED_FOR))
    .fetch_optional(&catalog.pool)
    .await?;
    Ok(row.map(Held::from))
}

pub(super) async fn mark_verified(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    object: ObjectId,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query("UPDATE blob SET verified_at = now() WHERE sha256 = $1 AND object_id = $2")
        .bind(&hash.0[..])
        .bind(object.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn mark_suspect(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    object: ObjectId,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query(
        "UPDATE blob SET verified_at = to_timestamp(0) WHERE sha256 = $1 AND object_id = $2",
    )
    .bind(&hash.0[..])
    .bind(object.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// fsck's swap of a broken object for a copy.
pub(super) async fn replace_live(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    old: ObjectId,
    new: ObjectId,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    if !leave_ledger(&mut tx, new, hash).await? {
        return Ok(false);
    }
    let size_bytes: Option<i64> = sqlx::query_scalar(
        "UPDATE blob SET object_id = $3, verified_at = now(), scrubbed_at = now()
         WHERE sha256 = $1 AND object_id = $2 RETURNING size_bytes",
    )
    .bind(&hash.0[..])
    .bind(old.0)
    .bind(new.0)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(size_bytes) = size_bytes else {
        return undo(tx).await;
    };
    trash(&mut tx, old, hash, size_bytes as u64).await?;
    tx.commit().await?;
    Ok(true)
}

/// T2. Items go in the order of their hashes, those with bytes of their own before those without; usage is last.
pub(super) async fn commit(
    catalog: &PostgresCatalog,
    uploads: &[NewMedia],
) -> Result<Vec<Committed>, Failure> {
    let mut tx = catalog.write().await?;
    let mut order: Vec<(usize, &NewMedia)> = uploads.iter().enumerate().collect();
    order.sort_by_key(|(_, upload)| (upload.hash, upload.object.is_none()));
    let mut added: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let mut committed = Vec::with_capacity(uploads.len());
    let mut changes = Changes::default();
    for (index, upload) in order {
        commit_content(&mut tx, upload).await?;
        let reference = commit_reference(&mut tx, upload).await?;
        let claimed = reference.waits && want_work(&mut tx, upload).await?;
        if !reference.duplicate {
            let usage = added.entry(upload.owner.as_str()).or_default();
            usage.0 += 1;
            usage.1 += upload.size_bytes as i64;
        }
        reference.note(upload, &mut changes);
        let id = reference.id;
        let (duplicate, restored) = (reference.duplicate, reference.restored);
        committed.push((
            index,
            Committed {
                id,
                duplicate,
                restored,
                claimed,
            },
        ));
    }
    for (owner, (count, size_bytes)) in added {
        add_usage(&mut tx, owner, count, size_bytes).await?;
    }
    changes.apply(&mut *tx).await?;
    point("catalog::before_t2_commit");
    tx.commit().await.map_err(Failure::Commit)?;
    committed.sort_by_key(|(index, _)| *index);
    Ok(committed.into_iter().map(|(_, done)| done).collect())
}

/// Whether T2 of this upload happened, as far as its owner could tell: the reference and the app's part of it are there.
pub(super) async fn find_committed(
    catalog: &PostgresCatalog,
    upload: &NewMedia,
) -> Result<Option<Committed>, Failure> {
    let token = match upload.wanted {
        Wanted::Variants(Some((token, _))) => Some(token.0),
        Wanted::Variants(None) | Wanted::Nothing | Wanted::Skip => None,
    };
    let found: Option<(uuid::Uuid, bool)> = sqlx::query_as(
        "SELECT m.id, COALESCE(b.claim_token = $4, FALSE)
         FROM media m JOIN media_app a ON a.media_id = m.id JOIN blob b ON b.sha256 = m.sha256
         WHERE m.owner = $1 AND m.sha256 = $2 AND a.app = $3 AND m.trashed_at IS NULL",
    )
    .bind(upload.owner.as_str())
    .bind(&upload.hash.0[..])
    .bind(upload.app.as_str())
    .bind(token)
    .fetch_optional(&catalog.pool)
    .await?;
    Ok(found.map(|(id, claimed)| Committed {
        id: MediaId(id),
        duplicate: id != upload.id.0,
        restored: false,
        claimed,
    }))
}

/// Makes sure that the content is live, by the object that came with it or by the one that is there already, and stays so until
/// we have committed.
async fn commit_content(tx: &mut PgConnection, upload: &NewMedia) -> Result<(), Failure> {
    let Some(object) = upload.object else {
        let is_live = lock_blob(tx, upload.hash).await?;
        return is_live.then_some(()).ok_or(Error::ContentGone.into());
    };
    if !leave_ledger(tx, object, upload.hash).await? {
        return Err(Error::LeaseLost.into());
    }
    if insert_blob(tx, upload, object).await? {
        return Ok(());
    }
    if !lock_blob(tx, upload.hash).await? {
        return Err(Failure::Race);
    }
    let replaced = replace_object(tx, upload, object).await?;
    trash(
        tx,
        replaced.unwrap_or(object),
        upload.hash,
        upload.size_bytes,
    )
    .await
}

/// Keeps GC and the end of processing away from live content; `false` when there is none (any more).
pub(super) async fn lock_blob(tx: &mut PgConnection, hash: ContentHash) -> Result<bool, Failure> {
    let live = sqlx::query("SELECT 1 FROM blob WHERE sha256 = $1 FOR NO KEY UPDATE")
        .bind(&hash.0[..])
        .fetch_optional(tx)
        .await?;
    Ok(live.is_some())
}

async fn insert_blob(
    tx: &mut PgConnection,
    upload: &NewMedia,
    object: ObjectId,
) -> Result<bool, Failure> {
    let status = match upload.wanted {
        Wanted::Nothing => "ready",
        Wanted::Skip | Wanted::Variants(_) => "unprocessed",
    };
    let inserted = sqlx::query(
        "INSERT INTO blob (sha256, object_id, size_bytes, mime, probe, facts, status, created_at, verified_at)
         VALUES ($1, $2, $3, $4, $5::json, $5::json, $6, now(), now())
         ON CONFLICT (sha256) DO NOTHING",
    )
    .bind(&upload.hash.0[..])
    .bind(object.0)
    .bind(upload.size_bytes as i64)
    .bind(upload.kind.mime())
    .bind(json(&upload.facts)?)
    .bind(status)
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Heals: a live object that the upload found missing, or that nobody has seen in the store for a day, gives way to the one that was
/// stored just now. Returns the one that gave way. The row is locked.
async fn replace_object(
    tx: &mut PgConnection,
    upload: &NewMedia,
    new: ObjectId,
) -> Result<Option<ObjectId>, Failure> {
    let old: Option<uuid::Uuid> = sqlx::query_scalar(
        "SELECT object_id FROM blob WHERE sha256 = $1 AND (object_id = $2 OR verified_at <= now() - $3)",
    )
    .bind(&upload.hash.0[..])
    .bind(upload.replaces.map(|object| object.0))
    .bind(interval(VERIFIED_FOR))
    .fetch_optional(&mut *tx)
    .await?;
    if old.is_some() {
        point("catalog::before_heal_commit");
        sqlx::query(
            "UPDATE blob SET object_id = $2, verified_at = now(), scrubbed_at = now() WHERE sha256 = $1",
        )
        .bind(&upload.hash.0[..])
        .bind(new.0)
        .execute(tx)
        .await?;
    }
    Ok(old.map(ObjectId))
}

/// An owner's reference as T2 leaves it.
#[allow(clippy::struct_excessive_bools)] // facts, each of its own
struct Reference {
    id: MediaId,
    duplicate: bool,
    restored: bool,
    /// Whether it waits for processing.
    waits: bool,
    /// Whether the app is new to it.
    has_new_app: bool,
}

impl Reference {
    fn note(&self, upload: &NewMedia, changes: &mut Changes) {
        // What is new and waits is not in the gallery yet.
        if self.duplicate {
            changes.touch(self.id);
        } else if !self.waits {
            changes.make(self.id);
        }
        let kind = match self {
            Self { restored: true, .. } => EventKind::Restored,
            Self {
                duplicate: false, ..
            } => EventKind::Added,
            Self {
                has_new_app: true, ..
            } => EventKind::Changed,
            _ => return,
        };
        changes.tell(upload.owner.as_str(), kind, self.id);
    }
}

async fn commit_reference(tx: &mut PgConnection, upload: &NewMedia) -> Result<Reference, Failure> {
    let mut reference = if insert_media(tx, upload).await? {
        Reference {
            id: upload.id,
            duplicate: false,
            restored: false,
            waits: matches!(upload.wanted, Wanted::Variants(_)),
            has_new_app: true,
        }
    } else {
        repeat_media(tx, upload).await?
    };
    let inserted = sqlx::query(
        "INSERT INTO media_app (media_id, app, name, metadata) VALUES ($1, $2, $3, $4::json)
         ON CONFLICT (media_id, app) DO NOTHING",
    )
    .bind(reference.id.0)
    .bind(upload.app.as_str())
    .bind(upload.name.as_ref().map(crate::media::FileName::as_str))
    .bind(upload.metadata.as_ref().map(json).transpose()?)
    .execute(tx)
    .await?;
    reference.has_new_app = inserted.rows_affected() == 1;
    Ok(reference)
}

async fn insert_media(tx: &mut PgConnection, upload: &NewMedia) -> Result<bool, Failure> {
    let status = match upload.wanted {
        Wanted::Nothing | Wanted::Skip => "ready",
        Wanted::Variants(_) => "processing",
    };
    let inserted = sqlx::query(
        "INSERT INTO media (id, owner, sha256, status, skipped, size_bytes, mime)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (owner, sha256) DO NOTHING",
    )
    .bind(upload.id.0)
    .bind(upload.owner.as_str())
    .bind(&upload.hash.0[..])
    .bind(status)
    .bind(upload.wanted == Wanted::Skip)
    .bind(upload.size_bytes as i64)
    .bind(upload.kind.mime())
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// The reference that is there already, out of the trash if it was in it; one that failed or was skipped waits again when variants
/// are wanted now.
async fn repeat_media(tx: &mut PgConnection, upload: &NewMedia) -> Result<Reference, Failure> {
    let wants = matches!(upload.wanted, Wanted::Variants(_));
    let (id, status, restored): (uuid::Uuid, String, bool) = sqlx::query_as(
        "WITH old AS (SELECT id, trashed_at FROM media WHERE owner = $1 AND sha256 = $2 FOR NO KEY UPDATE)
         UPDATE media m
         SET status = CASE WHEN $3 AND (skipped OR status = 'failed') THEN 'processing' ELSE status END,
             skipped = skipped AND NOT $3, trashed_at = NULL
         FROM old WHERE m.id = old.id
         RETURNING m.id, m.status, old.trashed_at IS NOT NULL",
    )
    .bind(upload.owner.as_str())
    .bind(&upload.hash.0[..])
    .bind(wants)
    .fetch_optional(tx)
    .await?
    .ok_or(Failure::Race)?;
    Ok(Reference {
        id: MediaId(id),
        duplicate: true,
        restored,
        waits: wants && status == "processing",
        has_new_app: false,
    })
}

/// Makes the content's processing due if it is not, and takes the claim when one is asked for and free.
async fn want_work(tx: &mut PgConnection, upload: &NewMedia) -> Result<bool, Failure> {
    sqlx::query(
        "UPDATE blob SET work_due_at = now(), attempts = 0 WHERE sha256 = $1 AND work_due_at IS NULL",
    )
    .bind(&upload.hash.0[..])
    .execute(&mut *tx)
    .await?;
    let Wanted::Variants(Some((token, lease))) = upload.wanted else {
        return Ok(false);
    };
    let claimed = sqlx::query(
        "UPDATE blob SET claim_token = $2, lease_until = now() + $3, attempts = attempts + 1
         WHERE sha256 = $1 AND (lease_until IS NULL OR lease_until <= now())",
    )
    .bind(&upload.hash.0[..])
    .bind(token.0)
    .bind(interval(lease))
    .execute(tx)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Changes what an owner is said to hold.
pub(super) async fn add_usage(
    tx: &mut PgConnection,
    owner: &str,
    count: i64,
    size_bytes: i64,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO owner_usage (owner, media_count, size_bytes) VALUES ($1, $2, $3)
         ON CONFLICT (owner) DO UPDATE
         SET media_count = owner_usage.media_count + excluded.media_count,
             size_bytes = owner_usage.size_bytes + excluded.size_bytes",
    )
    .bind(owner)
    .bind(count)
    .bind(size_bytes)
    .execute(tx)
    .await?;
    Ok(())
}
