//! What untrusted pictures may cost.

use std::{
    io::{BufRead, Read, Result, Seek, SeekFrom},
    time::Instant,
};

use super::Error;

/// Limits that every imaging call holds to.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most pixels of a frame (width × height).
    pub max_pixels: u64,
    /// Most memory in bytes that one job may be estimated to take.
    pub max_memory_bytes: u64,
    /// When to give up; `None` for never. Decoders look at it before each read, scan, strip or tile; what draws SVG, resizes and
    /// encodes does not, and is bounded by the size of what it makes alone.
    pub deadline: Option<Instant>,
    /// Whether SVG text may use the system's fonts; without them text is not drawn.
    pub system_fonts: bool,
    /// Most threads to encode in; what is made is the same.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pixels: 250_000_000,
            max_memory_bytes: 2 << 30,
            deadline: None,
            system_fonts: false,
            threads: 1,
        }
    }
}

impl Limits {
    /// The same limits until then.
    #[must_use]
    pub fn until(self, deadline: Instant) -> Self {
        Self {
            deadline: Some(deadline),
            ..self
        }
    }

    /// The same limits, by up to so many threads.
    #[must_use]
    pub fn by_threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }

    fn is_late(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// # Errors
    /// `OverLimit` after the deadline.
    pub(super) fn check_time(&self) -> std::result::Result<(), Error> {
        if self.is_late() {
            return Err(Error::OverLimit("time".to_owned()));
        }
        Ok(())
    }
}

/// Bytes that end at the deadline, for decoders that know no other limit of time. Whoever gets an error from one asks
/// [`Limits::check_time`] first.
pub(super) struct Timed<R> {
    bytes: R,
    limits: Limits,
}

impl<R> Timed<R> {
    pub(super) fn new(bytes: R, limits: &Limits) -> Self {
        let limits = *limits;
        Self { bytes, limits }
    }

    fn checked(&mut self) -> Result<&mut R> {
        if self.limits.is_late() {
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        Ok(&mut self.bytes)
    }
}

impl<R: Read> Read for Timed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.checked()?.read(buffer)
    }
}

impl<R: BufRead> BufRead for Timed<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.checked()?.fill_buf()
    }

    fn consume(&mut self, len: usize) {
        self.bytes.consume(len);
    }
}

impl<R: Seek> Seek for Timed<R> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.bytes.seek(to)
    }
}
