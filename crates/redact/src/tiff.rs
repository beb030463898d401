//! TIFF 6.0 and BigTIFF. Directories are written again in their place with the tags that the picture needs; whatever the
//! file then does not refer to is zero.

use std::{collections::BTreeSet, ops::Range};

use crate::{Error, Patches, source::Source};

const MAX_PAGES: usize = 1024;
const MAX_ENTRIES: u64 = 1024;
/// Most bytes of one array of offsets.
const MAX_ARRAY_BYTES: u64 = 8 << 20;
/// Most strips, tiles and values of all pages.
const MAX_PARTS: usize = 1 << 20;

const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const STRIP_OFFSETS: u16 = 273;
const STRIP_BYTES: u16 = 279;
const TILE_OFFSETS: u16 = 324;
const TILE_BYTES: u16 = 325;
const SUB_IFDS: u16 = 330;
const JPEG_OFFSET: u16 = 513;
const JPEG_BYTES: u16 = 514;
const JPEG_Q_TABLES: u16 = 519;
const JPEG_DC_TABLES: u16 = 520;
const JPEG_AC_TABLES: u16 = 521;
const DNG_VERSION: u16 = 50706;
/// JPEG as TIFF 6.0 itself had it.
const OLD_JPEG: u64 = 6;

/// Whether a picture is shown by this tag; numbers as in the specification and its Technical Note 2.
fn is_needed(tag: u16, compression: u64) -> bool {
    match tag {
        // The last three lines: JPEGTables, YCbCr, ICC.
        254..=259
        | 262
        | 263
        | 266
        | 273
        | 274
        | 277..=284
        | 290..=293
        | 296
        | 297
        | 301
        | 317..=325
        | 332
        | 334
        | 336
        | 338..=341
        | 347
        | 529..=532
        | 34675 => true,
        512..=521 => compression == OLD_JPEG,
        _ => false,
    }
}

struct Entry {
    tag: u16,
    /// As it lies in the directory.
    bytes: Vec<u8>,
    value: Range<u64>,
    field_bytes: u64,
}

struct Page {
    start: u64,
    end: u64,
    entries: Vec<Entry>,
    next: u64,
}

struct Tiff<'a, 'b> {
    source: &'a mut Source<'b>,
    little: bool,
    big: bool,
    kept: Vec<Range<u64>>,
}

pub(crate) fn plan(source: &mut Source<'_>, patches: &mut Patches) -> Result<(), Error> {
    let head: [u8; 8] = source.array(0)?;
    let (little, big) = (head[0] == b'I', head[2] == 43 || head[3] == 43);
    let mut tiff = Tiff {
        source,
        little,
        big,
        kept: Vec::new(),
    };
    if big {
        let bytes: [u8; 8] = tiff.source.array(8)?;
        tiff.plan(patches, 16, tiff.number(&bytes))
    } else {
        tiff.plan(patches, 8, tiff.number(&head[4..]))
    }
}

impl Tiff<'_, '_> {
    fn plan(&mut self, patches: &mut Patches, head: u64, first: u64) -> Result<(), Error> {
        if !self.big && self.source.maybe(8)? == Some(*b"CR") {
            return Err(Error::Unsupported("raw picture"));
        }
        self.kept.push(0..head);
        let pages = self.pages(first)?;
        for (index, page) in pages.iter().enumerate() {
            let compression = self.scalar(page, COMPRESSION)?.unwrap_or(1);
            self.keep_picture(page, compression)?;
            let mut directory = Vec::new();
            let kept: Vec<&Entry> = page
                .entries
                .iter()
                .filter(|entry| is_needed(entry.tag, compression))
                .collect();
            self.write(
                &mut directory,
                kept.len() as u64,
                if self.big { 8 } else { 2 },
            );
            for entry in kept {
                directory.extend_from_slice(&entry.bytes);
                // A short value lies in its entry, whose old place holds another now.
                if entry.value.end - entry.value.start > if self.big { 8 } else { 4 } {
                    self.keep(entry.value.clone())?;
                }
            }
            let next = pages.get(index + 1).map_or(0, |page| page.start);
            self.write(&mut directory, next, if self.big { 8 } else { 4 });
            // A last directory may be cut off before its pointer to the next.
            directory.truncate((page.end - page.start) as usize);
            self.keep(page.start..page.start + directory.len() as u64)?;
            if self
                .source
                .bytes(page.start, directory.len() as u64, MAX_ARRAY_BYTES)?
                != directory
            {
                patches.put(page.start, &directory)?;
            }
        }
        patches.keep_only(std::mem::take(&mut self.kept), self.source)
    }

    /// All pages but smaller copies of others, which may show what was cut off since.
    fn pages(&mut self, first: u64) -> Result<Vec<Page>, Error> {
        let mut pages = Vec::new();
        let mut seen = BTreeSet::new();
        let mut at = first;
        while at != 0 && at < self.source.len && seen.insert(at) {
            if seen.len() > MAX_PAGES {
                return Err(Error::OverLimit("too many pages"));
            }
            let page = self.page(at)?;
            at = page.next;
            let has = |tag| page.entries.iter().any(|entry| entry.tag == tag);
            let is_small = self.scalar(&page, 254)?.is_some_and(|kind| kind & 1 == 1)
                || self.scalar(&page, 255)? == Some(2);
            let filter = self.scalar(&page, PHOTOMETRIC)?;
            if has(DNG_VERSION)
                || matches!(filter, Some(32803 | 34892))
                || (pages.is_empty() && is_small && has(SUB_IFDS))
            {
                return Err(Error::Unsupported("raw picture"));
            }
            if pages.is_empty() || !is_small {
                pages.push(page);
            }
        }
        if pages.is_empty() {
            return Err(Error::Malformed("no directory"));
        }
        Ok(pages)
    }

    fn page(&mut self, start: u64) -> Result<Page, Error> {
        let (count_bytes, entry_bytes, field_bytes) =
            if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.source.bytes(start, count_bytes, 8)?;
        let count = self.number(&count);
        if count > MAX_ENTRIES {
            return Err(Error::OverLimit("too many tags"));
        }
        let list = start + count_bytes;
        let end = list + count * entry_bytes;
        let bytes = self.source.bytes(list, end - list, MAX_ARRAY_BYTES)?;
        let mut entries = Vec::new();
        for (index, bytes) in bytes.chunks_exact(entry_bytes as usize).enumerate() {
            let field_at = (entry_bytes - field_bytes) as usize;
            let size = match self.number(&bytes[2..4]) {
                1 | 2 | 6 | 7 => 1,
                3 | 8 => 2,
                4 | 9 | 11 | 13 => 4,
                5 | 10 | 12 | 16..=18 => 8,
                _ => continue,
            };
            let len = self.number(&bytes[4..field_at]).saturating_mul(size);
            let at = if len <= field_bytes {
                list + index as u64 * entry_bytes + field_at as u64
            } else {
                self.number(&bytes[field_at..])
            };
            entries.push(Entry {
                tag: self.number(&bytes[..2]) as u16,
                bytes: bytes.to_vec(),
                value: at..at.saturating_add(len),
                field_bytes: size,
            });
        }
        let whole = end + field_bytes;
        let next = if whole <= self.source.len {
            let next = self.source.bytes(end, field_bytes, 8)?;
            self.number(&next)
        } else {
            0
        };
        Ok(Page {
            start,
            end: whole.min(self.source.len),
            entries,
            next,
        })
    }

    fn keep_picture(&mut self, page: &Page, compression: u64) -> Result<(), Error> {
        let mut any = false;
        for (offsets, lengths) in [
            (STRIP_OFFSETS, STRIP_BYTES),
            (TILE_OFFSETS, TILE_BYTES),
            (JPEG_OFFSET, JPEG_BYTES),
        ] {
            // Elsewhere these are of a thumbnail.
            if offsets == JPEG_OFFSET && compression != OLD_JPEG {
                continue;
            }
            let offsets = self.numbers(page, offsets)?;
            let lengths = self.numbers(page, lengths)?;
            if lengths.len() < offsets.len() {
                return Err(Error::Unsupported("strips without lengths"));
            }
            any |= !offsets.is_empty();
            for (offset, len) in offsets.into_iter().zip(lengths) {
                self.keep(offset..offset.saturating_add(len))?;
            }
        }
        if !any {
            return Err(Error::Malformed("page without a picture"));
        }
        if compression != OLD_JPEG {
            return Ok(());
        }
        for offset in self.numbers(page, JPEG_Q_TABLES)? {
            self.keep(offset..offset.saturating_add(64))?;
        }
        for tag in [JPEG_DC_TABLES, JPEG_AC_TABLES] {
            for offset in self.numbers(page, tag)? {
                let counts: [u8; 16] = self.source.array(offset)?;
                let codes: u64 = counts.into_iter().map(u64::from).sum();
                self.keep(offset..offset.saturating_add(16 + codes))?;
            }
        }
        Ok(())
    }

    fn keep(&mut self, range: Range<u64>) -> Result<(), Error> {
        if self.kept.len() >= MAX_PARTS {
            return Err(Error::OverLimit("too many parts"));
        }
        self.kept.push(range);
        Ok(())
    }

    fn scalar(&mut self, page: &Page, tag: u16) -> Result<Option<u64>, Error> {
        Ok(self.numbers(page, tag)?.first().copied())
    }

    /// The values of a tag; none when it is not there.
    fn numbers(&mut self, page: &Page, tag: u16) -> Result<Vec<u64>, Error> {
        let Some(entry) = page.entries.iter().find(|entry| entry.tag == tag) else {
            return Ok(Vec::new());
        };
        let len = entry.value.end - entry.value.start;
        let bytes = self.source.bytes(entry.value.start, len, MAX_ARRAY_BYTES)?;
        let numbers = bytes.chunks_exact(entry.field_bytes as usize);
        Ok(numbers.map(|bytes| self.number(bytes)).collect())
    }

    fn number(&self, bytes: &[u8]) -> u64 {
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        if self.little {
            bytes.iter().rev().fold(0, add)
        } else {
            bytes.iter().fold(0, add)
        }
    }

    fn write(&self, to: &mut Vec<u8>, number: u64, bytes: usize) {
        if self.little {
            to.extend_from_slice(&number.to_le_bytes()[..bytes]);
        } else {
            to.extend_from_slice(&number.to_be_bytes()[8 - bytes..]);
        }
    }
}
