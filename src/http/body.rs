//! Request bodies as streams: silence has a limit, and a client that sends too much still gets to read why it was refused.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout};

use super::error::Problem;
use crate::config::Http;
use crate::ingest::Error;

/// How long the rest of a body is read and thrown away after its request was answered.
const LINGER: Duration = Duration::from_secs(10);

/// Longest of the bodies that say something and are no file.
const MAX_OBJECT_BYTES: usize = 16 << 10;

/// How long a body may be slow before its rate is looked at.
const GRACE: Duration = Duration::from_secs(10);

/// A request body that fails with `Timeout` after a silence of `READ_TIMEOUT`, or once it has come in below `MIN_BODY_RATE` for longer
/// than [`GRACE`]. Only the time that was spent waiting for it counts.
pub(super) fn stream(
    body: Body,
    settings: &Http,
) -> Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>> {
    let (silence, rate) = (settings.read_timeout, settings.min_body_rate);
    let state = (body.into_data_stream(), Duration::ZERO, 0_u64);
    Box::pin(futures_util::stream::unfold(
        state,
        move |(mut body, waited, received_bytes)| async move {
            let allowed = match received_bytes.checked_div(rate) {
                Some(seconds) => Duration::from_secs(seconds).max(GRACE),
                None => Duration::MAX,
            };
            let started = Instant::now();
            let next = timeout(silence.min(allowed.saturating_sub(waited)), body.next()).await;
            let waited = waited + started.elapsed();
            let (next, length) = match next {
                Ok(Some(Ok(chunk))) => {
                    let length = chunk.len() as u64;
                    (Ok(chunk), length)
                }
                Ok(Some(Err(_))) => (Err(Error::Disconnected), 0),
                Ok(None) => return None,
                Err(_) => (Err(Error::Timeout), 0),
            };
            Some((next, (body, waited, received_bytes + length)))
        },
    ))
}

/// A small JSON object: at most [`MAX_OBJECT_BYTES`].
pub(super) async fn object<T: DeserializeOwned>(body: Body, settings: &Http) -> Result<T, Problem> {
    let mut bytes = Vec::new();
    let mut chunks = stream(body, settings);
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > MAX_OBJECT_BYTES {
            let text = format!("Body is longer than {MAX_OBJECT_BYTES} bytes");
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(Problem::new(status, "body_too_large", text));
        }
    }
    // serde would take an array for a struct.
    let object: Result<Map<String, Value>, _> = serde_json::from_slice(&bytes);
    object
        .and_then(|object| serde_json::from_value(Value::Object(object)))
        .map_err(|error| {
            Problem::bad_request("bad_body", format!("Not what is asked for: {error}"))
        })
}

/// The same stream with errors that a blocking reader can carry.
pub(super) fn io_error(error: Error) -> io::Error {
    let kind = match &error {
        Error::Timeout => io::ErrorKind::TimedOut,
        _ => io::ErrorKind::ConnectionReset,
    };
    io::Error::new(kind, error)
}

/// A request whose body is read on for a while after the answer, if its handler left some of it: to close a connection on bytes
/// that nobody read throws away the answer too. A client that said `Expect` has not sent any yet, and need not.
pub(super) fn lingering(request: Request<Incoming>) -> Request {
    let expects = request.headers().contains_key(header::EXPECT);
    request.map(|body| {
        if body.is_end_stream() {
            Body::empty()
        } else if expects {
            Body::new(body)
        } else {
            Body::new(Lingering(Some(body)))
        }
    })
}

/// `None` once it has ended.
struct Lingering(Option<Incoming>);

impl http_body::Body for Lingering {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(body).poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0
            .as_ref()
            .map_or(SizeHint::with_exact(0), Incoming::size_hint)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let left = self.0.take().filter(|body| !body.is_end_stream());
        if let (Some(mut body), Ok(runtime)) = (left, tokio::runtime::Handle::try_current()) {
            let read = async move { while let Some(Ok(_)) = body.frame().await {} };
            runtime.spawn(async { timeout(LINGER, read).await });
        }
    }
}
