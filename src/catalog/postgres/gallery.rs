//! The gallery as Postgres keeps it; see `catalog::gallery`.

use std::time::Duration;

use sqlx::types::Json;

use super::PostgresCatalog;
use super::connection::interval;
use crate::catalog::failure::Failure;
use crate::catalog::gallery::{Changes, audit};
use crate::catalog::rows::json;
use crate::catalog::{Edit, EditChange, Error, EventKind};
use crate::media::{MediaId, Owner};

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
