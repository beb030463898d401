//! The API document, made from the handlers, and a page for people that loads nothing from elsewhere.

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;

use super::{batch, gallery, health, media, tus, upload};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "mana-media",
        description = "Content-addressed media: every file hashed and stored once, pictures thumbnailed, a gallery on top. \
                       Errors are application/problem+json with a stable `code`.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(
        upload::upload_multipart, upload::upload_raw, upload::upload_by_hash, batch::upload_batch,
        tus::create_upload, tus::get_upload, tus::append_upload, tus::end_upload,
        media::get_media, media::get_media_by_hash, media::get_media_metadata, media::delete_media,
        media::restore_media, media::reprocess_media,
        media::get_file, media::get_variant, media::transform_media,
        gallery::list_media, gallery::list_all_media, gallery::get_stats, gallery::list_internal,
        health::get_health, health::get_liveness, health::get_readiness, health::get_metrics,
    ),
    tags(
        (name = "upload", description = "Ways in"), (name = "media", description = "One reference"),
        (name = "delivery", description = "Bytes and renditions"), (name = "gallery", description = "Lists and totals"),
        (name = "operation", description = "For whoever runs it")
    )
)]
struct Document;

/// The OpenAPI 3.1 document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(super) async fn get_openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn get_docs() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../../web/docs.html")).into_response()
}

pub(super) async fn get_docs_script() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../../web/docs.js")).into_response()
}
