//! First answers, for repeats under the same key.

use std::time::Duration;

use sqlx::types::Json;

use super::SqliteCatalog;
use crate::catalog::failure::Failure;
use crate::catalog::rows::IdempotencyRow;
use crate::catalog::time::micros;
use crate::catalog::{Answer, Idempotency};
use crate::media::{ContentHash, Owner};

pub(super) async fn begin(
    catalog: &SqliteCatalog,
    owner: &Owner,
    key: &str,
    fingerprint: ContentHash,
    lease: Duration,
) -> Result<Idempotency, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let taken: Option<IdempotencyRow> = sqlx::query_as(
        "SELECT fingerprint, lease_until > $3 AS in_flight, status, answer
         FROM idempotency WHERE owner = $1 AND key = $2",
    )
    .bind(owner.as_str())
    .bind(key)
    .bind(now)
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(verdict) = taken.and_then(|row| row.verdict(fingerprint)) {
        return Ok(verdict);
    }
    sqlx::query(
        "INSERT INTO idempotency (owner, key, fingerprint, lease_until, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (owner, key) DO UPDATE SET lease_until = excluded.lease_until",
    )
    .bind(owner.as_str())
    .bind(key)
    .bind(&fingerprint.0[..])
    .bind(now + micros(lease))
    .bind(now)
    .execute(&mut *tx)
    .await?;
    tx.commit().await.map_err(Failure::Commit)?;
    Ok(Idempotency::Fresh)
}

/// The first answer stays, should two requests have worked on it.
pub(super) async fn finish(
    catalog: &SqliteCatalog,
    owner: &Owner,
    key: &str,
    answer: &Answer,
) -> Result<(), Failure> {
    let (mut tx, _) = catalog.write().await?;
    sqlx::query(
        "UPDATE idempotency SET status = $3, answer = $4 WHERE owner = $1 AND key = $2 AND status IS NULL",
    )
    .bind(owner.as_str())
    .bind(key)
    .bind(i32::from(answer.status))
    .bind(Json(&answer.body))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn release(
    catalog: &SqliteCatalog,
    owner: &Owner,
    key: &str,
) -> Result<(), Failure> {
    let (mut tx, _) = catalog.write().await?;
    sqlx::query("DELETE FROM idempotency WHERE owner = $1 AND key = $2 AND status IS NULL")
        .bind(owner.as_str())
        .bind(key)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn purge(catalog: &SqliteCatalog, age: Duration) -> Result<u64, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let purged = sqlx::query(
        "DELETE FROM idempotency WHERE created_at <= $1 AND (status IS NOT NULL OR lease_until <= $2)",
    )
    .bind(now - micros(age))
    .bind(now)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(purged.rows_affected())
}
