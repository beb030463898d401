//! URLs that show one file or rendition to whoever holds them, for a while.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::body::object;
use super::error::Problem;
use super::media::{find, parse_transform};
use super::params::{Params, Segments};
use super::principal::{Caller, Sign};
use crate::access::{MAX_SECONDS, SignedRequest, Wanted};
use crate::app::App;
use crate::media::{Variant, canonical_query};

/// How long a URL is good for when nothing is said.
const DEFAULT_SECONDS: u64 = 3600;

/// What to sign; with neither `variant` nor `transform` the file as it was uploaded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SignRequest {
    /// `thumb`, `medium`, `large` or `original`.
    #[serde(default)]
    #[schema(pattern = "^(thumb|small|medium|large|original)$")]
    variant: Option<String>,
    /// Parameters of a rendition, as in the query of `transform`: `{"w": 400, "format": "webp"}`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    transform: Option<Map<String, Value>>,
    /// Seconds from now, 1 to 604800 (seven days).
    #[serde(default = "default_seconds")]
    #[schema(default = 3600, minimum = 1, maximum = 604_800)]
    expires_in: u64,
}

fn default_seconds() -> u64 {
    DEFAULT_SECONDS
}

/// A signed URL.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignedUrl {
    /// Good for GET and HEAD, as it is: any change to it, reordering too, makes it invalid.
    url: String,
    /// ISO 8601.
    expires_at: String,
}

/// Make a URL that shows this file, or a rendition of it, to whoever holds it.
#[utoipa::path(post, path = "/api/v1/media/{id}/sign", tag = "delivery",
    params(("id" = String, Path), ("userId" = Option<String>, Query)), request_body = SignRequest,
    responses((status = 200, description = "The URL", body = SignedUrl), (status = 400, description = "A bad value, which is named"),
        (status = 404, description = "Unknown, or somebody else's"), (status = 409, description = "There are no keys to sign with"),
        (status = 413, description = "More than 16 KiB")))]
pub(super) async fn sign_media(
    caller: Caller<Sign>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
    request: Request,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let request: SignRequest = object(request.into_body(), &app.config.http).await?;
    let wanted = wanted(&app, &request)?;
    if !(1..=MAX_SECONDS).contains(&request.expires_in) {
        let expected = format!("must be a whole number of seconds from 1 to {MAX_SECONDS}");
        return Err(Problem::parameter("expiresIn", &expected));
    }
    let media = find(&app, &id, &grant).await?;
    let Some(key) = app.access.settings().signing_keys.first() else {
        let text = "This service has no keys to sign with";
        return Err(Problem::new(StatusCode::CONFLICT, "no_signing_keys", text));
    };
    let expires_at = Utc::now().timestamp().unsigned_abs() + request.expires_in;
    let signed = SignedRequest {
        id: media.id,
        wanted,
        expires_at,
    };
    let shown = DateTime::from_timestamp(expires_at as i64, 0).unwrap_or_default();
    let body = Json(SignedUrl {
        url: format!("{}{}", app.public_url, signed.sign(key)),
        expires_at: shown.to_rfc3339_opts(SecondsFormat::Millis, true),
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], body).into_response())
}

fn wanted(app: &App, request: &SignRequest) -> Result<Wanted, Problem> {
    match (request.variant.as_deref(), &request.transform) {
        (Some(_), Some(_)) => Err(Problem::bad_request(
            "bad_body",
            "Either variant or transform, not both",
        )),
        (None | Some("original"), None) => Ok(Wanted::Original),
        (Some(name), None) => {
            let expected = "must be thumb, medium, large or original";
            let variant = Variant::from_name(name);
            let variant = variant.ok_or_else(|| Problem::parameter("variant", expected))?;
            Ok(Wanted::Variant(variant))
        }
        (None, Some(parameters)) => {
            let given: Option<Vec<_>> = parameters
                .iter()
                .map(|(name, value)| Some((name.as_str(), text(value)?)))
                .collect();
            let query = given.and_then(|given| canonical_query(&given));
            let expected = "must have known parameters with strings or numbers";
            let query = query.ok_or_else(|| Problem::parameter("transform", expected))?;
            parse_transform(app, &Params::read(&query)?)?;
            Ok(Wanted::Transform(query))
        }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
