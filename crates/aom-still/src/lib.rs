//! libaom's still-picture encoder behind one safe function. Sources are libaom 3.11's own (`vendor/`, BSD-2-Clause and the
//! AOM patent licence), chosen by `sources.txt` and configured for plain C; see `vendor.md` for how they were made.

// A call into C and the freeing of what it gives.
#![allow(unsafe_code)]

use std::{ptr, slice};

/// Longest side that the encoder takes; AV1's own limit is 65,536.
pub const MAX_SIDE: u32 = 65_535;

/// Planes of eight bits and full range (BT.601): luma, and blue and red difference of half the width and height, rounded up.
#[derive(Debug, Clone, Copy)]
pub struct Planes<'a> {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height` samples.
    pub luma: &'a [u8],
    /// Both differences, or none for a grey picture or an opacity.
    pub chroma: Option<[&'a [u8]; 2]>,
}

unsafe extern "C" {
    fn mana_aom_encode(
        luma: *const u8,
        blue: *const u8,
        red: *const u8,
        width: u32,
        height: u32,
        quantizer: i32,
        speed: i32,
        out: *mut *mut u8,
        out_len: *mut usize,
    ) -> i32;
    fn mana_aom_free(buffer: *mut u8);
}

/// Encodes on this thread, as one AV1 temporal unit. `quantizer` goes from 0 (best) to 63, `speed` from 0 to 9.
///
/// # Errors
/// Where the encoder gave up, as a number; 0 for planes that are not of their size.
pub fn encode(planes: Planes<'_>, quantizer: u8, speed: u8) -> Result<Vec<u8>, i32> {
    let Planes {
        width,
        height,
        luma,
        chroma,
    } = planes;
    let size = |width: u32, height: u32| width as usize * height as usize;
    let half = size(width.div_ceil(2), height.div_ceil(2));
    let fits = (1..=MAX_SIDE).contains(&width)
        && (1..=MAX_SIDE).contains(&height)
        && luma.len() == size(width, height)
        && chroma.is_none_or(|planes| planes.iter().all(|plane| plane.len() == half));
    if !fits {
        return Err(0);
    }
    let [blue, red] = chroma.map_or([ptr::null(); 2], |planes| planes.map(<[u8]>::as_ptr));
    let (mut out, mut len) = (ptr::null_mut(), 0);
    // SAFETY: every plane was checked to hold what its size says, which is all that the shim reads, and it keeps no pointer.
    let status = unsafe {
        mana_aom_encode(
            luma.as_ptr(),
            blue,
            red,
            width,
            height,
            i32::from(quantizer.min(63)),
            i32::from(speed.min(9)),
            &raw mut out,
            &raw mut len,
        )
    };
    if status != 0 || out.is_null() {
        return Err(status);
    }
    // SAFETY: on success the shim gives a buffer of that length, which is freed once and not used again.
    let coded = unsafe { slice::from_raw_parts(out, len) }.to_vec();
    unsafe { mana_aom_free(out) };
    Ok(coded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_odd_sizes_encode() {
        for (width, height) in [(1u32, 1u32), (2, 3), (17, 5), (64, 64), (129, 1)] {
            let luma: Vec<u8> = (0..width * height).map(|at| (at * 7) as u8).collect();
            let half = vec![128; (width.div_ceil(2) * height.div_ceil(2)) as usize];
            for chroma in [None, Some([&half[..], &half[..]])] {
                let planes = Planes {
                    width,
                    height,
                    luma: &luma,
                    chroma,
                };
                let coded = encode(planes, 20, 9).unwrap();
                // A temporal unit begins with its delimiter.
                assert_eq!(coded[..2], [0x12, 0], "{width} x {height}");
            }
        }
    }

    #[test]
    fn planes_of_another_size_are_refused() {
        let planes = Planes {
            width: 4,
            height: 4,
            luma: &[0; 15],
            chroma: None,
        };
        assert_eq!(encode(planes, 20, 9), Err(0));
    }
}
