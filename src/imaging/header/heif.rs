//! HEIF and AVIF (ISO 23008-12): the primary item's size, transforms, EXIF and XMP out of the `meta` box.

use super::{
    Error, Header, MAX_EXIF_BYTES, MAX_TEXT_BLOCK_BYTES, Orientation, Source, without_exif_prefix,
};
use crate::imaging::bmff::{Fields, Items, MAX_META_BYTES, Property};

/// Top-level boxes that are walked.
const MAX_BOXES: usize = 256;

/// `None` for a file without a readable `meta` box, such as an image sequence.
pub(super) fn read(source: &mut Source<'_>) -> Result<Option<Header>, Error> {
    let mut animated = false;
    for _ in 0..MAX_BOXES {
        if source.remaining() < 8 {
            break;
        }
        let start = source.at;
        let (name, end) = source.box_header(source.len)?;
        let len = end.saturating_sub(source.at);
        match &name {
            b"ftyp" => animated = matches!(&source.array()?, b"avis" | b"msf1" | b"hevc"),
            b"meta" if len <= MAX_META_BYTES as u64 => {
                let Ok(bytes) = source.bytes(len) else {
                    return Ok(None);
                };
                let Some(items) = Items::of_meta(&bytes) else {
                    return Ok(None);
                };
                read_blocks(source, &items);
                return Ok(header(&items, animated));
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

fn read_blocks(source: &mut Source<'_>, items: &Items<'_>) {
    let place = |item: Option<u32>| items.place(item?);
    let exif_at = place(items.find(|entry| entry.starts_with(b"Exif")));
    source.blocks.exif = exif_at.and_then(|at| exif(source, at));
    source.blocks.xmp = place(items.find(is_xmp))
        .filter(|(_, len)| *len <= MAX_TEXT_BLOCK_BYTES)
        .and_then(|at| item(source, at));
}

fn item(source: &mut Source<'_>, (offset, len): (u64, u64)) -> Option<Vec<u8>> {
    source.seek(offset).ok()?;
    source.bytes(len).ok()
}

/// An `Exif` item: four bytes of offset to the TIFF header, then the block.
fn exif(source: &mut Source<'_>, (offset, len): (u64, u64)) -> Option<Vec<u8>> {
    if len > MAX_EXIF_BYTES as u64 {
        return None;
    }
    let block = item(source, (offset, len))?;
    let start = (Fields::new(&block).u32()? as usize).checked_add(4)?;
    Some(without_exif_prefix(block.get(start..)?.to_vec()))
}

/// A `mime` item: its name, then its content type, both ended by a NUL.
fn is_xmp(entry: &[u8]) -> bool {
    let mut texts = entry.get(4..).unwrap_or_default().split(|byte| *byte == 0);
    entry.starts_with(b"mime") && texts.nth(1) == Some(b"application/rdf+xml")
}

fn header(items: &Items<'_>, animated: bool) -> Option<Header> {
    let mut size = None;
    let (mut rotation, mut mirror) = (0, None);
    for property in items.properties(items.primary) {
        match property {
            Property::Size(width, height) => size = Some((width, height)),
            Property::Crop([width, under_width, height, under_height, ..]) => {
                size = Some((
                    width.checked_div(under_width)?,
                    height.checked_div(under_height)?,
                ));
            }
            Property::Turn(turns) => rotation = turns,
            Property::Mirror(axis) => mirror = Some(axis),
            _ => {}
        }
    }
    let (width, height) = size.filter(|(width, height)| *width > 0 && *height > 0)?;
    Some(Header {
        width,
        height,
        has_alpha: items.alpha(items.primary).is_some(),
        animated,
        bytes_per_pixel: 12.0,
        container_orientation: Some(Orientation::from_heif(rotation, mirror)),
        ..Header::default()
    })
}
