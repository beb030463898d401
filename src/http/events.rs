//! What happens in a gallery, as server-sent events.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response, sse};
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::json;
use tokio::time::Instant;

use super::error::Problem;
use super::gallery::one_owner;
use super::params::{Params, invalid};
use super::principal::{Caller, Read};
use crate::app::App;
use crate::catalog::{Error, Event};
use crate::gallery::Watcher;

/// How often something is said, so that everybody on the way knows that there is somebody.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// After this long whoever looks on has to ask again, and to show again who it is.
const LONGEST: Duration = Duration::from_mins(10);
/// nginx would wait for more.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// What happens to a user's references: events `added`, `processed`, `failed`, `changed`, `deleted` and `restored`, each with data
/// `{"id": "…"}`. `Last-Event-ID` (or `lastEventId`) goes on behind an event of the last 24 hours.
#[utoipa::path(get, path = "/api/v1/media/events", tag = "gallery",
    params(("userId" = String, Query, description = "not needed with a token"), ("lastEventId" = Option<String>, Query)),
    responses((status = 200, description = "Server-sent events", content_type = "text/event-stream"),
        (status = 400, description = "A bad value, which is named")))]
pub(super) async fn get_events(
    caller: Caller<Read>,
    State(app): State<App>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let grant = caller.to(params.owner()?)?;
    let owner = one_owner(&app, &params, &grant)?;
    let after = match headers.get("last-event-id") {
        Some(id) => Some(id.to_str().unwrap_or("not text")),
        None => params.get("lastEventId"),
    };
    let after = after
        .map(str::parse)
        .transpose()
        .map_err(|error| invalid("lastEventId", &error))?;
    let watcher = app.events.of(owner, after).await?;
    let stop = app.stop.clone();
    let events = happenings(watcher).take_until(stop.cancelled_owned());
    let answer = Sse::new(events).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE));
    Ok(([UNBUFFERED], answer).into_response())
}

fn happenings(watcher: Watcher) -> impl Stream<Item = Result<sse::Event, Error>> {
    let end = Instant::now() + LONGEST;
    // Whoever has had no event yet has a place to go on from, too.
    let start = sse::Event::default().id(watcher.place().to_string());
    let batches = stream::unfold(watcher, move |mut watcher| async move {
        let events = tokio::time::timeout_at(end, watcher.next()).await.ok()?;
        Some((events, watcher))
    });
    let happened = batches.flat_map(|batch| {
        stream::iter(match batch {
            Ok(events) => events.iter().map(|event| Ok(shown(event))).collect(),
            Err(error) => vec![Err(error)],
        })
    });
    stream::once(async { Ok(start) }).chain(happened)
}

fn shown(event: &Event) -> sse::Event {
    let data = json!({ "id": event.media.to_string() });
    sse::Event::default()
        .id(event.id.to_string())
        .event(event.kind.name())
        .data(data.to_string())
}
