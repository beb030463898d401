//! Reads of references: one query for a page, with apps and variants as JSON.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::SqliteCatalog;
use crate::catalog::failure::Failure;
use crate::catalog::rows::{self, MediaRow};
use crate::catalog::{Filter, Media, Page};
use crate::media::{ContentHash, MediaId, Owner};

/// Of `media` as `m` and `blob` as `b`. Who waits, or skipped, sees what the probe told and no variants, so that nobody can tell
/// whether the content was processed for somebody else.
const MEDIA: &str = "m.id, m.owner, m.sha256, b.object_id, m.size_bytes, m.mime, m.status, m.skipped, m.created_at, m.trashed_at, m.edit,
       b.error_code, b.error_message,
       CASE WHEN m.skipped OR m.status <> 'ready' THEN b.probe ELSE b.facts END AS facts,
       (SELECT json_group_array(json_object('app', a.app, 'name', a.name, 'metadata', json(a.metadata))
                                ORDER BY a.created_at, a.app)
        FROM media_app a WHERE a.media_id = m.id) AS apps,
       (SELECT json_group_array(json_object('name', v.name, 'object', hex(v.object_id), 'size_bytes', v.size_bytes,
                                            'digest', hex(v.digest), 'width', v.width, 'height', v.height))
        FROM variant v
        WHERE v.sha256 = m.sha256 AND NOT m.skipped AND m.status = 'ready') AS variants";

fn select() -> QueryBuilder<Sqlite> {
    QueryBuilder::new(format!(
        "SELECT {MEDIA} FROM media m JOIN blob b ON b.sha256 = m.sha256 WHERE "
    ))
}

pub(super) async fn media(
    catalog: &SqliteCatalog,
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
    catalog: &SqliteCatalog,
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
    catalog: &SqliteCatalog,
    mut query: QueryBuilder<Sqlite>,
) -> Result<Option<Media>, Failure> {
    let row: Option<MediaRow> = query
        .build_query_as()
        .fetch_optional(&catalog.readers)
        .await?;
    Ok(row.map(Media::try_from).transpose()?)
}

/// The page's rows are chosen before anything is joined to them.
pub(super) async fn list(
    catalog: &SqliteCatalog,
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
        query.push_bind(cursor.key).push(", ");
        query.push_bind(cursor.id.0).push(")");
    }
    query.push(" ORDER BY m.created_at DESC, m.id DESC LIMIT ");
    query.push_bind(page.limit).push(" OFFSET ");
    query.push_bind(page.offset as i64);
    query.push(") m JOIN blob b ON b.sha256 = m.sha256");
    query.push(" ORDER BY m.created_at DESC, m.id DESC");
    let rows: Vec<MediaRow> = query.build_query_as().fetch_all(&catalog.readers).await?;
    Ok(rows::all(rows)?)
}

/// References by their ids, in no order. Whoever asks in a writing transaction is the only one who changes them.
pub(in crate::catalog) async fn by_ids(
    connection: &mut SqliteConnection,
    ids: &[MediaId],
) -> Result<Vec<Media>, Failure> {
    let mut query = select();
    query.push("m.id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.0);
    }
    query.push(")");
    let rows: Vec<MediaRow> = query.build_query_as().fetch_all(connection).await?;
    Ok(rows::all(rows)?)
}

/// Keeps to one owner's references, after a WHERE.
pub(super) fn push_owner(query: &mut QueryBuilder<Sqlite>, owner: Option<&Owner>) {
    if let Some(owner) = owner {
        query
            .push(" AND m.owner = ")
            .push_bind(owner.as_str().to_owned());
    }
}
