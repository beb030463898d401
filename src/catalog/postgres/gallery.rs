//! The gallery as Postgres keeps it; see `catalog::gallery`.

use std::collections::HashMap;
use std::time::Duration;

use sqlx::types::Json;

use super::connection::{interval, json};
use super::{PostgresCatalog, listing};
use crate::catalog::failure::Failure;
use crate::catalog::gallery::{Changes, audit, events, search, similar};
use crate::catalog::{Criteria, Edit, EditChange, Error, Event, EventId, EventKind, Media, Page};
use crate::media::{Cursor, MediaId, Owner};

/// Of what a transaction wrote that began after the oldest still running, something may yet come in between.
const SETTLED: &str = " AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

pub(super) async fn find(
    catalog: &PostgresCatalog,
    criteria: &Criteria,
    page: &Page,
) -> Result<Vec<(Cursor, Media)>, Failure> {
    let mut tx = catalog.read().await?;
    let found = search::find(&mut *tx, criteria, page).await?;
    let ids: Vec<MediaId> = found.iter().map(|cursor| cursor.id).collect();
    let mut media = by_id(listing::by_ids(&mut tx, &ids).await?);
    let take = |cursor: Cursor| Some((cursor, media.remove(&cursor.id)?));
    Ok(found.into_iter().filter_map(take).collect())
}

pub(super) async fn similar(
    catalog: &PostgresCatalog,
    owner: &Owner,
    id: MediaId,
    distance: u32,
    limit: u32,
) -> Result<Option<Vec<(Media, u32)>>, Failure> {
    let mut tx = catalog.read().await?;
    let found = similar::similar(&mut *tx, owner, id, distance, limit).await?;
    let Some(found) = found else { return Ok(None) };
    let ids: Vec<MediaId> = found.iter().map(|(id, _)| *id).collect();
    let mut media = by_id(listing::by_ids(&mut tx, &ids).await?);
    let take = |(id, distance)| Some((media.remove(&id)?, distance));
    Ok(Some(found.into_iter().filter_map(take).collect()))
}

fn by_id(media: Vec<Media>) -> HashMap<MediaId, Media> {
    media.into_iter().map(|media| (media.id, media)).collect()
}

pub(super) async fn edit(
    catalog: &PostgresCatalog,
    id: MediaId,
    owner: Option<&Owner>,
    change: &EditChange,
) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let found: Option<(String, Option<Json<Edit>>)> = sqlx::query_as(
        "SELECT owner, edit FROM media
         WHERE id = $1 AND ($2::text IS NULL OR owner = $2) AND trashed_at IS NULL FOR NO KEY UPDATE",
    )
    .bind(id.0)
    .bind(owner.map(Owner::as_str))
    .fetch_optional(&mut *tx)
    .await?;
    let Some((owner, edit)) = found else {
        return Ok(false);
    };
    let mut edit = edit.unwrap_or_default().0;
    change.apply(&mut edit);
    sqlx::query("UPDATE media SET edit = $2::json WHERE id = $1")
        .bind(id.0)
        .bind(edit_json(&edit)?)
        .execute(&mut *tx)
        .await?;
    let mut changes = Changes::default();
    changes.touch(id);
    changes.tell(&owner, EventKind::Changed, id);
    changes.apply(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// As it is stored: nothing where nothing is said.
pub(super) fn edit_json(edit: &Edit) -> Result<Option<String>, Error> {
    (!edit.is_empty()).then(|| json(edit)).transpose()
}

pub(super) async fn events(
    catalog: &PostgresCatalog,
    owner: Option<&Owner>,
    after: EventId,
    limit: u32,
) -> Result<Vec<Event>, Failure> {
    let mut connection = catalog.pool.acquire().await?;
    events::after(&mut *connection, owner, after, limit, SETTLED).await
}

pub(super) async fn last_event(catalog: &PostgresCatalog) -> Result<EventId, Failure> {
    let mut connection = catalog.pool.acquire().await?;
    events::last(&mut *connection, SETTLED).await
}

pub(super) async fn purge_events(
    catalog: &PostgresCatalog,
    age: Duration,
    limit: u32,
) -> Result<u64, Failure> {
    let mut tx = catalog.write().await?;
    let purged = sqlx::query(
        "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < now() - $1 LIMIT $2)",
    )
    .bind(interval(age))
    .bind(i64::from(limit))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(purged.rows_affected())
}

pub(super) async fn enter(catalog: &PostgresCatalog, limit: u32) -> Result<bool, Failure> {
    let mut tx = catalog.write().await?;
    let more = audit::enter(&mut *tx, limit).await?;
    tx.commit().await?;
    Ok(more)
}
