//! Uploads in parts: large files in bounded memory, a few parts at a time.

use std::ops::Range;

use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::client::{code, failed, patience, status};
use super::{S3Store, body};
use crate::blob::{BlobKey, BlobStore as _, Error, Source};

const MIB: u64 = 1024 * 1024;
/// The smallest part but for the last.
const MIN_PART_BYTES: u64 = 16 * MIB;
/// The most parts that S3 allows.
const MAX_PARTS: u64 = 10_000;
/// Parts of one upload on their way at a time.
const PARTS_AT_ONCE: usize = 3;

/// Starts an upload and returns its id.
pub(super) async fn create(store: &S3Store, key: &BlobKey) -> Result<String, Error> {
    let started = store
        .client
        .create_multipart_upload()
        .bucket(&store.bucket)
        .key(store.full_key(key))
        .content_type("application/octet-stream")
        .checksum_algorithm(ChecksumAlgorithm::Crc32)
        .send()
        .await
        .map_err(|error| failed(error, "start upload of", key))?;
    started
        .upload_id
        .ok_or_else(|| Error::Integrity(format!("{key}: the upload has no id")))
}

/// Sends all parts and completes the upload; safe to repeat, also when it had been completed.
pub(super) async fn put(
    store: &S3Store,
    key: &BlobKey,
    source: &Source,
    upload_id: &str,
) -> Result<(), Error> {
    match send(store, key, source, upload_id).await {
        Err(Failure::UploadGone) => match store.head(key).await? {
            // An earlier try was completed without our learning of it.
            Some(_) => Ok(()),
            None => Err(Error::Integrity(format!(
                "{key}: its upload was aborted meanwhile"
            ))),
        },
        Err(Failure::Other(error)) => Err(error),
        Ok(()) => Ok(()),
    }
}

/// Aborts an upload. It is no error when it is not there.
pub(super) async fn abort(store: &S3Store, key: &BlobKey, upload_id: &str) -> Result<(), Error> {
    let request = store.client.abort_multipart_upload();
    let request = request.bucket(&store.bucket).key(store.full_key(key));
    match request.upload_id(upload_id).send().await {
        Ok(_) => Ok(()),
        Err(error) if code(&error) == Some("NoSuchUpload") || status(&error) == Some(404) => Ok(()),
        Err(error) => Err(failed(error, "abort upload of", key)),
    }
}

enum Failure {
    UploadGone,
    Other(Error),
}

async fn send(
    store: &S3Store,
    key: &BlobKey,
    source: &Source,
    upload_id: &str,
) -> Result<(), Failure> {
    let parts = parts(source.size_bytes()).map(|(number, range)| {
        let (store, key) = (store.clone(), *key);
        let (source, upload_id) = (source.clone(), upload_id.to_owned());
        async move { send_part(&store, &key, &source, &upload_id, number, range).await }
    });
    let mut sent: Vec<CompletedPart> = stream::iter(parts)
        .buffer_unordered(PARTS_AT_ONCE)
        .try_collect()
        .await?;
    sent.sort_unstable_by_key(CompletedPart::part_number);
    let all = CompletedMultipartUpload::builder()
        .set_parts(Some(sent))
        .build();
    let request = store.client.complete_multipart_upload();
    let request = request.bucket(&store.bucket).key(store.full_key(key));
    let completed = request
        .upload_id(upload_id)
        .multipart_upload(all)
        .customize()
        // Servers may put the parts together now.
        .config_override(patience(source.size_bytes()))
        .send()
        .await;
    match completed {
        Ok(_) => Ok(()),
        Err(error) if code(&error) == Some("NoSuchUpload") => Err(Failure::UploadGone),
        Err(error) => Err(Failure::Other(failed(error, "complete upload of", key))),
    }
}

async fn send_part(
    store: &S3Store,
    key: &BlobKey,
    source: &Source,
    upload_id: &str,
    number: i32,
    range: Range<u64>,
) -> Result<CompletedPart, Failure> {
    let size_bytes = range.end - range.start;
    let body = body(source, range, key).await.map_err(Failure::Other)?;
    let request = store.client.upload_part();
    let request = request.bucket(&store.bucket).key(store.full_key(key));
    let sent = request
        .upload_id(upload_id)
        .part_number(number)
        .content_length(size_bytes as i64)
        .checksum_algorithm(ChecksumAlgorithm::Crc32)
        .body(body)
        .customize()
        .config_override(patience(size_bytes))
        .send()
        .await;
    match sent {
        Ok(sent) => Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(sent.e_tag)
            .set_checksum_crc32(sent.checksum_crc32)
            .build()),
        Err(error) if code(&error) == Some("NoSuchUpload") => Err(Failure::UploadGone),
        Err(error) => Err(Failure::Other(failed(error, "upload part of", key))),
    }
}

/// The numbered parts of an object: all of the same size but for the last, which some servers insist on.
fn parts(size_bytes: u64) -> impl Iterator<Item = (i32, Range<u64>)> {
    let part_bytes = MIN_PART_BYTES.max(size_bytes.div_ceil(MAX_PARTS).next_multiple_of(MIB));
    let count = size_bytes.div_ceil(part_bytes).max(1);
    (0..count).map(move |index| {
        let start = index * part_bytes;
        let end = size_bytes.min(start + part_bytes);
        (index as i32 + 1, start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_any_object() {
        let tebibyte = MIB * MIB;
        for size_bytes in [
            0,
            1,
            16 * MIB,
            16 * MIB + 1,
            160_000 * MIB + 1,
            5 * tebibyte,
        ] {
            let all: Vec<_> = parts(size_bytes).collect();
            assert!(all.len() as u64 <= MAX_PARTS, "{size_bytes}");
            assert_eq!(all[0].1.start, 0);
            assert_eq!(all[all.len() - 1].1.end, size_bytes);
            for (index, pair) in all.windows(2).enumerate() {
                assert_eq!(pair[0].0, index as i32 + 1);
                assert_eq!(pair[0].1.end, pair[1].1.start);
                assert!(pair[0].1.end - pair[0].1.start >= MIN_PART_BYTES);
            }
        }
    }
}
