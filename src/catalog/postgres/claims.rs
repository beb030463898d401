//! Processing: claims on content that has work due, and how they end.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use super::PostgresCatalog;
use super::connection::{interval, undo};
use super::objects::{leave_ledger, trash};
use super::queue::make_due;
use super::uploads::lock_blob;
use crate::catalog::failure::Failure;
use crate::catalog::gallery::Changes;
use crate::catalog::rows::{ClaimRow, json};
use crate::catalog::{Claim, EventKind, NewVariant, Outcome};
use crate::crash::point;
use crate::media::{ClaimToken, ContentHash, Facts, MediaId, ObjectId, RECIPE};

pub(super) async fn claim(
    catalog: &PostgresCatalog,
    token: ClaimToken,
    lease: Duration,
) -> Result<Option<Claim>, Failure> {
    let mut tx = catalog.write().await?;
    let row: Option<ClaimRow> = sqlx::query_as(
        "UPDATE blob SET claim_token = $1, lease_until = now() + $2, attempts = attempts + 1
         WHERE sha256 = (SELECT sha256 FROM blob
                         WHERE work_due_at <= now() AND (lease_until IS NULL OR lease_until <= now())
                         ORDER BY work_due_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
         RETURNING sha256, object_id, size_bytes, mime, facts, attempts",
    )
    .bind(token.0)
    .bind(interval(lease))
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row.map(Claim::try_from).transpose()?)
}

pub(super) async fn renew(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    token: ClaimToken,
    lease: Duration,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let renewed = sqlx::query(
        "UPDATE blob SET lease_until = now() + $3 WHERE sha256 = $1 AND claim_token = $2",
    )
    .bind(&hash.0[..])
    .bind(token.0)
    .bind(interval(lease))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(renewed.rows_affected() == 1)
}

pub(super) async fn release(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    token: ClaimToken,
    delay: Duration,
    refund: bool,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query(
        "UPDATE blob SET claim_token = NULL, lease_until = NULL, work_due_at = now() + $3,
                attempts = attempts - $4
         WHERE sha256 = $1 AND claim_token = $2",
    )
    .bind(&hash.0[..])
    .bind(token.0)
    .bind(interval(delay))
    .bind(i32::from(refund))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn backlog(catalog: &PostgresCatalog) -> Result<u64, Failure> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM blob WHERE work_due_at IS NOT NULL")
        .fetch_one(&catalog.pool)
        .await?;
    Ok(count as u64)
}

/// Ends a claim. Whatever turns out not to be ours rolls everything back.
pub(super) async fn finish(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    token: ClaimToken,
    outcome: &Outcome,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    if !end_claim(&mut tx, hash, token).await? {
        return Ok(false);
    }
    match outcome {
        Outcome::Ready { facts, variants } => {
            for variant in variants {
                if !leave_ledger(&mut tx, variant.object, hash).await? {
                    return undo(tx).await;
                }
            }
            trash_variants(&mut tx, hash).await?;
            for variant in variants {
                insert_variant(&mut tx, hash, variant).await?;
            }
            record_facts(&mut tx, hash, facts).await?;
            settle_media(&mut tx, hash, "ready", EventKind::Processed).await?;
        }
        Outcome::Failed { code, message } => {
            record_failure(&mut tx, hash, code, message).await?;
            settle_media(&mut tx, hash, "failed", EventKind::Failed).await?;
        }
    }
    point("catalog::before_finish_commit");
    tx.commit().await?;
    Ok(true)
}

async fn end_claim(
    tx: &mut PgConnection,
    hash: ContentHash,
    token: ClaimToken,
) -> Result<bool, Failure> {
    let ended = sqlx::query(
        "UPDATE blob SET work_due_at = NULL, claim_token = NULL, lease_until = NULL, attempts = 0
         WHERE sha256 = $1 AND claim_token = $2",
    )
    .bind(&hash.0[..])
    .bind(token.0)
    .execute(tx)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Moves a content's variants to trash.
pub(super) async fn trash_variants(
    tx: &mut PgConnection,
    hash: ContentHash,
) -> Result<(), Failure> {
    let old: Vec<(uuid::Uuid, i64)> =
        sqlx::query_as("DELETE FROM variant WHERE sha256 = $1 RETURNING object_id, size_bytes")
            .bind(&hash.0[..])
            .fetch_all(&mut *tx)
            .await?;
    for (object, size_bytes) in old {
        trash(tx, ObjectId(object), hash, size_bytes as u64).await?;
    }
    Ok(())
}

/// Moves one variant to trash and has the content processed again.
pub(super) async fn discard_variant(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    object: ObjectId,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    if !lock_blob(&mut tx, hash).await? {
        return Ok(false);
    }
    let size_bytes: Option<i64> = sqlx::query_scalar(
        "DELETE FROM variant WHERE sha256 = $1 AND object_id = $2 RETURNING size_bytes",
    )
    .bind(&hash.0[..])
    .bind(object.0)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(size_bytes) = size_bytes else {
        return undo(tx).await;
    };
    trash(&mut tx, object, hash, size_bytes as u64).await?;
    make_due(&mut tx, &hash.0).await?;
    let mut changes = Changes::default();
    changes.touch_content(&mut *tx, hash).await?;
    changes.apply(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

async fn insert_variant(
    tx: &mut PgConnection,
    hash: ContentHash,
    variant: &NewVariant,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO variant (sha256, name, object_id, size_bytes, digest, width, height, recipe)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&hash.0[..])
    .bind(variant.variant.name())
    .bind(variant.object.0)
    .bind(variant.size_bytes as i64)
    .bind(&variant.digest.0[..])
    .bind(variant.width as i32)
    .bind(variant.height as i32)
    .bind(RECIPE)
    .execute(tx)
    .await?;
    Ok(())
}

async fn record_facts(
    tx: &mut PgConnection,
    hash: ContentHash,
    facts: &Facts,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE blob SET status = 'ready', recipe = $2, facts = $3::json, error_code = NULL, error_message = NULL
         WHERE sha256 = $1",
    )
    .bind(&hash.0[..])
    .bind(RECIPE)
    .bind(json(facts)?)
    .execute(tx)
    .await?;
    Ok(())
}

async fn record_failure(
    tx: &mut PgConnection,
    hash: ContentHash,
    code: &str,
    message: &str,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE blob SET status = 'failed', error_code = $2, error_message = $3 WHERE sha256 = $1",
    )
    .bind(&hash.0[..])
    .bind(code)
    .bind(message.replace('\0', ""))
    .execute(tx)
    .await?;
    Ok(())
}

/// Ends the wait of references.
async fn settle_media(
    tx: &mut PgConnection,
    hash: ContentHash,
    status: &str,
    kind: EventKind,
) -> Result<(), Failure> {
    let settled: Vec<(Uuid, String)> = sqlx::query_as(
        "UPDATE media SET status = $2 WHERE sha256 = $1 AND status = 'processing' RETURNING id, owner",
    )
    .bind(&hash.0[..])
    .bind(status)
    .fetch_all(&mut *tx)
    .await?;
    let mut changes = Changes::default();
    for (id, owner) in settled {
        changes.tell(&owner, kind, MediaId(id));
    }
    changes.touch_content(&mut *tx, hash).await?;
    changes.apply(tx).await
}
