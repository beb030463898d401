//! WebP and BMP, through `image`.

use std::io::Cursor;

use image::{
    ColorType, ImageDecoder, ImageError,
    codecs::{bmp::BmpDecoder, webp::WebPDecoder},
};

use super::{Decoded, Error, Frame, Limits, Picture, Profile};
use crate::imaging::{frame::Layout, limits::Timed};

pub(super) fn decode_webp(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    decode(
        WebPDecoder::new(Timed::new(Cursor::new(bytes), limits)).map_err(of_image)?,
        limits,
    )
}

pub(super) fn decode_bmp(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    decode(
        BmpDecoder::new(Timed::new(Cursor::new(bytes), limits)).map_err(of_image)?,
        limits,
    )
}

fn decode(mut decoder: impl ImageDecoder, limits: &Limits) -> Result<Decoded, Error> {
    let (width, height) = decoder.dimensions();
    crate::imaging::probe::check_pixels(width.into(), height.into(), limits)?;
    let mut held = image::Limits::default();
    held.max_alloc = Some(limits.max_memory_bytes);
    decoder.set_limits(held).map_err(of_image)?;
    let layout = match decoder.color_type() {
        ColorType::L8 => Layout::Grey,
        ColorType::La8 => Layout::GreyAlpha,
        ColorType::Rgb8 => Layout::Rgb,
        ColorType::Rgba8 => Layout::Rgba,
        other => return Err(Error::Unsupported(format!("{other:?} pixels"))),
    };
    let icc = decoder.icc_profile().ok().flatten();
    if decoder.total_bytes() > limits.max_memory_bytes {
        return Err(Error::OverLimit("memory".to_owned()));
    }
    let mut data = vec![0; decoder.total_bytes() as usize];
    let truncated = match decoder.read_image(&mut data) {
        Ok(()) => false,
        // What was written before the error is worth showing; an untouched buffer is not.
        Err(error) if data.iter().all(|byte| *byte == 0) => return Err(of_image(error)),
        Err(_) => true,
    };
    Ok(Decoded {
        picture: Picture::Frame(Frame::new(width, height, layout, data)?),
        profile: Profile::parse(icc.as_deref()),
        truncated,
    })
}

fn of_image(error: ImageError) -> Error {
    match error {
        ImageError::Unsupported(error) => Error::Unsupported(error.to_string()),
        ImageError::Limits(error) => Error::OverLimit(error.to_string()),
        other => Error::Malformed(other.to_string()),
    }
}
