//! PNG (W3C, third edition): chunks, by their headers.

use std::io::Read as _;

use super::{Error, Header, MAX_EXIF_BYTES, Source, malformed, without_exif_prefix};

/// Chunks that are walked: enough for 500 MB in the 8 KiB pieces that libpng writes.
const MAX_CHUNKS: usize = 65_536;
/// Most bytes of a text chunk that may hold EXIF in hexadecimal, packed or not.
const MAX_TEXT_BYTES: u64 = 1 << 20;

pub(super) fn read(source: &mut Source<'_>) -> Result<Header, Error> {
    source.skip(8)?;
    let _len = source.u32_be()?;
    if source.array()? != *b"IHDR" {
        return Err(malformed("no IHDR"));
    }
    let (width, height) = (source.u32_be()?, source.u32_be()?);
    let [depth, colour, _, _, interlace] = source.array()?;
    source.skip(4)?;
    let samples: u64 = match colour {
        0 | 3 => 1,
        2 => 3,
        4 => 2,
        6 => 4,
        _ => return Err(malformed("unknown colour type")),
    };
    let mut header = Header {
        width,
        height,
        has_alpha: matches!(colour, 4 | 6),
        ..Header::default()
    };
    walk(source, &mut header)?;
    let samples = match (colour, header.has_alpha) {
        (3, alpha) => 3 + u64::from(alpha),
        (0 | 2, true) => samples + 1,
        _ => samples,
    };
    let wide = if depth == 16 { 3 } else { 1 };
    let deinterlace = u64::from(interlace == 1);
    header.bytes_per_pixel = (samples * wide + deinterlace) as f64;
    Ok(header)
}

/// Looks for transparency, animation and EXIF; a file that ends early is still a picture.
fn walk(source: &mut Source<'_>, header: &mut Header) -> Result<(), Error> {
    for _ in 0..MAX_CHUNKS {
        if source.remaining() < 8 {
            break;
        }
        let len = u64::from(source.u32_be()?);
        let name: [u8; 4] = source.array()?;
        let end = source.at.saturating_add(len).saturating_add(4);
        match &name {
            b"IEND" => break,
            b"tRNS" => header.has_alpha = true,
            b"acTL" if source.remaining() >= 4 => header.animated = source.u32_be()? > 1,
            b"eXIf" => header.exif = source.exif(len)?.or(header.exif.take()),
            b"zTXt" | b"tEXt"
                if header.exif.is_none() && len <= source.remaining().min(MAX_TEXT_BYTES) =>
            {
                header.exif = raw_profile(name, &source.bytes(len)?);
            }
            _ => {}
        }
        if end > source.len {
            break;
        }
        source.skip(end.saturating_sub(source.at))?;
    }
    Ok(())
}

/// ImageMagick's `Raw profile type exif` (or `APP1`): a name, a length and hexadecimal digits.
fn raw_profile(chunk: [u8; 4], data: &[u8]) -> Option<Vec<u8>> {
    let end = data.iter().position(|byte| *byte == 0)?;
    let name = &data[..end];
    if !name.eq_ignore_ascii_case(b"Raw profile type exif")
        && !name.eq_ignore_ascii_case(b"Raw profile type APP1")
    {
        return None;
    }
    let rest = data.get(end + 1..)?;
    let text = if chunk == *b"zTXt" {
        let mut text = Vec::new();
        flate2::read::ZlibDecoder::new(rest.get(1..)?)
            .take(MAX_TEXT_BYTES)
            .read_to_end(&mut text)
            .ok()?;
        text
    } else {
        rest.to_vec()
    };
    let mut lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let (_name, _length) = (lines.next()?, lines.next()?);
    let digits: Vec<u8> = lines
        .flatten()
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    let block: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    (block.len() <= MAX_EXIF_BYTES).then(|| without_exif_prefix(block))
}
