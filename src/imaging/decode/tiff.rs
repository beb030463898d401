//! TIFF, through `tiff`, whose samples come as they are stored: bits are unpacked and palettes, Lab and YCbCr applied here.

use std::{
    borrow::Cow,
    io::{Cursor, Read, Seek},
};

use tiff::{
    ColorType, TiffError,
    decoder::{Decoder, DecodingResult},
    tags::Tag,
};

use super::{
    Decoded, Error, Frame, Limits, Picture, Profile,
    models::{lab_to_srgb, with_palette},
    strips::Shrinker,
};
use crate::imaging::{color::narrow, frame::Layout, limits::Timed, planes::ycc_to_rgb};

/// Most bytes of a tag's value, which may be a profile or a list of strips.
const MAX_TAG_BYTES: usize = 16 << 20;

const PHOTOMETRIC: u16 = 262;
const PALETTE: u16 = 3;
const CIE_LAB: u16 = 8;

pub(super) fn decode(bytes: &[u8], reduction: u32, limits: &Limits) -> Result<Decoded, Error> {
    let (bytes, photometric) = with_known_photometric(bytes);
    let mut held = tiff::decoder::Limits::default();
    held.decoding_buffer_size = limits.max_memory_bytes as usize;
    held.intermediate_buffer_size = limits.max_memory_bytes as usize;
    held.ifd_value_size = MAX_TAG_BYTES;
    let mut decoder = Decoder::new(Timed::new(Cursor::new(&bytes[..]), limits))
        .map_err(of_tiff)?
        .with_limits(held);
    let (width, height) = decoder.dimensions().map_err(of_tiff)?;
    crate::imaging::probe::check_pixels(width.into(), height.into(), limits)?;
    let color = decoder.colortype().map_err(of_tiff)?;
    let palette = match photometric {
        Some(PALETTE) => Some(decoder.get_tag_u16_vec(Tag::ColorMap).map_err(of_tiff)?),
        _ => None,
    };
    let profile = Profile::parse(decoder.get_tag_u8_vec(Tag::IccProfile).ok().as_deref());
    let samples = Samples {
        stored: layout_of(color)?,
        depth: color.bit_depth(),
        palette,
        is_lab: photometric == Some(CIE_LAB),
        is_ycc: matches!(color, ColorType::YCbCr(_)),
        profile: &profile,
    };
    let (frame, converted, truncated) = if reduction > 1 {
        let shrinker = Shrinker::new((width, height), reduction, samples.layout());
        shrink(&mut decoder, shrinker, &samples, limits)?
    } else {
        let mut read = DecodingResult::U8(Vec::new());
        let layout = decoder.read_image_to_buffer(&mut read).map_err(of_tiff)?;
        let (data, converted) = samples.pixels(read, width, height, layout.planes > 1)?;
        let frame = Frame::new(width, height, samples.layout(), data)?;
        (frame, converted, false)
    };
    Ok(Decoded {
        picture: Picture::Frame(frame),
        profile: if converted {
            Profile::default()
        } else {
            profile
        },
        truncated,
    })
}

/// The whole picture strip by strip. Returns whether colours were converted, and whether strips are missing.
fn shrink(
    decoder: &mut Decoder<impl Read + Seek>,
    mut shrinker: Shrinker,
    samples: &Samples<'_>,
    limits: &Limits,
) -> Result<(Frame, bool, bool), Error> {
    let (mut converted, mut truncated) = (false, false);
    for strip in 0..decoder.strip_count().map_err(of_tiff)? {
        limits.check_time()?;
        let (width, rows) = decoder.chunk_data_dimensions(strip);
        let pixels = decoder
            .read_chunk(strip)
            .map_err(of_tiff)
            .and_then(|read| samples.pixels(read, width, rows, false));
        match pixels {
            Ok((data, changed)) => {
                converted |= changed;
                shrinker.add(&data);
            }
            Err(error) if strip == 0 => return Err(error),
            Err(_) => {
                truncated = true;
                break;
            }
        }
    }
    Ok((shrinker.finish()?, converted, truncated))
}

/// What the samples of a picture mean.
struct Samples<'a> {
    stored: Layout,
    depth: u8,
    palette: Option<Vec<u16>>,
    is_lab: bool,
    is_ycc: bool,
    profile: &'a Profile,
}

impl Samples<'_> {
    /// What they become.
    fn layout(&self) -> Layout {
        if self.palette.is_some() || self.is_lab {
            Layout::Rgb
        } else {
            self.stored
        }
    }

    /// Rows as bytes. Returns whether they are in sRGB now.
    fn pixels(
        &self,
        read: DecodingResult,
        width: u32,
        rows: u32,
        in_planes: bool,
    ) -> Result<(Vec<u8>, bool), Error> {
        let pixels = width as usize * rows as usize;
        let is_indexed = self.palette.is_some();
        let (mut data, converted) = eight_bits(
            read,
            self.stored,
            self.depth,
            width,
            is_indexed,
            self.profile,
        )?;
        if in_planes {
            data = interleave(&data, pixels, self.stored.samples())?;
        }
        data.truncate(pixels * self.stored.samples());
        if let Some(palette) = &self.palette {
            data = with_palette(&data, palette, self.depth);
        } else if self.is_lab {
            lab_to_srgb(&mut data);
        }
        if self.is_ycc {
            data.as_chunks_mut::<3>()
                .0
                .iter_mut()
                .for_each(|pixel| *pixel = ycc_to_rgb(pixel[0], pixel[1], pixel[2]));
        }
        if data.len() != pixels * self.layout().samples() {
            return Err(Error::Malformed("too few samples".to_owned()));
        }
        Ok((data, converted))
    }
}

fn layout_of(color: ColorType) -> Result<Layout, Error> {
    Ok(match color {
        ColorType::Gray(_) => Layout::Grey,
        ColorType::GrayA(_) | ColorType::Multiband { num_samples: 2, .. } => Layout::GreyAlpha,
        ColorType::RGB(_) | ColorType::YCbCr(_) => Layout::Rgb,
        ColorType::RGBA(_) => Layout::Rgba,
        ColorType::CMYK(_) => Layout::Cmyk,
        other => return Err(Error::Unsupported(format!("{other:?} in TIFF"))),
    })
}

/// `tiff` refuses palettes and Lab, but reads their samples as grey and RGB when it is told so; the colour is ours to make.
/// Only little tags of classic TIFFs are touched.
fn with_known_photometric(bytes: &[u8]) -> (Cow<'_, [u8]>, Option<u16>) {
    let found = (|| {
        let little = bytes.starts_with(b"II*\0");
        if !little && !bytes.starts_with(b"MM\0*") {
            return None;
        }
        let number = |at: usize, len: usize| {
            let field = bytes.get(at..at.checked_add(len)?)?;
            let add = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
            Some(if little {
                field.iter().rev().fold(0, add)
            } else {
                field.iter().fold(0, add)
            })
        };
        let directory = number(4, 4)?;
        (0..number(directory, 2)?).find_map(|index| {
            let entry = directory + 2 + index * 12;
            if number(entry, 2)? != usize::from(PHOTOMETRIC) {
                return None;
            }
            let replacement = match number(entry + 8, 2)? as u16 {
                PALETTE => (PALETTE, 1u16),
                CIE_LAB => (CIE_LAB, 2),
                _ => return None,
            };
            Some((entry + 8, little, replacement))
        })
    })();
    match found {
        None => (Cow::Borrowed(bytes), None),
        Some((at, little, (was, now))) => {
            let mut copy = bytes.to_vec();
            let field = if little {
                now.to_le_bytes()
            } else {
                now.to_be_bytes()
            };
            copy[at..at + 2].copy_from_slice(&field);
            (Cow::Owned(copy), Some(was))
        }
    }
}

/// Samples as bytes. Indices into a palette keep their values, everything else is scaled to 0..=255. Returns whether they
/// are in sRGB now.
fn eight_bits(
    samples: DecodingResult,
    layout: Layout,
    depth: u8,
    width: u32,
    is_indexed: bool,
    profile: &Profile,
) -> Result<(Vec<u8>, bool), Error> {
    let unit = |value: f64| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    let data = match samples {
        DecodingResult::U8(bytes) if depth < 8 => {
            let row = width as usize * layout.samples();
            let scale = if is_indexed {
                1
            } else {
                255 / ((1u16 << depth) - 1) as u8
            };
            unpack(&bytes, row, depth, scale)?
        }
        DecodingResult::U8(bytes) => bytes,
        DecodingResult::U16(samples) => return Ok(narrow(&samples, layout, profile)),
        DecodingResult::U32(samples) => samples.iter().map(|sample| (sample >> 24) as u8).collect(),
        DecodingResult::F32(samples) => samples
            .iter()
            .map(|sample| unit(f64::from(*sample)))
            .collect(),
        DecodingResult::F64(samples) => samples.iter().map(|sample| unit(*sample)).collect(),
        // Lab's a and b, whose sign `lab_to_srgb` puts back.
        DecodingResult::I8(samples) => samples
            .iter()
            .map(|sample| sample.cast_unsigned())
            .collect(),
        _ => {
            return Err(Error::Unsupported(
                "samples of this type in TIFF".to_owned(),
            ));
        }
    };
    Ok((data, false))
}

/// Samples of 1, 2 or 4 bits, of rows that begin on a byte.
fn unpack(bytes: &[u8], row: usize, depth: u8, scale: u8) -> Result<Vec<u8>, Error> {
    if !matches!(depth, 1 | 2 | 4) {
        return Err(Error::Unsupported(format!("{depth}-bit samples in TIFF")));
    }
    let per_byte = 8 / depth as usize;
    let mask = (1u8 << depth) - 1;
    let rows = bytes.chunks_exact(row.div_ceil(per_byte));
    Ok(rows
        .flat_map(|bytes| {
            (0..row).map(move |at| {
                let shift = 8 - depth as usize * (at % per_byte + 1);
                (bytes[at / per_byte] >> shift & mask) * scale
            })
        })
        .collect())
}

fn interleave(planes: &[u8], pixels: usize, samples: usize) -> Result<Vec<u8>, Error> {
    if planes.len() < pixels * samples {
        return Err(Error::Malformed("too few planes".to_owned()));
    }
    let pixel = |at| (0..samples).map(move |sample| planes[sample * pixels + at]);
    Ok((0..pixels).flat_map(pixel).collect())
}

fn of_tiff(error: TiffError) -> Error {
    match error {
        TiffError::UnsupportedError(what) => Error::Unsupported(what.to_string()),
        TiffError::LimitsExceeded => Error::OverLimit("tiff".to_owned()),
        other => Error::Malformed(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_unpacked_row_by_row() {
        assert_eq!(
            unpack(&[0b1010_0000, 0b0100_0000], 3, 1, 255).unwrap(),
            [255, 0, 255, 0, 255, 0]
        );
        assert_eq!(unpack(&[0x1f, 0x20], 3, 4, 17).unwrap(), [17, 255, 34]);
    }
}
