//! JPEG, through our own `jpeg-planes`: planes as they are, or pixels where colours are not luma and chroma.

use jpeg_planes::{Model, Sampling, Scale};

use super::{Decoded, Error, Frame, Limits, Picture, Profile};
use crate::imaging::{
    frame::Layout,
    planes::{Plane, Planes, ycc_to_rgb},
    resize::resize_plane,
};

/// Scans of an honest progressive picture: encoders write about ten, and never one for each coefficient and bit.
const MAX_SCANS: u32 = 64;
/// The same above `MANY_PIXELS`, where each scan costs a pass over hundreds of megabytes.
const MAX_SCANS_OF_MANY: u32 = 24;
const MANY_PIXELS: u64 = 32_000_000;

pub(super) fn decode(bytes: &[u8], reduction: u32, limits: &Limits) -> Result<Decoded, Error> {
    let header = jpeg_planes::read_header(bytes).map_err(of_jpeg)?;
    let pixels = u64::from(header.width) * u64::from(header.height);
    let limits = jpeg_planes::Limits {
        max_pixels: limits.max_pixels,
        max_memory_bytes: limits.max_memory_bytes,
        deadline: limits.deadline,
        max_scans: if pixels > MANY_PIXELS {
            MAX_SCANS_OF_MANY
        } else {
            MAX_SCANS
        },
    };
    let scale = match reduction {
        1 => Scale::Full,
        2 => Scale::Half,
        4 => Scale::Quarter,
        _ => Scale::Eighth,
    };
    let decoded = jpeg_planes::decode(bytes, scale, &limits).map_err(of_jpeg)?;
    let profile = Profile::parse(decoded.icc.as_deref());
    let truncated = decoded.truncated;
    Ok(Decoded {
        picture: picture(decoded, step(&header.sampling))?,
        profile,
        truncated,
    })
}

/// Luma samples, across and down, for one of chroma, when they are whole numbers and luma has a sample for each pixel.
fn step(sampling: &[Sampling]) -> Option<(u32, u32)> {
    let [luma, cb, cr] = sampling else {
        return None;
    };
    let ratio = |luma: u8, chroma: u8| {
        luma.is_multiple_of(chroma)
            .then_some(u32::from(luma / chroma))
    };
    let across = ratio(luma.horizontal, cb.horizontal)?;
    let down = ratio(luma.vertical, cb.vertical)?;
    (cb == cr).then_some((across, down))
}

fn picture(decoded: jpeg_planes::Decoded, step: Option<(u32, u32)>) -> Result<Picture, Error> {
    let (width, height) = (decoded.width, decoded.height);
    let is_inverted = decoded.is_adobe;
    let planes: Vec<Plane> = decoded
        .planes
        .into_iter()
        .map(|plane| Plane::new(plane.width, plane.height, plane.data))
        .collect::<Result<_, _>>()?;
    let few = |_| Error::Internal("too few planes".to_owned());
    let frame = |layout, data| Frame::new(width, height, layout, data).map(Picture::Frame);
    match decoded.model {
        Model::Grey => {
            let [grey] = <[Plane; 1]>::try_from(planes).map_err(few)?;
            frame(Layout::Grey, grey.data)
        }
        Model::YCbCr => {
            let planes = <[Plane; 3]>::try_from(planes).map_err(few)?;
            let (planes, step) = match step {
                Some(step) => (planes, step),
                None => (full(planes, width, height)?, (1, 1)),
            };
            let [luma, cb, cr] = planes;
            let chroma = [cb, cr];
            Ok(Picture::Planes(Planes { luma, chroma, step }))
        }
        Model::Rgb => {
            let planes = <[Plane; 3]>::try_from(planes).map_err(few)?;
            let planes = full(planes, width, height)?;
            frame(Layout::Rgb, interleave(&planes, |pixel| pixel))
        }
        Model::Cmyk | Model::Ycck => {
            let planes = <[Plane; 4]>::try_from(planes).map_err(few)?;
            let planes = full(planes, width, height)?;
            // Adobe's inks are inverted: 255 is none. Its YCCK holds them as the luma and chroma of three of them.
            let is_luma_and_chroma = decoded.model == Model::Ycck;
            let inks = interleave(&planes, |[a, b, c, black]| {
                if is_luma_and_chroma {
                    let [cyan, magenta, yellow] = ycc_to_rgb(a, b, c);
                    [cyan, magenta, yellow, !black]
                } else if is_inverted {
                    [!a, !b, !c, !black]
                } else {
                    [a, b, c, black]
                }
            });
            frame(Layout::Cmyk, inks)
        }
    }
}

/// All planes with a sample for each pixel.
fn full<const N: usize>(planes: [Plane; N], width: u32, height: u32) -> Result<[Plane; N], Error> {
    let resized = planes.into_iter().map(|plane| {
        if (plane.width, plane.height) == (width, height) {
            return Ok(plane);
        }
        let whole = (0.0, 0.0, f64::from(plane.width), f64::from(plane.height));
        resize_plane(&plane, (width, height), whole)
    });
    let planes: Vec<Plane> = resized.collect::<Result<_, Error>>()?;
    <[Plane; N]>::try_from(planes).map_err(|_| Error::Internal("planes".to_owned()))
}

fn interleave<const N: usize>(planes: &[Plane; N], pixel: impl Fn([u8; N]) -> [u8; N]) -> Vec<u8> {
    (0..planes[0].data.len())
        .flat_map(|at| pixel(std::array::from_fn(|plane| planes[plane].data[at])))
        .collect()
}

fn of_jpeg(error: jpeg_planes::Error) -> Error {
    match error {
        jpeg_planes::Error::Malformed(what) => Error::Malformed(what),
        jpeg_planes::Error::Unsupported(what) => Error::Unsupported(what),
        jpeg_planes::Error::OverLimit(what) => Error::OverLimit(what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_whole_or_none() {
        let sampling = |factors: [(u8, u8); 3]| {
            factors.map(|(horizontal, vertical)| Sampling {
                horizontal,
                vertical,
            })
        };
        assert_eq!(step(&sampling([(2, 2), (1, 1), (1, 1)])), Some((2, 2)));
        assert_eq!(step(&sampling([(1, 1), (1, 1), (1, 1)])), Some((1, 1)));
        assert_eq!(step(&sampling([(4, 1), (1, 1), (1, 1)])), Some((4, 1)));
        assert_eq!(step(&sampling([(3, 1), (2, 1), (2, 1)])), None);
        assert_eq!(step(&sampling([(1, 1), (2, 1), (2, 1)])), None);
        assert_eq!(step(&sampling([(2, 1), (1, 1), (2, 1)])), None);
    }
}
