//! JPEG XL (ISO 18181): the size header of a codestream, bare or boxed, and the `Exif` and `xml ` boxes.

use super::{Error, Header, Orientation, Source, without_exif_prefix};

/// Boxes that are walked.
const MAX_BOXES: usize = 256;

/// `None` when the codestream does not begin where it is cheap to find.
pub(super) fn read(source: &mut Source<'_>) -> Result<Option<Header>, Error> {
    let mut head = None;
    if source.array()? == [0xff, 0x0a] {
        head = Some(peek(source)?);
    } else {
        source.seek(0)?;
        for _ in 0..MAX_BOXES {
            if source.remaining() < 8 {
                break;
            }
            let start = source.at;
            let (name, end) = source.box_header(source.len)?;
            match &name {
                b"jxlc" | b"jxlp" if head.is_none() => {
                    source.skip(if &name == b"jxlp" { 6 } else { 2 })?;
                    head = Some(peek(source)?);
                }
                b"Exif" => {
                    let prefix = source.u32_be()?;
                    source.skip(u64::from(prefix))?;
                    source.blocks.exif = source
                        .exif(end.saturating_sub(source.at))?
                        .map(without_exif_prefix);
                }
                b"xml " if source.blocks.xmp.is_none() => {
                    source.blocks.xmp = source.text_block(end.saturating_sub(source.at))?;
                }
                _ => {}
            }
            if end <= start {
                break;
            }
            source.seek(end)?;
        }
    }
    Ok(head.and_then(|bytes| size(&bytes)))
}

fn peek(source: &mut Source<'_>) -> Result<[u8; 16], Error> {
    let mut bytes = [0; 16];
    let have = source.remaining().min(16);
    bytes[..have as usize].copy_from_slice(&source.bytes(have)?);
    Ok(bytes)
}

struct Bits(u128);

impl Bits {
    fn take(&mut self, count: u32) -> u32 {
        let value = (self.0 & ((1 << count) - 1)) as u32;
        self.0 >>= count;
        value
    }

    fn side(&mut self, small: bool) -> u32 {
        if small {
            return (self.take(5) + 1) * 8;
        }
        let bits = [9, 13, 18, 30][self.take(2) as usize];
        self.take(bits) + 1
    }
}

/// `SizeHeader`, and the orientation at the head of `ImageMetadata`.
fn size(bytes: &[u8; 16]) -> Option<Header> {
    let mut bits = Bits(u128::from_le_bytes(*bytes));
    let small = bits.take(1) == 1;
    let height = bits.side(small);
    let width = match bits.take(3) {
        0 => bits.side(small),
        ratio => {
            let (over, under) =
                [(1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1)][ratio as usize - 1];
            u32::try_from(u64::from(height) * over / under).ok()?
        }
    };
    let mut orientation = 1;
    let mut animated = false;
    // all_default, then extra_fields.
    if bits.take(1) == 0 && bits.take(1) == 1 {
        orientation = bits.take(3) + 1;
        // An intrinsic size or a preview would come first; rare enough not to be parsed.
        if bits.take(1) == 0 && bits.take(1) == 0 {
            animated = bits.take(1) == 1;
        }
    }
    Some(Header {
        width,
        height,
        animated,
        bytes_per_pixel: 16.0,
        container_orientation: Orientation::from_exif(orientation),
        ..Header::default()
    })
}
