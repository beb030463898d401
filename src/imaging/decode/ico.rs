//! ICO and CUR: the largest entry, a PNG or a bitmap without a file header whose lower half is a mask.

use super::{Decoded, Error, Frame, Limits, Picture, Profile, png};
use crate::imaging::frame::Layout;

/// Entries that are looked at.
const MAX_ENTRIES: usize = 256;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let count = number(bytes, 4, 2)?.min(MAX_ENTRIES);
    let entry = (0..count)
        .filter_map(|index| bytes.get(6 + index * 16..)?.first_chunk::<16>())
        .max_by_key(|entry| {
            // Zero stands for 256.
            let side = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
            let depth = u16::from_le_bytes([entry[6], entry[7]]);
            // Of those alike, readers take the first.
            (side(entry[0]) * side(entry[1]), depth)
        })
        .ok_or_else(|| malformed("no entry"))?;
    let [len, start] = [&entry[8..12], &entry[12..]].map(|field| {
        field
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | usize::from(*byte))
    });
    let rest = bytes.get(start..).ok_or_else(|| malformed("no picture"))?;
    if rest.starts_with(b"\x89PNG") {
        return png::decode(&rest[..len.min(rest.len())], 1, limits);
    }
    bitmap(rest, limits)
}

#[expect(
    clippy::too_many_lines,
    reason = "one header and the pixels behind it, in their order"
)]
/// A bitmap from its `BITMAPINFOHEADER` on: pixels of 1 to 32 bits and a mask of transparency, rows from the bottom.
fn bitmap(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let header = number(bytes, 0, 4)?;
    let (width, twice) = (number(bytes, 4, 4)?, number(bytes, 8, 4)?);
    let (depth, compression) = (number(bytes, 14, 2)?, number(bytes, 16, 4)?);
    let height = twice / 2;
    if header < 40 || width == 0 || height == 0 {
        return Err(malformed("bitmap header"));
    }
    crate::imaging::probe::check_pixels(width as u64, height as u64, limits)?;
    let row_bytes = |bits: usize| (width * bits).div_ceil(32) * 4;
    let colors = match (depth, number(bytes, 32, 4)?) {
        (1 | 4 | 8, 0) => 1 << depth,
        (1 | 4 | 8, used) => used.min(1 << depth),
        (24 | 32, _) => 0,
        _ => return Err(Error::Unsupported(format!("{depth} bits in ICO"))),
    };
    if compression != 0 && !(compression == 3 && depth == 32) {
        return Err(Error::Unsupported("compressed bitmap in ICO".to_owned()));
    }
    let masks = if compression == 3 && header == 40 {
        12
    } else {
        0
    };
    let cut_off = || malformed("cut off");
    let palette_at = header.checked_add(masks).ok_or_else(cut_off)?;
    let rest = bytes.get(palette_at..).ok_or_else(cut_off)?;
    let (palette, rest) = rest.split_at_checked(colors * 4).ok_or_else(cut_off)?;
    let pixels = rest.get(..row_bytes(depth) * height).ok_or_else(cut_off)?;
    // A missing mask hides nothing.
    let mask = rest.get(pixels.len()..).unwrap_or_default();
    let has_alpha = depth == 32 && pixels.chunks_exact(4).any(|pixel| pixel[3] != 0);
    let mut data = Vec::with_capacity(width * height * 4);
    for row in (0..height).rev() {
        let line = &pixels[row * row_bytes(depth)..][..row_bytes(depth)];
        let mask = mask.get(row * row_bytes(1)..).unwrap_or_default();
        for column in 0..width {
            let [blue, green, red, alpha] = match depth {
                24 => [
                    line[column * 3],
                    line[column * 3 + 1],
                    line[column * 3 + 2],
                    0,
                ],
                32 => *line[column * 4..].first_chunk().ok_or_else(cut_off)?,
                _ => palette
                    .get(index(line, column, depth) * 4..)
                    .and_then(|color| color.first_chunk().copied())
                    .unwrap_or_default(),
            };
            let hidden = mask.len() > column / 8 && index(mask, column, 1) == 1;
            let alpha = match (has_alpha, hidden) {
                (true, _) => alpha,
                (false, true) => 0,
                (false, false) => 255,
            };
            data.extend([red, green, blue, alpha]);
        }
    }
    Ok(Decoded {
        picture: Picture::Frame(Frame::new(width as u32, height as u32, Layout::Rgba, data)?),
        profile: Profile::default(),
        truncated: false,
    })
}

/// The number of `depth` bits (1, 4 or 8) in a column.
fn index(line: &[u8], column: usize, depth: usize) -> usize {
    let at = column * depth;
    let shift = 8 - depth - at % 8;
    usize::from(line[at / 8]) >> shift & ((1 << depth) - 1)
}

fn number(bytes: &[u8], at: usize, len: usize) -> Result<usize, Error> {
    let field = bytes
        .get(at..at + len)
        .ok_or_else(|| malformed("cut off"))?;
    Ok(field
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn malformed(what: &str) -> Error {
    Error::Malformed(format!("ICO: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One entry of 2 × 1 pixels of that depth.
    fn icon(depth: u8, palette: &[u8], row: [u8; 4], mask: u8) -> Vec<u8> {
        let mut bytes = vec![
            0, 0, 1, 0, 1, 0, 2, 1, 0, 0, 1, 0, depth, 0, 0, 0, 0, 0, 22, 0, 0, 0,
        ];
        let mut header = [0; 40];
        (header[0], header[4], header[8]) = (40, 2, 2);
        (header[12], header[14]) = (1, depth);
        bytes.extend(header);
        bytes.extend(palette);
        bytes.extend(row);
        if depth == 32 {
            bytes.extend([9, 8, 7, 255]);
        }
        bytes.extend([mask, 0, 0, 0]);
        bytes
    }

    #[test]
    fn masks_hide_and_alpha_outranks_them() {
        let decode = |bytes: &[u8]| {
            decode(bytes, &Limits::default())
                .and_then(|decoded| decoded.picture.into_frame())
                .map(|frame| frame.data)
        };
        let two = [1, 2, 3, 0, 4, 5, 6, 0];
        let palette = decode(&icon(1, &two, [0x40, 0, 0, 0], 0x80)).unwrap();
        assert_eq!(palette, [3, 2, 1, 0, 6, 5, 4, 255]);
        let alpha = decode(&icon(32, &[], [1, 2, 3, 128], 0x80)).unwrap();
        assert_eq!(alpha, [3, 2, 1, 128, 7, 8, 9, 255]);
        let opaque = decode(&icon(32, &[], [1, 2, 3, 0], 0x40));
        assert!(opaque.is_ok());
        for cut in 0..icon(1, &two, [0; 4], 0).len() - 4 {
            assert!(decode(&icon(1, &two, [0; 4], 0)[..cut]).is_err(), "{cut}");
        }
    }
}
