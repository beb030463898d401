//! AVIF out: an sRGB frame as 4:2:0 planes, coded by libaom's all-intra mode, with opacity as a second, grey picture.

use super::{
    Error,
    frame::{Frame, Layout},
};

/// Largest picture in pixels: the encoder holds some 15 bytes for each.
const MAX_PIXELS: u64 = 24_000_000;
/// libaom's speed. 9 takes a quarter of 8's time for 2 % more bytes at equal SSIMULACRA2; slower ones gain little more.
const SPEED: u8 = 9;

/// Encodes an RGB or RGBA frame at a quality of 1 to 100.
pub(super) fn encode(frame: &Frame, quality: u8) -> Result<Vec<u8>, Error> {
    let (width, height) = frame.size();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || width.max(height) > aom_still::MAX_SIDE
    {
        return Err(Error::OverLimit("too large for AVIF".to_owned()));
    }
    let quantizer = quantizer(quality);
    let alpha = frame.layout == Layout::Rgba;
    let (luma, chroma) = if alpha {
        planes::<4>(&frame.data, width as usize)
    } else {
        planes::<3>(&frame.data, width as usize)
    };
    let code = |luma: &[u8], chroma: Option<[&[u8]; 2]>| {
        let planes = aom_still::Planes {
            width,
            height,
            luma,
            chroma,
        };
        aom_still::encode(planes, quantizer, SPEED)
            .map_err(|step| Error::Internal(format!("avif: encoder gave up at {step}")))
    };
    let color = code(&luma, Some([&chroma[0], &chroma[1]]))?;
    let opacity = if alpha {
        let opacity: Vec<u8> = frame.data.iter().skip(3).step_by(4).copied().collect();
        Some(code(&opacity, None)?)
    } else {
        None
    };
    Ok(avif_serialize::Aviffy::new()
        .set_chroma_subsampling((true, true))
        .set_full_color_range(true)
        .set_matrix_coefficients(avif_serialize::constants::MatrixCoefficients::Bt601)
        .to_vec(&color, opacity.as_deref(), width, height, 8))
}

/// libavif's scale: 100 is 0, 0 is 63.
fn quantizer(quality: u8) -> u8 {
    let missing = u32::from(100 - quality.clamp(1, 100));
    ((missing * 63 + 50) / 100) as u8
}

/// Luma, and both chroma planes of the mean of two by two pixels, by BT.601 at full range. `N` samples a pixel.
fn planes<const N: usize>(data: &[u8], width: usize) -> (Vec<u8>, [Vec<u8>; 2]) {
    let (pixels, _) = data.as_chunks::<N>();
    let luma = pixels
        .iter()
        .map(|pixel| {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
            ((19_595 * red + 38_470 * green + 7_471 * blue + 32_768) >> 16) as u8
        })
        .collect();
    let half = pixels.len().div_ceil(4) + width;
    let (mut blues, mut reds) = (Vec::with_capacity(half), Vec::with_capacity(half));
    for rows in pixels.chunks(2 * width) {
        let (top, bottom) = rows.split_at(width);
        // The last row of an odd number stands for both.
        let bottom = if bottom.is_empty() { top } else { bottom };
        for (top, bottom) in top.chunks(2).zip(bottom.chunks(2)) {
            let [red, green, blue] = [0, 1, 2].map(|sample| {
                let of = |pixel: &[u8; N]| i32::from(pixel[sample]);
                of(&top[0])
                    + of(&top[top.len() - 1])
                    + of(&bottom[0])
                    + of(&bottom[bottom.len() - 1])
            });
            let sample = |sum: i32| (((sum + (1 << 17)) >> 18) + 128).clamp(0, 255) as u8;
            blues.push(sample(-11_059 * red - 21_709 * green + 32_768 * blue));
            reds.push(sample(32_768 * red - 27_439 * green - 5_329 * blue));
        }
    }
    (luma, [blues, reds])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        imaging::{Limits, decode::decode},
        media::Kind,
    };

    #[test]
    fn odd_sizes_and_colours() {
        let red = [255, 0, 0].repeat(3 * 3);
        let (luma, [blue, reds]) = planes::<3>(&red, 3);
        assert_eq!((luma, blue, reds), (vec![76; 9], vec![85; 4], vec![255; 4]));
        assert_eq!((quantizer(100), quantizer(77), quantizer(0)), (0, 14, 62));
    }

    #[test]
    fn what_is_encoded_decodes() {
        for layout in [Layout::Rgb, Layout::Rgba] {
            let (width, height) = (33u32, 21u32);
            let data: Vec<u8> = (0..width * height)
                .flat_map(|at| {
                    let pixel = [200, (at % width * 7) as u8, 40, (at / width * 12) as u8];
                    pixel.into_iter().take(layout.samples())
                })
                .collect();
            let frame = Frame::new(width, height, layout, data).unwrap();
            let bytes = encode(&frame, 90).unwrap();
            let back = decode(&bytes, &Kind::Avif, 1, &Limits::default())
                .and_then(|decoded| decoded.picture.into_frame())
                .unwrap();
            assert_eq!((back.size(), back.layout), (frame.size(), layout));
            let difference = |(a, b): (&u8, &u8)| u64::from(a.abs_diff(*b));
            let sum: u64 = back.data.iter().zip(&frame.data).map(difference).sum();
            assert!(sum / frame.data.len() as u64 <= 3, "{layout:?} {sum}");
        }
    }
}
