//! JPEG XL (ISO/IEC 18181), through `jxl`: the first frame, with what earlier ones leave on the canvas, and orientation
//! left to the caller as for other formats.

use jxl::{
    api::{
        AlphaMode, Event, ExtraChannel, JxlColorEncoding, JxlColorProfile, JxlColorType,
        JxlDataFormat, JxlDecoder, JxlDecoderOptions, JxlOutputBuffer, JxlPixelFormat,
        JxlPrimaries, JxlTransferFunction, ProfileLevel,
    },
    error::Error as JxlError,
};

use super::{Decoded, Error, Frame, Limits, Picture, Profile};
use crate::imaging::{frame::Layout, hdr::ToneMap};

/// Samples for each pixel that the limit on pixels allows: colour, opacity and a few planes more.
const MAX_CHANNELS: u64 = 8;

/// Bytes that the decoder gets at a time, so that the time can be looked at.
const PIECE_BYTES: usize = 256 << 10;

fn options(limits: &Limits) -> JxlDecoderOptions {
    let mut options = JxlDecoderOptions::default();
    options.adjust_orientation = false;
    options.alpha_mode = AlphaMode::Unpremultiplied;
    options.max_profile_level = ProfileLevel::Main10;
    options.sample_limit = Some((limits.max_pixels * MAX_CHANNELS) as usize);
    options
}

fn layout_of(profile: &JxlColorProfile, has_alpha: bool) -> Layout {
    match (profile.is_cmyk(), profile.channels(), has_alpha) {
        (true, ..) => Layout::Cmyk,
        (_, 1, false) => Layout::Grey,
        (_, 1, true) => Layout::GreyAlpha,
        (_, _, false) => Layout::Rgb,
        (_, _, true) => Layout::Rgba,
    }
}

/// Samples of 16 bits for what is still to be tone-mapped.
fn pixel_format(layout: Layout, is_wide: bool, extra_planes: usize) -> JxlPixelFormat {
    JxlPixelFormat {
        color_type: match layout {
            Layout::Grey => JxlColorType::Grayscale,
            Layout::GreyAlpha => JxlColorType::GrayscaleAlpha,
            Layout::Rgb => JxlColorType::Rgb,
            Layout::Rgba => JxlColorType::Rgba,
            Layout::Cmyk => JxlColorType::Cmyk,
        },
        color_data_format: Some(if is_wide {
            JxlDataFormat::U16 {
                endianness: jxl::api::Endianness::native(),
                bit_depth: 16,
            }
        } else {
            JxlDataFormat::U8 { bit_depth: 8 }
        }),
        extra_channel_format: vec![None; extra_planes],
    }
}

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Error> {
    let mut decoder = JxlDecoder::new(options(limits));
    let mut input = bytes;
    let sized = run(&mut decoder, &mut input, None, Event::BasicInfo, limits);
    if !sized.map_err(|error| of_jxl(error, limits))? {
        return Err(Error::Malformed("ends before its size".to_owned()));
    }
    let info = decoder.basic_info().ok_or_else(no_info)?;
    let (width, height) = info.size;
    crate::imaging::probe::check_pixels(width as u64, height as u64, limits)?;
    let alpha = info
        .extra_channels
        .iter()
        .any(|channel| channel.ec_type == ExtraChannel::Alpha);
    let planes = info.extra_channels.len();
    let peak = info.tone_mapping.intensity_target;
    let embedded = decoder.embedded_color_profile().ok_or_else(no_info)?;
    let tone = tone_map(embedded, peak);
    let layout = layout_of(embedded, alpha);
    let sample = if tone.is_some() { 2 } else { 1 };
    let stride = width * layout.samples() * sample;
    if stride as u64 * height as u64 > limits.max_memory_bytes {
        return Err(Error::OverLimit("memory".to_owned()));
    }
    decoder
        .set_pixel_format(pixel_format(layout, tone.is_some(), planes))
        .map_err(|error| of_jxl(error, limits))?;
    let mut data = vec![0; stride * height];
    let whole = {
        let mut buffers = [JxlOutputBuffer::new(&mut data, height, stride)];
        let done = Event::FrameComplete {
            has_more_frames: false,
        };
        let whole = run(&mut decoder, &mut input, Some(&mut buffers), done, limits)
            .map_err(|error| of_jxl(error, limits))?;
        if !whole {
            // What has come so far, if it is enough for anything.
            _ = decoder.flush_pixels(&mut buffers, None);
        }
        whole
    };
    let profile = match decoder.output_color_profile() {
        _ if tone.is_some() => Profile::default(),
        Some(profile) => Profile::parse(profile.try_as_icc().as_deref().map(Vec::as_slice)),
        None => Profile::default(),
    };
    if let Some(tone) = &tone {
        let (pairs, _) = data.as_chunks::<2>();
        let samples: Vec<u16> = pairs.iter().map(|pair| u16::from_ne_bytes(*pair)).collect();
        data = tone.narrow(&samples, layout);
    }
    if layout == Layout::Cmyk {
        // JPEG XL stores the paper that is left.
        for sample in &mut data {
            *sample = !*sample;
        }
    }
    Ok(Decoded {
        picture: Picture::Frame(Frame::new(width as u32, height as u32, layout, data)?),
        profile,
        truncated: !whole,
    })
}

/// Runs to an event, over others. Returns whether it was reached before the bytes, or the time, ended.
fn run(
    decoder: &mut JxlDecoder,
    input: &mut &[u8],
    mut buffers: Option<&mut [JxlOutputBuffer<'_>]>,
    until: Event,
    limits: &Limits,
) -> Result<bool, JxlError> {
    let mut len = PIECE_BYTES;
    loop {
        if limits.check_time().is_err() {
            return Ok(false);
        }
        let whole = *input;
        let mut piece = &whole[..len.min(whole.len())];
        let given = piece.len();
        let event = decoder.process(&mut piece, buffers.as_deref_mut(), None)?;
        let taken = given - piece.len();
        *input = &whole[taken..];
        match event {
            Event::NeedMoreInput { .. } if given == whole.len() => return Ok(false),
            Event::NeedMoreInput { .. } if taken == 0 => len *= 2,
            Event::Complete => return Ok(true),
            event if std::mem::discriminant(&event) == std::mem::discriminant(&until) => {
                return Ok(true);
            }
            _ => {}
        }
    }
}

fn tone_map(profile: &JxlColorProfile, peak_nits: f32) -> Option<ToneMap> {
    let JxlColorProfile::Simple(JxlColorEncoding::RgbColorSpace {
        primaries,
        transfer_function,
        ..
    }) = profile
    else {
        return None;
    };
    let transfer = match transfer_function {
        JxlTransferFunction::PQ => 16,
        JxlTransferFunction::HLG => 18,
        _ => return None,
    };
    let primaries = match primaries {
        JxlPrimaries::BT2100 => 9,
        JxlPrimaries::P3 => 12,
        _ => 1,
    };
    // PQ's default target of 10,000 nits says nothing of the picture.
    ToneMap::new(
        primaries,
        transfer,
        Some(peak_nits).filter(|nits| *nits < 10_000.0),
    )
}

fn no_info() -> Error {
    Error::Malformed("no picture".to_owned())
}

fn of_jxl(error: JxlError, limits: &Limits) -> Error {
    match error {
        JxlError::ImageSizeTooLarge(width, height) => Error::TooManyPixels {
            width: width as u64,
            height: height as u64,
            max_pixels: limits.max_pixels,
        },
        JxlError::OutOfMemory { .. } => Error::OverLimit(error.to_string()),
        other => Error::Malformed(other.to_string()),
    }
}
