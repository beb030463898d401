//! The Photos page: the folder `web/` inside the binary, each file compressed once.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use headers::HeaderMapExt as _;
use include_dir::{Dir, include_dir};

use super::conditional::{entity_tag, is_known};
use super::error::{self, Problem};
use super::params::Segments;
use crate::app::App;
use crate::media::ContentHash;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/web");

/// A file that is there.
pub(super) fn file(path: &str) -> &'static [u8] {
    let file = FOLDER.get_file(path);
    file.map(include_dir::File::contents).unwrap_or_default()
}

/// A file as it goes out.
struct Asset {
    content_type: &'static str,
    plain: &'static [u8],
    gzip: Bytes,
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
            gzip: encoder.finish().unwrap_or_default().into(),
            hash: ContentHash::of(plain).to_string(),
        }
    }

    fn answer(&self, request: &HeaderMap) -> Result<Response, Problem> {
        let accepted = request.get_all(header::ACCEPT_ENCODING).iter();
        let is_packed = accepted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(takes_gzip);
        let suffix = if is_packed { "-gzip" } else { "" };
        let etag = entity_tag(&format!("{}{suffix}", self.hash))?;
        let is_known = is_known(request, &etag);
        let mut headers = HeaderMap::new();
        headers.typed_insert(etag);
        // Whatever changes with the program changes at once.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if is_known {
            return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        let content_type = [(header::CONTENT_TYPE, self.content_type)];
        Ok(if is_packed {
            let packed = [(header::CONTENT_ENCODING, "gzip")];
            (headers, content_type, packed, self.gzip.clone()).into_response()
        } else {
            (headers, content_type, self.plain).into_response()
        })
    }
}

/// Whether an element of Accept-Encoding is gzip, and not to say that it is not wanted.
fn takes_gzip(element: &str) -> bool {
    let element = element.to_ascii_lowercase();
    let mut parts = element.split(';').map(str::trim);
    let is_gzip = parts.next() == Some("gzip");
    let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
    is_gzip && weight != Some(0.0)
}

/// What the page may do: nothing from elsewhere but originals, where they are redirected to a URL of the store.
fn policy(store: Option<&str>) -> String {
    let store = store.map(origin).unwrap_or_default();
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

pub(super) async fn get_page(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut response = answer("index.html", &headers).await?;
    let store = app.delivery.redirects_to().await?;
    if let Ok(policy) = HeaderValue::try_from(policy(store.as_deref())) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        let none = HeaderValue::from_static("no-referrer");
        headers.insert(header::REFERRER_POLICY, none);
    }
    Ok(response)
}

pub(super) async fn get_asset(
    Segments(path): Segments<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // Pages have addresses of their own, and their policy there.
    if matches!(path.as_str(), "index.html" | "docs.html") {
        return Err(error::not_found().await);
    }
    answer(&path, &headers).await
}

async fn answer(path: &str, request: &HeaderMap) -> Result<Response, Problem> {
    match ASSETS.get(path) {
        Some(asset) => asset.answer(request),
        None => Err(error::not_found().await),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::blob::{AnswerFields, BlobKey, BlobStore as _, S3Config, S3Store};

    #[tokio::test]
    async fn originals_may_come_from_where_they_are_redirected_to() {
        let policy_of = async |endpoint: Option<&str>| {
            let store = S3Store::new(S3Config {
                endpoint: endpoint.map(str::to_owned),
                region: "eu-central-1".to_owned(),
                bucket: "pictures".to_owned(),
                access_key: "key".to_owned(),
                secret_key: "secret".to_owned(),
                prefix: String::new(),
            });
            let (hour, fields) = (Duration::from_hours(1), AnswerFields::default());
            let url = store.presign(&BlobKey::StoreId, hour, &fields).await;
            policy(url.unwrap().as_deref())
        };
        for (endpoint, origin) in [
            (None, "https://s3.eu-central-1.amazonaws.com"),
            (
                Some("http://store.example:9000"),
                "http://store.example:9000",
            ),
        ] {
            let expected = format!(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data: {origin}; \
                 media-src 'self' blob: {origin}; connect-src 'self' {origin}; worker-src 'self'; base-uri 'none'; \
                 form-action 'none'; frame-ancestors 'none'"
            );
            assert_eq!(policy_of(endpoint).await, expected);
        }
        assert!(
            policy(None).contains(
                "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self';"
            )
        );
    }
}
