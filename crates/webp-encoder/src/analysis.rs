//! The look at the whole picture before coding: which macroblocks can hide errors, and the segments made of them.

use crate::kernels::{Block, Chroma, Kernels, Luma, quad};
use crate::picture::Planes;
use crate::quantise::Deltas;
use crate::{Config, rows};

/// Most segments that the format has.
pub(crate) const MAX_SEGMENTS: usize = 4;

/// What is busier counts as this busy: a few macroblocks of noise are no segment of their own.
const BUSIEST: u32 = 150;
/// How much finer a segment's steps are for each unit that it is smoother than the picture, as part of the exponent, and at most.
/// With [`BUSIEST`] and the loop filter's strength found by trial over photographs and drawings, by SSIM and SSIMULACRA2.
const SEGMENT_STRENGTH: f64 = 0.0088;
const MOST_FINER: f64 = 0.45;

/// The outcome of the analysis.
pub(crate) struct Segmentation {
    /// Segment of each macroblock.
    pub(crate) map: Vec<u8>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) deltas: Deltas,
}

/// Settings of one segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Segment {
    /// Quantiser index, 0..=127.
    pub(crate) quantiser: i32,
    /// Loop filter level, 0..=63.
    pub(crate) filter: i32,
}

/// Analyses `planes` and chooses segments, by up to `config`'s threads.
pub(crate) fn analyse<K: Kernels>(
    kernels: K,
    planes: &Planes,
    config: &Config,
    quality: f64,
) -> Segmentation {
    let (across, down) = planes.macroblocks();
    let count = usize::from(config.segments).clamp(1, MAX_SEGMENTS);
    let rows = rows::map(config.threads, (0..down).collect(), |y| {
        kernels.run(|| look_at_row(kernels, planes, y))
    });
    let mut map = Vec::with_capacity(across * down);
    let mut histogram = [0u32; 256];
    let mut chroma_sum = 0;
    for (values, of_chroma) in rows {
        for &value in &values {
            histogram[usize::from(value)] += 1;
        }
        map.extend(values);
        chroma_sum += of_chroma;
    }
    let clusters = cluster(&histogram, count);
    for value in &mut map {
        *value = clusters.of[usize::from(*value)];
    }
    let chroma_mean = (chroma_sum / map.len().max(1) as u64) as i32;
    let mut segmentation = Segmentation {
        segments: segments(&clusters, quality, config.filter_strength),
        deltas: Deltas {
            chroma_dc: -2,
            chroma_ac: ((chroma_mean - 64) * 10 / 70 / 2).clamp(-4, 6),
        },
        map,
    };
    segmentation.merge_equal();
    segmentation
}

/// How well each macroblock of a row shows errors, 255 for flat ones; and the sum of how busy their chroma is.
#[inline(always)]
fn look_at_row<K: Kernels>(kernels: K, planes: &Planes, y: usize) -> (Vec<u8>, u64) {
    let across = planes.macroblocks().0;
    let (mut luma, mut chroma): (Luma, Chroma) = ([[0; 16]; 16], [[0; 16]; 8]);
    let mut chroma_sum = 0;
    let values = (0..across)
        .map(|x| {
            planes.load(kernels, (x, y), &mut luma, &mut chroma);
            let of_luma = smoothness(kernels, &[(&luma, mean(&luma))]);
            let (u, v) = chroma.split_at(4);
            let of_chroma = smoothness(kernels, &[(u, mean(u)), (v, mean(v))]);
            chroma_sum += u64::from(of_chroma);
            let busy = (3 * of_luma + of_chroma + 2) >> 2;
            (255 - busy.min(BUSIEST)) as u8
        })
        .collect();
    (values, chroma_sum)
}

impl Segmentation {
    /// Joins segments whose settings came out the same.
    fn merge_equal(&mut self) {
        let mut kept: Vec<Segment> = Vec::new();
        let target: Vec<u8> = self
            .segments
            .iter()
            .map(|segment| {
                let at = kept.iter().position(|k| k == segment).unwrap_or_else(|| {
                    kept.push(*segment);
                    kept.len() - 1
                });
                at as u8
            })
            .collect();
        for value in &mut self.map {
            *value = target[usize::from(*value)];
        }
        self.segments = kept;
    }
}

fn mean(blocks: &[Block]) -> Block {
    let sum: u32 = blocks.iter().flatten().map(|&p| u32::from(p)).sum();
    let count = 16 * blocks.len() as u32;
    [((sum + count / 2) / count) as u8; 16]
}

/// How widely the DCT coefficients spread against their commonest value: near 0 for flat blocks.
#[inline(always)]
fn smoothness<K: Kernels>(kernels: K, planes: &[(&[Block], Block)]) -> u32 {
    const BINS: usize = 32;
    // Four histograms, so that equal neighbours do not wait for each other.
    let mut histograms = [[0u16; BINS]; 4];
    for (blocks, mean) in planes {
        for i in 0..blocks.len() / 4 {
            let coefficients = kernels.forward(quad(blocks, i), [mean; 4]);
            for four in coefficients.0.as_chunks::<4>().0 {
                for (histogram, value) in histograms.iter_mut().zip(four) {
                    histogram[usize::from(value.unsigned_abs() >> 3).min(BINS - 1)] += 1;
                }
            }
        }
    }
    let mut most = 0;
    let mut last = 0;
    for bin in 0..BINS {
        let count = histograms.iter().map(|h| u32::from(h[bin])).sum();
        most = most.max(count);
        if count > 0 {
            last = bin as u32;
        }
    }
    if most > 1 { 510 * last / most } else { 0 }
}

struct Clusters {
    centres: Vec<f64>,
    /// Macroblocks of each.
    weights: Vec<f64>,
    /// Cluster of each value.
    of: [u8; 256],
    /// Mean of all values.
    middle: f64,
}

/// One-dimensional k-means over a histogram.
fn cluster(histogram: &[u32; 256], count: usize) -> Clusters {
    let used = |v: &usize| histogram[*v] > 0;
    let low = (0..256).find(used).unwrap_or(0);
    let high = (0..256).rev().find(used).unwrap_or(0);
    let step = (high - low) as f64 / (2 * count) as f64;
    let mut centres: Vec<f64> = (0..count)
        .map(|i| low as f64 + (2 * i + 1) as f64 * step)
        .collect();
    let mut of = [0; 256];
    let mut sums = Vec::new();
    for _ in 0..6 {
        sums = vec![(0.0, 0.0); count];
        let mut nearest = 0;
        for value in low..=high {
            let distance = |c: f64| (value as f64 - c).abs();
            while nearest + 1 < count && distance(centres[nearest + 1]) < distance(centres[nearest])
            {
                nearest += 1;
            }
            of[value] = nearest as u8;
            let weight = f64::from(histogram[value]);
            sums[nearest].0 += weight * value as f64;
            sums[nearest].1 += weight;
        }
        let mut moved = 0.0;
        for (centre, &(sum, weight)) in centres.iter_mut().zip(&sums) {
            if weight > 0.0 {
                moved += (sum / weight - *centre).abs();
                *centre = sum / weight;
            }
        }
        if moved < 1.0 {
            break;
        }
    }
    let (sum, total) = (sums.iter()).fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
    Clusters {
        centres,
        weights: sums.iter().map(|s| s.1).collect(),
        of,
        middle: sum / total.max(1.0),
    }
}

/// Quantiser and loop filter of each cluster: smooth ones, where errors show, get finer steps.
fn segments(clusters: &Clusters, quality: f64, filter_strength: u8) -> Vec<Segment> {
    let fineness = fineness(quality);
    // What whole quantisers are off by, in macroblocks: the next segment makes up for it, so that bytes follow quality evenly.
    let mut owed = 0.0;
    clusters
        .centres
        .iter()
        .zip(&clusters.weights)
        .map(|(&centre, &weight)| {
            let smoother = SEGMENT_STRENGTH * (centre - clusters.middle);
            let exponent = 1.0 - smoother.clamp(-MOST_FINER, MOST_FINER);
            let exact = like_libwebp(127.0 * (1.0 - fineness.powf(exponent)));
            let weight = weight.max(1.0);
            let quantiser = (exact + (owed / weight).clamp(-0.5, 0.5))
                .round()
                .clamp(0.0, 127.0);
            owed += weight * (exact - quantiser);
            let quantiser = quantiser as i32;
            Segment {
                quantiser,
                filter: filter_level(quantiser, filter_strength),
            }
        })
        .collect()
}

/// The quality scale that users of WebP know: linear in two pieces, then a cube root.
fn fineness(quality: f64) -> f64 {
    let quality = quality / 100.0;
    let linear = if quality < 0.75 {
        quality * 2.0 / 3.0
    } else {
        2.0 * quality - 1.0
    };
    linear.cbrt()
}

/// The quantiser that takes as many bytes as libwebp does with `quantiser`, found by trial over photographs and drawings.
/// libwebp rounds down, which is half a step on average; and it spends more bits where steps are coarse.
fn like_libwebp(quantiser: f64) -> f64 {
    quantiser - 0.5 + 0.8 * (quantiser / 12.0).min(1.0) - 0.045 * quantiser
}

/// Loop filter level: as strong as the quantiser's steps ask for. Smooth segments need it as much as others: their edges are those seen.
fn filter_level(quantiser: i32, strength: u8) -> i32 {
    let step = i32::from(crate::tables::AC_STEPS[quantiser as usize]) >> 2;
    let level = step.min(63) * 5 * i32::from(strength.min(100)) / 256;
    if level < 2 { 0 } else { level.min(63) }
}
