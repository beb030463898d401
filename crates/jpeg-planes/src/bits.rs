//! Entropy-coded data without its stuffing: a window that slides over the input, and a bit reader over the window.
//!
//! Removing the stuffed zeros first keeps the bit reader free of branches. Behind a marker, or the end of the input,
//! the window is zero, as libjpeg has it; reading into that is noticed by [`Window::is_overrun`].

/// Bytes that are unstuffed ahead.
const CAPACITY: usize = 64 * 1024;
/// What one unit can take at most: ten blocks of 64 arithmetic-coded coefficients. Huffman-coded ones take 2.6 KB.
const RESERVE: usize = 24 * 1024;
/// Zeros behind the data that cover the slack of a unit that begins at their end.
const PAD: usize = 128;
/// Bytes of a window.
pub(super) const WINDOW_BYTES: usize = CAPACITY + RESERVE + PAD;

/// A sliding view of entropy-coded data.
#[derive(Debug)]
pub(super) struct Window<'a> {
    input: &'a [u8],
    /// Next input byte to unstuff; the marker when `stopped`.
    at: usize,
    data: Vec<u8>,
    /// Valid bytes of `data`.
    end: usize,
    /// Whether a marker or the end of the input follows the valid bytes.
    stopped: bool,
    state: State,
}

/// Where a bit reader stands.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    at: usize,
    bits: u64,
    count: u32,
}

impl<'a> Window<'a> {
    pub(super) fn new(input: &'a [u8], at: usize) -> Self {
        let mut window = Self {
            input,
            at,
            data: vec![0; WINDOW_BYTES],
            end: 0,
            stopped: false,
            state: State::default(),
        };
        window.fill();
        window
    }

    /// Begins anew behind the marker at which the window stopped, or at an empty stretch when `stay`.
    pub(super) fn restart(&mut self, at: usize, stay: bool) {
        self.at = at;
        self.state = State::default();
        self.end = 0;
        self.stopped = stay;
        self.fill();
    }

    /// Makes sure that a whole unit can be read.
    #[inline]
    pub(super) fn reserve(&mut self) {
        if self.state.at + RESERVE > self.end && !self.stopped {
            self.data.copy_within(self.state.at..self.end, 0);
            self.end -= self.state.at;
            self.state.at = 0;
            self.fill();
        }
    }

    /// A reader; give it back to [`Self::keep`].
    #[inline]
    pub(super) fn reader(&self) -> Bits<'_> {
        Bits {
            data: &self.data,
            state: self.state,
            is_bad: false,
        }
    }

    /// Goes on where a reader stood.
    #[inline]
    pub(super) fn keep(&mut self, place: Place) {
        self.state = place.0;
    }

    /// Whether more was read than there is, and `slack` bytes.
    #[inline]
    pub(super) fn is_overrun(&self, slack: usize) -> bool {
        self.stopped && self.state.at * 8 > (self.end + slack) * 8 + self.state.count as usize
    }

    /// Skips to the next marker; its place, or the end of the input.
    pub(super) fn skip_to_marker(&mut self) -> usize {
        if !self.stopped {
            self.at = marker_from(self.input, self.at);
            self.stopped = true;
        }
        self.at
    }

    fn fill(&mut self) {
        while !self.stopped && self.end < CAPACITY {
            let rest = &self.input[self.at.min(self.input.len())..];
            let room = &mut self.data[self.end..CAPACITY];
            let plain = rest.len().min(room.len());
            let plain = plain_run(&rest[..plain]);
            room[..plain].copy_from_slice(&rest[..plain]);
            self.at += plain;
            self.end += plain;
            if plain == room.len() {
                break;
            }
            let fill = rest[plain..]
                .iter()
                .take_while(|byte| **byte == 0xff)
                .count();
            if fill > 0 && rest.get(plain + fill) == Some(&0) {
                room[plain] = 0xff;
                self.end += 1;
                self.at += fill + 1;
            } else {
                self.stopped = true;
            }
        }
        if self.stopped {
            let zeros = self.end..(self.end + RESERVE + PAD).min(WINDOW_BYTES);
            self.data[zeros].fill(0);
        }
    }
}

/// Length of what comes before the first 0xff.
fn plain_run(bytes: &[u8]) -> usize {
    const LOW: u64 = 0x0101_0101_0101_0101;
    let (words, tail) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        // A byte of 0xff is a zero byte of the complement.
        let inverse = !u64::from_le_bytes(*word);
        let zeros = inverse.wrapping_sub(LOW) & !inverse & (LOW << 7);
        if zeros != 0 {
            return at * 8 + zeros.trailing_zeros() as usize / 8;
        }
    }
    let before = bytes.len() - tail.len();
    before + tail.iter().take_while(|byte| **byte != 0xff).count()
}

/// The next marker at or after `at`, at its last fill byte; the input's length when there is none.
pub(super) fn marker_from(input: &[u8], mut at: usize) -> usize {
    loop {
        let rest = &input[at.min(input.len())..];
        let plain = plain_run(rest);
        let fill = rest[plain..]
            .iter()
            .take_while(|byte| **byte == 0xff)
            .count();
        match rest.get(plain + fill) {
            None => return input.len(),
            Some(0) => at += plain + fill + 1,
            Some(_) => return at + plain + fill - 1,
        }
    }
}

/// Reads bits, most significant first. Past the window it reads zeros.
///
/// Inner loops work on a copy and put it back, so that the compiler may keep it in registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'w> {
    data: &'w [u8],
    state: State,
    /// Set by whoever meets a code that no table has.
    pub(super) is_bad: bool,
}

/// Where a reader stopped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(State);

impl Bits<'_> {
    /// Makes at least 56 bits ready.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        let state = &mut self.state;
        let word = self.data.get(state.at..).and_then(<[u8]>::first_chunk::<8>);
        let word = word.map_or(0, |bytes| u64::from_be_bytes(*bytes));
        // Bits beyond `count` are already the right ones: or-ing the same ones again does no harm.
        state.bits |= word >> state.count;
        state.at += (63 - state.count as usize) >> 3;
        state.count |= 0b11_1000;
    }

    /// Refills when fewer bits than a code and its value can take are ready.
    #[inline(always)]
    pub(super) fn refill_for_symbol(&mut self) {
        if self.state.count < 32 {
            self.refill();
        }
    }

    /// The next `count` bits, 1 to 32, which must be ready.
    #[inline(always)]
    pub(super) fn peek(&self, count: u32) -> u32 {
        (self.state.bits >> (64 - count)) as u32
    }

    /// Drops bits that are ready.
    #[inline(always)]
    pub(super) fn consume(&mut self, count: u32) {
        self.state.bits <<= count & 63;
        self.state.count = self.state.count.wrapping_sub(count);
    }

    /// Takes `count` ready bits, 0 to 32.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let bits = ((self.state.bits >> 1) >> (63 - count)) as u32;
        self.consume(count);
        bits
    }

    /// Takes one bit.
    #[inline]
    pub(super) fn bit(&mut self) -> bool {
        self.refill_for_symbol();
        self.take(1) != 0
    }

    /// Takes a byte, by a reader that takes nothing else.
    #[inline]
    pub(super) fn byte(&mut self) -> u8 {
        let byte = self.data.get(self.state.at).copied().unwrap_or(0);
        self.state.at += 1;
        byte
    }

    #[inline]
    pub(super) fn place(&self) -> Place {
        Place(self.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffing_goes_and_markers_stop() {
        let input = b"\x12\xff\x00\x34\xff\xff\x00\x56\xff\xff\xd9\x77";
        let mut window = Window::new(input, 0);
        let mut bits = window.reader();
        bits.refill();
        assert_eq!(bits.take(32), 0x12ff_34ff);
        assert_eq!(bits.take(8), 0x56);
        let place = bits.place();
        window.keep(place);
        assert!(!window.is_overrun(0));
        let mut bits = window.reader();
        assert!(!bits.bit());
        let place = bits.place();
        window.keep(place);
        assert!(window.is_overrun(0));
        assert_eq!(window.skip_to_marker(), 8);
        assert_eq!(marker_from(input, 0), 9);
    }

    #[test]
    fn long_data_slides() {
        let input: Vec<u8> = (0..300_000_u32).map(|at| (at % 251) as u8).collect();
        let mut window = Window::new(&input, 0);
        for expected in &input {
            window.reserve();
            let mut bits = window.reader();
            bits.refill();
            assert_eq!(bits.take(8), u32::from(*expected));
            let place = bits.place();
            window.keep(place);
            assert!(!window.is_overrun(0));
        }
    }
}
