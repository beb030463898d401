//! The three stored renditions of a picture and the recipe they are made by.

use serde::{Deserialize, Serialize};

use super::{Fit, Transform};

/// Version of the recipe below. Raised whenever a change should make new renditions of old pictures (`reprocess --stale`).
pub const RECIPE: i32 = 4;

/// A stored rendition. All are WebP, still, upright, sRGB and without metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Variant {
    /// 200 × 200, cropped to fill, quality 80; made for every picture.
    Thumb,
    /// Inside 800 × 800, quality 85; made when either side is over 800.
    Medium,
    /// Inside 1920 × 1920, quality 90; made when either side is over 1920.
    Large,
}

impl Variant {
    /// Every variant, smallest first.
    pub const ALL: [Self; 3] = [Self::Thumb, Self::Medium, Self::Large];

    /// The name in URLs and in the catalogue.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Thumb => "thumb",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// The variant of that name, also under the alias that callers use (`small`).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "thumb" | "small" => Some(Self::Thumb),
            "medium" => Some(Self::Medium),
            "large" => Some(Self::Large),
            _ => None,
        }
    }

    /// Whether processing makes this variant of a picture of the given size as seen.
    #[must_use]
    pub fn is_made_for(self, width: u32, height: u32) -> bool {
        match self {
            Self::Thumb => true,
            Self::Medium => width > 800 || height > 800,
            Self::Large => width > 1920 || height > 1920,
        }
    }

    /// The recipe, as the transform that gives the same rendition.
    #[must_use]
    pub fn transform(self) -> Transform {
        let (side, fit, quality) = match self {
            Self::Thumb => (200, Fit::Cover, 80),
            Self::Medium => (800, Fit::Inside, 85),
            Self::Large => (1920, Fit::Inside, 90),
        };
        Transform {
            width: Some(side),
            height: Some(side),
            fit,
            quality,
            ..Transform::default()
        }
    }
}
