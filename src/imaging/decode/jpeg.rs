//! JPEG, through zune-jpeg, and the four-component kinds that it leaves to us.

use zune_jpeg::{
    JpegDecoder,
    errors::DecodeErrors,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::{Decoded, Error, Frame, Profile};
use crate::imaging::{frame::Layout, header};

/// Scans of an honest progressive picture: encoders write about ten, and never one for each coefficient and bit.
const MAX_SCANS: usize = 64;
/// The same above `MANY_PIXELS`, where each scan costs a pass over hundreds of megabytes.
const MAX_SCANS_OF_MANY: usize = 24;
const MANY_PIXELS: u64 = 32_000_000;

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Error> {
    let sof = header::jpeg_frame(bytes)?;
    if !sof.common {
        return Err(Error::Unsupported(
            "lossless, arithmetic-coded or 12-bit JPEG".to_owned(),
        ));
    }
    let pixels = u64::from(sof.width) * u64::from(sof.height);
    let max_scans = if pixels > MANY_PIXELS {
        MAX_SCANS_OF_MANY
    } else {
        MAX_SCANS
    };
    let (scans, complete) = scans(bytes, sof.scan_offset as usize);
    if scans > max_scans {
        return Err(Error::OverLimit(format!("more than {max_scans} scans")));
    }
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(max_scans);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(of_zune)?;
    let stored = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
    let (wanted, layout) = match stored {
        ColorSpace::Luma => (ColorSpace::Luma, Layout::Grey),
        ColorSpace::CMYK | ColorSpace::YCCK => (stored, Layout::Cmyk),
        _ => (ColorSpace::RGB, Layout::Rgb),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let size = u64::from(sof.width) * u64::from(sof.height) * layout.samples() as u64;
    if decoder.output_buffer_size() != Some(size as usize) {
        return Err(Error::Malformed("frame headers disagree".to_owned()));
    }
    let mut data = vec![0; size as usize];
    decoder.decode_into(&mut data).map_err(of_zune)?;
    match stored {
        ColorSpace::YCCK => ycck_to_inks(&mut data),
        ColorSpace::CMYK if sof.adobe => data.iter_mut().for_each(|sample| *sample = !*sample),
        _ => {}
    }
    let icc = decoder.icc_profile();
    Ok(Decoded {
        frame: Frame::new(sof.width, sof.height, layout, data)?,
        profile: Profile::parse(icc.as_deref()),
        truncated: !complete,
    })
}

/// Counts the scans from the first one's data on, and tells whether the picture has its end marker.
fn scans(bytes: &[u8], mut at: usize) -> (usize, bool) {
    let mut scans = 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(found) = rest.iter().position(|byte| *byte == 0xff) else {
            return (scans, false);
        };
        at += found + 1;
        match bytes.get(at) {
            None => return (scans, false),
            // Stuffing, fill and restart markers.
            Some(0xff) => {}
            Some(0x00 | 0x01 | 0xd0..=0xd7) => at += 1,
            Some(0xd9) => return (scans, true),
            Some(marker) => {
                scans += usize::from(*marker == 0xda);
                let len = bytes
                    .get(at + 1..at + 3)
                    .map_or(0, |len| usize::from(len[0]) << 8 | usize::from(len[1]));
                at += 1 + len;
            }
        }
    }
}

/// Adobe's YCCK holds inverted inks, luma and chroma of three of them; to plain amounts of ink.
fn ycck_to_inks(data: &mut [u8]) {
    let (pixels, _) = data.as_chunks_mut::<4>();
    for pixel in pixels {
        let [y, cb, cr, black] = *pixel;
        let [red, green, blue] = super::models::ycc_to_rgb(y, cb, cr);
        *pixel = [red, green, blue, !black];
    }
}

fn of_zune(error: DecodeErrors) -> Error {
    match error {
        DecodeErrors::Unsupported(what) => Error::Unsupported(format!("{what:?}")),
        other => Error::Malformed(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_are_counted_and_ends_found() {
        let picture = b"\x12\xff\x00\x34\xff\xd0\xff\xc4\x00\x03\xff\xff\xda\x00\x02\x55\xff\xd9";
        assert_eq!(scans(picture, 0), (2, true));
        assert_eq!(scans(&picture[..15], 0), (2, false));
        assert_eq!(scans(picture, 400), (1, false));
    }
}
