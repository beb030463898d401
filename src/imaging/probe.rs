//! Probing: what a header tells, and what the picture would cost.

use super::{Error, Input, Limits, Orientation, Probe, capture, header, svg};
use crate::media::{Facts, Kind};

/// Memory of a job whatever its picture: tables, small buffers and the encoder's fixed parts.
const FIXED_BYTES: u64 = 8 << 20;
/// Most pixels of the largest variant.
const LARGE_PIXELS: u64 = 1920 * 1920;
/// Bytes for each pixel of the largest variant: two working copies, the encoder's planes and its output.
const LARGE_BYTES_PER_PIXEL: u64 = 14;

/// A probe, and what only decoding needs to know.
pub(super) struct Probed {
    pub(super) probe: Probe,
    pub(super) orientation: Orientation,
}

pub(super) fn probe(input: &mut dyn Input, kind: &Kind, limits: &Limits) -> Result<Probed, Error> {
    if *kind == Kind::Svg {
        return svg::probe(input, limits);
    }
    let input_bytes = input
        .seek(std::io::SeekFrom::End(0))
        .map_err(|error| Error::Internal(format!("reading: {error}")))?;
    let Some(header) = header::read(input, kind)? else {
        let memory_bytes = input_bytes + FIXED_BYTES;
        let facts = if kind.is_movie() {
            capture::movie(&header::movie(input)?)
        } else {
            Facts::default()
        };
        let probe = Probe {
            facts,
            memory_bytes,
        };
        return Ok(Probed {
            probe,
            orientation: Orientation::default(),
        });
    };
    check_pixels(header.width.into(), header.height.into(), limits)?;
    if header.frame_pixels > limits.max_pixels {
        return Err(Error::TooManyPixels {
            width: header.frame_pixels,
            height: 1,
            max_pixels: limits.max_pixels,
        });
    }
    let parsed = capture::parse(header.blocks);
    let orientation = header
        .container_orientation
        .or(parsed.orientation)
        .unwrap_or_default();
    let (width, height) = orientation.size((header.width, header.height));
    let pixels = (u64::from(width) * u64::from(height)).max(header.frame_pixels);
    // Resizing with alpha multiplies a copy of the whole picture.
    let alpha_copy = if header.has_alpha { 4 } else { 0 };
    Ok(Probed {
        probe: Probe {
            memory_bytes: memory_bytes(input_bytes, pixels, header.bytes_per_pixel + alpha_copy),
            facts: Facts {
                width: Some(width),
                height: Some(height),
                has_alpha: header.has_alpha,
                animated: header.animated,
                capture: parsed.capture,
                ..Facts::default()
            },
        },
        orientation,
    })
}

pub(super) fn check_pixels(width: u64, height: u64, limits: &Limits) -> Result<(), Error> {
    if width.saturating_mul(height) > limits.max_pixels {
        return Err(Error::TooManyPixels {
            width,
            height,
            max_pixels: limits.max_pixels,
        });
    }
    Ok(())
}

/// Peak of `derive`: the input, the decoder's buffers and the largest variant with its encoder.
pub(super) fn memory_bytes(input_bytes: u64, pixels: u64, bytes_per_pixel: u64) -> u64 {
    let working = pixels.min(LARGE_PIXELS) * LARGE_BYTES_PER_PIXEL;
    input_bytes + pixels.saturating_mul(bytes_per_pixel) + working + FIXED_BYTES
}
