//! Where coefficients become samples: two blocks at a time go through the inverse DCT into their planes.

use super::{
    frame::{Frame, Scale},
    idct::{self, Coefficients, FullPair, HalfPair, Kernels},
    planes::Plane,
};

/// Blocks in work and the planes they go to.
#[derive(Debug)]
pub(super) struct Sink {
    scale: Scale,
    kernels: Kernels,
    planes: Vec<Plane>,
    /// Quantisation steps of each component, in the order of the kept coefficients.
    steps: Vec<Coefficients>,
    blocks: [Coefficients; 2],
    places: [Place; 2],
    waiting: usize,
}

/// Where a block goes, and its last coefficient that is not zero.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    component: usize,
    bx: usize,
    by: usize,
    last: u32,
}

impl Sink {
    pub(super) fn new(frame: &Frame, scale: Scale) -> Self {
        let plane = |one: &super::frame::Component| {
            Plane::empty(scale.of(one.geometry.width), scale.of(one.geometry.height))
        };
        Self {
            scale,
            kernels: Kernels::of_machine(),
            planes: frame.components.iter().map(plane).collect(),
            steps: vec![[0; 64]; frame.components.len()],
            blocks: [[0; 64]; 2],
            places: [Place::default(); 2],
            waiting: 0,
        }
    }

    pub(super) fn set_steps(&mut self, component: usize, steps: &[u16; 64]) {
        self.steps[component] = idct::steps(steps, self.scale);
    }

    /// The block to fill next, all zero; then [`Self::take`] or [`Self::drop_block`] it.
    #[inline(always)]
    pub(super) fn block(&mut self) -> &mut Coefficients {
        &mut self.blocks[self.waiting & 1]
    }

    /// Forgets the block in work.
    pub(super) fn drop_block(&mut self) {
        self.block().fill(0);
    }

    /// Takes the block in work, whose last coefficient that is not zero has zigzag index `last`.
    #[inline(always)]
    pub(super) fn take(&mut self, component: usize, (bx, by): (usize, usize), last: u32) {
        if last == 0 || self.scale >= Scale::Quarter {
            return self.take_simple(component, (bx, by));
        }
        self.places[self.waiting & 1] = Place {
            component,
            bx,
            by,
            last,
        };
        self.waiting += 1;
        if self.waiting == 2 {
            self.flush();
        }
    }

    #[inline]
    fn take_simple(&mut self, component: usize, (bx, by): (usize, usize)) {
        let block = &mut self.blocks[self.waiting & 1];
        let (plane, steps) = (&mut self.planes[component], &self.steps[component]);
        let value = idct::flat(block[0], steps[0]);
        match self.scale {
            Scale::Full => plane.fill::<8>(bx, by, value),
            Scale::Half => plane.fill::<4>(bx, by, value),
            Scale::Quarter => {
                plane.put(bx, by, &idct::quarter(block, steps));
                block.fill(0);
            }
            Scale::Eighth => plane.fill::<1>(bx, by, value),
        }
        block[0] = 0;
    }

    /// The planes; what was not decoded is grey.
    pub(super) fn finish(mut self) -> Vec<Plane> {
        for plane in &mut self.planes {
            plane.reach(usize::MAX);
        }
        self.planes
    }

    /// Transforms what waits.
    pub(super) fn flush(&mut self) {
        let steps = self.places.map(|place| &self.steps[place.component]);
        let places = &self.places[..self.waiting];
        if self.scale == Scale::Full {
            let is_sparse = places.iter().all(|place| place.last <= idct::SPARSE_LAST);
            let mut out = FullPair::default();
            (self.kernels.full)(&self.blocks, steps, is_sparse, &mut out);
            for (place, out) in places.iter().zip(&out) {
                self.planes[place.component].put(place.bx, place.by, out);
            }
        } else {
            let mut out = HalfPair::default();
            (self.kernels.half)(&self.blocks, steps, &mut out);
            for (place, out) in places.iter().zip(&out) {
                self.planes[place.component].put(place.bx, place.by, out);
            }
        }
        self.blocks = [[0; 64]; 2];
        self.waiting = 0;
    }
}
