//! First answers, for repeats under the same key.

use std::time::Duration;

use super::PostgresCatalog;
use super::connection::interval;
use crate::catalog::failure::Failure;
use crate::catalog::rows::{IdempotencyRow, json};
use crate::catalog::{Answer, Idempotency};
use crate::media::{ContentHash, Owner};

pub(super) async fn begin(
    catalog: &PostgresCatalog,
    owner: &Owner,
    key: &str,
    fingerprint: ContentHash,
    lease: Duration,
) -> Result<Idempotency, Failure> {
    let mut tx = catalog.write().await?;
    let fresh = sqlx::query(
        "INSERT INTO idempotency (owner, key, fingerprint, lease_until) VALUES ($1, $2, $3, now() + $4)
         ON CONFLICT (owner, key) DO NOTHING",
    )
    .bind(owner.as_str())
    .bind(key)
    .bind(&fingerprint.0[..])
    .bind(interval(lease))
    .execute(&mut *tx)
    .await?;
    if fresh.rows_affected() == 0 {
        let taken: IdempotencyRow = sqlx::query_as(
            "SELECT fingerprint, lease_until > now() AS in_flight, status, answer
             FROM idempotency WHERE owner = $1 AND key = $2 FOR UPDATE",
        )
        .bind(owner.as_str())
        .bind(key)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Failure::Race)?;
        if let Some(verdict) = taken.verdict(fingerprint) {
            return Ok(verdict);
        }
        sqlx::query(
            "UPDATE idempotency SET lease_until = now() + $3 WHERE owner = $1 AND key = $2",
        )
        .bind(owner.as_str())
        .bind(key)
        .bind(interval(lease))
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await.map_err(Failure::Commit)?;
    Ok(Idempotency::Fresh)
}

/// The first answer stays, should two requests have worked on it.
pub(super) async fn finish(
    catalog: &PostgresCatalog,
    owner: &Owner,
    key: &str,
    answer: &Answer,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query(
        "UPDATE idempotency SET status = $3, answer = $4::json WHERE owner = $1 AND key = $2 AND status IS NULL",
    )
    .bind(owner.as_str())
    .bind(key)
    .bind(i32::from(answer.status))
    .bind(json(&answer.body)?)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn release(
    catalog: &PostgresCatalog,
    owner: &Owner,
    key: &str,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query("DELETE FROM idempotency WHERE owner = $1 AND key = $2 AND status IS NULL")
        .bind(owner.as_str())
        .bind(key)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn purge(catalog: &PostgresCatalog, age: Duration) -> Result<u64, Failure> {
    let mut tx = catalog.write().await?;
    let purged = sqlx::query(
        "DELETE FROM idempotency WHERE created_at <= now() - $1 AND (status IS NOT NULL OR lease_until <= now())",
    )
    .bind(interval(age))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(purged.rows_affected())
}
