//! What is overwritten, and the overwriting.

use std::ops::Range;

use crate::{Error, source::Source};

/// Most patches of a file; what claims more is refused.
pub(crate) const MAX_PATCHES: usize = 1 << 16;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Patch {
    start: u64,
    end: u64,
    /// Repeated from the start to the end, so that gigabytes of zeros take one byte.
    pattern: Box<[u8]>,
}

/// What to overwrite in a file of the same length: sorted, disjoint and within it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patches {
    patches: Vec<Patch>,
}

impl Patches {
    /// Whether the file is clean as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patches.is_empty()
    }

    /// Each patch: the range of bytes of the file, and the pattern that, repeated and cut off at its end, takes their place.
    pub fn iter(&self) -> impl Iterator<Item = (Range<u64>, &[u8])> {
        self.patches
            .iter()
            .map(|patch| (patch.start..patch.end, &*patch.pattern))
    }

    /// Overwrites what must go in `bytes`, which lie at `offset` in the file. Any division of a file into pieces gives the same.
    pub fn apply(&self, offset: u64, bytes: &mut [u8]) {
        let end = offset.saturating_add(bytes.len() as u64);
        let first = self.patches.partition_point(|patch| patch.end <= offset);
        let touched = self.patches[first..]
            .iter()
            .take_while(|patch| patch.start < end);
        for patch in touched {
            let (from, to) = (patch.start.max(offset), patch.end.min(end));
            let piece = &mut bytes[(from - offset) as usize..(to - offset) as usize];
            if let [byte] = *patch.pattern {
                piece.fill(byte);
                continue;
            }
            let skip = ((from - patch.start) % patch.pattern.len() as u64) as usize;
            for (byte, new) in piece
                .iter_mut()
                .zip(patch.pattern.iter().cycle().skip(skip))
            {
                *byte = *new;
            }
        }
    }

    pub(crate) fn zero(&mut self, range: Range<u64>) -> Result<(), Error> {
        self.fill(range, &[0])
    }

    pub(crate) fn put(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        self.fill(offset..offset.saturating_add(bytes.len() as u64), bytes)
    }

    pub(crate) fn fill(&mut self, range: Range<u64>, pattern: &[u8]) -> Result<(), Error> {
        if range.is_empty() || pattern.is_empty() {
            return Ok(());
        }
        if self.patches.len() >= MAX_PATCHES {
            return Err(Error::OverLimit("too many pieces of metadata"));
        }
        self.patches.push(Patch {
            start: range.start,
            end: range.end,
            pattern: pattern.into(),
        });
        Ok(())
    }

    /// Zeros everything but these parts.
    pub(crate) fn keep_only(
        &mut self,
        mut kept: Vec<Range<u64>>,
        source: &mut Source<'_>,
    ) -> Result<(), Error> {
        kept.sort_by_key(|range| range.start);
        kept.push(source.len..source.len);
        let mut at = 0;
        for range in kept {
            let gap = at..range.start.min(source.len);
            at = at.max(range.end);
            // Padding between strips, which would be many patches for nothing.
            let len = gap.end.saturating_sub(gap.start);
            if len > 16
                || source
                    .bytes(gap.start.min(gap.end), len, 16)?
                    .iter()
                    .any(|byte| *byte != 0)
            {
                self.zero(gap)?;
            }
        }
        Ok(())
    }

    /// Sorts and joins. Zeros may overlap zeros; anything else that overlaps is a file that means two things by the same bytes.
    pub(crate) fn finish(mut self, len: u64) -> Result<Self, Error> {
        self.patches.sort_by_key(|patch| patch.start);
        let mut joined: Vec<Patch> = Vec::with_capacity(self.patches.len());
        for mut patch in self.patches {
            patch.end = patch.end.min(len);
            if patch.start >= patch.end {
                continue;
            }
            match joined.last_mut() {
                Some(last)
                    if patch.start <= last.end && *last.pattern == [0] && *patch.pattern == [0] =>
                {
                    last.end = last.end.max(patch.end);
                }
                Some(last) if patch.start < last.end => {
                    return Err(Error::Malformed("parts overlap"));
                }
                _ => joined.push(patch),
            }
        }
        Ok(Self { patches: joined })
    }
}
