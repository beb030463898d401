//! Luma and chroma as codecs give them, and their way to RGB (ITU-T H.273), a row at a time.

use re_rav1d::dav1d::Plane;

/// Fixed point of the matrix for eight bits out, and for twelve, which leaves less room.
const FRACTION_OF_8: u32 = 18;
const FRACTION_OF_12: u32 = 16;
/// Chroma is interpolated in sixteenths.
const CHROMA_PARTS: i32 = 16;

/// How samples encode colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coding {
    /// `MatrixCoefficients` of H.273.
    pub(super) matrix: u16,
    /// Whether luma takes all values, rather than 16 to 235.
    pub(super) full_range: bool,
}

/// A decoded item, in its codec's own memory.
pub(super) struct Planes {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bits a sample.
    pub(super) depth: u32,
    pub(super) is_grey: bool,
    /// Whether chroma has half the columns, and half the rows.
    pub(super) halved: (bool, bool),
    /// Whether chroma lies on the left of its two columns, rather than between them.
    pub(super) is_left: bool,
    /// What the bitstream says; the container outranks it.
    pub(super) coding: Coding,
    pub(super) samples: Samples,
}

pub(super) enum Samples {
    Hevc {
        widths: [u32; 3],
        planes: [Vec<u16>; 3],
    },
    Av1 {
        /// In bytes.
        strides: [usize; 3],
        planes: Vec<Plane>,
        /// Whether samples take two bytes.
        wide: bool,
    },
}

impl Planes {
    /// A row of a plane; what the plane lacks is left as it was.
    fn row(&self, plane: usize, row: usize, out: &mut [i32]) {
        match &self.samples {
            Samples::Hevc { widths, planes } => {
                let samples = planes[plane].chunks_exact(widths[plane].max(1) as usize);
                for (out, sample) in out.iter_mut().zip(samples.skip(row).flatten()) {
                    *out = i32::from(*sample);
                }
            }
            Samples::Av1 {
                strides,
                planes,
                wide,
            } => {
                let bytes = planes[plane]
                    .get(row * strides[plane]..)
                    .unwrap_or_default();
                if *wide {
                    for (out, sample) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
                        *out = i32::from(u16::from_ne_bytes(*sample));
                    }
                } else {
                    for (out, sample) in out.iter_mut().zip(bytes) {
                        *out = i32::from(*sample);
                    }
                }
            }
        }
    }
}

/// Turns rows of planes into red, green and blue of 8 or 12 bits.
pub(super) struct Rows<'a> {
    planes: &'a Planes,
    last_chroma_row: usize,
    matrix: Matrix,
    luma: Vec<i32>,
    /// Both chroma planes: the row above, the row below and both mixed at full width.
    above: [Vec<i32>; 2],
    below: [Vec<i32>; 2],
    mixed: [Vec<i32>; 2],
    loaded: Option<usize>,
    narrow: Vec<i32>,
}

impl<'a> Rows<'a> {
    /// For the first `columns` of the first `lines` rows, at `bits` (8 or 12) a sample. What is coded past them is padding,
    /// and must not bleed into the last.
    pub(super) fn new(
        planes: &'a Planes,
        coding: Coding,
        (columns, lines): (usize, usize),
        bits: u32,
    ) -> Self {
        let half = |side: usize, halved| if halved { side.div_ceil(2) } else { side };
        let chroma = half(columns, planes.halved.0);
        let rows = |len| [vec![0; len], vec![0; len]];
        Self {
            planes,
            last_chroma_row: half(lines, planes.halved.1).saturating_sub(1),
            matrix: Matrix::new(coding, planes, bits),
            luma: vec![0; columns],
            above: rows(chroma),
            below: rows(chroma),
            mixed: rows(columns),
            loaded: None,
            narrow: vec![0; chroma],
        }
    }

    /// Luma alone, for a grey picture or an opacity.
    pub(super) fn grey(&mut self, row: usize) -> impl Iterator<Item = u16> {
        self.planes.row(0, row, &mut self.luma);
        self.luma.iter().map(|luma| self.matrix.grey(*luma))
    }

    pub(super) fn rgb(&mut self, row: usize) -> impl Iterator<Item = [u16; 3]> {
        self.planes.row(0, row, &mut self.luma);
        self.mix_chroma(row);
        let [blue, red] = &self.mixed;
        let chroma = blue.iter().zip(red);
        self.luma
            .iter()
            .zip(chroma)
            .map(|(luma, (blue, red))| self.matrix.rgb(*luma, *blue, *red))
    }

    /// Interpolates chroma at a row of luma: three parts of the nearer row and one of the other, likewise in columns.
    fn mix_chroma(&mut self, row: usize) {
        let last = self.last_chroma_row;
        let (near, far) = if self.planes.halved.1 {
            let near = row / 2;
            let far = if row.is_multiple_of(2) {
                near.saturating_sub(1)
            } else {
                (near + 1).min(last)
            };
            (near, far)
        } else {
            (row, row)
        };
        let (top, bottom) = (near.min(far), near.max(far));
        if self.loaded != Some(top) {
            if self.loaded.is_some_and(|loaded| loaded + 1 == top) && self.planes.halved.1 {
                std::mem::swap(&mut self.above, &mut self.below);
            } else {
                self.load(top, true);
            }
            self.loaded = Some(top);
            self.load((top + 1).min(last), false);
        }
        for plane in 0..2 {
            let (above, below) = (&self.above[plane], &self.below[plane]);
            let weights = match (near == far, near == top) {
                (true, _) => (4, 0),
                (_, true) => (3, 1),
                _ => (1, 3),
            };
            debug_assert!(bottom - top <= 1);
            for (out, (above, below)) in self.narrow.iter_mut().zip(above.iter().zip(below)) {
                *out = above * weights.0 + below * weights.1;
            }
            widen(&self.narrow, &mut self.mixed[plane], self.planes);
        }
    }

    fn load(&mut self, row: usize, above: bool) {
        let target = if above {
            &mut self.above
        } else {
            &mut self.below
        };
        for (plane, target) in target.iter_mut().enumerate() {
            self.planes.row(plane + 1, row, target);
        }
    }
}

/// Chroma at the columns of luma, four times as large.
fn widen(narrow: &[i32], out: &mut [i32], planes: &Planes) {
    if !planes.halved.0 {
        for (out, sample) in out.iter_mut().zip(narrow) {
            *out = sample * 4;
        }
        return;
    }
    let last = narrow.len() - 1;
    let mut left = narrow[0];
    for (index, pair) in out.chunks_mut(2).enumerate() {
        let here = narrow[index.min(last)];
        let right = narrow[(index + 1).min(last)];
        if planes.is_left {
            pair[0] = here * 4;
            pair[pair.len() - 1] = if pair.len() == 2 {
                (here + right) * 2
            } else {
                here * 4
            };
        } else {
            pair[0] = here * 3 + left;
            if pair.len() == 2 {
                pair[1] = here * 3 + right;
            }
        }
        left = here;
    }
}

/// Factors in fixed point, rounding and range included.
struct Matrix {
    fraction: u32,
    max: i32,
    luma: i32,
    /// What luma and chroma are at black.
    zero: (i32, i32),
    /// By blue and by red difference, for red, green and blue.
    chroma: [[i32; 2]; 3],
    /// Whether planes are green, blue and red as they are.
    identity: bool,
}

impl Matrix {
    fn new(coding: Coding, planes: &Planes, bits: u32) -> Self {
        let fraction = if bits == 8 {
            FRACTION_OF_8
        } else {
            FRACTION_OF_12
        };
        let unit = f64::from(1u32 << planes.depth.saturating_sub(8));
        let full = f64::from((1u32 << planes.depth) - 1);
        let (zero, luma_span, chroma_span) = if coding.full_range {
            (0.0, full, full)
        } else {
            (16.0 * unit, 219.0 * unit, 224.0 * unit)
        };
        let max = (1i32 << bits) - 1;
        let scale = f64::from(max) * f64::from(1u32 << fraction);
        let of_chroma = scale / chroma_span / f64::from(CHROMA_PARTS);
        let identity = coding.matrix == 0 && !planes.is_grey;
        let chroma = if identity {
            // Blue and red are luma-like: they are shifted by the zero of luma in `rgb`.
            let factor = scale / luma_span / f64::from(CHROMA_PARTS);
            [[0.0, factor], [0.0, 0.0], [factor, 0.0]]
        } else if coding.matrix == 8 {
            // YCgCo: the planes are green and orange.
            [[-1.0, 1.0], [1.0, 0.0], [-1.0, -1.0]].map(|row| row.map(|of: f64| of * of_chroma))
        } else {
            let (red, blue) = luma_weights(coding.matrix);
            let green = 1.0 - red - blue;
            let (of_red, of_blue) = (2.0 * (1.0 - red), 2.0 * (1.0 - blue));
            [
                [0.0, of_red],
                [-blue * of_blue / green, -red * of_red / green],
                [of_blue, 0.0],
            ]
            .map(|row| row.map(|of| of * of_chroma))
        };
        let middle = if identity {
            zero as i32
        } else {
            1 << (planes.depth - 1)
        };
        Self {
            fraction,
            max,
            luma: (scale / luma_span).round() as i32,
            zero: (zero as i32, middle * CHROMA_PARTS),
            chroma: chroma.map(|row| row.map(|of| of.round() as i32)),
            identity,
        }
    }

    fn grey(&self, luma: i32) -> u16 {
        self.clamp((luma - self.zero.0) * self.luma)
    }

    #[inline]
    fn rgb(&self, luma: i32, blue: i32, red: i32) -> [u16; 3] {
        let (blue, red) = (blue - self.zero.1, red - self.zero.1);
        let luma = (luma - self.zero.0) * self.luma;
        let [of_red, of_green, of_blue] = self.chroma;
        let outer = if self.identity { 0 } else { luma };
        [
            self.clamp(outer + of_red[0] * blue + of_red[1] * red),
            self.clamp(luma + of_green[0] * blue + of_green[1] * red),
            self.clamp(outer + of_blue[0] * blue + of_blue[1] * red),
        ]
    }

    #[inline]
    fn clamp(&self, value: i32) -> u16 {
        ((value + (1 << (self.fraction - 1))) >> self.fraction).clamp(0, self.max) as u16
    }
}

/// Weights of red and blue in luma, by `MatrixCoefficients`.
fn luma_weights(matrix: u16) -> (f64, f64) {
    match matrix {
        1 => (0.2126, 0.0722),
        4 => (0.30, 0.11),
        7 => (0.212, 0.087),
        9 | 10 => (0.2627, 0.0593),
        // BT.601, and what is unspecified.
        _ => (0.299, 0.114),
    }
}
