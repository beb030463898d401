//! Resumable uploads by tus 1.0.0 (<https://tus.io/protocols/resumable-upload>): the core protocol, creation, creation-with-upload,
//! expiration, checksum and termination. Only headers are read here; what they ask for is done by [`Resumables`].
//!
//! The answer to the request that brings the last byte is the media object, with `Upload-Media-Id` and `Content-Location`; a client
//! that lost it finds both headers by HEAD until the upload expires.
//!
//! [`Resumables`]: crate::ingest::Resumables

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::body::stream;
use super::error::Problem;
use super::params::{Params, Segments, invalid};
use super::principal::{Caller, Upload};
use super::projection::MediaObject;
use super::upload::{preferred_wait, settled};
use crate::access::Audience;
use crate::app::App;
use crate::catalog::Resumable;
use crate::crash::point;
use crate::ingest::{Piece, Progress, ResumableError};
use crate::media::{Announcement, Checksum, Owner, UploadId};

const PATH: &str = "/api/v1/tus";
const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,creation-with-upload,expiration,checksum,termination";
const BYTES: &str = "application/offset+octet-stream";

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");

/// What is to be said of tus in an answer: below our path that it is tus, and to OPTIONS what we can do. CORS, which answers OPTIONS by
/// itself, knows nothing of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    is_ours: bool,
    options: bool,
}

impl Asked {
    pub(super) fn of(request: &Request) -> Self {
        let below = request.uri().path().strip_prefix(PATH);
        Self {
            is_ours: below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            options: request.method() == Method::OPTIONS,
        }
    }

    pub(super) fn speak(self, app: &App, response: &mut Response) {
        if !self.is_ours {
            return;
        }
        let is_told = self.options || response.status() == StatusCode::PRECONDITION_FAILED;
        let headers = response.headers_mut();
        headers.insert(RESUMABLE, HeaderValue::from_static(VERSION));
        if is_told {
            headers.insert("tus-version", HeaderValue::from_static(VERSION));
            headers.insert("tus-extension", HeaderValue::from_static(EXTENSIONS));
            headers.insert("tus-max-size", app.resumables.max_bytes().into());
            headers.insert(
                "tus-checksum-algorithm",
                HeaderValue::from_static(Checksum::ALGORITHMS),
            );
        }
    }
}

/// Begin a resumable upload (tus). Its metadata keys are `filename`, `filetype`, `app`, `userId` and `skipProcessing`.
#[utoipa::path(post, path = "/api/v1/tus", tag = "resumable upload",
    params(("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "Bytes of the whole file"),
        ("Upload-Metadata" = Option<String>, Header, description = "`key base64, …`"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256` and the digest of the body in base64")),
    request_body(content = Option<Vec<u8>>, content_type = "application/offset+octet-stream",
        description = "The first bytes, if any"),
    responses((status = 201, description = "Begun, at `Location`; with all of the file in the body, the media object", body = MediaObject),
        (status = 400, description = "No length, or one that is deferred; bad metadata; an upload of parts of others (concatenation)"),
        (status = 412, description = "Another version of tus"), (status = 413, description = "Too large"),
        (status = 429, description = "Too many are open"), (status = 460, description = "The body does not have its checksum"),
        (status = 507, description = "No room, or over the quota")))]
pub(super) async fn create_upload(
    caller: Caller<Upload>,
    State(app): State<App>,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let headers = &head.headers;
    check_version(headers)?;
    if headers.contains_key("upload-concat") {
        let text = "Upload-Concat is not supported: send the file as one upload";
        return Err(Problem::bad_request("not_supported", text));
    }
    if headers.contains_key("upload-defer-length") {
        let text = "Upload-Defer-Length is not supported: send Upload-Length";
        return Err(Problem::bad_request("not_supported", text));
    }
    let length = number(headers, &LENGTH)?;
    let metadata = text(headers, &METADATA)?.unwrap_or_default();
    let said = Announcement::parse(metadata).map_err(|error| invalid("Upload-Metadata", &error))?;
    let piece = match headers.get(header::CONTENT_TYPE) {
        Some(mime) if mime == BYTES => Some(piece(&app, headers, 0, body)?),
        _ => None,
    };
    let owner = creator(&caller, said.owner)?;
    let upload = app
        .resumables
        .begin(owner, &said.app, metadata.to_owned(), length)
        .await?;
    let progress = match piece {
        None => Progress {
            upload,
            accepted: None,
        },
        Some(piece) => match app.resumables.append(upload.id, None, piece).await {
            Ok(progress) => progress,
            Err(error) => {
                // The client never hears where it is.
                drop(app.resumables.end(upload.id, None).await);
                return Err(error.into());
            }
        },
    };
    let location = format!("{}/tus/{}", app.public_url, progress.upload.id);
    let mut response = answer(&app, progress, headers, StatusCode::CREATED).await?;
    insert(response.headers_mut(), header::LOCATION, &location);
    Ok(response)
}

/// How much of a resumable upload is there (tus).
#[utoipa::path(head, path = "/api/v1/tus/{id}", tag = "resumable upload",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses((status = 200, description = "`Upload-Offset` bytes of `Upload-Length`; once complete, `Upload-Media-Id`"),
        (status = 404, description = "Unknown, somebody else's, or expired"), (status = 412, description = "Another version of tus"),
        (status = 423, description = "It is being completed right now")))]
pub(super) async fn get_upload(
    caller: Caller<Upload>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_version(&headers)?;
    let owner = visible(&caller, &params)?;
    let progress = app.resumables.look(read_id(&id)?, owner.as_ref()).await?;
    let mut response = StatusCode::OK.into_response();
    describe(&app, &progress.upload, response.headers_mut());
    let upload = &progress.upload;
    response
        .headers_mut()
        .insert(LENGTH, upload.size_bytes.into());
    if !upload.metadata.is_empty() {
        insert(response.headers_mut(), METADATA, &upload.metadata);
    }
    Ok(response)
}

/// Add bytes to a resumable upload (tus). The last of them are answered with the media object; `Prefer: wait=N` as for any upload.
#[utoipa::path(patch, path = "/api/v1/tus/{id}", tag = "resumable upload",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "Where the body begins"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha1` or `sha256` and the digest of the body in base64")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 200, description = "Complete", body = MediaObject),
        (status = 204, description = "`Upload-Offset` bytes are stored durably"),
        (status = 404, description = "Unknown, somebody else's, or expired"),
        (status = 409, description = "It continues elsewhere: ask by HEAD"), (status = 412, description = "Another version of tus"),
        (status = 413, description = "More than Upload-Length"), (status = 415, description = "Not `application/offset+octet-stream`"),
        (status = 422, description = "A picture over a limit; the upload is ended"),
        (status = 423, description = "Another request adds to it"), (status = 460, description = "The body does not have its checksum")))]
pub(super) async fn append_upload(
    caller: Caller<Upload>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let headers = &head.headers;
    check_version(headers)?;
    let owner = visible(&caller, &params)?;
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|mime| mime != BYTES)
    {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type",
            format!("Content-Type must be {BYTES}"),
        ));
    }
    let offset = number(headers, &OFFSET)?;
    let piece = piece(&app, headers, offset, body)?;
    let progress = app.resumables.append(read_id(&id)?, owner, piece).await?;
    answer(&app, progress, headers, StatusCode::NO_CONTENT).await
}

/// End a resumable upload (tus). What a complete one became stays.
#[utoipa::path(delete, path = "/api/v1/tus/{id}", tag = "resumable upload",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses((status = 204, description = "Ended"), (status = 404, description = "Unknown, somebody else's, or expired"),
        (status = 412, description = "Another version of tus")))]
pub(super) async fn end_upload(
    caller: Caller<Upload>,
    State(app): State<App>,
    Segments(id): Segments<String>,
    params: Params,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    check_version(&headers)?;
    let owner = visible(&caller, &params)?;
    app.resumables.end(read_id(&id)?, owner.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `X-HTTP-Method-Override`, for clients that cannot send PATCH or DELETE.
pub(super) async fn override_method(
    caller: Caller<Upload>,
    state: State<App>,
    id: Segments<String>,
    params: Params,
    request: Request,
) -> Result<Response, Problem> {
    let meant = request.headers().get("x-http-method-override").cloned();
    match meant.as_ref().map(HeaderValue::as_bytes) {
        Some(b"PATCH") => append_upload(caller, state, id, params, request).await,
        Some(b"DELETE") => {
            let headers = request.into_parts().0.headers;
            let ended = end_upload(caller, state, id, params, headers).await?;
            Ok(ended.into_response())
        }
        _ => Err(super::error::method_not_allowed().await),
    }
}

/// Whose an upload is that this caller begins.
fn creator(caller: &Caller<Upload>, said: Owner) -> Result<Owner, Problem> {
    let named = Some(said).filter(|said| !said.as_str().is_empty());
    Ok(caller.to(named)?.whose.unwrap_or_default())
}

/// Whose uploads this caller reaches; anybody's when `None`. Others are unknown.
fn visible(caller: &Caller<Upload>, params: &Params) -> Result<Option<Owner>, Problem> {
    Ok(caller.to(params.owner()?)?.whose)
}

fn read_id(id: &str) -> Result<UploadId, ResumableError> {
    id.parse().map_err(|_| ResumableError::NotFound)
}

fn check_version(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(RESUMABLE).is_some_and(|asked| asked == VERSION) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::PRECONDITION_FAILED,
        "tus_version",
        "Tus-Resumable must be 1.0.0",
    ))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(HeaderValue::to_str).transpose();
    match (value, values.next()) {
        (Ok(value), None) => Ok(value),
        _ => Err(Problem::parameter(name.as_str(), "must be there once")),
    }
}

/// A whole number in digits alone.
fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let value = text(headers, name)?;
    value
        .filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| Problem::parameter(name.as_str(), "must be a whole number"))
}

fn piece(app: &App, headers: &HeaderMap, offset: u64, body: Body) -> Result<Piece, Problem> {
    let checksum = text(headers, &HeaderName::from_static("upload-checksum"))?;
    let checksum = checksum
        .map(Checksum::parse)
        .transpose()
        .map_err(|error| invalid("Upload-Checksum", &error))?;
    Ok(Piece {
        offset_bytes: offset,
        size_bytes: http_body::Body::size_hint(&body).exact(),
        checksum,
        body: stream(body, &app.config.http),
    })
}

/// The media object if the upload is complete, else nothing but headers.
async fn answer(
    app: &App,
    progress: Progress,
    headers: &HeaderMap,
    incomplete: StatusCode,
) -> Result<Response, Problem> {
    let mut upload = progress.upload;
    let body = match (progress.accepted, upload.media) {
        (Some(accepted), _) => {
            point("http::before_upload_answer");
            let wait = preferred_wait(headers).unwrap_or(app.config.http.upload_wait);
            let (duplicate, restored) = (accepted.duplicate, accepted.restored);
            let media = settled(app, accepted, Instant::now() + wait).await?;
            let base = &app.public_url;
            Some(MediaObject::uploaded(
                media.shown(),
                base,
                duplicate,
                restored,
            ))
        }
        (None, Some(id)) => {
            // Completed earlier. It may have been deleted since.
            let media = app.gallery.get(id, None).await?;
            if media.is_none() {
                upload.media = None;
            }
            media.map(|media| MediaObject::new(media.shown(), &app.public_url, Audience::Owner))
        }
        (None, None) => None,
    };
    let mut response = match body {
        None => incomplete.into_response(),
        Some(body) if incomplete == StatusCode::CREATED => (incomplete, Json(body)).into_response(),
        Some(body) => (StatusCode::OK, Json(body)).into_response(),
    };
    describe(app, &upload, response.headers_mut());
    Ok(response)
}

fn describe(app: &App, upload: &Resumable, headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(OFFSET, upload.offset_bytes.into());
    let expires = HeaderName::from_static("upload-expires");
    insert(headers, expires, &http_date(upload.expires_at));
    if let Some(media) = upload.media {
        let location = format!("{}/media/{media}", app.public_url);
        insert(headers, header::CONTENT_LOCATION, &location);
        let id = HeaderName::from_static("upload-media-id");
        insert(headers, id, &media.to_string());
    }
}

/// RFC 9110, 5.6.7.
fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Everything that goes out here is ASCII.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
