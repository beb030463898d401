//! Removing references, and garbage collection of content that nobody refers to.

use std::time::Duration;

use sqlx::SqliteConnection;
use uuid::Uuid;

use super::SqliteCatalog;
use super::claims::trash_variants;
use super::objects::trash;
use super::renditions::trash_renditions;
use super::uploads::add_usage;
use crate::catalog::EventKind;
use crate::catalog::failure::Failure;
use crate::catalog::gallery::Changes;
use crate::catalog::rows;
use crate::catalog::time::micros;
use crate::crash::point;
use crate::media::{AppName, ContentHash, MediaId, ObjectId, Owner};

pub(super) async fn remove_media(
    catalog: &SqliteCatalog,
    id: MediaId,
    owner: Option<&Owner>,
    app: Option<&AppName>,
) -> Result<bool, Failure> {
    remove(catalog, id, owner, app, None).await
}

/// Up to `limit` references that have been in the trash for so long.
pub(super) async fn trashed_longer(
    catalog: &SqliteCatalog,
    retention: Duration,
    limit: u32,
) -> Result<Vec<MediaId>, Failure> {
    let (mut tx, now) = catalog.read().await?;
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM media WHERE trashed_at <= $1 ORDER BY trashed_at LIMIT $2",
    )
    .bind(now - micros(retention))
    .bind(limit)
    .fetch_all(&mut *tx)
    .await?;
    Ok(ids.into_iter().map(MediaId).collect())
}

pub(super) async fn purge_one(
    catalog: &SqliteCatalog,
    id: MediaId,
    retention: Duration,
) -> Result<bool, Failure> {
    remove(catalog, id, None, None, Some(retention)).await
}

/// With a retention, only what has been in the trash for so long.
async fn remove(
    catalog: &SqliteCatalog,
    id: MediaId,
    owner: Option<&Owner>,
    app: Option<&AppName>,
    retention: Option<Duration>,
) -> Result<bool, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let found: Option<(String, Vec<u8>, i64, bool)> = sqlx::query_as(
        "SELECT owner, sha256, size_bytes, trashed_at IS NULL FROM media
         WHERE id = $1 AND ($2 IS NULL OR owner = $2) AND ($3 IS NULL OR trashed_at <= $3)",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .bind(retention.map(|retention| now - micros(retention)))
    .fetch_optional(&mut *tx)
    .await?;
    let Some((owner, hash, size_bytes, was_seen)) = found else {
        return Ok(false);
    };
    let is_last = match app {
        Some(app) => match remove_app(&mut tx, id, app).await? {
            Some(is_last) => is_last,
            None => return Ok(false),
        },
        None => true,
    };
    if is_last {
        trash_renditions(&mut tx, now, id).await?;
        sqlx::query("DELETE FROM media WHERE id = $1")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        add_usage(&mut tx, &owner, -1, -size_bytes).await?;
        hint(&mut tx, now, &hash).await?;
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
    catalog: &SqliteCatalog,
    id: MediaId,
    owner: Option<&Owner>,
    app: Option<&AppName>,
) -> Result<bool, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let uses: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.owner, a.app FROM media m JOIN media_app a ON a.media_id = m.id
         WHERE m.id = $1 AND ($2 IS NULL OR m.owner = $2) AND m.trashed_at IS NULL",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .fetch_all(&mut *tx)
    .await?;
    let Some((of, _)) = uses.first() else {
        return Ok(false);
    };
    if app.is_some_and(|app| !uses.iter().any(|(_, used)| used == app.as_str())) {
        return Ok(false);
    }
    let mut changes = Changes::default();
    changes.touch(id);
    if let Some(app) = app.filter(|_| uses.len() > 1) {
        // Others use it still: this app's part goes without a trace.
        remove_app(&mut tx, id, app).await?;
        changes.tell(of, EventKind::Changed, id);
    } else {
        sqlx::query("UPDATE media SET trashed_at = $2 WHERE id = $1")
            .bind(id.0)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        changes.tell(of, EventKind::Deleted, id);
    }
    changes.apply(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn restore_media(
    catalog: &SqliteCatalog,
    id: MediaId,
    owner: Option<&Owner>,
) -> Result<bool, Failure> {
    let (mut tx, _) = catalog.write().await?;
    let restored: Option<String> = sqlx::query_scalar(
        "UPDATE media SET trashed_at = NULL
         WHERE id = $1 AND ($2 IS NULL OR owner = $2) AND trashed_at IS NOT NULL RETURNING owner",
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
    tx: &mut SqliteConnection,
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

async fn hint(tx: &mut SqliteConnection, now: i64, hash: &[u8]) -> Result<(), Failure> {
    sqlx::query("INSERT INTO gc_hint (sha256, since) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(hash)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Follows the oldest hint and drops it: whether its content went to trash, `None` when there is no hint.
pub(super) async fn collect_one(catalog: &SqliteCatalog) -> Result<Option<bool>, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let hash: Option<Vec<u8>> = sqlx::query_scalar(
        "DELETE FROM gc_hint WHERE sha256 = (SELECT sha256 FROM gc_hint ORDER BY since LIMIT 1)
         RETURNING sha256",
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(hash) = hash else { return Ok(None) };
    sqlx::raw_sql("SAVEPOINT content").execute(&mut *tx).await?;
    let gone = match trash_content(&mut tx, now, rows::hash(&hash)?).await {
        Ok(gone) => gone,
        Err(Failure::Sql(sqlx::Error::Database(error))) if error.is_foreign_key_violation() => {
            sqlx::raw_sql("ROLLBACK TO content")
                .execute(&mut *tx)
                .await?;
            false
        }
        Err(failure) => return Err(failure),
    };
    point("catalog::before_collect_commit");
    tx.commit().await?;
    Ok(Some(gone))
}

/// Deletes content and leaves it to the foreign key to refuse.
async fn trash_content(
    tx: &mut SqliteConnection,
    now: i64,
    hash: ContentHash,
) -> Result<bool, Failure> {
    trash_variants(tx, now, hash).await?;
    let object: Option<(Uuid, i64)> =
        sqlx::query_as("DELETE FROM blob WHERE sha256 = $1 RETURNING object_id, size_bytes")
            .bind(&hash.0[..])
            .fetch_optional(&mut *tx)
            .await?;
    let Some((object, size_bytes)) = object else {
        return Ok(false);
    };
    trash(tx, now, ObjectId(object), hash, size_bytes as u64).await?;
    Ok(true)
}
