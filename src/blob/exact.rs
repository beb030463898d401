//! Streams that deliver exactly the promised number of bytes or an error, never a short body that looks complete.

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt as _};

use super::{ByteStream, Error};

/// The chunks of `inner`, followed by an error when there are fewer than `size_bytes` and cut off by one when there are more.
pub(super) fn exactly<S>(inner: S, size_bytes: u64) -> ByteStream
where
    S: Stream<Item = Result<Bytes, Error>> + Send + 'static,
{
    let start = (Box::pin(inner), size_bytes);
    Box::pin(stream::try_unfold(
        start,
        move |(mut inner, missing)| async move {
            match inner.next().await.transpose()? {
                Some(chunk) => match missing.checked_sub(chunk.len() as u64) {
                    Some(missing) => Ok(Some((chunk, (inner, missing)))),
                    None => Err(Error::Integrity(format!(
                        "an object sent more than its {size_bytes} bytes"
                    ))),
                },
                None if missing > 0 => Err(Error::Integrity(format!(
                    "an object ended {missing} bytes before its {size_bytes}"
                ))),
                None => Ok(None),
            }
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(chunks: &'static [&'static str], size_bytes: u64) -> Vec<Result<Bytes, Error>> {
        let chunks = chunks
            .iter()
            .map(|chunk| Ok(Bytes::from_static(chunk.as_bytes())));
        exactly(stream::iter(chunks), size_bytes).collect().await
    }

    #[tokio::test]
    async fn short_and_long_bodies_end_in_an_error() {
        assert!(matches!(
            read(&["ab", "c"], 3).await.as_slice(),
            [Ok(_), Ok(_)]
        ));
        assert!(read(&[], 0).await.is_empty());
        assert!(matches!(
            read(&["ab"], 3).await.as_slice(),
            [Ok(_), Err(Error::Integrity(_))]
        ));
        assert!(matches!(
            read(&["ab", "cd"], 3).await.as_slice(),
            [Ok(_), Err(Error::Integrity(_))]
        ));
    }
}
