//! Why a picture could not be worked on, split by whose fault it is.

use serde::{Deserialize, Serialize};

/// An imaging failure. No variant ever carries bytes of the picture.
#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
pub enum Error {
    /// The bytes are not a valid picture of their kind, and too little could be shown of them.
    #[error("malformed picture: {0}")]
    Malformed(String),
    /// A valid picture that this build cannot decode.
    #[error("unsupported picture: {0}")]
    Unsupported(String),
    /// More pixels than are allowed, by the header.
    #[error("picture of {width} x {height} pixels is over the limit of {max_pixels}")]
    TooManyPixels {
        /// Claimed width.
        width: u64,
        /// Claimed height.
        height: u64,
        /// The limit that it passed.
        max_pixels: u64,
    },
    /// Another limit: nodes, nesting, time or memory.
    #[error("picture is over a limit: {0}")]
    OverLimit(String),
    /// The picture has nothing of the region that was asked for.
    #[error("the region lies outside the picture")]
    Outside,
    /// Our own fault.
    #[error("imaging failed: {0}")]
    Internal(String),
}

impl Error {
    /// The stable code that clients see.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed_image",
            Self::Unsupported(_) => "unsupported_image",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::OverLimit(_) => "image_over_limit",
            Self::Outside => "outside_picture",
            Self::Internal(_) => "internal",
        }
    }

    /// The same with a text that is fit to be shown, whoever wrote it: printable, and at most so many characters.
    #[must_use]
    pub fn abridged(self, max_chars: usize) -> Self {
        let fit = |text: String| {
            let shown = text.chars().filter(|char| !char.is_control());
            shown.take(max_chars).collect()
        };
        match self {
            Self::Malformed(text) => Self::Malformed(fit(text)),
            Self::Unsupported(text) => Self::Unsupported(fit(text)),
            Self::OverLimit(text) => Self::OverLimit(fit(text)),
            Self::Internal(text) => Self::Internal(fit(text)),
            plain @ (Self::TooManyPixels { .. } | Self::Outside) => plain,
        }
    }
}
