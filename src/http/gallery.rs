//! Lists of references, and their totals.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::Problem;
use super::params::{Params, invalid};
use super::principal::{Caller, ListAll, Read};
use super::projection::MediaObject;
use crate::access::Grant;
use crate::app::App;
use crate::catalog::{Filter, Media, Page};
use crate::media::{AppName, Cursor, Owner, SortKey};

/// References, newest first; with `trash` those in the trash.
#[utoipa::path(get, path = "/api/v1/media", tag = "gallery",
    params(("app" = Option<String>, Query), ("userId" = Option<String>, Query), ("limit" = Option<u32>, Query), ("cursor" = Option<String>, Query),
        ("trash" = Option<bool>, Query)),
    responses((status = 200, description = "A page; `Link: rel=\"next\"` leads to the next", body = Vec<MediaObject>)))]
pub(super) async fn list_media(
    caller: Caller<Read>,
    State(app): State<App>,
    params: Params,
    uri: Uri,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let filter = Filter {
        owner: grant.whose.clone(),
        apps: params.app()?.map(|app| vec![app]),
        trashed: params
            .parse("trash", "true or false", |value| value.parse().ok())?
            .unwrap_or(false),
        ..Filter::default()
    };
    let page = Page {
        after: cursor(&params)?,
        offset: 0,
        limit: params.limit()?,
    };
    let listing = app.gallery.list(&filter, &page).await?;
    let items = shown(&app, &listing.items, &grant);
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    if let Some(next) = listing.next
        && let Ok(link) =
            HeaderValue::try_from(format!("<{}>; rel=\"next\"", next_page(&uri, &next)))
    {
        headers.insert(header::LINK, link);
    }
    Ok((headers, Json(items)).into_response())
}

fn shown(app: &App, items: &[Media], grant: &Grant) -> Vec<MediaObject> {
    let show =
        |media: &Media| MediaObject::new(media, &app.public_url, grant.audience(&media.owner));
    items.iter().map(show).collect()
}

/// This request's target with another cursor, relative to the server.
fn next_page(uri: &Uri, next: &Cursor) -> String {
    let others = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<String> = others
        .map(str::to_owned)
        .chain([format!("cursor={}", next.encode())])
        .collect();
    format!("/api/v1/media?{}", query.join("&"))
}

/// JSON that only its reader's own cache may keep, and must check.
type Private<T> = ([(header::HeaderName, &'static str); 1], Json<T>);

fn private<T>(body: T) -> Private<T> {
    ([(header::CACHE_CONTROL, "private, no-cache")], Json(body))
}

/// A page of the gallery.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GalleryPage {
    items: Vec<MediaObject>,
    /// How many the filter selects in all.
    total: u64,
    has_more: bool,
    /// For `cursor` of the next request.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The Photos page: everything of one user that is ready, filtered and sorted.
#[utoipa::path(get, path = "/api/v1/media/list/all", tag = "gallery",
    params(("userId" = String, Query, description = "not needed with a token"), ("apps" = Option<String>, Query, description = "comma separated"),
        ("mimeType" = Option<String>, Query, description = "image/jpeg or image/*"), ("dateFrom" = Option<String>, Query),
        ("dateTo" = Option<String>, Query, description = "inclusive"), ("dateField" = Option<String>, Query, description = "createdAt or dateTaken"),
        ("hasLocation" = Option<bool>, Query), ("camera" = Option<String>, Query),
        ("bbox" = Option<String>, Query, description = "west,south,east,north"),
        ("sortBy" = Option<String>, Query, description = "createdAt, dateTaken or size"), ("sortOrder" = Option<String>, Query, description = "asc or desc"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "A page", body = GalleryPage), (status = 400, description = "A bad value, which is named")))]
pub(super) async fn list_all_media(
    caller: Caller<Read>,
    State(app): State<App>,
    params: Params,
) -> Result<Private<GalleryPage>, Problem> {
    let grant = caller.to(params.owner()?)?;
    let filter = gallery_filter(&params, &grant)?;
    let offset = params.parse("offset", "a whole number from 0", |value| {
        value.parse::<u32>().ok()
    })?;
    let page = Page {
        after: cursor(&params)?,
        offset: u64::from(offset.unwrap_or(0)),
        limit: params.limit()?,
    };
    let listing = app.gallery.list(&filter, &page).await?;
    Ok(private(GalleryPage {
        total: app.gallery.count(&filter).await?,
        has_more: listing.next.is_some(),
        next_cursor: listing.next.map(|next| next.encode()),
        items: shown(&app, &listing.items, &grant),
    }))
}

fn gallery_filter(params: &Params, grant: &Grant) -> Result<Filter, Problem> {
    let apps = params.get("apps").map(|apps| {
        let names = apps.split(',').map(str::trim).filter(|app| !app.is_empty());
        names.map(AppName::new).collect::<Result<Vec<_>, _>>()
    });
    let sort = params
        .parse(
            "sortBy",
            "createdAt, dateTaken or size",
            |value| match value {
                "createdAt" => Some(SortKey::CreatedAt),
                "dateTaken" => Some(SortKey::DateTaken),
                "size" => Some(SortKey::Size),
                _ => None,
            },
        )?
        .unwrap_or(SortKey::CreatedAt);
    let date_field = params.parse("dateField", "createdAt or dateTaken", |value| match value {
        "createdAt" => Some(SortKey::CreatedAt),
        "dateTaken" => Some(SortKey::DateTaken),
        _ => None,
    })?;
    let by_sort = if sort == SortKey::DateTaken {
        SortKey::DateTaken
    } else {
        SortKey::CreatedAt
    };
    Ok(Filter {
        owner: Some(one_owner(grant)?),
        apps: apps.transpose().map_err(|error| invalid("apps", &error))?,
        mime: params.parse("mimeType", "a media type or type/*", mime_filter)?,
        trashed: false,
        ready_only: true,
        has_location: params
            .parse("hasLocation", "true or false", |value| value.parse().ok())?
            .unwrap_or(false),
        camera: params.parse("camera", "a camera's name", |value| {
            (!value.contains(char::is_control)).then(|| value.to_owned())
        })?,
        bbox: params.parse("bbox", "west,south,east,north in degrees", bbox)?,
        date_field: date_field.unwrap_or(by_sort),
        date_from: params.instant("dateFrom", false)?,
        date_to: params.instant("dateTo", true)?,
        sort,
        descending: params
            .parse("sortOrder", "asc or desc", |value| match value {
                "asc" => Some(false),
                "desc" => Some(true),
                _ => None,
            })?
            .unwrap_or(true),
    })
}

fn mime_filter(value: &str) -> Option<String> {
    let (kind, subtype) = value.split_once('/')?;
    if kind.is_empty()
        || subtype.is_empty()
        || value.len() > 255
        || value.contains(char::is_control)
    {
        return None;
    }
    Some(if subtype == "*" {
        format!("{kind}/")
    } else {
        value.to_owned()
    })
}

fn bbox(value: &str) -> Option<[f64; 4]> {
    let sides: Vec<f64> = value
        .split(',')
        .map(|side| side.trim().parse().ok())
        .collect::<Option<_>>()?;
    let [west, south, east, north] = sides.try_into().ok()?;
    let is_longitude = |degrees: f64| (-180.0..=180.0).contains(&degrees);
    let is_latitude = |degrees: f64| (-90.0..=90.0).contains(&degrees);
    let valid = is_longitude(west)
        && is_longitude(east)
        && is_latitude(south)
        && is_latitude(north)
        && south <= north;
    valid.then_some([west, south, east, north])
}

fn cursor(params: &Params) -> Result<Option<Cursor>, Problem> {
    params
        .get("cursor")
        .map(str::parse)
        .transpose()
        .map_err(|error| invalid("cursor", &error))
}

fn one_owner(grant: &Grant) -> Result<Owner, Problem> {
    grant
        .whose
        .clone()
        .ok_or_else(|| Problem::bad_request("user_id_required", "userId is required"))
}

/// Count and bytes.
#[derive(Debug, Serialize, ToSchema)]
struct AppTotal {
    count: u64,
    size: u64,
}

/// Totals of a user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Totals {
    total_count: u64,
    total_size: u64,
    by_app: BTreeMap<String, AppTotal>,
    /// By the year of upload.
    by_year: BTreeMap<String, u64>,
}

/// Totals of one user.
#[utoipa::path(get, path = "/api/v1/media/stats", tag = "gallery", params(("userId" = String, Query, description = "not needed with a token")),
    responses((status = 200, description = "Totals", body = Totals), (status = 400, description = "No userId")))]
pub(super) async fn get_stats(
    caller: Caller<Read>,
    State(app): State<App>,
    params: Params,
) -> Result<Private<Totals>, Problem> {
    let grant = caller.to(params.owner()?)?;
    let stats = app.gallery.stats(&one_owner(&grant)?).await?;
    let by_app = stats.by_app.into_iter();
    Ok(private(Totals {
        total_count: stats.total.count,
        total_size: stats.total.size_bytes,
        by_app: by_app
            .map(|(app, total)| {
                (
                    app,
                    AppTotal {
                        count: total.count,
                        size: total.size_bytes,
                    },
                )
            })
            .collect(),
        by_year: stats
            .by_year
            .into_iter()
            .map(|(year, count)| (year.to_string(), count))
            .collect(),
    }))
}

/// A reference, for services that tidy up after themselves.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InternalItem {
    id: String,
    created_at: String,
    filename: Option<String>,
    size: u64,
}

/// A page for services.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct InternalPage {
    items: Vec<InternalItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Everything of an app, whoever owns it; for trusted services.
#[utoipa::path(get, path = "/api/v1/internal/media/list", tag = "gallery",
    params(("app" = Option<String>, Query), ("limit" = Option<u32>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "A page", body = InternalPage), (status = 401, description = "No service key")))]
pub(super) async fn list_internal(
    _: Caller<ListAll>,
    State(app): State<App>,
    params: Params,
) -> Result<Private<InternalPage>, Problem> {
    let filter = Filter {
        apps: params.app()?.map(|app| vec![app]),
        ..Filter::default()
    };
    let page = Page {
        after: cursor(&params)?,
        offset: 0,
        limit: params.limit()?,
    };
    let listing = app.gallery.list(&filter, &page).await?;
    let items = listing.items.iter().map(|media| InternalItem {
        id: media.id.to_string(),
        created_at: media
            .created_at
            .to_rfc3339_opts(SecondsFormat::Millis, true),
        filename: media.apps.first().and_then(|used| used.name.clone()),
        size: media.size_bytes,
    });
    Ok(private(InternalPage {
        items: items.collect(),
        next_cursor: listing.next.map(|next| next.encode()),
    }))
}
