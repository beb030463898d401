//! Uploads: multipart, raw body, and content-addressed. All are streamed into the spool and committed before the answer.

use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, sleep_until, timeout_at};
use utoipa::ToSchema;

use super::body::stream;
use super::error::Problem;
use super::form::{self, FilePart, Form, Part};
use super::params::{Params, Segments, invalid};
use super::principal::{Caller, Upload as Uploads};
use super::projection::MediaObject;
use crate::app::App;
use crate::catalog::{Media, Status};
use crate::crash::point;
use crate::ingest::{self, Accepted, Upload};
use crate::media::{AppName, ContentHash, FileName, Owner, essence};
use crate::spool::Spooled;

/// How much longer than its file a form may be.
const FORM_BYTES: u64 = 1 << 20;
/// How often to look whether somebody else's node is done with an upload.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// The longest that a client may have an upload wait for its variants.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// The form of an upload.
#[derive(ToSchema)]
#[allow(dead_code)] // for the API document
pub(super) struct UploadForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: String,
    /// The app that uploads.
    app: Option<String>,
    /// Whose it is.
    #[schema(rename = "userId")]
    user_id: Option<String>,
    /// `true`: no variants.
    #[schema(rename = "skipProcessing")]
    skip_processing: Option<String>,
}

/// A file.
#[derive(ToSchema)]
#[allow(dead_code)] // for the API document
#[schema(value_type = String, format = Binary, min_length = 1)]
pub(super) struct File(String);

/// Upload a file as a form. `Prefer: wait=N` or `respond-async` decide how long to wait for variants.
#[utoipa::path(post, path = "/api/v1/media/upload", tag = "upload",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Stored", body = MediaObject),
        (status = 200, description = "This owner held the same bytes already", body = MediaObject),
        (status = 400, description = "No file, an empty one, a malformed form or a wrong digest"),
        (status = 413, description = "Too large"),
        (status = 415, description = "Not a type that this app may upload"), (status = 507, description = "No room, or over the quota"), (status = 422, description = "A picture over a limit")))]
pub(super) async fn upload_multipart(
    caller: Caller<Uploads>,
    State(app): State<App>,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let headers = head.headers;
    // Before a byte is kept; what its app may is asked once the form has said it.
    let max_bytes = app.config.limits.max_upload_bytes;
    if announced_length(&headers)
        .is_some_and(|length| length > max_bytes.saturating_add(FORM_BYTES))
    {
        return Err(ingest::Error::TooLarge { max_bytes }.into());
    }
    let no_file = || Problem::bad_request("no_file", "No file provided");
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let body = no_longer_than(max_bytes, stream(body, &app.config.http));
    let mut form = Form::new(content_type.unwrap_or_default(), body).map_err(|_| no_file())?;
    let mut fields = Fields {
        expected: digest(&headers)?,
        ..Fields::default()
    };
    while let Some(part) = form.next().await.map_err(ingest::Error::from)? {
        match part {
            Part::File(part) => fields.receive(&app, part).await?,
            Part::App(name) => fields.app = name,
            Part::UserId(name) => fields.user_id = name,
            Part::SkipProcessing(text) => fields.skip_processing = text,
        }
    }
    let spooled = fields.file.take().ok_or_else(no_file)?;
    let upload = Upload {
        owner: owner(&caller, Some(&fields.user_id))?,
        app: AppName::new(&fields.app).map_err(|error| invalid("app", &error))?,
        name: fields.name.as_deref().and_then(FileName::from_client),
        declared_type: fields.declared_type,
        metadata: None,
        skip_processing: fields.skip_processing == "true",
        expected: fields.expected,
    };
    accept(&app, spooled, upload, &headers).await
}

/// Who will own an upload: whom it names, if its caller may, or the caller itself; else nobody in particular.
pub(super) fn owner(caller: &Caller<Uploads>, user_id: Option<&str>) -> Result<Owner, Problem> {
    let named = user_id.filter(|user_id| !user_id.is_empty());
    let named = named.map(Owner::new).transpose();
    let named = named.map_err(|error| invalid("userId", &error))?;
    Ok(caller.to(named)?.whose.unwrap_or_default())
}

/// What was found in a form so far; a repeated field counts the last time it comes.
#[derive(Default)]
struct Fields {
    file: Option<Spooled>,
    name: Option<String>,
    declared_type: Option<String>,
    expected: Option<ContentHash>,
    app: String,
    user_id: String,
    skip_processing: String,
}

impl Fields {
    async fn receive(&mut self, app: &App, part: FilePart) -> Result<(), Problem> {
        self.name = part.name().map(str::to_owned);
        self.declared_type = part.declared_type().map(str::to_owned);
        self.expected = digest(part.headers())?.or(self.expected);
        let bytes = part.bytes().map(|chunk| chunk.map_err(ingest::Error::from));
        self.file = Some(receive(app, bytes).await?);
        Ok(())
    }
}

/// The form around a file of at most `max_bytes`.
fn no_longer_than<S>(
    max_bytes: u64,
    body: S,
) -> impl Stream<Item = Result<Bytes, ingest::Error>> + use<S>
where
    S: Stream<Item = Result<Bytes, ingest::Error>>,
{
    let mut total = 0;
    body.map(move |chunk| {
        let chunk = chunk?;
        total += chunk.len() as u64;
        if total > max_bytes.saturating_add(FORM_BYTES) {
            return Err(ingest::Error::TooLarge { max_bytes });
        }
        Ok(chunk)
    })
}

impl From<form::Error> for ingest::Error {
    fn from(error: form::Error) -> Self {
        match error {
            form::Error::Body(cause) => match cause.downcast() {
                Ok(cause) => *cause,
                Err(_) => Self::Disconnected,
            },
            other => Self::BadBody(other.to_string()),
        }
    }
}

/// Upload a file as the whole body.
#[utoipa::path(post, path = "/api/v1/media", tag = "upload",
    params(("app" = Option<String>, Query), ("userId" = Option<String>, Query), ("filename" = Option<String>, Query),
        ("skipProcessing" = Option<bool>, Query)),
    request_body(content = File, content_type = "application/octet-stream"),
    responses((status = 201, description = "Stored", body = MediaObject),
        (status = 200, description = "This owner held the same bytes already", body = MediaObject),
        (status = 400, description = "Empty, or not the digest that was sent"), (status = 413, description = "Too large"),
        (status = 415, description = "Not a type that this app may upload, or a form"), (status = 507, description = "No room, or over the quota"),
        (status = 422, description = "A picture over a limit")))]
pub(super) async fn upload_raw(
    caller: Caller<Uploads>,
    State(app): State<App>,
    params: Params,
    request: Request,
) -> Result<Response, Problem> {
    let expected = digest(request.headers())?;
    upload_body(&app, &caller, &params, request, expected).await
}

/// Upload a file under the SHA-256 that it must have.
#[utoipa::path(put, path = "/api/v1/media/hash/{sha256}", tag = "upload",
    params(("sha256" = String, Path), ("app" = Option<String>, Query), ("userId" = Option<String>, Query),
        ("filename" = Option<String>, Query), ("skipProcessing" = Option<bool>, Query)),
    request_body(content = File, content_type = "application/octet-stream"),
    responses((status = 201, description = "Stored", body = MediaObject),
        (status = 200, description = "This owner held the same bytes already", body = MediaObject),
        (status = 400, description = "Not the bytes of this hash; nothing is stored"), (status = 415, description = "A form")))]
pub(super) async fn upload_by_hash(
    caller: Caller<Uploads>,
    State(app): State<App>,
    Segments(hash): Segments<String>,
    params: Params,
    request: Request,
) -> Result<Response, Problem> {
    let hash: ContentHash = hash.parse().map_err(|error| invalid("sha256", &error))?;
    if digest(request.headers())?.is_some_and(|sent| sent != hash) {
        return Err(ingest::Error::DigestMismatch.into());
    }
    upload_body(&app, &caller, &params, request, Some(hash)).await
}

async fn upload_body(
    app: &App,
    caller: &Caller<Uploads>,
    params: &Params,
    request: Request,
    expected: Option<ContentHash>,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let by = params.app()?.unwrap_or_default();
    if let Some(length) = announced_length(&head.headers) {
        app.ingest.check_size(&by, length)?;
    }
    if head
        .headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity")
    {
        let text = "Content-Encoding is not supported: send the file as it is";
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_encoding",
            text,
        ));
    }
    let declared_type = head
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    // Nobody means to store a form as it is on the wire, whose fields say whose it is.
    if declared_type
        .is_some_and(|declared| essence(declared).eq_ignore_ascii_case("multipart/form-data"))
    {
        let text = "A form goes to /api/v1/media/upload: here the body is the file";
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "form_as_file",
            text,
        ));
    }
    let skip_processing = params.flag("skipProcessing")?;
    let upload = Upload {
        owner: owner(caller, params.get("userId"))?,
        app: by,
        name: params.get("filename").and_then(FileName::from_client),
        declared_type: declared_type.map(str::to_owned),
        metadata: None,
        skip_processing,
        expected,
    };
    let spooled = receive(app, stream(body, &app.config.http)).await?;
    accept(app, spooled, upload, &head.headers).await
}

/// Spools a body.
async fn receive<S>(app: &App, body: S) -> Result<Spooled, Problem>
where
    S: Stream<Item = Result<Bytes, ingest::Error>> + Unpin,
{
    let timer = app.metrics.stage("spool").start_timer();
    let received = app.ingest.spool.receive(body).await;
    timer.observe_duration();
    Ok(received?)
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    let length = headers.get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

/// The SHA-256 in `Repr-Digest` or `Content-Digest`, which must agree when both are there. In a form they are about the file.
fn digest(headers: &HeaderMap) -> Result<Option<ContentHash>, Problem> {
    let mut found = None;
    for name in ["repr-digest", "content-digest"] {
        let Some(field) = headers.get(name) else {
            continue;
        };
        let field = field.to_str().unwrap_or_default();
        let digest =
            ContentHash::from_digest_field(field).map_err(|error| invalid(name, &error))?;
        if found.is_some() && digest.is_some() && found != digest {
            return Err(ingest::Error::DigestMismatch.into());
        }
        found = digest.or(found);
    }
    Ok(found)
}

/// Commits, waits for variants as long as the client likes, and answers with the media object.
async fn accept(
    app: &App,
    spooled: Spooled,
    upload: Upload,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let accepted = app.ingest.accept(spooled, upload).await?;
    point("http::before_upload_answer");
    let (id, duplicate, restored) = (accepted.id, accepted.duplicate, accepted.restored);
    let wait = preferred_wait(headers);
    let deadline = Instant::now() + wait.unwrap_or(app.config.http.upload_wait);
    let media = settled(app, accepted, deadline).await?;
    let status = if duplicate {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let body = Json(MediaObject::uploaded(
        media.shown(),
        &app.public_url,
        duplicate,
        restored,
    ));
    let mut response = (status, [(header::CACHE_CONTROL, "no-store")], body).into_response();
    if let Ok(location) = HeaderValue::try_from(format!("{}/media/{id}", app.public_url)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if wait.is_some() {
        let applied = headers
            .get("prefer")
            .cloned()
            .unwrap_or(HeaderValue::from_static(""));
        response.headers_mut().insert("preference-applied", applied);
    }
    Ok(response)
}

/// The reference once processing has ended, whoever does it, or at the deadline.
pub(super) async fn settled(
    app: &App,
    accepted: Accepted,
    deadline: Instant,
) -> Result<Media, Problem> {
    if let Some(processed) = accepted.processed {
        let _ = timeout_at(deadline, processed).await;
    }
    loop {
        let media = app
            .gallery
            .get(accepted.id, None)
            .await?
            .ok_or_else(Problem::media_not_found)?;
        if media.status != Status::Processing || Instant::now() >= deadline {
            return Ok(media);
        }
        sleep_until(deadline.min(Instant::now() + LOOK_AGAIN)).await;
    }
}

/// `Prefer: wait=N` (seconds) or `respond-async` (RFC 7240).
pub(super) fn preferred_wait(headers: &HeaderMap) -> Option<Duration> {
    let prefer = headers.get("prefer")?.to_str().ok()?;
    prefer
        .split(',')
        .map(str::trim)
        .find_map(|preference| match preference.split_once('=') {
            Some((name, seconds)) if name.trim().eq_ignore_ascii_case("wait") => {
                let seconds = seconds.trim().parse().ok()?;
                Some(Duration::from_secs(seconds).min(MAX_WAIT))
            }
            None if preference.eq_ignore_ascii_case("respond-async") => Some(Duration::ZERO),
            _ => None,
        })
}
