//! Coding to a size instead of a quality.

use crate::Error;

/// How often a picture is coded at most.
const PASSES: usize = 10;

/// What of the target may be left over, as a logarithm.
const TOLERANCE: f64 = 0.01;

/// By how much a file grows with a step of quality, as a logarithm, roughly; taken for half of it with every pass, until
/// there is a quality on either side.
const GROWTH: f64 = 0.06;

/// The largest file of at most `target` bytes that a few passes find, from quality `first` on; or the smallest one that
/// there is. `pass` codes at a quality from 0 to 100.
pub(crate) fn approach(
    target: u32,
    first: f64,
    mut pass: impl FnMut(f64) -> Result<Vec<u8>, Error>,
) -> Result<Vec<u8>, Error> {
    // Quality and logarithm of the excess: the best one that fits, and the least one that does not.
    let (mut low, mut high) = (None::<(f64, f64)>, None::<(f64, f64)>);
    let mut quality: f64 = first;
    let mut best = None;
    let mut growth = GROWTH;
    let mut fits = false;
    for _ in 0..PASSES {
        let file = pass(quality)?;
        let excess = (file.len() as f64 / f64::from(target.max(1))).ln();
        let fitted = std::mem::replace(&mut fits, excess <= 0.0);
        let side = if fits { &mut low } else { &mut high };
        *side = Some((quality, excess));
        let is_last = if fits {
            quality >= 100.0
        } else {
            quality <= 0.0
        };
        if fits || is_last {
            best = Some(file);
        }
        if is_last || (-TOLERANCE..=0.0).contains(&excess) {
            break;
        }
        let aim = -TOLERANCE / 2.0;
        quality = if let (Some(low), Some(high)) = (low, high) {
            // Where a line between both says, unless the line has just led to the same side again.
            let line = (aim - low.1) / (high.1 - low.1);
            let part = if fits == fitted {
                0.5
            } else {
                line.clamp(0.1, 0.9)
            };
            low.0 + (high.0 - low.0) * part
        } else {
            growth /= 2.0;
            (quality + (aim - excess) / growth).clamp(0.0, 100.0)
        };
    }
    best.map_or_else(|| pass(0.0), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files whose lengths follow quality in steps.
    fn found(target: u32, first: f64) -> (usize, usize) {
        let mut passes = 0;
        let file = approach(target, first, |quality| {
            passes += 1;
            Ok(vec![0; (1000.0 * (quality.floor() * 0.04).exp()) as usize])
        });
        (file.unwrap().len(), passes)
    }

    #[test]
    fn files_come_near_to_the_target_from_below() {
        for (target, first) in [(5000, 75.0), (30_000, 10.0), (1040, 100.0), (54_000, 0.0)] {
            let (len, passes) = found(target, first);
            assert!(len <= target as usize, "{len} of {target}");
            assert!(len as f64 > f64::from(target) * 0.95, "{len} of {target}");
            assert!(passes <= PASSES, "{passes}");
        }
    }

    #[test]
    fn what_is_out_of_reach_ends_at_the_smallest_or_the_largest() {
        assert_eq!(found(10, 75.0).0, 1000);
        assert_eq!(found(1_000_000, 75.0).0, 54_598);
    }
}
