//! Around every request: one line in the log, with the cause of an error once, the original's two metrics, and what goes with every
//! answer.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;
use tower::ServiceExt as _;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};
use tracing::Instrument as _;

use super::error::{Cause, panicked};
use super::{routes, tus};
use crate::app::App;

/// What answers requests. Little of it is `Router::layer`, which boxes and clones each layer for every request.
#[derive(Debug, Clone)]
pub struct Site {
    app: App,
    routes: Router,
}

impl Site {
    /// Every route of the service, and what is around them.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self {
            routes: routes(app.clone()),
            app,
        }
    }

    /// Answers, logs and counts a request. Its path is counted as the route's pattern, so that ids make no labels.
    pub(super) async fn answer(&self, request: Request) -> Response {
        let started = Instant::now();
        let method = request.method().clone();
        let span = tracing::info_span!("request", %method, path = request.uri().path());
        let response = self.respond(request).instrument(span.clone()).await;
        let took = started.elapsed();
        let status = response.status();
        let route = response
            .extensions()
            .get::<MatchedPath>()
            .map_or("/*", MatchedPath::as_str);
        // An unknown method is a label that anybody could make.
        let known = matches!(
            method,
            Method::GET
                | Method::HEAD
                | Method::POST
                | Method::PUT
                | Method::DELETE
                | Method::PATCH
                | Method::OPTIONS
        );
        let method = if known { method.as_str() } else { "OTHER" };
        let metrics = &self.app.metrics;
        metrics.observe_request(method, route, status.as_str(), took);
        let cause = response
            .extensions()
            .get::<Cause>()
            .map(|Cause(error)| format!("{error:#}"));
        span.in_scope(|| match cause {
            Some(cause) if status.is_server_error() => {
                tracing::error!(
                    status = status.as_u16(),
                    ms = took.as_millis() as u64,
                    cause,
                    "answered"
                );
            }
            _ => tracing::info!(
                status = status.as_u16(),
                ms = took.as_millis() as u64,
                "answered"
            ),
        });
        response
    }

    async fn respond(&self, request: Request) -> Response {
        let asked = tus::Asked::of(&request);
        let Ok(mut response) = self.routes.clone().oneshot(request).await;
        asked.speak(&self.app, &mut response);
        keep_plain(&mut response);
        response
    }
}

/// Around every handler: a panic becomes a problem, and the route's pattern is put on the response, where [`Site::answer`] finds it.
pub(super) async fn guard(matched: MatchedPath, request: Request, next: Next) -> Response {
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answered.unwrap_or_else(panicked);
    response.extensions_mut().insert(matched);
    response
}

/// Everything is what its content type says, problems that repeat what was sent too; and there is one `Vary`: of several some caches
/// read the last alone (nginx before 1.23).
fn keep_plain(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let varies = headers.get_all(header::VARY).iter();
    let varies: Vec<&[u8]> = varies.map(HeaderValue::as_bytes).collect();
    if varies.len() > 1
        && let Ok(all) = HeaderValue::from_bytes(&varies.join(&b", "[..]))
    {
        headers.insert(header::VARY, all);
    }
}

/// Which origins browsers may call from. Any origin never goes together with credentials.
pub(super) fn cors(app: &App) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .expose_headers(EXPOSED.map(axum::http::HeaderName::from_static));
    match &app.config.http.cors_origins {
        None => layer
            .allow_origin(Any)
            .vary([])
            .allow_headers(AllowHeaders::mirror_request()),
        Some(origins) => layer
            .allow_origin(
                origins
                    .iter()
                    .filter_map(|origin| HeaderValue::from_str(origin).ok())
                    .collect::<Vec<_>>(),
            )
            .vary([header::ORIGIN])
            .allow_headers(AllowHeaders::mirror_request())
            .allow_credentials(true),
    }
}

const EXPOSED: [&str; 19] = [
    "accept-ranges",
    "content-disposition",
    "content-location",
    "content-range",
    "etag",
    "link",
    "location",
    "repr-digest",
    "retry-after",
    "tus-checksum-algorithm",
    "tus-extension",
    "tus-max-size",
    "tus-resumable",
    "tus-version",
    "upload-expires",
    "upload-length",
    "upload-media-id",
    "upload-metadata",
    "upload-offset",
];
