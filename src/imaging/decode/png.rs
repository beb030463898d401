//! PNG, through `png`: rows before a cut are kept, wrong checksums forgiven. What is too large to hold is made smaller row by row.

use std::io::{BufRead, Cursor, Seek};

use png::{BitDepth, ColorType, Decoder, DecodingError, Reader, Transformations};

use super::{Decoded, Error, Frame, Limits, Picture, Profile, strips::Shrinker};
use crate::imaging::{
    color::narrow,
    frame::{Layout, to_8_bits},
    hdr::ToneMap,
    limits::Timed,
};

/// What the decoder may allocate beside the picture: a few rows and the profile.
const MAX_SIDE_BYTES: usize = 64 << 20;

/// Bytes of rows that are held at a time where not all are.
const BAND_BYTES: usize = 1 << 20;

pub(super) fn decode(bytes: &[u8], reduction: u32, limits: &Limits) -> Result<Decoded, Error> {
    let mut decoder = Decoder::new_with_limits(
        Timed::new(Cursor::new(bytes), limits),
        png::Limits {
            bytes: MAX_SIDE_BYTES,
        },
    );
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.ignore_checksums(true);
    let mut reader = decoder.read_info().map_err(of_png)?;
    let (width, height) = reader.info().size();
    crate::imaging::probe::check_pixels(width.into(), height.into(), limits)?;
    // cICP outranks a profile (W3C PNG, third edition, 4.3).
    let coded = reader
        .info()
        .coding_independent_code_points
        .map(|coded| (coded.color_primaries.into(), coded.transfer_function.into()));
    let tones = coded.and_then(|(primaries, transfer)| ToneMap::new(primaries, transfer, None));
    let profile = match coded {
        Some((primaries, transfer)) => Profile::coded(primaries, transfer),
        None => Profile::parse(reader.info().icc_profile.as_deref()),
    };
    let (color, depth) = reader.output_color_type();
    let layout = match color {
        ColorType::Grayscale => Layout::Grey,
        ColorType::GrayscaleAlpha => Layout::GreyAlpha,
        ColorType::Rgb => Layout::Rgb,
        ColorType::Rgba => Layout::Rgba,
        ColorType::Indexed => return Err(Error::Malformed("no palette".to_owned())),
    };
    let deep = (depth == BitDepth::Sixteen).then_some(Deep {
        layout,
        profile: &profile,
        tones: tones.as_ref(),
    });
    let (frame, converted, truncated) = if reduction > 1 && !reader.info().interlaced {
        let shrinker = Shrinker::new((width, height), reduction, layout);
        shrink(&mut reader, shrinker, deep.as_ref(), limits)?
    } else {
        whole(&mut reader, layout, deep.as_ref(), limits)?
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

/// The whole picture at once. Returns whether colours were converted, and whether rows are missing.
fn whole(
    reader: &mut Reader<impl BufRead + Seek>,
    layout: Layout,
    deep: Option<&Deep<'_>>,
    limits: &Limits,
) -> Result<(Frame, bool, bool), Error> {
    let (width, height) = reader.info().size();
    let size = reader
        .output_buffer_size()
        .filter(|size| *size as u64 <= limits.max_memory_bytes)
        .ok_or_else(|| Error::OverLimit("memory".to_owned()))?;
    let mut data = vec![0; size];
    let truncated = match reader.next_frame(&mut data) {
        Ok(_) => false,
        Err(error) if data.iter().all(|byte| *byte == 0) => return Err(of_png(error)),
        Err(_) => true,
    };
    let (data, converted) = match deep {
        Some(deep) => deep.narrow(&data),
        None => (data, false),
    };
    let frame = Frame::new(width, height, layout, data)?;
    Ok((frame, converted, truncated))
}

/// The same in bands of rows.
fn shrink(
    reader: &mut Reader<impl BufRead + Seek>,
    mut shrinker: Shrinker,
    deep: Option<&Deep<'_>>,
    limits: &Limits,
) -> Result<(Frame, bool, bool), Error> {
    let (width, height) = reader.info().size();
    let line = reader
        .output_line_size(width)
        .ok_or_else(|| Error::OverLimit("memory".to_owned()))?;
    let mut band = vec![0; line * (BAND_BYTES / line).max(1)];
    let (mut left, mut converted) = (height as usize, false);
    while left > 0 {
        limits.check_time()?;
        let mut rows = 0;
        let mut failure = None;
        for row in band.chunks_exact_mut(line).take(left) {
            match reader.read_row(row) {
                Ok(Some(_)) => rows += 1,
                Ok(None) => failure = Some(Error::Malformed("ends early".to_owned())),
                Err(error) => failure = Some(of_png(error)),
            }
            if failure.is_some() {
                break;
            }
        }
        match deep {
            Some(deep) => {
                let (narrow, changed) = deep.narrow(&band[..rows * line]);
                converted |= changed;
                shrinker.add(&narrow);
            }
            None => shrinker.add(&band[..rows * line]),
        }
        match failure {
            Some(error) if left == height as usize && rows == 0 => return Err(error),
            Some(_) => return Ok((shrinker.finish()?, converted, true)),
            None => left -= rows,
        }
    }
    Ok((shrinker.finish()?, converted, false))
}

/// What 16-bit samples mean.
struct Deep<'a> {
    layout: Layout,
    profile: &'a Profile,
    tones: Option<&'a ToneMap>,
}

impl Deep<'_> {
    /// Big-endian samples to eight bits, in bands so that no second picture of 16 bits is held. Returns whether they are in
    /// sRGB now.
    fn narrow(&self, data: &[u8]) -> (Vec<u8>, bool) {
        const BAND: usize = 1 << 16;
        let mut out = Vec::with_capacity(data.len() / 2);
        let mut converted = false;
        // A multiple of every number of samples, so that no pixel is split.
        for band in data.chunks(BAND * 3 * 4 * 2) {
            let (pairs, _) = band.as_chunks::<2>();
            let samples: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            if let Some(tones) = self.tones {
                out.extend(tones.narrow(&samples, self.layout));
                converted = true;
            } else if self.profile.is_none() {
                out.extend(to_8_bits(&samples));
            } else {
                let (band, changed) = narrow(&samples, self.layout, self.profile);
                converted |= changed;
                out.extend(band);
            }
        }
        (out, converted)
    }
}

fn of_png(error: DecodingError) -> Error {
    match error {
        DecodingError::LimitsExceeded => Error::OverLimit("png chunk".to_owned()),
        other => Error::Malformed(other.to_string()),
    }
}
