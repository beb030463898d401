//! One reference: its object, its bytes, its renditions, and taking it away.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::conditional::{Wish, respond, unchanged};
use super::error::Problem;
use super::params::{Params, Segments};
use super::principal::{Caller, Change, Deliver, Read};
use super::projection::{MediaObject, RawMetadata};
use crate::access::{Audience, Grant};
use crate::app::App;
use crate::catalog::Media;
use crate::config::Transforms;
use crate::delivery::{self, Delivery, Rendition};
use crate::media::{MediaId, OutputFormat, Transform, Variant};

/// Highest quality for who wants to save data.
const SAVING_QUALITY: u8 = 60;

/// A reference by what stands in the path; a malformed id is one that nobody has.
pub(super) async fn find(app: &App, id: &str, grant: &Grant) -> Result<Media, Problem> {
    let id: MediaId = id.parse().map_err(|_| Problem::media_not_found())?;
    app.gallery
        .get(id, grant.whose.as_ref())
        .await?
        .ok_or_else(Problem::media_not_found)
}

/// The media object.
#[utoipa::path(get, path = "/api/v1/media/{id}", tag = "media",
    params(("id" = String, Path), ("userId" = Option<String>, Query)),
    responses((status = 200, description = "Found", body = MediaObject), (status = 404, description = "Unknown, or somebody else's")))]
pub(super) async fn get_media(
    caller: Caller<Read>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let media = find(&app, &id, &grant).await?;
    Ok(show(&app, media, &grant))
}

/// The caller's own reference to these bytes.
#[utoipa::path(get, path = "/api/v1/media/hash/{sha256}", tag = "media",
    params(("sha256" = String, Path), ("userId" = Option<String>, Query)),
    responses((status = 200, description = "Found", body = MediaObject), (status = 404, description = "Not held")))]
pub(super) async fn get_media_by_hash(
    caller: Caller<Read>,
    State(app): State<App>,
    Segments(hash): Segments<String>,
    params: Params,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let hash = hash.parse().map_err(|_| Problem::media_not_found())?;
    let media = app
        .gallery
        .get_by_hash(hash, grant.whose.as_ref())
        .await?
        .ok_or_else(Problem::media_not_found)?;
    Ok(show(&app, media, &grant))
}

pub(super) fn show(app: &App, media: Media, grant: &Grant) -> Response {
    let audience = grant.audience(&media.owner);
    let body = Json(MediaObject::new(media.shown(), &app.public_url, audience));
    ([(header::CACHE_CONTROL, "private, no-cache")], body).into_response()
}

/// Every tag of the original, as it is written there: EXIF, XMP and IPTC of a picture, `quicktime` of an MP4 or QuickTime file.
#[utoipa::path(get, path = "/api/v1/media/{id}/metadata", tag = "media",
    params(("id" = String, Path), ("userId" = Option<String>, Query)),
    responses((status = 200, description = "As far as it can be read", body = RawMetadata),
        (status = 404, description = "Unknown, or somebody else's")))]
pub(super) async fn get_media_metadata(
    caller: Caller<Read>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
) -> Result<Response, Problem> {
    let media = find(&app, &id, &caller.to(params.owner()?)?).await?;
    let tags = app.delivery.tags(&media).await?;
    let headers = [(header::CACHE_CONTROL, "private, no-store")];
    Ok((headers, Json(RawMetadata::from(tags))).into_response())
}

/// Take a reference away, or with `app` that app's part of it: into the trash where there is one, unless `permanent`. Bytes go when
/// nobody refers to them.
#[utoipa::path(delete, path = "/api/v1/media/{id}", tag = "media",
    params(("id" = String, Path), ("userId" = Option<String>, Query), ("app" = Option<String>, Query),
        ("permanent" = Option<bool>, Query)),
    responses((status = 200, description = "Gone"), (status = 404, description = "Unknown, or somebody else's")))]
pub(super) async fn delete_media(
    caller: Caller<Change>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let id: MediaId = id.parse().map_err(|_| Problem::media_not_found())?;
    let (owner, app_name) = (grant.whose, params.app()?);
    let permanent = params.flag("permanent")?;
    let has_trash = !app.config.storage.trash_retention.is_zero();
    let (owner, app_name) = (owner.as_ref(), app_name.as_ref());
    let found = if has_trash && !permanent {
        app.gallery.trash(id, owner, app_name).await?
    } else {
        app.gallery.remove(id, owner, app_name).await?
    };
    app.delivery.forget(id).await;
    if found {
        Ok((
            [(header::CACHE_CONTROL, "no-store")],
            Json(json!({ "success": true })),
        )
            .into_response())
    } else {
        Err(Problem::media_not_found())
    }
}

/// Take a reference out of the trash.
#[utoipa::path(post, path = "/api/v1/media/{id}/restore", tag = "media",
    params(("id" = String, Path), ("userId" = Option<String>, Query)),
    responses((status = 200, description = "Back", body = MediaObject),
        (status = 404, description = "Not in the trash, or somebody else's")))]
pub(super) async fn restore_media(
    caller: Caller<Change>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let media_id: MediaId = id.parse().map_err(|_| Problem::media_not_found())?;
    if !app.gallery.restore(media_id, grant.whose.as_ref()).await? {
        return Err(Problem::media_not_found());
    }
    app.delivery.forget(media_id).await;
    let media = find(&app, &id, &grant).await?;
    Ok(show(&app, media, &grant))
}

/// Have a reference processed again, also one that was uploaded without processing.
#[utoipa::path(post, path = "/api/v1/media/{id}/reprocess", tag = "media",
    params(("id" = String, Path), ("userId" = Option<String>, Query)),
    responses((status = 202, description = "Queued", body = MediaObject), (status = 404, description = "Unknown, or somebody else's"),
        (status = 415, description = "Not a picture that can be decoded")))]
pub(super) async fn reprocess_media(
    caller: Caller<Change>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let media = find(&app, &id, &grant).await?;
    if !media.kind.is_decodable() {
        return Err(delivery::Error::NotAPicture.into());
    }
    app.gallery.reprocess(media.id).await?;
    let media = find(&app, &id, &grant).await?;
    Ok((StatusCode::ACCEPTED, show(&app, media, &grant)).into_response())
}

/// The bytes as they were uploaded.
#[utoipa::path(get, path = "/api/v1/media/{id}/file", tag = "delivery", params(("id" = String, Path)),
    responses((status = 200, description = "The bytes", content_type = "*/*"),
        (status = 206, description = "A range of them"), (status = 304, description = "Not modified"),
        (status = 404, description = "Unknown"), (status = 416, description = "Range beyond the end")))]
pub(super) async fn get_file(
    caller: Caller<Deliver>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let media = deliverable(&app, &caller, &id).await?;
    let wish = Wish {
        method: &method,
        headers: &headers,
        download: None,
        negotiated: false,
    };
    deliver(&app, &caller, &media, Rendition::Original, &wish).await
}

/// A rendition: `thumb` (or `small`), `medium`, `large`; or the `original`.
#[utoipa::path(get, path = "/api/v1/media/{id}/file/{variant}", tag = "delivery",
    params(("id" = String, Path), ("variant" = String, Path)),
    responses((status = 200, description = "WebP, or the original", content_type = "*/*"), (status = 206, description = "A range of it"),
        (status = 304, description = "Not modified"), (status = 404, description = "Unknown, or no such rendition")))]
pub(super) async fn get_variant(
    caller: Caller<Deliver>,
    State(app): State<App>,
    Segments((id, variant)): Segments<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let no_rendition = || {
        Problem::new(
            StatusCode::NOT_FOUND,
            "variant_not_found",
            "There is no such rendition",
        )
    };
    let rendition = match variant.as_str() {
        "original" => Rendition::Original,
        name => Rendition::Variant(Variant::from_name(name).ok_or_else(no_rendition)?),
    };
    let media = deliverable(&app, &caller, &id).await?;
    let wish = Wish {
        method: &method,
        headers: &headers,
        download: None,
        negotiated: false,
    };
    deliver(&app, &caller, &media, rendition, &wish)
        .await
        .map_err(|problem| {
            // What is no picture, or a broken one, simply has no such rendition.
            if problem.is_about_the_picture() {
                no_rendition()
            } else {
                problem
            }
        })
}

/// A rendition by parameters. Nothing is enlarged.
#[utoipa::path(get, path = "/api/v1/media/{id}/transform", tag = "delivery",
    params(("id" = String, Path), ("w" = Option<u32>, Query), ("h" = Option<u32>, Query),
        ("dpr" = Option<f64>, Query, description = "0.5 to 4: what w and h are multiplied by"),
        ("fit" = Option<String>, Query, description = "cover, contain, fill, inside, outside"),
        ("gravity" = Option<String>, Query,
            description = "What fit=cover keeps in sight: north, southeast, center …, or a point as two parts of 1 (0.25,0.7)"),
        ("crop" = Option<String>, Query, description = "left,top,width,height of a part, in pixels of the picture as seen"),
        ("bg" = Option<String>, Query, description = "rrggbb: what lies below transparent pixels"),
        ("preset" = Option<String>, Query, description = "thumb, medium, large: what is not given is as in this variant"),
        ("format" = Option<String>, Query, description = "webp, jpeg, png, avif, auto"), ("q" = Option<u8>, Query),
        ("download" = Option<String>, Query, description = "Save it, under this name, instead of showing it")),
    responses((status = 200, description = "The picture", content_type = "image/*"), (status = 304, description = "Not modified"),
        (status = 400, description = "A bad value or an unknown parameter, which is named"), (status = 404, description = "Unknown"),
        (status = 415, description = "Not a picture"), (status = 422, description = "A picture that cannot be decoded")))]
pub(super) async fn transform_media(
    caller: Caller<Deliver>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.only(&[&Transform::PARAMETERS, &["download", "exp", "kid", "sig"]])?;
    let mut transform = parse_transform(&app, &params)?;
    check_offered(&app, &caller, &transform)?;
    let media = deliverable(&app, &caller, &id).await?;
    let negotiated = transform.format == OutputFormat::Auto;
    if negotiated {
        let any_quality = params.get("q").is_none();
        negotiate(&app, &media, &headers, any_quality, &mut transform).await?;
    }
    let wish = Wish {
        method: &method,
        headers: &headers,
        download: params.raw("download"),
        negotiated,
    };
    deliver(
        &app,
        &caller,
        &media,
        Rendition::Transform(transform),
        &wish,
    )
    .await
}

/// The rendition that these parameters ask for.
pub(super) fn parse_transform(app: &App, params: &Params) -> Result<Transform, Problem> {
    let max_side = app.config.limits.max_transform_side;
    Transform::parse(|name| params.get(name), max_side).map_err(|error| {
        Problem::parameter(error.parameter, &format!("must be {}", error.expected))
    })
}

/// Whether this caller may have this rendition: by a signature or for its owner anything, else what `TRANSFORM_MODE` says.
pub(super) fn check_offered(
    app: &App,
    caller: &Caller<Deliver>,
    transform: &Transform,
) -> Result<(), Problem> {
    let limits = &app.config.limits;
    let is_offered = match limits.transforms {
        Transforms::Open => true,
        Transforms::Ladder => transform.is_on_ladder(limits.max_transform_side),
        Transforms::Signed => false,
    };
    if is_offered || caller.is_known() {
        return Ok(());
    }
    let text = "This rendition is not offered without a signature";
    Err(Problem::new(StatusCode::FORBIDDEN, "not_offered", text))
}

/// The best format that the client takes: AVIF once it has been made, which the first request for it starts; WebP; else JPEG. Whoever
/// wants to save data gets a lower quality, if none is asked for.
async fn negotiate(
    app: &App,
    media: &Arc<Media>,
    headers: &HeaderMap,
    any_quality: bool,
    transform: &mut Transform,
) -> Result<(), Problem> {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("*/*");
    let accepts = |name: &str| {
        accept.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            parts.next() == Some(name) && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
        })
    };
    if any_quality && headers.get("save-data").is_some_and(|value| value == "on") {
        transform.quality = transform.quality.min(SAVING_QUALITY);
    }
    transform.format = OutputFormat::Avif;
    let is_decodable = media.kind.is_decodable();
    if accepts("image/avif") && is_decodable && app.delivery.is_there(media, *transform).await? {
        return Ok(());
    }
    transform.format = if ["image/webp", "image/*", "*/*"].into_iter().any(accepts) {
        OutputFormat::WebP
    } else {
        OutputFormat::Jpeg
    };
    Ok(())
}

/// A reference, for who may have its bytes: anybody who knows an id, unless `DELIVERY_ACCESS` says otherwise.
pub(super) async fn deliverable(
    app: &App,
    caller: &Caller<Deliver>,
    id: &str,
) -> Result<Arc<Media>, Problem> {
    let grant = caller.to(None)?;
    let id: MediaId = id.parse().map_err(|_| Problem::media_not_found())?;
    let found = app.delivery.find(id).await?;
    let is_allowed = |media: &Arc<Media>| {
        let whose = grant.whose.as_ref();
        whose.is_none_or(|whose| *whose == media.owner)
    };
    found
        .filter(is_allowed)
        .ok_or_else(Problem::media_not_found)
}

pub(super) async fn deliver(
    app: &App,
    caller: &Caller<Deliver>,
    media: &Media,
    rendition: Rendition,
    wish: &Wish<'_>,
) -> Result<Response, Problem> {
    // What the client has was made by the same recipe: it need not be made again to say so.
    if let Rendition::Transform(transform) = rendition
        && media.kind.is_decodable()
        && let Some(mut unchanged) = unchanged(wish, &Delivery::tag_of(media, &transform))?
    {
        caller.limit_caching(&mut unchanged, false);
        return Ok(unchanged);
    }
    let audience = caller.to(None)?.audience(&media.owner);
    let opened = match (rendition, audience) {
        (Rendition::Original, Audience::Other) => {
            Box::pin(app.delivery.open_redacted(media)).await?
        }
        _ => app.delivery.open(media, rendition).await?,
    };
    let name = media
        .apps
        .first()
        .and_then(|used| used.name.as_deref())
        .filter(|_| rendition == Rendition::Original && audience == Audience::Owner);
    let mut response = respond(&app.delivery, opened, wish, name).await?;
    caller.limit_caching(&mut response, rendition == Rendition::Original);
    Ok(response)
}
