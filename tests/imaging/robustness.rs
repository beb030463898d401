//! Damaged files: every sample cut short and with bytes flipped. Nothing panics, nothing takes long.

use std::time::Duration;

use cpu_time::ThreadTime;
use mana_media::imaging::{Error, Limits, derive, probe};

use super::corpus::{Sample, decoded_samples};

/// Largest sample that is damaged.
const MAX_BYTES: usize = 200 << 10;
/// Damages of each sample: few in the everyday loop, all with `MANA_THOROUGH`, which `./test` sets.
fn damages() -> usize {
    if std::env::var_os("MANA_THOROUGH").is_some() {
        16
    } else {
        3
    }
}
/// Longest for one damaged file.
const LONGEST: Duration = Duration::from_secs(5);

#[test]
fn cut_files() {
    each(|bytes, step| bytes.truncate(bytes.len() * step / damages()));
}

#[test]
fn flipped_bytes() {
    each(|bytes, step| {
        // A fixed walk: half of the flips in the header, where they hurt most.
        let span = if step % 2 == 0 {
            bytes.len().min(512)
        } else {
            bytes.len()
        };
        if span > 0 {
            let at = (step * 2_654_435_761 + 97) % span;
            bytes[at] ^= 0xff >> (step % 8);
        }
    });
}

fn each(damage: impl Fn(&mut Vec<u8>, usize)) {
    // Small enough that the test ends soon without optimisation, whatever size a flip makes.
    let limits = Limits {
        max_pixels: 1_000_000,
        ..Limits::default()
    };
    let mut wrong = Vec::new();
    for sample in decoded_samples().filter(|sample| sample.bytes.len() <= MAX_BYTES) {
        for step in 0..damages() {
            let mut bytes = sample.bytes.clone();
            damage(&mut bytes, step);
            let start = ThreadTime::now();
            let _ = probe(&mut std::io::Cursor::new(&bytes[..]), &sample.kind, &limits);
            let result = derive(&bytes, &sample.kind, &limits);
            report(&sample, step, start.elapsed(), result.err(), &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn report(
    sample: &Sample,
    step: usize,
    elapsed: Duration,
    error: Option<Error>,
    wrong: &mut Vec<String>,
) {
    match error {
        Some(Error::Internal(what)) => {
            wrong.push(format!("{} at {step}: internal: {what}", sample.path));
        }
        Some(Error::Malformed(what)) if what == "decoder panicked" => {
            wrong.push(format!("{} at {step}: panic", sample.path));
        }
        _ => {}
    }
    if elapsed > LONGEST {
        wrong.push(format!("{} at {step}: {elapsed:?}", sample.path));
    }
}
