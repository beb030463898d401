//! Which bytes a client asks for.

use std::ops::Range;

/// What a `Range` field asks for of something of a known length (RFC 9110, 14.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByteRange {
    /// All of it; also for several ranges, other units, and what is malformed.
    Whole,
    /// These bytes, at least one.
    Part(Range<u64>),
    /// Nothing that is there.
    Unsatisfiable,
}

impl ByteRange {
    /// Reads `bytes=first-last`, `bytes=first-` or `bytes=-length`.
    #[must_use]
    pub fn parse(field: &str, size_bytes: u64) -> Self {
        let range = match ends(field) {
            Some((Some(first), Some(last))) if first > last => return Self::Whole,
            Some((Some(first), last)) => {
                first..last.map_or(size_bytes, |last| last.saturating_add(1).min(size_bytes))
            }
            Some((None, Some(length))) => size_bytes.saturating_sub(length)..size_bytes,
            Some((None, None)) | None => return Self::Whole,
        };
        if range.start < range.end {
            Self::Part(range)
        } else {
            Self::Unsatisfiable
        }
    }
}

fn ends(field: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (first, last) = field.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok().map(Some),
        _ => None,
    };
    Some((number(first)?, number(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_file_or_ignored() {
        use ByteRange::{Part, Unsatisfiable, Whole};
        let range = ByteRange::parse;
        assert_eq!(range("bytes=0-9", 100), Part(0..10));
        assert_eq!(range("bytes=90-", 100), Part(90..100));
        assert_eq!(range("bytes=90-500", 100), Part(90..100));
        assert_eq!(range("bytes=-10", 100), Part(90..100));
        assert_eq!(range("bytes=-500", 100), Part(0..100));
        assert_eq!(range("bytes=100-", 100), Unsatisfiable);
        assert_eq!(range("bytes=-0", 100), Unsatisfiable);
        assert_eq!(range("bytes=0-", 0), Unsatisfiable);
        for ignored in [
            "bytes=5-1",
            "bytes=a-b",
            "lines=0-1",
            "bytes=0-1,3-4",
            "bytes=--1",
            "bytes=-",
        ] {
            assert_eq!(range(ignored, 100), Whole, "{ignored}");
        }
        assert_eq!(range("bytes=0-18446744073709551615", 100), Part(0..100));
    }
}
