//! The alpha plane: the payload of the ALPH chunk, losslessly compressed, with the prediction filter that suits it.

use crate::vp8l;

/// Prediction filters of the ALPH chunk; the discriminants are the bitstream's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filter {
    None = 0,
    Horizontal = 1,
    Vertical = 2,
    Gradient = 3,
}

/// Encodes a plane of `width * height` values.
pub(crate) fn encode(alpha: &[u8], width: usize, height: usize) -> Vec<u8> {
    debug_assert_eq!(alpha.len(), width * height);
    let mut best = vp8l::encode_plane(alpha, width);
    let mut header = Filter::None as u8 * 4 + 1;
    let filter = likeliest_filter(alpha, width);
    if filter != Filter::None {
        let filtered = vp8l::encode_plane(&apply(filter, alpha, width), width);
        if filtered.len() < best.len() {
            header = filter as u8 * 4 + 1;
            best = filtered;
        }
    }
    if best.len() >= alpha.len() {
        header = 0;
        best = alpha.to_vec();
    }
    best.insert(0, header);
    best
}

/// The filter whose residuals have the least entropy.
fn likeliest_filter(alpha: &[u8], width: usize) -> Filter {
    let filters = [
        Filter::None,
        Filter::Horizontal,
        Filter::Vertical,
        Filter::Gradient,
    ];
    let entropies = filters.map(|filter| {
        let mut counts = [0u32; 256];
        for (i, &value) in alpha.iter().enumerate() {
            counts[usize::from(value.wrapping_sub(predict(filter, alpha, width, i)))] += 1;
        }
        let bits = |&n: &u32| f64::from(n) * (alpha.len() as f64 / f64::from(n)).log2();
        counts.iter().filter(|&&n| n > 0).map(bits).sum::<f64>()
    });
    let mut best = 0;
    for i in 1..filters.len() {
        if entropies[i] < entropies[best] {
            best = i;
        }
    }
    filters[best]
}

fn apply(filter: Filter, alpha: &[u8], width: usize) -> Vec<u8> {
    let residual = |(i, &value): (usize, &u8)| value.wrapping_sub(predict(filter, alpha, width, i));
    alpha.iter().enumerate().map(residual).collect()
}

/// Prediction of value `i`; the first row goes by the left neighbour, the first column by the one above.
#[inline]
fn predict(filter: Filter, alpha: &[u8], width: usize, i: usize) -> u8 {
    match (filter, i % width, i / width) {
        (Filter::None, ..) | (_, 0, 0) => 0,
        (_, _, 0) => alpha[i - 1],
        (_, 0, _) | (Filter::Vertical, ..) => alpha[i - width],
        (Filter::Horizontal, ..) => alpha[i - 1],
        (Filter::Gradient, ..) => {
            let [left, above, corner] = [1, width, width + 1].map(|d| i16::from(alpha[i - d]));
            (left + above - corner).clamp(0, 255) as u8
        }
    }
}
