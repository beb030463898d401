//! How bytes come in: spool while hashing, sniff, probe, store, commit. Acknowledged means committed, and nothing here ever
//! deletes from the store; what a failed upload leaves behind is accounted for in the catalogue and reaped.

mod base64;
mod batch;
mod commit;
mod error;
mod rebuild;
mod resumable;

pub use batch::{Batch, BatchItem, parse as parse_batch};
pub use commit::{Accepted, Ingest, Upload};
pub use error::Error;
pub use rebuild::Rebuilt;
pub use resumable::{Error as ResumableError, Piece, Progress, Resumables};
