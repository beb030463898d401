//! How near a rendition is to a reference: SSIM of luma (Wang et al. 2004: Gaussian window of 11 × 11, σ = 1.5, BT.601
//! luma of 8 bit, windows wholly inside the picture) and SSIMULACRA2.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use image::RgbImage;
use serde_json::{Value, json};
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};

/// Both measures of every file, by its path.
pub(crate) fn compare(reference: &Path, files: &[PathBuf]) -> anyhow::Result<Value> {
    let reference = read(reference)?;
    let mut report = serde_json::Map::new();
    for file in files {
        let picture = read(file)?;
        ensure!(
            picture.dimensions() == reference.dimensions(),
            "{} is of another size than the reference",
            file.display()
        );
        let score = compute_frame_ssimulacra2(linear(&reference)?, linear(&picture)?)?;
        let measures = json!({ "ssim": ssim(&reference, &picture), "ssimulacra2": score });
        report.insert(file.display().to_string(), measures);
    }
    Ok(report.into())
}

fn read(file: &Path) -> anyhow::Result<RgbImage> {
    let picture = image::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(picture.into_rgb8())
}

fn linear(picture: &RgbImage) -> anyhow::Result<Rgb> {
    let pixels = picture
        .pixels()
        .map(|pixel| pixel.0.map(|v| f32::from(v) / 255.0));
    Ok(Rgb::new(
        pixels.collect(),
        picture.width() as usize,
        picture.height() as usize,
        TransferCharacteristic::SRGB,
        ColorPrimaries::BT709,
    )?)
}

/// Values in rows.
struct Plane {
    width: usize,
    values: Vec<f64>,
}

impl Plane {
    fn luma(picture: &RgbImage) -> Self {
        let luma = |[red, green, blue]: [f64; 3]| 0.299 * red + 0.587 * green + 0.114 * blue;
        Self {
            width: picture.width() as usize,
            values: picture
                .pixels()
                .map(|pixel| luma(pixel.0.map(f64::from)))
                .collect(),
        }
    }

    fn product(&self, other: &Self) -> Self {
        let pairs = self.values.iter().zip(&other.values);
        Self {
            width: self.width,
            values: pairs.map(|(a, b)| a * b).collect(),
        }
    }

    /// Weighted means over every window; smaller by the window less one.
    fn blurred(&self) -> Self {
        let weights = window();
        let width = self.width + 1 - weights.len();
        let rows = self.values.chunks_exact(self.width).flat_map(|row| {
            row.windows(weights.len())
                .map(|part| part.iter().zip(&weights).map(|(v, w)| v * w).sum())
        });
        let rows: Vec<f64> = rows.collect();
        let height = rows.len() / width + 1 - weights.len();
        let at = |index: usize| {
            let below = rows[index..].iter().step_by(width);
            below.zip(&weights).map(|(v, w)| v * w).sum()
        };
        Self {
            width,
            values: (0..width * height).map(at).collect(),
        }
    }
}

fn window() -> [f64; 11] {
    let weights: [f64; 11] = std::array::from_fn(|i| (-(i as f64 - 5.0).powi(2) / 4.5).exp());
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

fn ssim(reference: &RgbImage, picture: &RgbImage) -> f64 {
    let (a, b) = (Plane::luma(reference), Plane::luma(picture));
    let (mean_a, mean_b) = (a.blurred(), b.blurred());
    let (aa, bb, ab) = (
        a.product(&a).blurred(),
        b.product(&b).blurred(),
        a.product(&b).blurred(),
    );
    let (c1, c2) = ((0.01_f64 * 255.0).powi(2), (0.03_f64 * 255.0).powi(2));
    let of = |i: usize| {
        let (mu_a, mu_b) = (mean_a.values[i], mean_b.values[i]);
        let (var_a, var_b) = (aa.values[i] - mu_a * mu_a, bb.values[i] - mu_b * mu_b);
        let covariance = ab.values[i] - mu_a * mu_b;
        (2.0 * mu_a * mu_b + c1) * (2.0 * covariance + c2)
            / ((mu_a * mu_a + mu_b * mu_b + c1) * (var_a + var_b + c2))
    };
    let count = mean_a.values.len();
    (0..count).map(of).sum::<f64>() / count as f64
}
