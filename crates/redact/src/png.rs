//! PNG and APNG (W3C, third edition). A chunk that goes becomes a private one of zeros that no program knows.

use std::{io::Read as _, ops::Range};

use crate::{
    Error, Patches,
    exif::{self, Upright},
    source::Source,
};

/// Ancillary, private and safe to copy (5.4 of the standard).
const NOTHING: &[u8; 4] = b"noNe";
/// Bytes of a text chunk, packed or not, that may say which way up the picture is.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Most bytes that a chunk which the picture needs may have; 0 for others.
fn most_bytes(name: [u8; 4]) -> u64 {
    match &name {
        b"IDAT" | b"fdAT" | b"iCCP" => u64::MAX,
        b"PLTE" => 768,
        b"tRNS" => 256,
        b"cHRM" => 32,
        b"fcTL" => 26,
        b"mDCV" | b"mDCv" => 24,
        b"IHDR" => 13,
        b"pHYs" => 9,
        b"acTL" | b"cLLI" | b"cLLi" => 8,
        b"bKGD" => 6,
        b"gAMA" | b"sBIT" | b"cICP" => 4,
        b"sRGB" => 1,
        _ => 0,
    }
}

pub(crate) fn plan(source: &mut Source<'_>, patches: &mut Patches) -> Result<(), Error> {
    let mut upright = Upright::default();
    let mut removed: Vec<Range<u64>> = Vec::new();
    let mut at = 8;
    if source.array(at)? != *b"\0\0\0\x0dIHDR" {
        return Err(Error::Unsupported("PNG that does not begin with IHDR"));
    }
    loop {
        let Some([l3, l2, l1, l0, n0, n1, n2, n3]) = source.maybe(at)? else {
            patches.zero(at..source.len)?;
            break;
        };
        let len = u64::from(u32::from_be_bytes([l3, l2, l1, l0]));
        let name = [n0, n1, n2, n3];
        if len > i32::MAX as u64 {
            return Err(Error::Malformed("chunk of negative length"));
        }
        let body = at + 8..(at + 8 + len).min(source.len);
        at += 12 + len;
        if name == *b"IEND" {
            if len > 0 {
                return Err(Error::Malformed("IEND with data"));
            }
            patches.zero(at..source.len)?;
            break;
        }
        if len == 0 || len <= most_bytes(name) {
            continue;
        }
        if name[0].is_ascii_uppercase() {
            return Err(Error::Unsupported("unknown critical chunk"));
        }
        if removed.len() >= crate::MAX_PATCHES {
            return Err(Error::OverLimit("too many chunks"));
        }
        look_at(source, &mut upright, name, &body)?;
        removed.push(body);
    }
    for body in removed {
        match &upright.found {
            Some((place, turn)) if *place == body => {
                replace(source, patches, *b"eXIf", &exif::tiff(*turn), &body)?;
            }
            _ => replace(source, patches, *NOTHING, &[], &body)?,
        }
    }
    Ok(())
}

/// A chunk with this content and zeros behind it, and its checksum.
fn replace(
    source: &Source<'_>,
    patches: &mut Patches,
    name: [u8; 4],
    content: &[u8],
    body: &Range<u64>,
) -> Result<(), Error> {
    const ZEROS: [u8; 4096] = [0; 4096];
    let len = body.end - body.start;
    let content = &content[..content.len().min(len as usize)];
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&name);
    checksum.update(content);
    let mut zeros = len - content.len() as u64;
    while zeros > 0 {
        let piece = zeros.min(ZEROS.len() as u64);
        checksum.update(&ZEROS[..piece as usize]);
        zeros -= piece;
    }
    patches.put(body.start - 4, &[&name, content].concat())?;
    patches.zero(body.start + content.len() as u64..body.end)?;
    if body.end < source.len {
        patches.put(body.end, &checksum.finalize().to_be_bytes())?;
    }
    Ok(())
}

fn look_at(
    source: &mut Source<'_>,
    upright: &mut Upright,
    name: [u8; 4],
    body: &Range<u64>,
) -> Result<(), Error> {
    if name == *b"eXIf" {
        upright.see_exif(body, &exif::read_block(source, body)?);
    } else if matches!(&name, b"tEXt" | b"zTXt" | b"iTXt")
        && body.end - body.start <= MAX_TEXT_BYTES
    {
        let text = source.bytes(body.start, body.end - body.start, MAX_TEXT_BYTES)?;
        let _ = look_at_text(upright, name, body, &text);
    }
    Ok(())
}

/// XMP in its own chunk, or a profile as ImageMagick writes it: a name, a length and hexadecimal digits.
fn look_at_text(
    upright: &mut Upright,
    name: [u8; 4],
    body: &Range<u64>,
    chunk: &[u8],
) -> Option<()> {
    let (keyword, rest) = split(chunk)?;
    let mut text = Vec::new();
    let packed = match &name {
        b"zTXt" => Some(rest.get(1..)?),
        b"iTXt" => {
            let (_language, behind) = split(rest.get(2..)?)?;
            let (_keyword, behind) = split(behind)?;
            text.extend_from_slice(behind);
            (rest[0] == 1).then_some(behind)
        }
        _ => {
            text.extend_from_slice(rest);
            None
        }
    };
    if let Some(packed) = packed {
        text.clear();
        flate2::read::ZlibDecoder::new(packed)
            .take(MAX_TEXT_BYTES)
            .read_to_end(&mut text)
            .ok()?;
    }
    match keyword.to_ascii_lowercase().as_slice() {
        b"xml:com.adobe.xmp" => upright.see_xmp(body, &text),
        b"raw profile type exif" | b"raw profile type app1" => {
            let profile = from_hexadecimal(&text)?;
            if profile.starts_with(b"http://ns.adobe.com/") {
                upright.see_xmp(body, &profile);
            } else {
                upright.see_exif(body, &profile);
            }
        }
        b"raw profile type xmp" => upright.see_xmp(body, &from_hexadecimal(&text)?),
        _ => {}
    }
    Some(())
}

fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, data)?;
    Some((&data[..end], &data[end + 1..]))
}

fn from_hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let mut lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let (_name, _length) = (lines.next()?, lines.next()?);
    let digits: Vec<u8> = lines
        .flatten()
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect(),
    )
}
