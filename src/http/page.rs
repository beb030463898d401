//! The Photos page: the folder `web/` inside the binary, each file compressed once.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use include_dir::{Dir, include_dir};

use super::error::{self, Problem};
use super::params::Segments;
use crate::app::App;
use crate::config::Store;
use crate::media::ContentHash;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/web");

/// A file as it goes out.
struct Asset {
    content_type: &'static str,
    plain: &'static [u8],
    gzip: Vec<u8>,
    hash: String,
}

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let mut assets = HashMap::new();
    let mut folders = vec![&FOLDER];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            if let Some(path) = file.path().to_str() {
                assets.insert(path, Asset::of(path, file.contents()));
            }
        }
    }
    assets
});

impl Asset {
    fn of(path: &str, plain: &'static [u8]) -> Self {
        let extension = path.rsplit('.').next().unwrap_or_default();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // Writing to memory cannot fail.
        let _ = encoder.write_all(plain);
        Self {
            content_type: match extension {
                "html" => "text/html; charset=utf-8",
                "css" => "text/css; charset=utf-8",
                "js" => "text/javascript; charset=utf-8",
                "svg" => "image/svg+xml",
                _ => "application/octet-stream",
            },
            plain,
            gzip: encoder.finish().unwrap_or_default(),
            hash: ContentHash::of(plain).to_string(),
        }
    }

    fn answer(&self, request: &HeaderMap) -> Response {
        let accepts = |name: header::HeaderName, wanted: &str| {
            let values = request.get_all(name).iter();
            let mut values = values.filter_map(|value| value.to_str().ok());
            values.any(|value| value.split(',').any(|one| one.trim().starts_with(wanted)))
        };
        let is_packed = accepts(header::ACCEPT_ENCODING, "gzip");
        let suffix = if is_packed { "-gzip" } else { "" };
        let tag = format!("\"{}{suffix}\"", self.hash);
        let headers = [
            (header::ETAG, tag.as_str()),
            // Whatever changes with the program changes at once.
            (header::CACHE_CONTROL, "no-cache"),
            (header::VARY, "Accept-Encoding"),
        ];
        if accepts(header::IF_NONE_MATCH, &tag)
            || accepts(header::IF_NONE_MATCH, &format!("W/{tag}"))
        {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let content_type = [(header::CONTENT_TYPE, self.content_type)];
        if is_packed {
            let packed = [(header::CONTENT_ENCODING, "gzip")];
            (headers, content_type, packed, self.gzip.as_slice().to_vec()).into_response()
        } else {
            (headers, content_type, self.plain).into_response()
        }
    }
}

/// What the page may do: nothing from elsewhere but originals, where they are redirected to the store.
fn policy(app: &App) -> String {
    let store = match &app.config.storage.store {
        Store::S3 { endpoint, .. } if app.config.storage.delivery_redirect => {
            endpoint.as_deref().map(origin).unwrap_or_default()
        }
        _ => String::new(),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:{store}; \
         media-src 'self' blob:{store}; connect-src 'self'{store}; worker-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
}

/// ` scheme://host:port` of a URL.
fn origin(url: &str) -> String {
    let mut parts = url.splitn(4, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(scheme), Some(""), Some(host)) => format!(" {scheme}//{host}"),
        _ => String::new(),
    }
}

pub(super) async fn get_page(State(app): State<App>, headers: HeaderMap) -> Response {
    let Some(page) = ASSETS.get("index.html") else {
        return error::not_found().await.into_response();
    };
    let mut response = page.answer(&headers);
    if let Ok(policy) = HeaderValue::try_from(policy(&app)) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        let none = HeaderValue::from_static("no-referrer");
        headers.insert(header::REFERRER_POLICY, none);
    }
    response
}

pub(super) async fn get_asset(
    Segments(path): Segments<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match ASSETS.get(path.as_str()) {
        Some(asset) => Ok(asset.answer(&headers)),
        None => Err(error::not_found().await),
    }
}
