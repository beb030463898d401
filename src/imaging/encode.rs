//! Encoding: an upright sRGB frame into a file without metadata.

use std::borrow::Cow;

use image::{
    ExtendedColorType, ImageEncoder as _,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
};

#[cfg(feature = "libwebp")]
use super::libwebp as webp;
#[cfg(not(feature = "libwebp"))]
use super::webp;
use super::{
    Error, Rendition, avif,
    frame::{Frame, Layout},
    picture::Picture,
};
use crate::media::OutputFormat;

/// What JPEG has below transparent pixels.
const WHITE: [u8; 3] = [255; 3];

/// The longest side that a format can hold.
pub(super) fn max_side(format: OutputFormat) -> u32 {
    match format {
        OutputFormat::WebP | OutputFormat::Auto => webp::MAX_SIDE,
        OutputFormat::Jpeg => 65_535,
        OutputFormat::Avif => aom_still::MAX_SIDE,
        OutputFormat::Png => u32::MAX,
    }
}

/// Encodes an upright picture in sRGB, by up to `threads` threads where the format can. `Auto` is WebP; JPEG is laid on white.
pub(super) fn encode(
    picture: &Picture,
    format: OutputFormat,
    quality: u8,
    threads: usize,
) -> Result<Rendition, Error> {
    let quality = quality.clamp(1, 100);
    let (width, height) = picture.size();
    let bytes = match (format, picture) {
        (OutputFormat::WebP | OutputFormat::Auto, picture) => {
            webp::encode(picture, quality, threads)?
        }
        (_, Picture::Planes(planes)) => {
            return encode(&Picture::Frame(planes.to_rgb()?), format, quality, threads);
        }
        (OutputFormat::Jpeg, Picture::Frame(frame)) => jpeg(frame, quality)?,
        (OutputFormat::Png, Picture::Frame(frame)) => png(frame)?,
        (OutputFormat::Avif, Picture::Frame(frame)) => avif::encode(frame, quality)?,
    };
    Ok(Rendition {
        width,
        height,
        bytes,
    })
}

fn png(frame: &Frame) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let color = if frame.layout == Layout::Rgba {
        ExtendedColorType::Rgba8
    } else {
        ExtendedColorType::Rgb8
    };
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive)
        .write_image(&frame.data, frame.width, frame.height, color)
        .map_err(|error| internal("png", &error))?;
    Ok(bytes)
}

fn jpeg(frame: &Frame, quality: u8) -> Result<Vec<u8>, Error> {
    let opaque = match frame.layout {
        Layout::Rgba => Cow::Owned(frame.on(WHITE)),
        _ => Cow::Borrowed(frame),
    };
    let frame = opaque.as_ref();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode(
            &frame.data,
            frame.width,
            frame.height,
            ExtendedColorType::Rgb8,
        )
        .map_err(|error| internal("jpeg", &error))?;
    Ok(bytes)
}

/// The frame in the middle of a larger, transparent one.
pub(super) fn pad(frame: &Frame, (width, height): (u32, u32)) -> Frame {
    let mut data = vec![0; width as usize * height as usize * 4];
    let (left, top) = ((width - frame.width) / 2, (height - frame.height) / 2);
    let samples = frame.layout.samples();
    for (row, pixels) in frame
        .data
        .chunks_exact(frame.width as usize * samples)
        .enumerate()
    {
        let start = ((top as usize + row) * width as usize + left as usize) * 4;
        let target = data[start..start + frame.width as usize * 4].chunks_exact_mut(4);
        for (target, pixel) in target.zip(pixels.chunks_exact(samples)) {
            target[3] = 255;
            target[..samples].copy_from_slice(pixel);
        }
    }
    Frame {
        width,
        height,
        layout: Layout::Rgba,
        data,
    }
}

fn internal(codec: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Internal(format!("{codec}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_centred_and_transparent() {
        let frame = Frame::new(1, 1, Layout::Rgb, vec![1, 2, 3]).unwrap();
        let padded = pad(&frame, (3, 1));
        assert_eq!(padded.data, [0, 0, 0, 0, 1, 2, 3, 255, 0, 0, 0, 0]);
    }
}
