//! Around every request: one line in the log, with the cause of an error once, and the original's two metrics.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::cors::{AllowHeaders, Any, CorsLayer};
use tracing::Instrument as _;

use super::error::Cause;
use crate::app::App;

/// Logs and counts a request. Its path is counted as the route's pattern, so that ids make no labels.
pub(super) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", %method, path);
    let response = next.run(request).instrument(span.clone()).await;
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
    app.metrics.observe_request(
        if known { method.as_str() } else { "OTHER" },
        route,
        status.as_u16(),
        took,
    );
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

/// Puts the route's pattern on the response, where [`observe`] finds it.
pub(super) async fn name_route(matched: MatchedPath, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.extensions_mut().insert(matched);
    response
}

/// Everything is what its content type says, problems that repeat what was sent too; and there is one `Vary`: of several some caches
/// read the last alone (nginx before 1.23).
pub(super) async fn keep_plain(mut response: Response) -> Response {
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
    response
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
