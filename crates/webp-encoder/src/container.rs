//! The WebP container: RIFF chunks round the bitstreams.

use crate::Error;

/// Flag of the VP8X chunk for "has alpha".
const ALPHA_FLAG: u32 = 0x10;

/// Wraps a VP8 frame, and an ALPH payload if there is one, into a WebP file.
pub(crate) fn wrap(
    frame: &[u8],
    alpha: Option<&[u8]>,
    (width, height): (u32, u32),
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(frame.len() + alpha.map_or(0, <[u8]>::len) + 64);
    out.extend_from_slice(b"RIFF\0\0\0\0WEBP");
    if let Some(alpha) = alpha {
        let mut header = [0; 10];
        header[..4].copy_from_slice(&ALPHA_FLAG.to_le_bytes());
        header[4..7].copy_from_slice(&(width - 1).to_le_bytes()[..3]);
        header[7..].copy_from_slice(&(height - 1).to_le_bytes()[..3]);
        chunk(&mut out, *b"VP8X", &header)?;
        chunk(&mut out, *b"ALPH", alpha)?;
    }
    chunk(&mut out, *b"VP8 ", frame)?;
    let size = u32::try_from(out.len() - 8).map_err(|_| Error::TooLarge)?;
    out[4..8].copy_from_slice(&size.to_le_bytes());
    Ok(out)
}

fn chunk(out: &mut Vec<u8>, name: [u8; 4], payload: &[u8]) -> Result<(), Error> {
    let size = u32::try_from(payload.len()).map_err(|_| Error::TooLarge)?;
    out.extend_from_slice(&name);
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(payload);
    if size % 2 != 0 {
        out.push(0);
    }
    Ok(())
}
