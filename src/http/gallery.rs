//! Lists of references, and their totals.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::SecondsFormat;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::Problem;
use super::params::Params;
use super::principal::{Caller, ListAll, Read};
use super::projection::MediaObject;
use crate::access::Grant;
use crate::app::App;
use crate::catalog::{self, Count, Criteria, Filter, Media, Page, Shown};
use crate::gallery::{Listing, Similar};
use crate::media::{AppName, Cursor, MediaId, Owner, SortKey};

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
        app: params.app()?,
        trashed: params.flag("trash")?,
    };
    let listing = app.gallery.list(&filter, &params.page()?).await?;
    let link = next_page(&app, &uri, listing.next.as_ref());
    let items = shown(&app, listing.items, &grant);
    Ok((link, private(items)).into_response())
}

fn shown(app: &App, items: Vec<Shown>, grant: &Grant) -> Vec<MediaObject> {
    let show = |media: Shown| {
        let audience = grant.audience(&media.owner);
        MediaObject::new(media, &app.public_url, audience)
    };
    items.into_iter().map(show).collect()
}

/// The header that leads to the next page: this request with another cursor, where PUBLIC_URL says that it is, else on this server.
/// What the request passed over lies before the cursor.
fn next_page(
    app: &App,
    uri: &Uri,
    next: Option<&Cursor>,
) -> Option<[(header::HeaderName, HeaderValue); 1]> {
    const API: &str = "/api/v1";
    let base = app.config.http.public_url.as_deref().unwrap_or(API);
    let path = uri.path().strip_prefix(API)?;
    let is_kept = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        !matches!(name, "" | "cursor" | "offset")
    };
    let others = uri.query().unwrap_or_default().split('&').filter(is_kept);
    let cursor = format!("cursor={}", next?.encode());
    let query: Vec<&str> = others.chain([cursor.as_str()]).collect();
    let link = format!("<{base}{path}?{}>; rel=\"next\"", query.join("&"));
    Some([(header::LINK, HeaderValue::try_from(link).ok()?)])
}

/// JSON that only its reader's own cache may keep, and must check.
pub(super) type Private<T> = ([(header::HeaderName, &'static str); 1], Json<T>);

pub(super) fn private<T>(body: T) -> Private<T> {
    ([(header::CACHE_CONTROL, "private, no-cache")], Json(body))
}

/// A page of the gallery.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GalleryPage {
    items: Vec<MediaObject>,
    /// How many there are in all.
    total: u64,
    /// `total` is estimated: by several criteria of which many have one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    total_is_estimate: bool,
    has_more: bool,
    /// For `cursor` of the next request.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// With `similar`: ids of what of this page is nearly the same, together; that picture's own may be among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    near_duplicates: Option<Vec<Vec<String>>>,
}

/// The Photos page: everything of one user that is ready, filtered and sorted. Instead of that, with `similar` what looks like one of
/// them, with `hash` what has these bytes, with `trash` what is in the trash.
#[utoipa::path(get, path = "/api/v1/media/list/all", tag = "gallery",
    params(("userId" = String, Query, description = "not needed with a token"), ("apps" = Option<String>, Query, description = "comma separated"),
        ("mimeType" = Option<String>, Query, description = "image/jpeg or image/*"), ("dateFrom" = Option<String>, Query),
        ("dateTo" = Option<String>, Query, description = "inclusive"), ("dateField" = Option<String>, Query, description = "createdAt or dateTaken"),
        ("hasLocation" = Option<bool>, Query), ("camera" = Option<String>, Query), ("lens" = Option<String>, Query),
        ("bbox" = Option<String>, Query, description = "west,south,east,north"),
        ("text" = Option<String>, Query, description = "words of file name, caption or prompt begin so"),
        ("similar" = Option<String>, Query, description = "id of a picture"), ("distance" = Option<u32>, Query, description = "bits, for similar"),
        ("hash" = Option<String>, Query, description = "SHA-256"), ("trash" = Option<bool>, Query),
        ("sortBy" = Option<String>, Query, description = "createdAt, dateTaken (local) or size"), ("sortOrder" = Option<String>, Query, description = "asc or desc"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "A page; `Link: rel=\"next\"` leads to the next", body = GalleryPage), (status = 400, description = "A bad value, which is named"),
        (status = 404, description = "`similar` is unknown, or somebody else's")))]
pub(super) async fn list_all_media(
    caller: Caller<Read>,
    State(app): State<App>,
    params: Params,
    uri: Uri,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let criteria = criteria(&app, &params, &grant)?;
    let offset = params.parse("offset", "a whole number from 0", |value| {
        value.parse::<u32>().ok()
    })?;
    let page = Page {
        offset: u64::from(offset.unwrap_or(0)),
        ..params.page()?
    };
    let (listing, total, groups) = found(&app, &params, criteria, &page).await?;
    // An estimate is at least what is seen.
    let seen = page.offset + listing.items.len() as u64 + u64::from(listing.next.is_some());
    let ids = |group: Vec<MediaId>| group.iter().map(MediaId::to_string).collect();
    let link = next_page(&app, &uri, listing.next.as_ref());
    let page = private(GalleryPage {
        items: shown(&app, listing.items, &grant),
        total: if total.is_exact {
            total.count
        } else {
            total.count.max(seen)
        },
        total_is_estimate: !total.is_exact,
        has_more: listing.next.is_some(),
        next_cursor: listing.next.map(|next| next.encode()),
        near_duplicates: groups.map(|groups| groups.into_iter().map(ids).collect()),
    });
    Ok((link, page).into_response())
}

/// A page, how many there are in all, and with `similar` those that are nearly the same.
type Found = (Listing, Count, Option<Vec<Vec<MediaId>>>);

async fn found(
    app: &App,
    params: &Params,
    criteria: Criteria,
    page: &Page,
) -> Result<Found, Problem> {
    let (gallery, owner) = (&app.gallery, &criteria.owner);
    if let Some(id) = params.get("similar") {
        let similar = list_similar(app, params, owner, id, page).await?;
        let (total, groups) = (similar.total, similar.near_duplicates);
        return Ok((similar.listing, Count::exactly(total), Some(groups)));
    }
    if let Some(hash) = params.noun("hash", str::parse)? {
        let found = gallery.get_by_hash(hash, Some(owner)).await?;
        let items: Vec<Shown> = found.into_iter().map(Media::shown).collect();
        let total = Count::exactly(items.len() as u64);
        return Ok((Listing { items, next: None }, total, None));
    }
    if params.flag("trash")? {
        let filter = Filter {
            owner: Some(owner.clone()),
            app: None,
            trashed: true,
        };
        let (listing, total) =
            tokio::try_join!(gallery.list(&filter, page), gallery.count_trashed(owner))?;
        return Ok((listing, Count::exactly(total), None));
    }
    let (listing, total) =
        tokio::try_join!(gallery.find(&criteria, page), gallery.count(&criteria))?;
    Ok((listing, total, None))
}

/// Hashes of pictures that anybody would call the same differ in no more bits than this.
const LIKE: u32 = 10;

async fn list_similar(
    app: &App,
    params: &Params,
    owner: &Owner,
    id: &str,
    page: &Page,
) -> Result<Similar, Problem> {
    let id = id.parse().map_err(|_| Problem::media_not_found())?;
    let distance = params.parse("distance", "a whole number from 0 to 11", |value| {
        value.parse().ok().filter(|bits| *bits <= 11)
    })?;
    app.gallery
        .similar(owner, id, distance.unwrap_or(LIKE), page)
        .await?
        .ok_or_else(Problem::media_not_found)
}

/// What a request of the gallery looks for.
pub(super) fn criteria(app: &App, params: &Params, grant: &Grant) -> Result<Criteria, Problem> {
    const KEYS: [(&str, SortKey); 3] = [
        ("createdAt", SortKey::CreatedAt),
        ("dateTaken", SortKey::DateTaken),
        ("size", SortKey::Size),
    ];
    let sort = params.one_of("sortBy", &KEYS)?;
    let sort = sort.unwrap_or(SortKey::CreatedAt);
    let by_sort = match sort {
        SortKey::DateTaken => SortKey::DateTaken,
        SortKey::CreatedAt | SortKey::Size => SortKey::CreatedAt,
    };
    let date_field = params.one_of("dateField", &KEYS[..2])?;
    let name = |value: &str| (!value.contains(char::is_control)).then(|| value.to_owned());
    let words = params.parse("text", "at most eight words", |text| {
        let words = catalog::words(text);
        (words.len() <= MAX_WORDS).then_some(words)
    })?;
    let mut apps = params.noun("apps", |apps| {
        let names = apps.split(',').map(str::trim).filter(|app| !app.is_empty());
        names.map(AppName::new).collect()
    })?;
    if words.as_ref().is_some_and(Vec::is_empty) {
        // A text without words is found nowhere.
        apps = Some(Vec::new());
    }
    Ok(Criteria {
        apps,
        mime: params.parse("mimeType", "a media type or type/*", mime_filter)?,
        has_location: params.flag("hasLocation")?,
        camera: params.parse("camera", "a camera's name", name)?,
        lens: params.parse("lens", "a lens's name", name)?,
        bbox: params.parse("bbox", "west,south,east,north in degrees", bbox)?,
        words: words.unwrap_or_default(),
        date_field: date_field.unwrap_or(by_sort),
        date_from: params.instant("dateFrom", false)?,
        date_to: params.instant("dateTo", true)?,
        sort,
        descending: params
            .one_of("sortOrder", &[("asc", false), ("desc", true)])?
            .unwrap_or(true),
        ..Criteria::new(one_owner(app, params, grant)?)
    })
}

/// Most words looked for at once.
const MAX_WORDS: usize = 8;

fn mime_filter(value: &str) -> Option<String> {
    let (kind, subtype) = value.split_once('/')?;
    let is_whole = !kind.is_empty() && !subtype.is_empty() && value.len() <= 255;
    let wanted = || match subtype {
        "*" => format!("{kind}/"),
        _ => value.to_owned(),
    };
    (is_whole && !value.contains(char::is_control)).then(wanted)
}

fn bbox(value: &str) -> Option<[f64; 4]> {
    let sides: Vec<f64> = value
        .split(',')
        .map(|side| side.trim().parse().ok())
        .collect::<Option<_>>()?;
    let [west, south, east, north] = sides.try_into().ok()?;
    let within = |sides: [f64; 2], most: f64| sides.iter().all(|degrees| degrees.abs() <= most);
    let is_on_earth = within([west, east], 180.0) && within([south, north], 90.0);
    (is_on_earth && south <= north).then_some([west, south, east, north])
}

/// Whose gallery it is. In open mode the empty name is what uploads without one belong to.
pub(super) fn one_owner(app: &App, params: &Params, grant: &Grant) -> Result<Owner, Problem> {
    let is_common = app.access.settings().open && params.raw("userId") == Some("");
    let common = is_common.then(Owner::default);
    let owner = grant.whose.clone().or(common);
    owner.ok_or_else(|| Problem::bad_request("user_id_required", "userId is required"))
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
    /// Bytes that the user's apps would have stored once more each.
    saved_size: u64,
    /// How long what is deleted can be restored; 0 when there is no trash.
    trash_retention_seconds: u64,
}

/// Totals of what is ready and not in the trash of one user.
#[utoipa::path(get, path = "/api/v1/media/stats", tag = "gallery", params(("userId" = String, Query, description = "not needed with a token")),
    responses((status = 200, description = "Totals", body = Totals), (status = 400, description = "No userId")))]
pub(super) async fn get_stats(
    caller: Caller<Read>,
    State(app): State<App>,
    params: Params,
) -> Result<Private<Totals>, Problem> {
    let grant = caller.to(params.owner()?)?;
    let stats = app
        .gallery
        .stats(&one_owner(&app, &params, &grant)?)
        .await?;
    let by_app = stats.by_app.into_iter().map(|(app, total)| {
        let (count, size) = (total.count, total.size_bytes);
        (app, AppTotal { count, size })
    });
    let by_year = stats.by_year.into_iter();
    Ok(private(Totals {
        total_count: stats.total.count,
        total_size: stats.total.size_bytes,
        by_app: by_app.collect(),
        by_year: by_year
            .map(|(year, count)| (year.to_string(), count))
            .collect(),
        saved_size: stats.saved_bytes,
        trash_retention_seconds: app.config.storage.trash_retention.as_secs(),
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
        app: params.app()?,
        ..Filter::default()
    };
    let listing = app.gallery.list(&filter, &params.page()?).await?;
    let items = listing.items.iter().map(|media| InternalItem {
        id: media.id.to_string(),
        created_at: media
            .created_at
            .to_rfc3339_opts(SecondsFormat::Millis, true),
        filename: media.name().map(str::to_owned),
        size: media.size_bytes,
    });
    Ok(private(InternalPage {
        items: items.collect(),
        next_cursor: listing.next.map(|next| next.encode()),
    }))
}
