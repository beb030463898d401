//! Bytes as HTTP: validators, ranges and the headers that keep a browser from running what users uploaded.

use std::time::SystemTime;

use anyhow::anyhow;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headers::{
    ETag, HeaderMapExt as _, IfMatch, IfModifiedSince, IfNoneMatch, IfRange, LastModified,
};

use super::disposition::content_disposition;
use super::error::Problem;
use crate::blob::AnswerFields;
use crate::delivery::{Delivery, Made, Opened};
use crate::media::{ByteRange, Kind};

/// Nothing runs and nothing is loaded but the file itself, which a browser's own players and viewers need.
const POLICY: &str = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// More than an answer has.
const MAX_FIELDS: usize = 24;

/// What a request says about how it wants bytes.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
    /// Whether it is to be saved, and under which name; the empty one is for us to find.
    pub(super) download: Option<&'a str>,
    /// Whether the format was left to us.
    pub(super) negotiated: bool,
}

impl Wish<'_> {
    /// What goes with every answer to it, also with 304.
    fn cache_headers(&self, is_final: bool) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(MAX_FIELDS);
        let cache = match (is_final, self.negotiated) {
            (false, _) => "no-store",
            // A better format may be there soon.
            (true, true) => "public, max-age=300",
            (true, false) => "public, max-age=31536000, immutable",
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        if self.negotiated {
            headers.insert(header::VARY, HeaderValue::from_static("Accept, Save-Data"));
        }
        headers
    }
}

/// 304 for who has what this tag stands for already, before it is opened.
pub(super) fn unchanged(wish: &Wish<'_>, tag: &str) -> Result<Option<Response>, Problem> {
    // `*` asks whether there is anything at all, which nobody knows yet.
    let conditions = wish.headers.get(header::IF_NONE_MATCH);
    if conditions.is_none_or(|value| value == "*") || wish.headers.contains_key(header::IF_MATCH) {
        return Ok(None);
    }
    let etag = entity_tag(tag)?;
    Ok(is_known(wish.headers, &etag).then(|| {
        let mut headers = wish.cache_headers(true);
        headers.typed_insert(etag);
        assemble(StatusCode::NOT_MODIFIED, headers, Body::empty())
    }))
}

pub(super) fn entity_tag(tag: &str) -> Result<ETag, Problem> {
    let etag = format!("\"{tag}\"").parse();
    etag.map_err(|_| Problem::internal(anyhow!("bad entity tag")))
}

/// Whether who asks has what this tag stands for already.
pub(super) fn is_known(request: &HeaderMap, etag: &ETag) -> bool {
    let condition = request.typed_get::<IfNoneMatch>();
    condition.is_some_and(|condition| !condition.precondition_passes(etag))
}

/// Answers with something opened: 200, 206, 304, 412 or 416.
pub(super) async fn respond(
    delivery: &Delivery,
    opened: Opened,
    wish: &Wish<'_>,
    name: Option<&str>,
) -> Result<Response, Problem> {
    let etag = entity_tag(&opened.tag)?;
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
    let mut headers = wish.cache_headers(opened.is_final);
    headers.typed_insert(etag.clone());
    if let Some(modified) = opened.modified {
        headers.typed_insert(LastModified::from(SystemTime::from(modified)));
    }
    if is_known(wish.headers, &etag) || is_old(wish, &opened) {
        return Ok(assemble(StatusCode::NOT_MODIFIED, headers, Body::empty()));
    }
    describe(&mut headers, &opened, wish, name)?;
    if let Some(elsewhere) = elsewhere(delivery, &opened, wish, &headers).await? {
        return Ok(elsewhere);
    }
    let size = opened.size_bytes;
    let (status, length, part) = match requested_range(wish, &etag, size) {
        ByteRange::Whole => (StatusCode::OK, size, None),
        ByteRange::Part(range) => {
            headers.insert(
                header::CONTENT_RANGE,
                value(format!("bytes {}-{}/{size}", range.start, range.end - 1))?,
            );
            (
                StatusCode::PARTIAL_CONTENT,
                range.end - range.start,
                Some(range),
            )
        }
        ByteRange::Unsatisfiable => return beyond_the_end(size),
    };
    if let Some(made) = opened.made {
        tell_making(&mut headers, made)?;
    }
    headers.insert(header::CONTENT_LENGTH, length.into());
    let body = if wish.method == Method::HEAD {
        Body::empty()
    } else if let Some(bytes) = opened.in_memory(part.as_ref()) {
        Body::from(bytes)
    } else {
        Body::from_stream(Box::pin(delivery.read(&opened, part)).await?)
    };
    Ok(assemble(status, headers, body))
}

/// A response with these headers as they are, which the tuple would insert anew one by one.
fn assemble(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// A redirect to the store, for what cannot run in a browser whatever the store says of it.
async fn elsewhere(
    delivery: &Delivery,
    opened: &Opened,
    wish: &Wish<'_>,
    headers: &HeaderMap,
) -> Result<Option<Response>, Problem> {
    if wish.method != Method::GET || !opened.kind.is_safe_inline() {
        return Ok(None);
    }
    let field = |name| {
        let value: Option<&HeaderValue> = headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let fields = || AnswerFields {
        content_type: field(header::CONTENT_TYPE),
        content_disposition: field(header::CONTENT_DISPOSITION),
        cache_control: field(header::CACHE_CONTROL),
    };
    let Some(url) = delivery.redirect(opened, fields).await? else {
        return Ok(None);
    };
    let headers = [
        (header::LOCATION, value(url)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok(Some(
        (StatusCode::TEMPORARY_REDIRECT, headers).into_response(),
    ))
}

/// By date, for who has no tag (RFC 9110, 13.1.3).
fn is_old(wish: &Wish<'_>, opened: &Opened) -> bool {
    let since = wish.headers.typed_get::<IfModifiedSince>();
    let (Some(since), Some(modified)) = (since, opened.modified) else {
        return false;
    };
    !wish.headers.contains_key(header::IF_NONE_MATCH) && !since.is_modified(modified.into())
}

/// What a cache on the way, or who looks for lost time, may want to know of a rendition (RFC 9211, Server-Timing).
fn tell_making(headers: &mut HeaderMap, made: Made) -> Result<(), Problem> {
    let status = match made {
        Made::Memory => "mana-media; hit; detail=memory",
        Made::Store => "mana-media; hit; detail=store",
        Made::Now(_) => "mana-media; fwd=uri-miss; stored",
    };
    headers.insert("cache-status", HeaderValue::from_static(status));
    if let Made::Now(took) = made {
        let took_ms = took.as_secs_f64() * 1000.0;
        headers.insert("server-timing", value(format!("render;dur={took_ms:.1}"))?);
    }
    Ok(())
}

fn beyond_the_end(size: u64) -> Result<Response, Problem> {
    let status = StatusCode::RANGE_NOT_SATISFIABLE;
    let mut response =
        Problem::new(status, "range_not_satisfiable", "Range is beyond the end").into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_RANGE, value(format!("bytes */{size}"))?);
    Ok(response)
}

/// Type and safety: active content never runs here, whatever it is.
fn describe(
    headers: &mut HeaderMap,
    opened: &Opened,
    wish: &Wish<'_>,
    name: Option<&str>,
) -> Result<(), Problem> {
    let inline = opened.kind.is_safe_inline() && wish.download.is_none();
    let name = wish.download.filter(|name| !name.is_empty()).or(name);
    headers.insert(header::CONTENT_TYPE, content_type(&opened.kind)?);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Some(digest) = opened.sent_digest() {
        headers.insert(REPR_DIGEST, value(digest.digest_field())?);
    }
    headers.insert(
        header::CONTENT_DISPOSITION,
        content_disposition(inline, name),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    Ok(())
}

/// Text without a charset would be guessed at; what we call text is UTF-8. Scripts and style sheets go out as plain text: with
/// `nosniff` no page can then load them as what they are, be it one that trusts this origin.
fn content_type(kind: &Kind) -> Result<HeaderValue, Problem> {
    let mime = kind.mime();
    if mime == "text/css" || is_script(mime) {
        value("text/plain; charset=utf-8")
    } else if mime.starts_with("text/") {
        value(format!("{mime}; charset=utf-8"))
    } else {
        value(mime)
    }
}

/// Every JavaScript type of WHATWG's MIME Sniffing has one of these in its name.
fn is_script(mime: &str) -> bool {
    ["javascript", "ecmascript", "jscript", "livescript"]
        .iter()
        .any(|name| mime.contains(name))
}

fn value(text: impl TryInto<HeaderValue>) -> Result<HeaderValue, Problem> {
    let failed = |_| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Internal error",
        )
    };
    text.try_into().map_err(failed)
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
