//! Pictures as pure computation: bytes in, facts and renditions out. Knows no files, no runtime, no store; every entry
//! takes `Limits` and holds to them before anything is decoded. All of it blocks: call it on the CPU pool.

mod error;
mod limits;

pub use error::Error;
pub use limits::Limits;

use std::io::{BufRead, Seek};

use crate::media::{Facts, Variant};

/// What a header tells before any pixel is decoded.
#[derive(Debug, Clone, Default)]
pub struct Probe {
    /// Size as seen, alpha, animation and EXIF.
    pub facts: Facts,
    /// Estimated peak memory in bytes of `derive` or `render` on this picture, input bytes included.
    pub memory_bytes: u64,
}

/// One encoded rendition.
#[derive(Debug, Clone)]
pub struct Rendition {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The encoded file, without any metadata.
    pub bytes: Vec<u8>,
}

/// Everything that processing makes of one picture.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The variants that the picture's size calls for, smallest first.
    pub variants: Vec<(Variant, Rendition)>,
    /// The probe's facts, completed by what only the pixels tell.
    pub facts: Facts,
}

/// Anything that can be read and rewound; a spooled upload or bytes in memory.
pub trait Input: BufRead + Seek {}
impl<T: BufRead + Seek> Input for T {}
