//! Pictures that are too large to hold: rows are averaged into squares of pixels as they come.

use super::{Error, Frame};
use crate::imaging::frame::Layout;

/// A picture that grows row by row, so many times smaller than what it is made of.
pub(super) struct Shrinker {
    width: usize,
    height: usize,
    reduction: usize,
    layout: Layout,
    /// Of each square in work: every sample, colours multiplied by opacity where there is one.
    sums: Vec<u32>,
    /// Rows that are in them.
    rows: usize,
    data: Vec<u8>,
}

impl Shrinker {
    /// For a picture of that size; `reduction` is at most 8, or the sums would not hold.
    pub(super) fn new((width, height): (u32, u32), reduction: u32, layout: Layout) -> Self {
        let (width, height, reduction) = (width as usize, height as usize, reduction as usize);
        let row = width.div_ceil(reduction) * layout.samples();
        Self {
            width,
            height,
            reduction,
            layout,
            sums: vec![0; row],
            rows: 0,
            data: Vec::with_capacity(row * height.div_ceil(reduction)),
        }
    }

    /// Takes whole rows.
    pub(super) fn add(&mut self, rows: &[u8]) {
        for row in rows.chunks_exact(self.width * self.layout.samples()) {
            match self.layout {
                Layout::Grey => add_row::<1>(row, self.reduction, false, &mut self.sums),
                Layout::GreyAlpha => add_row::<2>(row, self.reduction, true, &mut self.sums),
                Layout::Rgb => add_row::<3>(row, self.reduction, false, &mut self.sums),
                Layout::Rgba => add_row::<4>(row, self.reduction, true, &mut self.sums),
                Layout::Cmyk => add_row::<4>(row, self.reduction, false, &mut self.sums),
            }
            self.rows += 1;
            if self.rows == self.reduction {
                self.end_squares();
            }
        }
    }

    fn end_squares(&mut self) {
        let samples = self.layout.samples();
        for (column, sums) in self.sums.chunks_exact(samples).enumerate() {
            let across = self.reduction.min(self.width - column * self.reduction);
            let count = (across * self.rows) as u32;
            let part = |sum: u32, of: u32| ((sum + of / 2).checked_div(of).unwrap_or(0)) as u8;
            if self.layout.has_alpha() {
                let (colors, alpha) = sums.split_at(samples - 1);
                self.data
                    .extend(colors.iter().map(|sum| part(*sum, alpha[0])));
                self.data.push(part(alpha[0], count));
            } else {
                self.data.extend(sums.iter().map(|sum| part(*sum, count)));
            }
        }
        self.sums.fill(0);
        self.rows = 0;
    }

    /// What has come; rows that have not are zero.
    pub(super) fn finish(mut self) -> Result<Frame, Error> {
        if self.rows > 0 {
            self.end_squares();
        }
        let (width, height) = (
            self.width.div_ceil(self.reduction),
            self.height.div_ceil(self.reduction),
        );
        self.data.resize(width * height * self.layout.samples(), 0);
        Frame::new(width as u32, height as u32, self.layout, self.data)
    }
}

fn add_row<const N: usize>(row: &[u8], reduction: usize, has_alpha: bool, sums: &mut [u32]) {
    let (pixels, _) = row.as_chunks::<N>();
    let (sums, _) = sums.as_chunks_mut::<N>();
    for (square, sums) in pixels.chunks(reduction).zip(sums) {
        for pixel in square {
            let alpha = u32::from(pixel[N - 1]);
            for (at, sum) in sums.iter_mut().enumerate() {
                let weight = if has_alpha && at < N - 1 { alpha } else { 1 };
                *sum += u32::from(pixel[at]) * weight;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_averaged_at_the_edges_too() {
        let mut grey = Shrinker::new((3, 3), 2, Layout::Grey);
        grey.add(&[0, 100, 7, 100, 200, 9]);
        grey.add(&[50, 60, 255]);
        assert_eq!(grey.finish().unwrap().data, [100, 8, 55, 255]);
    }

    #[test]
    fn what_is_transparent_has_no_colour_and_what_is_missing_is() {
        let mut picture = Shrinker::new((2, 4), 2, Layout::Rgba);
        picture.add(&[[255, 0, 0, 255], [0, 255, 0, 0]].concat());
        picture.add(&[[255, 0, 0, 255], [0, 255, 0, 0]].concat());
        let frame = picture.finish().unwrap();
        assert_eq!(frame.data, [255, 0, 0, 128, 0, 0, 0, 0]);
    }
}
