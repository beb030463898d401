//! Removing references, and garbage collection of content that nobody refers to.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use super::PostgresCatalog;
use super::claims::trash_variants;
use super::connection::{interval, undo};
use super::objects::trash;
use super::renditions::trash_renditions;
use super::uploads::{add_usage, lock_blob};
use crate::catalog::EventKind;
use crate::catalog::failure::Failure;
use crate::catalog::gallery::Changes;
use crate::catalog::rows;
use crate::crash::point;
use crate::media::{AppName, ContentHash, MediaId, ObjectId, Owner};

pub(super) async fn remove_media(
    catalog: &PostgresCatalog,
    id: MediaId,
    owner: Option<&Owner>,
    app: Option<&AppName>,
) -> Result<bool, Failure> {
    remove(catalog, id, owner, app, None).await
}

/// Up to `limit` references that have been in the trash for so long.
pub(super) async fn trashed_longer(
    catalog: &PostgresCatalog,
    retention: Duration,
    limit: u32,
) -> Result<Vec<MediaId>, Failure> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM media WHERE trashed_at <= now() - $1 ORDER BY trashed_at LIMIT $2",
    )
    .bind(interval(retention))
    .bind(i64::from(limit))
    .fetch_all(&catalog.pool)
    .await?;
    Ok(ids.into_iter().map(MediaId).collect())
}

pub(super) async fn purge_one(
    catalog: &PostgresCatalog,
    id: MediaId,
    retention: Duration,
) -> Result<bool, Failure> {
    remove(catalog, id, None, None, Some(retention)).await
}

/// With a retention, only what has been in the trash for so long. The hint comes before the reference is locked: GC holds the hint
/// while it waits for whoever removes a reference.
async fn remove(
    catalog: &PostgresCatalog,
    id: MediaId,
    owner: Option<&Owner>,
    app: Option<&AppName>,
    retention: Option<Duration>,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let hash: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT sha256 FROM media WHERE id = $1 AND ($2::text IS NULL OR owner = $2)",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .fetch_optional(&mut *tx)
    .await?;
    let Some(hash) = hash else { return Ok(false) };
    hint(&mut tx, &hash).await?;
    let found: Option<(String, i64, bool)> = sqlx::query_as(
        "SELECT owner, size_bytes, trashed_at IS NULL FROM media
             WHERE id = $1 AND ($2::interval IS NULL OR trashed_at <= now() - $2) FOR UPDATE",
    )
    .bind(id.0)
    .bind(retention.map(interval))
    .fetch_optional(&mut *tx)
    .await?;
    let Some((owner, size_bytes, was_seen)) = found else {
        return undo(tx).await;
    };
    let is_last = match app {
        Some(app) => match remove_app(&mut tx, id, app).await? {
            Some(is_last) => is_last,
            None => return undo(tx).await,
        },
        None => true,
    };
    if is_last {
        trash_renditions(&mut tx, id).await?;
        sqlx::query("DELETE FROM media WHERE id = $1")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        add_usage(&mut tx, &owner, -1, -size_bytes).await?;
    }
    let mut changes = Changes::default();
    changes.touch(id);
    if was_seen {
        let kind = if is_last {
            EventKind::Deleted
        } else {
            EventKind::Changed
        };
        changes.tell(&owner, kind, id);
    }
    changes.apply(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn trash_media(
    catalog: &PostgresCatalog,
    id: MediaId,
    owner: Option<&Owner>,
    app: Option<&AppName>,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let found: Option<String> = sqlx::query_scalar(
        "SELECT owner FROM media WHERE id = $1 AND ($2::text IS NULL OR owner = $2) AND trashed_at IS NULL
         FOR UPDATE",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .fetch_optional(&mut *tx)
    .await?;
    let Some(of) = found else { return Ok(false) };
    let apps: Vec<String> = sqlx::query_scalar("SELECT app FROM media_app WHERE media_id = $1")
        .bind(id.0)
        .fetch_all(&mut *tx)
        .await?;
    if app.is_some_and(|app| !apps.iter().any(|used| used == app.as_str())) {
        return Ok(false);
    }
    let mut changes = Changes::default();
    changes.touch(id);
    if let Some(app) = app.filter(|_| apps.len() > 1) {
        // Others use it still: this app's part goes without a trace.
        remove_app(&mut tx, id, app).await?;
        changes.tell(&of, EventKind::Changed, id);
    } else {
        sqlx::query("UPDATE media SET trashed_at = now() WHERE id = $1")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        changes.tell(&of, EventKind::Deleted, id);
    }
    changes.apply(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn restore_media(
    catalog: &PostgresCatalog,
    id: MediaId,
    owner: Option<&Owner>,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let restored: Option<String> = sqlx::query_scalar(
        "UPDATE media SET trashed_at = NULL
         WHERE id = $1 AND ($2::text IS NULL OR owner = $2) AND trashed_at IS NOT NULL RETURNING owner",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .fetch_optional(&mut *tx)
    .await?;
    let Some(owner) = restored else {
        return Ok(false);
    };
    let mut changes = Changes::default();
    changes.touch(id);
    changes.tell(&owner, EventKind::Restored, id);
    changes.apply(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Removes an app's part of a reference and tells whether it was the last; `None` when it has none.
async fn remove_app(
    tx: &mut PgConnection,
    id: MediaId,
    app: &AppName,
) -> Result<Option<bool>, Failure> {
    let removed = sqlx::query("DELETE FROM media_app WHERE media_id = $1 AND app = $2")
        .bind(id.0)
        .bind(app.as_str())
        .execute(&mut *tx)
        .await?;
    if removed.rows_affected() == 0 {
        return Ok(None);
    }
    let others = sqlx::query("SELECT 1 FROM media_app WHERE media_id = $1 LIMIT 1")
        .bind(id.0)
        .fetch_optional(tx)
        .await?;
    Ok(Some(others.is_none()))
}

/// Leaves a hint, or takes hold of the one that is there, so that GC cannot look before we have committed and drop it.
async fn hint(tx: &mut PgConnection, hash: &[u8]) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO gc_hint (sha256) VALUES ($1) ON CONFLICT (sha256) DO UPDATE SET since = now()",
    )
    .bind(hash)
    .execute(tx)
    .await?;
    Ok(())
}

/// Follows the oldest hint and drops it: whether its content went to trash, `None` when there is no hint.
pub(super) async fn collect_one(catalog: &PostgresCatalog) -> Result<Option<bool>, Failure> {
    let mut tx = catalog.write().await?;
    let hash: Option<Vec<u8>> = sqlx::query_scalar(
        "DELETE FROM gc_hint
         WHERE sha256 = (SELECT sha256 FROM gc_hint ORDER BY since LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING sha256",
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(hash) = hash else { return Ok(None) };
    let mut savepoint = tx.begin().await?;
    let gone = match trash_content(&mut savepoint, rows::hash(&hash)?).await {
        Ok(gone) => {
            savepoint.commit().await?;
            gone
        }
        Err(Failure::Sql(sqlx::Error::Database(error))) if error.is_foreign_key_violation() => {
            savepoint.rollback().await?;
            false
        }
        Err(failure) => return Err(failure),
    };
    point("catalog::before_collect_commit");
    tx.commit().await?;
    Ok(Some(gone))
}

/// Deletes content and leaves it to the foreign key to refuse. Whoever adds variants locks the content first, as we do.
async fn trash_content(tx: &mut PgConnection, hash: ContentHash) -> Result<bool, Failure> {
    if !lock_blob(tx, hash).await? {
        return Ok(false);
    }
    trash_variants(tx, hash).await?;
    let object: Option<(Uuid, i64)> =
        sqlx::query_as("DELETE FROM blob WHERE sha256 = $1 RETURNING object_id, size_bytes")
            .bind(&hash.0[..])
            .fetch_optional(&mut *tx)
            .await?;
    let Some((object, size_bytes)) = object else {
        return Ok(false);
    };
    trash(tx, ObjectId(object), hash, size_bytes as u64).await?;
    Ok(true)
}
