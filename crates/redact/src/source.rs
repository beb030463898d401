//! Reading a file at any place, with its errors told apart.

use std::io::{BufRead as _, BufReader, ErrorKind, Read, Seek, SeekFrom};

use crate::Error;

pub(crate) trait Input: Read + Seek {}
impl<R: Read + Seek> Input for R {}

pub(crate) struct Source<'a> {
    input: BufReader<&'a mut dyn Input>,
    at: u64,
    pub(crate) len: u64,
}

impl<'a> Source<'a> {
    pub(crate) fn new(input: &'a mut dyn Input) -> Result<Self, Error> {
        let len = input.seek(SeekFrom::End(0)).map_err(of_io)?;
        input.seek(SeekFrom::Start(0)).map_err(of_io)?;
        Ok(Self {
            input: BufReader::with_capacity(64 << 10, input),
            at: 0,
            len,
        })
    }

    /// Bytes at an offset, as many as come at once; none at the end of the file.
    pub(crate) fn chunk(&mut self, offset: u64) -> Result<&[u8], Error> {
        self.seek(offset)?;
        self.input.fill_buf().map_err(of_io)
    }

    pub(crate) fn array<const N: usize>(&mut self, offset: u64) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.read(offset, &mut bytes)?;
        Ok(bytes)
    }

    /// The same, or nothing where the file ends before.
    pub(crate) fn maybe<const N: usize>(&mut self, offset: u64) -> Result<Option<[u8; N]>, Error> {
        if offset
            .checked_add(N as u64)
            .is_none_or(|end| end > self.len)
        {
            return Ok(None);
        }
        self.array(offset).map(Some)
    }

    /// Bytes of a length that the file claims: within it and within a limit, or nothing is allocated.
    pub(crate) fn bytes(&mut self, offset: u64, len: u64, limit: u64) -> Result<Vec<u8>, Error> {
        if len > limit {
            return Err(Error::OverLimit("a part is too large"));
        }
        if offset.checked_add(len).is_none_or(|end| end > self.len) {
            return Err(Error::Malformed("ends early"));
        }
        let mut bytes = vec![0; len as usize];
        self.read(offset, &mut bytes)?;
        Ok(bytes)
    }

    fn read(&mut self, offset: u64, bytes: &mut [u8]) -> Result<(), Error> {
        self.seek(offset)?;
        // Where it stopped is not known after an error.
        self.at = u64::MAX;
        self.input.read_exact(bytes).map_err(of_io)?;
        self.at = offset + bytes.len() as u64;
        Ok(())
    }

    fn seek(&mut self, offset: u64) -> Result<(), Error> {
        if self.at == u64::MAX {
            self.input.seek(SeekFrom::Start(offset)).map_err(of_io)?;
        } else if self.at != offset {
            // Within what is buffered without a system call.
            let by = offset.wrapping_sub(self.at) as i64;
            self.input.seek_relative(by).map_err(of_io)?;
        }
        self.at = offset;
        Ok(())
    }
}

fn of_io(error: std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::UnexpectedEof => Error::Malformed("ends early"),
        _ => Error::Io(error),
    }
}
