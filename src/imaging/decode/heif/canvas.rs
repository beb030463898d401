//! The picture that items are painted on, and its clean aperture.

use super::{
    Error,
    planes::{Coding, Planes, Rows},
};
use crate::imaging::{
    frame::{Frame, Layout},
    hdr::{self, ToneMap},
};

/// Pixels of one, three or, with opacity, one more samples.
pub(super) struct Canvas {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) layout: Layout,
    pub(super) data: Vec<u8>,
}

impl Canvas {
    /// Black, and opaque. The caller has checked the size.
    pub(super) fn new((width, height): (u32, u32), layout: Layout) -> Self {
        let mut data = vec![0; width as usize * height as usize * layout.samples()];
        if layout.has_alpha() {
            let samples = layout.samples();
            data.iter_mut()
                .skip(samples - 1)
                .step_by(samples)
                .for_each(|alpha| *alpha = 255);
        }
        Self {
            width,
            height,
            layout,
            data,
        }
    }

    pub(super) fn fill(&mut self, pixel: [u8; 3]) {
        let samples = self.layout.samples();
        for target in self.data.chunks_exact_mut(samples) {
            for (target, sample) in target.iter_mut().zip(pixel) {
                *target = sample;
            }
        }
    }

    /// Paints the first `size` of the planes' colours with their corner at `at`, clipped to what is there.
    pub(super) fn paint(
        &mut self,
        planes: &Planes,
        coding: Coding,
        at: (i64, i64),
        size: (u32, u32),
        tone: Option<&ToneMap>,
    ) -> bool {
        let (samples, layout) = (self.layout.samples(), self.layout);
        let is_grey = planes.is_grey;
        let bits = if tone.is_some() && !is_grey {
            hdr::BITS_IN
        } else {
            8
        };
        self.each_row(planes, coding, at, size, bits, |rows, row, skip, out| {
            let pixels = out.chunks_exact_mut(samples);
            match (layout, tone) {
                (Layout::Grey | Layout::GreyAlpha, _) => {
                    for (pixel, grey) in pixels.zip(rows.grey(row).skip(skip)) {
                        pixel[0] = grey as u8;
                    }
                }
                _ if is_grey => {
                    for (pixel, grey) in pixels.zip(rows.grey(row).skip(skip)) {
                        pixel[..3].fill(grey as u8);
                    }
                }
                (_, Some(tone)) => {
                    for (pixel, rgb) in pixels.zip(rows.rgb(row).skip(skip)) {
                        pixel[..3].copy_from_slice(&tone.apply(rgb));
                    }
                }
                (Layout::Rgb, None) => {
                    // The same as below, with a length that the compiler knows.
                    let (pixels, _) = out.as_chunks_mut::<3>();
                    for (pixel, rgb) in pixels.iter_mut().zip(rows.rgb(row).skip(skip)) {
                        *pixel = rgb.map(|sample| sample as u8);
                    }
                }
                (_, None) => {
                    for (pixel, rgb) in pixels.zip(rows.rgb(row).skip(skip)) {
                        pixel[..3].copy_from_slice(&rgb.map(|sample| sample as u8));
                    }
                }
            }
        })
    }

    /// Paints luma as opacity.
    pub(super) fn paint_alpha(
        &mut self,
        planes: &Planes,
        coding: Coding,
        at: (i64, i64),
        size: (u32, u32),
    ) -> bool {
        let samples = self.layout.samples();
        self.each_row(planes, coding, at, size, 8, |rows, row, skip, out| {
            let pixels = out.chunks_exact_mut(samples);
            for (pixel, alpha) in pixels.zip(rows.grey(row).skip(skip)) {
                pixel[samples - 1] = alpha as u8;
            }
        })
    }

    /// Gives the rows of planes that show, how many columns to skip and where to put them. Returns whether any does.
    fn each_row(
        &mut self,
        planes: &Planes,
        coding: Coding,
        (left, top): (i64, i64),
        (width, height): (u32, u32),
        bits: u32,
        mut draw: impl FnMut(&mut Rows<'_>, usize, usize, &mut [u8]),
    ) -> bool {
        let columns = overlap(left, width.min(planes.width), self.width);
        let lines = overlap(top, height.min(planes.height), self.height);
        if columns.is_empty() || lines.is_empty() {
            return false;
        }
        let samples = self.layout.samples();
        let stride = self.width as usize * samples;
        let skip = (columns.start - left) as usize;
        let wanted = ((columns.end - left) as usize, (lines.end - top) as usize);
        let mut rows = Rows::new(planes, coding, wanted, bits);
        let span = columns.start as usize * samples..columns.end as usize * samples;
        for line in lines {
            let start = line as usize * stride;
            let out = &mut self.data[start + span.start..start + span.end];
            draw(&mut rows, (line - top) as usize, skip, out);
        }
        true
    }

    /// Copies upright pixels of the same layout.
    pub(super) fn put(&mut self, other: &Self, (left, top): (i64, i64)) -> bool {
        let columns = overlap(left, other.width, self.width);
        let samples = self.layout.samples();
        if columns.is_empty() || other.layout != self.layout {
            return false;
        }
        let len = (columns.end - columns.start) as usize * samples;
        for line in overlap(top, other.height, self.height) {
            let from =
                (line - top) as usize * other.width as usize + (columns.start - left) as usize;
            let to = line as usize * self.width as usize + columns.start as usize;
            self.data[to * samples..][..len].copy_from_slice(&other.data[from * samples..][..len]);
        }
        true
    }

    /// Keeps the clean aperture of ISO/IEC 14496-12: a size and how far its middle lies from the picture's, as fractions.
    pub(super) fn crop(&mut self, [w, wn, h, hn, x, xn, y, yn]: [u32; 8]) -> Result<(), Error> {
        let side = |over: u32, under: u32, whole: u32| {
            over.checked_div(under)
                .filter(|side| *side > 0)
                .map(|side| side.min(whole))
                .ok_or_else(|| Error::Malformed("clean aperture".to_owned()))
        };
        let start = |over: u32, under: u32, side: u32, whole: u32| {
            let offset = f64::from(over.cast_signed()) / f64::from(under.cast_signed()).max(1.0);
            let start = offset + f64::from(whole - side) / 2.0;
            (start.round().max(0.0) as u32).min(whole - side)
        };
        let (width, height) = (side(w, wn, self.width)?, side(h, hn, self.height)?);
        let (left, top) = (
            start(x, xn, width, self.width) as usize,
            start(y, yn, height, self.height) as usize,
        );
        let samples = self.layout.samples();
        let stride = self.width as usize * samples;
        let len = width as usize * samples;
        for row in 0..height as usize {
            let from = (top + row) * stride + left * samples;
            self.data.copy_within(from..from + len, row * len);
        }
        self.data.truncate(height as usize * len);
        (self.width, self.height) = (width, height);
        Ok(())
    }

    /// Divides colours by the opacity that they were multiplied by.
    pub(super) fn unmultiply(&mut self) {
        let samples = self.layout.samples();
        for pixel in self.data.chunks_exact_mut(samples) {
            let (colors, alpha) = pixel.split_at_mut(samples - 1);
            let alpha = u32::from(alpha[0]);
            for color in colors {
                let whole = (u32::from(*color) * 255 + alpha / 2).checked_div(alpha);
                *color = whole.unwrap_or_default().min(255) as u8;
            }
        }
    }

    pub(super) fn into_frame(self) -> Result<Frame, Error> {
        Frame::new(self.width, self.height, self.layout, self.data)
    }
}

/// Where `len` from `start` on falls within `whole`.
fn overlap(start: i64, len: u32, whole: u32) -> std::ops::Range<i64> {
    start.max(0)..start.saturating_add(i64::from(len)).min(i64::from(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas() -> Canvas {
        let mut canvas = Canvas::new((4, 3), Layout::Grey);
        canvas.data = (0..12).collect();
        canvas
    }

    #[test]
    fn crops_lie_about_the_middle() {
        let mut middle = canvas();
        middle.crop([2, 1, 1, 1, 0, 1, 0, 1]).unwrap();
        assert_eq!((middle.data, middle.width), (vec![5, 6], 2));
        let mut corner = canvas();
        let minus = 1u32.wrapping_neg();
        corner.crop([2, 1, 2, 1, minus, 1, minus, 2]).unwrap();
        assert_eq!(corner.data, [0, 1, 4, 5]);
        assert!(canvas().crop([1, 0, 1, 1, 0, 1, 0, 1]).is_err());
        let mut huge = canvas();
        huge.crop([u32::MAX, 1, 9, 1, 7, 0, 7, 1]).unwrap();
        assert_eq!(huge.data.len(), 12);
    }

    #[test]
    fn pictures_are_clipped() {
        let mut target = Canvas::new((2, 2), Layout::Grey);
        assert!(target.put(&canvas(), (-1, -2)));
        assert_eq!(target.data, [9, 10, 0, 0]);
        assert!(!target.put(&canvas(), (2, 0)));
    }
}
