//! The one thing of EXIF and XMP that a picture needs: which way up it is.

use std::ops::Range;

use crate::{Error, source::Source};

/// Most bytes of a block that are looked at for the orientation.
const MAX_BLOCK_BYTES: u64 = 16 << 20;

/// Of a block that lies in the file. A block too large to be looked at has none.
pub(crate) fn read_block(source: &mut Source<'_>, range: &Range<u64>) -> Result<Vec<u8>, Error> {
    let len = range.end.saturating_sub(range.start).min(MAX_BLOCK_BYTES);
    source.bytes(range.start, len, MAX_BLOCK_BYTES)
}

/// 2 to 8; upright is not worth a tag. JPEG's `Exif\0\0` may stand before the TIFF stream.
fn orientation(block: &[u8]) -> Option<u8> {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let number = |at: usize, len: usize| {
        let bytes = tiff.get(at..at.checked_add(len)?)?.iter();
        let add = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
        Some(if little {
            bytes.rev().fold(0, add)
        } else {
            bytes.fold(0, add)
        })
    };
    let ifd = number(4, 4)? as usize;
    let value = (0..number(ifd, 2)? as usize).find_map(|entry| {
        let at = ifd.checked_add(2 + 12 * entry)?;
        if number(at, 2)? != 0x112 {
            return None;
        }
        match number(at + 2, 2)? {
            1 => number(at + 8, 1),
            3 => number(at + 8, 2),
            _ => number(at + 8, 4),
        }
    })?;
    u8::try_from(value)
        .ok()
        .filter(|value| (2..=8).contains(value))
}

/// The same out of an XMP packet, as an element or as an attribute.
fn xmp_orientation(packet: &[u8]) -> Option<u8> {
    const NAME: &[u8] = b"tiff:Orientation";
    let at = memchr::memmem::find(packet, NAME)? + NAME.len();
    let value = packet[at..]
        .iter()
        .find(|byte| !matches!(byte, b'=' | b'"' | b'\'' | b'>' | b' '))?;
    (b'2'..=b'8').contains(value).then(|| value - b'0')
}

/// A TIFF stream with this tag and no other.
pub(crate) fn tiff(orientation: u8) -> [u8; 26] {
    let mut tiff = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    tiff[19] = orientation;
    tiff
}

/// Which of the blocks of a file says which way up the picture is: its first EXIF, and XMP only where there is no EXIF,
/// as whoever turns a picture puts EXIF right and forgets XMP.
#[derive(Default)]
pub(crate) struct Upright {
    has_exif: bool,
    /// The place of the block, and what it says.
    pub(crate) found: Option<(Range<u64>, u8)>,
}

impl Upright {
    pub(crate) fn see_exif(&mut self, place: &Range<u64>, block: &[u8]) {
        if !self.has_exif {
            self.has_exif = true;
            self.found = orientation(block).map(|turn| (place.clone(), turn));
        }
    }

    pub(crate) fn see_xmp(&mut self, place: &Range<u64>, packet: &[u8]) {
        if !self.has_exif && self.found.is_none() {
            self.found = xmp_orientation(packet).map(|turn| (place.clone(), turn));
        }
    }
}
