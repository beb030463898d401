//! Models of arithmetic-coded coefficients (T.81, F.1.4 and G.1.3): which contexts their decisions have.

use super::{
    bits::Bits,
    decisions::{Context, Decisions},
    frame::{Frame, Geometry, Scale},
    idct,
    markers::{MAX_UNIT_BLOCKS, ScanHeader, Tables},
    scan::{Coder, UnitBlock},
    sink::Sink,
    spectrum::Store,
};

/// Where the models of magnitudes begin (T.81, tables F.4 and F.5).
const DC_MAGNITUDES: usize = 20;
const AC_LOW_MAGNITUDES: usize = 189;
const AC_HIGH_MAGNITUDES: usize = 217;
/// A component's part in a scan.
#[derive(Debug)]
struct Part {
    component: usize,
    geometry: Option<Geometry>,
    dc: usize,
    ac: usize,
    prediction: i32,
    /// The context that the last difference leads to (T.81, F.1.4.4.1.2).
    after: usize,
}

/// The decoder with all its contexts.
#[derive(Debug)]
struct Models {
    decisions: Decisions,
    dc: [[Context; 256]; 4],
    ac: [[Context; 256]; 4],
    dc_bounds: [(u8, u8); 4],
    ac_bound: [u8; 4],
    parts: Vec<Part>,
}

impl Models {
    fn new(scan: &ScanHeader, tables: &Tables, frame: Option<&Frame>) -> Self {
        let part = |one: &super::markers::ScanComponent| Part {
            component: one.index,
            geometry: frame.map(|frame| frame.components[one.index].geometry),
            dc: one.dc & 3,
            ac: one.ac & 3,
            prediction: 0,
            after: 0,
        };
        Self {
            decisions: Decisions::default(),
            dc: [[0; 256]; 4],
            ac: [[0; 256]; 4],
            dc_bounds: tables.dc_bounds,
            ac_bound: tables.ac_bound,
            parts: scan.components.iter().map(part).collect(),
        }
    }

    fn restart(&mut self, bits: &mut Bits<'_>) {
        self.decisions = Decisions::begin(bits);
        (self.dc, self.ac) = ([[0; 256]; 4], [[0; 256]; 4]);
        for part in &mut self.parts {
            (part.prediction, part.after) = (0, 0);
        }
    }

    /// Reads the difference of a first coefficient; the coefficient.
    fn read_first(&mut self, bits: &mut Bits<'_>, part: usize) -> i32 {
        let part = &mut self.parts[part];
        let (contexts, decisions) = (&mut self.dc[part.dc], &mut self.decisions);
        let start = part.after;
        if !decisions.decide(bits, &mut contexts[start]) {
            part.after = 0;
            return part.prediction;
        }
        let is_negative = decisions.decide(bits, &mut contexts[start + 1]);
        let signed = start + 2 + usize::from(is_negative);
        let mut beyond = 0;
        if decisions.decide(bits, &mut contexts[signed]) {
            beyond = decisions.magnitude(bits, contexts, DC_MAGNITUDES, 1);
        }
        // The category is the highest bit.
        let category = if beyond == 0 { 0 } else { 1 << beyond.ilog2() };
        let (lower, upper) = self.dc_bounds[part.dc];
        part.after = match (category, is_negative) {
            (category, _) if category < 1 << lower >> 1 => 0,
            (category, negative) => {
                let is_large = category > 1 << upper >> 1;
                4 + 8 * usize::from(is_large) + 4 * usize::from(negative)
            }
        };
        let value = beyond + 1;
        part.prediction += if is_negative { -value } else { value };
        part.prediction = part.prediction.clamp(-0x1_0000, 0x1_0000);
        part.prediction
    }

    /// Reads coefficients of a band, up to where the block ends.
    fn read_band(
        &mut self,
        bits: &mut Bits<'_>,
        part: usize,
        (start, end): (usize, usize),
        mut set: impl FnMut(usize, i32),
    ) {
        let part = &self.parts[part];
        let (contexts, decisions) = (&mut self.ac[part.ac], &mut self.decisions);
        let bound = usize::from(self.ac_bound[part.ac]);
        let mut at = start;
        while at <= end {
            if decisions.decide(bits, &mut contexts[3 * (at - 1)]) {
                return;
            }
            while !decisions.decide(bits, &mut contexts[3 * (at - 1) + 1]) {
                at += 1;
                if at > end {
                    return decisions.lose(bits);
                }
            }
            let is_negative = decisions.toss(bits);
            let mut beyond = 0;
            let context = 3 * (at - 1) + 2;
            if decisions.decide(bits, &mut contexts[context]) {
                beyond = 1;
                if decisions.decide(bits, &mut contexts[context]) {
                    let is_low = at <= bound;
                    let from = if is_low {
                        AC_LOW_MAGNITUDES
                    } else {
                        AC_HIGH_MAGNITUDES
                    };
                    beyond = decisions.magnitude(bits, contexts, from, 2);
                }
            }
            set(at, if is_negative { -beyond - 1 } else { beyond + 1 });
            at += 1;
        }
    }
}

/// Sequential scans.
pub(super) struct Sequential<'t> {
    models: Models,
    blocks: Vec<UnitBlock>,
    order: [u8; 128],
    sink: &'t mut Sink,
}

impl<'t> Sequential<'t> {
    pub(super) fn new(
        frame: &Frame,
        scan: &ScanHeader,
        tables: &Tables,
        blocks: Vec<UnitBlock>,
        scale: Scale,
        sink: &'t mut Sink,
    ) -> Self {
        Self {
            models: Models::new(scan, tables, Some(frame)),
            blocks,
            order: idct::order(scale),
            sink,
        }
    }
}

impl Coder for Sequential<'_> {
    const SLACK: usize = SLACK;

    fn restart(&mut self, bits: &mut Bits<'_>) {
        self.models.restart(bits);
    }

    fn unit(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) {
        for block in self.blocks.iter().take(MAX_UNIT_BLOCKS) {
            if self.models.decisions.is_lost {
                return;
            }
            let out = self.sink.block();
            let (order, mut last) = (&self.order, 0);
            out[0] = self.models.read_first(bits, block.part) as i16;
            self.models
                .read_band(bits, block.part, (1, 63), |at, value| {
                    out[usize::from(order[at & 127] & 63)] = value as i16;
                    last = at as u32;
                });
            let part = &self.models.parts[block.part];
            let (bx, by) = block.at(x, y);
            let is_inside = part
                .geometry
                .is_some_and(|all| bx < all.blocks_wide && by < all.blocks_high);
            if is_inside {
                self.sink.take(part.component, (bx, by), last);
            } else {
                self.sink.drop_block();
            }
        }
    }
}

/// Bytes that may be read past the data, as encoders leave out zeros at the end.
const SLACK: usize = 64;

/// Progressive scans of every kind.
pub(super) struct Progressive<'t> {
    models: Models,
    blocks: Vec<UnitBlock>,
    order: [u8; 128],
    band: (usize, usize),
    is_refining: bool,
    low: u32,
    stores: &'t mut [Store],
}

impl<'t> Progressive<'t> {
    pub(super) fn new(
        scan: &ScanHeader,
        tables: &Tables,
        blocks: Vec<UnitBlock>,
        scale: Scale,
        stores: &'t mut [Store],
    ) -> Self {
        Self {
            models: Models::new(scan, tables, None),
            blocks,
            order: idct::order(scale),
            band: (scan.band.0.into(), scan.band.1.into()),
            is_refining: scan.approximation.0 > 0,
            low: scan.approximation.1.into(),
            stores,
        }
    }

    fn first(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) {
        for block in self.blocks.iter().take(MAX_UNIT_BLOCKS) {
            let value = if self.is_refining {
                i32::from(self.models.decisions.toss(bits))
            } else {
                self.models.read_first(bits, block.part)
            };
            let store = &mut self.stores[self.models.parts[block.part].component];
            match store.first(block.at(x, y)) {
                Some(first) if self.is_refining => *first |= (value << self.low) as i16,
                Some(first) => *first = (value << self.low) as i16,
                None => {}
            }
        }
    }

    fn refine(&mut self, bits: &mut Bits<'_>, place: (usize, usize)) {
        let part = &self.models.parts[0];
        let (contexts, decisions) = (&mut self.models.ac[part.ac], &mut self.models.decisions);
        let Some((block, history)) = self.stores[part.component].block(place) else {
            return;
        };
        let (start, end) = self.band;
        let in_band = *history & u64::MAX << start & u64::MAX >> (63 - end);
        let known = 63 - (in_band | 1).leading_zeros() as usize;
        let step = 1_i16 << self.low;
        let mut at = start;
        while at <= end {
            if at > known && decisions.decide(bits, &mut contexts[3 * (at - 1)]) {
                return;
            }
            loop {
                let value = block.get_mut(usize::from(self.order[at & 127]));
                if *history >> at & 1 == 1 {
                    let more = decisions.decide(bits, &mut contexts[3 * (at - 1) + 2]);
                    if let (true, Some(value)) = (more, value) {
                        *value = value.wrapping_add(if *value >= 0 { step } else { -step });
                    }
                    break;
                }
                if decisions.decide(bits, &mut contexts[3 * (at - 1) + 1]) {
                    let is_negative = decisions.toss(bits);
                    *history |= 1 << at;
                    if let Some(value) = value {
                        *value = if is_negative { -step } else { step };
                    }
                    break;
                }
                at += 1;
                if at > end {
                    return decisions.lose(bits);
                }
            }
            at += 1;
        }
    }
}

impl Coder for Progressive<'_> {
    const SLACK: usize = SLACK;

    fn restart(&mut self, bits: &mut Bits<'_>) {
        self.models.restart(bits);
    }

    fn unit(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) {
        if self.models.decisions.is_lost {
            return;
        }
        if self.band.0 == 0 {
            return self.first(bits, x, y);
        }
        if self.is_refining {
            return self.refine(bits, (x, y));
        }
        let component = self.models.parts[0].component;
        let Some((block, history)) = self.stores[component].block((x, y)) else {
            return;
        };
        let (order, low) = (&self.order, self.low);
        self.models.read_band(bits, 0, self.band, |at, value| {
            *history |= 1 << at;
            if let Some(place) = block.get_mut(usize::from(order[at & 127])) {
                *place = (value << low) as i16;
            }
        });
    }
}
