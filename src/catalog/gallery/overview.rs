//! What there is, counted: facets, totals, the timeline, and a bucket of it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::counters;
use super::search;
use super::sql::{Connection, Statement};
use crate::catalog::failure::Failure;
use crate::catalog::{Bucket, Criteria, Facets, Page, Stats, Tiles, Total};
use crate::media::Owner;

pub(in crate::catalog) async fn facets<C: Connection>(
    connection: &mut C,
    owner: &Owner,
) -> Result<Facets, Failure> {
    const ALL: [&str; 7] = ["", "apps", "mime", "camera", "lens", "month", "located"];
    let mut facets = Facets::default();
    let (mut apps, mut years) = (
        BTreeMap::<String, u64>::new(),
        BTreeMap::<String, u64>::new(),
    );
    let counts = counters::of(connection, owner.as_str(), &ALL).await?;
    for ((facet, value), (count, _)) in counts {
        let count = count as u64;
        match facet.as_str() {
            "" => facets.total = count,
            // A set of apps, which counts for each.
            "apps" => {
                for app in value.split('\n') {
                    *apps.entry(app.to_owned()).or_default() += count;
                }
            }
            "mime" => facets.types.push((value, count)),
            "camera" => facets.cameras.push((value, count)),
            "lens" => facets.lenses.push((value, count)),
            "month" => *years.entry(value[..4].to_owned()).or_default() += count,
            _ => facets.with_location = count,
        }
    }
    facets.apps = apps.into_iter().collect();
    facets.years = years.into_iter().rev().collect();
    for found in [
        &mut facets.apps,
        &mut facets.types,
        &mut facets.cameras,
        &mut facets.lenses,
    ] {
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
    Ok(facets)
}

pub(in crate::catalog) async fn stats<C: Connection>(
    connection: &mut C,
    owner: &Owner,
) -> Result<Stats, Failure> {
    let mut stats = Stats::default();
    let counts = counters::of(connection, owner.as_str(), &["", "apps", "uploaded"]).await?;
    for ((facet, value), (count, size_bytes)) in counts {
        let total = Total {
            count: count as u64,
            size_bytes: size_bytes as u64,
        };
        match facet.as_str() {
            "" => stats.total = total,
            // A set of apps, which counts for each.
            "apps" => {
                for app in value.split('\n') {
                    let sum = stats.by_app.entry(app.to_owned()).or_default();
                    sum.count += total.count;
                    sum.size_bytes += total.size_bytes;
                }
                let again = value.split('\n').count() as u64 - 1;
                stats.saved_bytes += again * total.size_bytes;
            }
            _ => {
                let year = value.parse().ok();
                stats.by_year.extend(year.map(|year| (year, total.count)));
            }
        }
    }
    Ok(stats)
}

/// How many references are in an owner's trash, by the index of its list.
pub(in crate::catalog) async fn trashed<C: Connection>(
    connection: &mut C,
    owner: &Owner,
) -> Result<u64, Failure> {
    let mut statement =
        Statement::new("SELECT COUNT(*) FROM media WHERE trashed_at IS NOT NULL AND owner = ");
    statement.bind(owner.as_str());
    let rows: Vec<(i64,)> = connection.rows(&statement).await?;
    Ok(rows[0].0 as u64)
}

/// Days or months that have something, newest first.
pub(in crate::catalog) async fn timeline<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
    bucket: Bucket,
) -> Result<Vec<(String, u64)>, Failure> {
    if criteria.is_everything() {
        let facet = match bucket {
            Bucket::Day => "day",
            Bucket::Month => "month",
        };
        let counts = counters::of(connection, criteria.owner.as_str(), &[facet]).await?;
        let days = counts.into_iter().rev();
        return Ok(days
            .map(|((_, value), (count, _))| (value, count as u64))
            .collect());
    }
    let Some(plan) = search::plan(connection, criteria).await? else {
        return Ok(Vec::new());
    };
    // Days since 1970, rounded down also before it.
    let mut statement = Statement::new("SELECT day, COUNT(*) FROM (");
    let day = "(taken_at + 62167219200000000) / 86400000000 - 719528 AS day";
    plan.push(&mut statement, criteria.owner.as_str(), day, |_| ());
    statement.push(") walks GROUP BY day");
    let days: Vec<(i64, i64)> = connection.rows(&statement).await?;
    let mut buckets = BTreeMap::<String, u64>::new();
    for (day, count) in days {
        let date = chrono::DateTime::from_timestamp(day * 86_400, 0).unwrap_or_default();
        let form = match bucket {
            Bucket::Day => "%Y-%m-%d",
            Bucket::Month => "%Y-%m",
        };
        *buckets.entry(date.format(form).to_string()).or_default() += count as u64;
    }
    Ok(buckets.into_iter().rev().collect())
}

/// A page of what a grid needs to know of pictures, as one row: each costs a walk from thread to thread.
pub(in crate::catalog) async fn tiles<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
    taken: &Range<i64>,
    page: &Page,
) -> Result<Tiles, Failure> {
    let Some(plan) = search::plan(connection, criteria).await? else {
        return Ok(Tiles(String::new()));
    };
    let mut statement = Statement::default();
    let (owner, columns) = (criteria.owner.as_str(), "taken_at, media_id, tile");
    plan.push(&mut statement, owner, columns, |walk| {
        walk.push(" AND taken_at >= ").bind(taken.start);
        walk.push(" AND taken_at < ").bind(taken.end);
        if let Some(cursor) = page.after {
            walk.push(" AND (taken_at, media_id) < (");
            walk.bind(cursor.key).push(", ").bind(cursor.id.0).push(")");
        }
        plan.push_first(walk, "taken_at", true, page);
    });
    if !plan.is_one_page(page) {
        statement = statement.within(
            "SELECT * FROM (",
            ") walks ORDER BY taken_at DESC, media_id DESC LIMIT ",
        );
        statement.bind(i64::from(page.limit));
    }
    let statement = statement.within("SELECT string_agg(tile, '') FROM (", ") tiles");
    let rows: Vec<(Option<String>,)> = connection.rows(&statement).await?;
    Ok(Tiles(rows.into_iter().filter_map(|row| row.0).collect()))
}
