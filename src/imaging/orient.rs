//! The eight ways a picture may lie, and how to set it upright.

/// What must be done to the stored pixels to see the picture: first a mirroring, then a turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Orientation {
    /// Mirrored left to right, before the turn.
    mirror: bool,
    /// Quarter turns clockwise, 0 to 3.
    turns: u8,
}

impl Orientation {
    /// By EXIF's `Orientation` (1 to 8); `None` for anything else.
    pub(super) fn from_exif(value: u32) -> Option<Self> {
        let (mirror, turns) = match value {
            1 => (false, 0),
            2 => (true, 0),
            3 => (false, 2),
            4 => (true, 2),
            5 => (true, 3),
            6 => (false, 1),
            7 => (true, 1),
            8 => (false, 3),
            _ => return None,
        };
        Some(Self { mirror, turns })
    }

    /// By HEIF's `irot` (quarter turns anticlockwise) and `imir` (0 top to bottom, 1 left to right), turned first.
    pub(super) fn from_heif(rotation: u8, mirror: Option<u8>) -> Self {
        let turns = (4 - rotation) % 4;
        match mirror {
            None => Self {
                mirror: false,
                turns,
            },
            // Mirroring after a turn is mirroring before the opposite turn; top to bottom is half a turn more.
            Some(axis) => Self {
                mirror: true,
                turns: (4 - turns + if axis == 0 { 2 } else { 0 }) % 4,
            },
        }
    }

    /// Whether width and height change places.
    pub(super) fn is_transposing(self) -> bool {
        self.turns % 2 == 1
    }

    /// A size as seen, from the size as stored, or the other way round.
    pub(super) fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.is_transposing() {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// A turn that was asked for: mirrored left to right first, then quarter turns clockwise.
    pub(super) fn new(mirror: bool, turns: u8) -> Self {
        Self {
            mirror,
            turns: turns % 4,
        }
    }

    /// Left, top, width and height of a part of the picture in its pixels as stored, from those as seen.
    pub(super) fn stored(
        self,
        (left, top, width, height): (f64, f64, f64, f64),
        seen: (f64, f64),
    ) -> (f64, f64, f64, f64) {
        let (right, bottom) = (seen.0 - left - width, seen.1 - top - height);
        let (left, top, width, height, across) = match self.turns {
            0 => (left, top, width, height, seen.0),
            1 => (top, right, height, width, seen.1),
            2 => (right, bottom, width, height, seen.0),
            _ => (bottom, left, height, width, seen.1),
        };
        let left = if self.mirror {
            across - left - width
        } else {
            left
        };
        (left.max(0.0), top.max(0.0), width, height)
    }

    /// Sets upright pixels of `N` bytes each, `width` × `height` of them.
    pub(super) fn apply<const N: usize>(self, data: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
        if self == Self::default() {
            return data;
        }
        let (pixels, _) = data.as_chunks::<N>();
        let (width, height) = (width as usize, height as usize);
        let (out_width, out_height) = if self.is_transposing() {
            (height, width)
        } else {
            (width, height)
        };
        // Where the output's first pixel lies in the input, and what a step right or down adds.
        let (w, h) = (width as isize, height as isize);
        let (start, right, down) = match self.turns {
            0 => (0, 1, w),
            1 => ((h - 1) * w, -w, 1),
            2 => (h * w - 1, -1, -w),
            _ => (w - 1, w, -1),
        };
        let mirrored = |at: isize| {
            if self.mirror {
                let (row, column) = (at / w, at % w);
                row * w + (w - 1 - column)
            } else {
                at
            }
        };
        let mut out = Vec::with_capacity(data.len());
        for row in 0..out_height as isize {
            let mut at = start + row * down;
            for _ in 0..out_width {
                out.extend_from_slice(&pixels[mirrored(at) as usize]);
                at += right;
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 3 × 2 picture: abc / def.
    fn seen(value: u32) -> (String, u32) {
        let orientation = Orientation::from_exif(value).unwrap();
        let out = orientation.apply::<1>(b"abcdef".to_vec(), 3, 2);
        (String::from_utf8(out).unwrap(), orientation.size((3, 2)).0)
    }

    #[test]
    fn exif_orientations() {
        let expected = [
            (1, "abcdef", 3),
            (2, "cbafed", 3),
            (3, "fedcba", 3),
            (4, "defabc", 3),
            (5, "adbecf", 2),
            (6, "daebfc", 2),
            (7, "fcebda", 2),
            (8, "cfbead", 2),
        ];
        for (value, pixels, width) in expected {
            assert_eq!(seen(value), (pixels.to_owned(), width), "{value}");
        }
        assert_eq!(Orientation::from_exif(0), None);
        assert_eq!(Orientation::from_exif(9), None);
    }

    #[test]
    fn parts_are_found_among_the_pixels_as_stored() {
        // Where "f" of abc / def is seen, it is in the last column and row.
        for value in 1..=8 {
            let orientation = Orientation::from_exif(value).unwrap();
            let (pixels, width) = seen(value);
            let at = pixels.find('f').unwrap() as u32;
            let part = (f64::from(at % width), f64::from(at / width), 1.0, 1.0);
            let size = (f64::from(width), f64::from(6 / width));
            assert_eq!(
                orientation.stored(part, size),
                (2.0, 1.0, 1.0, 1.0),
                "{value}"
            );
        }
    }

    #[test]
    fn heif_turns_before_it_mirrors() {
        assert_eq!(
            Some(Orientation::from_heif(3, None)),
            Orientation::from_exif(6)
        );
        assert_eq!(
            Some(Orientation::from_heif(0, Some(1))),
            Orientation::from_exif(2)
        );
        assert_eq!(
            Some(Orientation::from_heif(0, Some(0))),
            Orientation::from_exif(4)
        );
        // A quarter turn clockwise, then left to right: dae/bfc is daebfc, mirrored adbecf.
        assert_eq!(
            Some(Orientation::from_heif(3, Some(1))),
            Orientation::from_exif(5)
        );
    }
}
