//! Resumable uploads: what is there of them, and who adds to it. Rows are locked in the order usage, upload, object.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use super::PostgresCatalog;
use super::connection::{interval, undo};
use super::objects::lock_holdings;
use crate::catalog::failure::Failure;
use crate::catalog::rows::{self, PartRow, ResumableRow};
use crate::catalog::{Error, Locked, NewResumable, Quota, Resumable, UploadPart};
use crate::crash::point;
use crate::media::{ClaimToken, MediaId, Owner, UploadId};

pub(super) async fn begin(
    catalog: &PostgresCatalog,
    upload: &NewResumable,
    quota: &Quota,
    max_open: u32,
    expiry: Duration,
) -> Result<Resumable, Failure> {
    let mut tx = catalog.write().await?;
    let mut total = lock_holdings(&mut tx, &upload.owner).await?;
    total.count += 1;
    total.size_bytes += upload.size_bytes;
    if !quota.admits(total) {
        return Err(Error::OverQuota.into());
    }
    let open: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM upload WHERE owner = $1 AND media_id IS NULL AND expires_at > now()",
    )
    .bind(upload.owner.as_str())
    .fetch_one(&mut *tx)
    .await?;
    if open >= i64::from(max_open) {
        return Err(Error::TooManyUploads.into());
    }
    let row: ResumableRow = sqlx::query_as(
        "INSERT INTO upload (id, owner, metadata, size_bytes, expires_at) VALUES ($1, $2, $3, $4, now() + $5)
         RETURNING id, owner, metadata, size_bytes, offset_bytes,
                   (EXTRACT(EPOCH FROM expires_at) * 1000000)::bigint AS expires_at, media_id",
    )
    .bind(upload.id.0)
    .bind(upload.owner.as_str())
    .bind(&upload.metadata)
    .bind(upload.size_bytes as i64)
    .bind(interval(expiry))
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row.try_into()?)
}

pub(super) async fn find(
    catalog: &PostgresCatalog,
    id: UploadId,
    owner: Option<&Owner>,
) -> Result<Option<Resumable>, Failure> {
    let row: Option<ResumableRow> = sqlx::query_as(
        "SELECT id, owner, metadata, size_bytes, offset_bytes,
                (EXTRACT(EPOCH FROM expires_at) * 1000000)::bigint AS expires_at, media_id
         FROM upload WHERE id = $1 AND ($2::text IS NULL OR owner = $2) AND expires_at > now()",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .fetch_optional(&catalog.pool)
    .await?;
    Ok(row.map(Resumable::try_from).transpose()?)
}

pub(super) async fn lock(
    catalog: &PostgresCatalog,
    id: UploadId,
    owner: Option<&Owner>,
    token: ClaimToken,
    lease: Duration,
    expiry: Duration,
) -> Result<Locked, Failure> {
    let mut tx = catalog.write().await?;
    let row: Option<ResumableRow> = sqlx::query_as(
        "UPDATE upload
         SET lock_token = $3, lock_until = now() + $4,
             expires_at = CASE WHEN expires_at < now() + $5 / 2 THEN now() + $5 ELSE expires_at END
         WHERE id = $1 AND ($2::text IS NULL OR owner = $2) AND expires_at > now()
               AND (lock_until IS NULL OR lock_until <= now())
         RETURNING id, owner, metadata, size_bytes, offset_bytes,
                   (EXTRACT(EPOCH FROM expires_at) * 1000000)::bigint AS expires_at, media_id",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .bind(token.0)
    .bind(interval(lease))
    .bind(interval(expiry))
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else {
        drop(tx);
        let is_there = find(catalog, id, owner).await?.is_some();
        return Ok(if is_there {
            Locked::Theirs
        } else {
            Locked::Missing
        });
    };
    sqlx::query(
        "UPDATE object o SET lease_until = u.expires_at
         FROM upload_part p JOIN upload u ON u.id = p.upload_id
         WHERE u.id = $1 AND o.id = p.object_id AND o.state = 'writing' AND o.lease_until <> u.expires_at",
    )
    .bind(id.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Locked::Ours(row.try_into()?))
}

pub(super) async fn renew(
    catalog: &PostgresCatalog,
    id: UploadId,
    token: ClaimToken,
    lease: Duration,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let renewed =
        sqlx::query("UPDATE upload SET lock_until = now() + $3 WHERE id = $1 AND lock_token = $2")
            .bind(id.0)
            .bind(token.0)
            .bind(interval(lease))
            .execute(&mut *tx)
            .await?;
    tx.commit().await?;
    Ok(renewed.rows_affected() == 1)
}

pub(super) async fn unlock(
    catalog: &PostgresCatalog,
    id: UploadId,
    token: ClaimToken,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
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
    catalog: &PostgresCatalog,
    id: UploadId,
    token: ClaimToken,
    part: &UploadPart,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let moved = sqlx::query(
        "UPDATE upload SET offset_bytes = offset_bytes + $4
         WHERE id = $1 AND lock_token = $2 AND offset_bytes = $3 AND media_id IS NULL AND expires_at > now()",
    )
    .bind(id.0)
    .bind(token.0)
    .bind(part.offset_bytes as i64)
    .bind(part.size_bytes as i64)
    .execute(&mut *tx)
    .await?;
    if moved.rows_affected() == 0 {
        return Ok(false);
    }
    let kept = sqlx::query(
        "UPDATE object SET lease_until = (SELECT expires_at FROM upload WHERE id = $2)
         WHERE id = $1 AND state = 'writing'",
    )
    .bind(part.object.0)
    .bind(id.0)
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 0 {
        return undo(tx).await;
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
    catalog: &PostgresCatalog,
    id: UploadId,
) -> Result<Vec<UploadPart>, Failure> {
    let rows: Vec<PartRow> = sqlx::query_as(
        "SELECT offset_bytes, size_bytes, sha256, object_id FROM upload_part
         WHERE upload_id = $1 ORDER BY offset_bytes",
    )
    .bind(id.0)
    .fetch_all(&catalog.pool)
    .await?;
    Ok(rows::all(rows)?)
}

pub(super) async fn finish(
    catalog: &PostgresCatalog,
    id: UploadId,
    token: ClaimToken,
    media: MediaId,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
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
    trash_parts(&mut tx, &[id.0]).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn end(
    catalog: &PostgresCatalog,
    id: UploadId,
    owner: Option<&Owner>,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let found: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM upload
         WHERE id = $1 AND ($2::text IS NULL OR owner = $2) AND expires_at > now() FOR UPDATE",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .fetch_optional(&mut *tx)
    .await?;
    let Some(id) = found else { return Ok(false) };
    forget(&mut tx, &[id]).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn purge(catalog: &PostgresCatalog, limit: u32) -> Result<u64, Failure> {
    let mut tx = catalog.write().await?;
    let expired: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM upload WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED",
    )
    .bind(i64::from(limit))
    .fetch_all(&mut *tx)
    .await?;
    forget(&mut tx, &expired).await?;
    tx.commit().await?;
    Ok(expired.len() as u64)
}

async fn forget(tx: &mut PgConnection, ids: &[Uuid]) -> Result<(), Failure> {
    trash_parts(tx, ids).await?;
    sqlx::query("DELETE FROM upload WHERE id = ANY($1)")
        .bind(ids)
        .execute(tx)
        .await?;
    Ok(())
}

async fn trash_parts(tx: &mut PgConnection, ids: &[Uuid]) -> Result<(), Failure> {
    for sql in [
        "UPDATE object SET state = 'trash', since = now(), lease_until = NULL
         WHERE state = 'writing' AND id IN (SELECT object_id FROM upload_part WHERE upload_id = ANY($1))",
        "DELETE FROM upload_part WHERE upload_id = ANY($1)",
    ] {
        sqlx::query(sql).bind(ids).execute(&mut *tx).await?;
    }
    Ok(())
}
