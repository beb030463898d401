//! JPEG (ITU-T T.81): segments up to the first scan.

use super::{Error, Header, Source, malformed, photoshop, without_exif_prefix};

/// Segments that are walked before giving up; real files have a few dozen, ICC and MPF included.
const MAX_SEGMENTS: usize = 4096;

/// What an APP1 segment with an XMP packet begins with.
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// What an APP13 segment with Photoshop's resources begins with.
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
/// Bytes of Photoshop's resources after which no more segments of them are read.
const MAX_RESOURCES: usize = 1 << 20;

/// The frame header and what else decides how to decode.
#[derive(Debug, Clone, Copy, Default)]
struct Sof {
    width: u32,
    height: u32,
    /// Of all components together, by their sampling factors: 1.5 for a phone's 4:2:0.
    samples_per_pixel: f64,
    progressive: bool,
}

pub(super) fn read(source: &mut Source<'_>) -> Result<Header, Error> {
    let frame = walk(source)?;
    Ok(Header {
        width: frame.width,
        height: frame.height,
        // Progressive pictures are held as 16-bit coefficients, and a byte a block and coefficient row, until their last scan.
        bytes_per_pixel: frame.samples_per_pixel * if frame.progressive { 3.25 } else { 1.0 },
        ..Header::default()
    })
}

/// Walks to the first scan: the frame; the first EXIF and XMP segments and IPTC are left with the source.
fn walk(source: &mut Source<'_>) -> Result<Sof, Error> {
    if source.array()? != [0xff, 0xd8] {
        return Err(malformed("not a JPEG"));
    }
    let mut frame = Sof::default();
    let mut resources = Vec::new();
    for _ in 0..MAX_SEGMENTS {
        let marker = match next_marker(source) {
            // Cut off between the frame header and the first scan: the size is known all the same.
            Err(Error::Malformed(_)) if frame.width > 0 => break,
            marker => marker?,
        };
        match marker {
            0x01 | 0xd0..=0xd8 => continue,
            0xd9 => break,
            _ => {}
        }
        let Some(len) = source.u16_be()?.checked_sub(2).map(u64::from) else {
            return Err(malformed("segment of negative length"));
        };
        let end = source.at + len;
        match marker {
            0xda => break,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf if len >= 6 => {
                let [_precision, h1, h0, w1, w0, components] = source.array()?;
                frame.height = u32::from(u16::from_be_bytes([h1, h0]));
                frame.width = u32::from(u16::from_be_bytes([w1, w0]));
                let factors = source.bytes((3 * u64::from(components)).min(len - 6))?;
                frame.samples_per_pixel = samples_per_pixel(&factors);
                frame.progressive = matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
            }
            0xe1 if len > 6 && end <= source.len => {
                let block = source.bytes(len)?;
                let blocks = &mut source.blocks;
                if block.starts_with(b"Exif\0") && blocks.exif.is_none() {
                    blocks.exif = Some(without_exif_prefix(block));
                } else if let Some(packet) = block.strip_prefix(XMP)
                    && blocks.xmp.is_none()
                {
                    blocks.xmp = Some(packet.to_vec());
                }
            }
            // Photoshop's resources, which may run over several segments.
            0xed if end <= source.len && resources.len() < MAX_RESOURCES => {
                let block = source.bytes(len)?;
                resources.extend_from_slice(block.strip_prefix(PHOTOSHOP).unwrap_or_default());
            }
            _ => {}
        }
        source.skip(end - source.at)?;
    }
    source.blocks.iptc = photoshop::iptc(&resources);
    if frame.width == 0 || frame.height == 0 {
        return Err(malformed("no frame header before the first scan"));
    }
    Ok(frame)
}

/// By the components' sampling factors (T.81, B.2.2), relative to the greatest.
fn samples_per_pixel(components: &[u8]) -> f64 {
    let (components, _) = components.as_chunks::<3>();
    let factors = || {
        components
            .iter()
            .map(|[_, factors, _]| (factors >> 4, factors & 15))
    };
    let across = factors()
        .map(|(across, _)| across)
        .max()
        .unwrap_or(1)
        .max(1);
    let down = factors().map(|(_, down)| down).max().unwrap_or(1).max(1);
    let samples: u32 = factors()
        .map(|(across, down)| u32::from(across * down))
        .sum();
    f64::from(samples.max(1)) / (f64::from(across) * f64::from(down))
}

/// The next marker; stray bytes before it are passed over, as every decoder does.
fn next_marker(source: &mut Source<'_>) -> Result<u8, Error> {
    let mut byte = source.u8()?;
    loop {
        while byte != 0xff {
            byte = source.u8()?;
        }
        while byte == 0xff {
            byte = source.u8()?;
        }
        if byte != 0 {
            return Ok(byte);
        }
    }
}
