//! HEVC (ITU-T H.265) still pictures, through `heifer-hevc-dec`.

use heifer_hevc_dec::{
    Error as HevcError,
    decoder::{DecodeOptions, decode_picture},
};

use super::{
    Error,
    planes::{Coding, Planes, Samples},
};
use crate::imaging::bmff::Fields;

/// Decodes one coded item of at most `max_pixels`, given its `hvcC` property.
pub(super) fn decode(config: &[u8], data: &[u8], max_pixels: u64) -> Result<Planes, Error> {
    let stream = annex_b(config, data).ok_or_else(|| Error::Malformed("hvcC".to_owned()))?;
    let options = DecodeOptions {
        max_pixels,
        ..DecodeOptions::default()
    };
    let frame = decode_picture(&stream, options).map_err(of_hevc)?;
    let [width, height] = [frame.widths[0], frame.heights[0]];
    let halves = |full: u32, chroma: u32| chroma != 0 && chroma < full;
    Ok(Planes {
        width,
        height,
        depth: u32::from(frame.bit_depth[0]),
        is_grey: frame.widths[1] == 0,
        halved: (
            halves(width, frame.widths[1]),
            halves(height, frame.heights[1]),
        ),
        // H.265's default, chroma_sample_loc_type 0.
        is_left: true,
        coding: Coding {
            matrix: u16::from(frame.matrix_coeffs),
            full_range: frame.full_range,
        },
        samples: Samples::Hevc {
            // Chroma of another depth is legal and never met.
            widths: (frame.bit_depth[0] == frame.bit_depth[1] || frame.widths[1] == 0)
                .then_some(frame.widths)
                .ok_or_else(|| Error::Unsupported("chroma of another depth".to_owned()))?,
            planes: frame.planes,
        },
    })
}

/// Parameter sets and slices with start codes between them, from ones with their lengths before them.
fn annex_b(config: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    const START: [u8; 4] = [0, 0, 0, 1];
    let mut stream = Vec::with_capacity(config.len() + data.len() + 64);
    let mut fields = Fields::new(config);
    fields.bytes(21)?;
    let length_size = (fields.number(1)? & 3) as usize + 1;
    for _ in 0..fields.number(1)? {
        fields.number(1)?;
        for _ in 0..fields.number(2)? {
            let len = fields.number(2)? as usize;
            stream.extend_from_slice(&START);
            stream.extend_from_slice(fields.bytes(len)?);
        }
    }
    let mut fields = Fields::new(data);
    while let Some(len) = fields.number(length_size) {
        stream.extend_from_slice(&START);
        stream.extend_from_slice(fields.bytes(len as usize)?);
    }
    Some(stream)
}

fn of_hevc(error: HevcError) -> Error {
    match error {
        HevcError::Unimplemented(what) => Error::Unsupported(format!("HEVC: {what}")),
        other => Error::Malformed(format!("HEVC: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_become_start_codes() {
        let mut config = vec![0; 21];
        config.extend([1, 1, 0x20, 0, 1, 0, 2, 0xaa, 0xbb]);
        let stream = annex_b(&config, &[0, 1, 0xcc]).unwrap();
        assert_eq!(stream, [0, 0, 0, 1, 0xaa, 0xbb, 0, 0, 0, 1, 0xcc]);
        assert_eq!(annex_b(&config, &[0, 9, 0xcc]), None);
        assert_eq!(annex_b(&config[..20], &[]), None);
    }
}
