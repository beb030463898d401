//! Every error as `application/problem+json` (RFC 9457): one exhaustive table from what happened to status, stable code and text.
//! The original's `error` member is kept. 5xx bodies tell nothing; their cause rides along for the log.

use std::any::Any;
use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::access::{BadSignature, Refusal, TooMany};
use crate::{catalog, delivery, imaging, ingest, threads};

/// An error answer.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    error: String,
    members: Vec<(&'static str, Value)>,
    retry_after: Option<u64>,
    cause: Option<anyhow::Error>,
}

/// Why a request failed, for the middleware that logs it.
#[derive(Debug, Clone)]
pub(super) struct Cause(pub(super) Arc<anyhow::Error>);

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, error: impl Into<String>) -> Self {
        Self {
            status,
            code,
            error: error.into(),
            members: Vec::new(),
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(2),
            cause: None,
        }
    }

    pub(super) fn bad_request(code: &'static str, error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, error)
    }

    /// 400 for a query parameter, header or field, which it names.
    pub(super) fn parameter(name: &str, expected: &str) -> Self {
        Self::bad_request("invalid_parameter", format!("{name} {expected}"))
            .with("parameter", json!(name))
    }

    pub(super) fn media_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "media_not_found", "Media not found")
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "A valid service key or token is required",
        )
    }

    pub(super) fn with(mut self, member: &'static str, value: Value) -> Self {
        self.members.push((member, value));
        self
    }

    fn caused_by(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Whether the client can do something about it.
    pub(super) fn is_clients(&self) -> bool {
        self.status.is_client_error()
    }

    /// Whether the trouble is with the picture and not with the request.
    pub(super) fn is_about_the_picture(&self) -> bool {
        matches!(
            self.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY
        )
    }

    /// The members of an item in a batch's answer.
    pub(super) fn item(&self, index: usize) -> Value {
        json!({ "index": index, "status": self.status.as_u16(), "error": self.error, "code": self.code })
    }

    pub(super) fn unavailable(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "Temporarily unavailable, please retry",
        )
        .caused_by(cause)
    }

    pub(super) fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Internal error",
        )
        .caused_by(cause)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = Map::new();
        body.insert("type".into(), json!(format!("/docs#{}", self.code)));
        body.insert(
            "title".into(),
            json!(self.status.canonical_reason().unwrap_or("Error")),
        );
        body.insert("status".into(), json!(self.status.as_u16()));
        body.insert("detail".into(), json!(self.error));
        body.insert("code".into(), json!(self.code));
        body.insert("error".into(), json!(self.error));
        body.extend(
            self.members
                .into_iter()
                .map(|(member, value)| (member.to_owned(), value)),
        );
        let mut response = (self.status, Json(Value::Object(body))).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(Cause(Arc::new(cause)));
        }
        response
    }
}

pub(super) async fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "Not found")
}

pub(super) async fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "Method not allowed",
    )
}

#[allow(clippy::needless_pass_by_value)] // the layer's signature
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::internal(anyhow::anyhow!(
        "handler panicked: {}",
        text.unwrap_or("no message")
    ))
    .into_response()
}

/// `File too large (max 100MB)`, as the original says it.
fn too_large(max_bytes: u64) -> Problem {
    const MIB: u64 = 1 << 20;
    let max = if max_bytes.is_multiple_of(MIB) {
        format!("{}MB", max_bytes / MIB)
    } else {
        format!("{max_bytes} bytes")
    };
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "file_too_large",
        format!("File too large (max {max})"),
    )
    .with("maxBytes", json!(max_bytes))
}

fn storage_full(cause: impl Into<anyhow::Error>) -> Problem {
    Problem::new(
        StatusCode::INSUFFICIENT_STORAGE,
        "storage_full",
        "No space left",
    )
    .caused_by(cause)
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let forbidden = |code, text: &str| Self::new(StatusCode::FORBIDDEN, code, text);
        match refusal {
            Refusal::Unauthenticated => Self::unauthorized(),
            Refusal::Forbidden => forbidden("forbidden", "Only for services"),
            Refusal::MissingScope(scope) => {
                let text = format!("This key has not the scope {scope}");
                forbidden("missing_scope", &text).with("scope", json!(scope.to_string()))
            }
            Refusal::OwnerMismatch => {
                forbidden("owner_mismatch", "userId is not the token's subject")
            }
        }
    }
}

impl From<BadSignature> for Problem {
    fn from(error: BadSignature) -> Self {
        let (code, text) = match error {
            BadSignature::Invalid => ("signature_invalid", "The URL's signature is not valid"),
            BadSignature::Expired => ("signature_expired", "The URL's signature has expired"),
        };
        Self::new(StatusCode::FORBIDDEN, code, text)
    }
}

impl From<TooMany> for Problem {
    fn from(error: TooMany) -> Self {
        let seconds = error.retry_after.as_millis().div_ceil(1000) as u64;
        Self {
            retry_after: Some(seconds),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limited",
                "Too many requests, please retry later",
            )
        }
    }
}

impl From<ingest::Error> for Problem {
    fn from(error: ingest::Error) -> Self {
        use ingest::Error as E;
        match error {
            E::Empty => Self::bad_request("empty_file", "File is empty"),
            E::TooLarge { max_bytes } => too_large(max_bytes),
            E::DigestMismatch => Self::bad_request(
                "digest_mismatch",
                "Content does not match the digest that was sent",
            ),
            E::BadBody(text) => Self::bad_request("bad_body", text),
            E::Timeout => Self::new(
                StatusCode::REQUEST_TIMEOUT,
                "body_timeout",
                "Request body was not received in time",
            ),
            E::Disconnected => Self::bad_request("body_cut_off", "Request body was cut off"),
            E::Refused(error) => error.into(),
            E::TypeNotAllowed { mime, app } => {
                let text = match app.as_str() {
                    "" => format!("{mime} is not allowed without an app"),
                    app => format!("{mime} is not allowed for app {app}"),
                };
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "type_not_allowed", text)
                    .with("mimeType", json!(mime))
            }
            E::Full(cause) => storage_full(cause),
            E::Catalog(error) => error.into(),
            E::Blob(error) => Self::unavailable(error),
            E::Pool(error) => error.into(),
            E::Spool(cause) => Self::unavailable(cause),
        }
    }
}

impl From<ingest::ResumableError> for Problem {
    fn from(error: ingest::ResumableError) -> Self {
        use ingest::ResumableError as E;
        match error {
            E::NotFound => Self::new(StatusCode::NOT_FOUND, "upload_not_found", "No such upload"),
            E::Locked => Self::new(
                StatusCode::LOCKED,
                "upload_locked",
                "Another request adds to this upload",
            ),
            E::WrongOffset { offset_bytes } => Self::new(
                StatusCode::CONFLICT,
                "wrong_offset",
                format!("The upload continues at {offset_bytes}"),
            )
            .with("offset", json!(offset_bytes)),
            E::TooLong => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "upload_too_long",
                "More bytes than Upload-Length",
            ),
            E::TooManyParts => Self::bad_request("too_many_pieces", sentence(&error.to_string())),
            // The protocol's own status, between IANA's.
            E::Checksum => Self::new(
                StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
                "checksum_mismatch",
                "Content does not match Upload-Checksum",
            ),
            E::Ingest(error) => error.into(),
        }
    }
}

impl From<catalog::Error> for Problem {
    fn from(error: catalog::Error) -> Self {
        use catalog::Error as E;
        match error {
            E::LeaseLost | E::ContentGone | E::OutcomeUnknown(_) | E::Unavailable(_) => {
                Self::unavailable(error)
            }
            E::Full(_) => storage_full(error),
            // As WebDAV says it (RFC 4331).
            E::OverQuota => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "quota_exceeded",
                "Quota exceeded",
            ),
            E::TooManyUploads => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_uploads",
                "Too many uploads are open: end some, or wait until they expire",
            ),
            E::Corrupt(_) => Self::internal(error),
        }
    }
}

impl From<imaging::Error> for Problem {
    fn from(error: imaging::Error) -> Self {
        use imaging::Error as E;
        let status = match &error {
            E::Malformed(_) | E::TooManyPixels { .. } | E::OverLimit(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            E::Outside => StatusCode::BAD_REQUEST,
            E::Unsupported(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            E::Internal(_) => return Self::internal(error),
        };
        Self::new(status, error.code(), sentence(&error.to_string()))
    }
}

impl From<threads::Error> for Problem {
    fn from(error: threads::Error) -> Self {
        match error {
            // Only headers are read for a request itself: the disk is slow, not the picture.
            threads::Error::Busy | threads::Error::TooSlow(_) => Self::unavailable(error),
            threads::Error::OverBudget { .. } => {
                imaging::Error::OverLimit(error.to_string()).into()
            }
            threads::Error::Panicked => Self::internal(error),
        }
    }
}

impl From<delivery::Error> for Problem {
    fn from(error: delivery::Error) -> Self {
        use delivery::Error as E;
        match error {
            E::Private(_) => Self::new(
                StatusCode::FORBIDDEN,
                "owners_alone",
                "This file is for its owner alone",
            ),
            E::NotAPicture => {
                let text = "Transform only supported for images";
                Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_an_image", text)
            }
            E::Picture(error) => error.into(),
            E::Busy | E::Unavailable(_) => Self::unavailable(error),
            E::Gone => Self::media_not_found(),
            E::Integrity => Self::internal(error),
        }
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
