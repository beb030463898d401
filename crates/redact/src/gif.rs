//! GIF (89a). Decoders refuse unknown extensions, so one that goes becomes an application extension of no application, or
//! empty comments where that is too long.

use std::ops::Range;

use crate::{Error, Patches, source::Source};

/// Sub-blocks of a loop count that are looked at.
const MAX_LOOP_BLOCKS: usize = 4;

pub(crate) fn plan(source: &mut Source<'_>, patches: &mut Patches) -> Result<(), Error> {
    let [flags] = source.array(10)?;
    let mut at = 13 + table_bytes(flags);
    while at < source.len {
        let [introducer] = source.array(at)?;
        match introducer {
            0x2c => {
                let Some([flags]) = source.maybe(at + 9)? else {
                    return patches.zero(at..source.len);
                };
                at = end_of_chain(source, at + 11 + table_bytes(flags))?;
            }
            0x21 => {
                let Some([label]) = source.maybe(at + 1)? else {
                    return patches.zero(at..source.len);
                };
                let end = end_of_chain(source, at + 2)?;
                if !keep(source, label, at + 2..end)? {
                    blank(source, patches, at..end)?;
                }
                at = end;
            }
            0x3b => return patches.zero(at + 1..source.len),
            // Stray terminators of chains are passed over.
            0 => at += 1,
            _ => return Err(Error::Malformed("unknown block")),
        }
    }
    Ok(())
}

/// Bytes of a colour table.
fn table_bytes(flags: u8) -> u64 {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

/// Behind a chain of sub-blocks; at most the end of the file.
fn end_of_chain(source: &mut Source<'_>, mut at: u64) -> Result<u64, Error> {
    while at < source.len {
        let [len] = source.array(at)?;
        at += 1 + u64::from(len);
        if len == 0 {
            return Ok(at);
        }
    }
    Ok(source.len)
}

fn keep(source: &mut Source<'_>, label: u8, chain: Range<u64>) -> Result<bool, Error> {
    match label {
        0xf9 => Ok(chain.end - chain.start <= 6),
        0xff if chain.end - chain.start >= 13 => match &source.array(chain.start)? {
            b"\x0bNETSCAPE2.0" | b"\x0bANIMEXTS1.0" => is_loop(source, chain.start + 12),
            b"\x0bICCRGBG1012" => Ok(true),
            _ => Ok(false),
        },
        _ => Ok(false),
    }
}

/// Whether a chain has a loop count and the size of a buffer in it, and nothing else.
fn is_loop(source: &mut Source<'_>, mut at: u64) -> Result<bool, Error> {
    for _ in 0..MAX_LOOP_BLOCKS {
        match source.array::<1>(at)? {
            [0] => return Ok(true),
            [len @ (3 | 5)] => at += 1 + u64::from(len),
            _ => return Ok(false),
        }
        if at >= source.len {
            return Ok(false);
        }
    }
    Ok(false)
}

/// Writes valid extensions without content over an extension.
fn blank(source: &Source<'_>, patches: &mut Patches, range: Range<u64>) -> Result<(), Error> {
    const NO_APPLICATION: &[u8; 14] = b"\x21\xff\x0b\0\0\0\0\0\0\0\0\0\0\0";
    const EMPTY: &[u8; 3] = b"\x21\xfe\0";
    const FIVE: &[u8; 5] = b"\x21\xfe\x010\0";
    const SEVEN: &[u8; 7] = b"\x21\xfe\x03   \0";
    let len = range.end - range.start;
    if range.end == source.len {
        // Cut off: no decoder gets beyond it.
        return patches.zero(range);
    }
    match len {
        7 => patches.put(range.start, SEVEN),
        ..=14 | 16 => {
            let fives = match len % 3 {
                0 => 0,
                2 => 1,
                _ => 2,
            };
            let fives = range.start..range.start + 5 * fives;
            patches.fill(fives.clone(), FIVE)?;
            patches.fill(fives.end..range.end, EMPTY)
        }
        _ => {
            let mut sub_block = [0; 256];
            sub_block[0] = 255;
            patches.put(range.start, NO_APPLICATION)?;
            let start = range.start + 14;
            let whole = (len - 15) / 256;
            let rest = (len - 15) % 256;
            // One byte can be no sub-block: a whole one gives one of its own.
            let (whole, rest) = if rest == 1 {
                (whole - 1, 257)
            } else {
                (whole, rest)
            };
            let mut at = start + 256 * whole;
            patches.fill(start..at, &sub_block)?;
            for piece in [rest.min(255), rest.saturating_sub(255)] {
                if piece > 0 {
                    patches.put(at, &[piece as u8 - 1])?;
                    patches.zero(at + 1..at + piece)?;
                    at += piece;
                }
            }
            patches.zero(at..range.end)
        }
    }
}
