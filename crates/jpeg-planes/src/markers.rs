//! Marker segments (T.81, annex B): from the start of the image to the next scan, collecting tables on the way.

use super::{
    Error, bits,
    frame::{Frame, Header, Sampling},
    huffman::{self, Codes},
    profile,
};

/// Segments that are walked before giving up; real files have a few hundred at most, those of ICC included.
const MAX_SEGMENTS: usize = 1 << 16;

/// Order in which coefficients are stored: zigzag index to natural (row-major) index (T.81, figure A.6).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Tables that segments define and later ones may replace.
#[derive(Debug, Clone)]
pub(super) struct Tables {
    /// Quantisation steps in natural order.
    pub(super) quant: [Option<[u16; 64]>; 4],
    pub(super) dc: [Option<Codes>; 4],
    pub(super) ac: [Option<Codes>; 4],
    /// Conditioning of arithmetic DC coding, lower and upper, and of AC coding (T.81, B.2.4.3).
    pub(super) dc_bounds: [(u8, u8); 4],
    pub(super) ac_bound: [u8; 4],
    /// Minimum coded units between restart markers; 0 when there are none.
    pub(super) restart_interval: usize,
}

impl Tables {
    /// The quantisation steps of a component.
    pub(super) fn steps(&self, frame: &Frame, component: usize) -> Result<&[u16; 64], Error> {
        let table = self.quant.get(frame.components[component].quant);
        let table = table.and_then(Option::as_ref);
        table.ok_or_else(|| Error::Malformed("no quantisation table".to_owned()))
    }
}

/// A scan's header (T.81, B.2.3).
#[derive(Debug, Clone)]
pub(super) struct ScanHeader {
    pub(super) components: Vec<ScanComponent>,
    /// First and last coefficient of the band, in zigzag order.
    pub(super) band: (u8, u8),
    /// Bits of earlier approximation (0 in a first scan), and of this one.
    pub(super) approximation: (u8, u8),
    /// Where the entropy-coded data begin.
    pub(super) data_at: usize,
}

/// A component of a scan and its tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScanComponent {
    /// Index in the frame header.
    pub(super) index: usize,
    pub(super) dc: usize,
    pub(super) ac: usize,
}

/// A walk over the segments of one picture.
#[derive(Debug, Clone)]
pub(super) struct Parser<'a> {
    pub(super) bytes: &'a [u8],
    /// Where to look for the next marker.
    pub(super) at: usize,
    pub(super) frame: Option<Frame>,
    pub(super) tables: Tables,
    pub(super) icc_chunks: Vec<&'a [u8]>,
    is_jfif: bool,
    adobe_transform: Option<u8>,
    segments: usize,
    /// Whether the end of image marker was met.
    pub(super) ended: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        if !bytes.starts_with(&[0xff, 0xd8]) {
            return Err(Error::Malformed("no start of image".to_owned()));
        }
        Ok(Self {
            bytes,
            at: 2,
            frame: None,
            tables: Tables {
                quant: [None; 4],
                dc: huffman::default_dc(),
                ac: huffman::default_ac(),
                dc_bounds: [(0, 1); 4],
                ac_bound: [5; 4],
                restart_interval: 0,
            },
            icc_chunks: Vec::new(),
            is_jfif: false,
            adobe_transform: None,
            segments: 0,
            ended: false,
        })
    }

    pub(super) fn header(&self) -> Result<Header, Error> {
        let frame = self.frame()?;
        let sampling: Vec<Sampling> = frame.components.iter().map(|one| one.sampling).collect();
        Ok(Header {
            width: frame.width,
            height: frame.height,
            components: sampling.len() as u8,
            is_progressive: frame.is_progressive,
            is_arithmetic: frame.is_arithmetic,
            adobe_transform: self.adobe_transform,
            model: frame.model(self.is_jfif, self.adobe_transform),
            sampling,
            icc_bytes: self.icc_chunks.iter().map(|chunk| chunk.len() as u64).sum(),
        })
    }

    pub(super) fn frame(&self) -> Result<&Frame, Error> {
        self.frame
            .as_ref()
            .ok_or_else(|| Error::Malformed("no frame header".to_owned()))
    }

    /// Walks to the data of the next scan. `None` at the end of the image, or of the bytes.
    pub(super) fn next_scan(&mut self) -> Result<Option<ScanHeader>, Error> {
        while let Some(marker) = self.next_marker() {
            match marker {
                0x01 | 0xd0..=0xd7 => continue,
                0xd9 => {
                    self.ended = true;
                    return Ok(None);
                }
                0xd8 => return Err(Error::Malformed("second start of image".to_owned())),
                _ => {}
            }
            self.segments += 1;
            if self.segments > MAX_SEGMENTS {
                return Err(Error::OverLimit("too many segments".to_owned()));
            }
            let Some(segment) = self.segment()? else {
                return Ok(None);
            };
            match marker {
                0xda => return self.scan(segment).map(Some),
                0xdb => self.quantisation(segment)?,
                0xc4 => self.huffman(segment)?,
                0xcc => self.conditioning(segment)?,
                0xdd => self.restarts(segment)?,
                0xc0..=0xcf if self.frame.is_some() => {
                    return Err(Error::Malformed("second frame header".to_owned()));
                }
                0xc0..=0xcf => self.frame = Some(Frame::parse(marker, segment)?),
                0xe0 => self.is_jfif |= segment.starts_with(b"JFIF\0") && segment.len() >= 14,
                0xe2 => self.icc_chunks.extend(profile::chunk(segment)),
                0xee if segment.starts_with(b"Adobe") && segment.len() >= 12 => {
                    self.adobe_transform = Some(segment[11]);
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// The next marker; stray bytes before it are passed over, as every decoder does.
    fn next_marker(&mut self) -> Option<u8> {
        let at = bits::marker_from(self.bytes, self.at);
        self.at = (at + 2).min(self.bytes.len());
        self.bytes.get(at + 1).copied()
    }

    /// The payload of a segment; `None` when the bytes end in it.
    fn segment(&mut self) -> Result<Option<&'a [u8]>, Error> {
        let rest = &self.bytes[self.at..];
        let Some((length, rest)) = rest.split_first_chunk::<2>() else {
            return Ok(None);
        };
        let Some(length) = u16::from_be_bytes(*length).checked_sub(2) else {
            return Err(Error::Malformed("segment of negative length".to_owned()));
        };
        let Some(segment) = rest.get(..usize::from(length)) else {
            return Ok(None);
        };
        self.at += 2 + segment.len();
        Ok(Some(segment))
    }

    fn quantisation(&mut self, mut segment: &[u8]) -> Result<(), Error> {
        while let Some((head, rest)) = segment.split_first() {
            let bytes = if head >> 4 == 0 { 1 } else { 2 };
            let slot = self.tables.quant.get_mut(usize::from(head & 15));
            let (Some(slot), Some((steps, rest))) = (slot, rest.split_at_checked(64 * bytes))
            else {
                return Err(Error::Malformed("quantisation table".to_owned()));
            };
            let mut table = [0; 64];
            for (at, step) in ZIGZAG.iter().zip(steps.chunks_exact(bytes)) {
                table[usize::from(*at)] =
                    step.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte));
            }
            *slot = Some(table);
            segment = rest;
        }
        Ok(())
    }

    fn huffman(&mut self, mut segment: &[u8]) -> Result<(), Error> {
        let malformed = || Error::Malformed("Huffman table".to_owned());
        while let Some((head, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(malformed)?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or_else(malformed)?;
            let slots = match head >> 4 {
                0 => &mut self.tables.dc,
                1 => &mut self.tables.ac,
                _ => return Err(malformed()),
            };
            let slot = slots
                .get_mut(usize::from(head & 15))
                .ok_or_else(malformed)?;
            *slot = Some(Codes::new(counts, symbols).ok_or_else(malformed)?);
            segment = rest;
        }
        Ok(())
    }

    fn conditioning(&mut self, segment: &[u8]) -> Result<(), Error> {
        for &[head, value] in segment.as_chunks::<2>().0 {
            let at = usize::from(head & 15);
            match head >> 4 {
                0 if at < 4 && value & 15 <= value >> 4 => {
                    self.tables.dc_bounds[at] = (value & 15, value >> 4);
                }
                1 if at < 4 => self.tables.ac_bound[at] = value,
                _ => return Err(Error::Malformed("arithmetic conditioning".to_owned())),
            }
        }
        Ok(())
    }

    fn restarts(&mut self, segment: &[u8]) -> Result<(), Error> {
        let interval = segment
            .first_chunk::<2>()
            .ok_or_else(|| Error::Malformed("restart interval".to_owned()))?;
        self.tables.restart_interval = usize::from(u16::from_be_bytes(*interval));
        Ok(())
    }

    fn scan(&self, segment: &[u8]) -> Result<ScanHeader, Error> {
        let malformed = || Error::Malformed("scan header".to_owned());
        let frame = self.frame()?;
        let (count, rest) = segment.split_first().ok_or_else(malformed)?;
        let count = usize::from(*count);
        let (parts, tail) = rest.split_at_checked(2 * count).ok_or_else(malformed)?;
        let &[start, end, approximation] = tail.first_chunk::<3>().ok_or_else(malformed)?;
        if count == 0 || count > frame.components.len() {
            return Err(malformed());
        }
        let mut components: Vec<ScanComponent> = Vec::with_capacity(count);
        for &[id, tables] in parts.as_chunks::<2>().0 {
            // Of components with one name, each is taken once, in their order.
            let index = (0..frame.components.len())
                .find(|at| {
                    frame.components[*at].id == id && components.iter().all(|one| one.index != *at)
                })
                .ok_or_else(malformed)?;
            let (dc, ac) = (usize::from(tables >> 4), usize::from(tables & 15));
            if dc > 3 || ac > 3 {
                return Err(malformed());
            }
            components.push(ScanComponent { index, dc, ac });
        }
        let blocks = |one: &ScanComponent| {
            let sampling = frame.components[one.index].sampling;
            u32::from(sampling.horizontal) * u32::from(sampling.vertical)
        };
        if count > 1 && components.iter().map(blocks).sum::<u32>() > MAX_UNIT_BLOCKS as u32 {
            return Err(Error::Malformed("minimum coded unit too large".to_owned()));
        }
        Ok(ScanHeader {
            components,
            band: (start, end),
            approximation: (approximation >> 4, approximation & 15),
            data_at: self.at,
        })
    }
}

/// Blocks of an interleaved unit at most (T.81, B.2.3).
pub(super) const MAX_UNIT_BLOCKS: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: &[u8] = b"\xff\xd8junk\xff\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00";

    #[test]
    fn stray_bytes_are_passed_over() {
        let bytes = [
            FRAME,
            b"\x00\xff\x00\xff\xda\x00\x08\x01\x01\x12\x00\x3f\x00\x55",
        ]
        .concat();
        let mut parser = Parser::new(&bytes).expect("a picture");
        let scan = parser.next_scan().expect("segments").expect("a scan");
        assert_eq!(bytes[scan.data_at], 0x55);
        assert_eq!((scan.components[0].dc, scan.components[0].ac), (1, 2));
        assert_eq!(parser.header().expect("a header").width, 32);
    }

    #[test]
    fn a_cut_header_keeps_its_size() {
        let mut parser = Parser::new(FRAME).expect("a picture");
        assert!(parser.next_scan().expect("segments").is_none());
        assert_eq!(parser.header().expect("a header").height, 16);
    }

    #[test]
    fn nonsense_is_malformed() {
        for tail in [
            b"\xff\xdb\x00\x01".as_slice(),
            b"\xff\xdb\x00\x03\x09",
            b"\xff\xc4\x00\x05\x00\x01\x01",
            b"\xff\xda\x00\x08\x01\x07\x00\x00\x3f\x00",
            b"\xff\xda\x00\x03\x00",
        ] {
            let bytes = [FRAME, tail].concat();
            let scan = Parser::new(&bytes).expect("a picture").next_scan();
            assert!(matches!(scan, Err(Error::Malformed(_))), "{tail:?}");
        }
    }
}
