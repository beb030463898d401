//! Sequential pictures (T.81, annex F): blocks are transformed as they are read, no coefficient is kept.

use super::{
    Error, Limits, arithmetic,
    bits::Bits,
    frame::{Frame, Geometry, Scale},
    huffman::{HuffmanTable, ScanTables},
    idct,
    markers::{MAX_UNIT_BLOCKS, Parser, ScanHeader},
    planes::Outcome,
    scan::{self, Coder, Scanned, UnitBlock},
    sink::Sink,
};

/// Decodes from the first scan on.
pub(super) fn decode(
    parser: &mut Parser<'_>,
    first: ScanHeader,
    scale: Scale,
    limits: &Limits,
) -> Result<Outcome, Error> {
    let frame = parser.frame()?.clone();
    let mut sink = Sink::new(&frame, scale);
    // As in libjpeg, a scan with all components is the only one.
    let is_single = first.components.len() == frame.components.len();
    let mut seen = vec![false; frame.components.len()];
    let mut damaged = false;
    let mut scans = 0;
    let mut next = Some(first);
    while let Some(scan) = next {
        scans += 1;
        limits.check_scan(scans)?;
        match decode_scan(parser, &frame, &scan, scale, &mut sink, &mut seen) {
            Ok(scanned) => {
                damaged |= scanned.is_damaged;
                parser.at = scanned.next_at;
            }
            Err(error) if scans == 1 => return Err(error),
            Err(_) => {
                damaged = true;
                break;
            }
        }
        let following = parser.next_scan();
        damaged |= following.is_err();
        next = following.ok().flatten().filter(|_| !is_single);
    }
    damaged |= !is_single && !parser.ended || is_single && !has_end(parser);
    damaged |= seen.contains(&false);
    Ok(Outcome {
        planes: sink.finish(),
        damaged,
    })
}

/// Whether an end of image marker comes, behind whatever follows the only scan.
fn has_end(parser: &mut Parser<'_>) -> bool {
    while let Ok(Some(scan)) = parser.next_scan() {
        parser.at = scan.data_at;
    }
    parser.ended
}

fn decode_scan(
    parser: &Parser<'_>,
    frame: &Frame,
    scan: &ScanHeader,
    scale: Scale,
    sink: &mut Sink,
    seen: &mut [bool],
) -> Result<Scanned, Error> {
    for one in &scan.components {
        if seen[one.index] {
            continue;
        }
        sink.set_steps(one.index, parser.tables.steps(frame, one.index)?);
        seen[one.index] = true;
    }
    let (blocks, wide, high) = scan::units(frame, scan);
    let scanned = if frame.is_arithmetic {
        let mut coder =
            arithmetic::Sequential::new(frame, scan, &parser.tables, blocks, scale, sink);
        scan::run(parser, scan, (wide, high), &mut coder)
    } else {
        let tables = &parser.tables;
        let dc = ScanTables::new(&tables.dc, scan.components.iter().map(|one| one.dc))?;
        let ac = ScanTables::new(&tables.ac, scan.components.iter().map(|one| one.ac))?;
        let mut coder = Sequential {
            parts: parts(frame, scan, &dc, &ac)?,
            blocks,
            order: idct::order(scale),
            is_flat: scale == Scale::Eighth,
            sink,
        };
        scan::run(parser, scan, (wide, high), &mut coder)
    };
    sink.flush();
    Ok(scanned)
}

/// A component of the scan.
struct Part<'t> {
    component: usize,
    geometry: Geometry,
    dc: &'t HuffmanTable,
    ac: &'t HuffmanTable,
    prediction: i32,
}

fn parts<'t>(
    frame: &Frame,
    scan: &ScanHeader,
    dc: &'t ScanTables,
    ac: &'t ScanTables,
) -> Result<Vec<Part<'t>>, Error> {
    let part = |one: &super::markers::ScanComponent| {
        Ok(Part {
            component: one.index,
            geometry: frame.components[one.index].geometry,
            dc: dc.at(one.dc)?,
            ac: ac.at(one.ac)?,
            prediction: 0,
        })
    };
    scan.components.iter().map(part).collect()
}

struct Sequential<'t> {
    parts: Vec<Part<'t>>,
    blocks: Vec<UnitBlock>,
    order: [u8; 128],
    /// Whether only first coefficients matter.
    is_flat: bool,
    sink: &'t mut Sink,
}

impl Coder for Sequential<'_> {
    fn restart(&mut self, _: &mut Bits<'_>) {
        for part in &mut self.parts {
            part.prediction = 0;
        }
    }

    #[inline(always)]
    fn unit(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) {
        for block in self.blocks.iter().take(MAX_UNIT_BLOCKS) {
            let part = &mut self.parts[block.part];
            let out = self.sink.block();
            let last = if self.is_flat {
                read_flat(bits, part, &mut out[0]);
                0
            } else {
                read_block(bits, part, &self.order, out)
            };
            let (bx, by) = block.at(x, y);
            if bx < part.geometry.blocks_wide && by < part.geometry.blocks_high {
                self.sink.take(part.component, (bx, by), last);
            } else {
                self.sink.drop_block();
            }
        }
    }
}

#[inline(always)]
fn read_first(bits: &mut Bits<'_>, part: &mut Part<'_>) -> i16 {
    bits.refill_for_symbol();
    let difference = part.dc.read(bits).value;
    part.prediction = part.prediction.wrapping_add(difference);
    part.prediction as i16
}

/// Reads a block; the zigzag index of its last coefficient that is not zero.
#[inline(always)]
fn read_block(
    reader: &mut Bits<'_>,
    part: &mut Part<'_>,
    order: &[u8; 128],
    out: &mut [i16; 64],
) -> u32 {
    let (bits, table) = (&mut { *reader }, part.ac);
    out[0] = read_first(bits, part);
    let (mut at, mut last) = (1, 0);
    'block: while at < 64 {
        // Ready bits last for two short symbols and any third one.
        bits.refill();
        for _ in 0..2 {
            let Some((run, value)) = table.read_short(bits) else {
                break;
            };
            at += run;
            out[usize::from(order[at as usize & 127] & 63)] = value as i16;
            last = at;
            at += 1;
            if at >= 64 {
                break 'block;
            }
        }
        let symbol = table.read(bits);
        if symbol.size != 0 {
            at += symbol.run;
            out[usize::from(order[at as usize & 127] & 63)] = symbol.value as i16;
            last = at;
            at += 1;
        } else if symbol.run == 15 {
            at += 16;
        } else {
            break;
        }
    }
    *reader = *bits;
    last
}

/// Reads a block of which only the first coefficient is wanted.
fn read_flat(bits: &mut Bits<'_>, part: &mut Part<'_>, out: &mut i16) {
    *out = read_first(bits, part);
    let mut at = 1;
    while at < 64 {
        bits.refill_for_symbol();
        let symbol = part.ac.read(bits);
        if symbol.size == 0 && symbol.run != 15 {
            break;
        }
        at += symbol.run + 1;
    }
}
