//! PNG, through `png`: rows before a cut are kept, wrong checksums forgiven.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Transformations};

use super::{Decoded, Error, Frame, Limits, Picture, Profile};
use crate::imaging::{
    color::narrow,
    frame::{Layout, to_8_bits},
    hdr::ToneMap,
    limits::Timed,
};

/// What the decoder may allocate beside the picture: a few rows and the profile.
const MAX_SIDE_BYTES: usize = 64 << 20;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
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
    let (data, profile) = if depth == BitDepth::Sixteen {
        narrow_bytes(&data, layout, profile, tones.as_ref())
    } else {
        (data, profile)
    };
    Ok(Decoded {
        picture: Picture::Frame(Frame::new(width, height, layout, data)?),
        profile,
        truncated,
    })
}

/// Big-endian samples to eight bits, in bands so that no second picture of 16 bits is held.
fn narrow_bytes(
    data: &[u8],
    layout: Layout,
    profile: Profile,
    tones: Option<&ToneMap>,
) -> (Vec<u8>, Profile) {
    const BAND: usize = 1 << 16;
    let mut out = Vec::with_capacity(data.len() / 2);
    let mut converted = false;
    // A multiple of every number of samples, so that no pixel is split.
    for band in data.chunks(BAND * 3 * 4 * 2) {
        let (pairs, _) = band.as_chunks::<2>();
        let samples: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
        if let Some(tones) = tones {
            out.extend(tones.narrow(&samples, layout));
            converted = true;
        } else if profile.is_none() {
            out.extend(to_8_bits(&samples));
        } else {
            let (band, changed) = narrow(&samples, layout, &profile);
            converted |= changed;
            out.extend(band);
        }
    }
    (
        out,
        if converted {
            Profile::default()
        } else {
            profile
        },
    )
}

fn of_png(error: DecodingError) -> Error {
    match error {
        DecodingError::LimitsExceeded => Error::OverLimit("png chunk".to_owned()),
        other => Error::Malformed(other.to_string()),
    }
}
