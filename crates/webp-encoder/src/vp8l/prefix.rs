//! Prefix (Huffman) codes of the lossless bitstream: construction and transmission.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::BitWriter;

/// Order in which the lengths of the code-length code travel.
const LENGTH_ORDER: [usize; 19] = [
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
];

/// A canonical code over an alphabet.
pub(super) struct PrefixCode {
    lengths: Vec<u8>,
    /// Codes, bits reversed for the writer.
    codes: Vec<u16>,
    /// The symbols in use.
    used: Vec<usize>,
}

impl PrefixCode {
    /// The best code for symbols that come `counts` times, no code longer than `limit`.
    pub(super) fn new(counts: &[u32], limit: u8) -> Self {
        let used: Vec<usize> = (0..counts.len()).filter(|&i| counts[i] > 0).collect();
        let mut lengths = vec![0; counts.len()];
        if used.len() > 1 {
            // Flatten the counts until the tree is shallow enough.
            let mut floor = 1;
            loop {
                tree_lengths(counts, &used, floor, &mut lengths);
                if lengths.iter().all(|&l| l <= limit) {
                    break;
                }
                floor *= 2;
            }
        }
        let codes = canonical(&lengths);
        Self {
            lengths,
            codes,
            used,
        }
    }

    /// Writes one symbol; nothing where there is only one.
    pub(super) fn put(&self, out: &mut BitWriter, symbol: usize) {
        out.put(
            u32::from(self.codes[symbol]),
            u32::from(self.lengths[symbol]),
        );
    }

    /// Writes the code itself.
    pub(super) fn write(&self, out: &mut BitWriter) {
        if let [] | [0..=255] | [0..=255, 0..=255] = self.used[..] {
            return self.write_simple(out);
        }
        if let [symbol] = self.used[..] {
            // One symbol, but above 255, where the simple form cannot reach: a code of length 1.
            let mut lengths = self.lengths.clone();
            lengths[symbol] = 1;
            return write_lengths(out, &lengths);
        }
        write_lengths(out, &self.lengths);
    }

    fn write_simple(&self, out: &mut BitWriter) {
        let first = self.used.first().copied().unwrap_or(0) as u32;
        out.put(1, 1);
        out.put(u32::from(self.used.len() == 2), 1);
        let wide = first > 1;
        out.put(u32::from(wide), 1);
        out.put(first, if wide { 8 } else { 1 });
        if let [_, second] = self.used[..] {
            out.put(second as u32, 8);
        }
    }
}

/// Depths of the Huffman tree over `used`, counts below `floor` raised to it.
fn tree_lengths(counts: &[u32], used: &[usize], floor: u32, lengths: &mut [u8]) {
    let mut heap: BinaryHeap<Reverse<(u64, usize)>> = used
        .iter()
        .enumerate()
        .map(|(node, &symbol)| Reverse((u64::from(counts[symbol].max(floor)), node)))
        .collect();
    let mut parent = vec![0; 2 * used.len() - 1];
    let mut next = used.len();
    while let (Some(Reverse((a, left))), Some(Reverse((b, right)))) = (heap.pop(), heap.pop()) {
        parent[left] = next;
        parent[right] = next;
        if next + 1 < parent.len() {
            heap.push(Reverse((a + b, next)));
        }
        next += 1;
    }
    let root = parent.len() - 1;
    let mut depth = vec![0u8; parent.len()];
    for node in (0..root).rev() {
        depth[node] = depth[parent[node]].saturating_add(1);
    }
    for (node, &symbol) in used.iter().enumerate() {
        lengths[symbol] = depth[node];
    }
}

/// Canonical codes for `lengths`, bits reversed.
fn canonical(lengths: &[u8]) -> Vec<u16> {
    let mut codes = vec![0; lengths.len()];
    let mut next = 0u32;
    for length in 1..=15 {
        next <<= 1;
        for (code, _) in codes.iter_mut().zip(lengths).filter(|(_, l)| **l == length) {
            *code = (next << (32 - u32::from(length))).reverse_bits() as u16;
            next += 1;
        }
    }
    codes
}

/// Writes code lengths, runs shortened, under a prefix code of their own.
fn write_lengths(out: &mut BitWriter, lengths: &[u8]) {
    // Symbol, extra bits, their value.
    let mut symbols: Vec<(usize, u32, u32)> = Vec::new();
    let mut at = 0;
    while at < lengths.len() {
        let value = lengths[at];
        let run = lengths[at..].iter().take_while(|&&l| l == value).count();
        match (value, run) {
            (0, 11..) => {
                let run = run.min(138);
                symbols.push((18, 7, run as u32 - 11));
                at += run;
            }
            (0, 3..) => {
                symbols.push((17, 3, run as u32 - 3));
                at += run;
            }
            (_, 4..) if value != 0 => {
                let repeats = (run - 1).min(6);
                symbols.push((usize::from(value), 0, 0));
                symbols.push((16, 2, repeats as u32 - 3));
                at += 1 + repeats;
            }
            _ => {
                symbols.push((usize::from(value), 0, 0));
                at += 1;
            }
        }
    }
    let mut counts = [0; 19];
    for &(symbol, ..) in &symbols {
        counts[symbol] += 1;
    }
    let code = PrefixCode::new(&counts, 7);
    let mut code_lengths = code.lengths.clone();
    if let [only] = code.used[..] {
        code_lengths[only] = 1;
    }
    let sent = LENGTH_ORDER
        .iter()
        .rposition(|&i| code_lengths[i] > 0)
        .map_or(4, |i| (i + 1).max(4));
    out.put(0, 1);
    out.put(sent as u32 - 4, 4);
    for &i in &LENGTH_ORDER[..sent] {
        out.put(u32::from(code_lengths[i]), 3);
    }
    // As many lengths as the alphabet has.
    out.put(0, 1);
    for &(symbol, bits, extra) in &symbols {
        code.put(out, symbol);
        out.put(extra, bits);
    }
}
