//! What is shown before a picture arrives: its ThumbHash and its mean colour.

use super::{Error, frame::Layout, geometry::Plan, picture::Picture};
use crate::media::Transform;

/// ThumbHash takes at most 100 × 100 pixels; it keeps 7 × 7 waves, so a quarter of that loses nothing.
const SIDE: u32 = 32;

/// The ThumbHash (at most 25 bytes) and the mean colour as `#rrggbb`, of an upright picture in sRGB.
pub(super) fn placeholder(picture: &Picture) -> Result<(Vec<u8>, String), Error> {
    let inside = Transform {
        width: Some(SIDE),
        height: Some(SIDE),
        ..Transform::default()
    };
    let plan = Plan::new(&inside, picture.size());
    let small = picture.thumbnail(&plan)?;
    let rgba: Vec<u8> = if small.layout == Layout::Rgba {
        small.data
    } else {
        let (pixels, _) = small.data.as_chunks::<3>();
        pixels
            .iter()
            .flat_map(|[red, green, blue]| [*red, *green, *blue, 255])
            .collect()
    };
    let hash = thumbhash::rgba_to_thumb_hash(small.width as usize, small.height as usize, &rgba);
    Ok((hash, mean_colour(&rgba)))
}

/// Weighted by alpha; white for a picture that is wholly transparent.
fn mean_colour(rgba: &[u8]) -> String {
    let mut sums = [0u64; 4];
    let (pixels, _) = rgba.as_chunks::<4>();
    for [red, green, blue, alpha] in pixels {
        let alpha = u64::from(*alpha);
        sums[3] += alpha;
        for (sum, sample) in sums.iter_mut().zip([red, green, blue]) {
            *sum += u64::from(*sample) * alpha;
        }
    }
    let [red, green, blue, alpha] = sums;
    let mean = |sum: u64| (sum + alpha / 2).checked_div(alpha).unwrap_or(255);
    format!("#{:02x}{:02x}{:02x}", mean(red), mean(green), mean(blue))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::frame::Frame;

    #[test]
    fn transparent_pixels_have_no_colour() {
        let frame = Frame::new(2, 1, Layout::Rgba, vec![255, 0, 0, 255, 0, 255, 0, 0]).unwrap();
        let (hash, colour) = placeholder(&Picture::Frame(frame)).unwrap();
        assert_eq!(colour, "#ff0000");
        assert!(hash.len() <= 25);
        assert_eq!(mean_colour(&[1, 2, 3, 0]), "#ffffff");
    }
}
