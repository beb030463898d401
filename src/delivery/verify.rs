//! Verification while streaming: nobody gets a complete answer with wrong bytes in it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use sha2::{Digest as _, Sha256};

use crate::blob::{ByteStream, Error};
use crate::media::ContentHash;

/// What is to happen when bytes turn out to be wrong.
pub(super) type Alarm = Box<dyn FnOnce() + Send>;

/// The same bytes; the last chunk is held back until all of them have the digest, else the stream ends with an error.
pub(super) fn verified(stream: ByteStream, digest: ContentHash, alarm: Alarm) -> ByteStream {
    Box::pin(Verified {
        stream,
        digest,
        hasher: Some(Sha256::new()),
        held: None,
        alarm: Some(alarm),
    })
}

struct Verified {
    stream: ByteStream,
    digest: ContentHash,
    /// Gone once the end was reached.
    hasher: Option<Sha256>,
    held: Option<Bytes>,
    alarm: Option<Alarm>,
}

impl Stream for Verified {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Some(hasher) = &mut this.hasher else {
                return Poll::Ready(None);
            };
            match ready!(this.stream.as_mut().poll_next(context)) {
                Some(Ok(chunk)) => {
                    hasher.update(&chunk);
                    if let Some(previous) = this.held.replace(chunk) {
                        return Poll::Ready(Some(Ok(previous)));
                    }
                }
                Some(Err(error)) => {
                    this.hasher = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    let found = this
                        .hasher
                        .take()
                        .map(|hasher| ContentHash(hasher.finalize().into()));
                    if found == Some(this.digest) {
                        return Poll::Ready(this.held.take().map(Ok));
                    }
                    if let Some(alarm) = this.alarm.take() {
                        alarm();
                    }
                    return Poll::Ready(Some(Err(Error::Integrity(format!(
                        "not the bytes of {}",
                        this.digest
                    )))));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;

    use super::*;

    fn stream(chunks: &'static [&'static str]) -> ByteStream {
        Box::pin(futures_util::stream::iter(
            chunks
                .iter()
                .map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))),
        ))
    }

    #[tokio::test]
    async fn wrong_bytes_never_end_cleanly() {
        let digest = ContentHash::of(b"abcdef");
        let good: Vec<Bytes> = verified(stream(&["ab", "cd", "ef"]), digest, Box::new(|| ()))
            .try_collect()
            .await
            .unwrap();
        assert_eq!(good.concat(), b"abcdef");
        for chunks in [&["ab", "cd", "eg"][..], &["ab", "cd"], &[]] {
            let bad: Result<Vec<Bytes>, Error> = verified(stream(chunks), digest, Box::new(|| ()))
                .try_collect()
                .await;
            assert!(bad.is_err());
        }
    }
}
