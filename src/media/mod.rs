//! The nouns: what a file, its owner, its variants and its facts are called and how they are written down.
//! No I/O, no clock but the one inside UUIDv7, no knowledge of HTTP, SQL or stores.

mod announcement;
mod app;
mod cursor;
mod facts;
mod hash;
mod ids;
mod kind;
mod name;
mod query;
mod range;
mod transform;
mod variant;

pub use announcement::{Announcement, Checksum};
pub use app::{AppName, Owner};
pub use cursor::{Cursor, SortKey};
pub use facts::{Capture, Exposure, Facts, Gps, PlaceSource, TakenAt, TakenSource};
pub use hash::ContentHash;
pub use ids::{ClaimToken, MediaId, ObjectId, UploadId};
pub use kind::{Kind, essence, sniff};
pub use name::FileName;
pub use query::{canonical_query, read_query};
pub use range::ByteRange;
pub use transform::{Colours, Fit, Focus, OutputFormat, Region, Transform, TransformError};
pub use variant::{RECIPE, Variant};

/// Why a value that came from outside is not one of ours; the text says what would be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl Invalid {
    /// An error with the given text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}
