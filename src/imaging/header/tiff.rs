//! TIFF 6.0 and BigTIFF: the first directory, and what EXIF hangs below it. The wanted entries are copied into a small
//! classic TIFF for the EXIF parser, so that a directory at the end of a gigabyte costs a few reads.

use super::{Blocks, Error, Header, MAX_TEXT_BLOCK_BYTES, Source, malformed, photoshop};

/// Entries of one directory that are looked at.
const MAX_ENTRIES: u64 = 4096;
/// Most bytes of a strip, decoded, with which a picture counts as one of strips.
const MAX_STRIP_BYTES: u64 = 16 << 20;
/// Largest value that is copied for the EXIF parser; strings and rationals are far below.
const MAX_VALUE_BYTES: u64 = 4096;

const WIDTH: u16 = 0x100;
const HEIGHT: u16 = 0x101;
const BITS_PER_SAMPLE: u16 = 0x102;
const PHOTOMETRIC: u16 = 0x106;
const SAMPLES_PER_PIXEL: u16 = 0x115;
const ROWS_PER_STRIP: u16 = 0x116;
const PLANAR_CONFIGURATION: u16 = 0x11c;
const TILE_WIDTH: u16 = 0x142;
const EXTRA_SAMPLES: u16 = 0x152;
const EXIF_IFD: u16 = 0x8769;
const GPS_IFD: u16 = 0x8825;
const XMP: u16 = 700;
const IPTC: u16 = 33723;
const PHOTOSHOP: u16 = 34377;

struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    value: Vec<u8>,
}

struct Reader<'s, 'a> {
    source: &'s mut Source<'a>,
    little: bool,
    big: bool,
}

pub(super) fn read(source: &mut Source<'_>) -> Result<Header, Error> {
    let order: [u8; 2] = source.array()?;
    let mut reader = Reader {
        source,
        little: order == *b"II",
        big: false,
    };
    reader.big = reader.number(2)? == 43;
    if reader.big {
        reader.number(4)?;
    }
    let offset = reader.offset()?;
    let mut main = reader.directory(offset)?;
    let little = reader.little;
    let (xmp, iptc) = text_blocks(&mut main);
    let mut directories = vec![(None, main)];
    for tag in [EXIF_IFD, GPS_IFD] {
        // A damaged sub-directory takes nothing away from the picture.
        let pointer = number_of(&directories[0].1, tag, little);
        if let Some(Ok(entries)) = pointer.map(|offset| reader.directory(offset)) {
            directories.push((Some(tag), entries));
        }
    }
    source.blocks = Blocks {
        exif: Some(compact(&directories, little)),
        xmp,
        iptc,
    };
    let first = |tag: u16| number_of(&directories[0].1, tag, little);
    let samples = first(SAMPLES_PER_PIXEL).unwrap_or(1);
    let bits = first(BITS_PER_SAMPLE).unwrap_or(1);
    let base = match first(PHOTOMETRIC) {
        Some(2 | 6 | 8 | 9) => 3,
        Some(5) => 4,
        _ => 1,
    };
    let (width, height) = match (first(WIDTH), first(HEIGHT)) {
        (Some(width), Some(height)) => (width as u32, height as u32),
        _ => return Err(malformed("no size")),
    };
    let strip = first(ROWS_PER_STRIP)
        .unwrap_or(u64::MAX)
        .min(height.into())
        .saturating_mul(u64::from(width) * samples.min(16) * (bits.clamp(8, 64) / 8));
    let in_strips = first(TILE_WIDTH).is_none()
        && first(PLANAR_CONFIGURATION).is_none_or(|planar| planar == 1)
        && strip <= MAX_STRIP_BYTES;
    Ok(Header {
        width,
        height,
        // As stored, as bytes, and as colours where they come of a palette.
        strip_bytes: if in_strips { 4 * strip } else { 0 },
        has_alpha: samples > base && first(EXTRA_SAMPLES) != Some(0),
        // The decoder's buffer and ours.
        bytes_per_pixel: (samples.min(16) * (bits.clamp(8, 64) / 8) + 4) as f64,
        ..Header::default()
    })
}

/// Takes XMP and IPTC out of the directory.
fn text_blocks(main: &mut Vec<Entry>) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let mut take = |tag| {
        let at = main.iter().position(|entry| entry.tag == tag)?;
        Some(main.swap_remove(at).value)
    };
    let resources = take(PHOTOSHOP).and_then(|resources| photoshop::iptc(&resources));
    (take(XMP), take(IPTC).or(resources))
}

impl Reader<'_, '_> {
    fn number(&mut self, bytes: usize) -> Result<u64, Error> {
        let mut raw = [0; 8];
        let read = self.source.bytes(bytes as u64)?;
        raw[..bytes].copy_from_slice(&read);
        if !self.little {
            raw[..bytes].reverse();
        }
        Ok(u64::from_le_bytes(raw))
    }

    fn offset(&mut self) -> Result<u64, Error> {
        self.number(if self.big { 8 } else { 4 })
    }

    fn directory(&mut self, offset: u64) -> Result<Vec<Entry>, Error> {
        self.source.seek(offset)?;
        let count = self.number(if self.big { 8 } else { 2 })?;
        let inline = if self.big { 8 } else { 4 };
        let mut entries: Vec<Entry> = Vec::new();
        for _ in 0..count.min(MAX_ENTRIES) {
            // A directory that is cut off keeps the entries before the cut.
            let Ok(tag) = self.number(2) else { break };
            let (Ok(kind), Ok(count)) = (self.number(2), self.offset()) else {
                break;
            };
            let size = count.saturating_mul(size_of_kind(kind));
            let after = self.source.at + inline;
            // Once each, or a directory of nothing else would fill the memory.
            let is_text = matches!(tag as u16, XMP | IPTC | PHOTOSHOP)
                && !entries.iter().any(|entry| u64::from(entry.tag) == tag);
            let most = if is_text {
                MAX_TEXT_BLOCK_BYTES
            } else {
                MAX_VALUE_BYTES
            };
            if size <= most && size > 0 {
                if size > inline {
                    let at = self.offset()?;
                    self.source.seek(at)?;
                }
                if let Ok(value) = self.source.bytes(size) {
                    entries.push(Entry {
                        tag: tag as u16,
                        kind: kind as u16,
                        count,
                        value,
                    });
                }
            }
            self.source.seek(after)?;
        }
        Ok(entries)
    }
}

/// Bytes of one value by TIFF type; 0 for unknown ones.
fn size_of_kind(kind: u64) -> u64 {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => 0,
    }
}

fn number_of(entries: &[Entry], tag: u16, little: bool) -> Option<u64> {
    let entry = entries.iter().find(|entry| entry.tag == tag)?;
    let size = size_of_kind(u64::from(entry.kind)) as usize;
    if !matches!(entry.kind, 1 | 3 | 4 | 13 | 16 | 18) {
        return None;
    }
    let mut raw = [0; 8];
    raw[..size].copy_from_slice(entry.value.get(..size)?);
    if !little {
        raw[..size].reverse();
    }
    Some(u64::from_le_bytes(raw))
}

/// Writes the directories as a classic TIFF. Types that only BigTIFF has are left out, pointers are made anew.
fn compact(directories: &[(Option<u16>, Vec<Entry>)], little: bool) -> Vec<u8> {
    let mut out = Writer {
        bytes: Vec::new(),
        little,
    };
    out.bytes.extend(if little { b"II" } else { b"MM" });
    out.u16(42);
    out.u32(0);
    let mut pointers = Vec::new();
    // Sub-directories first, so that their places are known when the main one is written.
    for (tag, entries) in directories.iter().rev() {
        let at = out.directory(entries, &pointers);
        if let Some(tag) = tag {
            pointers.push((*tag, at));
        } else {
            let at = out.ordered(at.to_be_bytes());
            out.bytes[4..8].copy_from_slice(&at);
        }
    }
    out.bytes
}

struct Writer {
    bytes: Vec<u8>,
    little: bool,
}

impl Writer {
    fn ordered<const N: usize>(&self, mut big_endian: [u8; N]) -> [u8; N] {
        if self.little {
            big_endian.reverse();
        }
        big_endian
    }

    fn u16(&mut self, value: u16) {
        self.bytes.extend(self.ordered(value.to_be_bytes()));
    }

    fn u32(&mut self, value: u32) {
        self.bytes.extend(self.ordered(value.to_be_bytes()));
    }

    /// Values that do not fit into an entry, then the entries; where these begin.
    fn directory(&mut self, entries: &[Entry], pointers: &[(u16, u32)]) -> u32 {
        let is_kept = |entry: &&Entry| entry.kind <= 12 && !matches!(entry.tag, EXIF_IFD | GPS_IFD);
        let mut fields = Vec::new();
        for entry in entries.iter().filter(is_kept) {
            let mut field = entry.value.clone();
            if field.len() > 4 {
                let at = self.ordered((self.bytes.len() as u32).to_be_bytes());
                self.bytes.append(&mut field);
                self.bytes.resize(self.bytes.len().next_multiple_of(2), 0);
                field = at.to_vec();
            }
            field.resize(4, 0);
            fields.push((entry.tag, entry.kind, entry.count as u32, field));
        }
        for (tag, at) in pointers {
            fields.push((*tag, 4, 1, self.ordered(at.to_be_bytes()).to_vec()));
        }
        let start = self.bytes.len() as u32;
        self.u16(fields.len() as u16);
        for (tag, kind, count, field) in fields {
            self.u16(tag);
            self.u16(kind);
            self.u32(count);
            self.bytes.extend(field);
        }
        self.u32(0);
        start
    }
}
