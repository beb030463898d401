//! Where a transform puts the pixels, as pure arithmetic.

use super::orient::Orientation;
use crate::media::{Fit, Focus, Transform};

/// What to do to a picture of the size that the plan was made for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Plan {
    /// Size after scaling.
    pub(super) scaled: (u32, u32),
    /// Left, top, width and height of what is scaled, when not all of it.
    pub(super) crop: Option<(f64, f64, f64, f64)>,
    /// The box to centre the result in, when it is to be padded.
    pub(super) canvas: Option<(u32, u32)>,
}

impl Plan {
    /// The plan for a picture seen as `width` × `height`. Nothing is ever enlarged. A region that lies outside is taken for the
    /// picture's last pixels.
    pub(super) fn new(transform: &Transform, size: (u32, u32)) -> Self {
        let Some(region) = transform.region else {
            return Self::of_whole(transform, size);
        };
        let inside = |at: u32, length: u32, side: u32| {
            let at = at.min(side.saturating_sub(1));
            (at, length.min(side - at))
        };
        let (left, across) = inside(region.left, region.width, size.0);
        let (top, down) = inside(region.top, region.height, size.1);
        let plan = Self::of_whole(transform, (across, down));
        let (x, y, width, height) = plan.region((across, down));
        Self {
            crop: Some((x + f64::from(left), y + f64::from(top), width, height)),
            ..plan
        }
    }

    fn of_whole(transform: &Transform, size: (u32, u32)) -> Self {
        let keep = Self::whole(size);
        let (width, height) = size;
        let (box_width, box_height) = match (transform.width, transform.height) {
            (None, None) => return keep,
            (Some(box_width), None) => return keep.scaled_by(ratio(box_width, width), size),
            (None, Some(box_height)) => return keep.scaled_by(ratio(box_height, height), size),
            (Some(box_width), Some(box_height)) => (box_width, box_height),
        };
        let (across, down) = (ratio(box_width, width), ratio(box_height, height));
        match transform.fit {
            Fit::Inside => keep.scaled_by(across.min(down), size),
            Fit::Outside => keep.scaled_by(across.max(down), size),
            Fit::Contain => Self {
                canvas: Some((box_width, box_height)),
                ..keep.scaled_by(across.min(down), size)
            },
            Fit::Fill => Self {
                scaled: (box_width.min(width), box_height.min(height)),
                ..keep
            },
            Fit::Cover => {
                let scaled = (box_width.min(width), box_height.min(height));
                cover(scaled, size, transform.focus)
            }
        }
    }

    /// The plan that changes nothing.
    pub(super) fn whole(size: (u32, u32)) -> Self {
        Self {
            scaled: size,
            crop: None,
            canvas: None,
        }
    }

    /// Left, top, width and height of what is scaled.
    pub(super) fn region(&self, (width, height): (u32, u32)) -> (f64, f64, f64, f64) {
        self.crop
            .unwrap_or((0.0, 0.0, f64::from(width), f64::from(height)))
    }

    /// The same plan, made for a picture of that size, when its decoder has made it so many times smaller.
    pub(super) fn reduced(self, size: (u32, u32), reduction: u32) -> Self {
        if reduction == 1 {
            return self;
        }
        let (left, top, across, down) = self.region(size);
        let part = |length: f64| length / f64::from(reduction);
        Self {
            crop: Some((part(left), part(top), part(across), part(down))),
            ..self
        }
    }

    fn scaled_by(self, scale: f64, (width, height): (u32, u32)) -> Self {
        if scale >= 1.0 {
            return self;
        }
        let side = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        Self {
            scaled: (side(width), side(height)),
            ..self
        }
    }

    /// The same plan, made for a picture seen in this size, for its pixels as they are stored.
    pub(super) fn stored(self, orientation: Orientation, seen: (f64, f64)) -> Self {
        let swap = |(width, height)| (height, width);
        let crop = self.crop.map(|crop| orientation.stored(crop, seen));
        if orientation.is_transposing() {
            Self {
                scaled: swap(self.scaled),
                crop,
                canvas: self.canvas.map(swap),
            }
        } else {
            Self { crop, ..self }
        }
    }
}

fn ratio(to: u32, from: u32) -> f64 {
    f64::from(to) / f64::from(from)
}

/// Fills a box that is nowhere larger than the picture, cropping what is farthest from the focus.
fn cover(scaled: (u32, u32), (width, height): (u32, u32), focus: Focus) -> Plan {
    let scale = ratio(scaled.0, width).max(ratio(scaled.1, height));
    let crop_width = (f64::from(scaled.0) / scale).min(f64::from(width));
    let crop_height = (f64::from(scaled.1) / scale).min(f64::from(height));
    // Centred on the focus, as far as the picture goes.
    let start = |side: u32, length: f64, focus: u16| {
        let side = f64::from(side);
        let centre = side * f64::from(focus) / 1000.0;
        (centre - length / 2.0).clamp(0.0, (side - length).max(0.0))
    };
    let left = start(width, crop_width, focus.x);
    let top = start(height, crop_height, focus.y);
    let is_whole = crop_width > f64::from(width) - 1e-6 && crop_height > f64::from(height) - 1e-6;
    Plan {
        scaled,
        crop: (!is_whole).then_some((left, top, crop_width, crop_height)),
        canvas: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Region, Variant};

    fn plan(width: Option<u32>, height: Option<u32>, fit: Fit, size: (u32, u32)) -> Plan {
        let transform = Transform {
            width,
            height,
            fit,
            ..Transform::default()
        };
        Plan::new(&transform, size)
    }

    #[test]
    fn fits() {
        let scaled = |fit| plan(Some(200), Some(200), fit, (1000, 500)).scaled;
        assert_eq!(scaled(Fit::Inside), (200, 100));
        assert_eq!(scaled(Fit::Outside), (400, 200));
        assert_eq!(scaled(Fit::Fill), (200, 200));
        assert_eq!(scaled(Fit::Cover), (200, 200));
        let cover = plan(Some(200), Some(200), Fit::Cover, (1000, 500));
        assert_eq!(cover.crop, Some((250.0, 0.0, 500.0, 500.0)));
        let contain = plan(Some(200), Some(200), Fit::Contain, (1000, 500));
        assert_eq!(
            (contain.scaled, contain.canvas),
            ((200, 100), Some((200, 200)))
        );
        assert_eq!(
            plan(Some(100), None, Fit::Cover, (1000, 500)).scaled,
            (100, 50)
        );
        assert_eq!(
            plan(None, None, Fit::Cover, (1000, 500)).scaled,
            (1000, 500)
        );
        assert_eq!(
            plan(Some(10), Some(10), Fit::Inside, (10_000, 1)).scaled,
            (10, 1)
        );
    }

    #[test]
    fn nothing_is_enlarged() {
        let thumb = Variant::Thumb.transform();
        assert_eq!(
            Plan::new(&thumb, (100, 68)),
            Plan {
                scaled: (100, 68),
                crop: None,
                canvas: None
            }
        );
        assert_eq!(Plan::new(&thumb, (400, 100)).scaled, (200, 100));
        for fit in [Fit::Inside, Fit::Outside, Fit::Fill, Fit::Contain] {
            assert_eq!(plan(Some(900), Some(900), fit, (30, 20)).scaled, (30, 20));
        }
    }

    #[test]
    fn crops_keep_the_focus() {
        let crop = |x, y| {
            let focus = Focus { x, y };
            cover((200, 200), (1000, 500), focus).crop
        };
        assert_eq!(crop(0, 0), Some((0.0, 0.0, 500.0, 500.0)));
        assert_eq!(crop(400, 0), Some((150.0, 0.0, 500.0, 500.0)));
        assert_eq!(crop(1000, 1000), Some((500.0, 0.0, 500.0, 500.0)));
    }

    #[test]
    fn regions_are_cut_to_the_picture() {
        let plan = |left, top| {
            let region = Region {
                left,
                top,
                width: 100,
                height: 100,
            };
            let transform = Transform {
                region: Some(region),
                width: Some(50),
                height: Some(50),
                ..Transform::default()
            };
            Plan::new(&transform, (120, 90))
        };
        let inside = plan(10, 0);
        assert_eq!(inside.scaled, (50, 45));
        assert_eq!(inside.crop, Some((10.0, 0.0, 100.0, 90.0)));
        let over_the_edge = plan(110, 80);
        assert_eq!(over_the_edge.scaled, (10, 10));
        assert_eq!(over_the_edge.crop, Some((110.0, 80.0, 10.0, 10.0)));
    }
}
