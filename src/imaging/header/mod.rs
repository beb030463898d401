//! Headers, read by seeking: size, alpha, animation and the blocks of metadata of every kind. Never decodes a pixel and
//! never holds more than a few MiB, however large the file says it is.

mod gif;
mod heif;
mod jpeg;
mod jxl;
mod movie;
mod photoshop;
mod png;
mod small;
mod tiff;
mod webp;

use std::io::{self, SeekFrom};

use super::{Error, Input, Orientation};
use crate::media::Kind;

pub(super) use movie::Movie;

/// Most bytes of EXIF that are looked at.
const MAX_EXIF_BYTES: usize = 16 << 20;
/// Most bytes of XMP or IPTC that are looked at.
const MAX_TEXT_BLOCK_BYTES: u64 = 1 << 20;

/// What a header says, before orientation is applied.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// Width as stored.
    pub(super) width: u32,
    /// Height as stored.
    pub(super) height: u32,
    /// Pixels of the largest frame, when a frame may be larger than the picture.
    pub(super) frame_pixels: u64,
    pub(super) has_alpha: bool,
    pub(super) animated: bool,
    /// Bytes that a decoder holds for each pixel, its own working memory included.
    pub(super) bytes_per_pixel: f64,
    /// Bytes that a decoder which makes the picture smaller as it reads holds beside the result; 0 where it cannot.
    pub(super) strip_bytes: u64,
    /// What the camera and programs wrote down.
    pub(super) blocks: Blocks,
    /// Orientation by the container, which then outranks EXIF.
    pub(super) container_orientation: Option<Orientation>,
}

/// Metadata as it lies in the file, the first block of each sort.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// EXIF, as a TIFF stream.
    pub(super) exif: Option<Vec<u8>>,
    /// An XMP packet.
    pub(super) xmp: Option<Vec<u8>>,
    /// IPTC's data sets (IIM), out of whatever wrapped them.
    pub(super) iptc: Option<Vec<u8>>,
}

/// Reads the header of any kind but SVG, whose size takes a parser. `None` when there is nothing cheap to read.
pub(super) fn read(input: &mut dyn Input, kind: &Kind) -> Result<Option<Header>, Error> {
    let mut source = Source::new(input)?;
    let header = read_kind(&mut source, kind)?;
    if let Some(header) = &header
        && (header.width == 0 || header.height == 0)
    {
        return Err(malformed("no width or height"));
    }
    Ok(header.map(|header| Header {
        blocks: source.blocks,
        ..header
    }))
}

/// The metadata alone, also of a file whose header is broken further on.
pub(super) fn blocks(input: &mut dyn Input, kind: &Kind) -> Result<Blocks, Error> {
    let mut source = Source::new(input)?;
    match read_kind(&mut source, kind) {
        Err(error @ Error::Internal(_)) => Err(error),
        _ => Ok(source.blocks),
    }
}

/// What a movie says of itself; of one that is damaged, as much as can be read.
pub(super) fn movie(input: &mut dyn Input) -> Result<Movie, Error> {
    movie::read(&mut Source::new(input)?)
}

fn read_kind(source: &mut Source<'_>, kind: &Kind) -> Result<Option<Header>, Error> {
    Ok(Some(match kind {
        Kind::Jpeg => jpeg::read(source)?,
        Kind::Png => png::read(source)?,
        Kind::Gif => gif::read(source)?,
        Kind::WebP => webp::read(source)?,
        Kind::Tiff => tiff::read(source)?,
        Kind::Bmp => small::read_bmp(source)?,
        Kind::Ico => small::read_ico(source)?,
        Kind::Heic | Kind::Heif | Kind::Avif => return heif::read(source),
        Kind::Jxl => return jxl::read(source),
        Kind::Svg | Kind::Other(_) => return Ok(None),
    }))
}

fn malformed(what: impl Into<String>) -> Error {
    Error::Malformed(what.into())
}

/// An input with a known length and the few reads that header parsers need, and the metadata that was found in it.
struct Source<'a> {
    input: &'a mut dyn Input,
    len: u64,
    at: u64,
    blocks: Blocks,
}

impl<'a> Source<'a> {
    fn new(input: &'a mut dyn Input) -> Result<Self, Error> {
        let len = input.seek(SeekFrom::End(0)).map_err(of_io)?;
        input.seek(SeekFrom::Start(0)).map_err(of_io)?;
        Ok(Self {
            input,
            len,
            at: 0,
            blocks: Blocks::default(),
        })
    }

    fn remaining(&self) -> u64 {
        self.len.saturating_sub(self.at)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(of_io)?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.array::<1>()?[0])
    }

    fn u16_be(&mut self) -> Result<u16, Error> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    fn u32_be(&mut self) -> Result<u32, Error> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    fn u16_le(&mut self) -> Result<u16, Error> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn u32_le(&mut self) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// Exactly `len` bytes, or an error before anything is allocated when the file is shorter.
    fn bytes(&mut self, len: u64) -> Result<Vec<u8>, Error> {
        if len > self.remaining() {
            return Err(malformed("ends early"));
        }
        let mut bytes = vec![0; len as usize];
        self.input.read_exact(&mut bytes).map_err(of_io)?;
        self.at += len;
        Ok(bytes)
    }

    /// An EXIF block of that length, or `None` (and skipped) when it is absurdly large or cut off.
    fn exif(&mut self, len: u64) -> Result<Option<Vec<u8>>, Error> {
        if len > MAX_EXIF_BYTES as u64 || len > self.remaining() {
            self.skip(len)?;
            return Ok(None);
        }
        Ok(Some(without_exif_prefix(self.bytes(len)?)))
    }

    /// A block of XMP or IPTC of that length, or `None` (and skipped) when it is too large or cut off.
    fn text_block(&mut self, len: u64) -> Result<Option<Vec<u8>>, Error> {
        if len > MAX_TEXT_BLOCK_BYTES || len > self.remaining() {
            self.skip(len)?;
            return Ok(None);
        }
        self.bytes(len).map(Some)
    }

    /// The header of the next box of an ISO base media file (ISO/IEC 14496-12): its name and where it ends, at `end` when it
    /// does not say.
    fn box_header(&mut self, end: u64) -> Result<([u8; 4], u64), Error> {
        let start = self.at;
        let len = u64::from(self.u32_be()?);
        let name = self.array()?;
        let box_end = match len {
            0 => end,
            1 => start.saturating_add(u64::from_be_bytes(self.array()?)),
            len => start.saturating_add(len),
        };
        Ok((name, box_end))
    }

    /// Moves on; within what is buffered without a system call.
    fn skip(&mut self, len: u64) -> Result<(), Error> {
        let buffered = self.input.fill_buf().map_err(of_io)?.len() as u64;
        if len <= buffered {
            self.input.consume(len as usize);
            self.at += len;
            Ok(())
        } else {
            self.seek(self.at.saturating_add(len))
        }
    }

    fn seek(&mut self, to: u64) -> Result<(), Error> {
        let to = to.min(self.len);
        self.input.seek(SeekFrom::Start(to)).map_err(of_io)?;
        self.at = to;
        Ok(())
    }
}

/// Some writers put JPEG's `Exif\0\0` before the TIFF stream where it does not belong.
fn without_exif_prefix(mut block: Vec<u8>) -> Vec<u8> {
    if block.starts_with(b"Exif\0\0") {
        block.drain(..6);
    }
    block
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err takes"
)]
fn of_io(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => malformed("ends early"),
        _ => Error::Internal(format!("reading: {error}")),
    }
}
