//! libwebp's encoder: the one file of this room that calls C. Owns every pointer that it passes and frees it on every path.
#![allow(unsafe_code)]

use std::{ffi::c_int, mem::MaybeUninit, ptr};

use libwebp_sys::{
    WebPConfig, WebPEncode, WebPMemoryWrite, WebPMemoryWriter, WebPMemoryWriterClear,
    WebPMemoryWriterInit, WebPPicture, WebPPictureFree, WebPPictureImportRGB,
    WebPPictureImportRGBA, WebPPreset, WebPValidateConfig,
};

use super::Error;

/// Effort from 0 to 6. 4 is libwebp's default; 2 takes half the time for 14 % more bytes.
const METHOD: c_int = 4;
/// Most pixels on a side that the format can hold.
pub(super) const MAX_SIDE: u32 = 16_383;

/// A picture and its output, freed together.
struct Job {
    picture: WebPPicture,
    output: WebPMemoryWriter,
}

impl Drop for Job {
    fn drop(&mut self) {
        // SAFETY: both were initialised by `encode` before the job was made, and are not used again; the two functions
        // accept structures that hold no memory.
        unsafe {
            WebPPictureFree(&raw mut self.picture);
            WebPMemoryWriterClear(&raw mut self.output);
        }
    }
}

/// Encodes lossily, RGB or (`alpha`) RGBA, which need not be premultiplied.
pub(super) fn encode(
    data: &[u8],
    (width, height): (u32, u32),
    alpha: bool,
    quality: u8,
) -> Result<Vec<u8>, Error> {
    let samples = if alpha { 4 } else { 3 };
    let expected = u64::from(width) * u64::from(height) * samples;
    if width == 0 || height == 0 || width.max(height) > MAX_SIDE || data.len() as u64 != expected {
        return Err(internal("wrong size"));
    }
    let mut config =
        WebPConfig::new_with_preset(WebPPreset::WEBP_PRESET_DEFAULT, f32::from(quality))
            .map_err(|()| internal("wrong version"))?;
    config.method = METHOD;
    // SAFETY: the configuration is initialised and only read.
    if unsafe { WebPValidateConfig(&raw const config) } == 0 {
        return Err(internal("bad configuration"));
    }
    let picture = WebPPicture::new().map_err(|()| internal("wrong version"))?;
    let mut output = MaybeUninit::<WebPMemoryWriter>::uninit();
    // SAFETY: the function writes every field of the structure that it is given.
    let output = unsafe {
        WebPMemoryWriterInit(output.as_mut_ptr());
        output.assume_init()
    };
    let mut job = Box::new(Job { picture, output });
    job.picture.width = width as c_int;
    job.picture.height = height as c_int;
    job.picture.writer = Some(WebPMemoryWrite);
    job.picture.custom_ptr = (&raw mut job.output).cast();
    let stride = width as c_int * samples as c_int;
    // SAFETY: `data` holds `height` rows of `stride` bytes (checked above), which are only read and copied; the job is
    // boxed, so `custom_ptr` stays valid for as long as the picture is encoded.
    let done = unsafe {
        let imported = if alpha {
            WebPPictureImportRGBA(&raw mut job.picture, data.as_ptr(), stride)
        } else {
            WebPPictureImportRGB(&raw mut job.picture, data.as_ptr(), stride)
        };
        imported != 0 && WebPEncode(&raw const config, &raw mut job.picture) != 0
    };
    if !done || job.output.mem.is_null() {
        return Err(internal(&format!("{:?}", job.picture.error_code)));
    }
    let mut bytes = vec![0; job.output.size];
    // SAFETY: the writer holds `size` initialised bytes at `mem`, and the target was made that long.
    unsafe { ptr::copy_nonoverlapping(job.output.mem, bytes.as_mut_ptr(), bytes.len()) };
    Ok(bytes)
}

fn internal(what: &str) -> Error {
    Error::Internal(format!("webp: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_can_be_decoded() {
        let data: Vec<u8> = (0..32 * 20u32)
            .flat_map(|at| [at as u8, 100, 7, (at / 3) as u8])
            .collect();
        let bytes = encode(&data, (32, 20), true, 80).unwrap();
        let image = image::load_from_memory(&bytes).unwrap();
        assert_eq!(
            (image.width(), image.height(), image.color().has_alpha()),
            (32, 20, true)
        );
        let rgb = vec![90; 16_383 * 3];
        assert!(encode(&rgb, (16_383, 1), false, 80).is_ok());
        assert!(encode(&rgb, (16_384, 1), false, 80).is_err());
        assert!(encode(&rgb, (4, 4), false, 80).is_err());
    }
}
