//! Every error as `application/problem+json` (RFC 9457): one exhaustive table from what happened to status, stable code and text.
//! The original's `error` member is kept. 5xx bodies tell nothing; their cause rides along for the log.

use std::any::Any;
use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::{catalog, delivery, imaging, ingest, threads};

/// An error answer.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    error: String,
    members: Map<String, Value>,
    cause: Option<anyhow::Error>,
}

/// Why a request failed, for the middleware that logs it.
#[derive(Debug, Clone)]
pub(super) struct Cause(pub(super) Arc<anyhow::Error>);

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, error: impl Into<String>) -> Self {
        Self { status, code, error: error.into(), members: Map::new(), cause: None }
    }

    pub(super) fn bad_request(code: &'static str, error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, error)
    }

    /// 400 for a query parameter, header or field, which it names.
    pub(super) fn parameter(name: &str, expected: &str) -> Self {
        Self::bad_request("invalid_parameter", format!("{name} {expected}")).with("parameter", json!(name))
    }

    pub(super) fn media_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "media_not_found", "Media not found")
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "A valid service key is required")
    }

    pub(super) fn with(mut self, member: &str, value: Value) -> Self {
        self.members.insert(member.to_owned(), value);
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

