//! JPEG (ITU-T T.81). A segment that goes becomes an APP15 of zeros, as long as it was.

use std::ops::Range;

use crate::{
    Error, Patches,
    exif::{self, Upright},
    source::Source,
};

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const APP15: u8 = 0xef;

pub(crate) fn plan(source: &mut Source<'_>, patches: &mut Patches) -> Result<(), Error> {
    let mut upright = Upright::default();
    let mut removed: Vec<(u64, Range<u64>)> = Vec::new();
    let (mut at, mut in_scan, mut has_scan) = (2, false, false);
    while let Some((start, code_at, code)) = next_marker(source, at, in_scan)? {
        if !in_scan {
            // Decoders pass over what lies between segments.
            patches.zero(at..start)?;
        }
        at = code_at + 1;
        match code {
            0x01 | 0xd0..=0xd8 => continue,
            0xd9 if has_scan => {
                // What follows is no part of this picture: others, gain maps, movies, archives.
                patches.zero(at..source.len)?;
                break;
            }
            0xc0..=0xcf | 0xda..=0xef | 0xfe => {}
            _ if in_scan => continue,
            _ => return Err(Error::Malformed("unknown marker")),
        }
        in_scan = code == 0xda;
        let Some([high, low]) = source.maybe(at)? else {
            patches.zero(at..source.len)?;
            break;
        };
        let len = u64::from(u16::from_be_bytes([high, low]));
        if len < 2 {
            return Err(Error::Malformed("segment of negative length"));
        }
        has_scan |= in_scan;
        let body = at + 2..(at + len).min(source.len);
        at = body.end;
        if !keep(source, patches, code, &body)? {
            if removed.len() >= crate::MAX_PATCHES {
                return Err(Error::OverLimit("too many segments"));
            }
            if code == 0xe1 {
                look_at(source, &mut upright, &body)?;
            }
            removed.push((code_at, body));
        }
    }
    if !has_scan {
        return Err(Error::Malformed("no picture"));
    }
    for (code_at, body) in removed {
        match &upright.found {
            Some((place, turn)) if *place == body => {
                let block = [&b"Exif\0\0"[..], &exif::tiff(*turn)].concat();
                let end = body.end.min(body.start + block.len() as u64);
                patches.put(code_at, &[0xe1])?;
                patches.fill(body.start..end, &block)?;
                patches.zero(end..body.end)?;
            }
            _ => {
                patches.put(code_at, &[APP15])?;
                patches.zero(body)?;
            }
        }
    }
    Ok(())
}

/// Whether a segment is needed to show the picture. Of one that is, what is not needed goes.
fn keep(
    source: &mut Source<'_>,
    patches: &mut Patches,
    code: u8,
    body: &Range<u64>,
) -> Result<bool, Error> {
    let mut is = |signature: &[u8], least: u64| {
        let enough = body.end - body.start >= least;
        Ok::<_, Error>(enough && source.bytes(body.start, signature.len() as u64, 16)? == signature)
    };
    match code {
        0xe0 if is(b"JFIF\0", 14)? => {
            // A thumbnail may show what was cut off from the picture.
            patches.zero(body.start + 12..body.end)?;
            Ok(true)
        }
        0xe2 => is(b"ICC_PROFILE\0", 14),
        0xee if is(b"Adobe", 12)? => {
            patches.zero(body.start + 12..body.end)?;
            Ok(true)
        }
        0xe0..=0xef | 0xfe => Ok(false),
        _ => Ok(true),
    }
}

fn look_at(source: &mut Source<'_>, upright: &mut Upright, body: &Range<u64>) -> Result<(), Error> {
    let block = exif::read_block(source, body)?;
    if block.starts_with(b"Exif\0\0") {
        upright.see_exif(body, &block);
    } else if let Some(packet) = block.strip_prefix(XMP) {
        upright.see_xmp(body, packet);
    }
    Ok(())
}

/// The next marker: where its first 0xFF is, where its code, and the code. Within a scan 0xFF 0x00 and restarts are none.
fn next_marker(
    source: &mut Source<'_>,
    mut at: u64,
    in_scan: bool,
) -> Result<Option<(u64, u64, u8)>, Error> {
    let mut start = None;
    loop {
        let chunk = source.chunk(at)?;
        let Some(first) = chunk.first() else {
            return Ok(None);
        };
        let Some(ff) = start else {
            match memchr::memchr(0xff, chunk) {
                Some(skip) => {
                    start = Some(at + skip as u64);
                    at += skip as u64 + 1;
                }
                None => at += chunk.len() as u64,
            }
            continue;
        };
        match *first {
            0xff => {}
            0x00 => start = None,
            0xd0..=0xd7 if in_scan => start = None,
            code => return Ok(Some((ff, at, code))),
        }
        at += 1;
    }
}
