//! Renditions that were made on request: where one is, and which go when there are too many. There is one node, which makes each only
//! once at a time without a claim.

use sqlx::SqliteConnection;
use uuid::Uuid;

use super::SqliteCatalog;
use super::objects::{leave_ledger, trash};
use crate::catalog::failure::Failure;
use crate::catalog::rows::{self, RenditionRow};
use crate::catalog::time::micros;
use crate::catalog::{MAX_RENDITIONS, NewRendition, RenditionClaim, StoredRendition, USED_STEP};
use crate::media::{ContentHash, MediaId, ObjectId};

pub(super) async fn find(
    catalog: &SqliteCatalog,
    media: MediaId,
    recipe: &str,
) -> Result<Option<StoredRendition>, Failure> {
    let row: Option<RenditionRow> = sqlx::query_as(
        "SELECT object_id, size_bytes, digest,
                used_at <= CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000 - $3 AS is_due
         FROM rendition WHERE media_id = $1 AND recipe = $2",
    )
    .bind(media.0)
    .bind(recipe)
    .bind(micros(USED_STEP))
    .fetch_optional(&catalog.readers)
    .await?;
    if row.as_ref().is_some_and(|row| row.is_due) {
        let (mut tx, now) = catalog.write().await?;
        sqlx::query("UPDATE rendition SET used_at = $3 WHERE media_id = $1 AND recipe = $2")
            .bind(media.0)
            .bind(recipe)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    Ok(row.map(TryInto::try_into).transpose()?)
}

pub(super) async fn claim(
    catalog: &SqliteCatalog,
    media: MediaId,
    recipe: &str,
) -> Result<RenditionClaim, Failure> {
    let (is_there, is_made): (bool, bool) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM media WHERE id = $1),
                EXISTS (SELECT 1 FROM rendition WHERE media_id = $1 AND recipe = $2)",
    )
    .bind(media.0)
    .bind(recipe)
    .fetch_one(&catalog.readers)
    .await?;
    Ok(match (is_there, is_made) {
        (false, _) => RenditionClaim::Gone,
        (true, true) => RenditionClaim::Ready,
        (true, false) => RenditionClaim::Ours,
    })
}

pub(super) async fn finish(catalog: &SqliteCatalog, made: &NewRendition) -> Result<bool, Failure> {
    let (mut tx, now) = catalog.write().await?;
    if !leave_ledger(&mut tx, made.stored.object, made.hash).await? {
        return Ok(false);
    }
    let kept = sqlx::query(
        "INSERT INTO rendition (media_id, recipe, sha256, object_id, size_bytes, digest, used_at)
         SELECT id, $2, sha256, $3, $4, $5, $6 FROM media WHERE id = $1
         ON CONFLICT DO NOTHING",
    )
    .bind(made.media.0)
    .bind(&made.recipe)
    .bind(made.stored.object.0)
    .bind(made.stored.size_bytes as i64)
    .bind(&made.stored.digest.0[..])
    .bind(now)
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() != 1 {
        return Ok(false);
    }
    let gone: Vec<(Uuid, Vec<u8>, i64)> = sqlx::query_as(
        "DELETE FROM rendition WHERE media_id = $1 AND recipe IN (
             SELECT recipe FROM rendition WHERE media_id = $1 ORDER BY used_at DESC, recipe LIMIT -1 OFFSET $2)
         RETURNING object_id, sha256, size_bytes",
    )
    .bind(made.media.0)
    .bind(MAX_RENDITIONS)
    .fetch_all(&mut *tx)
    .await?;
    trash_all(&mut tx, now, gone).await?;
    tx.commit().await?;
    Ok(true)
}

/// Moves all renditions of a reference to trash.
pub(super) async fn trash_renditions(
    tx: &mut SqliteConnection,
    now: i64,
    media: MediaId,
) -> Result<(), Failure> {
    let gone: Vec<(Uuid, Vec<u8>, i64)> = sqlx::query_as(
        "DELETE FROM rendition WHERE media_id = $1 RETURNING object_id, sha256, size_bytes",
    )
    .bind(media.0)
    .fetch_all(&mut *tx)
    .await?;
    trash_all(tx, now, gone).await
}

async fn trash_all(
    tx: &mut SqliteConnection,
    now: i64,
    gone: Vec<(Uuid, Vec<u8>, i64)>,
) -> Result<(), Failure> {
    for (object, hash, size_bytes) in gone {
        let hash = rows::hash(&hash)?;
        trash(tx, now, ObjectId(object), hash, size_bytes as u64).await?;
    }
    Ok(())
}

pub(super) async fn discard(
    catalog: &SqliteCatalog,
    hash: ContentHash,
    object: ObjectId,
) -> Result<bool, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let size_bytes: Option<i64> = sqlx::query_scalar(
        "DELETE FROM rendition WHERE sha256 = $1 AND object_id = $2 RETURNING size_bytes",
    )
    .bind(&hash.0[..])
    .bind(object.0)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(size_bytes) = size_bytes else {
        return Ok(false);
    };
    trash(&mut tx, now, object, hash, size_bytes as u64).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn evict(
    catalog: &SqliteCatalog,
    budget_bytes: u64,
    limit: u32,
) -> Result<u64, Failure> {
    let total: i64 = sqlx::query_scalar("SELECT COALESCE(SUM(size_bytes), 0) FROM rendition")
        .fetch_one(&catalog.readers)
        .await?;
    let over = total - i64::try_from(budget_bytes).unwrap_or(i64::MAX);
    if over <= 0 {
        return Ok(0);
    }
    let (mut tx, now) = catalog.write().await?;
    let oldest: Vec<(Uuid, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT object_id, sha256, size_bytes FROM rendition ORDER BY used_at LIMIT $1",
    )
    .bind(limit)
    .fetch_all(&mut *tx)
    .await?;
    let gone = rows::first_bytes(oldest, over);
    for (object, _, _) in &gone {
        sqlx::query("DELETE FROM rendition WHERE object_id = $1")
            .bind(object)
            .execute(&mut *tx)
            .await?;
    }
    let evicted = gone.len() as u64;
    trash_all(&mut tx, now, gone).await?;
    tx.commit().await?;
    Ok(evicted)
}
