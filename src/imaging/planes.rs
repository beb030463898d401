//! Pictures as planes: luma and chroma apart, as JPEG holds them and WebP takes them. A picture that stays in planes is
//! resized with half the work and never converted to RGB and back.

use super::{
    Error,
    frame::{Frame, Layout},
    geometry::Plan,
    orient::Orientation,
    resize::resize_plane,
};

/// One component: `width * height` samples without padding.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) data: Vec<u8>,
}

/// Y, Cb and Cr of ITU-R BT.601 at full range, as in JFIF.
#[derive(Debug, Clone)]
pub(super) struct Planes {
    pub(super) luma: Plane,
    /// Cb and Cr, of one size.
    pub(super) chroma: [Plane; 2],
    /// Luma samples, across and down, for one of chroma.
    pub(super) step: (u32, u32),
}

/// Chroma of the result of a resize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subsampling {
    /// A sample for each pixel (4:4:4).
    None,
    /// A sample for each 2 × 2 pixels (4:2:0), as lossy WebP holds it.
    Half,
}

impl Subsampling {
    fn step(self) -> (u32, u32) {
        match self {
            Self::None => (1, 1),
            Self::Half => (2, 2),
        }
    }
}

impl Plane {
    /// A plane of that many samples, or an error when the bytes do not add up.
    pub(super) fn new(width: u32, height: u32, data: Vec<u8>) -> Result<Self, Error> {
        if data.is_empty() || data.len() as u64 != u64::from(width) * u64::from(height) {
            let len = data.len();
            return Err(Error::Internal(format!(
                "{width} x {height} in {len} bytes"
            )));
        }
        Ok(Self {
            width,
            height,
            data,
        })
    }

    fn is_uniform(&self) -> bool {
        self.data.iter().all(|sample| *sample == self.data[0])
    }

    fn oriented(self, orientation: Orientation) -> Self {
        let (width, height) = orientation.size((self.width, self.height));
        Self {
            width,
            height,
            data: orientation.apply::<1>(self.data, self.width, self.height),
        }
    }
}

impl Planes {
    pub(super) fn size(&self) -> (u32, u32) {
        (self.luma.width, self.luma.height)
    }

    /// Whether there is nothing to see, as in what is left of a picture that was cut off before its data.
    pub(super) fn is_uniform(&self) -> bool {
        self.luma.is_uniform() && self.chroma.iter().all(Plane::is_uniform)
    }

    pub(super) fn oriented(self, orientation: Orientation) -> Self {
        let (across, down) = self.step;
        Self {
            step: orientation.size((across, down)),
            luma: self.luma.oriented(orientation),
            chroma: self.chroma.map(|plane| plane.oriented(orientation)),
        }
    }

    /// With the chroma of grey.
    pub(super) fn grey(mut self) -> Self {
        for plane in &mut self.chroma {
            plane.data.fill(128);
        }
        self
    }

    /// Resized by a plan that was made for its size. `None` when there is nothing to do.
    pub(super) fn resize(
        &self,
        plan: &Plan,
        subsampling: Subsampling,
    ) -> Result<Option<Self>, Error> {
        let step = subsampling.step();
        let is_whole = plan.scaled == self.size() && plan.crop.is_none();
        if is_whole && self.step == step {
            return Ok(None);
        }
        let luma = if is_whole {
            self.luma.clone()
        } else {
            resize_plane(&self.luma, plan.scaled, plan.region(self.size()))?
        };
        Ok(Some(Self {
            luma,
            chroma: self.resize_chroma(plan, step)?,
            step,
        }))
    }

    fn resize_chroma(&self, plan: &Plan, step: (u32, u32)) -> Result<[Plane; 2], Error> {
        let crop = plan.region(self.size());
        // What the chroma samples of the result cover: up to one column and row more than the picture when a side is odd.
        let target = (
            plan.scaled.0.div_ceil(step.0),
            plan.scaled.1.div_ceil(step.1),
        );
        let covered =
            |from: f64, len: f64, scaled: u32, samples: u32, step: u32, from_step: u32| {
                let scale = len / f64::from(scaled);
                let (from_step, samples) = (f64::from(from_step), f64::from(samples * step));
                (from / from_step, samples * scale / from_step)
            };
        let (left, across) = covered(crop.0, crop.2, plan.scaled.0, target.0, step.0, self.step.0);
        let (top, down) = covered(crop.1, crop.3, plan.scaled.1, target.1, step.1, self.step.1);
        let resized = |plane: &Plane| {
            let across = across.min(f64::from(plane.width) - left);
            let down = down.min(f64::from(plane.height) - top);
            if (plane.width, plane.height) == target && left == 0.0 && top == 0.0 {
                return Ok(plane.clone());
            }
            resize_plane(plane, target, (left, top, across, down))
        };
        let [cb, cr] = &self.chroma;
        Ok([resized(cb)?, resized(cr)?])
    }

    /// As RGB.
    pub(super) fn to_rgb(&self) -> Result<Frame, Error> {
        let (width, height) = self.size();
        let whole = Plan::whole((width, height));
        let [cb, cr] = self.resize_chroma(&whole, Subsampling::None.step())?;
        let mut data = vec![0; self.luma.data.len() * 3];
        let (pixels, _) = data.as_chunks_mut::<3>();
        let samples = self.luma.data.iter().zip(&cb.data).zip(&cr.data);
        for (pixel, ((y, cb), cr)) in pixels.iter_mut().zip(samples) {
            *pixel = ycc_to_rgb(*y, *cb, *cr);
        }
        Frame::new(width, height, Layout::Rgb, data)
    }
}

/// ITU-R BT.601 at full range, as in JFIF.
pub(super) fn ycc_to_rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y) << 16, i32::from(cb) - 128, i32::from(cr) - 128);
    let sample = |value: i32| ((value + 32_768) >> 16).clamp(0, 255) as u8;
    [
        sample(y + 91_881 * cr),
        sample(y - 22_554 * cb - 46_802 * cr),
        sample(y + 116_130 * cb),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(width: u32, height: u32, value: impl Fn(u32, u32) -> u8) -> Plane {
        let data = (0..width * height)
            .map(|at| value(at % width, at / width))
            .collect();
        Plane::new(width, height, data).unwrap()
    }

    #[test]
    fn chroma_stays_where_luma_is() {
        // An edge at three quarters, in luma and in chroma, odd sizes included.
        for width in [400u32, 399] {
            let edge = width * 3 / 4;
            let chroma = || {
                plane(
                    width.div_ceil(2),
                    50,
                    |x, _| if x * 2 < edge { 60 } else { 180 },
                )
            };
            let planes = Planes {
                luma: plane(width, 100, |x, _| if x < edge { 60 } else { 180 }),
                chroma: [chroma(), chroma()],
                step: (2, 2),
            };
            let plan = Plan {
                scaled: (101, 25),
                crop: None,
                canvas: None,
            };
            let small = planes.resize(&plan, Subsampling::Half).unwrap().unwrap();
            assert_eq!((small.chroma[0].width, small.chroma[0].height), (51, 13));
            let crossing =
                |row: &[u8]| row.iter().position(|sample| *sample >= 120).unwrap() as f64;
            let luma = crossing(&small.luma.data[..101]);
            let chroma = crossing(&small.chroma[0].data[..51]);
            assert!((luma - chroma * 2.0).abs() <= 1.0, "{luma} {chroma}");
        }
    }

    #[test]
    fn planes_become_colours() {
        let planes = Planes {
            luma: plane(3, 3, |_, _| 76),
            chroma: [plane(2, 2, |_, _| 85), plane(2, 2, |_, _| 255)],
            step: (2, 2),
        };
        let frame = planes.to_rgb().unwrap();
        assert_eq!(frame.size(), (3, 3));
        assert!(
            frame
                .data
                .as_chunks::<3>()
                .0
                .iter()
                .all(|[red, green, blue]| { *red >= 253 && *green <= 2 && *blue <= 2 })
        );
    }
}
