//! WebP, by our encoder.

use webp_encoder::{Config, Range, Yuv420};

use super::{Error, frame::Layout, picture::Picture};

/// Most pixels on a side that the format can hold.
pub(super) const MAX_SIDE: u32 = webp_encoder::MAX_DIMENSION;

/// Encodes lossily, at a quality of 1 to 100. Planes whose chroma has half their size are taken as they are.
pub(super) fn encode(picture: &Picture, quality: u8, threads: usize) -> Result<Vec<u8>, Error> {
    let (width, height) = picture.size();
    let config = Config {
        threads,
        ..Config::with_quality(quality)
    };
    let frame = match picture {
        Picture::Planes(planes) if planes.step == (2, 2) => {
            let picture = Yuv420 {
                width,
                height,
                y: &planes.luma.data,
                u: &planes.chroma[0].data,
                v: &planes.chroma[1].data,
                range: Range::Full,
            };
            return webp_encoder::encode_yuv(&picture, None, &config).map_err(internal);
        }
        Picture::Planes(planes) => &planes.to_rgb()?,
        Picture::Frame(frame) => frame,
    };
    let encode = match frame.layout {
        Layout::Rgba => webp_encoder::encode_rgba,
        _ => webp_encoder::encode_rgb,
    };
    encode(&frame.data, width, height, &config).map_err(internal)
}

fn internal(error: webp_encoder::Error) -> Error {
    Error::Internal(format!("webp: {error}"))
}
