//! Bytes as HTTP: validators, ranges and the headers that keep a browser from running what users uploaded.

use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt as _;
use headers::{ETag, HeaderMapExt as _, IfMatch, IfNoneMatch, IfRange};

use super::disposition::content_disposition;
use super::error::Problem;
use crate::delivery::{Delivery, Opened};
use crate::media::Kind;

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
    let Ok(etag) = format!("\"{}\"", opened.tag).parse::<ETag>() else {
        return Err(Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Internal error",
        ));
    };
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
    let part = match requested_range(wish, &etag, size) {
        Requested::Whole => None,
        Requested::Part(range) => Some(range),
        Requested::Unsatisfiable => {
            let problem = Problem::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "range_not_satisfiable",
                "Range is beyond the end",
            );
            let mut response = problem.into_response();
            response
                .headers_mut()
                .insert(header::CONTENT_RANGE, value(&format!("bytes */{size}"))?);
            return Ok(response);
        }
    };
    let status = if part.is_some() {
        StatusCode::PARTIAL_CONTENT
    } else {
        StatusCode::OK
    };
    if let Some(range) = &part {
        headers.insert(
            header::CONTENT_RANGE,
            value(&format!("bytes {}-{}/{size}", range.start, range.end - 1))?,
        );
    }
    let length = part.as_ref().map_or(size, |range| range.end - range.start);
    headers.insert(header::CONTENT_LENGTH, length.into());
    if wish.method == Method::HEAD {
        return Ok((status, headers, Body::empty()).into_response());
    }
    let stream = delivery.read(&opened, part).await?;
    Ok((status, headers, Body::from_stream(stream.into_stream())).into_response())
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
        HeaderValue::from_static("default-src 'none'; sandbox"),
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

#[derive(Debug, PartialEq)]
enum Requested {
    Whole,
    Part(Range<u64>),
    Unsatisfiable,
}

/// One range is honoured; several, or a malformed one, get the whole (RFC 9110, 14.2).
fn requested_range(wish: &Wish<'_>, etag: &ETag, size: u64) -> Requested {
    let raw = wish
        .headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    match raw.and_then(Spec::read) {
        Some(spec) if wish.method == Method::GET && is_current(wish, etag) => spec.within(size),
        _ => Requested::Whole,
    }
}

/// Whether the client's part is of these bytes; a condition that cannot be read does not hold (RFC 9110, 13.1.5).
fn is_current(wish: &Wish<'_>, etag: &ETag) -> bool {
    !wish.headers.contains_key(header::IF_RANGE)
        || wish
            .headers
            .typed_get::<IfRange>()
            .is_some_and(|condition| !condition.is_modified(Some(etag), None))
}

/// A well-formed range, of a file whose length is not yet known.
enum Spec {
    /// `bytes=first-last`, with `first <= last`.
    Between(u64, u64),
    /// `bytes=first-`
    From(u64),
    /// `bytes=-length`
    Last(u64),
}

impl Spec {
    fn read(raw: &str) -> Option<Self> {
        let (first, last) = raw.strip_prefix("bytes=")?.split_once('-')?;
        // `parse` alone would take a sign.
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse().unwrap_or(u64::MAX))
        };
        match (first.trim(), last.trim()) {
            ("", length) => Some(Self::Last(number(length)?)),
            (first, "") => Some(Self::From(number(first)?)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::Between(first, last))
            }
        }
    }

    /// Cut to the file; a suffix longer than it is all of it.
    fn within(self, size: u64) -> Requested {
        let part = match self {
            Self::Between(first, last) => first..last.saturating_add(1).min(size),
            Self::From(first) => first..size,
            Self::Last(length) => size.saturating_sub(length)..size,
        };
        if part.is_empty() {
            Requested::Unsatisfiable
        } else {
            Requested::Part(part)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(raw: &str, size: u64) -> Requested {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, raw.parse().unwrap());
        let etag = "\"x\"".parse().unwrap();
        requested_range(
            &Wish {
                method: &Method::GET,
                headers: &headers,
            },
            &etag,
            size,
        )
    }

    #[test]
    fn ranges_are_cut_to_the_file_or_ignored() {
        assert_eq!(range("bytes=0-9", 100), Requested::Part(0..10));
        assert_eq!(range("bytes=90-", 100), Requested::Part(90..100));
        assert_eq!(range("bytes=90-500", 100), Requested::Part(90..100));
        assert_eq!(range("bytes=-10", 100), Requested::Part(90..100));
        assert_eq!(range("bytes=-500", 100), Requested::Part(0..100));
        assert_eq!(range("bytes=100-", 100), Requested::Unsatisfiable);
        assert_eq!(range("bytes=-0", 100), Requested::Unsatisfiable);
        assert_eq!(range("bytes=0-", 0), Requested::Unsatisfiable);
        assert_eq!(range("bytes=-5", 0), Requested::Unsatisfiable);
        for ignored in [
            "bytes=5-1",
            "bytes=a-b",
            "lines=0-1",
            "bytes=0-1,3-4",
            "bytes=--1",
            "bytes=-",
        ] {
            assert_eq!(range(ignored, 100), Requested::Whole, "{ignored}");
        }
        assert_eq!(
            range("bytes=0-18446744073709551615", 100),
            Requested::Part(0..100)
        );
    }
}
