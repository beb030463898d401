//! The API document, made from the handlers, and a page for people that loads nothing from elsewhere.

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, RefOr, Required, Response as Described, schema::Ref};
use utoipa::{Modify, OpenApi, ToSchema};

use super::{batch, edit, events, gallery, health, iiif, media, overview, page, sign, tus, upload};

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
        sign::sign_media, media::get_file, media::get_variant, media::transform_media,
        iiif::get_iiif_base, iiif::get_iiif_information, iiif::get_iiif_image,
        gallery::list_media, gallery::list_all_media, gallery::get_stats, gallery::list_internal,
        overview::get_timeline, overview::get_facets, overview::get_map, events::get_events, edit::edit_media,
        health::get_health, health::get_liveness, health::get_readiness, health::get_metrics,
    ),
    modifiers(&Common),
    components(schemas(ProblemDetails)),
    tags(
        (name = "upload", description = "Ways in"), (name = "media", description = "One reference"),
        (name = "delivery", description = "Bytes and renditions"),
        (name = "iiif", description = "IIIF Image API 3.0, level 2"), (name = "gallery", description = "Lists and totals"),
        (name = "operation", description = "For whoever runs it")
    )
)]
struct Document;

/// An error (RFC 9457).
#[derive(ToSchema)]
#[allow(dead_code)] // for the API document
#[schema(rename_all = "camelCase")]
struct ProblemDetails {
    /// Where the code is explained.
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    /// What programs should look at.
    code: String,
    /// Same as `detail`.
    error: String,
}

/// What every operation has in common: how callers show who they are, and how it is told that they may not.
struct Common;

impl Modify for Common {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        components.add_security_scheme(
            "token",
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        );
        let key = |value| SecurityScheme::ApiKey(value);
        let header = ApiKey::Header(ApiKeyValue::new("X-Service-Key"));
        let signature = ApiKey::Query(ApiKeyValue::new("sig"));
        components.add_security_scheme("serviceKey", key(header));
        components.add_security_scheme("signature", key(signature));
        for (path, item) in &mut api.paths.paths {
            let operations = [
                &mut item.get,
                &mut item.put,
                &mut item.post,
                &mut item.patch,
                &mut item.delete,
                &mut item.head,
            ];
            for operation in operations.into_iter().flatten() {
                describe(path, operation);
            }
        }
    }
}

/// What every parameter of this name may be; the empty string stands for none.
fn schema(name: &str, is_required: bool) -> Option<Value> {
    const TEXT: &str = r"^[^\x00-\x1F\x7F-\x9F]*$";
    const DATE: &str = r"^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z)?)?$";
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let one_of = |names: &[&str]| json!({ "type": "string", "enum": names });
    let number = |min: u32, max: u32| json!({ "type": "integer", "minimum": min, "maximum": max });
    Some(match name {
        "userId" if is_required => text(r"^[^\x00-\x1F\x7F-\x9F]+$"),
        "userId" | "app" | "apps" | "camera" | "lens" => text(TEXT),
        "sha256" => text("^[0-9a-fA-F]{64}$"),
        "Idempotency-Key" => json!({
            "type": "string", "pattern": r"^[\t -~]*[!-~][\t -~]*$", "minLength": 1, "maxLength": 255,
        }),
        "hash" => text("^([0-9a-fA-F]{64})?$"),
        "text" => text(r"^[a-z]{0,20}( [a-z]{0,20}){0,7}$"),
        "distance" => number(0, 11),
        "zoom" => number(0, 22),
        "by" => one_of(&["", "month", "day"]),
        "bucket" => text("^([0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?$"),
        "lastEventId" => text("^([0-9]{1,18}-[0-9]{1,18})?$"),
        "cursor" => text("^([A-Za-z0-9_-]{32})?$"),
        "mimeType" => text(r"^([a-z0-9.+-]{1,60}/([a-z0-9.+-]{1,60}|\*))?$"),
        "dateFrom" | "dateTo" => text(DATE),
        "bbox" => text(
            r"^(-?(1[0-7]|[1-9])?[0-9],-[1-8]?[0-9](\.[0-9]{1,7})?,-?(1[0-7]|[1-9])?[0-9],[1-8]?[0-9](\.[0-9]{1,7})?)?$",
        ),
        "dateField" => one_of(&["", "createdAt", "dateTaken"]),
        "sortBy" => one_of(&["", "createdAt", "dateTaken", "size"]),
        "sortOrder" => one_of(&["", "asc", "desc"]),
        "variant" => one_of(&["thumb", "small", "medium", "large", "original"]),
        "fit" => one_of(&["", "cover", "contain", "fill", "inside", "outside"]),
        "format" => one_of(&["", "webp", "jpeg", "jpg", "png", "avif", "auto"]),
        "w" | "h" => number(1, 4096),
        "dpr" => json!({ "type": "number", "minimum": 0.5, "maximum": 4 }),
        "gravity" => text(
            r"^(center|north|northeast|east|southeast|south|southwest|west|northwest|0\.[0-9]{1,3},0\.[0-9]{1,3})?$",
        ),
        "crop" => text("^([0-9]{1,5},[0-9]{1,5},[1-9][0-9]{0,4},[1-9][0-9]{0,4})?$"),
        "bg" => text("^([0-9a-fA-F]{3}|[0-9a-fA-F]{6})?$"),
        "preset" => one_of(&["", "thumb", "medium", "large"]),
        "q" => number(1, 100),
        "offset" => number(0, u32::MAX),
        "limit" => json!({ "type": "integer" }),
        _ => return None,
    })
}

fn describe(path: &str, operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(schema) = schema(&parameter.name, parameter.required == Required::True)
        {
            parameter.schema = serde_json::from_value(schema).ok();
        }
    }
    let by = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
    let mut problems = vec![("503", "Temporarily unavailable")];
    let is_public = matches!(path, "/health" | "/livez" | "/readyz");
    if !is_public {
        let mut security = vec![by("token"), by("serviceKey")];
        if path.contains("/file") || path.ends_with("/transform") {
            security.extend([SecurityRequirement::default(), by("signature")]);
        } else if path.starts_with("/iiif/") {
            security.push(SecurityRequirement::default());
        }
        operation.security = Some(security);
        problems.extend([
            ("400", "A bad value, which is named"),
            ("401", "No valid key or token"),
            ("403", "Not with this key, token or signature"),
            ("429", "Too many requests"),
        ]);
    }
    if path.contains('{') {
        problems.push(("404", "Unknown, or somebody else's"));
    }
    let responses = &mut operation.responses.responses;
    for (status, description) in problems {
        responses
            .entry(status.into())
            .or_insert_with(|| RefOr::T(Described::new(description)));
    }
    let errors = responses
        .iter_mut()
        .filter(|(status, _)| status.as_str() >= "400");
    for (_, response) in errors {
        if let RefOr::T(response) = response
            && response.content.is_empty()
        {
            let schema = Ref::from_schema_name("ProblemDetails");
            let content = Content::new(Some(schema));
            response
                .content
                .insert("application/problem+json".into(), RefOr::T(content));
        }
    }
}

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
    ];
    (headers, page::file("docs.html")).into_response()
}

pub(super) async fn get_docs_script() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (headers, page::file("docs.js")).into_response()
}
