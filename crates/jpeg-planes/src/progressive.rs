//! Progressive pictures (T.81, annex G): coefficients are gathered over the scans, as many as the scale needs.
//!
//! A refinement scan's code depends on which coefficients are already not zero, kept or not; that is one bit each in
//! [`Store::history`]. Scans that no kept coefficient depends on are not read at all.

use super::{
    Error, Limits, arithmetic,
    bits::Bits,
    frame::{Frame, Scale},
    huffman::{HuffmanTable, ScanTables},
    idct,
    markers::{MAX_UNIT_BLOCKS, Parser, ScanHeader},
    planes::Outcome,
    scan::{self, Coder, Scanned, UnitBlock},
    sink::Sink,
    spectrum::{Needs, Store},
};

/// Decodes from the first scan on.
pub(super) fn decode(
    parser: &mut Parser<'_>,
    first: ScanHeader,
    scale: Scale,
    limits: &Limits,
) -> Result<Outcome, Error> {
    let frame = parser.frame()?.clone();
    let needs = Needs::new(parser, &first, scale, limits.max_scans);
    let mut sink = Sink::new(&frame, scale);
    let mut stores: Vec<Store> = Store::of_frame(&frame, scale);
    let (mut damaged, mut scans) = (false, 0);
    let mut next = Some(first);
    while let Some(scan) = next {
        scans += 1;
        limits.check_scan(scans)?;
        let scanned = check(&scan).and_then(|()| {
            latch(parser, &frame, &scan, &mut stores, &mut sink)?;
            if needs.wants(scans as usize - 1, &scan) {
                decode_scan(parser, &frame, &scan, scale, &mut stores)
            } else {
                Ok(Scanned::skipped(scan.data_at))
            }
        });
        match scanned {
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
        next = following.ok().flatten();
    }
    damaged |= !parser.ended || stores.iter().any(|store| !store.is_begun);
    for (component, store) in stores.into_iter().enumerate() {
        store.transform(component, &mut sink);
    }
    Ok(Outcome {
        planes: sink.finish(),
        damaged,
    })
}

/// Bands and approximations that a scan may have (T.81, G.1.1.1).
fn check(scan: &ScanHeader) -> Result<(), Error> {
    let ((start, end), (high, low)) = (scan.band, scan.approximation);
    let is_band = if start == 0 {
        end == 0
    } else {
        start <= end && end < 64 && scan.components.len() == 1
    };
    if is_band && low <= 13 && (high == 0 || low + 1 == high) {
        return Ok(());
    }
    Err(Error::Malformed("progression".to_owned()))
}

/// A component's quantisation table is the one at its first scan.
fn latch(
    parser: &Parser<'_>,
    frame: &Frame,
    scan: &ScanHeader,
    stores: &mut [Store],
    sink: &mut Sink,
) -> Result<(), Error> {
    for one in &scan.components {
        if !stores[one.index].is_begun {
            sink.set_steps(one.index, parser.tables.steps(frame, one.index)?);
            stores[one.index].is_begun = true;
        }
    }
    Ok(())
}

fn decode_scan(
    parser: &Parser<'_>,
    frame: &Frame,
    scan: &ScanHeader,
    scale: Scale,
    stores: &mut [Store],
) -> Result<Scanned, Error> {
    let tables = &parser.tables;
    let (blocks, wide, high) = scan::units(frame, scan);
    if frame.is_arithmetic {
        let mut coder = arithmetic::Progressive::new(scan, tables, blocks, scale, stores);
        return Ok(scan::run(parser, scan, (wide, high), &mut coder));
    }
    let low = u32::from(scan.approximation.1);
    Ok(match (scan.band.0, scan.approximation.0) {
        (0, 0) => {
            let built = ScanTables::new(&tables.dc, scan.components.iter().map(|one| one.dc))?;
            let table = scan.components.iter().map(|one| built.at(one.dc));
            let mut coder = DcFirst {
                tables: table.collect::<Result<_, _>>()?,
                components: scan.components.iter().map(|one| one.index).collect(),
                predictions: [0; 4],
                blocks,
                low,
                stores,
            };
            scan::run(parser, scan, (wide, high), &mut coder)
        }
        (0, _) => {
            let mut coder = DcRefine {
                components: scan.components.iter().map(|one| one.index).collect(),
                blocks,
                low,
                stores,
            };
            scan::run(parser, scan, (wide, high), &mut coder)
        }
        (_, earlier) => {
            let one = scan.components[0];
            let built = ScanTables::new(&tables.ac, [one.ac].into_iter())?;
            let band = Band {
                table: built.at(one.ac)?,
                store: &mut stores[one.index],
                order: idct::order(scale),
                start: scan.band.0.into(),
                end: scan.band.1.into(),
                low,
                pending: 0,
            };
            if earlier == 0 {
                scan::run(parser, scan, (wide, high), &mut AcFirst(band))
            } else {
                scan::run(parser, scan, (wide, high), &mut AcRefine(band))
            }
        }
    })
}

/// First scan of the first coefficients.
struct DcFirst<'t> {
    tables: Vec<&'t HuffmanTable>,
    components: Vec<usize>,
    predictions: [i32; 4],
    blocks: Vec<UnitBlock>,
    low: u32,
    stores: &'t mut [Store],
}

impl Coder for DcFirst<'_> {
    fn restart(&mut self, _: &mut Bits<'_>) {
        self.predictions = [0; 4];
    }

    #[inline(always)]
    fn unit(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) {
        for block in self.blocks.iter().take(MAX_UNIT_BLOCKS) {
            bits.refill_for_symbol();
            let difference = self.tables[block.part].read(bits).value;
            let prediction = &mut self.predictions[block.part & 3];
            *prediction = prediction.wrapping_add(difference);
            let store = &mut self.stores[self.components[block.part]];
            if let Some(first) = store.first(block.at(x, y)) {
                *first = (*prediction << self.low) as i16;
            }
        }
    }
}

/// Later scans of the first coefficients: a bit each.
struct DcRefine<'t> {
    components: Vec<usize>,
    blocks: Vec<UnitBlock>,
    low: u32,
    stores: &'t mut [Store],
}

impl Coder for DcRefine<'_> {
    fn restart(&mut self, _: &mut Bits<'_>) {}

    #[inline(always)]
    fn unit(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) {
        for block in self.blocks.iter().take(MAX_UNIT_BLOCKS) {
            let bit = bits.bit();
            let store = &mut self.stores[self.components[block.part]];
            if let Some(first) = store.first(block.at(x, y)) {
                *first |= i16::from(bit) << self.low;
            }
        }
    }
}

/// A band of the other coefficients of one component.
struct Band<'t> {
    table: &'t HuffmanTable,
    store: &'t mut Store,
    order: [u8; 128],
    start: u32,
    end: u32,
    low: u32,
    /// Blocks that have nothing more in this band.
    pending: u32,
}

impl Band<'_> {
    /// Zigzag indices from `at` to the end of the band.
    fn rest(&self, at: u32) -> u64 {
        let from = u64::MAX.checked_shl(at).unwrap_or(0);
        from & u64::MAX >> (63 - self.end)
    }
}

struct AcFirst<'t>(Band<'t>);

impl Coder for AcFirst<'_> {
    fn restart(&mut self, _: &mut Bits<'_>) {
        self.0.pending = 0;
    }

    fn idle(&mut self, _: usize, most: usize) -> usize {
        let off = (self.0.pending as usize).min(most);
        self.0.pending -= off as u32;
        off
    }

    #[inline(always)]
    fn unit(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) {
        let band = &mut self.0;
        let (table, low, order) = (band.table, band.low, &band.order);
        let Some((block, history)) = band.store.block((x, y)) else {
            return;
        };
        let mut at = band.start;
        while at <= band.end {
            bits.refill_for_symbol();
            let symbol = table.read(bits);
            if symbol.size != 0 {
                at = (at + symbol.run).min(63);
                *history |= 1 << at;
                if let Some(place) = block.get_mut(usize::from(order[at as usize])) {
                    *place = (symbol.value << low) as i16;
                }
                at += 1;
            } else if symbol.run == 15 {
                at += 16;
            } else {
                band.pending = (1 << symbol.run) - 1 + bits.take(symbol.run);
                break;
            }
        }
    }
}

struct AcRefine<'t>(Band<'t>);

impl Coder for AcRefine<'_> {
    fn restart(&mut self, _: &mut Bits<'_>) {
        self.0.pending = 0;
    }

    fn idle(&mut self, at: usize, most: usize) -> usize {
        let band = &mut self.0;
        let most = most.min(band.pending as usize);
        let off = band.store.count_unbegun(at, most, band.rest(band.start));
        band.pending -= off as u32;
        off
    }

    #[inline(always)]
    fn unit(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) {
        let band = &mut self.0;
        let (whole, mut at) = (band.rest(band.start), band.start);
        let (table, low, order) = (band.table, band.low, &band.order);
        let Some((block, history)) = band.store.block((x, y)) else {
            return;
        };
        let behind = |at: u32| whole & u64::MAX.checked_shl(at).unwrap_or(0);
        while band.pending == 0 && at <= band.end {
            bits.refill_for_symbol();
            let code = table.read_code(bits);
            let (run, size) = (u32::from(code >> 4), code & 15);
            if size == 0 && run < 15 {
                band.pending = (1 << run) + bits.take(run);
                break;
            }
            // A new value is 1 or -1 of this approximation; its sign comes before the corrections on its way.
            let value = match (size, bits.take(u32::from(size != 0))) {
                (0, _) => 0,
                (_, 0) => -1_i16 << low,
                _ => 1 << low,
            };
            bits.is_bad |= size > 1;
            let mut zeros = !*history & behind(at);
            for _ in 0..run {
                zeros &= zeros.wrapping_sub(1);
            }
            let place = zeros.trailing_zeros().min(band.end + 1);
            let passed = *history & behind(at) & !u64::MAX.checked_shl(place).unwrap_or(0);
            correct(bits, block, passed, order, low);
            if value != 0 && place <= band.end {
                *history |= 1 << place;
                if let Some(to) = block.get_mut(usize::from(order[place as usize & 127])) {
                    *to = value;
                }
            }
            at = place + 1;
        }
        if band.pending > 0 {
            band.pending -= 1;
            correct(bits, block, *history & behind(at), order, low);
        }
    }
}

/// Reads a bit for each of `passed`, the coefficients that are not zero, and corrects those that are kept.
#[inline(always)]
fn correct(bits: &mut Bits<'_>, block: &mut [i16], mut passed: u64, order: &[u8; 128], low: u32) {
    while passed != 0 {
        let at = passed.trailing_zeros();
        passed &= passed - 1;
        if !bits.bit() {
            continue;
        }
        if let Some(value) = block.get_mut(usize::from(order[at as usize & 127])) {
            let step = 1_i16 << low;
            if *value & step == 0 {
                *value = value.wrapping_add(if *value >= 0 { step } else { -step });
            }
        }
    }
}
