//! The first partition: frame header, segments, modes.

use super::Frame;
use crate::bool_coder::BoolEncoder;
use crate::cost::{
    CHROMA_MODE_PATHS, CHROMA_MODE_PROBS, LUMA_MODE_PATHS, LUMA_MODE_PROBS, SUBBLOCK_MODE_PATHS,
};
use crate::kernels::Kernels;
use crate::tables::{Prob, SUBBLOCK_MODE_PROBS};

impl<K: Kernels> Frame<'_, K> {
    /// The frame header up to the coefficient probabilities (RFC 6386 section 9.2 to 9.11).
    pub(super) fn write_header(&self, coder: &mut BoolEncoder) {
        // Colour space and clamping: the only kind there is, and "clamp".
        coder.put_literal(0, 2);
        let segments = &self.segmentation.segments;
        let base = segments[0];
        coder.put_even(segments.len() > 1);
        if segments.len() > 1 {
            // A map and settings follow, the latter absolute.
            coder.put_literal(0b111, 3);
            let of = |i: usize| segments.get(i).copied().unwrap_or(base);
            for i in 0..4 {
                coder.put_optional_signed(of(i).quantiser, 7);
            }
            for i in 0..4 {
                coder.put_optional_signed(of(i).filter, 6);
            }
            for prob in self.segment_probs() {
                coder.put_even(prob != 255);
                if prob != 255 {
                    coder.put_literal(u32::from(prob), 8);
                }
            }
        }
        coder.put_even(self.config.simple_filter);
        // The segments have their own; at 0 decoders would not look at them.
        let filter = segments.iter().map(|s| s.filter).max();
        coder.put_literal(filter.unwrap_or(0) as u32, 6);
        // Sharpness, no filter adjustments by mode.
        coder.put_literal(0, 4);
        coder.put_literal(u32::from(self.config.partitions.min(3)), 2);
        coder.put_literal(base.quantiser as u32, 7);
        let deltas = self.segmentation.deltas;
        for delta in [0, 0, 0, deltas.chroma_dc, deltas.chroma_ac] {
            coder.put_optional_signed(delta, 4);
        }
        // Refresh of the saved probabilities: for the next frame, which never comes.
        coder.put_even(false);
    }

    /// Probabilities of the segment tree's three decisions.
    fn segment_probs(&self) -> [Prob; 3] {
        let mut counts = [0u64; 4];
        for &segment in &self.segmentation.map {
            counts[usize::from(segment)] += 1;
        }
        let prob = |a: u64, b: u64| match a + b {
            0 => 255,
            total => ((255 * a + total / 2) / total).max(1) as u8,
        };
        [
            prob(counts[0] + counts[1], counts[2] + counts[3]),
            prob(counts[0], counts[1]),
            prob(counts[2], counts[3]),
        ]
    }

    /// The rest of the first partition: skip flags and modes (RFC 6386 section 11).
    #[inline(always)]
    pub(super) fn write_modes(&self, coder: &mut BoolEncoder) {
        let total = self.modes.len() as u64;
        let kept = self.modes.iter().filter(|m| !m.skip).count() as u64;
        let skip_prob = (255 * kept / total).clamp(1, 254) as u8;
        let use_skip = kept < total;
        coder.put_even(use_skip);
        if use_skip {
            coder.put_literal(u32::from(skip_prob), 8);
        }
        let segment_probs = (self.segmentation.segments.len() > 1).then(|| self.segment_probs());
        let across = self.planes.macroblocks().0;
        let mut top = vec![[0u8; 4]; across];
        let mut left = [0u8; 4];
        for (i, modes) in self.modes.iter().enumerate() {
            let x = i % across;
            if x == 0 {
                left = [0; 4];
            }
            if let Some(p) = segment_probs {
                coder.put(modes.segment >= 2, p[0]);
                coder.put(
                    modes.segment & 1 != 0,
                    p[1 + usize::from(modes.segment >= 2)],
                );
            }
            if use_skip {
                coder.put(modes.skip, skip_prob);
            }
            if let Some(mode) = modes.luma {
                put_path(coder, LUMA_MODE_PATHS[usize::from(mode)], &LUMA_MODE_PROBS);
                top[x] = [mode; 4];
                left = [mode; 4];
            } else {
                coder.put(false, LUMA_MODE_PROBS[0]);
                for (i, &mode) in modes.subblocks.iter().enumerate() {
                    let (above, beside) = (&mut top[x][i % 4], &mut left[i / 4]);
                    let probs = &SUBBLOCK_MODE_PROBS[usize::from(*above)][usize::from(*beside)];
                    put_path(coder, SUBBLOCK_MODE_PATHS[usize::from(mode)], probs);
                    *above = mode;
                    *beside = mode;
                }
            }
            let chroma = CHROMA_MODE_PATHS[usize::from(modes.chroma)];
            put_path(coder, chroma, &CHROMA_MODE_PROBS);
        }
    }
}

#[inline(always)]
fn put_path(coder: &mut BoolEncoder, path: &[(u8, bool)], probs: &[Prob]) {
    for &(node, bit) in path {
        coder.put(bit, probs[usize::from(node)]);
    }
}
