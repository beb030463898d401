//! Resizing: Lanczos3, with alpha premultiplied.

use std::f64::consts::PI;

use fast_image_resize::{
    Filter, FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer,
    images::{TypedImage, TypedImageRef},
    pixels::{U8, U8x2, U8x3, U8x4},
};

use super::{
    Error,
    frame::{Frame, Layout},
    geometry::Plan,
    planes::Plane,
};

/// A frame resized by a plan that was made for its size. `None` when there is nothing to do.
pub(super) fn resize(frame: &Frame, plan: &Plan) -> Result<Option<Frame>, Error> {
    if plan.scaled == frame.size() && plan.crop.is_none() {
        return Ok(None);
    }
    let mut options = lanczos().use_alpha(frame.layout.has_alpha());
    if let Some((left, top, width, height)) = plan.crop {
        options = options.crop(left, top, width, height);
    }
    let data = match frame.layout {
        Layout::Grey => resized::<U8>(&frame.data, frame.size(), plan.scaled, &options),
        Layout::GreyAlpha => resized::<U8x2>(&frame.data, frame.size(), plan.scaled, &options),
        Layout::Rgb => resized::<U8x3>(&frame.data, frame.size(), plan.scaled, &options),
        Layout::Rgba | Layout::Cmyk => {
            resized::<U8x4>(&frame.data, frame.size(), plan.scaled, &options)
        }
    }?;
    let (width, height) = plan.scaled;
    Frame::new(width, height, frame.layout, data).map(Some)
}

/// One component of a picture: the box (left, top, width, height) of it as `width` × `height` samples.
pub(super) fn resize_plane(
    plane: &Plane,
    (width, height): (u32, u32),
    (left, top, across, down): (f64, f64, f64, f64),
) -> Result<Plane, Error> {
    let options = lanczos().crop(left, top, across, down);
    let data = resized::<U8>(
        &plane.data,
        (plane.width, plane.height),
        (width, height),
        &options,
    )?;
    Plane::new(width, height, data)
}

/// The library's own filter takes two sines a weight, a tenth of the time that a small picture takes.
fn lanczos() -> ResizeOptions {
    let filter = Filter::new("Lanczos3", lanczos3, 3.0);
    let filter = filter.map_or(FilterType::Lanczos3, FilterType::Custom);
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter))
}

/// sinc(x) · sinc(x / 3) within three of the centre, with sin 3t = sin t · (3 − 4 sin² t). Weights are rounded to 16 bits, for
/// which a sine of single precision is exact.
#[allow(clippy::cast_possible_truncation)]
fn lanczos3(x: f64) -> f64 {
    let t = x * (PI / 3.0);
    if t.abs() < 1e-6 {
        return 1.0;
    }
    if t.abs() >= PI {
        return 0.0;
    }
    let sine = f64::from((t as f32).sin());
    let square = sine * sine;
    square * (3.0 - 4.0 * square) / (3.0 * t * t)
}

/// By pixel type, and not by `Resizer::resize`, which compiles the thirteen types that there are.
fn resized<P: PixelTrait>(
    data: &[u8],
    from: (u32, u32),
    to: (u32, u32),
    options: &ResizeOptions,
) -> Result<Vec<u8>, Error> {
    let internal = |error: &dyn std::fmt::Display| Error::Internal(format!("resizing: {error}"));
    let source =
        TypedImageRef::<P>::from_buffer(from.0, from.1, data).map_err(|error| internal(&error))?;
    let mut out = vec![0; to.0 as usize * to.1 as usize * size_of::<P>()];
    let mut target =
        TypedImage::<P>::from_buffer(to.0, to.1, &mut out).map_err(|error| internal(&error))?;
    Resizer::new()
        .resize_typed(&source, &mut target, options)
        .map_err(|error| internal(&error))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_lanczos() {
        let sinc = |x: f64| {
            if x == 0.0 {
                1.0
            } else {
                (PI * x).sin() / (PI * x)
            }
        };
        for step in -3200..=3200 {
            let x = f64::from(step) / 1000.0;
            let expected = if x.abs() < 3.0 {
                sinc(x) * sinc(x / 3.0)
            } else {
                0.0
            };
            assert!((lanczos3(x) - expected).abs() < 1e-6, "at {x}");
        }
    }

    #[test]
    fn transparent_pixels_do_not_bleed() {
        let mut data = Vec::new();
        for _ in 0..64 {
            data.extend([255, 0, 0, 255].repeat(4));
            data.extend([0, 255, 0, 0].repeat(4));
        }
        let frame = Frame::new(8, 64, Layout::Rgba, data).unwrap();
        let plan = Plan {
            scaled: (3, 24),
            crop: None,
            canvas: None,
        };
        let out = resize(&frame, &plan).unwrap().unwrap();
        for pixel in out.data.chunks_exact(4).filter(|pixel| pixel[3] > 8) {
            assert!(pixel[0] > 250 && pixel[1] < 5, "{pixel:?}");
        }
    }
}
