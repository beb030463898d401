//! WebP (RFC 9649): the RIFF chunks.

use super::{Error, Header, Source, malformed};

/// Chunks that are walked; an animation has one a frame.
const MAX_CHUNKS: usize = 65_536;

pub(super) fn read(source: &mut Source<'_>) -> Result<Header, Error> {
    source.skip(12)?;
    let mut header = Header {
        // RGBA, and the planes that a lossy frame is rebuilt in.
        bytes_per_pixel: 6.0,
        ..Header::default()
    };
    let mut extended = false;
    for _ in 0..MAX_CHUNKS {
        if source.remaining() < 8 {
            break;
        }
        let name: [u8; 4] = source.array()?;
        let len = u64::from(source.u32_le()?);
        let end = source.at.saturating_add(len).saturating_add(len & 1);
        match &name {
            b"VP8X" => {
                let [flags, _, _, _, w0, w1, w2, h0, h1, h2] = source.array()?;
                header.width = u32::from_le_bytes([w0, w1, w2, 0]) + 1;
                header.height = u32::from_le_bytes([h0, h1, h2, 0]) + 1;
                header.has_alpha = flags & 0x10 != 0;
                header.animated = flags & 0x02 != 0;
                extended = true;
            }
            b"VP8 " if header.width == 0 => lossy(source, &mut header)?,
            b"VP8L" if header.width == 0 => lossless(source, &mut header)?,
            b"EXIF" => source.blocks.exif = source.exif(len)?.or(source.blocks.exif.take()),
            b"XMP " => source.blocks.xmp = source.text_block(len)?.or(source.blocks.xmp.take()),
            _ => {}
        }
        // Only an extended file has anything behind its picture.
        if end > source.len || (header.width > 0 && !extended) {
            break;
        }
        source.seek(end)?;
    }
    Ok(header)
}

fn lossy(source: &mut Source<'_>, header: &mut Header) -> Result<(), Error> {
    source.skip(3)?;
    if source.array()? != [0x9d, 0x01, 0x2a] {
        return Err(malformed("no start code"));
    }
    header.width = u32::from(source.u16_le()? & 0x3fff);
    header.height = u32::from(source.u16_le()? & 0x3fff);
    Ok(())
}

fn lossless(source: &mut Source<'_>, header: &mut Header) -> Result<(), Error> {
    if source.u8()? != 0x2f {
        return Err(malformed("no signature"));
    }
    let bits = source.u32_le()?;
    header.width = (bits & 0x3fff) + 1;
    header.height = (bits >> 14 & 0x3fff) + 1;
    header.has_alpha = bits >> 28 & 1 == 1;
    Ok(())
}
