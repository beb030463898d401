//! Reads of references: one query for a page, with apps and variants as JSON.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::PostgresCatalog;
use crate::catalog::failure::Failure;
use crate::catalog::rows::{self, MediaRow};
use crate::catalog::time::instant;
use crate::catalog::{Filter, Media, Page};
use crate::media::{ContentHash, MediaId, Owner};

/// Of `media` as `m` and `blob` as `b`. Who waits, or skipped, sees what the probe told and no variants, so that nobody can tell
/// whether the content was processed for somebody else.
const MEDIA: &str = "m.id, m.owner, m.sha256, b.object_id, m.size_bytes, m.mime, m.status, m.skipped,
       (EXTRACT(EPOCH FROM m.created_at) * 1000000)::bigint AS created_at,
       (EXTRACT(EPOCH FROM m.trashed_at) * 1000000)::bigint AS trashed_at, m.edit,
       b.error_code, b.error_message,
       CASE WHEN m.skipped OR m.status <> 'ready' THEN b.probe ELSE b.facts END AS facts,
       COALESCE((SELECT json_agg(json_build_object('app', a.app, 'name', a.name, 'metadata', a.metadata)
                                 ORDER BY a.created_at, a.app COLLATE \"C\")
                 FROM media_app a WHERE a.media_id = m.id), '[]') AS apps,
       COALESCE((SELECT json_agg(json_build_object('name', v.name, 'object', v.object_id, 'size_bytes', v.size_bytes,
                                                   'digest', encode(v.digest, 'hex'), 'width', v.width, 'height', v.height))
                 FROM variant v
                 WHERE v.sha256 = m.sha256 AND NOT m.skipped AND m.status = 'ready'), '[]') AS variants";

fn select() -> QueryBuilder<Postgres> {
    QueryBuilder::new(format!(
        "SELECT {MEDIA} FROM media m JOIN blob b ON b.sha256 = m.sha256 WHERE "
    ))
}

pub(super) async fn media(
    catalog: &PostgresCatalog,
    id: MediaId,
    owner: Option<&Owner>,
) -> Result<Option<Media>, Failure> {
    let mut query = select();
    query
        .push("m.id = ")
        .push_bind(id.0)
        .push(" AND m.trashed_at IS NULL");
    push_owner(&mut query, owner);
    one(catalog, query).await
}

pub(super) async fn media_by_hash(
    catalog: &PostgresCatalog,
    hash: ContentHash,
    owner: Option<&Owner>,
) -> Result<Option<Media>, Failure> {
    let mut query = select();
    query.push("m.sha256 = ").push_bind(hash.0.to_vec());
    query.push(" AND m.trashed_at IS NULL");
    push_owner(&mut query, owner);
    query.push(" ORDER BY m.created_at, m.id LIMIT 1");
    one(catalog, query).await
}

async fn one(
    catalog: &PostgresCatalog,
    mut query: QueryBuilder<Postgres>,
) -> Result<Option<Media>, Failure> {
    let row: Option<MediaRow> = query.build_query_as().fetch_optional(&catalog.pool).await?;
    Ok(row.map(Media::try_from).transpose()?)
}

/// The page's rows are chosen before anything is joined to them.
pub(super) async fn list(
    catalog: &PostgresCatalog,
    filter: &Filter,
    page: &Page,
) -> Result<Vec<Media>, Failure> {
    let mut query = QueryBuilder::new(format!(
        "SELECT {MEDIA} FROM (SELECT m.* FROM media m WHERE "
    ));
    query.push(if filter.trashed {
        "m.trashed_at IS NOT NULL"
    } else {
        "m.trashed_at IS NULL"
    });
    push_owner(&mut query, filter.owner.as_ref());
    if let Some(app) = &filter.app {
        query.push(" AND EXISTS (SELECT 1 FROM media_app a WHERE a.media_id = m.id AND a.app = ");
        query.push_bind(app.as_str().to_owned()).push(")");
    }
    if let Some(cursor) = page.after {
        query.push(" AND (m.created_at, m.id) < (");
        query
            .push_bind(within_range(instant(cursor.key)))
            .push(", ");
        query.push_bind(cursor.id.0).push(")");
    }
    query.push(" ORDER BY m.created_at DESC, m.id DESC LIMIT ");
    query.push_bind(i64::from(page.limit)).push(" OFFSET ");
    query.push_bind(page.offset as i64);
    query.push(") m JOIN blob b ON b.sha256 = m.sha256");
    query.push(" ORDER BY m.created_at DESC, m.id DESC");
    let rows: Vec<MediaRow> = query.build_query_as().fetch_all(&catalog.pool).await?;
    Ok(rows::all(rows)?)
}

/// References by their ids, in no order.
pub(in crate::catalog) async fn by_ids(
    connection: &mut PgConnection,
    ids: &[MediaId],
) -> Result<Vec<Media>, Failure> {
    let mut query = select();
    // A list is planned anew each time, which takes longer than to find one reference.
    match ids {
        [id] => query.push("m.id = ").push_bind(id.0),
        _ => query.push("m.id = ANY(").push_bind(uuids(ids)).push(")"),
    };
    let rows: Vec<MediaRow> = query.build_query_as().fetch_all(connection).await?;
    Ok(rows::all(rows)?)
}

/// The same; whoever changes them waits for this transaction. What was committed before they could be locked is seen.
pub(in crate::catalog) async fn lock_by_ids(
    connection: &mut PgConnection,
    ids: &[MediaId],
) -> Result<Vec<Media>, Failure> {
    sqlx::query("SELECT 1 FROM media WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
        .bind(uuids(ids))
        .execute(&mut *connection)
        .await?;
    by_ids(connection, ids).await
}

fn uuids(ids: &[MediaId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

/// Keeps to one owner's references, after a WHERE.
pub(super) fn push_owner(query: &mut QueryBuilder<Postgres>, owner: Option<&Owner>) {
    if let Some(owner) = owner {
        query
            .push(" AND m.owner = ")
            .push_bind(owner.as_str().to_owned());
    }
}

/// No earlier than what Postgres can compare with (4713 BC).
fn within_range(instant: DateTime<Utc>) -> DateTime<Utc> {
    const EARLIEST_SECONDS: i64 = -200_000_000_000;
    let earliest = DateTime::from_timestamp(EARLIEST_SECONDS, 0).unwrap_or_default();
    instant.max(earliest)
}
