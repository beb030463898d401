//! The frame: size, components and their geometry, colour model, and what decoding will cost.

use super::{Error, bits};

/// How much smaller the picture is decoded, by leaving out high frequencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    /// As stored.
    Full,
    /// A half in each direction.
    Half,
    /// A quarter in each direction.
    Quarter,
    /// An eighth in each direction: one sample a block.
    Eighth,
}

impl Scale {
    /// Samples of a block in each direction, which is also how many coefficients of each direction are used.
    pub(super) const fn block(self) -> usize {
        match self {
            Self::Full => 8,
            Self::Half => 4,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }

    /// A length at this scale, rounded up.
    #[must_use]
    pub const fn of(self, length: u32) -> u32 {
        length.div_ceil(8 / self.block() as u32)
    }
}

/// What the planes mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// One plane of luma.
    Grey,
    /// Luma and two chroma planes, full range, BT.601 (JFIF).
    YCbCr,
    /// Red, green, blue.
    Rgb,
    /// Four inks.
    Cmyk,
    /// Luma and chroma of three inks, and black.
    Ycck,
}

/// Sampling factors of a component (T.81, B.2.2): 1 to 4, relative to the greatest of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Horizontal factor.
    pub horizontal: u8,
    /// Vertical factor.
    pub vertical: u8,
}

/// The frame header and what other segments before the first scan say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Stored width in pixels, at least 1.
    pub width: u32,
    /// Stored height in pixels, at least 1.
    pub height: u32,
    /// Components: 1, 3 or 4.
    pub components: u8,
    /// Whether the coefficients come in several scans that refine each other.
    pub is_progressive: bool,
    /// Whether the entropy coding is arithmetic and not Huffman.
    pub is_arithmetic: bool,
    /// The colour transform of an Adobe APP14 segment, if there is one.
    pub adobe_transform: Option<u8>,
    /// What the components mean.
    pub model: Model,
    /// Sampling factors, one a component.
    pub sampling: Vec<Sampling>,
    pub(super) icc_bytes: u64,
}

impl Header {
    /// Upper bound, in bytes, of what [`decode`](super::decode) allocates at this scale, the planes included.
    ///
    /// The input is not counted. Pictures of several scans need no more than single-scan ones unless progressive.
    #[must_use]
    pub fn memory_bytes(&self, scale: Scale) -> u64 {
        let greatest = greatest(self.sampling.iter().copied());
        let kept = (scale.block() * scale.block()) as u64;
        let mut sum = FIXED_BYTES + self.icc_bytes;
        for sampling in &self.sampling {
            let geometry = Geometry::new(self.width, self.height, *sampling, greatest);
            sum += u64::from(scale.of(geometry.width)) * u64::from(scale.of(geometry.height));
            if self.is_progressive {
                let history = if scale == Scale::Eighth { 0 } else { 8 };
                sum += geometry.blocks() as u64 * (2 * kept + history);
            }
        }
        sum
    }

    /// Size in samples of the plane of a component at this scale; `None` where there is no such component.
    #[must_use]
    pub fn plane_size(&self, component: usize, scale: Scale) -> Option<(u32, u32)> {
        let sampling = self.sampling.get(component)?;
        let greatest = greatest(self.sampling.iter().copied());
        let geometry = Geometry::new(self.width, self.height, *sampling, greatest);
        Some((scale.of(geometry.width), scale.of(geometry.height)))
    }
}

/// Tables, the window over the data, blocks in work: all that does not grow with the picture.
const FIXED_BYTES: u64 = 160 * 1024 + bits::WINDOW_BYTES as u64;

fn greatest(samplings: impl Iterator<Item = Sampling>) -> Sampling {
    let start = Sampling {
        horizontal: 1,
        vertical: 1,
    };
    samplings.fold(start, |most, one| Sampling {
        horizontal: most.horizontal.max(one.horizontal),
        vertical: most.vertical.max(one.vertical),
    })
}

/// Where a component's samples and blocks lie (T.81, A.1.1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Geometry {
    /// Samples at full scale.
    pub(super) width: u32,
    pub(super) height: u32,
    /// Blocks that hold a sample.
    pub(super) blocks_wide: usize,
    pub(super) blocks_high: usize,
}

impl Geometry {
    fn new(width: u32, height: u32, sampling: Sampling, greatest: Sampling) -> Self {
        let part = |length: u32, own: u8, most: u8| {
            (u64::from(length) * u64::from(own)).div_ceil(u64::from(most)) as u32
        };
        let width = part(width, sampling.horizontal, greatest.horizontal);
        let height = part(height, sampling.vertical, greatest.vertical);
        Self {
            width,
            height,
            blocks_wide: width.div_ceil(8) as usize,
            blocks_high: height.div_ceil(8) as usize,
        }
    }

    pub(super) const fn blocks(&self) -> usize {
        self.blocks_wide * self.blocks_high
    }
}

/// One component of the frame header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    pub(super) id: u8,
    pub(super) sampling: Sampling,
    pub(super) quant: usize,
    pub(super) geometry: Geometry,
}

/// The frame header (T.81, B.2.2).
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) is_progressive: bool,
    pub(super) is_arithmetic: bool,
    pub(super) components: Vec<Component>,
    /// Minimum coded units of an interleaved scan.
    pub(super) units_wide: usize,
    pub(super) units_high: usize,
}

impl Frame {
    pub(super) fn parse(marker: u8, segment: &[u8]) -> Result<Self, Error> {
        let &[precision, h1, h0, w1, w0, count, ref rest @ ..] = segment else {
            return Err(Error::Malformed("short frame header".to_owned()));
        };
        if !matches!(marker, 0xc0..=0xc2 | 0xc9 | 0xca) {
            return Err(Error::Unsupported("lossless or hierarchical".to_owned()));
        }
        if precision != 8 {
            return Err(Error::Unsupported(format!("{precision} bits a sample")));
        }
        let width = u32::from(u16::from_be_bytes([w1, w0]));
        let height = u32::from(u16::from_be_bytes([h1, h0]));
        if width == 0 {
            return Err(Error::Malformed("no width".to_owned()));
        }
        if height == 0 {
            return Err(Error::Unsupported("height after the first scan".to_owned()));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Error::Unsupported(format!("{count} components")));
        }
        let (parts, _) = rest.as_chunks::<3>();
        let parts = parts
            .get(..usize::from(count))
            .ok_or_else(|| Error::Malformed("short frame header".to_owned()))?;
        let samplings = parts.iter().map(|part| Sampling {
            horizontal: part[1] >> 4,
            vertical: part[1] & 15,
        });
        let valid = |factor: u8| (1..=4).contains(&factor);
        if !samplings
            .clone()
            .all(|one| valid(one.horizontal) && valid(one.vertical))
        {
            return Err(Error::Malformed("sampling factors".to_owned()));
        }
        let greatest = greatest(samplings.clone());
        let components = parts
            .iter()
            .zip(samplings)
            .map(|(part, sampling)| Component {
                id: part[0],
                sampling,
                quant: usize::from(part[2]),
                geometry: Geometry::new(width, height, sampling, greatest),
            });
        Ok(Self {
            width,
            height,
            is_progressive: matches!(marker, 0xc2 | 0xca),
            is_arithmetic: marker >= 0xc9,
            components: components.collect(),
            units_wide: width.div_ceil(8 * u32::from(greatest.horizontal)) as usize,
            units_high: height.div_ceil(8 * u32::from(greatest.vertical)) as usize,
        })
    }

    /// The colour model, by the rules of libjpeg: JFIF, then Adobe, then component names.
    pub(super) fn model(&self, is_jfif: bool, adobe_transform: Option<u8>) -> Model {
        let ids: Vec<u8> = self
            .components
            .iter()
            .map(|component| component.id)
            .collect();
        match (self.components.len(), adobe_transform) {
            (1, _) => Model::Grey,
            (3, _) if is_jfif => Model::YCbCr,
            (3, Some(0)) => Model::Rgb,
            (3, None) if ids == *b"RGB" => Model::Rgb,
            (3, _) => Model::YCbCr,
            (_, None | Some(0)) => Model::Cmyk,
            _ => Model::Ycck,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(marker: u8, factors: &[u8]) -> Result<Frame, Error> {
        let mut segment = vec![8, 0, 33, 0, 17, factors.len() as u8];
        for (at, factor) in factors.iter().enumerate() {
            segment.extend([at as u8, *factor, 0]);
        }
        Frame::parse(marker, &segment)
    }

    #[test]
    fn geometry_rounds_up() {
        let frame = frame(0xc0, &[0x22, 0x11, 0x12]).expect("a frame");
        let chroma = frame.components[1].geometry;
        assert_eq!((chroma.width, chroma.height), (9, 17));
        assert_eq!((chroma.blocks_wide, chroma.blocks_high), (2, 3));
        assert_eq!((frame.units_wide, frame.units_high), (2, 3));
        assert_eq!(Scale::Quarter.of(17), 5);
    }

    #[test]
    fn other_kinds_are_refused() {
        assert!(matches!(frame(0xc3, &[0x11]), Err(Error::Unsupported(_))));
        assert!(matches!(
            frame(0xc0, &[0x11; 2]),
            Err(Error::Unsupported(_))
        ));
        assert!(matches!(frame(0xc0, &[0x51]), Err(Error::Malformed(_))));
        assert!(matches!(frame(0xc0, &[0x10]), Err(Error::Malformed(_))));
    }

    #[test]
    fn models_follow_markers_and_names() {
        let mut frame = frame(0xc0, &[0x11; 3]).expect("a frame");
        assert_eq!(frame.model(false, Some(0)), Model::Rgb);
        assert_eq!(frame.model(true, Some(0)), Model::YCbCr);
        assert_eq!(frame.model(false, Some(1)), Model::YCbCr);
        for (component, id) in frame.components.iter_mut().zip(*b"RGB") {
            component.id = id;
        }
        assert_eq!(frame.model(false, None), Model::Rgb);
    }
}
