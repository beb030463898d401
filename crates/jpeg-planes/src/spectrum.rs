//! The coefficients of a progressive picture between its scans, and which scans they need.

use super::{
    frame::{Frame, Geometry, Scale},
    idct,
    markers::{Parser, ScanHeader},
    sink::Sink,
};

/// A component's kept coefficients.
#[derive(Debug)]
pub(super) struct Store {
    geometry: Geometry,
    /// Coefficients kept of a block.
    kept: usize,
    coefficients: Vec<i16>,
    /// One word a block: which coefficients, by zigzag index and kept or not, are not zero; the first is not counted.
    history: Vec<u64>,
    /// Whether a scan had this component.
    pub(super) is_begun: bool,
}

impl Store {
    pub(super) fn of_frame(frame: &Frame, scale: Scale) -> Vec<Self> {
        let kept = scale.block() * scale.block();
        let store = |geometry: Geometry| Self {
            geometry,
            kept,
            coefficients: vec![0; geometry.blocks() * kept],
            history: vec![0; if kept == 1 { 0 } else { geometry.blocks() }],
            is_begun: false,
        };
        frame
            .components
            .iter()
            .map(|one| store(one.geometry))
            .collect()
    }

    #[inline(always)]
    fn index(&self, (bx, by): (usize, usize)) -> Option<usize> {
        let is_inside = bx < self.geometry.blocks_wide && by < self.geometry.blocks_high;
        is_inside.then_some(by * self.geometry.blocks_wide + bx)
    }

    /// The first coefficient of a block; `None` for blocks that only fill a unit up.
    #[inline(always)]
    pub(super) fn first(&mut self, place: (usize, usize)) -> Option<&mut i16> {
        let at = self.index(place)? * self.kept;
        self.coefficients.get_mut(at)
    }

    /// A block's kept coefficients and its history.
    #[inline(always)]
    pub(super) fn block(&mut self, place: (usize, usize)) -> Option<(&mut [i16], &mut u64)> {
        let at = self.index(place)?;
        let block = self
            .coefficients
            .get_mut(at * self.kept..(at + 1) * self.kept)?;
        Some((block, self.history.get_mut(at)?))
    }

    /// How many blocks from `at` on have all coefficients of `band` zero, `most` at most.
    pub(super) fn count_unbegun(&self, at: usize, most: usize, band: u64) -> usize {
        let blocks = self.history.iter().skip(at).take(most);
        blocks.take_while(|history| **history & band == 0).count()
    }

    /// Turns the coefficients into samples.
    pub(super) fn transform(self, component: usize, sink: &mut Sink) {
        if !self.is_begun {
            return;
        }
        let wide = self.geometry.blocks_wide;
        for (at, block) in self.coefficients.chunks_exact(self.kept).enumerate() {
            sink.block()[..self.kept].copy_from_slice(block);
            let history = self.history.get(at).copied().unwrap_or(0);
            let last = (history | 1).ilog2();
            sink.take(component, (at % wide, at / wide), last);
        }
        sink.flush();
    }
}

/// Which scans matter at a scale.
#[derive(Debug)]
pub(super) struct Needs {
    scale: Scale,
    scans: Vec<bool>,
}

impl Needs {
    /// Looks through the headers of all scans, where the scale leaves out some coefficients.
    pub(super) fn new(
        parser: &Parser<'_>,
        first: &ScanHeader,
        scale: Scale,
        max_scans: u32,
    ) -> Self {
        let mut scans = Vec::new();
        if matches!(scale, Scale::Half | Scale::Quarter) {
            let mut headers = vec![first.clone()];
            let mut ahead = parser.clone();
            while let (Ok(Some(scan)), true) =
                (ahead.next_scan(), headers.len() < max_scans as usize)
            {
                headers.push(scan);
            }
            let kept = scale.block() * scale.block();
            let order = idct::order(scale);
            let kept = (0..64).filter(|at| usize::from(order[*at]) < kept);
            scans = wanted(&headers, kept.fold(0, |sum, at| sum | 1 << at));
        }
        Self { scale, scans }
    }

    /// Whether the scan at `index` must be read.
    pub(super) fn wants(&self, index: usize, scan: &ScanHeader) -> bool {
        let is_first = scan.band.0 == 0;
        is_first
            || self.scale != Scale::Eighth && self.scans.get(index).is_none_or(|wanted| *wanted)
    }
}

/// From the last scan to the first: one matters that has kept coefficients, or the history of a later one that matters.
fn wanted(headers: &[ScanHeader], kept: u64) -> Vec<bool> {
    let mut needed = [kept; 4];
    let mut wanted = vec![true; headers.len()];
    for (scan, wanted) in headers.iter().zip(&mut wanted).rev() {
        let (start, end) = scan.band;
        if start == 0 || start > end || end > 63 {
            continue;
        }
        let band = u64::MAX << start & u64::MAX >> (63 - end);
        let needed = &mut needed[scan.components[0].index & 3];
        *wanted = band & *needed != 0;
        if *wanted && scan.approximation.0 > 0 {
            *needed |= band;
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::super::markers::ScanComponent;
    use super::*;

    fn scan(band: (u8, u8), earlier: u8) -> ScanHeader {
        let index = 0;
        ScanHeader {
            components: vec![ScanComponent {
                index,
                dc: 0,
                ac: 0,
            }],
            band,
            approximation: (earlier, 0),
            data_at: 0,
        }
    }

    #[test]
    fn scans_without_influence_are_not_read() {
        let low = 0b1_0111;
        let plain = [scan((0, 0), 0), scan((1, 5), 0), scan((6, 63), 0)];
        assert_eq!(wanted(&plain, low), [true, true, false]);
        let refined = [
            scan((1, 5), 1),
            scan((6, 63), 0),
            scan((1, 63), 2),
            scan((6, 63), 1),
        ];
        assert_eq!(wanted(&refined, low), [true, true, true, false]);
    }
}
