//! A scan's walk over its units: restart intervals, resynchronisation after damage, and where data run out.
//!
//! Follows libjpeg in what is kept of damaged data: the unit in which data run out is decoded from zero bits, the rest
//! of the interval is left as it was.

use super::{
    bits::{Bits, Window},
    frame::Frame,
    kernels,
    markers::{Parser, ScanHeader},
};

/// What decodes one unit after the other.
pub(super) trait Coder {
    /// Bytes that whole data may lack at their end.
    const SLACK: usize = 0;
    /// Forgets predictions and pending runs, at the begin of a restart interval.
    fn restart(&mut self, bits: &mut Bits<'_>);
    /// Decodes the minimum coded unit at column `x` and row `y`.
    fn unit(&mut self, bits: &mut Bits<'_>, x: usize, y: usize);
    /// Takes off units from the one with index `at` on that need no data and change nothing, `most` at most.
    fn idle(&mut self, _at: usize, _most: usize) -> usize {
        0
    }
}

/// How a scan ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scanned {
    /// Where the next marker is.
    pub(super) next_at: usize,
    pub(super) is_damaged: bool,
}

impl Scanned {
    /// Of a scan that is not read.
    pub(super) fn skipped(data_at: usize) -> Self {
        Self {
            next_at: data_at,
            is_damaged: false,
        }
    }
}

/// A block of a minimum coded unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct UnitBlock {
    /// Which component of the scan.
    pub(super) part: usize,
    /// Blocks from one unit to the next.
    step_x: usize,
    step_y: usize,
    /// Place in the unit.
    dx: usize,
    dy: usize,
}

impl UnitBlock {
    /// Column and row of the block, when the unit is at `x` and `y`.
    #[inline(always)]
    pub(super) fn at(&self, x: usize, y: usize) -> (usize, usize) {
        (x * self.step_x + self.dx, y * self.step_y + self.dy)
    }
}

/// The blocks of a scan's unit, and how many units are in a row and a column (T.81, A.2).
pub(super) fn units(frame: &Frame, scan: &ScanHeader) -> (Vec<UnitBlock>, usize, usize) {
    if let [one] = scan.components[..] {
        let geometry = frame.components[one.index].geometry;
        let block = UnitBlock {
            part: 0,
            step_x: 1,
            step_y: 1,
            dx: 0,
            dy: 0,
        };
        return (vec![block], geometry.blocks_wide, geometry.blocks_high);
    }
    let mut blocks = Vec::new();
    for (part, one) in scan.components.iter().enumerate() {
        let sampling = frame.components[one.index].sampling;
        let (step_x, step_y) = (sampling.horizontal.into(), sampling.vertical.into());
        blocks.extend((0..step_x * step_y).map(|at| UnitBlock {
            part,
            step_x,
            step_y,
            dx: at % step_x,
            dy: at / step_x,
        }));
    }
    (blocks, frame.units_wide, frame.units_high)
}

/// Runs `coder` over `wide` times `high` units.
pub(super) fn run(
    parser: &Parser<'_>,
    scan: &ScanHeader,
    size: (usize, usize),
    coder: &mut impl Coder,
) -> Scanned {
    kernels::with_wide_instructions(
        #[inline(always)]
        || walk(parser, scan, size, coder),
    )
}

#[inline(always)]
fn walk(
    parser: &Parser<'_>,
    scan: &ScanHeader,
    (wide, high): (usize, usize),
    coder: &mut impl Coder,
) -> Scanned {
    let mut walk = Walk {
        input: parser.bytes,
        window: Window::new(parser.bytes, scan.data_at),
        next_restart: 0,
        is_dry: false,
        is_hopeless: false,
        is_damaged: false,
    };
    walk.begin(coder);
    let total = wide * high;
    let interval = match parser.tables.restart_interval {
        0 => total,
        interval => interval,
    };
    let (mut at, mut left, mut x, mut y) = (0, interval, 0, 0);
    while at < total {
        if left == 0 {
            walk.restart();
            walk.begin(coder);
            left = interval;
        }
        let most = left.min(total - at);
        let off = if walk.is_dry {
            most
        } else {
            coder.idle(at, most)
        };
        if off > 0 {
            if walk.is_dry && (walk.is_hopeless || off == total - at) {
                break;
            }
            at += off;
            left -= off;
            (x, y) = (at % wide, at / wide);
            continue;
        }
        walk.unit(coder, x, y);
        at += 1;
        left -= 1;
        x += 1;
        if x == wide {
            (x, y) = (0, y + 1);
        }
    }
    Scanned {
        next_at: walk.window.skip_to_marker(),
        is_damaged: walk.is_damaged,
    }
}

struct Walk<'a> {
    input: &'a [u8],
    window: Window<'a>,
    /// Low three bits of the restart marker to come.
    next_restart: u8,
    /// Whether the interval has no more data.
    is_dry: bool,
    /// Whether no further restart marker will come.
    is_hopeless: bool,
    is_damaged: bool,
}

impl Walk<'_> {
    fn begin(&mut self, coder: &mut impl Coder) {
        let mut bits = self.window.reader();
        coder.restart(&mut bits);
        let place = bits.place();
        self.window.keep(place);
    }

    #[inline(always)]
    fn unit<C: Coder>(&mut self, coder: &mut C, x: usize, y: usize) {
        self.window.reserve();
        let mut bits = self.window.reader();
        coder.unit(&mut bits, x, y);
        let (place, is_bad) = (bits.place(), bits.is_bad);
        self.window.keep(place);
        self.is_damaged |= is_bad;
        if self.window.is_overrun(C::SLACK) {
            (self.is_dry, self.is_damaged) = (true, true);
        }
    }

    /// Goes on behind the restart marker that is due, or does what is best when there is another marker
    /// (as libjpeg: markers shortly ahead mean lost data, those shortly behind are passed over).
    fn restart(&mut self) {
        let due = self.next_restart;
        self.next_restart = (due + 1) & 7;
        let mut at = self.window.skip_to_marker();
        loop {
            // The marker's last fill byte is at `at`, unless the input ends.
            while self.input.get(at + 1) == Some(&0xff) {
                at += 1;
            }
            let ahead = match self.input.get(at + 1) {
                Some(marker @ 0xd0..=0xd7) => (marker & 7).wrapping_sub(due) & 7,
                Some(0x01..=0xbf) => 7,
                _ => {
                    self.is_hopeless = true;
                    1
                }
            };
            self.is_damaged |= ahead != 0;
            match ahead {
                1 | 2 => return self.window.restart(at, true),
                6 | 7 => at = super::bits::marker_from(self.input, at + 2),
                _ => {
                    self.is_dry = false;
                    return self.window.restart(at + 2, false);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a byte a unit.
    struct Bytes(Vec<(usize, u32)>);

    impl Coder for Bytes {
        fn restart(&mut self, _: &mut Bits<'_>) {}

        fn unit(&mut self, bits: &mut Bits<'_>, x: usize, y: usize) {
            bits.refill();
            self.0.push((y * 2 + x, bits.take(8)));
        }
    }

    fn read(input: &[u8], interval: usize) -> (Vec<(usize, u32)>, Scanned) {
        let mut coder = Bytes(Vec::new());
        let picture = [b"\xff\xd8", input].concat();
        let mut parser = Parser::new(&picture).expect("a picture");
        parser.tables.restart_interval = interval;
        let scan = ScanHeader {
            components: Vec::new(),
            band: (0, 63),
            approximation: (0, 0),
            data_at: 2,
        };
        let scanned = run(&parser, &scan, (2, 3), &mut coder);
        (coder.0, scanned)
    }

    #[test]
    fn intervals_follow_their_markers() {
        let (units, scanned) = read(b"\x01\x02\xff\xd0\x03\x04\xff\xd1\x05\x06\xff\xd9", 2);
        assert_eq!(units, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]);
        assert_eq!((scanned.next_at, scanned.is_damaged), (12, false));
    }

    #[test]
    fn lost_intervals_are_left_out() {
        let (units, scanned) = read(b"\x01\xff\xd1\x05\x06\xff\xd9", 2);
        assert_eq!(units, [(0, 1), (1, 0), (4, 5), (5, 6)]);
        assert_eq!((scanned.next_at, scanned.is_damaged), (7, true));
    }

    #[test]
    fn data_that_end_stop_the_walk() {
        let (units, scanned) = read(b"\x01", 0);
        assert_eq!(units, [(0, 1), (1, 0)]);
        assert_eq!((scanned.next_at, scanned.is_damaged), (3, true));
    }
}
