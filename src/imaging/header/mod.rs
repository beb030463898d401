//! Headers, read by seeking: size, alpha, animation and the EXIF block of every kind. Never decodes a pixel and never
//! holds more than a few MiB, however large the file says it is.

mod bmff;
mod gif;
mod jpeg;
mod jxl;
mod png;
mod small;
mod tiff;
mod webp;

use std::io::{self, SeekFrom};

use super::{Error, Input, Orientation};
use crate::media::Kind;

/// Most bytes of EXIF that are looked at.
const MAX_EXIF_BYTES: usize = 16 << 20;

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
    /// The EXIF block, as a TIFF stream.
    pub(super) exif: Option<Vec<u8>>,
    /// Orientation by the container, which then outranks EXIF.
    pub(super) container_orientation: Option<Orientation>,
}

/// Reads the header of any kind but SVG, whose size takes a parser. `None` when there is nothing cheap to read.
pub(super) fn read(input: &mut dyn Input, kind: &Kind) -> Result<Option<Header>, Error> {
    let mut source = Source::new(input)?;
    let header = match kind {
        Kind::Jpeg => jpeg::read(&mut source)?,
        Kind::Png => png::read(&mut source)?,
        Kind::Gif => gif::read(&mut source)?,
        Kind::WebP => webp::read(&mut source)?,
        Kind::Tiff => tiff::read(&mut source)?,
        Kind::Bmp => small::read_bmp(&mut source)?,
        Kind::Ico => small::read_ico(&mut source)?,
        Kind::Heic | Kind::Heif | Kind::Avif => return bmff::read(&mut source),
        Kind::Jxl => return jxl::read(&mut source),
        Kind::Svg | Kind::Other(_) => return Ok(None),
    };
    if header.width == 0 || header.height == 0 {
        return Err(malformed("no width or height"));
    }
    Ok(Some(header))
}

fn malformed(what: impl Into<String>) -> Error {
    Error::Malformed(what.into())
}

/// An input with a known length and the few reads that header parsers need.
struct Source<'a> {
    input: &'a mut dyn Input,
    len: u64,
    at: u64,
}

impl<'a> Source<'a> {
    fn new(input: &'a mut dyn Input) -> Result<Self, Error> {
        let len = input.seek(SeekFrom::End(0)).map_err(of_io)?;
        input.seek(SeekFrom::Start(0)).map_err(of_io)?;
        Ok(Self { input, len, at: 0 })
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
