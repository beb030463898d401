//! JPEG (ITU-T T.81) to component planes: no chroma upsampling, no colour conversion.
//!
//! Owns the whole way from bytes to planes, at full size or scaled down in the DCT domain, in memory that is known
//! beforehand. Sequential pictures are transformed as they are read; progressive ones keep only the coefficients that
//! the scale needs. It never reads EXIF and never converts colours.

// Bit readers and their callers must become one loop, compiled once for each instruction set.
#![allow(clippy::inline_always)]

mod arithmetic;
mod bits;
mod decisions;
mod frame;
mod huffman;
mod idct;
mod kernels;
mod markers;
mod planes;
mod profile;
mod progressive;
mod scan;
mod sequential;
mod sink;
mod spectrum;

use std::{fmt, time::Instant};

pub use frame::{Header, Model, Sampling, Scale};
pub use planes::Plane;

/// Why a picture was not decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Not a JPEG, or damaged before the first sample.
    Malformed(String),
    /// A kind of JPEG that this decoder does not read: 12-bit, lossless, hierarchical, two or five components.
    Unsupported(String),
    /// Larger than [`Limits`] allow.
    OverLimit(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "malformed JPEG: {what}"),
            Self::Unsupported(what) => write!(f, "unsupported JPEG: {what}"),
            Self::OverLimit(what) => write!(f, "JPEG over limit: {what}"),
        }
    }
}

impl std::error::Error for Error {}

/// What a picture may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of the stored picture, before scaling.
    pub max_pixels: u64,
    /// Bytes that [`decode`] may hold at once, output included; compared with [`Header::memory_bytes`].
    pub max_memory_bytes: u64,
    /// Scans. Encoders write about ten, and never one for each coefficient and bit.
    pub max_scans: u32,
    /// When to give up. Looked at before each scan, so that one scan more may be read, and the picture transformed.
    pub deadline: Option<Instant>,
}

impl Limits {
    /// Whether the scan of that number, from 1, may be read.
    fn check_scan(&self, number: u32) -> Result<(), Error> {
        if number > self.max_scans {
            return Err(Error::OverLimit(format!(
                "more than {} scans",
                self.max_scans
            )));
        }
        if self
            .deadline
            .is_some_and(|deadline| Instant::now() > deadline)
        {
            return Err(Error::OverLimit("time".to_owned()));
        }
        Ok(())
    }
}

/// A decoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Width in pixels after scaling: the stored width divided by the scale, rounded up.
    pub width: u32,
    /// Height in pixels after scaling, rounded up.
    pub height: u32,
    /// What the planes mean.
    pub model: Model,
    /// One plane a component in the order of the frame header, each at its own sampling.
    pub planes: Vec<Plane>,
    /// Whether there is an Adobe APP14 segment, which means that inks are stored inverted.
    pub is_adobe: bool,
    /// Whether the file ends early or has damaged data. What could be read is there, the rest is grey (128).
    pub truncated: bool,
    /// The ICC profile of the APP2 segments, when they are whole.
    pub icc: Option<Vec<u8>>,
}

/// Reads the segments up to the first scan; no pixel.
///
/// # Errors
/// [`Error::Malformed`] where there is no whole frame header, [`Error::Unsupported`] for kinds that [`decode`] refuses.
pub fn read_header(bytes: &[u8]) -> Result<Header, Error> {
    let mut parser = markers::Parser::new(bytes)?;
    // A file cut between its frame header and its first scan still has a size.
    let read = parser.next_scan();
    if parser.frame.is_none() {
        read?;
    }
    parser.header()
}

/// Decodes the first picture of `bytes`.
///
/// Once the first scan has begun, damage is not an error: what was read is kept and [`Decoded::truncated`] set.
///
/// # Errors
/// As [`read_header`]; [`Error::Malformed`] without a scan or its tables; [`Error::OverLimit`] when `limits` forbid it.
pub fn decode(bytes: &[u8], scale: Scale, limits: &Limits) -> Result<Decoded, Error> {
    let mut parser = markers::Parser::new(bytes)?;
    let first = parser
        .next_scan()?
        .ok_or_else(|| Error::Malformed("no scan".to_owned()))?;
    let header = parser.header()?;
    let pixels = u64::from(header.width) * u64::from(header.height);
    if pixels > limits.max_pixels {
        return Err(Error::OverLimit(format!("{pixels} pixels")));
    }
    let needed = header.memory_bytes(scale);
    if needed > limits.max_memory_bytes {
        return Err(Error::OverLimit(format!("{needed} bytes of memory")));
    }
    let outcome = if header.is_progressive {
        progressive::decode(&mut parser, first, scale, limits)?
    } else {
        sequential::decode(&mut parser, first, scale, limits)?
    };
    Ok(Decoded {
        width: scale.of(header.width),
        height: scale.of(header.height),
        model: header.model,
        planes: outcome.planes,
        is_adobe: header.adobe_transform.is_some(),
        truncated: outcome.damaged,
        icc: profile::assemble(&parser.icc_chunks),
    })
}
