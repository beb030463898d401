//! GIF, through `gif`: the first frame on its canvas, rows before a cut kept.

use std::io::Cursor;

use gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};

use super::{Decoded, Error, Frame, Limits, Picture, Profile};
use crate::imaging::{frame::Layout, limits::Timed, probe::check_pixels};

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Bytes(
        limits
            .max_memory_bytes
            .try_into()
            .unwrap_or(std::num::NonZeroU64::MIN),
    ));
    let mut decoder = options
        .read_info(Timed::new(Cursor::new(bytes), limits))
        .map_err(of_gif)?;
    let (width, height) = (decoder.width(), decoder.height());
    check_pixels(width.into(), height.into(), limits)?;
    let frame = decoder
        .next_frame_info()
        .map_err(of_gif)?
        .ok_or_else(|| Error::Malformed("no frame".to_owned()))?;
    check_pixels(frame.width.into(), frame.height.into(), limits)?;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let across = usize::from(frame.width);
    let canvas = usize::from(width) * usize::from(height) * 4;
    let size = decoder.buffer_size();
    if (canvas + size) as u64 > limits.max_memory_bytes {
        return Err(Error::OverLimit("memory".to_owned()));
    }
    let mut part = vec![0; size];
    let truncated = match decoder.read_into_buffer(&mut part) {
        Ok(()) => false,
        // What was written before the error is worth showing; an untouched buffer is not.
        Err(error) if part.iter().all(|byte| *byte == 0) => return Err(of_gif(error)),
        Err(_) => true,
    };
    let data = if (left, top, size) == (0, 0, canvas) && across == usize::from(width) {
        part
    } else {
        // What the frame does not cover stays transparent, what is outside the canvas is not seen.
        let mut data = vec![0; canvas];
        let shown = across.min(usize::from(width).saturating_sub(left)) * 4;
        if shown > 0 {
            let rows = data.chunks_exact_mut(usize::from(width) * 4).skip(top);
            for (row, from) in rows.zip(part.chunks_exact(across * 4)) {
                row[left * 4..][..shown].copy_from_slice(&from[..shown]);
            }
        }
        data
    };
    let profile = Profile::parse(decoder.icc_profile());
    Ok(Decoded {
        picture: Picture::Frame(Frame::new(width.into(), height.into(), Layout::Rgba, data)?),
        profile,
        truncated,
    })
}

fn of_gif(error: DecodingError) -> Error {
    match error {
        DecodingError::OutOfMemory | DecodingError::MemoryLimit => {
            Error::OverLimit(error.to_string())
        }
        other => Error::Malformed(other.to_string()),
    }
}
