//! The tags of a stored original, read out of its header by ranges: nobody fetches 5 GB for a date.

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use tokio::runtime::Handle;

use super::{Delivery, Error, Opened, stored_original};
use crate::catalog::Media;
use crate::imaging::{self, Tags};
use crate::threads::blocking;

/// Originals whose tags are read at a time; each holds a thread and a few MiB.
pub(super) const MAX_READS: usize = 8;
/// The first range, and the one after each jump.
const FIRST_BYTES: u64 = 64 << 10;
/// Ranges double while one follows the other, up to this.
const MOST_BYTES: u64 = 1 << 20;
/// Bytes of one original after which it is taken to have no more tags.
const BUDGET_BYTES: u64 = 64 << 20;
/// Ranges of one original after which the same holds.
const MAX_RANGES: u32 = 512;

impl Delivery {
    /// Every tag of the original, as far as it can be read; none of what is neither picture nor movie.
    ///
    /// # Errors
    /// `Integrity` when the original is not in the store, `Unavailable`, `Gone`.
    pub async fn tags(&self, media: &Media) -> Result<Tags, Error> {
        if !media.kind.is_picture() && !media.kind.is_movie() {
            return Ok(Tags::default());
        }
        // Closed never.
        let place = Arc::clone(&self.tag_reads).acquire_owned().await;
        let place = place.map_err(|_| Error::Busy)?;
        let mut ranges = Ranges::new(
            self.clone(),
            stored_original(media),
            BUDGET_BYTES,
            MAX_RANGES,
        );
        let kind = media.kind.clone();
        blocking(move || {
            let _held = place;
            let tags = imaging::tags(&mut ranges, &kind);
            match ranges.failed {
                Some(error) => Err(error),
                // Too broken to be read: it has none.
                None => Ok(tags.unwrap_or_default()),
            }
        })
        .await
    }
}

/// A stored object that can be sought in. For a thread that may block.
pub(super) struct Ranges {
    delivery: Delivery,
    opened: Opened,
    runtime: Handle,
    /// Where the reader is.
    at: u64,
    buffer: Bytes,
    /// Where the buffer begins.
    start: u64,
    next_bytes: u64,
    bytes_left: u64,
    reads_left: u32,
    /// Why the store gave nothing; the header parsers cannot carry it.
    pub(super) failed: Option<Error>,
}

impl Ranges {
    pub(super) fn new(
        delivery: Delivery,
        opened: Opened,
        budget_bytes: u64,
        max_ranges: u32,
    ) -> Self {
        Self {
            delivery,
            opened,
            runtime: Handle::current(),
            at: 0,
            buffer: Bytes::new(),
            start: 0,
            next_bytes: FIRST_BYTES,
            bytes_left: budget_bytes,
            reads_left: max_ranges,
            failed: None,
        }
    }

    fn buffered(&self) -> &[u8] {
        let skipped = self.at.checked_sub(self.start);
        let rest = skipped.and_then(|skipped| self.buffer.get(usize::try_from(skipped).ok()?..));
        rest.unwrap_or_default()
    }

    fn fetch(&mut self) -> io::Result<()> {
        let follows = self.at == self.start + self.buffer.len() as u64;
        self.next_bytes = if follows && !self.buffer.is_empty() {
            (self.next_bytes * 2).min(MOST_BYTES)
        } else {
            FIRST_BYTES
        };
        let left = self.opened.size_bytes.saturating_sub(self.at);
        let len = self.next_bytes.min(left);
        if len == 0 {
            self.buffer.clear();
            return Ok(());
        }
        if len > self.bytes_left || self.reads_left == 0 || self.failed.is_some() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.bytes_left -= len;
        self.reads_left -= 1;
        let range = self.at..self.at + len;
        let read = self.runtime.block_on(async {
            let stream = self.delivery.read(&self.opened, Some(range)).await?;
            let bytes = stream.try_collect::<BytesMut>().await?;
            Ok::<_, Error>(bytes.freeze())
        });
        match read {
            Ok(bytes) => {
                (self.buffer, self.start) = (bytes, self.at);
                Ok(())
            }
            Err(error) => {
                self.failed = Some(error);
                Err(io::ErrorKind::Other.into())
            }
        }
    }
}

impl BufRead for Ranges {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.buffered().is_empty() {
            self.fetch()?;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount as u64;
    }
}

impl Read for Ranges {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl Seek for Ranges {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => self.opened.size_bytes.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = to.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
