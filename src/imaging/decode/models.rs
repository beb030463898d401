//! Colour models that TIFF (and Adobe's JPEG) bring along without a profile.

/// CIE XYZ under D50 to linear sRGB, adapted by Bradford's method.
const D50_TO_SRGB: [[f32; 3]; 3] = [
    [3.133_856, -1.616_867, -0.490_615],
    [-0.978_768, 1.916_142, 0.033_454],
    [0.071_945, -0.228_991, 1.405_243],
];

/// All reds of the palette come first, then all greens and all blues, of 16 bits each.
pub(super) fn with_palette(indices: &[u8], colors: &[u16], depth: u8) -> Vec<u8> {
    let entries = 1usize << depth.min(8);
    let sample = |index: u8, channel: usize| {
        colors
            .get(channel * entries + usize::from(index))
            .map_or(0, |sample| (sample >> 8) as u8)
    };
    indices
        .iter()
        .flat_map(|index| [0, 1, 2].map(|channel| sample(*index, channel)))
        .collect()
}

/// CIE L*a*b* (D50), a and b as two's complement, to sRGB.
pub(super) fn lab_to_srgb(data: &mut [u8]) {
    let cube = |t: f32| {
        if t > 6.0 / 29.0 {
            t * t * t
        } else {
            (t - 16.0 / 116.0) * 0.128_418_55
        }
    };
    let encode = |linear: f32| {
        let linear = linear.clamp(0.0, 1.0);
        let value = if linear <= 0.003_130_8 {
            linear * 12.92
        } else {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        };
        (value * 255.0).round() as u8
    };
    for pixel in data.as_chunks_mut::<3>().0 {
        let [red_green, yellow_blue] =
            [pixel[1], pixel[2]].map(|axis| f32::from(axis.cast_signed()));
        let root = (f32::from(pixel[0]) * 100.0 / 255.0 + 16.0) / 116.0;
        let xyz = [
            0.9642 * cube(root + red_green / 500.0),
            cube(root),
            0.8249 * cube(root - yellow_blue / 200.0),
        ];
        *pixel = D50_TO_SRGB
            .map(|row| encode(row.iter().zip(xyz).map(|(factor, of)| factor * of).sum()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lab_greys_and_colours() {
        let mut data = [255, 0, 0, 0, 0, 0, 137, 0, 0];
        lab_to_srgb(&mut data);
        assert_eq!(data[..6], [255, 255, 255, 0, 0, 0]);
        assert!(
            data[6].abs_diff(data[8]) <= 1 && data[6] > 120 && data[6] < 135,
            "{data:?}"
        );
    }

    #[test]
    fn palettes_are_planes() {
        let colors = [0, 0xffff, 0, 0x8000, 0, 0];
        assert_eq!(with_palette(&[1, 0], &colors, 1), [255, 128, 0, 0, 0, 0]);
    }
}
