//! Planes: the samples of one component, and how transformed blocks are laid into them.

/// The samples of one component, eight bits each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    /// Samples in a row, which is also the stride.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height` samples, top row first.
    pub data: Vec<u8>,
}

/// What decoding came to.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) planes: Vec<Plane>,
    /// Whether something was missing or wrong.
    pub(super) damaged: bool,
}

/// What an undecoded block looks like: all coefficients zero.
const GREY: u8 = 128;

impl Plane {
    /// A plane of which no row is there yet.
    pub(super) fn empty(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            data: Vec::with_capacity(width as usize * height as usize),
        }
    }

    /// Makes rows before `end` be there, grey. Done shortly before they are written, while they stay in the cache.
    pub(super) fn reach(&mut self, end: usize) {
        let size = self.width as usize * end.min(self.height as usize);
        if self.data.len() < size {
            self.data.resize(size, GREY);
        }
    }

    /// Lays the block at column `bx` and row `by` of blocks; what lies outside the plane is dropped.
    #[inline]
    pub(super) fn put<const N: usize>(&mut self, bx: usize, by: usize, block: &[[u8; N]; N]) {
        let stride = self.width as usize;
        let x = bx * N;
        let Some(room) = stride.checked_sub(x) else {
            return;
        };
        let start = by * N * stride + x;
        if self.data.len() < start + (N - 1) * stride + N.min(room) {
            self.reach(by * N + N);
        }
        let Some(mut rest) = self.data.get_mut(start..) else {
            return;
        };
        for row in block {
            if let (true, Some(to)) = (room >= N, rest.first_chunk_mut::<N>()) {
                *to = *row;
            } else {
                let n = room.min(N).min(rest.len());
                rest[..n].copy_from_slice(&row[..n]);
            }
            let Some(next) = rest.get_mut(stride..) else {
                return;
            };
            rest = next;
        }
    }

    /// Lays a block of one value.
    #[inline]
    pub(super) fn fill<const N: usize>(&mut self, bx: usize, by: usize, value: u8) {
        self.put(bx, by, &[[value; N]; N]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_clipped_to_the_plane() {
        let mut plane = Plane::empty(5, 3);
        plane.put(1, 0, &[[1, 2, 3, 4]; 4]);
        plane.fill::<4>(0, 0, 9);
        plane.fill::<4>(0, 1, 7);
        plane.fill::<4>(2, 0, 7);
        assert_eq!(plane.data, [9, 9, 9, 9, 1].repeat(3));
    }
}
