//! Reads of references: one query for a page, with apps and variants as JSON.

use sqlx::types::Json;
use sqlx::{QueryBuilder, Sqlite};

use super::SqliteCatalog;
use crate::catalog::failure::Failure;
use crate::catalog::rows::{self, MediaRow};
use crate::catalog::{Filter, Media, Page};
use crate::media::{ContentHash, MediaId, Owner, SortKey};

/// Goes before the rows of `media` as `m`. Who waits, or skipped, sees what the probe told and no variants, so that nobody can tell
/// whether the content was processed for somebody else.
const MEDIA: &str = "
SELECT m.id, m.owner, m.sha256, b.object_id, m.size_bytes, m.mime, m.status, m.skipped, m.created_at, m.taken_at, m.trashed_at,
       b.error_code, b.error_message,
       CASE WHEN m.skipped OR m.status <> 'ready' THEN b.probe ELSE b.facts END AS facts,
       (SELECT json_group_array(json_object('app', a.app, 'name', a.name, 'metadata', json(a.metadata))
                                ORDER BY a.created_at, a.app)
        FROM media_app a WHERE a.media_id = m.id) AS apps,
       (SELECT json_group_array(json_object('name', v.name, 'object', hex(v.object_id), 'size_bytes', v.size_bytes,
                                            'digest', hex(v.digest), 'width', v.width, 'height', v.height))
        FROM variant v
        WHERE v.sha256 = m.sha256 AND NOT m.skipped AND m.status = 'ready') AS variants
FROM ";
const WITH_BLOB: &str = " m JOIN blob b ON b.sha256 = m.sha256 ";

pub(super) async fn media(
    catalog: &SqliteCatalog,
    id: MediaId,
    owner: Option<&Owner>,
) -> Result<Option<Media>, Failure> {
    let mut query = QueryBuilder::new(MEDIA);
    query.push("media").push(WITH_BLOB).push("WHERE m.id = ");
    query.push_bind(id.0).push(" AND m.trashed_at IS NULL");
    push_owner(&mut query, owner);
    one(catalog, query).await
}

pub(super) async fn media_by_hash(
    catalog: &SqliteCatalog,
    hash: ContentHash,
    owner: Option<&Owner>,
) -> Result<Option<Media>, Failure> {
    let mut query = QueryBuilder::new(MEDIA);
    query.push("media").push(WITH_BLOB);
    query.push("WHERE m.sha256 = ").push_bind(hash.0.to_vec());
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
    let key = column(filter.sort);
    let direction = if filter.descending { "DESC" } else { "ASC" };
    let mut query = QueryBuilder::new(MEDIA);
    query.push("(SELECT m.* FROM media m");
    push_filter(&mut query, filter);
    if let Some(cursor) = page.after {
        let beyond = if filter.descending { "<" } else { ">" };
        query.push(format_args!(" AND (m.{key}, m.id) {beyond} ("));
        query.push_bind(cursor.key).push(", ");
        query.push_bind(cursor.id.0).push(")");
    }
    query.push(format_args!(
        " ORDER BY m.{key} {direction}, m.id {direction}"
    ));
    query.push(" LIMIT ").push_bind(page.limit);
    query.push(" OFFSET ").push_bind(page.offset as i64);
    query.push(")").push(WITH_BLOB);
    query.push(format_args!(
        "ORDER BY m.{key} {direction}, m.id {direction}"
    ));
    let rows: Vec<MediaRow> = query.build_query_as().fetch_all(&catalog.readers).await?;
    Ok(rows::all(rows)?)
}

pub(super) async fn count(catalog: &SqliteCatalog, filter: &Filter) -> Result<u64, Failure> {
    let mut query = QueryBuilder::new("SELECT COUNT(*) FROM media m");
    push_filter(&mut query, filter);
    let count: i64 = query
        .build_query_scalar()
        .fetch_one(&catalog.readers)
        .await?;
    Ok(count as u64)
}

fn column(sort: SortKey) -> &'static str {
    match sort {
        SortKey::CreatedAt => "created_at",
        SortKey::DateTaken => "taken_at",
        SortKey::Size => "size_bytes",
    }
}

/// Keeps to one owner's references, after a WHERE.
pub(super) fn push_owner(query: &mut QueryBuilder<Sqlite>, owner: Option<&Owner>) {
    if let Some(owner) = owner {
        query
            .push(" AND m.owner = ")
            .push_bind(owner.as_str().to_owned());
    }
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    query.push(" WHERE TRUE");
    query.push(if filter.trashed {
        " AND m.trashed_at IS NOT NULL"
    } else {
        " AND m.trashed_at IS NULL"
    });
    push_owner(query, filter.owner.as_ref());
    if let Some(apps) = &filter.apps {
        let apps: Vec<String> = apps.iter().map(|app| app.as_str().to_owned()).collect();
        query.push(
            " AND EXISTS (SELECT 1 FROM media_app a WHERE a.media_id = m.id
                          AND a.app IN (SELECT value FROM json_each(",
        );
        query.push_bind(Json(apps)).push(")))");
    }
    if let Some(mime) = &filter.mime {
        push_mime(query, mime);
    }
    if filter.ready_only {
        query.push(" AND m.status = 'ready'");
    }
    if filter.has_location {
        query.push(" AND m.latitude IS NOT NULL AND m.longitude IS NOT NULL");
    }
    if let Some(camera) = &filter.camera {
        query.push(" AND lower(m.camera) = lower(");
        query.push_bind(camera.clone()).push(")");
    }
    if let Some(bbox) = filter.bbox {
        push_bbox(query, bbox);
    }
    push_dates(query, filter);
}

fn push_mime(query: &mut QueryBuilder<Sqlite>, mime: &str) {
    if mime.ends_with('/') {
        query.push(" AND substr(m.mime, 1, ");
        query.push_bind(mime.chars().count() as i64).push(") = ");
    } else {
        query.push(" AND m.mime = ");
    }
    query.push_bind(mime.to_owned());
}

fn push_bbox(query: &mut QueryBuilder<Sqlite>, [west, south, east, north]: [f64; 4]) {
    query.push(" AND m.latitude BETWEEN ").push_bind(south);
    query.push(" AND ").push_bind(north);
    query.push(" AND (m.longitude >= ").push_bind(west);
    query.push(if west > east { " OR " } else { " AND " });
    query.push("m.longitude <= ").push_bind(east).push(")");
}

fn push_dates(query: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    let field = match filter.date_field {
        SortKey::DateTaken => "taken_at",
        SortKey::CreatedAt | SortKey::Size => "created_at",
    };
    if let Some(from) = filter.date_from {
        query.push(format_args!(" AND m.{field} >= "));
        query.push_bind(from.timestamp_micros());
    }
    if let Some(to) = filter.date_to {
        query.push(format_args!(" AND m.{field} <= "));
        query.push_bind(to.timestamp_micros());
    }
}
