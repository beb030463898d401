//! Probing: what a header tells, and what the picture would cost.

use super::{
    Error, Input, Limits, Orientation, Probe, capture,
    cost::{Cost, Scaling},
    header, svg,
};
use crate::media::{Facts, Kind};

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
        let facts = if kind.is_movie() {
            capture::movie(&header::movie(input)?)
        } else {
            Facts::default()
        };
        let cost = Cost {
            input_bytes,
            ..Cost::default()
        };
        return Ok(Probed {
            probe: Probe { facts, cost },
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
    let alpha_copy = if header.has_alpha { 4.0 } else { 0.0 };
    Ok(Probed {
        probe: Probe {
            cost: Cost {
                input_bytes,
                size: (width, height),
                pixels,
                bytes_per_pixel: header.bytes_per_pixel + alpha_copy,
                scaling: scaling(kind, header.strip_bytes),
            },
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

fn scaling(kind: &Kind, strip_bytes: u64) -> Scaling {
    match (kind, strip_bytes) {
        (Kind::Jpeg, _) => Scaling::Free,
        (_, 0) => Scaling::None,
        (_, strip_bytes) => Scaling::Strips(strip_bytes),
    }
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
