//! Boxes (ISO/IEC 14496-12): movies, JPEG XL and, by their `meta` box, HEIF and AVIF. A box that goes becomes `free`, with zeros.

use std::ops::Range;

use crate::{Error, Patches, heif, source::Source};

/// Most boxes of a file.
const MAX_BOXES: usize = 1 << 16;
/// Most bytes of a table of samples.
const MAX_TABLE_BYTES: u64 = 16 << 20;

/// Kept as they are, wherever they stand.
const LEAVES: &[&[u8; 4]] = &[
    b"ftyp", b"styp", b"mdat", b"wide", b"sidx", b"ssix", // files
    b"JXL ", b"jxlc", b"jxlp", b"jxli",
    b"jxll", // JPEG XL, without what would make a JPEG of it again
    b"vmhd", b"smhd", b"nmhd", b"sthd", b"gmhd", b"elst", b"tapt", // tracks
    b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"stsh",
    b"padb", b"stdp", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio",
    b"stps", // samples
    b"trex", b"mehd", b"leva", b"mfhd", b"tfhd", b"trun", b"tfdt", b"tfra", b"mfro",
    b"senc", // fragments
];
const CONTAINERS: &[&[u8; 4]] = &[
    b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"mvex", b"moof", b"traf",
    b"mfra",
];
/// Tracks that are seen, heard or read; others tell where a camera was, second by second.
const TRACKS: &[&[u8; 4]] = &[
    b"vide", b"soun", b"pict", b"auxv", b"text", b"sbtl", b"subt", b"clcp",
];

pub(crate) struct Boxes<'a, 'b> {
    pub(crate) source: &'a mut Source<'b>,
    pub(crate) patches: &'a mut Patches,
    left: usize,
    /// A movie, a picture's items, a codestream: without any of them there is nothing to show.
    has_content: bool,
    is_fragmented: bool,
    drops_track: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Box {
    pub(crate) name: [u8; 4],
    pub(crate) start: u64,
    pub(crate) body: Range<u64>,
}

pub(crate) fn plan(source: &mut Source<'_>, patches: &mut Patches) -> Result<(), Error> {
    if source.maybe(4)? == Some(*b"ftypcrx ") {
        return Err(Error::Unsupported("raw picture"));
    }
    let mut boxes = Boxes {
        source,
        patches,
        left: MAX_BOXES,
        has_content: false,
        is_fragmented: false,
        drops_track: false,
    };
    let len = boxes.source.len;
    let mut at = 0;
    while at < len {
        match boxes.next(at, len) {
            Ok(Some(found)) => {
                at = found.body.end;
                boxes.top_level(&found)?;
            }
            // What cameras leave behind their boxes.
            Ok(None) | Err(Error::Malformed(_)) if boxes.has_content => {
                let rest = u32::try_from(len - at).unwrap_or(0).to_be_bytes();
                let head = [&rest[..], b"free"].concat();
                boxes
                    .patches
                    .put(at, &head[..head.len().min((len - at) as usize)])?;
                boxes.patches.zero(at + 8..len.max(at + 8))?;
                break;
            }
            Ok(None) => break,
            Err(error) => return Err(error),
        }
    }
    if !boxes.has_content {
        return Err(Error::Malformed("neither movie nor picture"));
    }
    if boxes.is_fragmented && boxes.drops_track {
        return Err(Error::Unsupported("tracks of metadata in fragments"));
    }
    Ok(())
}

impl Boxes<'_, '_> {
    /// The box at an offset; none where there is no room for one.
    pub(crate) fn next(&mut self, start: u64, end: u64) -> Result<Option<Box>, Error> {
        if end.saturating_sub(start) < 8 {
            return Ok(None);
        }
        self.left = self
            .left
            .checked_sub(1)
            .ok_or(Error::OverLimit("too many boxes"))?;
        let [l3, l2, l1, l0, n0, n1, n2, n3] = self.source.array(start)?;
        let name = [n0, n1, n2, n3];
        let is_whole_file = end == self.source.len;
        let (head, len) = match u32::from_be_bytes([l3, l2, l1, l0]) {
            0 if is_whole_file => (8, end - start),
            1 => (16, u64::from_be_bytes(self.source.array(start + 8)?)),
            len => (8, u64::from(len)),
        };
        let mut box_end = start.saturating_add(len);
        // A file that was cut off within its pictures shows what there is.
        if matches!(&name, b"mdat" | b"jxlc" | b"jxlp") && is_whole_file {
            box_end = box_end.min(end);
        }
        if len < head || box_end > end {
            return Err(Error::Malformed("box that does not fit"));
        }
        Ok(Some(Box {
            name,
            start,
            body: start + head..box_end,
        }))
    }

    /// The boxes in a range; what is too short to be one becomes zero.
    pub(crate) fn children(&mut self, range: Range<u64>) -> Result<Vec<Box>, Error> {
        let mut children = Vec::new();
        let mut at = range.start;
        while let Some(child) = self.next(at, range.end)? {
            at = child.body.end;
            children.push(child);
        }
        self.patches.zero(at..range.end)?;
        Ok(children)
    }

    /// Makes a box one of no meaning. Its place and length stay.
    pub(crate) fn blank(&mut self, found: &Box) -> Result<(), Error> {
        self.patches.put(found.start + 4, b"free")?;
        self.patches.zero(found.body.clone())
    }

    /// The name of a handler may be that of a camera.
    pub(crate) fn handler(&mut self, body: &Range<u64>) -> Result<(), Error> {
        self.patches.zero((body.start + 12).min(body.end)..body.end)
    }

    fn top_level(&mut self, found: &Box) -> Result<(), Error> {
        match &found.name {
            b"meta" if heif::plan(self, found)? => self.has_content = true,
            b"moov" | b"jxlc" | b"jxlp" => {
                self.has_content = true;
                self.visit(found)?;
            }
            b"moof" => {
                self.is_fragmented = true;
                self.visit(found)?;
            }
            b"mini" => return Err(Error::Unsupported("low-overhead HEIF")),
            _ => self.visit(found)?,
        }
        Ok(())
    }

    fn visit(&mut self, found: &Box) -> Result<(), Error> {
        let body = &found.body;
        match &found.name {
            b"cmov" => return Err(Error::Unsupported("compressed movie header")),
            b"trak" if !self.is_shown(body)? => {
                self.drops_track = true;
                self.zero_samples(body.clone())?;
                return self.blank(found);
            }
            b"mvhd" | b"tkhd" | b"mdhd" => return self.zero_times(body),
            b"hdlr" => return self.handler(body),
            b"dref" => {
                for entry in self.children((body.start + 8).min(body.end)..body.end)? {
                    // Where the samples are, when not here: a path.
                    let start = (entry.body.start + 4).min(entry.body.end);
                    self.patches.zero(start..entry.body.end)?;
                }
                return Ok(());
            }
            b"stsd" => {
                for entry in self.children((body.start + 8).min(body.end)..body.end)? {
                    self.sample_entry(&entry)?;
                }
                return Ok(());
            }
            _ => {}
        }
        if CONTAINERS.contains(&&found.name) {
            for child in self.children(body.clone())? {
                self.visit(&child)?;
            }
            Ok(())
        } else if LEAVES.contains(&&found.name) {
            Ok(())
        } else {
            self.blank(found)
        }
    }

    /// When it was made and modified.
    fn zero_times(&mut self, body: &Range<u64>) -> Result<(), Error> {
        let [version] = self.source.array(body.start)?;
        let bytes = if version == 1 { 16 } else { 8 };
        self.patches
            .zero((body.start + 4).min(body.end)..(body.start + 4 + bytes).min(body.end))
    }

    /// Vendor, and of pictures the name of the compressor.
    fn sample_entry(&mut self, entry: &Box) -> Result<(), Error> {
        let body = &entry.body;
        if body.end - body.start < 20 {
            return Ok(());
        }
        // Sound has its count of channels where pictures have the first half of their temporal quality.
        let is_picture =
            body.end - body.start >= 78 && self.source.array(body.start + 74)? == [0, 24];
        match &entry.name {
            b"text" | b"tx3g" | b"wvtt" | b"stpp" | b"c608" | b"c708" => Ok(()),
            _ => {
                self.patches.zero(body.start + 12..body.start + 16)?;
                if is_picture {
                    self.patches.zero(body.start + 42..body.start + 74)?;
                }
                Ok(())
            }
        }
    }

    fn find(&mut self, range: Range<u64>, path: &[[u8; 4]]) -> Result<Option<Range<u64>>, Error> {
        let Some((name, path)) = path.split_first() else {
            return Ok(Some(range));
        };
        let mut at = range.start;
        while let Some(child) = self.next(at, range.end)? {
            if child.name == *name {
                return self.find(child.body, path);
            }
            at = child.body.end;
        }
        Ok(None)
    }

    fn is_shown(&mut self, track: &Range<u64>) -> Result<bool, Error> {
        let Some(handler) = self.find(track.clone(), &[*b"mdia", *b"hdlr"])? else {
            return Ok(false);
        };
        let kind: [u8; 4] = self.source.array(handler.start + 8)?;
        Ok(TRACKS.contains(&&kind))
    }

    /// Zeros the samples of a track: chunks, each of so many samples, each of so many bytes.
    fn zero_samples(&mut self, track: Range<u64>) -> Result<(), Error> {
        let path = [*b"mdia", *b"minf", *b"stbl"];
        let Some(tables) = self.find(track, &path)? else {
            return Ok(());
        };
        let (offsets, width) = match self.find(tables.clone(), &[*b"stco"])? {
            Some(body) => (Some(body), 4),
            None => (self.find(tables.clone(), &[*b"co64"])?, 8),
        };
        let sizes = self.find(tables.clone(), &[*b"stsz"])?;
        let runs = self.find(tables, &[*b"stsc"])?;
        let (Some(offsets), Some(sizes), Some(runs)) = (offsets, sizes, runs) else {
            return Err(Error::Unsupported("track of metadata without tables"));
        };
        let offsets = self.table(offsets, 8)?;
        let each = u32::from_be_bytes(self.source.array(sizes.start + 4)?);
        let mut sizes = self.table(sizes, 12)?.into_iter();
        let runs = self.table(runs, 8)?;
        let mut runs = runs.chunks_exact(3).peekable();
        let mut in_chunk = 0;
        for (index, offset) in offsets.chunks_exact(width / 4).enumerate() {
            if let Some(run) = runs.next_if(|run| run[0] as usize == index + 1) {
                in_chunk = u64::from(run[1]);
            }
            let start = offset
                .iter()
                .fold(0, |offset, part| offset << 32 | u64::from(*part));
            let len = if each > 0 {
                in_chunk.saturating_mul(u64::from(each))
            } else {
                sizes.by_ref().take(in_chunk as usize).map(u64::from).sum()
            };
            self.patches.zero(start..start.saturating_add(len))?;
        }
        Ok(())
    }

    /// Numbers of four bytes from an offset in a body to its end.
    fn table(&mut self, body: Range<u64>, skip: u64) -> Result<Vec<u32>, Error> {
        let start = (body.start + skip).min(body.end);
        let bytes = self
            .source
            .bytes(start, body.end - start, MAX_TABLE_BYTES)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(numbers.iter().copied().map(u32::from_be_bytes).collect())
    }
}
