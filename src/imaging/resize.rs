//! Resizing: Lanczos3, with alpha premultiplied.

use fast_image_resize::{
    PixelType, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

use super::{
    Error,
    frame::{Frame, Layout},
    geometry::Plan,
};

/// A frame resized by a plan that was made for its size. `None` when there is nothing to do.
pub(super) fn resize(frame: &Frame, plan: &Plan) -> Result<Option<Frame>, Error> {
    let (width, height) = plan.scaled;
    if plan.scaled == frame.size() && plan.crop.is_none() {
        return Ok(None);
    }
    let pixel = match frame.layout {
        Layout::Grey => PixelType::U8,
        Layout::GreyAlpha => PixelType::U8x2,
        Layout::Rgb => PixelType::U8x3,
        Layout::Rgba | Layout::Cmyk => PixelType::U8x4,
    };
    let internal = |error: &dyn std::fmt::Display| Error::Internal(format!("resizing: {error}"));
    let source = ImageRef::new(frame.width, frame.height, &frame.data, pixel)
        .map_err(|error| internal(&error))?;
    let mut target = Image::new(width, height, pixel);
    let mut options = ResizeOptions::new().use_alpha(frame.layout.has_alpha());
    if let Some((left, top, width, height)) = plan.crop {
        options = options.crop(left, top, width, height);
    }
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|error| internal(&error))?;
    Frame::new(width, height, frame.layout, target.into_vec()).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

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
