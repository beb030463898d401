//! What a picture will take, from its header alone, and how far its decoder may scale it down.

use super::{derive::first_plan, geometry::Plan, render::plan_for};
use crate::media::{OutputFormat, Transform};

/// Memory of a job whatever its picture: tables, small buffers and the encoder's fixed parts.
const FIXED_BYTES: u64 = 8 << 20;
/// How much larger than its target a scaled decode has to be: below, the second scaling shows (at 1.05 by 2 dB).
const MARGIN: f64 = 1.5;

/// Most bytes that a picture takes whole which could be averaged strip by strip: 16 million pixels with opacity.
const MAX_WHOLE_BYTES: u64 = 128 << 20;

/// What decides the memory of a job.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    /// Held whatever is made of it: the file, or the tree that was parsed from it.
    pub(super) input_bytes: u64,
    /// Size as seen; of nothing that can be decoded, 0 × 0.
    pub(super) size: (u32, u32),
    /// Pixels that the decoder holds, of the largest frame.
    pub(super) pixels: u64,
    /// Bytes that it holds for each, its own working memory included.
    pub(super) bytes_per_pixel: f64,
    /// Whether it can give 1/2, 1/4 and 1/8 of the size.
    pub(super) scaling: Scaling,
}

/// What a decoder can do for a picture that is wanted smaller.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) enum Scaling {
    /// Nothing.
    #[default]
    None,
    /// Decode it smaller, for so much less work.
    Free,
    /// Average rows as they come, while it holds that many bytes beside the result. Costs a little sharpness, so that it is only done
    /// with what is too large to be held whole.
    Strips(u64),
}

impl Cost {
    /// Peak of `derive` in bytes: the input, the decoder's buffers and the largest variant with its encoder.
    pub(super) fn derive_bytes(&self) -> u64 {
        let plan = first_plan(self.size);
        self.decode_bytes(&plan) + output_bytes(&plan, OutputFormat::WebP)
    }

    /// Peak of `render` in bytes.
    pub(super) fn render_bytes(&self, transform: &Transform) -> u64 {
        let plan = plan_for(transform, self.size);
        self.decode_bytes(&plan) + output_bytes(&plan, transform.format)
    }

    pub(super) fn decode_bytes(&self, plan: &Plan) -> u64 {
        let reduction = f64::from(self.reduction(plan));
        let pixels = self.pixels as f64 / (reduction * reduction);
        let decoder = self.bytes_of(pixels);
        let strip = match self.scaling {
            Scaling::Strips(bytes) if reduction > 1.0 => bytes,
            _ => 0,
        };
        (self.input_bytes + FIXED_BYTES + strip).saturating_add(decoder)
    }

    fn bytes_of(&self, pixels: f64) -> u64 {
        (pixels * self.bytes_per_pixel).ceil() as u64
    }

    /// How many times smaller the decoder may make it on the way to a plan: 1, 2, 4 or 8.
    pub(super) fn reduction(&self, plan: &Plan) -> u32 {
        let (_, _, across, down) = plan.region(self.size);
        let room = (across / f64::from(plan.scaled.0)).min(down / f64::from(plan.scaled.1));
        let fits = |reduction: &u32| room >= MARGIN * f64::from(*reduction);
        let is_scaled = match self.scaling {
            Scaling::None => false,
            Scaling::Free => true,
            // Not by the budget: a picture's variants must not depend on where they are made.
            Scaling::Strips(_) => self.bytes_of(self.pixels as f64) > MAX_WHOLE_BYTES,
        };
        if is_scaled {
            [8, 4, 2].into_iter().find(fits).unwrap_or(1)
        } else {
            1
        }
    }
}

/// What a rendition takes while it is resized and encoded: two working copies, the encoder's planes and its output.
pub(super) fn output_bytes(plan: &Plan, format: OutputFormat) -> u64 {
    let bytes_per_pixel = match format {
        OutputFormat::Avif => 24,
        OutputFormat::WebP | OutputFormat::Jpeg | OutputFormat::Png | OutputFormat::Auto => 14,
    };
    let (width, height) = plan.canvas.unwrap_or(plan.scaled);
    u64::from(width) * u64::from(height) * bytes_per_pixel
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Variant;

    fn phone(width: u32, height: u32) -> Cost {
        Cost {
            input_bytes: 3 << 20,
            size: (width, height),
            pixels: u64::from(width) * u64::from(height),
            bytes_per_pixel: 1.5,
            scaling: Scaling::Free,
        }
    }

    #[test]
    fn large_pictures_are_decoded_small() {
        let reduction = |width, height| {
            let plan = Plan::new(&Variant::Large.transform(), (width, height));
            phone(width, height).reduction(&plan)
        };
        assert_eq!(reduction(4000, 3000), 1);
        assert_eq!(reduction(6000, 4000), 2);
        assert_eq!(reduction(16_320, 12_240), 4);
        assert!(phone(16_320, 12_240).derive_bytes() < 100 << 20);
        assert!(phone(4000, 3000).derive_bytes() < 80 << 20);
    }

    #[test]
    fn what_is_not_scalable_is_not_scaled() {
        let cost = Cost {
            scaling: Scaling::None,
            ..phone(6000, 4000)
        };
        assert!(cost.derive_bytes() > phone(6000, 4000).derive_bytes() + 24_000_000);
    }
}
