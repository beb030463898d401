//! Resumable uploads: what is there of them, and who adds to it.

use std::time::Duration;

use sqlx::SqliteConnection;
use uuid::Uuid;

use super::SqliteCatalog;
use super::objects::holdings;
use crate::catalog::failure::Failure;
use crate::catalog::rows::{self, PartRow, ResumableRow};
use crate::catalog::time::micros;
use crate::catalog::{Error, Locked, NewResumable, Quota, Resumable, UploadPart};
use crate::crash::point;
use crate::media::{ClaimToken, MediaId, Owner, UploadId};

pub(super) async fn begin(
    catalog: &SqliteCatalog,
    upload: &NewResumable,
    quota: &Quota,
    max_open: u32,
    expiry: Duration,
) -> Result<Resumable, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let mut total = holdings(&mut tx, now, &upload.owner).await?;
    total.count += 1;
    total.size_bytes += upload.size_bytes;
    if !quota.admits(total) {
        return Err(Error::OverQuota.into());
    }
    let open: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM upload WHERE owner = $1 AND media_id IS NULL AND expires_at > $2",
    )
    .bind(upload.owner.as_str())
    .bind(now)
    .fetch_one(&mut *tx)
    .await?;
    if open >= i64::from(max_open) {
        return Err(Error::TooManyUploads.into());
    }
    let row: ResumableRow = sqlx::query_as(
        "INSERT INTO upload (id, owner, metadata, size_bytes, expires_at) VALUES ($1, $2, $3, $4, $5)
         RETURNING id, owner, metadata, size_bytes, offset_bytes, expires_at, media_id",
    )
    .bind(upload.id.0)
    .bind(upload.owner.as_str())
    .bind(&upload.metadata)
    .bind(upload.size_bytes as i64)
    .bind(now + micros(expiry))
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row.try_into()?)
}

pub(super) async fn find(
    catalog: &SqliteCatalog,
    id: UploadId,
    owner: Option<&Owner>,
) -> Result<Option<Resumable>, Failure> {
    let (mut tx, now) = catalog.read().await?;
    find_at(&mut tx, now, id, owner).await
}

async fn find_at(
    connection: &mut SqliteConnection,
    now: i64,
    id: UploadId,
    owner: Option<&Owner>,
) -> Result<Option<Resumable>, Failure> {
    let row: Option<ResumableRow> = sqlx::query_as(
        "SELECT id, owner, metadata, size_bytes, offset_bytes, expires_at, media_id
         FROM upload WHERE id = $1 AND ($2 IS NULL OR owner = $2) AND expires_at > $3",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Resumable::try_from).transpose()?)
}

pub(super) async fn lock(
    catalog: &SqliteCatalog,
    id: UploadId,
    owner: Option<&Owner>,
    token: ClaimToken,
    lease: Duration,
    expiry: Duration,
) -> Result<Locked, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let row: Option<ResumableRow> = sqlx::query_as(
        "UPDATE upload
         SET lock_token = $3, lock_until = $5,
             expires_at = CASE WHEN expires_at < $6 THEN $7 ELSE expires_at END
         WHERE id = $1 AND ($2 IS NULL OR owner = $2) AND expires_at > $4
               AND (lock_until IS NULL OR lock_until <= $4)
         RETURNING id, owner, metadata, size_bytes, offset_bytes, expires_at, media_id",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .bind(token.0)
    .bind(now)
    .bind(now + micros(lease))
    .bind(now + micros(expiry) / 2)
    .bind(now + micros(expiry))
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else {
        let is_there = find_at(&mut tx, now, id, owner).await?.is_some();
        return Ok(if is_there {
            Locked::Theirs
        } else {
            Locked::Missing
        });
    };
    let upload = Resumable::try_from(row)?;
    sqlx::query(
        "UPDATE object SET lease_until = $2
         WHERE state = 'writing' AND lease_until <> $2
               AND id IN (SELECT object_id FROM upload_part WHERE upload_id = $1)",
    )
    .bind(id.0)
    .bind(upload.expires_at.timestamp_micros())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Locked::Ours(upload))
}

pub(super) async fn renew(
    catalog: &SqliteCatalog,
    id: UploadId,
    token: ClaimToken,
    lease: Duration,
) -> Result<bool, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let renewed =
        sqlx::query("UPDATE upload SET lock_until = $3 WHERE id = $1 AND lock_token = $2")
            .bind(id.0)
            .bind(token.0)
            .bind(now + micros(lease))
            .execute(&mut *tx)
            .await?;
    tx.commit().await?;
    Ok(renewed.rows_affected() == 1)
}

pub(super) async fn unlock(
    catalog: &SqliteCatalog,
    id: UploadId,
    token: ClaimToken,
) -> Result<(), Failure> {
    let (mut tx, _) = catalog.write().await?;
    sqlx::query(
        "UPDATE upload SET lock_token = NULL, lock_until = NULL WHERE id = $1 AND lock_token = $2",
    )
    .bind(id.0)
    .bind(token.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn record_part(
    catalog: &SqliteCatalog,
    id: UploadId,
    token: ClaimToken,
    part: &UploadPart,
) -> Result<bool, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let expires_at: Option<i64> = sqlx::query_scalar(
        "UPDATE upload SET offset_bytes = offset_bytes + $4
         WHERE id = $1 AND lock_token = $2 AND offset_bytes = $3 AND media_id IS NULL AND expires_at > $5
         RETURNING expires_at",
    )
    .bind(id.0)
    .bind(token.0)
    .bind(part.offset_bytes as i64)
    .bind(part.size_bytes as i64)
    .bind(now)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(expires_at) = expires_at else {
        return Ok(false);
    };
    let kept =
        sqlx::query("UPDATE object SET lease_until = $2 WHERE id = $1 AND state = 'writing'")
            .bind(part.object.0)
            .bind(expires_at)
            .execute(&mut *tx)
            .await?;
    if kept.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO upload_part (upload_id, offset_bytes, size_bytes, sha256, object_id)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.0)
    .bind(part.offset_bytes as i64)
    .bind(part.size_bytes as i64)
    .bind(&part.hash.0[..])
    .bind(part.object.0)
    .execute(&mut *tx)
    .await?;
    point("catalog::before_part_commit");
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn parts(
    catalog: &SqliteCatalog,
    id: UploadId,
) -> Result<Vec<UploadPart>, Failure> {
    let rows: Vec<PartRow> = sqlx::query_as(
        "SELECT offset_bytes, size_bytes, sha256, object_id FROM upload_part
         WHERE upload_id = $1 ORDER BY offset_bytes",
    )
    .bind(id.0)
    .fetch_all(&catalog.readers)
    .await?;
    Ok(rows::all(rows)?)
}

pub(super) async fn finish(
    catalog: &SqliteCatalog,
    id: UploadId,
    token: ClaimToken,
    media: MediaId,
) -> Result<bool, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let finished = sqlx::query(
        "UPDATE upload SET media_id = $3, lock_token = NULL, lock_until = NULL WHERE id = $1 AND lock_token = $2",
    )
    .bind(id.0)
    .bind(token.0)
    .bind(media.0)
    .execute(&mut *tx)
    .await?;
    if finished.rows_affected() == 0 {
        return Ok(false);
    }
    trash_parts(&mut tx, now, id.0).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn end(
    catalog: &SqliteCatalog,
    id: UploadId,
    owner: Option<&Owner>,
) -> Result<bool, Failure> {
    let (mut tx, now) = catalog.write().await?;
    if find_at(&mut tx, now, id, owner).await?.is_none() {
        return Ok(false);
    }
    forget(&mut tx, now, id.0).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn purge(catalog: &SqliteCatalog, limit: u32) -> Result<u64, Failure> {
    let (mut tx, now) = catalog.write().await?;
    let expired: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM upload WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(&mut *tx)
    .await?;
    for &id in &expired {
        forget(&mut tx, now, id).await?;
    }
    tx.commit().await?;
    Ok(expired.len() as u64)
}

async fn forget(tx: &mut SqliteConnection, now: i64, id: Uuid) -> Result<(), Failure> {
    trash_parts(tx, now, id).await?;
    sqlx::query("DELETE FROM upload WHERE id = $1")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

async fn trash_parts(tx: &mut SqliteConnection, now: i64, id: Uuid) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE object SET state = 'trash', since = $2, lease_until = NULL
         WHERE state = 'writing' AND id IN (SELECT object_id FROM upload_part WHERE upload_id = $1)",
    )
    .bind(id)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    sqlx::query("DELETE FROM upload_part WHERE upload_id = $1")
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}
