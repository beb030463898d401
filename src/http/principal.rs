//! Who asks. The one place that turns a request into a caller and a caller's claim into an owner.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use subtle::ConstantTimeEq as _;

use super::error::Problem;
use crate::app::App;
use crate::config::Auth;
use crate::media::ContentHash;

/// A caller that was let in: in open mode anybody, else a trusted service. Either acts for the `userId` it names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller;

/// A trusted service, also asked for in open mode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Service;

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let known = is_service(&parts.headers, &app.config.auth);
        if known || app.config.auth.open {
            Ok(Self)
        } else {
            Err(Problem::unauthorized())
        }
    }
}

impl FromRequestParts<App> for Service {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if is_service(&parts.headers, &app.config.auth) {
            Ok(Self)
        } else {
            Err(Problem::unauthorized())
        }
    }
}

/// `X-Service-Key: KEY`, or `Authorization: Bearer KEY` as the original's client sends it. Hashes are compared, in constant time.
fn is_service(headers: &HeaderMap, auth: &Auth) -> bool {
    let named = headers
        .get("x-service-key")
        .map(axum::http::HeaderValue::as_bytes);
    let bearer = headers.get(AUTHORIZATION).and_then(|value| {
        let (scheme, key) = value.as_bytes().split_at_checked(b"Bearer ".len())?;
        scheme.eq_ignore_ascii_case(b"Bearer ").then_some(key)
    });
    named.or(bearer).map(ContentHash::of).is_some_and(|given| {
        auth.service_keys.iter().fold(false, |known, key| {
            known | bool::from(key.0.ct_eq(&given.0))
        })
    })
}
