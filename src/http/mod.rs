//! The door: HTTP in, HTTP out. The only room that knows axum. Handlers translate and call one service; whatever goes out passes
//! `projection` (JSON), `conditional` (bytes) or `error` (problems).

mod batch;
mod body;
mod conditional;
mod connection;
mod disposition;
mod error;
mod form;
mod gallery;
mod health;
mod iiif;
mod media;
mod middleware;
mod openapi;
mod params;
mod principal;
mod projection;
mod server;
mod sign;
mod tus;
mod upload;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, head, post, put};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;

pub use openapi::document as openapi_document;
pub use server::serve;

/// Every route of the service.
pub fn router(app: App) -> Router {
    let media = Router::new()
        .route("/", get(gallery::list_media).post(upload::upload_raw))
        .route("/upload", post(upload::upload_multipart))
        .route("/batch", post(batch::upload_batch))
        .route("/list/all", get(gallery::list_all_media))
        .route("/stats", get(gallery::get_stats))
        .route(
            "/hash/{sha256}",
            get(media::get_media_by_hash).merge(put(upload::upload_by_hash)),
        )
        .route("/{id}", get(media::get_media).delete(media::delete_media))
        .route("/{id}/restore", post(media::restore_media))
        .route("/{id}/reprocess", post(media::reprocess_media))
        .route("/{id}/metadata", get(media::get_media_metadata))
        .route("/{id}/sign", post(sign::sign_media))
        .route("/{id}/file", get(media::get_file))
        .route("/{id}/file/{variant}", get(media::get_variant))
        .route("/{id}/transform", get(media::transform_media));
    Router::new()
        .nest("/api/v1/media", media)
        .route("/api/v1/tus", post(tus::create_upload))
        .route(
            "/api/v1/tus/{id}",
            head(tus::get_upload)
                .patch(tus::append_upload)
                .delete(tus::end_upload)
                .post(tus::override_method),
        )
        .route("/api/v1/internal/media/list", get(gallery::list_internal))
        .route("/iiif/3/{id}", get(iiif::get_iiif_base))
        .route("/iiif/3/{id}/info.json", get(iiif::get_iiif_information))
        .route(
            "/iiif/3/{id}/{region}/{size}/{rotation}/{quality}",
            get(iiif::get_iiif_image),
        )
        .route("/api/v1/openapi.json", get(openapi::get_openapi))
        .route("/docs", get(openapi::get_docs))
        .route("/docs.js", get(openapi::get_docs_script))
        .route("/health", get(health::get_health))
        .route("/livez", get(health::get_liveness))
        .route("/readyz", get(health::get_readiness))
        .route("/metrics", get(health::get_metrics))
        .route_layer(axum::middleware::from_fn(middleware::name_route))
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        // Bodies are limited where they are read, by what they are.
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::cors(&app))
        // Outside of CORS, which answers every OPTIONS itself.
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            tus::speak,
        ))
        .layer(axum::middleware::map_response(middleware::keep_plain))
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            middleware::observe,
        ))
        .with_state(app)
}
