//! libwebp's encoder in place of ours, by the feature `libwebp`. Owns every pointer that it passes and frees it on every path.
#![allow(unsafe_code)]

use std::{ffi::c_int, mem::MaybeUninit, ptr};

use libwebp_sys::{
    WebPConfig, WebPEncode, WebPMemoryWrite, WebPMemoryWriter, WebPMemoryWriterClear,
    WebPMemoryWriterInit, WebPPicture, WebPPictureFree, WebPPictureImportRGB,
    WebPPictureImportRGBA, WebPPreset, WebPValidateConfig,
};

use super::{Error, frame::Layout, picture::Picture};

/// Effort from 0 to 6; this is libwebp's default.
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

/// Encodes lossily, at a quality of 1 to 100.
pub(super) fn encode(picture: &Picture, quality: u8, _threads: usize) -> Result<Vec<u8>, Error> {
    let frame = match picture {
        Picture::Planes(planes) => &planes.to_rgb()?,
        Picture::Frame(frame) => frame,
    };
    let (width, height) = (frame.width, frame.height);
    let has_alpha = frame.layout == Layout::Rgba;
    let samples = if has_alpha { 4 } else { 3 };
    let expected = width as usize * height as usize * samples;
    if width == 0 || height == 0 || width.max(height) > MAX_SIDE || frame.data.len() != expected {
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
    // SAFETY: the frame holds `height` rows of `stride` bytes (checked above), which are only read and copied; the job is
    // boxed, so `custom_ptr` stays valid for as long as the picture is encoded.
    let done = unsafe {
        let imported = if has_alpha {
            WebPPictureImportRGBA(&raw mut job.picture, frame.data.as_ptr(), stride)
        } else {
            WebPPictureImportRGB(&raw mut job.picture, frame.data.as_ptr(), stride)
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
    use super::super::frame::Frame;
    use super::*;

    #[test]
    fn what_is_encoded_can_be_decoded() {
        let frame = |width: u32, height: u32, layout: Layout| {
            let data = (0..width as usize * height as usize * layout.samples())
                .map(|at| (at * 7) as u8)
                .collect();
            Picture::Frame(Frame::new(width, height, layout, data).unwrap())
        };
        let bytes = encode(&frame(32, 20, Layout::Rgba), 80, 1).unwrap();
        let image = image::load_from_memory(&bytes).unwrap();
        assert_eq!(
            (image.width(), image.height(), image.color().has_alpha()),
            (32, 20, true)
        );
        assert!(encode(&frame(16_383, 1, Layout::Rgb), 80, 1).is_ok());
        assert!(encode(&frame(16_384, 1, Layout::Rgb), 80, 1).is_err());
        assert!(encode(&frame(4, 4, Layout::Grey), 80, 1).is_err());
    }
}
