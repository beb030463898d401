//! Uploads: multipart, raw body, and content-addressed. All are streamed into the spool and committed before the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest as _, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, sleep_until, timeout_at};
use utoipa::ToSchema;

use super::body::stream;
use super::error::Problem;
use super::params::{Params, Segments, invalid};
use super::principal::{Caller, Upload as Uploads};
use super::projection::MediaObject;
use crate::app::App;
use crate::catalog::{Media, Status};
use crate::crash::point;
use crate::ingest::{self, Accepted, Upload};
use crate::media::{AppName, ContentHash, FileName, Owner};
use crate::spool::Spooled;

/// The longest text field of a form, in bytes.
const MAX_TEXT_BYTES: usize = 4096;
/// Most parts of a form.
const MAX_PARTS: usize = 32;
/// How much longer than its file a form may be, and how much of it may be unread.
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
        (status = 413, description = "Too large"), (status = 507, description = "No room, or over the quota"), (status = 422, description = "A picture over a limit")))]
pub(super) async fn upload_multipart(
    caller: Caller<Uploads>,
    State(app): State<App>,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let headers = head.headers.clone();
    refuse_by_length(&app, &headers)?;
    let no_file = || Problem::bad_request("no_file", "No file provided");
    let unread = Unread::default();
    let body = unread.metered(stream(body, &app.config.http), &app);
    let request = Request::from_parts(head, Body::from_stream(body));
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| no_file())?;
    let mut fields = Fields {
        expected: digest(&headers)?,
        ..Fields::default()
    };
    let mut parts = 0;
    while let Some(field) = form
        .next_field()
        .await
        .map_err(|error| form_problem(&error))?
    {
        parts += 1;
        if parts > MAX_PARTS {
            return Err(Problem::bad_request(
                "bad_body",
                format!("Form has more than {MAX_PARTS} parts"),
            ));
        }
        fields.read(&app, field, &unread).await?;
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
    async fn read(&mut self, app: &App, field: Field<'_>, unread: &Unread) -> Result<(), Problem> {
        unread.reset();
        match (field.name(), field.file_name().is_some()) {
            (Some("file"), true) => {
                self.name = field.file_name().map(str::to_owned);
                self.declared_type = field.content_type().map(str::to_owned);
                self.expected = digest(field.headers())?.or(self.expected);
                self.file = Some(
                    receive(
                        app,
                        field.map(|chunk| {
                            unread.reset();
                            chunk.map_err(|error| form_error(&error))
                        }),
                    )
                    .await?,
                );
            }
            (Some("app"), _) => self.app = text(field).await?,
            (Some("userId"), _) => self.user_id = text(field).await?,
            (Some("skipProcessing"), _) => self.skip_processing = text(field).await?,
            _ => {}
        }
        Ok(())
    }
}

/// Bytes of a form that came in and have not come out of its parser, which would buffer any amount of a part's head, or of a part
/// that nobody asked for.
#[derive(Clone, Default)]
struct Unread(Arc<AtomicU64>);

impl Unread {
    fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn metered<S>(
        &self,
        body: S,
        app: &App,
    ) -> impl Stream<Item = Result<Bytes, ingest::Error>> + use<S>
    where
        S: Stream<Item = Result<Bytes, ingest::Error>>,
    {
        let (unread, max_bytes) = (self.clone(), app.config.limits.max_upload_bytes);
        let mut total = 0;
        body.map(move |chunk| {
            let chunk = chunk?;
            total += chunk.len() as u64;
            if total > max_bytes.saturating_add(FORM_BYTES) {
                return Err(ingest::Error::TooLarge { max_bytes });
            }
            if unread.0.fetch_add(chunk.len() as u64, Ordering::Relaxed) > FORM_BYTES {
                return Err(ingest::Error::BadBody("Malformed multipart form".into()));
            }
            Ok(chunk)
        })
    }
}

async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| form_problem(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_TEXT_BYTES {
            return Err(Problem::bad_request(
                "bad_body",
                format!("Form field is longer than {MAX_TEXT_BYTES} bytes"),
            ));
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| Problem::bad_request("bad_body", "Form field is not UTF-8"))
}

fn form_problem(error: &MultipartError) -> Problem {
    form_error(error).into()
}

/// What the body said, if it was the body; else the form is malformed.
fn form_error(error: &MultipartError) -> ingest::Error {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| {
        error.source()
    });
    for cause in causes {
        match cause.downcast_ref::<ingest::Error>() {
            Some(ingest::Error::Timeout) => return ingest::Error::Timeout,
            Some(ingest::Error::Disconnected) => return ingest::Error::Disconnected,
            Some(&ingest::Error::TooLarge { max_bytes }) => {
                return ingest::Error::TooLarge { max_bytes };
            }
            _ => {}
        }
    }
    ingest::Error::BadBody("Malformed multipart form".into())
}

/// Upload a file as the whole body.
#[utoipa::path(post, path = "/api/v1/media", tag = "upload",
    params(("app" = Option<String>, Query), ("userId" = Option<String>, Query), ("filename" = Option<String>, Query),
        ("skipProcessing" = Option<bool>, Query)),
    request_body(content = File, content_type = "application/octet-stream"),
    responses((status = 201, description = "Stored", body = MediaObject),
        (status = 200, description = "This owner held the same bytes already", body = MediaObject),
        (status = 400, description = "Empty, or not the digest that was sent"), (status = 413, description = "Too large"), (status = 507, description = "No room, or over the quota"),
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
        (status = 400, description = "Not the bytes of this hash; nothing is stored")))]
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
    refuse_by_length(app, &head.headers)?;
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
    let skip_processing = params.parse("skipProcessing", "true or false", |value| {
        value.parse().ok()
    })?;
    let upload = Upload {
        owner: owner(caller, params.get("userId"))?,
        app: params.app()?.unwrap_or_default(),
        name: params.get("filename").and_then(FileName::from_client),
        declared_type: declared_type.map(str::to_owned),
        metadata: None,
        skip_processing: skip_processing.unwrap_or(false),
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

/// 413 before a byte is kept, when the announced length says enough.
fn refuse_by_length(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let max_bytes = app.config.limits.max_upload_bytes;
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_none_or(|length| length <= max_bytes.saturating_add(FORM_BYTES)) {
        return Ok(());
    }
    Err(ingest::Error::TooLarge { max_bytes }.into())
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
        &media,
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
