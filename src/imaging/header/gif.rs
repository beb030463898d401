//! GIF89a: blocks up to the second frame.

use super::{Error, Header, Source, malformed};

/// Blocks and sub-blocks that are walked: over 500 MB of full ones.
const MAX_BLOCKS: usize = 2 << 20;

pub(super) fn read(source: &mut Source<'_>) -> Result<Header, Error> {
    source.skip(6)?;
    let (width, height) = (source.u16_le()?, source.u16_le()?);
    let [packed, _, _] = source.array()?;
    skip_colours(source, packed)?;
    let mut header = Header {
        width: u32::from(width),
        height: u32::from(height),
        // The canvas as RGBA, a frame as RGBA and its indices.
        bytes_per_pixel: 9.0,
        ..Header::default()
    };
    let frames = match walk(source, &mut header) {
        Ok(frames) => frames,
        // Cut off: what came before still counts.
        Err(Error::Malformed(_)) => 1,
        Err(error) => return Err(error),
    };
    header.animated = frames > 1;
    Ok(header)
}

fn walk(source: &mut Source<'_>, header: &mut Header) -> Result<u32, Error> {
    let mut frames = 0;
    let mut budget = MAX_BLOCKS;
    while budget > 0 {
        budget -= 1;
        match source.u8()? {
            0x21 => {
                if source.u8()? == 0xf9 && frames == 0 {
                    let [_size, packed] = source.array()?;
                    header.has_alpha |= packed & 1 == 1;
                    source.skip(3)?;
                }
                skip_blocks(source, &mut budget)?;
            }
            0x2c => {
                frames += 1;
                if frames > 1 {
                    break;
                }
                let place: [u8; 4] = source.array()?;
                let (width, height) = (source.u16_le()?, source.u16_le()?);
                // What the first frame does not cover stays transparent.
                header.has_alpha |= place != [0; 4]
                    || u32::from(width) < header.width
                    || u32::from(height) < header.height;
                header.frame_pixels = u64::from(width) * u64::from(height);
                let packed = source.u8()?;
                skip_colours(source, packed)?;
                source.skip(1)?;
                skip_blocks(source, &mut budget)?;
            }
            0x3b => break,
            _ => return Err(malformed("unknown block")),
        }
    }
    Ok(frames)
}

fn skip_colours(source: &mut Source<'_>, packed: u8) -> Result<(), Error> {
    if packed & 0x80 == 0 {
        return Ok(());
    }
    source.skip(3 << ((packed & 7) + 1))
}

fn skip_blocks(source: &mut Source<'_>, budget: &mut usize) -> Result<(), Error> {
    loop {
        let len = source.u8()?;
        if len == 0 || *budget == 0 {
            return Ok(());
        }
        *budget -= 1;
        source.skip(u64::from(len))?;
    }
}
