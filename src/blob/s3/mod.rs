//! Objects in a bucket of any server that speaks S3: SeaweedFS, Garage, MinIO, Ceph, AWS and others. Nothing is asked of it
//! that those do differently: no conditional requests, no versions, no tags.

mod client;
mod multipart;

use std::error::Error as StdError;
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream as Body;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use aws_smithy_types::byte_stream::Length;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use tokio::time::timeout;

pub use client::S3Config;
use client::{REQUEST_TIMEOUT, code, failed, patience, status};

use super::exact::exactly;
use super::{
    AnswerFields, BlobKey, BlobReader, BlobStore, Error, LIST_LIMIT, Listed, Source, within,
};
use crate::media::ContentHash;

/// From this size an object is uploaded in parts.
const MULTIPART_FROM_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of a source file in memory at a time, for each upload.
const READ_BYTES: usize = 128 * 1024;

/// A store in a bucket, below a prefix.
#[derive(Debug, Clone)]
pub struct S3Store {
    client: Client,
    bucket: String,
    /// Empty, or ends with a slash.
    prefix: String,
}

impl S3Store {
    /// A store by its configuration; nothing is sent yet.
    #[must_use]
    pub fn new(config: S3Config) -> Self {
        let prefix = config.prefix.trim_matches('/');
        let prefix = match prefix {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        Self {
            client: client::connect(&config),
            bucket: config.bucket,
            prefix,
        }
    }

    /// Makes the bucket unless it is there.
    ///
    /// # Errors
    /// `Unavailable`, also when it is there and not ours to use.
    pub async fn ensure_bucket(&self) -> Result<(), Error> {
        let what = || format!("bucket {}", self.bucket);
        match self.client.head_bucket().bucket(&self.bucket).send().await {
            Ok(_) => return Ok(()),
            Err(error) if status(&error) == Some(404) => {}
            Err(error) => return Err(failed(error, "look up", &what())),
        }
        let region = self.client.config().region().map(AsRef::as_ref);
        // AWS wants the region spelt out everywhere but in its first.
        let place = region
            .filter(|region| *region != "us-east-1")
            .map(|region| {
                CreateBucketConfiguration::builder()
                    .location_constraint(BucketLocationConstraint::from(region))
                    .build()
            });
        let request = self.client.create_bucket().bucket(&self.bucket);
        match request.set_create_bucket_configuration(place).send().await {
            Ok(_) => Ok(()),
            Err(error) if code(&error) == Some("BucketAlreadyOwnedByYou") => Ok(()),
            // Another node may have made it meanwhile; some servers do not say whose it is.
            Err(error) if code(&error) == Some("BucketAlreadyExists") => {
                let found = self.client.head_bucket().bucket(&self.bucket).send().await;
                found
                    .map(|_| ())
                    .map_err(|error| failed(error, "look up", &what()))
            }
            Err(error) => Err(failed(error, "create", &what())),
        }
    }

    fn full_key(&self, key: &BlobKey) -> String {
        format!("{}{key}", self.prefix)
    }

    /// In one request, which the server checks against the digest.
    async fn put_whole(
        &self,
        key: &BlobKey,
        source: &Source,
        digest: &ContentHash,
    ) -> Result<(), Error> {
        let size_bytes = source.size_bytes();
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(self.full_key(key))
            .content_type("application/octet-stream")
            .content_length(size_bytes as i64)
            .checksum_sha256(STANDARD.encode(digest.0))
            .body(body(source, 0..size_bytes, key).await?);
        let sent = request.customize().config_override(patience(size_bytes));
        sent.send()
            .await
            .map(|_| ())
            .map_err(|error| failed(error, "put", key))
    }
}

#[async_trait]
impl BlobStore for S3Store {
    async fn begin(&self, key: &BlobKey, size_bytes: u64) -> Result<Option<String>, Error> {
        if size_bytes < MULTIPART_FROM_BYTES {
            return Ok(None);
        }
        multipart::create(self, key).await.map(Some)
    }

    async fn put(
        &self,
        key: &BlobKey,
        source: &Source,
        digest: &ContentHash,
        upload_id: Option<&str>,
    ) -> Result<(), Error> {
        check_length(key, source).await?;
        match upload_id {
            Some(upload_id) => multipart::put(self, key, source, upload_id).await?,
            None => self.put_whole(key, source, digest).await?,
        }
        let (expected, found) = (source.size_bytes(), self.head(key).await?);
        if found == Some(expected) {
            return Ok(());
        }
        Err(Error::Integrity(format!(
            "{key}: {expected} bytes were put, {found:?} are there"
        )))
    }

    async fn head(&self, key: &BlobKey) -> Result<Option<u64>, Error> {
        let request = self.client.head_object().bucket(&self.bucket);
        match request.key(self.full_key(key)).send().await {
            Ok(found) => Ok(Some(found.content_length().unwrap_or(0) as u64)),
            Err(error) if status(&error) == Some(404) => Ok(None),
            Err(error) => Err(failed(error, "look up", key)),
        }
    }

    async fn get(
        &self,
        key: &BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, Error> {
        // HTTP can ask for no range that is empty or of an empty object.
        if range.as_ref().is_some_and(Range::is_empty) {
            let Some(size_bytes) = self.head(key).await? else {
                return Ok(None);
            };
            within(range, size_bytes)?;
            let stream = exactly(stream::empty(), 0);
            return Ok(Some(BlobReader { size_bytes, stream }));
        }
        let asked = range
            .as_ref()
            .map(|range| format!("bytes={}-{}", range.start, range.end - 1));
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(self.full_key(key));
        let found = match request.set_range(asked).send().await {
            Ok(found) => found,
            // Either the object or (also 404) its bucket.
            Err(error) if code(&error) == Some("NoSuchKey") => return Ok(None),
            Err(error) => return Err(failed(error, "get", key)),
        };
        let length = found.content_length().unwrap_or(0) as u64;
        // `bytes 0-99/1234`
        let total = found
            .content_range()
            .and_then(|range| range.rsplit('/').next());
        let size_bytes = total.and_then(|total| total.parse().ok()).unwrap_or(length);
        let range = within(range, size_bytes)?;
        if length != range.end - range.start {
            return Err(Error::Integrity(format!(
                "{key}: {length} bytes came for {range:?}"
            )));
        }
        let key = *key;
        let chunks = stream::try_unfold(found.body, move |mut body| async move {
            let next = timeout(REQUEST_TIMEOUT, body.try_next()).await;
            let next = next.map_err(anyhow::Error::new);
            match next.and_then(|next| next.map_err(anyhow::Error::new)) {
                Ok(chunk) => Ok(chunk.map(|chunk| (chunk, body))),
                Err(cause) => Err(Error::Unavailable(cause.context(format!("read {key}")))),
            }
        });
        let stream = exactly(chunks, length);
        Ok(Some(BlobReader { size_bytes, stream }))
    }

    async fn presign(
        &self,
        key: &BlobKey,
        expires_in: Duration,
        fields: &AnswerFields,
    ) -> Result<Option<String>, Error> {
        let failed = |cause: anyhow::Error| Error::Unavailable(cause.context("presign"));
        let expiry = PresigningConfig::expires_in(expires_in);
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(self.full_key(key))
            .response_content_type(&fields.content_type)
            .response_content_disposition(&fields.content_disposition)
            .response_cache_control(&fields.cache_control);
        let signed = request
            .presigned(expiry.map_err(|error| failed(error.into()))?)
            .await
            .map_err(|error| failed(error.into()))?;
        Ok(Some(signed.uri().to_owned()))
    }

    async fn delete(&self, key: &BlobKey, upload_id: Option<&str>) -> Result<(), Error> {
        if let Some(upload_id) = upload_id {
            multipart::abort(self, key, upload_id).await?;
        }
        let request = self.client.delete_object().bucket(&self.bucket);
        match request.key(self.full_key(key)).send().await {
            Ok(_) => Ok(()),
            Err(error) if code(&error) == Some("NoSuchKey") => Ok(()),
            Err(error) => Err(failed(error, "delete", key)),
        }
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Vec<Listed>, Error> {
        let mut listed: Vec<Listed> = Vec::new();
        loop {
            let last = listed.last().map(|last| last.key.as_str()).or(after);
            let page = self
                .client
                .list_objects_v2()
                .bucket(&self.bucket)
                .prefix(format!("{}{prefix}", self.prefix))
                .set_start_after(last.map(|last| format!("{}{last}", self.prefix)))
                .max_keys((LIST_LIMIT - listed.len()) as i32)
                .send()
                .await
                .map_err(|error| failed(error, "list", &prefix))?;
            let before = listed.len();
            for object in page.contents() {
                let key = object.key().and_then(|key| key.strip_prefix(&self.prefix));
                listed.extend(key.map(|key| {
                    Listed {
                        key: key.to_owned(),
                        size_bytes: object.size().unwrap_or(0) as u64,
                        modified_unix: object
                            .last_modified()
                            .map_or(0, aws_sdk_s3::primitives::DateTime::secs),
                    }
                }));
            }
            // A server may cut a page short.
            let is_more = page.is_truncated() == Some(true) && listed.len() > before;
            if !is_more || listed.len() >= LIST_LIMIT {
                return Ok(listed);
            }
        }
    }
}

/// What would only come out when all bytes were sent. Wrong bytes of the right length are for the server to find.
async fn check_length(key: &BlobKey, source: &Source) -> Result<(), Error> {
    let Source::File { path, size_bytes } = source else {
        return Ok(());
    };
    let found = match tokio::fs::metadata(path).await {
        Ok(metadata) => metadata.len(),
        Err(error) => return Err(unreadable(error, key)),
    };
    if found == *size_bytes {
        return Ok(());
    }
    Err(Error::Integrity(format!(
        "{key}: the source has {found} bytes, not {size_bytes}"
    )))
}

fn unreadable(error: impl StdError + Send + Sync + 'static, key: &BlobKey) -> Error {
    Error::Unavailable(anyhow::Error::new(error).context(format!("read source of {key}")))
}

/// A part of the source, read as it is sent, and again when a request is repeated.
async fn body(source: &Source, range: Range<u64>, key: &BlobKey) -> Result<Body, Error> {
    match source {
        Source::Bytes(bytes) => Ok(bytes.slice(range.start as usize..range.end as usize).into()),
        Source::File { path, .. } => Body::read_from()
            .path(path)
            .offset(range.start)
            .length(Length::Exact(range.end - range.start))
            .buffer_size(READ_BYTES)
            .build()
            .await
            .map_err(|error| unreadable(error, key)),
    }
}
