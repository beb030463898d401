//! What the macroblocks done so far leave for those to come.

use std::sync::mpsc::{Receiver, Sender, channel};

use crate::decide::{Macroblock, Nonzero, Surroundings};
use crate::kernels::{Block, Edges};

/// What a macroblock leaves for the one below: its last row of pixels, its last modes, and which of its last blocks have levels.
#[derive(Clone, Copy)]
pub(super) struct Bottom {
    y: [u8; 16],
    u: [u8; 8],
    v: [u8; 8],
    modes: [u8; 4],
    nonzero: [u8; 9],
}

impl Bottom {
    /// Above the picture (RFC 6386 section 12.2 and 12.3).
    const OUTSIDE: Self = Self {
        y: [127; 16],
        u: [127; 8],
        v: [127; 8],
        modes: [0; 4],
        nonzero: [0; 9],
    };
}

/// Where a row takes what is above it from, and leaves what is above the next one.
pub(super) struct Connection {
    above: Receiver<Bottom>,
    below: Sender<Bottom>,
}

/// Connects so many rows to each other. `above` is the first one's; that of the row after the last comes back.
pub(super) fn connect(
    rows: usize,
    mut above: Receiver<Bottom>,
) -> (Vec<Connection>, Receiver<Bottom>) {
    let connected = (0..rows)
        .map(|_| {
            let (below, next) = channel();
            let above = std::mem::replace(&mut above, next);
            Connection { above, below }
        })
        .collect();
    (connected, above)
}

/// What is above a picture's first row.
pub(super) fn outside(across: usize) -> Receiver<Bottom> {
    let (sender, receiver) = channel();
    for _ in 0..across {
        // The other end is here.
        let _ = sender.send(Bottom::OUTSIDE);
    }
    receiver
}

/// The reconstruction next to the macroblock at hand: the row above, the column to the left.
pub(super) struct Border {
    connection: Connection,
    top: Bottom,
    /// The one to the right of it, unless the row ends here.
    next: Option<Bottom>,
    has_top: bool,
    has_left: bool,
    left_y: [u8; 16],
    left_u: [u8; 8],
    left_v: [u8; 8],
    /// Pixels above and to the left: Y, U, V.
    corner: [u8; 3],
    left_modes: [u8; 4],
    left_nonzero: [u8; 9],
}

impl Border {
    /// That of the start of macroblock row `y`; waits for what is above.
    pub(super) fn new(y: usize, connection: Connection) -> Self {
        Self {
            top: connection.above.recv().unwrap_or(Bottom::OUTSIDE),
            next: connection.above.recv().ok(),
            connection,
            has_top: y > 0,
            has_left: false,
            left_y: [129; 16],
            left_u: [129; 8],
            left_v: [129; 8],
            corner: [if y == 0 { 127 } else { 129 }; 3],
            left_modes: [0; 4],
            left_nonzero: [0; 9],
        }
    }

    /// What surrounds the macroblock; pixels outside the picture are those of RFC 6386 section 12.2 and 12.3.
    #[inline(always)]
    pub(super) fn around(&self) -> Surroundings {
        let (has_top, has_left) = (self.has_top, self.has_left);
        let top_right = match &self.next {
            _ if !has_top => [127; 4],
            Some(next) => [next.y[0], next.y[1], next.y[2], next.y[3]],
            None => [self.top.y[15]; 4],
        };
        let edges = (has_top, has_left);
        Surroundings {
            luma: edge(self.top.y, self.left_y, self.corner[0], edges),
            top_right,
            u: edge(self.top.u, self.left_u, self.corner[1], edges),
            v: edge(self.top.v, self.left_v, self.corner[2], edges),
            top_modes: self.top.modes,
            left_modes: self.left_modes,
            nonzero: Nonzero {
                top: self.top.nonzero,
                left: self.left_nonzero,
            },
        }
    }

    /// Moves on to the next macroblock, once there is all that surrounds it.
    #[inline(always)]
    pub(super) fn advance(&mut self, coded: &Macroblock, nonzero: Nonzero) {
        let (u, v) = coded.chroma.split_at(4);
        self.corner = [self.top.y[15], self.top.u[7], self.top.v[7]];
        let modes = &coded.modes;
        let mut bottom = Bottom {
            modes: [modes[12], modes[13], modes[14], modes[15]],
            nonzero: nonzero.top,
            ..Bottom::OUTSIDE
        };
        for i in 0..4 {
            bottom.y[i * 4..][..4].copy_from_slice(&bottom_row(&coded.luma[12 + i].recon));
            let right = right_column(&coded.luma[i * 4 + 3].recon);
            self.left_y[i * 4..][..4].copy_from_slice(&right);
        }
        for i in 0..2 {
            bottom.u[i * 4..][..4].copy_from_slice(&bottom_row(&u[2 + i].recon));
            bottom.v[i * 4..][..4].copy_from_slice(&bottom_row(&v[2 + i].recon));
            self.left_u[i * 4..][..4].copy_from_slice(&right_column(&u[i * 2 + 1].recon));
            self.left_v[i * 4..][..4].copy_from_slice(&right_column(&v[i * 2 + 1].recon));
        }
        // Nobody waits for what the last row leaves.
        let _ = self.connection.below.send(bottom);
        self.left_modes = [modes[3], modes[7], modes[11], modes[15]];
        self.left_nonzero = nonzero.left;
        self.has_left = true;
        if let Some(next) = self.next {
            self.top = next;
            self.next = self.connection.above.recv().ok();
        }
    }
}

#[inline(always)]
fn edge<const N: usize>(
    top: [u8; N],
    left: [u8; N],
    corner: u8,
    (has_top, has_left): (bool, bool),
) -> Edges<N> {
    Edges {
        top,
        left,
        corner,
        has_top,
        has_left,
    }
}

fn bottom_row(block: &Block) -> [u8; 4] {
    [block[12], block[13], block[14], block[15]]
}

fn right_column(block: &Block) -> [u8; 4] {
    [block[3], block[7], block[11], block[15]]
}
