//! BMP and ICO: fixed headers.

use super::{Error, Header, Source, malformed};

pub(super) fn read_bmp(source: &mut Source<'_>) -> Result<Header, Error> {
    source.skip(14)?;
    let size = source.u32_le()?;
    let mut header = Header {
        bytes_per_pixel: 4.0,
        ..Header::default()
    };
    if size == 12 {
        header.width = u32::from(source.u16_le()?);
        header.height = u32::from(source.u16_le()?);
        return Ok(header);
    }
    let (width, height) = (
        source.u32_le()?.cast_signed(),
        source.u32_le()?.cast_signed(),
    );
    let width = u32::try_from(width).map_err(|_| malformed("negative width"))?;
    // A negative height means rows from the top.
    (header.width, header.height) = (width, height.unsigned_abs());
    source.skip(2)?;
    let depth = source.u16_le()?;
    let compression = source.u32_le()?;
    if size >= 56 && depth == 32 && compression == 3 {
        // The fourth channel mask follows 20 more bytes of header and three masks.
        source.skip(20 + 12)?;
        header.has_alpha = source.u32_le()? != 0;
    }
    Ok(header)
}

/// The largest picture of the directory.
pub(super) fn read_ico(source: &mut Source<'_>) -> Result<Header, Error> {
    source.skip(4)?;
    let count = source.u16_le()?;
    let mut header = Header {
        has_alpha: true,
        bytes_per_pixel: 4.0,
        ..Header::default()
    };
    for _ in 0..count.min(255) {
        if source.remaining() < 16 {
            break;
        }
        let [width, height] = source.array()?;
        source.skip(14)?;
        // Zero stands for 256.
        let side = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
        if side(width) * side(height) > header.width * header.height {
            (header.width, header.height) = (side(width), side(height));
        }
    }
    Ok(header)
}
