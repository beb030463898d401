//! The S3 client: how it connects, how long it waits, and what its errors mean.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Builder, Config, Region, RequestChecksumCalculation,
    ResponseChecksumValidation, StalledStreamProtectionConfig,
};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::{Builder as HttpBuilder, tls};

use crate::blob::Error;

/// Tries of one request, with jitter between them.
const TRIES: u32 = 3;
/// To the end of the connection's handshakes.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// To the end of a request that carries no body to speak of, and between two pieces of one that comes to us.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The slowest upload that is waited for.
const MIN_BYTES_PER_SECOND: u64 = 128 * 1024;

/// Where the bucket is and who we are there.
#[derive(Clone)]
pub struct S3Config {
    /// `http://` or `https://` and host; AWS when there is none.
    pub endpoint: Option<String>,
    /// Region, as the server knows it.
    pub region: String,
    /// Bucket.
    pub bucket: String,
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
    /// Put before every key, with a slash between; may be empty.
    pub prefix: String,
}

impl fmt::Debug for S3Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Config")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("bucket", &self.bucket)
            .field("access_key", &self.access_key)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// A client; connections are made when they are needed, with TCP_NODELAY.
pub(super) fn connect(config: &S3Config) -> Client {
    let http = HttpBuilder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::Ring,
        ))
        .build_https();
    let credentials = Credentials::new(
        &config.access_key,
        &config.secret_key,
        None,
        None,
        "configuration",
    );
    let retries = RetryConfig::standard()
        .with_max_attempts(TRIES)
        .with_initial_backoff(Duration::from_millis(200))
        .with_max_backoff(Duration::from_secs(5));
    let mut settings = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .credentials_provider(credentials)
        .region(Region::new(config.region.clone()))
        .force_path_style(true)
        .retry_config(retries)
        .timeout_config(timeouts(REQUEST_TIMEOUT))
        // It counts, by the wall clock, through every moment that the clock jumps over, and nothing else runs meanwhile.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        // Each upload names its checksum itself; downloads are hashed above, by their content's own hash.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    settings.set_endpoint_url(config.endpoint.clone());
    Client::from_conf(settings.build())
}

/// Overrides the time limits for a request that sends so many bytes.
pub(super) fn patience(size_bytes: u64) -> Builder {
    let sending = Duration::from_secs(size_bytes / MIN_BYTES_PER_SECOND);
    Config::builder().timeout_config(timeouts(REQUEST_TIMEOUT + sending))
}

/// The SDK's read timeout runs from the start of a try to the head of the response, so it spans the sending too. Who reads a
/// body that comes to us has to watch it.
fn timeouts(one_try: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(one_try)
        .operation_attempt_timeout(one_try)
        .operation_timeout(one_try * TRIES)
        .build()
}

/// The error code of the response, where there was one.
pub(super) fn code<E: ProvideErrorMetadata>(error: &SdkError<E>) -> Option<&str> {
    error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code)
}

/// The status of the response, where there was one.
pub(super) fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error
        .raw_response()
        .map(|response| response.status().as_u16())
}

/// What a failed request means to the caller.
pub(super) fn failed<E>(error: SdkError<E>, doing: &str, what: &impl fmt::Display) -> Error
where
    E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
{
    let code = code(&error).map(str::to_owned);
    let status = status(&error);
    let cause = anyhow::Error::new(error).context(format!("{doing} {what}"));
    match (status, code.as_deref()) {
        (Some(507), _)
        | (
            _,
            Some(
                "InsufficientStorage"
                | "QuotaExceeded"
                | "XMinioAdminBucketQuotaExceeded"
                | "XMinioStorageFull",
            ),
        ) => Error::Full(cause),
        (Some(416), _)
        | (
            _,
            Some(
                "BadDigest"
                | "InvalidDigest"
                | "XAmzContentChecksumMismatch"
                | "XAmzContentSHA256Mismatch",
            ),
        ) => Error::Integrity(format!("{cause:#}")),
        _ => Error::Unavailable(cause),
    }
}
