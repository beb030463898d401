//! The `meta` box of a HEIF file (ISO/IEC 23008-12): items, what they are made of, their properties and where their bytes
//! lie. Knows no codec.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use super::{Fields, boxes, find_cut};
use crate::imaging::Error;

/// Most bytes of `meta` that are read; a 1,000-tile grid takes about 60 KiB.
pub(in crate::imaging) const MAX_META_BYTES: usize = 4 << 20;

pub(in crate::imaging) type Id = u32;

/// A property that says something of the pixels.
#[derive(Debug, Clone, Copy)]
pub(in crate::imaging) enum Property<'a> {
    /// `ispe`: width and height before any other property is applied.
    Size(u32, u32),
    /// `hvcC`: parameter sets of HEVC.
    Hevc(&'a [u8]),
    /// `av1C`: whether there is no chroma, and whether its samples lie on luma's left ones instead of between.
    Av1 {
        is_grey: bool,
        is_left: bool,
    },
    /// `a1op`: which operating point of a layered AV1 picture to show.
    OperatingPoint(u8),
    /// `colr` with a profile.
    Icc(&'a [u8]),
    /// `colr` of type `nclx`: primaries, transfer, matrix (ITU-T H.273) and full range.
    Coded(u16, u16, u16, bool),
    /// `clli`: the brightest sample, in nits.
    PeakNits(u16),
    /// `clap`: eight fields of a crop.
    Crop([u32; 8]),
    /// `irot`: quarter turns anticlockwise.
    Turn(u8),
    /// `imir`: 0 top to bottom, 1 left to right.
    Mirror(u8),
    /// `auxC`: what an auxiliary picture is for.
    Auxiliary(&'a [u8]),
    Other,
}

/// Bytes of an item: in the file, or in `idat`.
#[derive(Debug, Default)]
struct Place {
    in_idat: bool,
    known: bool,
    extents: Vec<(u64, u64)>,
}

/// All items of a file.
#[derive(Debug, Default)]
pub(in crate::imaging) struct Items<'a> {
    file: &'a [u8],
    idat: &'a [u8],
    pub(in crate::imaging) primary: Id,
    /// Entries of `iinf`, each from its item's type on.
    entries: BTreeMap<Id, &'a [u8]>,
    places: HashMap<Id, Place>,
    properties: Vec<Property<'a>>,
    of_item: HashMap<Id, Vec<u16>>,
    /// Kind, from, to.
    references: Vec<([u8; 4], Id, Vec<Id>)>,
}

impl<'a> Items<'a> {
    /// The items of a whole file.
    pub(in crate::imaging) fn of_file(file: &'a [u8]) -> Result<Self, Error> {
        let meta = find_cut(file, *b"meta").ok_or_else(|| {
            if find_cut(file, *b"moov").is_some() {
                Error::Unsupported("HEIF with a sequence alone".to_owned())
            } else {
                malformed("no meta box")
            }
        })?;
        if meta.len() > MAX_META_BYTES {
            return Err(Error::OverLimit("meta box".to_owned()));
        }
        let items = Self::of_meta(meta).filter(|items| items.entries.contains_key(&items.primary));
        Ok(Self {
            file,
            ..items.ok_or_else(|| malformed("meta box"))?
        })
    }

    /// The items of the body of a `meta` box alone, without the bytes of those that lie elsewhere in the file.
    pub(in crate::imaging) fn of_meta(meta: &'a [u8]) -> Option<Self> {
        let mut items = Self::default();
        items.read(meta)?;
        Some(items)
    }

    pub(in crate::imaging) fn kind(&self, item: Id) -> [u8; 4] {
        let entry = self
            .entries
            .get(&item)
            .and_then(|entry| entry.first_chunk());
        entry.copied().unwrap_or_default()
    }

    /// The first item whose entry, from its type on, is the wanted one.
    pub(in crate::imaging) fn find(&self, is_wanted: impl Fn(&[u8]) -> bool) -> Option<Id> {
        let mut entries = self.entries.iter();
        entries.find_map(|(item, entry)| is_wanted(entry).then_some(*item))
    }

    /// Offset in the file and length of an item that lies there in one piece.
    pub(in crate::imaging) fn place(&self, item: Id) -> Option<(u64, u64)> {
        let place = self.places.get(&item)?;
        match &place.extents[..] {
            [only] if place.known && !place.in_idat => Some(*only),
            _ => None,
        }
    }

    /// The properties of an item, in their order.
    pub(in crate::imaging) fn properties(&self, item: Id) -> impl Iterator<Item = Property<'a>> {
        self.of_item
            .get(&item)
            .into_iter()
            .flatten()
            .filter_map(|index| self.properties.get(usize::from(*index).checked_sub(1)?))
            .copied()
    }

    pub(in crate::imaging) fn size(&self, item: Id) -> Option<(u32, u32)> {
        self.properties(item).find_map(|property| match property {
            Property::Size(width, height) if width > 0 && height > 0 => Some((width, height)),
            _ => None,
        })
    }

    /// The items that one is derived from.
    pub(in crate::imaging) fn sources(&self, item: Id) -> &[Id] {
        self.references
            .iter()
            .find(|(kind, from, _)| kind == b"dimg" && *from == item)
            .map_or(&[], |(_, _, to)| to)
    }

    /// The picture that holds an item's opacity.
    pub(in crate::imaging) fn alpha(&self, item: Id) -> Option<Id> {
        self.references.iter().find_map(|(kind, from, to)| {
            let is_alpha = kind == b"auxl"
                && to.contains(&item)
                && self.properties(*from).any(|property| {
                    matches!(property, Property::Auxiliary(urn)
                        if urn.starts_with(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")
                            || urn.starts_with(b"urn:mpeg:hevc:2015:auxid:1\0"))
                });
            is_alpha.then_some(*from)
        })
    }

    /// Whether an item's colours are multiplied by its opacity already.
    pub(in crate::imaging) fn is_premultiplied(&self, item: Id, alpha: Id) -> bool {
        self.references
            .iter()
            .any(|(kind, from, to)| kind == b"prem" && *from == item && to.contains(&alpha))
    }

    /// An item's bytes, joined when they are in pieces.
    pub(in crate::imaging) fn data(&self, item: Id) -> Result<Cow<'a, [u8]>, Error> {
        let place = self
            .places
            .get(&item)
            .filter(|place| place.known)
            .ok_or_else(|| malformed("item without a place"))?;
        let whole = if place.in_idat { self.idat } else { self.file };
        let piece = |&(offset, len): &(u64, u64)| {
            let start = usize::try_from(offset).ok()?;
            let end = match len {
                // No length means all that follows.
                0 => whole.len(),
                len => start.checked_add(usize::try_from(len).ok()?)?,
            };
            whole.get(start..end)
        };
        let cut_off = || malformed("item is cut off");
        if let [only] = &place.extents[..] {
            return piece(only).map(Cow::Borrowed).ok_or_else(cut_off);
        }
        let mut joined = Vec::new();
        for extent in &place.extents {
            let piece = piece(extent).ok_or_else(cut_off)?;
            // The same bytes again and again would make much of little.
            if joined.len() + piece.len() > whole.len() {
                return Err(malformed("item is longer than its file"));
            }
            joined.extend_from_slice(piece);
        }
        Ok(Cow::Owned(joined))
    }

    fn read(&mut self, meta: &'a [u8]) -> Option<()> {
        for (name, body) in boxes(meta.get(4..)?) {
            let mut fields = Fields::new(body);
            match name {
                b"pitm" => {
                    let wide = fields.u32()? >> 24 > 0;
                    self.primary = fields.number(if wide { 4 } else { 2 })? as Id;
                }
                b"iinf" => self.read_entries(body)?,
                b"iloc" => self.read_places(fields)?,
                b"iref" => self.read_references(body)?,
                b"idat" => self.idat = body,
                b"iprp" => {
                    for (name, body) in boxes(body) {
                        match name {
                            b"ipco" => self.properties = boxes(body).map(property).collect(),
                            // A cut here loses properties of the last items only.
                            b"ipma" => _ = self.read_associations(Fields::new(body)),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        Some(())
    }

    fn read_entries(&mut self, body: &'a [u8]) -> Option<()> {
        let start = if body.first()? == &0 { 6 } else { 8 };
        for (name, body) in boxes(body.get(start..)?) {
            let mut fields = Fields::new(body);
            let version = fields.u32()? >> 24;
            if name == b"infe" && version >= 2 {
                let item = fields.number(if version == 2 { 2 } else { 4 })? as Id;
                fields.number(2)?;
                self.entries.insert(item, body.get(fields.at..)?);
            }
        }
        Some(())
    }

    fn read_places(&mut self, mut fields: Fields<'_>) -> Option<()> {
        let version = fields.u32()? >> 24;
        let sizes = fields.number(2)? as usize;
        let [offset_size, length_size, base_size, index_size] =
            [12, 8, 4, 0].map(|shift| (sizes >> shift & 15).min(8));
        let id_size = if version < 2 { 2 } else { 4 };
        for _ in 0..fields.number(id_size)? {
            let item = fields.number(id_size)? as Id;
            let method = if version > 0 {
                fields.number(2)? & 15
            } else {
                0
            };
            // Bytes of another file are none that we have.
            let elsewhere = fields.number(2)? != 0;
            let base = fields.number(base_size)?;
            let mut place = Place {
                in_idat: method == 1,
                known: method <= 1 && !elsewhere,
                extents: Vec::new(),
            };
            let extents = fields.number(2)?;
            // Extents that take no bytes would cost nothing to claim by the billion.
            if extents > 1 && offset_size + length_size == 0 {
                return None;
            }
            for _ in 0..extents {
                if version > 0 {
                    fields.number(index_size)?;
                }
                let offset = fields.number(offset_size)?.checked_add(base)?;
                place.extents.push((offset, fields.number(length_size)?));
            }
            self.places.insert(item, place);
        }
        Some(())
    }

    fn read_references(&mut self, body: &[u8]) -> Option<()> {
        let id_size = if body.first()? == &0 { 2 } else { 4 };
        for (kind, body) in boxes(body.get(4..)?) {
            let mut fields = Fields::new(body);
            let from = fields.number(id_size)? as Id;
            let to = (0..fields.number(2)?)
                .map(|_| fields.number(id_size).map(|item| item as Id))
                .collect::<Option<_>>()?;
            self.references.push((*kind, from, to));
        }
        Some(())
    }

    fn read_associations(&mut self, mut fields: Fields<'_>) -> Option<()> {
        let head = fields.u32()?;
        let (wide_ids, wide) = (head >> 24 > 0, head & 1 == 1);
        for _ in 0..fields.u32()? {
            let item = fields.number(if wide_ids { 4 } else { 2 })? as Id;
            let mut indices = Vec::new();
            for _ in 0..fields.number(1)? {
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

fn property<'a>((name, body): (&[u8; 4], &'a [u8])) -> Property<'a> {
    let mut fields = Fields::new(body);
    let parsed = (|| {
        Some(match name {
            b"ispe" => {
                fields.u32()?;
                Property::Size(fields.u32()?, fields.u32()?)
            }
            b"hvcC" => Property::Hevc(body),
            b"av1C" => {
                let layout = body.get(2)?;
                Property::Av1 {
                    is_grey: layout & 0x10 != 0,
                    is_left: layout & 3 == 1,
                }
            }
            b"a1op" => Property::OperatingPoint(*body.first()?),
            b"clli" => Property::PeakNits(fields.number(2)? as u16),
            b"clap" => {
                let mut crop = [0; 8];
                for field in &mut crop {
                    *field = fields.u32()?;
                }
                Property::Crop(crop)
            }
            b"irot" => Property::Turn(body.first()? & 3),
            b"imir" => Property::Mirror(body.first()? & 1),
            b"auxC" => Property::Auxiliary(body.get(4..)?),
            b"colr" => match fields.bytes(4)? {
                b"nclx" => {
                    let mut code = || Some(fields.number(2)? as u16);
                    let codes = (code()?, code()?, code()?);
                    Property::Coded(codes.0, codes.1, codes.2, fields.number(1)? & 0x80 != 0)
                }
                b"prof" | b"rICC" => Property::Icc(body.get(4..)?),
                _ => Property::Other,
            },
            _ => Property::Other,
        })
    })();
    parsed.unwrap_or(Property::Other)
}

fn malformed(what: &str) -> Error {
    Error::Malformed(what.to_owned())
}
