//! Bytes as HTTP: validators, ranges and the headers that keep a browser from running what users uploaded.

use anyhow::anyhow;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{ETag, HeaderMapExt as _, IfMatch, IfNoneMatch, IfRange};

use super::disposition::content_disposition;
use super::error::Problem;
use crate::delivery::{Delivery, Opened};
use crate::media::{ByteRange, Kind};

/// Nothing runs and nothing is loaded but the file itself, which a browser's own players and viewers need.
const POLICY: &str = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/// What a request says about how it wants bytes.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
}

/// Answers with something opened: 200, 206, 304, 412 or 416.
pub(super) async fn respond(
    delivery: &Delivery,
    opened: Opened,
    wish: &Wish<'_>,
    name: Option<&str>,
) -> Result<Response, Problem> {
    let etag: ETag = format!("\"{}\"", opened.tag)
        .parse()
        .map_err(|_| Problem::internal(anyhow!("bad entity tag")))?;
    if wish
        .headers
        .typed_get::<IfMatch>()
        .is_some_and(|condition| !condition.precondition_passes(&etag))
    {
        let text = "The file is not the one that was expected";
        return Err(Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "precondition_failed",
            text,
        ));
    }
    let mut headers = HeaderMap::new();
    headers.typed_insert(etag.clone());
    let cache = if opened.is_final {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if wish
        .headers
        .typed_get::<IfNoneMatch>()
        .is_some_and(|condition| !condition.precondition_passes(&etag))
    {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    describe(&mut headers, &opened, name)?;
    let size = opened.size_bytes;
    let (status, length, part) = match requested_range(wish, &etag, size) {
        ByteRange::Whole => (StatusCode::OK, size, None),
        ByteRange::Part(range) => {
            headers.insert(
                header::CONTENT_RANGE,
                value(&format!("bytes {}-{}/{size}", range.start, range.end - 1))?,
            );
            (
                StatusCode::PARTIAL_CONTENT,
                range.end - range.start,
                Some(range),
            )
        }
        ByteRange::Unsatisfiable => return beyond_the_end(size),
    };
    headers.insert(header::CONTENT_LENGTH, length.into());
    if wish.method == Method::HEAD {
        return Ok((status, headers, Body::empty()).into_response());
    }
    let stream = delivery.read(&opened, part).await?;
    Ok((status, headers, Body::from_stream(stream)).into_response())
}

fn beyond_the_end(size: u64) -> Result<Response, Problem> {
    let status = StatusCode::RANGE_NOT_SATISFIABLE;
    let mut response =
        Problem::new(status, "range_not_satisfiable", "Range is beyond the end").into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_RANGE, value(&format!("bytes */{size}"))?);
    Ok(response)
}

/// Type and safety: active content never runs here, whatever it is.
fn describe(headers: &mut HeaderMap, opened: &Opened, name: Option<&str>) -> Result<(), Problem> {
    let inline = Kind::from_mime(&opened.mime).is_safe_inline();
    headers.insert(header::CONTENT_TYPE, content_type(&opened.mime)?);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert("repr-digest", value(&opened.digest.digest_field())?);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        content_disposition(inline, name),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("cross-origin"),
    );
    Ok(())
}

/// Text without a charset would be guessed at; what we call text is UTF-8.
fn content_type(mime: &str) -> Result<HeaderValue, Problem> {
    if mime.starts_with("text/") {
        value(&format!("{mime}; charset=utf-8"))
    } else {
        value(mime)
    }
}

fn value(text: &str) -> Result<HeaderValue, Problem> {
    let failed = |_| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Internal error",
        )
    };
    HeaderValue::from_str(text).map_err(failed)
}

/// The range of a GET whose condition holds.
fn requested_range(wish: &Wish<'_>, etag: &ETag, size: u64) -> ByteRange {
    let field = wish
        .headers
        .get(header::RANGE)
        .filter(|_| wish.method == Method::GET && is_current(wish, etag));
    field
        .and_then(|field| field.to_str().ok())
        .map_or(ByteRange::Whole, |field| ByteRange::parse(field, size))
}

/// Whether the client's part is of these bytes; a condition that cannot be read does not hold (RFC 9110, 13.1.5).
fn is_current(wish: &Wish<'_>, etag: &ETag) -> bool {
    !wish.headers.contains_key(header::IF_RANGE)
        || wish
            .headers
            .typed_get::<IfRange>()
            .is_some_and(|condition| !condition.is_modified(Some(etag), None))
}
