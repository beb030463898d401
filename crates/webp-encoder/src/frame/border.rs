//! What the macroblocks done so far leave for those to come.

use crate::decide::{Macroblock, Nonzero, Surroundings};
use crate::kernels::{Block, Edges};

/// The reconstruction next to the macroblock at hand: the row above, the column to the left.
pub(super) struct Border {
    top_y: Vec<u8>,
    top_u: Vec<u8>,
    top_v: Vec<u8>,
    top_modes: Vec<[u8; 4]>,
    top_nonzero: Vec<[u8; 9]>,
    left_y: [u8; 16],
    left_u: [u8; 8],
    left_v: [u8; 8],
    /// Pixels above and to the left: Y, U, V.
    corner: [u8; 3],
    left_modes: [u8; 4],
    left_nonzero: [u8; 9],
}

impl Border {
    /// The border of the first row of a picture `across` macroblocks wide.
    pub(super) fn new(across: usize) -> Self {
        Self {
            top_y: vec![127; across * 16],
            top_u: vec![127; across * 8],
            top_v: vec![127; across * 8],
            top_modes: vec![[0; 4]; across],
            top_nonzero: vec![[0; 9]; across],
            left_y: [129; 16],
            left_u: [129; 8],
            left_v: [129; 8],
            corner: [127; 3],
            left_modes: [0; 4],
            left_nonzero: [0; 9],
        }
    }

    /// Moves to the start of macroblock row `y`.
    pub(super) fn start_row(&mut self, y: usize) {
        self.left_y = [129; 16];
        self.left_u = [129; 8];
        self.left_v = [129; 8];
        self.corner = [if y == 0 { 127 } else { 129 }; 3];
        self.left_modes = [0; 4];
        self.left_nonzero = [0; 9];
    }

    /// What surrounds macroblock (x, y); pixels outside the picture are those of RFC 6386 section 12.2 and 12.3.
    #[inline(always)]
    pub(super) fn around(&self, x: usize, y: usize) -> Surroundings {
        let (has_top, has_left) = (y > 0, x > 0);
        let top_y: [u8; 16] = part(&self.top_y, x);
        let top_right = match self.top_y.get(x * 16 + 16..x * 16 + 20) {
            _ if !has_top => [127; 4],
            Some(next) => part(next, 0),
            None => [top_y[15]; 4],
        };
        Surroundings {
            luma: Edges {
                top: top_y,
                left: self.left_y,
                corner: self.corner[0],
                has_top,
                has_left,
            },
            top_right,
            u: Edges {
                top: part(&self.top_u, x),
                left: self.left_u,
                corner: self.corner[1],
                has_top,
                has_left,
            },
            v: Edges {
                top: part(&self.top_v, x),
                left: self.left_v,
                corner: self.corner[2],
                has_top,
                has_left,
            },
            top_modes: self.top_modes[x],
            left_modes: self.left_modes,
            nonzero: Nonzero {
                top: self.top_nonzero[x],
                left: self.left_nonzero,
            },
        }
    }

    /// Moves on past macroblock `x`.
    #[inline(always)]
    pub(super) fn advance(&mut self, x: usize, coded: &Macroblock, nonzero: Nonzero) {
        let (u, v) = coded.chroma.split_at(4);
        self.corner = [
            self.top_y[x * 16 + 15],
            self.top_u[x * 8 + 7],
            self.top_v[x * 8 + 7],
        ];
        for i in 0..4 {
            let bottom = bottom_row(&coded.luma[12 + i].recon);
            self.top_y[x * 16 + i * 4..][..4].copy_from_slice(&bottom);
            let right = right_column(&coded.luma[i * 4 + 3].recon);
            self.left_y[i * 4..][..4].copy_from_slice(&right);
        }
        for i in 0..2 {
            let at = x * 8 + i * 4;
            self.top_u[at..at + 4].copy_from_slice(&bottom_row(&u[2 + i].recon));
            self.top_v[at..at + 4].copy_from_slice(&bottom_row(&v[2 + i].recon));
            self.left_u[i * 4..][..4].copy_from_slice(&right_column(&u[i * 2 + 1].recon));
            self.left_v[i * 4..][..4].copy_from_slice(&right_column(&v[i * 2 + 1].recon));
        }
        let modes = &coded.modes;
        self.top_modes[x] = [modes[12], modes[13], modes[14], modes[15]];
        self.left_modes = [modes[3], modes[7], modes[11], modes[15]];
        self.top_nonzero[x] = nonzero.top;
        self.left_nonzero = nonzero.left;
    }
}

/// The `i`-th run of `N` pixels.
#[inline]
fn part<const N: usize>(pixels: &[u8], i: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&pixels[i * N..][..N]);
    out
}

fn bottom_row(block: &Block) -> [u8; 4] {
    [block[12], block[13], block[14], block[15]]
}

fn right_column(block: &Block) -> [u8; 4] {
    [block[3], block[7], block[11], block[15]]
}
