//! The gallery as a whole: the timeline and its buckets, facets, the map.

use std::ops::Range;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{Months, NaiveDate, NaiveTime};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::Problem;
use super::gallery::{Private, criteria, one_owner, private};
use super::params::Params;
use super::principal::{Caller, Read};
use crate::app::App;
use crate::catalog::{Bucket, Cluster, Page, Tile};
use crate::media::{Cursor, SortKey};

/// Most pictures of a bucket in one answer.
const MAX_TILES: u32 = 10_000;
/// The deepest that maps go.
const MAX_ZOOM: u32 = 22;

/// Something and how often.
#[derive(Debug, Serialize, ToSchema)]
struct BucketCount {
    /// `2026-11` or `2026-11-23`, by the local date of taking, or of upload where there is none.
    bucket: String,
    count: u64,
}

/// When there is something.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Timeline {
    /// `month` or `day`.
    by: &'static str,
    total: u64,
    /// Newest first.
    buckets: Vec<BucketCount>,
}

/// A bucket's pictures, newest first, one list for each member: the first of each belong to one picture.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct BucketPage<'a> {
    bucket: String,
    count: usize,
    id: Vec<Uuid>,
    /// The local time of taking, or the time of upload in UTC, as milliseconds since 1970.
    taken: Vec<i64>,
    /// Whether the date of taking is known.
    #[schema(value_type = Vec<bool>)]
    dated: Vec<&'a RawValue>,
    #[schema(value_type = Vec<Option<i64>>)]
    width: Vec<&'a RawValue>,
    #[schema(value_type = Vec<Option<i64>>)]
    height: Vec<&'a RawValue>,
    #[schema(value_type = Vec<String>)]
    mime_type: Vec<&'a RawValue>,
    /// ThumbHash, base64.
    #[schema(value_type = Vec<Option<String>>)]
    placeholder: Vec<&'a RawValue>,
    #[schema(value_type = Vec<Option<String>>)]
    dominant_color: Vec<&'a RawValue>,
    #[schema(value_type = Vec<Option<String>>)]
    name: Vec<&'a RawValue>,
    #[schema(value_type = Vec<u64>)]
    size: Vec<&'a RawValue>,
    /// For `cursor` of the next request.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// How many there are by month or day; with `bucket` the pictures of one. Filters are those of `list/all`.
#[utoipa::path(get, path = "/api/v1/media/timeline", tag = "gallery",
    params(("userId" = String, Query, description = "not needed with a token"), ("by" = Option<String>, Query, description = "month or day"),
        ("bucket" = Option<String>, Query, description = "2026-11 or 2026-11-23"), ("apps" = Option<String>, Query),
        ("mimeType" = Option<String>, Query), ("dateFrom" = Option<String>, Query), ("dateTo" = Option<String>, Query),
        ("dateField" = Option<String>, Query), ("hasLocation" = Option<bool>, Query), ("camera" = Option<String>, Query),
        ("lens" = Option<String>, Query), ("bbox" = Option<String>, Query), ("text" = Option<String>, Query),
        ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Buckets, or a bucket", body = inline(TimelineOrBucket)), (status = 400, description = "A bad value, which is named")))]
pub(super) async fn get_timeline(
    caller: Caller<Read>,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let mut criteria = criteria(&app, &params, &grant)?;
    // Dates of a timeline are those it is made of, unless it is said.
    if params.get("dateField").is_none() {
        criteria.date_field = SortKey::DateTaken;
    }
    let page = Page {
        after: params.cursor()?,
        offset: 0,
        limit: MAX_TILES,
    };
    if let Some(Span { bucket, micros }) =
        params.parse("bucket", "2026-11 or 2026-11-23", Span::of)?
    {
        let shown = app.gallery.tiles(&criteria, micros, &page, |tiles, next| {
            private(BucketPage::of(bucket, tiles, next)).into_response()
        });
        return Ok(shown.await?);
    }
    let by = params
        .one_of("by", &[("month", Bucket::Month), ("day", Bucket::Day)])?
        .unwrap_or(Bucket::Month);
    let buckets = app.gallery.timeline(&criteria, by).await?;
    Ok(private(Timeline {
        by: match by {
            Bucket::Month => "month",
            Bucket::Day => "day",
        },
        total: buckets.iter().map(|(_, count)| count).sum(),
        buckets: buckets
            .into_iter()
            .map(|(bucket, count)| BucketCount { bucket, count })
            .collect(),
    })
    .into_response())
}

/// Either of the two.
#[derive(ToSchema)]
#[serde(untagged)]
#[allow(dead_code, clippy::large_enum_variant)] // for the API document
enum TimelineOrBucket {
    Timeline(Timeline),
    Bucket(BucketPage<'static>),
}

/// The time of a bucket, local, in microseconds since 1970.
struct Span {
    bucket: String,
    micros: Range<i64>,
}

impl Span {
    fn of(bucket: &str) -> Option<Self> {
        let (first, next) = if bucket.len() == 7 {
            let first: NaiveDate = format!("{bucket}-01").parse().ok()?;
            (first, first.checked_add_months(Months::new(1))?)
        } else {
            let first: NaiveDate = bucket.parse().ok()?;
            (first, first.succ_opt()?)
        };
        let micros = |date: NaiveDate| {
            let midnight = date.and_time(NaiveTime::MIN).and_utc();
            midnight.timestamp_micros()
        };
        Some(Self {
            bucket: bucket.to_owned(),
            micros: micros(first)..micros(next),
        })
    }
}

impl<'a> BucketPage<'a> {
    fn of(bucket: String, tiles: Vec<Tile<'a>>, next: Option<Cursor>) -> Self {
        let mut page = Self {
            bucket,
            count: tiles.len(),
            next_cursor: next.map(|next| next.encode()),
            ..Self::default()
        };
        for tile in tiles {
            page.id.push(tile.id.0);
            page.taken.push(tile.taken_at.div_euclid(1_000));
            page.dated.push(tile.is_dated);
            page.width.push(tile.width);
            page.height.push(tile.height);
            page.mime_type.push(tile.mime);
            page.placeholder.push(tile.placeholder);
            page.dominant_color.push(tile.color);
            page.name.push(tile.name);
            page.size.push(tile.size_bytes);
        }
        page
    }
}

/// A value and how many have it.
#[derive(Debug, Serialize, ToSchema)]
struct ValueCount {
    value: String,
    count: u64,
}

/// What a user's gallery can be narrowed down by, most frequent first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FacetCounts {
    total: u64,
    apps: Vec<ValueCount>,
    types: Vec<ValueCount>,
    cameras: Vec<ValueCount>,
    lenses: Vec<ValueCount>,
    /// By the local date of taking, newest first.
    years: Vec<ValueCount>,
    with_location: u64,
}

/// What there is to narrow a search down by.
#[utoipa::path(get, path = "/api/v1/media/facets", tag = "gallery", params(("userId" = String, Query, description = "not needed with a token")),
    responses((status = 200, description = "Values and how many have each", body = FacetCounts)))]
pub(super) async fn get_facets(
    caller: Caller<Read>,
    State(app): State<App>,
    params: Params,
) -> Result<Private<FacetCounts>, Problem> {
    let grant = caller.to(params.owner()?)?;
    let facets = app
        .gallery
        .facets(&one_owner(&app, &params, &grant)?)
        .await?;
    let counts = |facet: Vec<(String, u64)>| {
        let count = |(value, count)| ValueCount { value, count };
        facet.into_iter().map(count).collect()
    };
    Ok(private(FacetCounts {
        total: facets.total,
        apps: counts(facets.apps),
        types: counts(facets.types),
        cameras: counts(facets.cameras),
        lenses: counts(facets.lenses),
        years: counts(facets.years),
        with_location: facets.with_location,
    }))
}

/// Pictures near each other, as a GeoJSON `FeatureCollection` (RFC 7946): points where one of each cluster's pictures was taken, with
/// `count`, that picture's `id`, and the cluster's `bbox`. The thousand largest clusters inside the box. Filters are those of `list/all`.
#[utoipa::path(get, path = "/api/v1/media/map", tag = "gallery",
    params(("userId" = String, Query, description = "not needed with a token"), ("zoom" = Option<u32>, Query, description = "0 (the world in a tile of 256 pixels) to 22"),
        ("bbox" = Option<String>, Query, description = "west,south,east,north"), ("apps" = Option<String>, Query),
        ("mimeType" = Option<String>, Query), ("dateFrom" = Option<String>, Query), ("dateTo" = Option<String>, Query),
        ("dateField" = Option<String>, Query), ("camera" = Option<String>, Query), ("lens" = Option<String>, Query),
        ("text" = Option<String>, Query)),
    responses((status = 200, description = "Clusters", body = Object), (status = 400, description = "A bad value, which is named")))]
pub(super) async fn get_map(
    caller: Caller<Read>,
    State(app): State<App>,
    params: Params,
) -> Result<Private<Value>, Problem> {
    let grant = caller.to(params.owner()?)?;
    let criteria = criteria(&app, &params, &grant)?;
    let zoom = params.parse("zoom", "a whole number from 0 to 22", |value| {
        value.parse().ok().filter(|zoom| *zoom <= MAX_ZOOM)
    })?;
    let clusters = app.gallery.clusters(&criteria, zoom.unwrap_or(0)).await?;
    let features: Vec<Value> = clusters.iter().map(feature).collect();
    Ok(private(
        json!({ "type": "FeatureCollection", "features": features }),
    ))
}

fn feature(cluster: &Cluster) -> Value {
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [cluster.longitude, cluster.latitude] },
        "properties": { "count": cluster.count, "id": cluster.id.to_string(), "bbox": cluster.bounds },
    })
}
