//! The ledger of objects that are not live: T1, reaper, sweeper.

use std::time::Duration;

use sqlx::SqliteConnection;

use super::SqliteCatalog;
use crate::catalog::failure::Failure;
use crate::catalog::rows::{self, TrashRow};
use crate::catalog::time::micros;
use crate::catalog::{Error, Quota, Total, Trash};
use crate::media::{ContentHash, ObjectId, Owner};

pub(super) async fn begin(
    catalog: &SqliteCatalog,
    object: ObjectId,
    hash: ContentHash,
    size_bytes: u64,
    lease: Duration,
) -> Result<(), Failure> {
    let (mut tx, now) = catalog.write().await?;
    sqlx::query(
        "INSERT INTO object (id, sha256, size_bytes, state, since, lease_until)
         VALUES ($1, $2, $3, 'writing', $4, $5)",
    )
    .bind(object.0)
    .bind(&hash.0[..])
    .bind(size_bytes as i64)
    .bind(now)
    .bind(now + micros(lease))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// What an owner holds, what is being written for it, and what its open uploads will take.
pub(super) async fn holdings(
    tx: &mut SqliteConnection,
    now: i64,
    owner: &Owner,
) -> Result<Total, Failure> {
    let (count, size_bytes): (i64, i64) = sqlx::query_as(
        "SELECT SUM(count), SUM(size_bytes) FROM (
             SELECT COALESCE(SUM(media_count), 0) AS count, COALESCE(SUM(size_bytes), 0) AS size_bytes
             FROM owner_usage WHERE owner = $1
             UNION ALL
             SELECT COUNT(*), COALESCE(SUM(size_bytes), 0) FROM object WHERE owner = $1 AND state = 'writing'
             UNION ALL
             SELECT COUNT(*), COALESCE(SUM(size_bytes), 0) FROM upload
             WHERE owner = $1 AND media_id IS NULL AND offset_bytes < size_bytes AND expires_at > $2)",
    )
    .bind(owner.as_str())
    .bind(now)
    .fetch_one(tx)
    .await?;
    Ok(Total {
        count: count as u64,
        size_bytes: size_bytes as u64,
    })
}

pub(super) async fn reserve(
    catalog: &SqliteCatalog,
    object: ObjectId,
    hash: ContentHash,
    size_bytes: u64,
    lease: Duration,
    owner: &Owner,
    quota: &Quota,
) -> Result<(), Failure> {
    let (mut tx, now) = catalog.write().await?;
    let mut total = holdings(&mut tx, now, owner).await?;
    total.count += 1;
    total.size_bytes += size_bytes;
    if !quota.admits(total) {
        return Err(Error::OverQuota.into());
    }
    sqlx::query(
        "INSERT INTO object (id, sha256, size_bytes, state, since, lease_until, owner)
         VALUES ($1, $2, $3, 'writing', $4, $5, $6)",
    )
    .bind(object.0)
    .bind(&hash.0[..])
    .bind(size_bytes as i64)
    .bind(now)
    .bind(now + micros(lease))
    .bind(owner.as_str())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn record_upload_id(
    catalog: &SqliteCatalog,
    object: ObjectId,
    upload_id: &str,
) -> Result<(), Failure> {
    let (mut tx, _) = catalog.write().await?;
    sqlx::query("UPDATE object SET upload_id = $2 WHERE id = $1")
        .bind(object.0)
        .bind(upload_id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn abandon(catalog: &SqliteCatalog, objects: &[ObjectId]) -> Result<(), Failure> {
    let (mut tx, now) = catalog.write().await?;
    for object in objects {
        sqlx::query(
            "UPDATE object SET state = 'trash', since = $2, lease_until = NULL, owner = NULL
             WHERE id = $1 AND state = 'writing'",
        )
        .bind(object.0)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Takes an object that is being written out of the ledger; `false` when its lease was reaped.
pub(super) async fn leave_ledger(
    tx: &mut SqliteConnection,
    object: ObjectId,
    hash: ContentHash,
) -> Result<bool, Failure> {
    let left =
        sqlx::query("DELETE FROM object WHERE id = $1 AND sha256 = $2 AND state = 'writing'")
            .bind(object.0)
            .bind(&hash.0[..])
            .execute(tx)
            .await?;
    Ok(left.rows_affected() == 1)
}

/// Enters an object that is not live any more, or never was.
pub(super) async fn trash(
    tx: &mut SqliteConnection,
    now: i64,
    object: ObjectId,
    hash: ContentHash,
    size_bytes: u64,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO object (id, sha256, size_bytes, state, since) VALUES ($1, $2, $3, 'trash', $4)",
    )
    .bind(object.0)
    .bind(&hash.0[..])
    .bind(size_bytes as i64)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn reap(catalog: &SqliteCatalog, limit: u32) -> Result<u64, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let reaped = sqlx::query(
        "UPDATE object SET state = 'trash', since = $1, lease_until = NULL, owner = NULL
         WHERE id IN (SELECT id FROM object WHERE state = 'writing' AND lease_until <= $1
                      ORDER BY since LIMIT $2)",
    )
    .bind(now)
    .bind(limit)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(reaped.rows_affected())
}

pub(super) async fn claim_trash(
    catalog: &SqliteCatalog,
    keep: Duration,
    lease: Duration,
    limit: u32,
) -> Result<Vec<Trash>, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let rows: Vec<TrashRow> = sqlx::query_as(
        "UPDATE object SET lease_until = $3
         WHERE id IN (SELECT id FROM object
                      WHERE state = 'trash' AND since <= $2 AND (lease_until IS NULL OR lease_until <= $1)
                      ORDER BY since LIMIT $4)
         RETURNING id, sha256, upload_id",
    )
    .bind(now)
    .bind(now - micros(keep))
    .bind(now + micros(lease))
    .bind(limit)
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows::all(rows)?)
}

pub(super) async fn forget(catalog: &SqliteCatalog, object: ObjectId) -> Result<(), Failure> {
    let (mut tx, _) = catalog.write().await?;
    sqlx::query("DELETE FROM object WHERE id = $1 AND state = 'trash'")
        .bind(object.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
