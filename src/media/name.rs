//! File names as users gave them: kept as text, never part of a path or a key.

use unicode_normalization::UnicodeNormalization as _;

/// The longest stored name, in bytes.
const MAX_BYTES: usize = 255;

/// A display name: the last path segment, NFC, without control characters, at most 255 bytes of UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// The name in what a client sent; `None` when nothing remains of it.
    #[must_use]
    pub fn from_client(raw: &str) -> Option<Self> {
        let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
        let mut name: String = last
            .nfc()
            .filter(|c| !c.is_control() && !is_bidi_control(*c))
            .collect();
        if name.len() > MAX_BYTES {
            name = shortened(&name);
        }
        let name = name.trim();
        (!name.is_empty()).then(|| Self(name.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Cuts the stem and keeps a short extension, on character boundaries.
fn shortened(name: &str) -> String {
    let extension = name
        .rfind('.')
        .map(|dot| &name[dot..])
        .filter(|extension| extension.len() <= 16)
        .unwrap_or("");
    let mut end = MAX_BYTES - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &name[..end])
}

/// Characters that reorder what follows, used to disguise an extension (`gpj.exe`).
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(raw: &str) -> Option<String> {
        FileName::from_client(raw).map(|name| name.0)
    }

    #[test]
    fn keeps_any_language_and_drops_paths_and_controls() {
        assert_eq!(
            name("Foto €ü 写真 😀.jpg").as_deref(),
            Some("Foto €ü 写真 😀.jpg")
        );
        assert_eq!(name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(name("C:\\Users\\a\\b.png").as_deref(), Some("b.png"));
        assert_eq!(
            name("a\r\nSet-Cookie: x").as_deref(),
            Some("aSet-Cookie: x")
        );
        assert_eq!(name("e\u{301}.jpg").as_deref(), Some("é.jpg"));
        assert_eq!(name("\u{202e}gpj.exe").as_deref(), Some("gpj.exe"));
        assert_eq!(name("///"), None);
    }

    #[test]
    fn long_names_keep_their_extension() {
        let long = name(&format!("{}.jpeg", "ü".repeat(300))).unwrap_or_default();
        assert!(long.len() <= 255 && long.ends_with("ü.jpeg"));
    }
}
