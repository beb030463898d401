//! A rendition asked for by parameters: `w`, `h`, `fit`, `format`, `q`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Quality when none is asked for.
const DEFAULT_QUALITY: u8 = 85;

/// How the picture meets the box that was asked for. Nothing is ever enlarged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fit {
    /// Fills the box, cropping evenly what hangs over; each side of the box is first cut to the picture's.
    Cover,
    /// Inside the box, which keeps its size; the rest of it is transparent, or white where the format has no alpha.
    Contain,
    /// Stretched to the box; each side of the box is first cut to the picture's.
    Fill,
    /// The largest that fits inside.
    Inside,
    /// The smallest that covers the box, uncropped.
    Outside,
}

/// What a rendition is encoded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OutputFormat {
    /// Lossy WebP.
    WebP,
    /// Baseline JPEG on white.
    Jpeg,
    /// PNG; the quality has no effect.
    Png,
    /// AVIF.
    Avif,
    /// Whatever the client's `Accept` prefers; resolved before rendering.
    Auto,
}

impl OutputFormat {
    /// The media type; WebP for a format that is still to be negotiated.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::WebP | Self::Auto => "image/webp",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Avif => "image/avif",
        }
    }

    /// The file name extension, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::WebP | Self::Auto => "webp",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Avif => "avif",
        }
    }
}

/// A rendition's parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Transform {
    /// Box width in pixels.
    pub width: Option<u32>,
    /// Box height in pixels.
    pub height: Option<u32>,
    /// How the picture meets the box; without effect unless a side is given.
    pub fit: Fit,
    /// The encoding.
    pub format: OutputFormat,
    /// 1 to 100.
    pub quality: u8,
}

/// A parameter with a bad value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} must be {expected}")]
pub struct TransformError {
    /// The parameter's name.
    pub parameter: &'static str,
    /// What would be right.
    pub expected: String,
}

impl Transform {
    /// Reads the parameters as they came; `None` and the empty string mean the default (`inside`, `webp`, 85).
    ///
    /// # Errors
    /// `TransformError` naming the first bad parameter.
    pub fn parse(
        width: Option<&str>,
        height: Option<&str>,
        fit: Option<&str>,
        format: Option<&str>,
        quality: Option<&str>,
        max_side: u32,
    ) -> Result<Self, TransformError> {
        let given =
            |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
        let side = |parameter, value: Option<&str>| {
            given(value)
                .map(|value| number(parameter, &value, max_side))
                .transpose()
        };
        let (width, height) = (side("w", width)?, side("h", height)?);
        let one_side = width.is_none() || height.is_none();
        Ok(Self {
            // One side alone keeps the aspect, as inside a box whose other side is as long as any may be.
            width: width.or(Some(max_side)),
            height: height.or(Some(max_side)),
            fit: match given(fit).as_deref() {
                Some("cover" | "contain" | "fill" | "outside") if one_side => Fit::Inside,
                Some("cover") => Fit::Cover,
                Some("contain") => Fit::Contain,
                Some("fill") => Fit::Fill,
                Some("inside") | None => Fit::Inside,
                Some("outside") => Fit::Outside,
                Some(_) => return Err(error("fit", "cover, contain, fill, inside or outside")),
            },
            format: match given(format).as_deref() {
                Some("webp") | None => OutputFormat::WebP,
                Some("jpeg" | "jpg") => OutputFormat::Jpeg,
                Some("png") => OutputFormat::Png,
                Some("avif") => OutputFormat::Avif,
                Some("auto") => OutputFormat::Auto,
                Some(_) => return Err(error("format", "webp, jpeg, png, avif or auto")),
            },
            quality: match given(quality) {
                Some(value) => number("q", &value, 100)? as u8,
                None => DEFAULT_QUALITY,
            },
        })
    }
}

impl fmt::Display for Transform {
    /// The one canonical spelling, for cache keys and entity tags.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: Option<u32>| side.map_or(String::new(), |side| side.to_string());
        let (width, height) = (side(self.width), side(self.height));
        write!(
            f,
            "{width}x{height}-{:?}-q{}.{}",
            self.fit,
            self.quality,
            self.format.extension()
        )
    }
}

fn error(parameter: &'static str, expected: &str) -> TransformError {
    TransformError {
        parameter,
        expected: expected.to_owned(),
    }
}

fn number(parameter: &'static str, value: &str, max: u32) -> Result<u32, TransformError> {
    let all_digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(number) if all_digits && (1..=max).contains(&number) => Ok(number),
        _ => Err(error(parameter, &format!("a whole number from 1 to {max}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_values_are_named() {
        let parse = |w, fit, format, q| {
            Transform::parse(w, None, fit, format, q, 4096).map_err(|error| error.parameter)
        };
        assert_eq!(
            parse(None, None, None, None).map(|t| t.to_string()),
            Ok("4096x4096-Inside-q85.webp".to_owned())
        );
        for bad in ["0", "-1", "abc", "10px", "1.9", "4097", "99999999999"] {
            assert_eq!(parse(Some(bad), None, None, None), Err("w"), "{bad}");
        }
        assert_eq!(parse(None, Some("xyz"), None, None), Err("fit"));
        assert_eq!(parse(None, None, Some("tiff"), None), Err("format"));
        assert_eq!(parse(None, None, None, Some("101")), Err("q"));
    }
}
