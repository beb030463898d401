//! Batches of base64 items, for the image-generation pipeline.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::io::{StreamReader, SyncIoBridge};
use utoipa::ToSchema;

use super::body::{io_error, stream};
use super::error::Problem;
use super::params::invalid;
use super::principal::{Caller, Upload as Uploads};
use super::projection::MediaObject;
use super::upload::{owner, preferred_wait, settled};
use crate::app::App;
use crate::catalog::{self, Answer, Idempotency};
use crate::ingest::{self, Accepted, Batch, BatchItem, Upload};
use crate::media::{AppName, FileName, Owner};
use crate::spool::Spooled;
use crate::threads::blocking;

/// How long a batch may hold its idempotency key without an answer.
const KEY_LEASE: Duration = Duration::from_mins(5);

/// A batch.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code)] // for the API document
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BatchRequest {
    /// The app that sends it.
    app: Option<String>,
    /// Whose it is.
    user_id: Option<String>,
    /// All items or none.
    #[serde(default)]
    atomic: bool,
    /// No variants.
    #[serde(default)]
    skip_processing: bool,
    /// 1 to 16 items.
    #[schema(min_items = 1, max_items = 16)]
    items: Vec<BatchRequestItem>,
}

/// An item of a batch.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code)] // for the API document
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BatchRequestItem {
    /// Base64 or a base64 `data:` URL.
    data: String,
    filename: Option<String>,
    mime_type: Option<String>,
    /// Kept with the reference and returned as `appMetadata`: prompt, model, seed, …
    metadata: Option<Value>,
}

/// Upload 1 to 16 base64 items. With an `Idempotency-Key`, a repeat gets the first answer.
#[utoipa::path(post, path = "/api/v1/media/batch", tag = "upload",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = BatchRequest,
    responses((status = 201, description = "Every item was stored"),
        (status = 200, description = "Answers by item: some were duplicates or refused"),
        (status = 400, description = "Not a batch"), (status = 409, description = "The first request with this key is still in work"),
        (status = 422, description = "Atomic, and an item was refused; or the key was used for another body")))]
pub(super) async fn upload_batch(
    caller: Caller<Uploads>,
    State(app): State<App>,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let key = idempotency_key(&head.headers)?;
    let batch = receive(&app, body).await?;
    let owner = owner(&caller, batch.user_id.as_deref())?;
    let app_name = AppName::new(batch.app.as_deref().unwrap_or_default())
        .map_err(|error| invalid("app", &error))?;
    let wait = preferred_wait(&head.headers).unwrap_or(app.config.http.upload_wait);
    let deadline = Instant::now() + wait;
    // On its own: a client that hangs up must find the answer when it comes back with its key.
    let work = app.tasks.spawn({
        let app = app.clone();
        async move {
            if let Some(key) = &key
                && let Some(answer) = first_answer(&app, &owner, key, &batch).await?
            {
                return Ok((answer, true));
            }
            let answered = answer_once(&app, batch, &owner, &app_name, key.as_deref(), deadline);
            Ok::<_, Problem>((answered.await?, false))
        }
    });
    let (answer, replayed) = work.await.map_err(Problem::internal)??;
    Ok(respond(answer, replayed))
}

/// Does the work and keeps its answer under the key, unless a repeat could do better.
async fn answer_once(
    app: &App,
    batch: Batch,
    owner: &Owner,
    app_name: &AppName,
    key: Option<&str>,
    deadline: Instant,
) -> Result<Answer, Problem> {
    let answered = answer(app, batch, owner, app_name, deadline).await;
    if let Some(key) = key {
        match &answered {
            Ok((answer, true)) => {
                if let Err(error) = app.catalog.finish_idempotent(owner, key, answer).await {
                    release(app, owner, key).await;
                    return Err(error.into());
                }
            }
            Ok((_, false)) | Err(_) => release(app, owner, key).await,
        }
    }
    answered.map(|(answer, _)| answer)
}

/// Lets a repeat begin at once, unless the answer is there after all. Whether it works does not matter: the key's lease ends.
async fn release(app: &App, owner: &Owner, key: &str) {
    if let Err(error) = app.catalog.release_idempotent(owner, key).await {
        tracing::warn!(%error, "an idempotency key is left to its lease");
    }
}

fn respond(answer: Answer, replayed: bool) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (
        status,
        [(header::CACHE_CONTROL, "no-store")],
        Json(answer.body),
    )
        .into_response();
    if replayed {
        response.headers_mut().insert(
            "idempotency-replayed",
            header::HeaderValue::from_static("true"),
        );
    }
    response
}

async fn receive(app: &App, body: Body) -> Result<Batch, Problem> {
    // Each batch being received holds a thread, which a slow client could hold for long.
    let _place = app
        .batches
        .try_acquire()
        .map_err(|_| crate::threads::Error::Busy)?;
    let body = stream(body, &app.config.http).map_err(io_error);
    let reader = SyncIoBridge::new(StreamReader::new(body));
    let spool = app.ingest.spool.clone();
    Ok(blocking(move || ingest::parse_batch(&spool, reader)).await?)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = key
        .to_str()
        .ok()
        .filter(|key| (1..=255).contains(&key.len()));
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| Problem::parameter("Idempotency-Key", "must be 1 to 255 visible characters"))
}

/// What an earlier request with this key got; `None` when this is the first.
async fn first_answer(
    app: &App,
    owner: &Owner,
    key: &str,
    batch: &Batch,
) -> Result<Option<Answer>, Problem> {
    let begun = app
        .catalog
        .begin_idempotent(owner, key, batch.fingerprint, KEY_LEASE)
        .await;
    if matches!(begun, Err(catalog::Error::OutcomeUnknown(_))) {
        // If it was taken, it was for us, and nobody works on it.
        release(app, owner, key).await;
    }
    match begun? {
        Idempotency::Fresh => Ok(None),
        Idempotency::Done(answer) => Ok(Some(answer)),
        Idempotency::InFlight => {
            let text = "The first request with this Idempotency-Key is still in work";
            Err(Problem::new(
                StatusCode::CONFLICT,
                "idempotency_in_flight",
                text,
            ))
        }
        Idempotency::Mismatch => {
            let text = "This Idempotency-Key was used for another request body";
            Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_mismatch",
                text,
            ))
        }
    }
}

async fn answer(
    app: &App,
    batch: Batch,
    owner: &Owner,
    app_name: &AppName,
    deadline: Instant,
) -> Result<(Answer, bool), Problem> {
    let (atomic, skip) = (batch.atomic, batch.skip_processing);
    let items = batch
        .items
        .into_iter()
        .map(|item| upload(item, owner, app_name, skip));
    if atomic {
        all_or_none(app, items.collect(), deadline).await
    } else {
        one_by_one(app, items, deadline).await
    }
}

type Item = Result<(Spooled, Upload), Problem>;

fn upload(item: BatchItem, owner: &Owner, app: &AppName, skip_processing: bool) -> Item {
    let data = item
        .data
        .ok_or_else(|| Problem::bad_request("bad_body", "Item has no data"))?;
    let upload = Upload {
        owner: owner.clone(),
        app: app.clone(),
        name: item.filename.as_deref().and_then(FileName::from_client),
        declared_type: item.mime_type,
        metadata: item.metadata,
        skip_processing,
        expected: None,
    };
    Ok((data?, upload))
}

async fn one_by_one(
    app: &App,
    items: impl Iterator<Item = Item>,
    deadline: Instant,
) -> Result<(Answer, bool), Problem> {
    let mut results = Vec::new();
    for item in items {
        let accepted = match item {
            Ok((spooled, upload)) => app
                .ingest
                .accept(spooled, upload)
                .await
                .map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        results.push(accepted);
    }
    finish(app, results, deadline).await
}

async fn all_or_none(
    app: &App,
    items: Vec<Item>,
    deadline: Instant,
) -> Result<(Answer, bool), Problem> {
    if items.iter().any(Result::is_err) {
        let refused = items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| Some(item.as_ref().err()?.item(index)));
        return Err(refuse(refused.collect()));
    }
    let uploads = items.into_iter().flatten().collect();
    let accepted = app
        .ingest
        .accept_all(uploads)
        .await
        .map_err(|(index, error)| {
            let problem = Problem::from(error);
            if problem.is_clients() {
                refuse(vec![problem.item(index)])
            } else {
                problem
            }
        })?;
    finish(app, accepted.into_iter().map(Ok).collect(), deadline).await
}

fn refuse(items: Vec<Value>) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "batch_refused",
        "Nothing was stored: an item was refused",
    )
    .with("items", Value::Array(items))
}

async fn finish(
    app: &App,
    results: Vec<Result<Accepted, Problem>>,
    deadline: Instant,
) -> Result<(Answer, bool), Problem> {
    let mut items = Vec::with_capacity(results.len());
    let mut all_created = true;
    // Whether every refusal was the client's own doing.
    let mut is_final = true;
    for (index, result) in results.into_iter().enumerate() {
        let accepted = match result {
            Ok(accepted) => accepted,
            Err(problem) => {
                all_created = false;
                is_final &= problem.is_clients();
                items.push(problem.item(index));
                continue;
            }
        };
        let (duplicate, restored) = (accepted.duplicate, accepted.restored);
        all_created &= !duplicate;
        let media = settled(app, accepted, deadline).await?;
        let media = MediaObject::uploaded(media.shown(), &app.public_url, duplicate, restored);
        let status = if duplicate {
            StatusCode::OK
        } else {
            StatusCode::CREATED
        };
        items.push(json!({ "index": index, "status": status.as_u16(), "media": media }));
    }
    let status = if all_created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let answer = Answer {
        status: status.as_u16(),
        body: json!({ "items": items }),
    };
    Ok((answer, is_final))
}
