//! Every fixture cut short and with bytes flipped, 64 times each: nothing panics, nothing takes long, and nothing takes more memory
//! than its header was admitted for. A sample of them in the everyday loop, all with `MANA_THOROUGH`, which `./test` sets.
//! One test in a binary of its own, as the allocator counts for the whole process.
#![allow(clippy::unwrap_used, reason = "a failed test is what it should be")]

#[path = "mutations/allocator.rs"]
mod allocator;

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use allocator::{Counting, peak_of};
use mana_media::imaging::{Error, Limits, derive, probe, tags};
use mana_media::media::{Kind, sniff};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Damages of each sort to each fixture.
const DAMAGES: u64 = 64;
/// Longest for one damaged file, on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);
/// Small enough that everything ends soon without optimisation, whatever size a flip makes.
const LIMITS: Limits = Limits {
    max_pixels: 1_000_000,
    max_memory_bytes: 64 << 20,
    deadline: None,
    system_fonts: false,
    threads: 1,
};

/// `image-webp` asks for the memory of lossy partitions by the lengths that they claim, seven of 24 bits, before it finds that they are
/// not there. It comes zeroed from the system, so that nothing of it is ever touched.
const WEBP_PARTITIONS: u64 = 7 << 24;

#[derive(Debug, Clone, Copy)]
enum Damage {
    Cut(u64),
    Flip(u64),
}

#[test]
fn damaged_fixtures() {
    #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
    let is_thorough = std::env::var("MANA_THOROUGH").is_ok();
    let mut fixtures = Vec::new();
    find(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")),
        &mut fixtures,
    );
    fixtures.sort();
    assert!(fixtures.len() > 90, "{} fixtures", fixtures.len());
    let (mut wrong, mut tried, mut worst) = (Vec::new(), 0, 0.0);
    for (index, path) in fixtures.iter().enumerate() {
        let bytes = std::fs::read(path).unwrap();
        let kind = sniff(&bytes[..bytes.len().min(4096)], None);
        for at in 0..DAMAGES {
            for damage in [Damage::Cut(at), Damage::Flip(at)] {
                // One in 32, each time another damage.
                if !is_thorough && !(at + index as u64).is_multiple_of(32) {
                    continue;
                }
                tried += 1;
                let damaged = apply(damage, &bytes, index as u64);
                match try_one(&damaged, &kind) {
                    Ok(share) => worst = f64::max(worst, share),
                    Err(what) => {
                        wrong.push(format!("{} {damage:?}: {what}", path.display()));
                    }
                }
            }
        }
    }
    println!("{tried} damaged files; the worst took {worst:.2} of its estimate");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_text = |name: &str| {
            let name = name.to_ascii_lowercase();
            [".py", ".md", ".json"]
                .iter()
                .any(|end| name.ends_with(end))
        };
        if path.is_dir() {
            find(&path, found);
        } else if !is_text(&path.to_string_lossy()) {
            found.push(path);
        }
    }
}

/// The same damage on every run. Half of the flips are in the header, where they hurt most.
fn apply(damage: Damage, bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match damage {
        // Cuts all over the file, the first after one byte.
        Damage::Cut(at) => bytes.truncate((bytes.len() as u64 * at / DAMAGES + 1) as usize),
        Damage::Flip(at) => {
            let mut state = seed << 32 | at;
            for _ in 0..=at % 4 {
                let span = if at % 2 == 0 {
                    bytes.len().min(512)
                } else {
                    bytes.len()
                };
                if span > 0 {
                    let random = next(&mut state);
                    bytes[(random >> 16) as usize % span] ^= (random as u8).max(1);
                }
            }
        }
    }
    bytes
}

/// SplitMix64 (Steele et al. 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// What the service does with an upload of what was that kind before. The peak as a share of the estimate.
fn try_one(bytes: &[u8], kind: &Kind) -> Result<f64, String> {
    let start = Instant::now();
    let (probed, header_peak) =
        peak_of(|| probe(&mut Cursor::new(bytes), kind, &LIMITS).map_err(|error| check(&error)));
    let (tags, tags_peak) = peak_of(|| tags(&mut Cursor::new(bytes), kind));
    if let Err(error) = tags {
        check(&error)?;
    }
    for peak in [header_peak, tags_peak] {
        // SVG is parsed as a whole; of anything else a header and its blocks are read.
        if peak > 24 << 20 {
            return Err(format!("{peak} bytes for the header"));
        }
    }
    let probed = match probed {
        Ok(probed) => probed,
        Err(checked) => return checked.map(|()| 0.0),
    };
    let (derived, peak) = peak_of(|| derive(bytes, kind, &LIMITS));
    if let Err(error) = derived {
        check(&error)?;
    }
    let elapsed = start.elapsed();
    if elapsed > LONGEST {
        return Err(format!("{elapsed:?}"));
    }
    // The input is held by the caller here, and counted in the estimate.
    let estimate = probed.derive_bytes();
    let claimed = if *kind == Kind::WebP {
        WEBP_PARTITIONS
    } else {
        0
    };
    if peak + bytes.len() as u64 > estimate + claimed {
        return Err(format!("{peak} bytes, estimated were {estimate}"));
    }
    Ok(peak as f64 / (estimate + claimed) as f64)
}

/// Only the picture may be at fault, and no decoder may have panicked.
fn check(error: &Error) -> Result<(), String> {
    match error {
        Error::Internal(what) => Err(format!("internal: {what}")),
        Error::Malformed(what) if what == "decoder panicked" => Err(what.clone()),
        _ => Ok(()),
    }
}
