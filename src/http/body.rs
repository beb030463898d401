//! Request bodies as streams: silence has a limit, and a client that sends too much still gets to read why it was refused.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::time::timeout;

use crate::ingest::Error;

/// How much of a refused body is read and thrown away, so that the refusal arrives before the connection is closed.
const LINGER_BYTES: usize = 4 << 20;
/// And for how long.
const LINGER: Duration = Duration::from_secs(1);

/// A request body that fails with `Timeout` after `silence` without a byte.
pub(super) fn stream(
    body: Body,
    silence: Duration,
) -> Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>> {
    Box::pin(futures_util::stream::unfold(
        body.into_data_stream(),
        move |mut body| async move {
            match timeout(silence, body.next()).await {
                Ok(Some(Ok(chunk))) => Some((Ok(chunk), body)),
                Ok(Some(Err(_))) => Some((Err(Error::Disconnected), body)),
                Ok(None) => None,
                Err(_) => Some((Err(Error::Timeout), body)),
            }
        },
    ))
}

/// Reads on for a moment after a refusal.
pub(super) async fn linger<E>(mut body: impl Stream<Item = Result<Bytes, E>> + Unpin) {
    let read = async {
        let mut left = LINGER_BYTES;
        while let Some(Ok(chunk)) = body.next().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                return;
            }
        }
    };
    let _ = timeout(LINGER, read).await;
}

/// The same stream with errors that a blocking reader can carry.
pub(super) fn io_error(error: Error) -> io::Error {
    let kind = match &error {
        Error::Timeout => io::ErrorKind::TimedOut,
        _ => io::ErrorKind::ConnectionReset,
    };
    io::Error::new(kind, error)
}
