//! The ledger of objects that are not live: T1, reaper, sweeper.

use std::time::Duration;

use sqlx::PgConnection;

use super::PostgresCatalog;
use super::connection::interval;
use crate::catalog::failure::Failure;
use crate::catalog::rows::{self, TrashRow};
use crate::catalog::{Error, Quota, Total, Trash};
use crate::media::{ContentHash, ObjectId, Owner};

pub(super) async fn begin(
    catalog: &PostgresCatalog,
    object: ObjectId,
    hash: ContentHash,
    size_bytes: u64,
    lease: Duration,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query(
        "INSERT INTO object (id, sha256, size_bytes, state, since, lease_until)
         VALUES ($1, $2, $3, 'writing', now(), now() + $4)",
    )
    .bind(object.0)
    .bind(&hash.0[..])
    .bind(size_bytes as i64)
    .bind(interval(lease))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// What an owner holds, what is being written for it, and what its open uploads will take. Whoever reserves or commits for this owner
/// meanwhile waits for the row of its usage, so that no two can take the last place.
pub(super) async fn lock_holdings(tx: &mut PgConnection, owner: &Owner) -> Result<Total, Failure> {
    let (held_count, held_bytes): (i64, i64) = sqlx::query_as(
        "INSERT INTO owner_usage (owner, media_count, size_bytes) VALUES ($1, 0, 0)
         ON CONFLICT (owner) DO UPDATE SET owner = excluded.owner
         RETURNING media_count, size_bytes",
    )
    .bind(owner.as_str())
    .fetch_one(&mut *tx)
    .await?;
    let (count, size_bytes): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), COALESCE(SUM(size_bytes), 0)::bigint FROM (
             SELECT size_bytes FROM object WHERE owner = $1 AND state = 'writing'
             UNION ALL
             SELECT size_bytes FROM upload
             WHERE owner = $1 AND media_id IS NULL AND offset_bytes < size_bytes AND expires_at > now()) reserved",
    )
    .bind(owner.as_str())
    .fetch_one(tx)
    .await?;
    Ok(Total {
        count: (held_count + count) as u64,
        size_bytes: (held_bytes + size_bytes) as u64,
    })
}

pub(super) async fn reserve(
    catalog: &PostgresCatalog,
    object: ObjectId,
    hash: ContentHash,
    size_bytes: u64,
    lease: Duration,
    owner: &Owner,
    quota: &Quota,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    let mut total = lock_holdings(&mut tx, owner).await?;
    total.count += 1;
    total.size_bytes += size_bytes;
    if !quota.admits(total) {
        return Err(Error::OverQuota.into());
    }
    sqlx::query(
        "INSERT INTO object (id, sha256, size_bytes, state, since, lease_until, owner)
         VALUES ($1, $2, $3, 'writing', now(), now() + $4, $5)",
    )
    .bind(object.0)
    .bind(&hash.0[..])
    .bind(size_bytes as i64)
    .bind(interval(lease))
    .bind(owner.as_str())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn record_upload_id(
    catalog: &PostgresCatalog,
    object: ObjectId,
    upload_id: &str,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query("UPDATE object SET upload_id = $2 WHERE id = $1")
        .bind(object.0)
        .bind(upload_id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn abandon(
    catalog: &PostgresCatalog,
    objects: &[ObjectId],
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query(
        "UPDATE object SET state = 'trash', since = now(), lease_until = NULL, owner = NULL
         WHERE id = ANY($1) AND state = 'writing'",
    )
    .bind(objects.iter().map(|object| object.0).collect::<Vec<_>>())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes an object that is being written out of the ledger; `false` when its lease was reaped.
pub(super) async fn leave_ledger(
    tx: &mut PgConnection,
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
    tx: &mut PgConnection,
    object: ObjectId,
    hash: ContentHash,
    size_bytes: u64,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO object (id, sha256, size_bytes, state, since) VALUES ($1, $2, $3, 'trash', now())",
    )
    .bind(object.0)
    .bind(&hash.0[..])
    .bind(size_bytes as i64)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn reap(catalog: &PostgresCatalog, limit: u32) -> Result<u64, Failure> {
    let mut tx = catalog.write().await?;
    let reaped = sqlx::query(
        "UPDATE object SET state = 'trash', since = now(), lease_until = NULL, owner = NULL
         WHERE id IN (SELECT id FROM object WHERE state = 'writing' AND lease_until <= now()
                      ORDER BY since LIMIT $1 FOR UPDATE SKIP LOCKED)",
    )
    .bind(i64::from(limit))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(reaped.rows_affected())
}

pub(super) async fn claim_trash(
    catalog: &PostgresCatalog,
    keep: Duration,
    lease: Duration,
    limit: u32,
) -> Result<Vec<Trash>, Failure> {
    let mut tx = catalog.write().await?;
    let rows: Vec<TrashRow> = sqlx::query_as(
        "UPDATE object SET lease_until = now() + $2
         WHERE id IN (SELECT id FROM object
                      WHERE state = 'trash' AND since <= now() - $1 AND (lease_until IS NULL OR lease_until <= now())
                      ORDER BY since LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING id, sha256, upload_id",
    )
    .bind(interval(keep))
    .bind(interval(lease))
    .bind(i64::from(limit))
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows::all(rows)?)
}

pub(super) async fn forget(catalog: &PostgresCatalog, object: ObjectId) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query("DELETE FROM object WHERE id = $1 AND state = 'trash'")
        .bind(object.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}
