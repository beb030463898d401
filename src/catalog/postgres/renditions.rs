//! Renditions that were made on request: who makes one, where it is, and which go when there are too many.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use super::PostgresCatalog;
use super::connection::{interval, undo};
use super::objects::{leave_ledger, trash};
use crate::catalog::failure::Failure;
use crate::catalog::rows::{self, RenditionRow};
use crate::catalog::{MAX_RENDITIONS, NewRendition, RenditionClaim, StoredRendition, USED_STEP};
use crate::media::{ClaimToken, ContentHash, MediaId, ObjectId};

pub(super) async fn find(
    catalog: &PostgresCatalog,
    media: MediaId,
    recipe: &str,
) -> Result<Option<StoredRendition>, Failure> {
    let row: Option<RenditionRow> = sqlx::query_as(
        "SELECT object_id, size_bytes, digest, used_at <= now() - $3 AS is_due
         FROM rendition WHERE media_id = $1 AND recipe = $2 AND object_id IS NOT NULL",
    )
    .bind(media.0)
    .bind(recipe)
    .bind(interval(USED_STEP))
    .fetch_optional(&catalog.pool)
    .await?;
    if row.as_ref().is_some_and(|row| row.is_due) {
        sqlx::query("UPDATE rendition SET used_at = now() WHERE media_id = $1 AND recipe = $2")
            .bind(media.0)
            .bind(recipe)
            .execute(&catalog.pool)
            .await?;
    }
    Ok(row.map(TryInto::try_into).transpose()?)
}

pub(super) async fn claim(
    catalog: &PostgresCatalog,
    media: MediaId,
    recipe: &str,
    token: ClaimToken,
    lease: Duration,
) -> Result<RenditionClaim, Failure> {
    let mut tx = catalog.write().await?;
    let claimed = sqlx::query(
        "INSERT INTO rendition (media_id, recipe, sha256, claim_token, lease_until)
         SELECT id, $2, sha256, $3, now() + $4 FROM media WHERE id = $1
         ON CONFLICT (media_id, recipe) DO UPDATE SET claim_token = $3, lease_until = now() + $4
         WHERE rendition.object_id IS NULL AND rendition.lease_until <= now()",
    )
    .bind(media.0)
    .bind(recipe)
    .bind(token.0)
    .bind(interval(lease))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    if claimed.rows_affected() == 1 {
        return Ok(RenditionClaim::Ours);
    }
    let known: Option<bool> = sqlx::query_scalar(
        "SELECT object_id IS NULL FROM rendition WHERE media_id = $1 AND recipe = $2",
    )
    .bind(media.0)
    .bind(recipe)
    .fetch_optional(&catalog.pool)
    .await?;
    Ok(match known {
        Some(true) => RenditionClaim::Theirs,
        Some(false) => RenditionClaim::Ready,
        None => RenditionClaim::Gone,
    })
}

pub(super) async fn release(
    catalog: &PostgresCatalog,
    media: MediaId,
    recipe: &str,
    token: ClaimToken,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query(
        "DELETE FROM rendition WHERE media_id = $1 AND recipe = $2 AND claim_token = $3 AND object_id IS NULL",
    )
    .bind(media.0)
    .bind(recipe)
    .bind(token.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn finish(
    catalog: &PostgresCatalog,
    made: &NewRendition,
    token: ClaimToken,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    if !leave_ledger(&mut tx, made.stored.object, made.hash).await? {
        return Ok(false);
    }
    let kept = sqlx::query(
        "UPDATE rendition SET object_id = $4, size_bytes = $5, digest = $6, claim_token = NULL,
                lease_until = NULL, used_at = now()
         WHERE media_id = $1 AND recipe = $2 AND claim_token = $3 AND object_id IS NULL",
    )
    .bind(made.media.0)
    .bind(&made.recipe)
    .bind(token.0)
    .bind(made.stored.object.0)
    .bind(made.stored.size_bytes as i64)
    .bind(&made.stored.digest.0[..])
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() != 1 {
        return undo(tx).await;
    }
    let gone: Vec<(Uuid, Vec<u8>, i64)> = sqlx::query_as(
        "DELETE FROM rendition WHERE media_id = $1 AND recipe IN (
             SELECT recipe FROM rendition WHERE media_id = $1 AND object_id IS NOT NULL
             ORDER BY used_at DESC, recipe OFFSET $2)
         RETURNING object_id, sha256, size_bytes",
    )
    .bind(made.media.0)
    .bind(i64::from(MAX_RENDITIONS))
    .fetch_all(&mut *tx)
    .await?;
    trash_all(&mut tx, gone).await?;
    tx.commit().await?;
    Ok(true)
}

/// Moves all renditions of a reference to trash; nobody adds to them while it is locked.
pub(super) async fn trash_renditions(tx: &mut PgConnection, media: MediaId) -> Result<(), Failure> {
    let gone: Vec<(Option<Uuid>, Vec<u8>, i64)> = sqlx::query_as(
        "DELETE FROM rendition WHERE media_id = $1 RETURNING object_id, sha256, size_bytes",
    )
    .bind(media.0)
    .fetch_all(&mut *tx)
    .await?;
    let stored = gone
        .into_iter()
        .filter_map(|(object, hash, size_bytes)| Some((object?, hash, size_bytes)));
    trash_all(tx, stored).await
}

async fn trash_all(
    tx: &mut PgConnection,
    gone: impl IntoIterator<Item = (Uuid, Vec<u8>, i64)>,
) -> Result<(), Failure> {
    for (object, hash, size_bytes) in gone {
        trash(tx, ObjectId(object), rows::hash(&hash)?, size_bytes as u64).await?;
    }
    Ok(())
}

pub(super) async fn discard(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    object: ObjectId,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
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
    trash(&mut tx, object, hash, size_bytes as u64).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn evict(
    catalog: &PostgresCatalog,
    budget_bytes: u64,
    limit: u32,
) -> Result<u64, Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query("DELETE FROM rendition WHERE object_id IS NULL AND lease_until <= now()")
        .execute(&mut *tx)
        .await?;
    let total: i64 =
        sqlx::query_scalar("SELECT COALESCE(SUM(size_bytes), 0)::bigint FROM rendition")
            .fetch_one(&mut *tx)
            .await?;
    let oldest: Vec<(Uuid, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT object_id, sha256, size_bytes FROM rendition WHERE object_id IS NOT NULL
         ORDER BY used_at LIMIT $1 FOR UPDATE SKIP LOCKED",
    )
    .bind(i64::from(limit))
    .fetch_all(&mut *tx)
    .await?;
    let over = total - i64::try_from(budget_bytes).unwrap_or(i64::MAX);
    let gone = rows::first_bytes(oldest, over);
    let ids: Vec<Uuid> = gone.iter().map(|(object, _, _)| *object).collect();
    sqlx::query("DELETE FROM rendition WHERE object_id = ANY($1)")
        .bind(ids)
        .execute(&mut *tx)
        .await?;
    let evicted = gone.len() as u64;
    trash_all(&mut tx, gone).await?;
    tx.commit().await?;
    Ok(evicted)
}
