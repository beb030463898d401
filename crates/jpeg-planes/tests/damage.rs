//! No bytes make the decoder panic or work for long: pictures cut anywhere, bits turned, and bombs.

use std::{fs, path::Path, time::Instant};

use jpeg_planes::{Limits, Scale, decode, read_header};

const LIMITS: Limits = Limits {
    max_pixels: 100_000_000,
    max_memory_bytes: 400_000_000,
    max_scans: 64,
    deadline: None,
};
const SCALES: [Scale; 4] = [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth];

struct Noise(u64);

impl Noise {
    /// Below `bound`, by xorshift.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }
}

fn gather(folder: &Path, most_bytes: u64, into: &mut Vec<Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, most_bytes, into);
        } else if path.metadata().is_ok_and(|facts| facts.len() <= most_bytes) {
            let bytes = fs::read(&path).expect("bytes");
            if bytes.starts_with(&[0xff, 0xd8]) {
                into.push(bytes);
            }
        }
    }
}

fn pictures() -> Vec<Vec<u8>> {
    let mut pictures = Vec::new();
    gather(Path::new("tests/kinds"), 100_000, &mut pictures);
    gather(
        Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/corpus"
        )),
        150_000,
        &mut pictures,
    );
    pictures
}

/// Decodes, and checks that the bound of memory is at least the planes.
fn attempt(bytes: &[u8], scale: Scale) {
    let Ok(decoded) = decode(bytes, scale, &LIMITS) else {
        return;
    };
    let held: u64 = decoded
        .planes
        .iter()
        .map(|plane| plane.data.capacity() as u64)
        .sum();
    let header = read_header(bytes).expect("what was decoded has a header");
    assert!(held <= header.memory_bytes(scale));
}

#[test]
fn cut_pictures_are_kept_as_far_as_they_go() {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for bytes in pictures() {
        for at in 0..24 {
            let end = noise.below(bytes.len());
            attempt(&bytes[..end], SCALES[at % 4]);
            // Whole scans and no end marker.
            if let Ok(decoded) = decode(&bytes[..end], Scale::Eighth, &LIMITS) {
                let _ = decoded.truncated;
            }
        }
    }
}

#[test]
fn turned_bits_do_no_harm() {
    let mut noise = Noise(0x2545_f491_4f6c_dd1d);
    let rounds = option_env!("ROUNDS").map_or(40, |rounds| rounds.parse().expect("a number"));
    for original in pictures() {
        for at in 0..rounds {
            let mut bytes = original.clone();
            for _ in 0..=noise.below(8) {
                // Half of them in the headers.
                let bound = if at & 1 == 0 {
                    bytes.len()
                } else {
                    bytes.len().min(700)
                };
                let place = noise.below(bound);
                bytes[place] = match noise.below(3) {
                    0 => 0xff,
                    1 => noise.below(256) as u8,
                    _ => bytes[place] ^ 1 << noise.below(8),
                };
            }
            attempt(&bytes, SCALES[at % 4]);
        }
    }
}

/// A progressive frame of the size and `scans` scans, each with almost no data.
fn bomb(width: u16, height: u16, scans: usize, header: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xdb\x00\x43\x00".to_vec();
    bytes.extend([1; 64]);
    bytes.extend(b"\xff\xc2\x00\x0b\x08");
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend(b"\x01\x01\x11\x00");
    bytes.extend(b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00");
    // Differences of zero: two bits a block.
    bytes.extend(vec![
        0;
        usize::from(width.div_ceil(8))
            * usize::from(height.div_ceil(8))
            / 4
    ]);
    for _ in 0..scans {
        bytes.extend(b"\xff\xda\x00\x08\x01\x01\x00");
        bytes.extend(header);
        bytes.extend(data);
    }
    bytes.extend(b"\xff\xd9");
    bytes
}

#[test]
fn bombs_of_many_scans_take_little_time() {
    let start = Instant::now();
    // Runs of 32767 blocks in fifteen bits each, under a table that has only them.
    let table = b"\xff\xc4\x00\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xe0".as_slice();
    for header in [b"\x01\x3f\x00".as_slice(), b"\x01\x3f\x10"] {
        let mut bytes = bomb(10_000, 9_000, 0, header, b"");
        bytes.truncate(bytes.len() - 2);
        bytes.extend(table);
        let end = bomb(8, 8, 60, header, &[0x7f; 96]);
        let scans = end
            .windows(2)
            .skip(120)
            .position(|pair| pair == b"\xff\xda");
        bytes.extend(&end[120 + scans.expect("a scan")..]);
        let decoded = decode(&bytes, Scale::Quarter, &LIMITS).expect("a picture");
        assert_eq!(decoded.width, 2500);
    }
    let most = if cfg!(debug_assertions) { 60 } else { 10 };
    assert!(start.elapsed().as_secs() < most, "{:?}", start.elapsed());
}

#[test]
fn too_many_scans_are_refused() {
    assert!(
        decode(
            &bomb(800, 800, 64, b"\x01\x3f\x00", b"\0"),
            Scale::Full,
            &LIMITS
        )
        .is_err()
    );
    assert!(
        decode(
            &bomb(800, 800, 63, b"\x01\x3f\x00", b"\0"),
            Scale::Full,
            &LIMITS
        )
        .is_ok()
    );
}
