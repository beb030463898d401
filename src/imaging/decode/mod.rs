//! Decoding: bytes to pixels, one file a codec family. Each holds its decoder to the limits before it allocates, and
//! hands on what it has when a file was cut off.

mod common;
mod gif;
mod heif;
mod ico;
mod jpeg;
mod jxl;
mod models;
mod png;
mod strips;
mod tiff;

use super::{Error, Limits, color::Profile, frame::Frame, picture::Picture};
use crate::media::Kind;

/// A decoded picture, as stored: not yet upright, in its own colours.
pub(super) struct Decoded {
    pub(super) picture: Picture,
    pub(super) profile: Profile,
    /// Whether the file ended before the picture did.
    pub(super) truncated: bool,
}

/// Decodes the first frame of a raster picture, `reduction` (1, 2, 4 or 8) times smaller where [`Cost`] says that it can be.
///
/// [`Cost`]: super::cost::Cost
pub(super) fn decode(
    bytes: &[u8],
    kind: &Kind,
    reduction: u32,
    limits: &Limits,
) -> Result<Decoded, Error> {
    let decoded = match kind {
        Kind::Jpeg => jpeg::decode(bytes, reduction, limits),
        Kind::Png => png::decode(bytes, reduction, limits),
        Kind::Gif => gif::decode(bytes, limits),
        Kind::WebP => common::decode_webp(bytes, limits),
        Kind::Bmp => common::decode_bmp(bytes, limits),
        Kind::Tiff => tiff::decode(bytes, reduction, limits),
        Kind::Heic | Kind::Heif | Kind::Avif => heif::decode(bytes, limits),
        Kind::Jxl => jxl::decode(bytes, limits),
        Kind::Ico => ico::decode(bytes, limits),
        Kind::Svg | Kind::Other(_) => {
            return Err(Error::Unsupported(format!(
                "no decoder for {}",
                kind.mime()
            )));
        }
    };
    // Whatever a decoder made of an input that ended at the deadline.
    limits.check_time()?;
    let decoded = decoded?;
    if decoded.truncated && decoded.picture.is_uniform() {
        return Err(Error::Malformed("cut off before any pixel".to_owned()));
    }
    Ok(decoded)
}
