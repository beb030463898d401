//! Pictures on a map, gathered by squares of it.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::cell;
use super::search::{self, Plan};
use super::sql::{Connection, Statement};
use crate::catalog::failure::Failure;
use crate::catalog::{Cluster, Criteria};
use crate::media::MediaId;

/// A map of so many tiles of 256 pixels shows at most some hundred squares of this many to a tile's side.
const SQUARES_PER_TILE_BITS: u32 = 2;
/// Most clusters of an answer; the largest are kept.
const MAX_CLUSTERS: usize = 1000;

/// What is inside `criteria.bbox` (the world without one), by squares of a quarter of a tile at this zoom.
pub(in crate::catalog) async fn clusters<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
    zoom: u32,
) -> Result<Vec<Cluster>, Failure> {
    let bits = (zoom + SQUARES_PER_TILE_BITS).min(24);
    let bbox = criteria.bbox.unwrap_or([-180.0, -90.0, 180.0, 90.0]);
    let place = Criteria {
        bbox: None,
        ..criteria.clone()
    };
    let mut squares = if place.is_everything() && bits <= 12 {
        counted(connection, &place, bits, bbox).await?
    } else {
        gathered(connection, criteria, bits, bbox).await?
    };
    squares.sort_by_key(|(square, count)| (std::cmp::Reverse(*count), *square));
    squares.truncate(MAX_CLUSTERS);
    show(connection, criteria, bits, &squares).await
}

/// By counters of squares of 8 or 12 bits.
async fn counted<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
    bits: u32,
    bbox: [f64; 4],
) -> Result<Vec<(i64, i64)>, Failure> {
    let (facet, finest) = if bits <= 8 {
        ("place8", 8)
    } else {
        ("place12", 12)
    };
    let mut statement = Statement::default();
    for (index, (first, last)) in cell::ranges(bbox).into_iter().enumerate() {
        if index > 0 {
            statement.push(" UNION ALL ");
        }
        statement.push(
            "SELECT value, media_count FROM gallery_count WHERE media_count > 0 AND owner = ",
        );
        statement.bind(criteria.owner.as_str());
        statement.push(" AND facet = ").bind(facet);
        statement
            .push(" AND value BETWEEN ")
            .bind(cell::name(first, finest));
        statement.push(" AND ").bind(cell::name(last, finest));
    }
    // Ranges that share a square find it twice.
    let counts: Vec<(String, i64)> = connection.rows(&statement).await?;
    let counts: BTreeMap<String, i64> = counts.into_iter().collect();
    let mut squares = BTreeMap::<i64, i64>::new();
    for (value, count) in counts {
        let square = i64::from_str_radix(&value, 16).unwrap_or_default();
        *squares.entry(square >> (2 * (finest - bits))).or_default() += count;
    }
    Ok(squares.into_iter().collect())
}

/// Row by row.
async fn gathered<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
    bits: u32,
    bbox: [f64; 4],
) -> Result<Vec<(i64, i64)>, Failure> {
    let shift = cell::shift(bits);
    let square = format!("cell >> {shift} AS square");
    let mut statement = Statement::new("SELECT square, COUNT(*) FROM (");
    let place = Criteria {
        bbox: None,
        ..criteria.clone()
    };
    let plan = if place.is_everything() {
        Plan::within(bbox)
    } else {
        let located = Criteria {
            has_location: true,
            ..criteria.clone()
        };
        let Some(plan) = search::plan(connection, &located).await? else {
            return Ok(Vec::new());
        };
        plan
    };
    plan.push(&mut statement, criteria.owner.as_str(), &square, |_| ());
    statement.push(format_args!(
        ") places GROUP BY square ORDER BY COUNT(*) DESC, square LIMIT {MAX_CLUSTERS}"
    ));
    connection.rows(&statement).await
}

/// Each with one of its pictures, which gives the cluster its place.
async fn show<C: Connection>(
    connection: &mut C,
    criteria: &Criteria,
    bits: u32,
    squares: &[(i64, i64)],
) -> Result<Vec<Cluster>, Failure> {
    if squares.is_empty() {
        return Ok(Vec::new());
    }
    let shift = cell::shift(bits);
    let place = Criteria {
        bbox: None,
        ..criteria.clone()
    };
    let mut statement = Statement::new("WITH square (number, low, high) AS (VALUES ");
    statement.bind_rows(squares.iter().map(|(square, _)| {
        let first = square << shift;
        vec![
            (*square).into(),
            first.into(),
            (first + (1 << shift) - 1).into(),
        ]
    }));
    statement.push(
        ") SELECT square.number, gallery.media_id, gallery.latitude, gallery.longitude
         FROM square JOIN gallery ON gallery.media_id =
              (SELECT media_id FROM gallery WHERE owner = ",
    );
    statement.bind(criteria.owner.as_str());
    if let Some(plan) = search::plan(connection, &place).await? {
        plan.push_conditions(&mut statement, criteria.owner.as_str());
    }
    statement.push(" AND cell BETWEEN square.low AND square.high ORDER BY cell LIMIT 1)");
    let rows: Vec<(i64, Uuid, f64, f64)> = connection.rows(&statement).await?;
    let shown: BTreeMap<i64, (Uuid, f64, f64)> = rows
        .into_iter()
        .map(|(square, id, latitude, longitude)| (square, (id, latitude, longitude)))
        .collect();
    Ok(squares
        .iter()
        .filter_map(|(square, count)| {
            let (id, latitude, longitude) = shown.get(square)?;
            Some(Cluster {
                count: *count as u64,
                id: MediaId(*id),
                latitude: *latitude,
                longitude: *longitude,
                bounds: cell::bounds(*square, bits),
            })
        })
        .collect())
}
