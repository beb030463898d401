//! How long a connection may be silent: while its client sends a head, between two requests, and while an answer waits for the client
//! to read. Hyper has one timer for the first two, and none for the last.

use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Version;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// How long a connection may take to close once it was told to.
const CLOSING: Duration = Duration::from_secs(5);

/// What is too long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// From the first byte of a head to its last, and from the connection's start to the end of its first head.
    pub(super) head: Duration,
    /// Between requests, and for a client that reads nothing of an answer.
    pub(super) idle: Duration,
}

/// A connection that can be asked to end in order.
pub(super) trait Closing: Future {
    /// Requests in flight go on, others do not begin.
    fn close(self: Pin<&mut Self>);
}

/// What a connection is doing.
#[derive(Debug, Clone)]
pub(super) struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    in_flight: usize,
    is_http2: bool,
    waits_for: Awaited,
    since: Instant,
    /// Since when an answer waits for its client to read.
    blocked_since: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// The rest of a head.
    Head,
    /// Another request.
    Request,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            in_flight: 0,
            is_http2: false,
            waits_for: Awaited::Head,
            since: Instant::now(),
            blocked_since: None,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A head is complete. Its request lasts as long as what comes back, or the body it is given to.
    pub(super) fn begin(&self, version: Version) -> InFlight {
        let mut state = self.state();
        state.in_flight += 1;
        state.is_http2 = version == Version::HTTP_2;
        InFlight(self.clone())
    }

    /// Bytes came in.
    fn received(&self) {
        let mut state = self.state();
        // In HTTP/2 they may be about anything.
        if state.in_flight == 0 && state.waits_for == Awaited::Request && !state.is_http2 {
            state.waits_for = Awaited::Head;
            state.since = Instant::now();
        }
    }

    fn sent(&self, is_blocked: bool) {
        let mut state = self.state();
        state.blocked_since = match (is_blocked, state.blocked_since) {
            (false, _) => None,
            (true, since) => since.or_else(|| Some(Instant::now())),
        };
    }

    /// When it will have been silent for too long, if nothing happens; `None` while that is not the client's doing.
    fn deadline(&self, patience: &Patience) -> Option<Instant> {
        let state = self.state();
        let blocked = state.blocked_since.map(|since| since + patience.idle);
        let silent = (state.in_flight == 0).then(|| {
            state.since
                + match state.waits_for {
                    Awaited::Head => patience.head,
                    Awaited::Request => patience.idle,
                }
        });
        blocked.into_iter().chain(silent).min()
    }

    fn is_idle(&self) -> bool {
        let state = self.state();
        state.in_flight == 0 && state.waits_for == Awaited::Request
    }
}

/// A request in flight.
#[derive(Debug)]
pub(super) struct InFlight(Activity);

impl InFlight {
    /// The same answer, which ends the request with its body.
    pub(super) fn until_sent(self, response: Response) -> Response<Sending> {
        response.map(|body| Sending {
            body,
            _in_flight: self,
        })
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.in_flight -= 1;
        state.waits_for = Awaited::Request;
        state.since = Instant::now();
    }
}

/// The body of an answer in flight.
pub(super) struct Sending {
    body: Body,
    _in_flight: InFlight,
}

impl http_body::Body for Sending {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Drives a connection to its end: its own, its client's patience, or in order after `stop`.
pub(super) async fn drive<C: Closing>(
    connection: C,
    activity: &Activity,
    patience: &Patience,
    stop: CancellationToken,
) {
    let mut connection = pin!(connection);
    let mut stopped = pin!(stop.cancelled_owned());
    let mut alarm = pin!(sleep_until(Instant::now() + patience.head));
    let mut is_closing = false;
    let mut closed_by = None;
    std::future::poll_fn(|context| {
        if !is_closing && stopped.as_mut().poll(context).is_ready() {
            is_closing = true;
            connection.as_mut().close();
        }
        loop {
            if connection.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            let deadline = [activity.deadline(patience), closed_by]
                .into_iter()
                .flatten()
                .min();
            // Deadlines mostly move away: the alarm goes off early then, and is set anew, which is cheaper than with each request.
            match deadline {
                Some(deadline) if deadline < alarm.deadline() => alarm.as_mut().reset(deadline),
                _ => {}
            }
            ready!(alarm.as_mut().poll(context));
            let now = Instant::now();
            match deadline {
                Some(deadline) if deadline > now => alarm.as_mut().reset(deadline),
                None => alarm.as_mut().reset(now + patience.idle),
                // Somebody who sends a request at this very moment is told that it was not heard (HTTP/2).
                Some(_) if closed_by.is_none() && activity.is_idle() => {
                    is_closing = true;
                    closed_by = Some(now + CLOSING);
                    alarm.as_mut().reset(now + CLOSING);
                    connection.as_mut().close();
                }
                Some(_) => return Poll::Ready(()),
            }
        }
    })
    .await;
}

/// A stream that tells what happens on it.
#[derive(Debug)]
pub(super) struct Observed<S> {
    stream: S,
    activity: Activity,
}

impl<S> Observed<S> {
    pub(super) fn new(stream: S, activity: Activity) -> Self {
        Self { stream, activity }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Observed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(context, buffer));
        if buffer.filled().len() > before {
            self.activity.received();
        }
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Observed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.activity.sent(written.is_pending());
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.activity.sent(written.is_pending());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
