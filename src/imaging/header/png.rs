//! PNG (W3C, third edition): chunks, by their headers.

use std::io::Read as _;

use super::{Error, Header, MAX_EXIF_BYTES, Source, malformed, photoshop, without_exif_prefix};

/// Chunks that are walked: enough for 500 MB in the 8 KiB pieces that libpng writes.
const MAX_CHUNKS: usize = 65_536;
/// Bytes of rows that are decoded at a time where not all are held.
const STRIP_BYTES: u64 = 1 << 20;
/// Most bytes of a text chunk that may hold XMP, or EXIF or IPTC in hexadecimal, packed or not.
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
    if interlace == 0 {
        // A band of rows in all its stages: as stored, narrowed, in another profile.
        let line = u64::from(width) * samples * if depth == 16 { 2 } else { 1 };
        header.strip_bytes = 4 * line.max(STRIP_BYTES);
    }
    Ok(header)
}

/// Looks for transparency, animation and metadata; a file that ends early is still a picture.
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
            b"eXIf" => source.blocks.exif = source.exif(len)?.or(source.blocks.exif.take()),
            b"zTXt" | b"tEXt" | b"iTXt" if len <= source.remaining().min(MAX_TEXT_BYTES) => {
                let chunk = source.bytes(len)?;
                let _ = read_text(source, name, &chunk);
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

/// XMP's own text chunk, or a profile that ImageMagick wrote down as `Raw profile type exif`. The first of each counts.
fn read_text(source: &mut Source<'_>, chunk: [u8; 4], data: &[u8]) -> Option<()> {
    let (name, rest) = split(data)?;
    let blocks = &mut source.blocks;
    let slot = match name.to_ascii_lowercase().as_slice() {
        b"xml:com.adobe.xmp" => {
            blocks.xmp = blocks.xmp.take().or(international(chunk, rest));
            return Some(());
        }
        b"raw profile type exif" | b"raw profile type app1" => &mut blocks.exif,
        b"raw profile type xmp" => &mut blocks.xmp,
        b"raw profile type iptc" => &mut blocks.iptc,
        _ => return None,
    };
    if slot.is_some() {
        return None;
    }
    let text = if chunk == *b"zTXt" {
        inflate(rest.get(1..)?)?
    } else {
        rest.to_vec()
    };
    let profile = from_hexadecimal(&text)?;
    if name.ends_with(b"iptc") {
        // Usually with Photoshop's resources around it.
        *slot = photoshop::iptc(&profile).or(Some(profile));
    } else if let Some(packet) = profile.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
        blocks.xmp.get_or_insert_with(|| packet.to_vec());
    } else if profile.len() <= MAX_EXIF_BYTES {
        *slot = Some(without_exif_prefix(profile));
    }
    Some(())
}

/// What stands before a NUL and after it.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = data.iter().position(|byte| *byte == 0)?;
    Some((&data[..end], &data[end + 1..]))
}

/// The text of an `iTXt` chunk behind its keyword.
fn international(chunk: [u8; 4], rest: &[u8]) -> Option<Vec<u8>> {
    if chunk != *b"iTXt" {
        return None;
    }
    let [packed, _method] = *rest.first_chunk()?;
    let (_language, rest) = split(&rest[2..])?;
    let (_keyword, text) = split(rest)?;
    if packed == 1 {
        inflate(text)
    } else {
        Some(text.to_vec())
    }
}

fn inflate(packed: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    flate2::read::ZlibDecoder::new(packed)
        .take(MAX_TEXT_BYTES)
        .read_to_end(&mut text)
        .ok()?;
    Some(text)
}

/// A name, a length and hexadecimal digits.
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
    let bytes = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]);
    Some(bytes.collect())
}
