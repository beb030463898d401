//! A rendition asked for by parameters.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Variant};

/// Quality when none is asked for.
const DEFAULT_QUALITY: u8 = 85;

/// Sides that are offered when not all are: those of the variants, of common screens, and steps between.
const LADDER: [u32; 24] = [
    16, 32, 48, 64, 96, 128, 160, 200, 256, 320, 400, 480, 640, 800, 960, 1080, 1280, 1440, 1600,
    1920, 2048, 2560, 3200, 3840,
];

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
    /// What comes of it; WebP for a format that is still to be negotiated.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::WebP | Self::Auto => Kind::WebP,
            Self::Jpeg => Kind::Jpeg,
            Self::Png => Kind::Png,
            Self::Avif => Kind::Avif,
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

/// A part of the picture as seen, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Region {
    /// Pixels from the left edge.
    pub left: u32,
    /// Pixels from the upper edge.
    pub top: u32,
    /// Pixels across; what hangs over is cut.
    pub width: u32,
    /// Pixels down; what hangs over is cut.
    pub height: u32,
}

/// The point that stays in sight when a picture is cropped to a box, in thousandths of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Focus {
    /// From the left edge.
    pub x: u16,
    /// From the upper edge.
    pub y: u16,
}

impl Default for Focus {
    fn default() -> Self {
        Self { x: 500, y: 500 }
    }
}

/// What a rendition keeps of the picture's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Colours {
    /// All of them.
    All,
    /// Shades of grey.
    Grey,
    /// Black and white.
    Bitonal,
}

/// A rendition's parameters. What they do is done in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Transform {
    /// Which part of the picture; all of it without.
    pub region: Option<Region>,
    /// Box width in pixels.
    pub width: Option<u32>,
    /// Box height in pixels.
    pub height: Option<u32>,
    /// How the picture meets the box; without effect unless a side is given.
    pub fit: Fit,
    /// What `Fit::Cover` keeps in sight.
    pub focus: Focus,
    /// Red, green and blue of what lies below transparent pixels; without it they stay transparent, or are white where the format
    /// has no alpha.
    pub background: Option<[u8; 3]>,
    /// Mirrored left to right.
    pub mirror: bool,
    /// Quarter turns clockwise, 0 to 3.
    pub turns: u8,
    /// What is left of its colours.
    pub colours: Colours,
    /// The encoding.
    pub format: OutputFormat,
    /// 1 to 100.
    pub quality: u8,
}

impl Default for Transform {
    /// The whole picture as WebP.
    fn default() -> Self {
        Self {
            region: None,
            width: None,
            height: None,
            fit: Fit::Inside,
            focus: Focus::default(),
            background: None,
            mirror: false,
            turns: 0,
            colours: Colours::All,
            format: OutputFormat::WebP,
            quality: DEFAULT_QUALITY,
        }
    }
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
    /// The names of the parameters, in the order in which URLs have them.
    pub const PARAMETERS: [&'static str; 10] = [
        "w", "h", "dpr", "fit", "gravity", "crop", "bg", "preset", "format", "q",
    ];

    /// Whether it is one of a bounded number: sides from a list, qualities in steps of five, no region, a focus on an edge or in the
    /// middle.
    #[must_use]
    pub fn is_on_ladder(&self, max_side: u32) -> bool {
        let is_rung =
            |side: Option<u32>| side.is_none_or(|side| side == max_side || LADDER.contains(&side));
        let is_plain = |part: u16| matches!(part, 0 | 500 | 1000);
        let is_grey = |[red, green, blue]: [u8; 3]| red == green && green == blue;
        is_rung(self.width)
            && is_rung(self.height)
            && self.quality.is_multiple_of(5)
            && self.region.is_none()
            && is_plain(self.focus.x)
            && is_plain(self.focus.y)
            && self.background.is_none_or(is_grey)
    }

    /// Reads the parameters as they came; `None` and the empty string mean the default: that of the preset, else `inside`, `webp`, 85.
    ///
    /// # Errors
    /// `TransformError` naming the first bad parameter.
    pub fn parse<'a>(
        get: impl Fn(&str) -> Option<&'a str>,
        max_side: u32,
    ) -> Result<Self, TransformError> {
        let get = |name| get(name).filter(|value| !value.is_empty());
        let preset = get("preset").map(|name| {
            let variant = Variant::ALL.into_iter().find(|it| it.name() == name);
            variant.ok_or_else(|| error("preset", "thumb, medium or large"))
        });
        let preset = preset
            .transpose()?
            .map_or_else(Self::default, Variant::transform);
        let side = |name| get(name).map(|value| number(name, value, max_side));
        let dpr = get("dpr").map_or(Ok(1.0), ratio)?;
        let scaled = |side: u32| {
            let scaled = (f64::from(side) * dpr).round() as u32;
            let within = (1..=max_side).contains(&scaled);
            let expected = || error("dpr", &format!("such that no side is over {max_side}"));
            within.then_some(scaled).ok_or_else(expected)
        };
        let side = |name, default: Option<u32>| {
            let side = side(name).transpose()?.or(default);
            side.map(scaled).transpose()
        };
        let (width, height) = (side("w", preset.width)?, side("h", preset.height)?);
        let one_side = width.is_none() || height.is_none();
        let fit = get("fit").map_or(Ok(preset.fit), fit)?;
        Ok(Self {
            region: get("crop").map(region).transpose()?,
            // One side alone keeps the aspect, as inside a box whose other side is as long as any may be.
            width: width.or(Some(max_side)),
            height: height.or(Some(max_side)),
            fit: if one_side { Fit::Inside } else { fit },
            focus: get("gravity").map_or(Ok(preset.focus), focus)?,
            background: get("bg").map(colour).transpose()?,
            format: get("format").map_or(Ok(preset.format), format)?,
            quality: match get("q") {
                Some(value) => number("q", value, 100)? as u8,
                None => preset.quality,
            },
            ..preset
        })
    }
}

impl fmt::Display for Transform {
    /// The one canonical spelling, for cache keys and entity tags.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(region) = self.region {
            let Region {
                left,
                top,
                width,
                height,
            } = region;
            write!(f, "{left},{top},{width},{height}-")?;
        }
        let side = |side: Option<u32>| side.map_or(String::new(), |side| side.to_string());
        let (width, height) = (side(self.width), side(self.height));
        write!(f, "{width}x{height}-{:?}", self.fit)?;
        if self.focus != Focus::default() {
            write!(f, "-f{},{}", self.focus.x, self.focus.y)?;
        }
        if let Some([red, green, blue]) = self.background {
            write!(f, "-b{red:02x}{green:02x}{blue:02x}")?;
        }
        if self.mirror {
            f.write_str("-m")?;
        }
        if self.turns > 0 {
            write!(f, "-t{}", self.turns)?;
        }
        match self.colours {
            Colours::All => {}
            Colours::Grey => f.write_str("-grey")?,
            Colours::Bitonal => f.write_str("-bitonal")?,
        }
        write!(f, "-q{}.{}", self.quality, self.format.extension())
    }
}

fn fit(name: &str) -> Result<Fit, TransformError> {
    match name {
        "cover" => Ok(Fit::Cover),
        "contain" => Ok(Fit::Contain),
        "fill" => Ok(Fit::Fill),
        "inside" => Ok(Fit::Inside),
        "outside" => Ok(Fit::Outside),
        _ => Err(error("fit", "cover, contain, fill, inside or outside")),
    }
}

fn format(name: &str) -> Result<OutputFormat, TransformError> {
    match name {
        "webp" => Ok(OutputFormat::WebP),
        "jpeg" | "jpg" => Ok(OutputFormat::Jpeg),
        "png" => Ok(OutputFormat::Png),
        "avif" => Ok(OutputFormat::Avif),
        "auto" => Ok(OutputFormat::Auto),
        _ => Err(error("format", "webp, jpeg, png, avif or auto")),
    }
}

/// A direction, or a point as parts of width and height.
fn focus(text: &str) -> Result<Focus, TransformError> {
    let (x, y) = match text {
        "center" => (0.5, 0.5),
        "north" => (0.5, 0.0),
        "northeast" => (1.0, 0.0),
        "east" => (1.0, 0.5),
        "southeast" => (1.0, 1.0),
        "south" => (0.5, 1.0),
        "southwest" => (0.0, 1.0),
        "west" => (0.0, 0.5),
        "northwest" => (0.0, 0.0),
        _ => {
            let bad = || {
                error(
                    "gravity",
                    "a direction (north, southeast, center) or a point as two parts of 1 (0.25,0.7)",
                )
            };
            let (x, y) = text.split_once(',').ok_or_else(bad)?;
            let part = |text| decimal(text).filter(|part| (0.0..=1.0).contains(part));
            (part(x).ok_or_else(bad)?, part(y).ok_or_else(bad)?)
        }
    };
    let thousandths = |part: f64| (part * 1000.0).round() as u16;
    Ok(Focus {
        x: thousandths(x),
        y: thousandths(y),
    })
}

fn region(text: &str) -> Result<Region, TransformError> {
    let bad = || {
        error(
            "crop",
            "left,top,width,height in pixels of the picture as seen",
        )
    };
    let mut numbers = text.split(',').map(whole);
    let mut next = || numbers.next().flatten().ok_or_else(bad);
    let region = Region {
        left: next()?,
        top: next()?,
        width: next()?,
        height: next()?,
    };
    if numbers.next().is_some() || region.width == 0 || region.height == 0 {
        return Err(bad());
    }
    Ok(region)
}

/// `rrggbb` or `rgb`, hexadecimal.
fn colour(text: &str) -> Result<[u8; 3], TransformError> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).map(|digit| digit as u8))
        .collect();
    match digits.as_deref() {
        Some(&[red, green, blue]) => Ok([red, green, blue].map(|digit| digit * 17)),
        Some(&[r1, r2, g1, g2, b1, b2]) => Ok([r1 * 16 + r2, g1 * 16 + g2, b1 * 16 + b2]),
        _ => Err(error("bg", "a colour as rrggbb or rgb, hexadecimal")),
    }
}

fn ratio(text: &str) -> Result<f64, TransformError> {
    let ratio = decimal(text).filter(|ratio| (0.5..=4.0).contains(ratio));
    ratio.ok_or_else(|| error("dpr", "a number from 0.5 to 4"))
}

/// Digits, with at most one point among them.
fn decimal(text: &str) -> Option<f64> {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| is_plain)
}

fn whole(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

fn error(parameter: &'static str, expected: &str) -> TransformError {
    TransformError {
        parameter,
        expected: expected.to_owned(),
    }
}

fn number(parameter: &'static str, value: &str, max: u32) -> Result<u32, TransformError> {
    let number = whole(value).filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| error(parameter, &format!("a whole number from 1 to {max}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &[(&str, &'static str)]) -> Result<Transform, TransformError> {
        let get = |name: &str| {
            let found = query.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| *value)
        };
        Transform::parse(get, 4096)
    }

    #[test]
    fn spelled_in_one_way() {
        for (query, spelling) in [
            (&[][..], "4096x4096-Inside-q85.webp"),
            (&[("w", "300")], "300x4096-Inside-q85.webp"),
            (&[("w", "300"), ("dpr", "1.5")], "450x4096-Inside-q85.webp"),
            (&[("preset", "thumb")], "200x200-Cover-q80.webp"),
            (
                &[("preset", "thumb"), ("w", "100"), ("format", "jpg")],
                "100x200-Cover-q80.jpg",
            ),
            (
                &[
                    ("gravity", "northwest"),
                    ("w", "9"),
                    ("h", "9"),
                    ("fit", "cover"),
                ],
                "9x9-Cover-f0,0-q85.webp",
            ),
            (
                &[("gravity", "0.25,0.7"), ("bg", "f00"), ("crop", "1,2,3,4")],
                "1,2,3,4-4096x4096-Inside-f250,700-bff0000-q85.webp",
            ),
        ] {
            let transform = parse(query).map(|transform| transform.to_string());
            assert_eq!(transform, Ok(spelling.to_owned()), "{query:?}");
        }
    }

    #[test]
    fn bad_values_are_named() {
        for (name, values) in [
            (
                "w",
                &["0", "-1", "+1", "abc", "10px", "1.9", "4097", "99999999999"][..],
            ),
            ("h", &["0x10", " 1"]),
            ("dpr", &["0", "5", "-1", "1e1", "NaN", "inf"]),
            ("fit", &["xyz", "Cover"]),
            ("gravity", &["up", "0.5", "0.5,1.5", "-0.1,0", "0,0,0", ","]),
            (
                "crop",
                &["1,2,3", "1,2,3,4,5", "0,0,0,5", "a,b,c,d", "-1,0,5,5"],
            ),
            ("bg", &["red", "#fff", "12345", "gggggg", "é"]),
            ("preset", &["huge", "small"]),
            ("format", &["tiff"]),
            ("q", &["101", "0"]),
        ] {
            for value in values {
                let parsed = parse(&[(name, value)]).map_err(|error| error.parameter);
                assert_eq!(parsed, Err(name), "{value}");
            }
        }
        let too_large = parse(&[("w", "3000"), ("dpr", "2")]);
        assert_eq!(too_large.map_err(|error| error.parameter), Err("dpr"));
    }
}
