//! BMP. Headers, colours, pixels and an embedded profile stay; all else is zero.

use crate::{Error, Patches, source::Source};

/// `LCS_sRGB` and `PROFILE_EMBEDDED`; a linked profile is the path of a file.
const SRGB: &[u8; 4] = b"BGRs";
const EMBEDDED: &[u8; 4] = b"DEBM";
const LINKED: &[u8; 4] = b"KNIL";

pub(crate) fn plan(source: &mut Source<'_>, patches: &mut Patches) -> Result<(), Error> {
    let pixels_at = u64::from(u32::from_le_bytes(source.array(10)?));
    let header = u64::from(u32::from_le_bytes(source.array(14)?));
    let (width, height, depth, compression, pixel_bytes, colours, colour_bytes);
    if header == 12 {
        let [w0, w1, h0, h1, _, _, d0, d1] = source.array(18)?;
        width = u64::from(u16::from_le_bytes([w0, w1]));
        height = u64::from(u16::from_le_bytes([h0, h1]));
        depth = u64::from(u16::from_le_bytes([d0, d1]));
        (compression, pixel_bytes, colours, colour_bytes) = (0, 0, 0, 3);
    } else if (40..=1024).contains(&header) {
        let mut field = |at| Ok::<_, Error>(u32::from_le_bytes(source.array(at)?));
        width = u64::from(field(18)?.cast_signed().unsigned_abs());
        height = u64::from(field(22)?.cast_signed().unsigned_abs());
        depth = u64::from(field(26)? >> 16);
        compression = field(30)?;
        pixel_bytes = u64::from(field(34)?);
        colours = u64::from(field(46)?);
        colour_bytes = 4;
    } else {
        return Err(Error::Unsupported("BMP with this header"));
    }
    let raw = ((width * depth).div_ceil(32) * 4).saturating_mul(height);
    let pixel_bytes = match compression {
        0 | 3 | 6 => raw,
        1 | 2 if pixel_bytes > 0 => pixel_bytes,
        _ => return Err(Error::Unsupported("BMP with this compression")),
    };
    let masks = match (header, compression) {
        (40, 3) => 12,
        (40, 6) => 16,
        _ => 0,
    };
    let colours = match (colours, depth) {
        (0, ..=8) => 1 << depth,
        (colours, _) => colours.min(256),
    };
    let head = 14 + header + masks + colours * colour_bytes;
    let mut kept = vec![
        0..head.min(pixels_at.max(14 + header)),
        pixels_at..pixels_at.saturating_add(pixel_bytes),
    ];
    if header == 124 {
        let space: [u8; 4] = source.array(14 + 56)?;
        let offset = u64::from(u32::from_le_bytes(source.array(14 + 112)?));
        let len = u64::from(u32::from_le_bytes(source.array(14 + 116)?));
        if space == *EMBEDDED {
            kept.push(14 + offset..14 + offset + len);
        } else if space == *LINKED {
            patches.put(14 + 56, SRGB)?;
            patches.zero(14 + 112..14 + 120)?;
        }
    }
    patches.keep_only(kept, source)
}
