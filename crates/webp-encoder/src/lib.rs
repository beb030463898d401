//! A lossy WebP encoder: still pictures, VP8 key frames, alpha.
//!
//! Written from RFC 6386 (VP8) and the WebP container and lossless specifications. Pixels go through
//! `picture` (planes; `sharp` where asked) → `analysis` (segments) → `frame`, which for each macroblock calls `decide`
//! (modes, levels; by `kernels`, `quantise`, `cost`) and stores `tokens`, then writes them with `bool_coder` → `container`.
//! Analysis and decisions go by `rows`, of which several threads may each have one.

// Only what is inlined into a pass is compiled for the processor at hand; a, b, c, d and m are the field's names for a
// transform's values and a mode.
#![allow(clippy::inline_always, clippy::many_single_char_names)]

mod alpha;
mod analysis;
mod bool_coder;
mod container;
mod cost;
mod decide;
mod frame;
mod kernels;
#[doc(hidden)]
pub mod loop_filter;
mod picture;
mod quantise;
mod rows;
mod sharp;
mod tables;
mod target;
mod tokens;
mod vp8l;

use decide::Search;

use frame::{Blind, Observer};
use kernels::Portable;
use picture::Planes;

/// Largest width and height that the format can carry.
pub const MAX_DIMENSION: u32 = 16_383;

/// Which code values the planes use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Range {
    /// Luma 16 to 235, chroma 16 to 240, as VP8 defines them.
    #[default]
    Video,
    /// 0 to 255, as JFIF defines them; converted on the way in.
    Full,
}

/// Planar YCbCr 4:2:0 after BT.601, rows without padding.
#[derive(Clone, Copy, Debug)]
pub struct Yuv420<'a> {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Luma, `width * height`.
    pub y: &'a [u8],
    /// Blue difference, half the size both ways, rounded up.
    pub u: &'a [u8],
    /// Red difference, as `u`.
    pub v: &'a [u8],
    /// Code values of the planes.
    pub range: Range,
}

/// How to encode.
#[derive(Clone, Debug)]
pub struct Config {
    /// 0 (smallest) to 100 (best), on libwebp's scale.
    pub quality: u8,
    /// Most bytes of the file: another quality is looked for that comes near to them, by coding the picture several
    /// times. What is too large at quality 0 stays so.
    pub target_size: Option<u32>,
    /// 0 (fastest) to 6 (smallest).
    pub effort: u8,
    /// Fit the smaller chroma of RGB pictures to how decoders enlarge it: sharper edges between colours, as in drawings
    /// and text, for some 0.2 µs a pixel.
    pub sharp_chroma: bool,
    /// Most segments, 1 to 4.
    pub segments: u8,
    /// Loop filter strength, 0 to 100.
    pub filter_strength: u8,
    /// Use the simple loop filter, which is cheaper to decode.
    pub simple_filter: bool,
    /// Binary logarithm of the number of token partitions, 0 to 3.
    pub partitions: u8,
    /// Most threads to work in, this one included; the stream is the same.
    pub threads: usize,
    /// The registers that kernels use; the stream is the same: for tests.
    #[doc(hidden)]
    pub registers: Registers,
}

/// Vector registers.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Registers {
    /// The widest that the processor has.
    #[default]
    Widest,
    /// At most 128 bits.
    Narrow,
    /// None: the portable kernels.
    None,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            quality: 75,
            target_size: None,
            effort: 4,
            sharp_chroma: false,
            segments: 4,
            filter_strength: 45,
            simple_filter: false,
            partitions: 0,
            threads: 1,
            registers: Registers::Widest,
        }
    }
}

impl Config {
    /// The default configuration at `quality`.
    #[must_use]
    pub fn with_quality(quality: u8) -> Self {
        Self {
            quality,
            ..Self::default()
        }
    }

    /// How many modes each effort tries in full.
    fn search(&self) -> Search {
        let (luma_16x16, luma_4x4, chroma) = match self.effort {
            0 => (1, 0, 1),
            1 => (1, 1, 1),
            2 => (1, 3, 1),
            3 => (2, 3, 2),
            4 => (2, 4, 2),
            5 => (3, 4, 3),
            _ => (4, 4, 4),
        };
        Search {
            luma_16x16,
            luma_4x4,
            chroma,
        }
    }
}

/// Why a picture was not encoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// Width or height is 0 or above [`MAX_DIMENSION`].
    Dimensions,
    /// A buffer's length does not follow from width and height.
    BufferSize,
    /// The result does not fit into the format's fields.
    TooLarge,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Dimensions => "width or height is outside 1 to 16383",
            Self::BufferSize => "buffer size does not match width and height",
            Self::TooLarge => "encoded picture does not fit into the format",
        })
    }
}

impl std::error::Error for Error {}

/// Encodes planes, and with `alpha` (one byte a pixel) a transparent picture.
///
/// # Errors
/// [`Error`] for sizes that the format cannot carry or that do not match.
pub fn encode_yuv(
    picture: &Yuv420<'_>,
    alpha: Option<&[u8]>,
    config: &Config,
) -> Result<Vec<u8>, Error> {
    encode_planes(&Planes::new(picture)?, alpha, config, &mut Blind)
}

/// Encodes interleaved 8-bit RGB.
///
/// # Errors
/// As [`encode_yuv`].
pub fn encode_rgb(rgb: &[u8], width: u32, height: u32, config: &Config) -> Result<Vec<u8>, Error> {
    let planes = Planes::from_rgb::<3>(rgb, width, height, config.sharp_chroma)?;
    encode_planes(&planes, None, config, &mut Blind)
}

/// Encodes interleaved 8-bit RGBA, alpha not premultiplied. An alpha channel that is opaque throughout is left out.
///
/// # Errors
/// As [`encode_yuv`].
pub fn encode_rgba(
    rgba: &[u8],
    width: u32,
    height: u32,
    config: &Config,
) -> Result<Vec<u8>, Error> {
    let planes = Planes::from_rgb::<4>(rgba, width, height, config.sharp_chroma)?;
    let alpha: Vec<u8> = rgba.as_chunks::<4>().0.iter().map(|p| p[3]).collect();
    let alpha = alpha.iter().any(|&a| a != 255).then_some(alpha.as_slice());
    encode_planes(&planes, alpha, config, &mut Blind)
}

fn encode_planes(
    planes: &Planes<'_>,
    alpha: Option<&[u8]>,
    config: &Config,
    observer: &mut impl Observer,
) -> Result<Vec<u8>, Error> {
    if alpha.is_some_and(|alpha| alpha.len() != planes.width * planes.height) {
        return Err(Error::BufferSize);
    }
    let alpha = alpha.map(|alpha| alpha::encode(alpha, planes.width, planes.height));
    let size = (planes.width as u32, planes.height as u32);
    let mut pass = |quality| {
        let frame = encode_frame(planes, config, quality, observer)?;
        container::wrap(&frame, alpha.as_deref(), size)
    };
    let quality = f64::from(config.quality.min(100));
    match config.target_size {
        Some(target) => target::approach(target, quality, pass),
        None => pass(quality),
    }
}

fn encode_frame(
    planes: &Planes<'_>,
    config: &Config,
    quality: f64,
    observer: &mut impl Observer,
) -> Result<Vec<u8>, Error> {
    #[cfg(target_arch = "x86_64")]
    {
        if config.registers == Registers::Widest
            && let Some(kernels) = kernels::Avx2::detect()
        {
            return frame::encode(kernels, planes, config, quality, observer);
        }
        if config.registers != Registers::None
            && let Some(kernels) = kernels::Sse41::detect()
        {
            return frame::encode(kernels, planes, config, quality, observer);
        }
    }
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    if config.registers != Registers::None {
        return frame::encode(kernels::Neon, planes, config, quality, observer);
    }
    frame::encode(Portable, planes, config, quality, observer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_do_not_match_are_errors() {
        let config = Config::default();
        assert_eq!(encode_rgb(&[0; 11], 2, 2, &config), Err(Error::BufferSize));
        assert_eq!(encode_rgb(&[], 0, 2, &config), Err(Error::Dimensions));
        assert_eq!(encode_rgb(&[], 16_384, 1, &config), Err(Error::Dimensions));
        let (y, c) = ([0; 6], [0; 2]);
        let mut picture = Yuv420 {
            width: 3,
            height: 2,
            y: &y,
            u: &c,
            v: &c,
            range: Range::Full,
        };
        assert!(encode_yuv(&picture, None, &config).is_ok());
        assert_eq!(
            encode_yuv(&picture, Some(&[0; 5]), &config),
            Err(Error::BufferSize)
        );
        picture.v = &c[..1];
        assert_eq!(encode_yuv(&picture, None, &config), Err(Error::BufferSize));
    }

    #[test]
    fn settings_out_of_range_are_clamped() {
        let config = Config {
            quality: 255,
            effort: 255,
            segments: 0,
            filter_strength: 255,
            partitions: 255,
            ..Config::default()
        };
        assert!(encode_rgb(&[77; 300], 10, 10, &config).is_ok());
    }

    #[test]
    fn full_range_reaches_the_ends_of_video_range() {
        let (y, c) = ([0, 255], [255]);
        let picture = Yuv420 {
            width: 2,
            height: 1,
            y: &y,
            u: &c,
            v: &c,
            range: Range::Full,
        };
        let planes = Planes::new(&picture).unwrap();
        assert_eq!((&*planes.y, &*planes.u), (&[16, 235][..], &[240][..]));
    }

    #[test]
    fn opaque_alpha_is_left_out() {
        let config = Config::default();
        let opaque = encode_rgba(&[255; 64], 4, 4, &config).unwrap();
        let clear = encode_rgba(&[0; 64], 4, 4, &config).unwrap();
        assert_eq!(
            (&opaque[12..16], &clear[12..16]),
            (&b"VP8 "[..], &b"VP8X"[..])
        );
    }
}
