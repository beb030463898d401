//! AV1 still pictures, through `re_rav1d` (dav1d in Rust).

use re_rav1d::dav1d::{
    Decoder, Error as Av1Error, Picture, PixelLayout, PlanarImageComponent, Settings, pixel,
};

use super::{
    Error,
    planes::{Coding, Planes, Samples},
};

/// Decodes one coded item of at most `max_pixels`, on this thread. `is_left`, where chroma lies, is the container's word:
/// the decoder panics when asked of a stream that has a value of its own for it.
pub(super) fn decode(
    data: &[u8],
    max_pixels: u64,
    operating_point: u8,
    is_left: bool,
) -> Result<Planes, Error> {
    if data.is_empty() {
        return Err(Error::Malformed("AV1: no data".to_owned()));
    }
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_operating_point(u32::from(operating_point).min(31));
    settings.set_frame_size_limit(u32::try_from(max_pixels).unwrap_or(u32::MAX));
    let mut decoder =
        Decoder::with_settings(&settings).map_err(|error| Error::Internal(error.to_string()))?;
    let mut sent = decoder.send_data(data.to_vec(), None, None, None);
    let picture = loop {
        match decoder.get_picture() {
            Ok(picture) => break picture,
            // All was taken, and it did not make a picture.
            Err(Av1Error::Again) if sent.is_ok() => {
                return Err(Error::Malformed("AV1: no picture".to_owned()));
            }
            Err(Av1Error::Again) => {}
            Err(error) => return Err(of_av1(error)),
        }
        match sent {
            Err(Av1Error::Again) => sent = decoder.send_pending_data(),
            Err(error) => return Err(of_av1(error)),
            Ok(()) => {}
        }
    };
    planes(&picture, is_left)
}

fn planes(picture: &Picture, is_left: bool) -> Result<Planes, Error> {
    let components = [
        PlanarImageComponent::Y,
        PlanarImageComponent::U,
        PlanarImageComponent::V,
    ];
    let layout = picture.pixel_layout();
    let is_grey = layout == PixelLayout::I400;
    let depth = picture
        .bits_per_component()
        .ok_or_else(|| Error::Unsupported("AV1: bits a sample".to_owned()))?
        .0;
    Ok(Planes {
        width: picture.width(),
        height: picture.height(),
        depth: depth as u32,
        is_grey,
        halved: (
            matches!(layout, PixelLayout::I420 | PixelLayout::I422),
            layout == PixelLayout::I420,
        ),
        is_left,
        coding: Coding {
            matrix: picture.matrix_coefficients() as u16,
            full_range: picture.color_range() == pixel::YUVRange::Full,
        },
        samples: Samples::Av1 {
            strides: components.map(|component| picture.stride(component) as usize),
            planes: components[..if is_grey { 1 } else { 3 }]
                .iter()
                .map(|component| picture.plane(*component))
                .collect(),
            wide: depth > 8,
        },
    })
}

fn of_av1(error: Av1Error) -> Error {
    match error {
        Av1Error::UnsupportedBitstream => Error::Unsupported(format!("AV1: {error}")),
        Av1Error::NotEnoughMemory => Error::OverLimit("memory".to_owned()),
        other => Error::Malformed(format!("AV1: {other}")),
    }
}
