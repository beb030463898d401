//! The items of HEIF and AVIF (ISO/IEC 23008-12): those that are no pictures lose their bytes, their type and their names.

use std::{collections::BTreeSet, ops::Range};

use crate::{
    Error,
    bmff::{Box, Boxes},
};

/// Most bytes of a list of items.
const MAX_LIST_BYTES: u64 = 16 << 20;

/// Items that are pictures, coded or derived.
const PICTURES: &[&[u8; 4]] = &[
    b"hvc1", b"hev1", b"lhv1", b"av01", b"avc1", b"vvc1", b"evc1", b"jpeg", b"j2k1", b"unci",
    b"mski", b"grid", b"iden", b"iovl", b"tmap", b"sato",
];
/// What a picture needs to be shown. A property keeps its number when it goes.
const PROPERTIES: &[&[u8; 4]] = &[
    b"ispe", b"pixi", b"pasp", b"colr", b"clap", b"irot", b"imir", b"auxC", b"hvcC", b"lhvC",
    b"av1C", b"avcC", b"vvcC", b"evcC", b"jpgC", b"j2kH", b"uncC", b"cmpd", b"clli", b"mdcv",
    b"cclv", b"amve", b"lsel", b"a1op", b"a1lx", b"oinf", b"tols", b"rloc", b"iscl", b"reve",
    b"ndwt",
];

/// Whether a `meta` box holds a picture; if so, what goes.
pub(crate) fn plan(boxes: &mut Boxes<'_, '_>, meta: &Box) -> Result<bool, Error> {
    // QuickTime's has no version before its boxes.
    let is_full = boxes.source.maybe(meta.body.start + 4)? != Some(*b"hdlr");
    let start = meta.body.start + if is_full { 4 } else { 0 };
    // The handler comes first, and others' boxes may be of another kind.
    if boxes.source.maybe(start + 4)? != Some(*b"hdlr")
        || boxes.source.maybe(start + 16)? != Some(*b"pict")
    {
        return Ok(false);
    }
    let children = boxes.children(start.min(meta.body.end)..meta.body.end)?;
    let find = |name| children.iter().find(|child| child.name == name);
    let mut dropped = BTreeSet::new();
    if let Some(infos) = find(*b"iinf") {
        dropped = items(boxes, &infos.body)?;
    }
    let data = find(*b"idat").map(|idat| idat.body.clone());
    for child in &children {
        match &child.name {
            b"hdlr" => boxes.handler(&child.body)?,
            b"iloc" => places(boxes, &child.body, &dropped, data.as_ref())?,
            b"iprp" => {
                for list in boxes.children(child.body.clone())? {
                    match &list.name {
                        b"ipco" => properties(boxes, &list.body)?,
                        b"ipma" => {}
                        _ => boxes.blank(&list)?,
                    }
                }
            }
            b"pitm" | b"iinf" | b"iref" | b"idat" | b"grpl" => {}
            _ => boxes.blank(child)?,
        }
    }
    Ok(true)
}

fn properties(boxes: &mut Boxes<'_, '_>, body: &Range<u64>) -> Result<(), Error> {
    for property in boxes.children(body.clone())? {
        if !PROPERTIES.contains(&&property.name) {
            boxes.blank(&property)?;
        }
    }
    Ok(())
}

/// The items that are no pictures. All lose their names.
fn items(boxes: &mut Boxes<'_, '_>, body: &Range<u64>) -> Result<BTreeSet<u32>, Error> {
    let mut dropped = BTreeSet::new();
    let [version] = boxes.source.array(body.start)?;
    let start = body.start + if version == 0 { 6 } else { 8 };
    for info in boxes.children(start.min(body.end)..body.end)? {
        let at = info.body.start;
        let [version] = boxes.source.array(at)?;
        let id_bytes = match version {
            2 => 2,
            3 => 4,
            _ => return Err(Error::Unsupported("items without a type")),
        };
        let id = boxes.source.bytes(at + 4, id_bytes, 4)?;
        let id = id.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
        let type_at = at + 4 + id_bytes + 2;
        let kind: [u8; 4] = boxes.source.array(type_at)?;
        if !PICTURES.contains(&&kind) {
            boxes.patches.put(type_at, b"none")?;
            dropped.insert(id);
        }
        boxes
            .patches
            .zero((type_at + 4).min(info.body.end)..info.body.end)?;
    }
    Ok(dropped)
}

/// Zeros the bytes of these items, wherever `iloc` says they are.
fn places(
    boxes: &mut Boxes<'_, '_>,
    body: &Range<u64>,
    dropped: &BTreeSet<u32>,
    data: Option<&Range<u64>>,
) -> Result<(), Error> {
    let list = boxes
        .source
        .bytes(body.start, body.end - body.start, MAX_LIST_BYTES)?;
    let mut rest = &list[..];
    let mut number = |bytes: u64| {
        let (field, behind) = rest
            .split_at_checked(bytes as usize)
            .ok_or(Error::Malformed("list of items is cut off"))?;
        rest = behind;
        Ok::<u64, Error>(
            field
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte)),
        )
    };
    let version = number(4)? >> 24;
    let sizes = number(2)?;
    let [offset_size, length_size, base_size, index_size] =
        [12, 8, 4, 0].map(|shift| (sizes >> shift & 15).min(8));
    let id_size = if version < 2 { 2 } else { 4 };
    for _ in 0..number(id_size)? {
        let is_dropped = dropped.contains(&(number(id_size)? as u32));
        let method = if version > 0 { number(2)? & 15 } else { 0 };
        let is_elsewhere = number(2)? != 0;
        let base = number(base_size)?;
        let extents = number(2)?;
        for _ in 0..extents {
            if version > 0 {
                number(index_size)?;
            }
            let start = number(offset_size)?.saturating_add(base);
            let len = number(length_size)?;
            if !is_dropped || is_elsewhere {
                continue;
            }
            let whole = match (method, data) {
                (0, _) => 0..boxes.source.len,
                (1, Some(data)) => data.clone(),
                _ => return Err(Error::Unsupported("metadata within other items")),
            };
            let start = whole.start.saturating_add(start).min(whole.end);
            // No length means all that follows.
            let len = if len == 0 { u64::MAX } else { len };
            boxes
                .patches
                .zero(start..start.saturating_add(len).min(whole.end))?;
        }
    }
    Ok(())
}
