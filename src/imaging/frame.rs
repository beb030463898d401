//! Decoded pixels, always eight bits a sample.

use super::Error;

/// What the samples of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Ink amounts: 0 is none.
    Cmyk,
}

impl Layout {
    /// Samples, which are bytes, of a pixel.
    pub(super) fn samples(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    pub(super) fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }
}

/// One decoded picture. `data` holds `width * height` pixels without padding.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) layout: Layout,
    pub(super) data: Vec<u8>,
}

impl Frame {
    /// A frame of that many pixels, or an error when the bytes do not add up.
    pub(super) fn new(
        width: u32,
        height: u32,
        layout: Layout,
        data: Vec<u8>,
    ) -> Result<Self, Error> {
        let expected = u64::from(width) * u64::from(height) * layout.samples() as u64;
        if data.len() as u64 != expected || data.is_empty() {
            return Err(Error::Internal(format!(
                "{width} x {height} {layout:?} in {} bytes",
                data.len()
            )));
        }
        Ok(Self {
            width,
            height,
            layout,
            data,
        })
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Whether every pixel is like the first: what is left of a picture that was cut off before its data.
    pub(super) fn is_uniform(&self) -> bool {
        let samples = self.layout.samples();
        self.data.len() <= samples || self.data[samples..] == self.data[..self.data.len() - samples]
    }

    /// RGBA on an opaque ground, as RGB.
    pub(super) fn on(&self, colour: [u8; 3]) -> Self {
        let (pixels, _) = self.data.as_chunks::<4>();
        let blend = |over: u8, under: u8, alpha: u8| {
            let alpha = u32::from(alpha);
            ((u32::from(over) * alpha + u32::from(under) * (255 - alpha) + 127) / 255) as u8
        };
        let data = pixels
            .iter()
            .flat_map(|&[red, green, blue, alpha]| {
                [
                    blend(red, colour[0], alpha),
                    blend(green, colour[1], alpha),
                    blend(blue, colour[2], alpha),
                ]
            })
            .collect();
        Self {
            layout: Layout::Rgb,
            data,
            ..*self
        }
    }

    /// RGB or RGBA in black and white, whichever is nearer.
    pub(super) fn bitonal(self) -> Self {
        let mut frame = self.grey();
        for pixel in frame.data.chunks_exact_mut(frame.layout.samples()) {
            let side = if pixel[0] < 128 { 0 } else { 255 };
            pixel[..3].fill(side);
        }
        frame
    }

    /// RGB or RGBA with each colour replaced by its luma (BT.601).
    pub(super) fn grey(mut self) -> Self {
        for pixel in self.data.chunks_exact_mut(self.layout.samples()) {
            let luma =
                299 * u32::from(pixel[0]) + 587 * u32::from(pixel[1]) + 114 * u32::from(pixel[2]);
            pixel[..3].fill(((luma + 500) / 1000) as u8);
        }
        self
    }
}

/// Rounds 16-bit samples to eight bits.
pub(super) fn to_8_bits(samples: &[u16]) -> Vec<u8> {
    samples
        .iter()
        .map(|sample| ((u32::from(*sample) * 255 + 32_768) >> 16) as u8)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparency_shows_the_ground() {
        let frame = Frame::new(2, 1, Layout::Rgba, vec![10, 20, 30, 0, 10, 20, 30, 255]).unwrap();
        assert_eq!(frame.on([255; 3]).data, [255, 255, 255, 10, 20, 30]);
    }

    #[test]
    fn sixteen_bits_are_rounded() {
        assert_eq!(
            to_8_bits(&[0, 128, 257, 0x7fff, 0x8000, 0xfeff, 0xffff]),
            [0, 0, 1, 127, 128, 254, 255]
        );
    }
}
