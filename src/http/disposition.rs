//! `Content-Disposition` (RFC 6266): no name can break out of it.

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 8187's `attr-char`.
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The field for a file shown in place, or offered as a download, under a name.
pub(super) fn content_disposition(inline: bool, name: Option<&str>) -> HeaderValue {
    let kind = if inline { "inline" } else { "attachment" };
    let Some(name) = name else {
        return HeaderValue::from_static(kind);
    };
    let ascii: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut field = format!("{kind}; filename=\"{ascii}\"");
    if ascii != name {
        field.push_str("; filename*=UTF-8''");
        field.extend(utf8_percent_encode(name, NOT_ATTR_CHAR));
    }
    HeaderValue::try_from(field).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside_the_quotes() {
        let field = |name| {
            content_disposition(true, Some(name))
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(field("a b.jpg"), "inline; filename=\"a b.jpg\"");
        assert_eq!(
            field("€.jpg"),
            "inline; filename=\"_.jpg\"; filename*=UTF-8''%E2%82%AC.jpg"
        );
        assert_eq!(
            field("a\"; x=\"\r\nb"),
            "inline; filename=\"a_; x=___b\"; filename*=UTF-8''a%22%3B%20x%3D%22%0D%0Ab"
        );
        assert_eq!(content_disposition(false, None), "attachment");
    }
}
