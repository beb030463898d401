//! A catalogue made anew: its identity from the store, its content from the store's objects, its references from an export.

use sqlx::PgConnection;
use uuid::Uuid;

use super::PostgresCatalog;
use super::gallery::edit_json;
use super::queue::make_due;
use super::uploads::add_usage;
use crate::catalog::failure::Failure;
use crate::catalog::gallery::Changes;
use crate::catalog::rows::{self, ContentRow, ReferenceRow, json};
use crate::catalog::{Adopted, Imported, Reference};
use crate::media::{ContentHash, MediaId, ObjectId};

pub(super) async fn adopt_identity(
    catalog: &PostgresCatalog,
    store_id: Uuid,
    epoch: u64,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let known: Option<Uuid> = sqlx::query_scalar("SELECT store_id FROM store_identity FOR UPDATE")
        .fetch_optional(&mut *tx)
        .await?;
    let is_empty: bool = sqlx::query_scalar(
        "SELECT NOT EXISTS (SELECT 1 FROM blob) AND NOT EXISTS (SELECT 1 FROM object)
                AND NOT EXISTS (SELECT 1 FROM media)",
    )
    .fetch_one(&mut *tx)
    .await?;
    if known != Some(store_id) && !is_empty {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO store_identity (store_id, epoch) VALUES ($1, $2)
         ON CONFLICT (singleton) DO UPDATE
         SET store_id = excluded.store_id, epoch = GREATEST(store_identity.epoch, excluded.epoch)",
    )
    .bind(store_id)
    .bind(epoch as i64)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn adopt_content(
    catalog: &PostgresCatalog,
    adopted: &Adopted,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let wanted = adopted.kind.is_decodable();
    let inserted = sqlx::query(
        "INSERT INTO blob (sha256, object_id, size_bytes, mime, probe, facts, status, work_due_at)
         VALUES ($1, $2, $3, $4, $5::json, $5::json, $6, CASE WHEN $7 THEN now() END)
         ON CONFLICT DO NOTHING",
    )
    .bind(&adopted.hash.0[..])
    .bind(adopted.object.0)
    .bind(adopted.size_bytes as i64)
    .bind(adopted.kind.mime())
    .bind(json(&adopted.facts)?)
    .bind(if wanted { "unprocessed" } else { "ready" })
    .bind(wanted)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(inserted.rows_affected() == 1)
}

pub(super) async fn adopt_trash(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    object: ObjectId,
    size_bytes: u64,
) -> Result<(), Failure> {
    let mut tx = catalog.write().await?;
    sqlx::query(
        "INSERT INTO object (id, sha256, size_bytes, state, since) VALUES ($1, $2, $3, 'trash', now())
         ON CONFLICT DO NOTHING",
    )
    .bind(object.0)
    .bind(&hash.0[..])
    .bind(size_bytes as i64)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn list_references(
    catalog: &PostgresCatalog,
    after: Option<MediaId>,
    limit: u32,
) -> Result<Vec<Reference>, Failure> {
    let rows: Vec<ReferenceRow> = sqlx::query_as(
        "SELECT m.id, m.owner, m.sha256, (EXTRACT(EPOCH FROM m.created_at) * 1000000)::bigint AS created_at,
                (EXTRACT(EPOCH FROM m.trashed_at) * 1000000)::bigint AS trashed_at, m.skipped, m.mime, m.edit,
                COALESCE((SELECT json_agg(json_build_object('app', a.app, 'name', a.name, 'metadata', a.metadata,
                                          'created_at', (EXTRACT(EPOCH FROM a.created_at) * 1000000)::bigint)
                                          ORDER BY a.created_at, a.app COLLATE \"C\")
                          FROM media_app a WHERE a.media_id = m.id), '[]') AS apps
         FROM media m WHERE m.id > $1 ORDER BY m.id LIMIT $2",
    )
    .bind(after.map_or(Uuid::nil(), |after| after.0))
    .bind(i64::from(limit))
    .fetch_all(&catalog.pool)
    .await?;
    Ok(rows::all(rows)?)
}

pub(super) async fn import_reference(
    catalog: &PostgresCatalog,
    reference: &Reference,
) -> Result<Imported, Failure> {
    let mut tx = catalog.write().await?;
    let hash = &reference.hash.0[..];
    let content: Option<ContentRow> = sqlx::query_as(
        "SELECT size_bytes, mime, status FROM blob WHERE sha256 = $1 FOR NO KEY UPDATE",
    )
    .bind(hash)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(content) = content else {
        return Ok(Imported::NoContent);
    };
    let mime = content.mime_for(reference);
    let status = content.status_for(reference);
    let inserted = sqlx::query(
        "INSERT INTO media (id, owner, sha256, created_at, trashed_at, status, skipped, size_bytes, mime, edit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json)
         ON CONFLICT DO NOTHING",
    )
    .bind(reference.id.0)
    .bind(reference.owner.as_str())
    .bind(hash)
    .bind(reference.created_at)
    .bind(reference.trashed_at)
    .bind(status)
    .bind(reference.skipped)
    .bind(content.size_bytes)
    .bind(mime)
    .bind(edit_json(&reference.edit)?)
    .execute(&mut *tx)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(Imported::Known);
    }
    insert_apps(&mut tx, reference).await?;
    sqlx::query("UPDATE blob SET mime = $2 WHERE sha256 = $1 AND mime <> $2")
        .bind(hash)
        .bind(mime)
        .execute(&mut *tx)
        .await?;
    if status == "processing" {
        make_due(&mut tx, hash).await?;
    }
    add_usage(&mut tx, reference.owner.as_str(), 1, content.size_bytes).await?;
    let mut changes = Changes::default();
    changes.touch(reference.id);
    changes.apply(&mut *tx).await?;
    tx.commit().await?;
    Ok(Imported::New)
}

async fn insert_apps(tx: &mut PgConnection, reference: &Reference) -> Result<(), Failure> {
    for used in &reference.apps {
        sqlx::query(
            "INSERT INTO media_app (media_id, app, name, metadata, created_at) VALUES ($1, $2, $3, $4::json, $5)",
        )
        .bind(reference.id.0)
        .bind(&used.app)
        .bind(used.name.as_deref())
        .bind(used.metadata.as_ref().map(json).transpose()?)
        .bind(used.created_at)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
