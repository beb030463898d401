//! What a file is, by its bytes alone. The client's claim counts only for text, which has no signature.

use std::{borrow::Cow, io::Read as _};

use serde::{Deserialize, Serialize};

/// The first bytes of a gzip file whose contents are deflated (RFC 1952), as all are.
const GZIP: &[u8] = b"\x1f\x8b\x08";

/// The kind of some content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Kind {
    /// ITU-T T.81.
    Jpeg,
    /// W3C PNG, animated or not.
    Png,
    /// GIF87a and GIF89a.
    Gif,
    /// RIFF WebP.
    WebP,
    /// TIFF and BigTIFF.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// SVG, plain or packed by gzip (SVGZ).
    Svg,
    /// HEVC in HEIF.
    Heic,
    /// HEIF with another or unnamed codec.
    Heif,
    /// AV1 in HEIF.
    Avif,
    /// JPEG XL, bare or boxed.
    Jxl,
    /// Windows icon or cursor.
    Ico,
    /// Anything else, by its media type; passed straight through.
    Other(Cow<'static, str>),
}

impl Kind {
    /// Every kind of picture.
    const PICTURES: [Self; 12] = [
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::WebP,
        Self::Tiff,
        Self::Bmp,
        Self::Svg,
        Self::Heic,
        Self::Heif,
        Self::Avif,
        Self::Jxl,
        Self::Ico,
    ];

    /// Every kind that variants can be made of.
    pub fn decodable() -> impl Iterator<Item = Self> {
        Self::PICTURES.into_iter().filter(Self::is_decodable)
    }

    /// The media type that is stored and served.
    #[must_use]
    pub fn mime(&self) -> &str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Tiff => "image/tiff",
            Self::Bmp => "image/bmp",
            Self::Svg => "image/svg+xml",
            Self::Heic => "image/heic",
            Self::Heif => "image/heif",
            Self::Avif => "image/avif",
            Self::Jxl => "image/jxl",
            Self::Ico => "image/x-icon",
            Self::Other(mime) => mime,
        }
    }

    /// The kind of content stored under that media type (the inverse of [`Kind::mime`]).
    #[must_use]
    pub fn from_mime(mime: &str) -> Self {
        Self::PICTURES
            .into_iter()
            .find(|kind| kind.mime() == mime)
            .unwrap_or_else(|| Self::Other(Cow::Owned(mime.to_owned())))
    }

    /// The `metadata.format` of the HTTP API, `None` for anything that is not a picture.
    #[must_use]
    pub fn format_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Tiff => "tiff",
            Self::Bmp => "bmp",
            Self::Svg => "svg",
            Self::Heic | Self::Heif | Self::Avif => "heif",
            Self::Jxl => "jxl",
            Self::Ico => "ico",
            Self::Other(_) => return None,
        })
    }

    /// Whether this is a picture at all.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// Whether this is MP4, QuickTime or one of their relatives, whose header tells something.
    #[must_use]
    pub fn is_movie(&self) -> bool {
        matches!(
            self.mime(),
            "video/mp4" | "video/quicktime" | "video/x-m4v" | "video/3gpp" | "video/3gpp2"
        )
    }

    /// Whether variants can be made of it.
    #[must_use]
    pub fn is_decodable(&self) -> bool {
        match self {
            Self::Jpeg
            | Self::Png
            | Self::Gif
            | Self::WebP
            | Self::Tiff
            | Self::Bmp
            | Self::Svg
            | Self::Heic
            | Self::Heif
            | Self::Avif
            | Self::Jxl
            | Self::Ico => true,
            Self::Other(_) => false,
        }
    }

    /// Whether a browser may show it in place. Everything else is only ever offered as a download.
    #[must_use]
    pub fn is_safe_inline(&self) -> bool {
        match self {
            Self::Svg => false,
            Self::Other(mime) => {
                mime.starts_with("audio/") || mime.starts_with("video/") || mime == "text/plain"
            }
            _ => true,
        }
    }
}

/// The kind of content that begins with `head` (4 KiB or all of it, if shorter). `declared` is what the client
/// called it and is believed only for text.
#[must_use]
pub fn sniff(head: &[u8], declared: Option<&str>) -> Kind {
    if let Some(kind) = picture(head) {
        return kind;
    }
    if is_svg(head) || is_svgz(head) {
        return Kind::Svg;
    }
    // infer is content with less than we ask of our own kinds: "WEBP" somewhere, or text that begins with "BM".
    let is_other = |found: &infer::Type| !Kind::from_mime(found.mime_type()).is_picture();
    let known = infer::get(head).filter(is_other);
    match known.map(|found| found.mime_type()).or_else(|| movie(head)) {
        Some(mime) => Kind::Other(Cow::Borrowed(mime)),
        None if is_text(head) => Kind::Other(text_type(declared)),
        None => Kind::Other(Cow::Borrowed("application/octet-stream")),
    }
}

fn picture(head: &[u8]) -> Option<Kind> {
    let at = |offset: usize, magic: &[u8]| {
        head.get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    Some(if at(0, b"\xff\xd8\xff") {
        Kind::Jpeg
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        Kind::Png
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Kind::Gif
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Kind::WebP
    } else if (at(0, b"II*\0") || at(0, b"MM\0*") || at(0, b"II+\0") || at(0, b"MM\0+"))
        && !at(8, b"CR\x02")
    {
        Kind::Tiff
    } else if at(0, b"BM") && is_bmp_header(head) {
        Kind::Bmp
    } else if at(0, b"\xff\x0a") || at(0, b"\0\0\0\x0cJXL \r\n\x87\n") {
        Kind::Jxl
    } else if (at(0, b"\0\0\x01\0") || at(0, b"\0\0\x02\0"))
        && head.len() >= 22
        && head[4] > 0
        && head[5] == 0
        && head[9] == 0
    {
        Kind::Ico
    } else if at(4, b"ftyp") {
        return heif(head);
    } else {
        return None;
    })
}

/// Brands of ISO 14496-12 that infer does not know: 3GPP's, and whoever else says that it is one of the family.
fn movie(head: &[u8]) -> Option<&'static str> {
    let brand: &[u8; 4] = head.get(8..)?.first_chunk()?;
    let is_movie = head.get(4..8)? == b"ftyp";
    let family = || {
        let mut compatible = head.get(16..)?.chunks_exact(4).take(16);
        compatible.find(|brand| matches!(*brand, b"isom" | b"iso2" | b"mp41" | b"mp42"))
    };
    match brand {
        _ if !is_movie => None,
        b"3g2a" | b"3g2b" | b"3g2c" => Some("video/3gpp2"),
        [b'3', b'g', ..] => Some("video/3gpp"),
        _ => family().map(|_| "video/mp4"),
    }
}

/// A bitmap's second header has one of a few sizes; two letters alone would take any text that begins with "BM".
fn is_bmp_header(head: &[u8]) -> bool {
    let size = head
        .get(14..18)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_le_bytes);
    matches!(size, Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// Brands of ISO 23008-12 and the AV1 image format, in the order in which they decide.
fn heif(head: &[u8]) -> Option<Kind> {
    let end = head
        .get(..4)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_be_bytes)? as usize;
    let major = head.get(8..12)?;
    let compatible = head
        .get(16..end.min(head.len()))
        .unwrap_or_default()
        .chunks_exact(4);
    let brands = || std::iter::once(major).chain(compatible.clone());
    let any = |names: &[&[u8; 4]]| brands().any(|brand| names.iter().any(|name| brand == *name));
    // A video file may name an image brand among its compatible ones; only its major brand tells what it is.
    let is_image = [
        b"mif1", b"msf1", b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx",
        b"heif",
    ]
    .iter()
    .any(|name| major == *name)
        || (any(&[b"mif1"]) && !any(&[b"isom", b"mp41", b"mp42", b"qt  "]));
    if !is_image {
        None
    } else if any(&[b"avif", b"avis"]) {
        Some(Kind::Avif)
    } else if any(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"]) {
        Some(Kind::Heic)
    } else {
        Some(Kind::Heif)
    }
}

/// Whether the root element is `svg`, after a byte order mark, declaration, comments and document type.
fn is_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?") {
            rest.find("?>").map(|at| at + 2)
        } else if rest.starts_with("<!DOCTYPE") {
            let subset = rest
                .find('[')
                .filter(|at| rest.find('>').is_some_and(|close| *at < close));
            match subset {
                Some(open) => rest[open..].find(']').and_then(|close| {
                    rest[open + close..]
                        .find('>')
                        .map(|at| open + close + at + 1)
                }),
                None => rest.find('>').map(|at| at + 1),
            }
        } else {
            break;
        };
        match end {
            Some(end) => rest = rest[end..].trim_start(),
            None => return false,
        }
    }
    let Some(tag) = rest.strip_prefix('<') else {
        return false;
    };
    let name: &str = tag
        .split(|c: char| c.is_whitespace() || c == '>' || c == '/')
        .next()
        .unwrap_or_default();
    name.rsplit(':').next() == Some("svg")
}

/// Whether gzip's contents begin as an SVG does.
fn is_svgz(head: &[u8]) -> bool {
    let mut text = Vec::new();
    // The head ends somewhere inside; what came before is enough.
    let _ = flate2::read::GzDecoder::new(head)
        .take(4096)
        .read_to_end(&mut text);
    head.starts_with(GZIP) && is_svg(&text)
}

/// UTF-8 (cut anywhere) without control characters other than white space and escape.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty()
        && !text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b'))
}

/// A media type without its parameters.
#[must_use]
pub fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// The declared type when it is one of text, without parameters; plain text otherwise.
fn text_type(declared: Option<&str>) -> Cow<'static, str> {
    let essence = essence(declared.unwrap_or_default()).to_ascii_lowercase();
    let is_token = essence.len() <= 100
        && essence.split('/').count() == 2
        && essence
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/.+-_".contains(&byte));
    let is_text = essence.starts_with("text/")
        || essence.ends_with("+json")
        || (essence.ends_with("+xml") && essence != "image/svg+xml")
        || matches!(
            essence.as_str(),
            "application/json"
                | "application/xml"
                | "application/yaml"
                | "application/toml"
                | "application/x-ndjson"
        );
    if is_token && is_text {
        Cow::Owned(essence)
    } else {
        Cow::Borrowed("text/plain")
    }
}

impl From<String> for Kind {
    fn from(mime: String) -> Self {
        Self::from_mime(&mime)
    }
}

impl From<Kind> for String {
    fn from(kind: Kind) -> Self {
        kind.mime().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    #[test]
    fn bytes_decide_and_claims_count_for_text_only() {
        assert_eq!(
            sniff(b"\xff\xd8\xff\xe0rest", Some("image/png")),
            Kind::Jpeg
        );
        assert_eq!(
            sniff(b"BM is how this text begins, and goes on", None).mime(),
            "text/plain"
        );
        assert_eq!(
            sniff(b"{       \"WEBP\": {}}\n", Some("application/json")).mime(),
            "application/json"
        );
        assert_eq!(
            sniff(b"a,b\n1,2\n", Some("text/csv; charset=utf-8")).mime(),
            "text/csv"
        );
        assert_eq!(sniff(b"a,b\n1,2\n", Some("image/png")).mime(), "text/plain");
        assert_eq!(
            sniff(b"\0\x01\x02binary", Some("text/plain")).mime(),
            "application/octet-stream"
        );
        assert_eq!(
            sniff(
                "gr\u{fc}"
                    .as_bytes()
                    .split_last()
                    .map_or(&b""[..], |(_, head)| head),
                None
            )
            .mime(),
            "text/plain"
        );
    }

    #[test]
    fn svg_is_found_behind_its_prologue() {
        for text in [
            "<svg/>",
            "\u{feff}<?xml version='1.0'?>\n<!-- a > b --><!DOCTYPE svg [<!ENTITY a 'b'>]>\n<svg xmlns='x'>",
            "<s:svg xmlns:s='http://www.w3.org/2000/svg'>",
        ] {
            assert_eq!(sniff(text.as_bytes(), None), Kind::Svg, "{text}");
        }
        for (text, kind) in [
            ("<svg/>", Kind::Svg),
            ("<html/>", Kind::from_mime("application/gzip")),
        ] {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(text.as_bytes()).unwrap();
            assert_eq!(sniff(&packed.finish().unwrap(), None), kind);
        }
        assert_ne!(sniff(b"<html><svg></svg></html>", None), Kind::Svg);
        assert_ne!(sniff(b"<!-- <svg> never closed", None), Kind::Svg);
    }

    #[test]
    fn heif_brands_are_told_apart_from_video() {
        let file = |major: &[u8; 4], compatible: &[&[u8; 4]]| {
            let mut head = ((16 + 4 * compatible.len()) as u32).to_be_bytes().to_vec();
            head.extend_from_slice(b"ftyp");
            head.extend_from_slice(major);
            head.extend_from_slice(&[0; 4]);
            for brand in compatible {
                head.extend_from_slice(*brand);
            }
            head
        };
        assert_eq!(sniff(&file(b"heic", &[b"mif1"]), None), Kind::Heic);
        assert_eq!(sniff(&file(b"mif1", &[b"avif", b"miaf"]), None), Kind::Avif);
        assert_eq!(sniff(&file(b"mif1", &[]), None), Kind::Heif);
        for (major, compatible, mime) in [
            (b"isom", &[b"mp41", b"mif1"][..], "video/mp4"),
            (b"XAVC", &[b"XAVC", b"mp42"], "video/mp4"),
            (b"3gp4", &[b"3gp4"], "video/3gpp"),
            (b"zzzz", &[b"yyyy"], "application/octet-stream"),
        ] {
            let kind = sniff(&file(major, compatible), None);
            assert_eq!(
                (kind.mime(), kind.is_movie()),
                (mime, mime.starts_with("video/"))
            );
        }
    }
}
