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
    fn sixteen_bits_are_rounded() {
        assert_eq!(
            to_8_bits(&[0, 128, 257, 0x7fff, 0x8000, 0xfeff, 0xffff]),
            [0, 0, 1, 127, 128, 254, 255]
        );
    }
}
