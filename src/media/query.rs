//! The one spelling of a rendition's parameters in a URL.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::Transform;

/// What JavaScript's `encodeURIComponent` encodes, so that clients need nothing else.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The parameters as given, in their order. `None` for an unknown, empty or repeated one.
#[must_use]
pub fn canonical_query<N: AsRef<str>, V: AsRef<str>>(given: &[(N, V)]) -> Option<String> {
    let mut parts = Vec::with_capacity(given.len());
    for name in Transform::PARAMETERS.into_iter().chain(["download"]) {
        let mut values = given.iter().filter(|(key, _)| key.as_ref() == name);
        if let Some((_, value)) = values.next() {
            let value = value.as_ref();
            if value.is_empty() || values.next().is_some() {
                return None;
            }
            parts.push(format!("{name}={}", utf8_percent_encode(value, COMPONENT)));
        }
    }
    (parts.len() == given.len()).then(|| parts.join("&"))
}

/// The pairs of a query; `None` when a part is no pair, or its value no UTF-8.
#[must_use]
pub fn read_query(query: &str) -> Option<Vec<(&str, Cow<'_, str>)>> {
    let parts = query.split('&').filter(|_| !query.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=')?;
            Some((name, percent_decode_str(value).decode_utf8().ok()?))
        })
        .collect()
}
