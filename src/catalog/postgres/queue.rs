//! Making processing due again.

use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::PostgresCatalog;
use crate::catalog::failure::Failure;
use crate::catalog::gallery::Changes;
use crate::catalog::{Queued, Selection, rows};
use crate::media::{ContentHash, MediaId, RECIPE};

pub(super) async fn queue(
    catalog: &PostgresCatalog,
    selection: &Selection,
    after: Option<ContentHash>,
    limit: u32,
) -> Result<Queued, Failure> {
    let mut tx = catalog.write().await?;
    if let Selection::One(id) = selection {
        let count = queue_one(&mut tx, *id, after).await?;
        tx.commit().await?;
        return Ok(Queued {
            count: u64::from(count),
            last: None,
        });
    }
    let selected: Vec<Vec<u8>> = select(selection, after, limit)
        .build_query_scalar()
        .fetch_all(&mut *tx)
        .await?;
    for hash in &selected {
        make_due(&mut tx, hash).await?;
        sqlx::query(
            "UPDATE media SET status = 'processing' WHERE sha256 = $1 AND status = 'failed'",
        )
        .bind(hash)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    let last = selected.last().filter(|_| selected.len() == limit as usize);
    Ok(Queued {
        count: selected.len() as u64,
        last: last.map(|hash| rows::hash(hash)).transpose()?,
    })
}

fn select(selection: &Selection, after: Option<ContentHash>, limit: u32) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "SELECT b.sha256 FROM blob b WHERE b.work_due_at IS NULL AND b.sha256 > ",
    );
    query.push_bind(after.map_or(Vec::new(), |hash| hash.0.to_vec()));
    match selection {
        Selection::Stale(mimes) => {
            query.push(" AND b.status = 'ready' AND b.recipe < ");
            query.push_bind(RECIPE);
            push_mimes(&mut query, mimes);
        }
        Selection::Failed | Selection::One(_) => {
            query.push(
                " AND (b.status = 'failed' OR EXISTS (SELECT 1 FROM media m
                       WHERE m.sha256 = b.sha256 AND m.status = 'failed'))",
            );
        }
        Selection::All(mimes) => {
            query.push(
                " AND EXISTS (SELECT 1 FROM media m WHERE m.sha256 = b.sha256 AND NOT m.skipped)",
            );
            push_mimes(&mut query, mimes);
        }
    }
    query
        .push(" ORDER BY b.sha256 LIMIT ")
        .push_bind(i64::from(limit))
        .push(" FOR NO KEY UPDATE OF b");
    query
}

fn push_mimes(query: &mut QueryBuilder<Postgres>, mimes: &[String]) {
    query.push(" AND b.mime = ANY(");
    query.push_bind(mimes.to_vec()).push(")");
}

/// Queues one reference's content. A reference that failed or was skipped waits from now on, also when the content is queued.
async fn queue_one(
    tx: &mut PgConnection,
    id: MediaId,
    after: Option<ContentHash>,
) -> Result<bool, Failure> {
    let hash: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT sha256 FROM media WHERE id = $1 AND sha256 > $2")
            .bind(id.0)
            .bind(after.map_or(Vec::new(), |hash| hash.0.to_vec()))
            .fetch_optional(&mut *tx)
            .await?;
    let Some(hash) = hash else { return Ok(false) };
    let queued = make_due(tx, &hash).await?;
    wait_again(tx, id.0).await?;
    let mut changes = Changes::default();
    changes.touch(id);
    changes.apply(tx).await?;
    Ok(queued)
}

pub(super) async fn make_due(tx: &mut PgConnection, hash: &[u8]) -> Result<bool, Failure> {
    let queued = sqlx::query(
        "UPDATE blob SET work_due_at = now(), attempts = 0 WHERE sha256 = $1 AND work_due_at IS NULL",
    )
    .bind(hash)
    .execute(tx)
    .await?;
    Ok(queued.rows_affected() == 1)
}

async fn wait_again(tx: &mut PgConnection, id: Uuid) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE media SET status = 'processing', skipped = FALSE
         WHERE id = $1 AND (skipped OR status = 'failed')",
    )
    .bind(id)
    .execute(tx)
    .await?;
    Ok(())
}
