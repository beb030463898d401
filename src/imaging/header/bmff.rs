//! HEIF and AVIF (ISO 23008-12): the primary item's size, transforms, EXIF and XMP out of the `meta` box.

use std::collections::HashMap;

use super::{
    Error, Header, MAX_EXIF_BYTES, MAX_TEXT_BLOCK_BYTES, Orientation, Source, without_exif_prefix,
};

/// Top-level boxes that are walked.
const MAX_BOXES: usize = 256;
/// Most bytes of `meta` that are read; a 1,000-tile grid takes about 60 KiB.
const MAX_META_BYTES: u64 = 4 << 20;

/// `None` for a file without a readable `meta` box, such as an image sequence.
pub(super) fn read(source: &mut Source<'_>) -> Result<Option<Header>, Error> {
    let mut animated = false;
    for _ in 0..MAX_BOXES {
        if source.remaining() < 8 {
            break;
        }
        let start = source.at;
        let len = u64::from(source.u32_be()?);
        let name: [u8; 4] = source.array()?;
        let end = match len {
            0 => source.len,
            1 => start.saturating_add(u64::from_be_bytes(source.array()?)),
            len => start.saturating_add(len),
        };
        match &name {
            b"ftyp" => animated = matches!(&source.array()?, b"avis" | b"msf1" | b"hevc"),
            b"meta" if end.saturating_sub(source.at) <= MAX_META_BYTES => {
                let Ok(bytes) = source.bytes(end - source.at) else {
                    return Ok(None);
                };
                let Some(meta) = Meta::parse(&bytes) else {
                    return Ok(None);
                };
                read_blocks(source, &meta);
                return Ok(header(&meta, animated));
            }
            _ => {}
        }
        if end <= start {
            break;
        }
        source.seek(end)?;
    }
    Ok(None)
}

fn read_blocks(source: &mut Source<'_>, meta: &Meta<'_>) {
    source.blocks.exif = meta.exif.and_then(|at| exif(source, at));
    source.blocks.xmp = meta
        .xmp
        .filter(|(_, len)| *len <= MAX_TEXT_BLOCK_BYTES)
        .and_then(|at| item(source, at));
}

fn item(source: &mut Source<'_>, (offset, len): (u64, u64)) -> Option<Vec<u8>> {
    source.seek(offset).ok()?;
    source.bytes(len).ok()
}

fn header(meta: &Meta<'_>, animated: bool) -> Option<Header> {
    let mut size = None;
    let (mut rotation, mut mirror) = (0, None);
    for property in meta.of_item.get(&meta.primary)? {
        match meta.properties.get(usize::from(*property).checked_sub(1)?) {
            Some((b"ispe", body)) => size = Some((u32_at(body, 4)?, u32_at(body, 8)?)),
            Some((b"clap", body)) => size = Some(clean_aperture(body)?),
            Some((b"irot", body)) => rotation = body.first()? & 3,
            Some((b"imir", body)) => mirror = Some(body.first()? & 1),
            _ => {}
        }
    }
    let (width, height) = size.filter(|(width, height)| *width > 0 && *height > 0)?;
    Some(Header {
        width,
        height,
        has_alpha: meta.has_alpha,
        animated,
        bytes_per_pixel: 12.0,
        container_orientation: Some(Orientation::from_heif(rotation, mirror)),
        ..Header::default()
    })
}

/// An `Exif` item: four bytes of offset to the TIFF header, then the block.
fn exif(source: &mut Source<'_>, (offset, len): (u64, u64)) -> Option<Vec<u8>> {
    if len > MAX_EXIF_BYTES as u64 || len < 4 {
        return None;
    }
    let block = item(source, (offset, len))?;
    let start = (u32_at(&block, 0)? as usize).checked_add(4)?;
    Some(without_exif_prefix(block.get(start..)?.to_vec()))
}

/// Width and height of a `clap` box, whose fields are rationals.
fn clean_aperture(body: &[u8]) -> Option<(u32, u32)> {
    let ratio = |at| Some(u32_at(body, at)? / u32_at(body, at + 4).filter(|under| *under > 0)?);
    Some((ratio(0)?, ratio(8)?))
}

#[derive(Default)]
struct Meta<'a> {
    primary: u32,
    properties: Vec<(&'a [u8; 4], &'a [u8])>,
    of_item: HashMap<u32, Vec<u16>>,
    exif: Option<(u64, u64)>,
    xmp: Option<(u64, u64)>,
    has_alpha: bool,
}

impl<'a> Meta<'a> {
    /// The body of a `meta` box, a full box.
    fn parse(body: &'a [u8]) -> Option<Self> {
        let mut meta = Self::default();
        let (mut exif_item, mut xmp_item) = (None, None);
        let mut locations = None;
        for (name, body) in boxes(body.get(4..)?) {
            match name {
                b"pitm" => {
                    meta.primary = if body.first()? == &0 {
                        u32::from(u16_at(body, 4)?)
                    } else {
                        u32_at(body, 4)?
                    }
                }
                b"iinf" => {
                    exif_item = find_item(body, |rest| rest.starts_with(b"Exif"));
                    xmp_item = find_item(body, is_xmp);
                }
                b"iloc" => locations = Some(body),
                b"iprp" => meta.parse_properties(body)?,
                _ => {}
            }
        }
        let locate = |item: Option<u32>| location(locations?, item?);
        (meta.exif, meta.xmp) = (locate(exif_item), locate(xmp_item));
        Some(meta)
    }

    fn parse_properties(&mut self, body: &'a [u8]) -> Option<()> {
        for (name, body) in boxes(body) {
            match name {
                b"ipco" => {
                    self.properties = boxes(body).collect();
                    self.has_alpha = self.properties.iter().any(|(name, body)| {
                        *name == b"auxC"
                            && body.get(4..).is_some_and(|urn| {
                                urn.starts_with(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")
                                    || urn.starts_with(b"urn:mpeg:hevc:2015:auxid:1\0")
                            })
                    });
                }
                b"ipma" => self.parse_associations(body)?,
                _ => {}
            }
        }
        Some(())
    }

    fn parse_associations(&mut self, body: &[u8]) -> Option<()> {
        let (version, wide) = (*body.first()?, body.get(3)? & 1 == 1);
        let mut fields = Fields { body, at: 8 };
        for _ in 0..u32_at(body, 4)? {
            let item = fields.number(if version < 1 { 2 } else { 4 })? as u32;
            let count = fields.number(1)?;
            let mut indices = Vec::new();
            for _ in 0..count {
                // The top bit only says whether the property is essential.
                indices.push(if wide {
                    fields.number(2)? as u16 & 0x7fff
                } else {
                    fields.number(1)? as u16 & 0x7f
                });
            }
            self.of_item.insert(item, indices);
        }
        Some(())
    }
}

/// The id of the first item whose entry, from its type on, is the wanted one.
fn find_item(body: &[u8], is_wanted: impl Fn(&[u8]) -> bool) -> Option<u32> {
    let start = if body.first()? == &0 { 6 } else { 8 };
    boxes(body.get(start..)?).find_map(|(name, body)| {
        let (id, at) = match body.first()? {
            2 => (u32::from(u16_at(body, 4)?), 8),
            3 => (u32_at(body, 4)?, 10),
            _ => return None,
        };
        (name == b"infe" && is_wanted(body.get(at..)?)).then_some(id)
    })
}

/// A `mime` item: its name, then its content type, both ended by a NUL.
fn is_xmp(entry: &[u8]) -> bool {
    let mut texts = entry.get(4..).unwrap_or_default().split(|byte| *byte == 0);
    entry.starts_with(b"mime") && texts.nth(1) == Some(b"application/rdf+xml")
}

/// Offset and length of an item that is in one piece in the file itself.
fn location(body: &[u8], wanted: u32) -> Option<(u64, u64)> {
    let version = *body.first()?;
    let [sizes, index] = *body.get(4..6)?.first_chunk::<2>()?;
    let (offset_size, length_size) = (usize::from(sizes >> 4), usize::from(sizes & 15));
    let (base_size, index_size) = (usize::from(index >> 4), usize::from(index & 15));
    let mut fields = Fields { body, at: 6 };
    let count = fields.number(if version < 2 { 2 } else { 4 })?;
    for _ in 0..count {
        let id = fields.number(if version < 2 { 2 } else { 4 })? as u32;
        let method = if version > 0 {
            fields.number(2)? & 15
        } else {
            0
        };
        fields.number(2)?;
        let base = fields.number(base_size)?;
        let extents = fields.number(2)?;
        let mut found = None;
        for _ in 0..extents {
            if version > 0 {
                fields.number(index_size)?;
            }
            let (offset, len) = (fields.number(offset_size)?, fields.number(length_size)?);
            found = Some((base.checked_add(offset)?, len));
        }
        if id == wanted {
            return found.filter(|_| method == 0 && extents == 1);
        }
    }
    None
}

struct Fields<'a> {
    body: &'a [u8],
    at: usize,
}

impl Fields<'_> {
    /// A big-endian number of 0 to 8 bytes.
    fn number(&mut self, bytes: usize) -> Option<u64> {
        let field = self.body.get(self.at..self.at + bytes)?;
        self.at += bytes;
        Some(
            field
                .iter()
                .take(8)
                .fold(0, |number, byte| number << 8 | u64::from(*byte)),
        )
    }
}

/// The boxes in a row of them, up to the first that does not fit.
fn boxes(mut rest: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let len = u32_at(rest, 0)? as usize;
        let (start, end) = match len {
            0 => (8, rest.len()),
            1 => (
                16,
                usize::try_from(u64::from_be_bytes(*rest.get(8..16)?.first_chunk()?)).ok()?,
            ),
            len => (8, len),
        };
        let name = rest.get(4..8)?.first_chunk()?;
        let body = rest.get(start..end)?;
        rest = &rest[end..];
        Some((name, body))
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..at + 2)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..at + 4)?.first_chunk()?))
}
