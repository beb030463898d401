//! WebP (RFC 9649). A chunk that goes becomes one of an unknown name, with zeros.

use std::ops::Range;

use crate::{
    Error, Patches,
    exif::{self, Upright},
    source::Source,
};

const NOTHING: &[u8; 4] = b"none";
/// Flags of `VP8X`.
const EXIF: u8 = 8;
const XMP: u8 = 4;

/// What was found on the way.
#[derive(Default)]
struct Found {
    upright: Upright,
    removed: Vec<Range<u64>>,
    /// Where `VP8X` has its flags, and they.
    flags: Option<(u64, u8)>,
    has_picture: bool,
}

pub(crate) fn plan(source: &mut Source<'_>, patches: &mut Patches) -> Result<(), Error> {
    let len = u64::from(u32::from_le_bytes(source.array(4)?));
    let end = (8 + len + (len & 1)).min(source.len);
    let mut found = Found::default();
    walk(source, patches, &mut found, 12..end, false)?;
    if !found.has_picture {
        return Err(Error::Malformed("no picture"));
    }
    patches.zero(end..source.len)?;
    let mut turned = false;
    for body in found.removed {
        match &found.upright.found {
            Some((place, turn)) if *place == body => {
                turned = true;
                let block = exif::tiff(*turn);
                let end = body.end.min(body.start + block.len() as u64);
                patches.put(body.start - 8, b"EXIF")?;
                patches.fill(body.start..end, &block)?;
                patches.zero(end..body.end)?;
            }
            _ => {
                patches.put(body.start - 8, NOTHING)?;
                patches.zero(body)?;
            }
        }
    }
    if let Some((at, flags)) = found.flags {
        let new = flags & !(EXIF | XMP) | if turned { EXIF } else { 0 };
        if new != flags {
            patches.put(at, &[new])?;
        }
    }
    Ok(())
}

fn walk(
    source: &mut Source<'_>,
    patches: &mut Patches,
    found: &mut Found,
    range: Range<u64>,
    in_frame: bool,
) -> Result<(), Error> {
    let mut at = range.start;
    while at < range.end {
        if range.end - at < 8 {
            return patches.zero(at..range.end);
        }
        let [n0, n1, n2, n3, l0, l1, l2, l3] = source.array(at)?;
        let name = [n0, n1, n2, n3];
        let len = u64::from(u32::from_le_bytes([l0, l1, l2, l3]));
        let body = at + 8..(at + 8 + len).min(range.end);
        at = (body.end + (len & 1)).min(range.end);
        zero_padding(source, patches, body.end..at)?;
        match &name {
            b"VP8X" if !in_frame && body.end - body.start >= 10 => {
                let [flags] = source.array(body.start)?;
                found.flags.get_or_insert((body.start, flags));
                patches.zero(body.start + 10..body.end)?;
            }
            b"VP8 " | b"VP8L" => found.has_picture = true,
            b"ALPH" | b"ICCP" => {}
            b"ANIM" => patches.zero((body.start + 6).min(body.end)..body.end)?,
            b"ANMF" if !in_frame => {
                let inner = (body.start + 16).min(body.end)..body.end;
                walk(source, patches, found, inner, true)?;
            }
            _ => {
                if found.removed.len() >= crate::MAX_PATCHES {
                    return Err(Error::OverLimit("too many chunks"));
                }
                match &name {
                    b"EXIF" => {
                        let block = exif::read_block(source, &body)?;
                        found.upright.see_exif(&body, &block);
                    }
                    b"XMP " => {
                        let packet = exif::read_block(source, &body)?;
                        found.upright.see_xmp(&body, &packet);
                    }
                    _ => {}
                }
                found.removed.push(body);
            }
        }
    }
    Ok(())
}

/// The byte that makes a chunk even should be zero.
fn zero_padding(
    source: &mut Source<'_>,
    patches: &mut Patches,
    range: Range<u64>,
) -> Result<(), Error> {
    if !range.is_empty() && source.array(range.start)? != [0] {
        patches.zero(range)?;
    }
    Ok(())
}
