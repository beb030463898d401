//! Huffman tables (T.81, annex C and F.2.2) as look-up tables that give code and value in one step.

use super::{Error, bits::Bits};

/// Bits that the look-up tables resolve.
const LOOK: u32 = 11;
/// What one step consumes when the code is longer than any that the table has, as libjpeg counts it.
const BAD_CODE_BITS: u32 = 17;

/// A decoded symbol: how many zeros (or which run), how many value bits, and the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) run: u32,
    pub(super) value: i32,
    /// Value bits; 0 when the symbol has no value.
    pub(super) size: u32,
}

/// One table.
#[derive(Debug, Clone)]
pub(super) struct HuffmanTable {
    /// By the next `LOOK` bits: value (16 bits), value bits still to read (4), run (4), bits to consume (8).
    /// No bits to consume means a longer code.
    steps: [u32; 1 << LOOK],
    /// By the same bits: code length (8) and symbol (8).
    codes: [u16; 1 << LOOK],
    /// First code beyond each length, left-aligned in 16 bits, and what to add to a code for its symbol's place.
    limits: [u32; 17],
    offsets: [i32; 17],
    symbols: Vec<u8>,
}

/// A table as its segment has it: how many codes of each length, and their symbols.
#[derive(Debug, Clone)]
pub(super) struct Codes {
    counts: [u8; 16],
    symbols: Vec<u8>,
}

impl Codes {
    /// `None` when the codes do not fit their lengths.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut code = 0_u32;
        for (length, count) in (1..).zip(counts) {
            code += u32::from(*count);
            if code > 1 << length {
                return None;
            }
            code <<= 1;
        }
        Some(Self {
            counts: *counts,
            symbols: symbols.to_vec(),
        })
    }
}

impl HuffmanTable {
    /// Builds the look-up tables: some microseconds, so only for scans that use them.
    pub(super) fn new(codes: &Codes) -> Box<Self> {
        let mut table = Box::new(Self {
            steps: [0; 1 << LOOK],
            codes: [0; 1 << LOOK],
            limits: [0; 17],
            offsets: [0; 17],
            symbols: codes.symbols.clone(),
        });
        let (mut code, mut place) = (0_u32, 0_usize);
        for (length, count) in (1..).zip(codes.counts) {
            table.offsets[length as usize] = place as i32 - code as i32;
            for symbol in codes.symbols.iter().skip(place).take(count.into()) {
                table.enter(code, length, *symbol);
                code += 1;
            }
            place += usize::from(count);
            table.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        table
    }

    fn enter(&mut self, code: u32, length: u32, symbol: u8) {
        let Some(spare) = LOOK.checked_sub(length) else {
            return;
        };
        let size = u32::from(symbol & 15);
        for tail in 0..1_u32 << spare {
            let at = (code << spare | tail) as usize;
            let run = u32::from(symbol >> 4) << 8;
            self.codes[at] = (length as u16) << 8 | u16::from(symbol);
            self.steps[at] = if size > 0 && size <= spare {
                let value = extend(tail >> (spare - size), size);
                (value as u32) << 16 | run | (length + size)
            } else {
                size << 12 | run | length
            };
        }
    }

    /// Reads a code and its value; `refill_for_symbol` must have been called.
    #[inline(always)]
    pub(super) fn read(&self, bits: &mut Bits<'_>) -> Symbol {
        let step = self.steps[bits.peek(LOOK) as usize];
        let value = step as i32 >> 16;
        if value != 0 {
            bits.consume(step & 0xff);
            let run = step >> 8 & 15;
            return Symbol {
                run,
                value,
                size: 1,
            };
        }
        self.read_parts(bits, step)
    }

    /// Run and value, if both are in the next `LOOK` bits; else nothing is read.
    #[inline(always)]
    pub(super) fn read_short(&self, bits: &mut Bits<'_>) -> Option<(u32, i32)> {
        let step = self.steps[bits.peek(LOOK) as usize];
        let value = step as i32 >> 16;
        if value == 0 {
            return None;
        }
        bits.consume(step & 0xff);
        Some((step >> 8 & 15, value))
    }

    #[inline(always)]
    fn read_parts(&self, bits: &mut Bits<'_>, step: u32) -> Symbol {
        let (mut run, mut size) = (step >> 8 & 15, step >> 12 & 15);
        if step as u8 == 0 {
            let symbol = u32::from(self.read_long(bits));
            (run, size) = (symbol >> 4, symbol & 15);
        } else {
            bits.consume(step & 0xff);
        }
        let value = if size == 0 {
            0
        } else {
            extend(bits.take(size), size)
        };
        Symbol { run, value, size }
    }

    /// Reads a code only.
    #[inline]
    pub(super) fn read_code(&self, bits: &mut Bits<'_>) -> u8 {
        let code = self.codes[bits.peek(LOOK) as usize];
        if code == 0 {
            return self.read_long(bits);
        }
        bits.consume(u32::from(code >> 8));
        code as u8
    }

    /// A longer code: symbol and length, by value so that the reader's state may stay in registers.
    #[inline(never)]
    fn find_long(&self, word: u32) -> (u8, u32) {
        for length in LOOK + 1..=16 {
            if word < self.limits[length as usize] {
                let place = (word >> (16 - length)) as i32 + self.offsets[length as usize];
                let symbol = self.symbols.get(place as usize).copied();
                return (symbol.unwrap_or(0), length);
            }
        }
        (0, BAD_CODE_BITS)
    }

    #[inline(always)]
    fn read_long(&self, bits: &mut Bits<'_>) -> u8 {
        let (symbol, length) = self.find_long(bits.peek(16));
        bits.consume(length);
        bits.is_bad |= length == BAD_CODE_BITS;
        symbol
    }
}

/// The value that `size` bits stand for (T.81, F.2.2.1): those without a leading one are negative.
#[inline(always)]
const fn extend(bits: u32, size: u32) -> i32 {
    let negative = (bits >> (size - 1)) ^ 1;
    bits as i32 - ((1_i32 << size) - 1) * negative as i32
}

/// The tables of a scan, by the places that its header names.
#[derive(Debug, Default)]
pub(super) struct ScanTables {
    tables: [Option<Box<HuffmanTable>>; 4],
}

impl ScanTables {
    /// Builds those at `places`; an error when one was never defined.
    pub(super) fn new(
        codes: &[Option<Codes>; 4],
        places: impl Iterator<Item = usize>,
    ) -> Result<Self, Error> {
        let mut built = Self::default();
        for place in places {
            let codes = codes.get(place).and_then(Option::as_ref);
            let codes = codes.ok_or_else(|| Error::Malformed("no Huffman table".to_owned()))?;
            built.tables[place].get_or_insert_with(|| HuffmanTable::new(codes));
        }
        Ok(built)
    }

    /// A table that was built.
    pub(super) fn at(&self, place: usize) -> Result<&HuffmanTable, Error> {
        let table = self.tables.get(place).and_then(Option::as_deref);
        table.ok_or_else(|| Error::Malformed("no Huffman table".to_owned()))
    }
}

/// The tables that abbreviated streams such as Motion JPEG leave out (T.81, K.3.3): luma, chroma.
pub(super) fn default_dc() -> [Option<Codes>; 4] {
    let luma = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
    let chroma = [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
    let symbols: Vec<u8> = (0..12).collect();
    let [luma, chroma] = [luma, chroma].map(|counts| Codes::new(&counts, &symbols));
    [luma, chroma, None, None]
}

/// As [`default_dc`], for the other coefficients.
pub(super) fn default_ac() -> [Option<Codes>; 4] {
    let luma = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125];
    let chroma = [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119];
    [
        Codes::new(&luma, &DEFAULT_AC_LUMA),
        Codes::new(&chroma, &DEFAULT_AC_CHROMA),
        None,
        None,
    ]
}

const DEFAULT_AC_LUMA: [u8; 162] = [
    1, 2, 3, 0, 4, 17, 5, 18, 33, 49, 65, 6, 19, 81, 97, 7, 34, 113, 20, 50, 129, 145, 161, 8, 35,
    66, 177, 193, 21, 82, 209, 240, 36, 51, 98, 114, 130, 9, 10, 22, 23, 24, 25, 26, 37, 38, 39,
    40, 41, 42, 52, 53, 54, 55, 56, 57, 58, 67, 68, 69, 70, 71, 72, 73, 74, 83, 84, 85, 86, 87, 88,
    89, 90, 99, 100, 101, 102, 103, 104, 105, 106, 115, 116, 117, 118, 119, 120, 121, 122, 131,
    132, 133, 134, 135, 136, 137, 138, 146, 147, 148, 149, 150, 151, 152, 153, 154, 162, 163, 164,
    165, 166, 167, 168, 169, 170, 178, 179, 180, 181, 182, 183, 184, 185, 186, 194, 195, 196, 197,
    198, 199, 200, 201, 202, 210, 211, 212, 213, 214, 215, 216, 217, 218, 225, 226, 227, 228, 229,
    230, 231, 232, 233, 234, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250,
];

const DEFAULT_AC_CHROMA: [u8; 162] = [
    0, 1, 2, 3, 17, 4, 5, 33, 49, 6, 18, 65, 81, 7, 97, 113, 19, 34, 50, 129, 8, 20, 66, 145, 161,
    177, 193, 9, 35, 51, 82, 240, 21, 98, 114, 209, 10, 22, 36, 52, 225, 37, 241, 23, 24, 25, 26,
    38, 39, 40, 41, 42, 53, 54, 55, 56, 57, 58, 67, 68, 69, 70, 71, 72, 73, 74, 83, 84, 85, 86, 87,
    88, 89, 90, 99, 100, 101, 102, 103, 104, 105, 106, 115, 116, 117, 118, 119, 120, 121, 122, 130,
    131, 132, 133, 134, 135, 136, 137, 138, 146, 147, 148, 149, 150, 151, 152, 153, 154, 162, 163,
    164, 165, 166, 167, 168, 169, 170, 178, 179, 180, 181, 182, 183, 184, 185, 186, 194, 195, 196,
    197, 198, 199, 200, 201, 202, 210, 211, 212, 213, 214, 215, 216, 217, 218, 226, 227, 228, 229,
    230, 231, 232, 233, 234, 242, 243, 244, 245, 246, 247, 248, 249, 250,
];

#[cfg(test)]
mod tests {
    use super::super::bits::Window;
    use super::*;

    fn read(table: &HuffmanTable, data: &[u8]) -> Symbol {
        let window = Window::new(data, 0);
        let mut bits = window.reader();
        bits.refill();
        table.read(&mut bits)
    }

    #[test]
    fn values_extend() {
        assert_eq!([extend(0, 1), extend(1, 1)], [-1, 1]);
        assert_eq!([extend(0, 3), extend(3, 3), extend(4, 3)], [-7, -4, 4]);
    }

    #[test]
    fn codes_of_every_length_are_read() {
        let [luma, ..] = default_ac();
        let luma = HuffmanTable::new(&luma.expect("a table"));
        // 00 is run 0, one bit; 1010 ends the block; 1111111110000010 is run 0, nine bits... of luma: 0/9.
        let symbol = |run, value, size| Symbol { run, value, size };
        assert_eq!(read(&luma, &[0b0010_0000]), symbol(0, 1, 1));
        assert_eq!(read(&luma, &[0b1010_0000]), symbol(0, 0, 0));
        assert_eq!(
            read(&luma, &[0xff, 0, 0x82, 0xff, 0, 0x80]),
            symbol(0, 511, 9)
        );
        assert_eq!(read(&luma, &[0xff, 0, 0xff, 0]), symbol(0, 0, 0));
    }

    #[test]
    fn oversubscribed_tables_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 2;
        assert!(Codes::new(&counts, &[1, 2]).is_some());
        counts[0] = 3;
        assert!(Codes::new(&counts, &[1, 2, 3]).is_none());
    }
}
