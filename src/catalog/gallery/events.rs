//! What happened, for whoever looks on.

use uuid::Uuid;

use super::sql::{Connection, Statement};
use crate::catalog::failure::Failure;
use crate::catalog::{Error, Event, EventId, EventKind};
use crate::media::{MediaId, Owner};

#[derive(sqlx::FromRow)]
struct EventRow {
    tx: i64,
    id: i64,
    owner: String,
    kind: String,
    media_id: Uuid,
}

impl TryFrom<EventRow> for Event {
    type Error = Error;

    fn try_from(row: EventRow) -> Result<Self, Error> {
        Ok(Self {
            id: EventId(row.tx, row.id),
            owner: Owner::new(&row.owner).map_err(|error| Error::Corrupt(error.to_string()))?,
            kind: EventKind::from_name(&row.kind)
                .ok_or_else(|| Error::Corrupt(format!("event {}", row.kind)))?,
            media: MediaId(row.media_id),
        })
    }
}

/// Events behind a place in their order, as far as none can come in between any more.
pub(in crate::catalog) async fn after<C: Connection>(
    connection: &mut C,
    owner: Option<&Owner>,
    after: EventId,
    limit: u32,
) -> Result<Vec<Event>, Failure> {
    let mut statement =
        Statement::new("SELECT tx, id, owner, kind, media_id FROM event WHERE (tx, id) > (");
    statement.bind(after.0).push(", ").bind(after.1).push(")");
    if let Some(owner) = owner {
        statement.push(" AND owner = ").bind(owner.as_str());
    }
    statement.push(C::SETTLED).push(" ORDER BY tx, id LIMIT ");
    statement.bind(i64::from(limit));
    let rows: Vec<EventRow> = connection.rows(&statement).await?;
    Ok(crate::catalog::rows::all(rows)?)
}

/// Where the order of events is now.
pub(in crate::catalog) async fn last<C: Connection>(
    connection: &mut C,
) -> Result<EventId, Failure> {
    let mut statement = Statement::new("SELECT tx, id FROM event WHERE TRUE");
    statement
        .push(C::SETTLED)
        .push(" ORDER BY tx DESC, id DESC LIMIT 1");
    let rows: Vec<(i64, i64)> = connection.rows(&statement).await?;
    Ok(rows
        .first()
        .map_or(EventId::default(), |row| EventId(row.0, row.1)))
}
