//! The door: HTTP in, HTTP out. The only room that knows axum. Handlers translate and call one service; whatever goes out passes
//! `projection` (JSON), `conditional` (bytes) or `error` (problems).

mod batch;
mod body;
mod conditional;
mod connection;
mod disposition;
mod edit;
mod error;
mod events;
mod form;
mod gallery;
mod health;
mod iiif;
mod media;
mod middleware;
mod openapi;
mod overview;
mod page;
mod params;
mod principal;
mod projection;
mod server;
mod sign;
mod tus;
mod upload;

use axum::Router;
use axum::routing::{get, head, post, put};

use crate::app::App;

pub use middleware::Site;
pub use openapi::document as openapi_document;
pub use server::serve;

/// Every route of the service, without what is around each request ([`Site`]).
fn routes(app: App) -> Router {
    let router = media_routes()
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
        .route("/", get(page::get_page))
        .route("/assets/{*path}", get(page::get_asset))
        .route("/api/v1/openapi.json", get(openapi::get_openapi))
        .route("/docs", get(openapi::get_docs))
        .route("/docs.js", get(openapi::get_docs_script))
        .route("/health", get(health::get_health))
        .route("/livez", get(health::get_liveness))
        .route("/readyz", get(health::get_readiness))
        .route("/metrics", get(health::get_metrics));
    router
        .route_layer(axum::middleware::from_fn(middleware::guard))
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        // Here and not around the router, which says in the answer to every OPTIONS what else is allowed.
        .layer(middleware::cors(&app))
        .with_state(app)
}

/// Those of media, by their full paths: a nested router would be one more to go through.
fn media_routes() -> Router<App> {
    Router::new()
        .route(
            "/api/v1/media",
            get(gallery::list_media).post(upload::upload_raw),
        )
        .route("/api/v1/media/upload", post(upload::upload_multipart))
        .route("/api/v1/media/batch", post(batch::upload_batch))
        .route("/api/v1/media/list/all", get(gallery::list_all_media))
        .route("/api/v1/media/stats", get(gallery::get_stats))
        .route("/api/v1/media/timeline", get(overview::get_timeline))
        .route("/api/v1/media/facets", get(overview::get_facets))
        .route("/api/v1/media/map", get(overview::get_map))
        .route("/api/v1/media/events", get(events::get_events))
        .route(
            "/api/v1/media/hash/{sha256}",
            get(media::get_media_by_hash).merge(put(upload::upload_by_hash)),
        )
        .route(
            "/api/v1/media/{id}",
            get(media::get_media)
                .patch(edit::edit_media)
                .delete(media::delete_media),
        )
        .route("/api/v1/media/{id}/restore", post(media::restore_media))
        .route("/api/v1/media/{id}/reprocess", post(media::reprocess_media))
        .route(
            "/api/v1/media/{id}/metadata",
            get(media::get_media_metadata),
        )
        .route("/api/v1/media/{id}/sign", post(sign::sign_media))
        .route("/api/v1/media/{id}/file", get(media::get_file))
        .route("/api/v1/media/{id}/file/{variant}", get(media::get_variant))
        .route("/api/v1/media/{id}/transform", get(media::transform_media))
}
