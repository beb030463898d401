//! Totals.

use sqlx::{QueryBuilder, Sqlite};

use super::SqliteCatalog;
use super::listing::push_owner;
use crate::catalog::failure::Failure;
use crate::catalog::{Stats, Total};
use crate::media::Owner;

pub(super) async fn stats(
    catalog: &SqliteCatalog,
    owner: Option<&Owner>,
) -> Result<Stats, Failure> {
    let (mut tx, _) = catalog.read().await?;
    let total: (i64, i64) = query(
        "SELECT COUNT(*), COALESCE(SUM(m.size_bytes), 0) FROM media m",
        owner,
        "",
    )
    .build_query_as()
    .fetch_one(&mut *tx)
    .await?;
    let by_app: Vec<(String, i64, i64)> = query(
        "SELECT a.app, COUNT(*), SUM(m.size_bytes) FROM media m JOIN media_app a ON a.media_id = m.id",
        owner,
        " GROUP BY a.app",
    )
    .build_query_as()
    .fetch_all(&mut *tx)
    .await?;
    let by_year: Vec<(i32, i64)> = query(
        "SELECT CAST(strftime('%Y', m.created_at / 1000000, 'unixepoch') AS INTEGER) AS year, COUNT(*)
         FROM media m",
        owner,
        " GROUP BY year",
    )
    .build_query_as()
    .fetch_all(&mut *tx)
    .await?;
    let total_of = |count: i64, size_bytes: i64| Total {
        count: count as u64,
        size_bytes: size_bytes as u64,
    };
    Ok(Stats {
        total: total_of(total.0, total.1),
        by_app: by_app
            .into_iter()
            .map(|(app, count, size_bytes)| (app, total_of(count, size_bytes)))
            .collect(),
        by_year: by_year
            .into_iter()
            .map(|(year, count)| (year, count as u64))
            .collect(),
    })
}

fn query(select: &str, owner: Option<&Owner>, group: &str) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(select);
    query.push(" WHERE m.trashed_at IS NULL");
    push_owner(&mut query, owner);
    query.push(group);
    query
}
