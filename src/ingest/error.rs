//! Why an upload was not taken in, split by what the caller can do about it.

use crate::media::AppName;
use crate::{blob, catalog, imaging, objects, spool, threads};

/// An upload that was not acknowledged. Nothing of it is referred to by anything.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No bytes at all.
    #[error("file is empty")]
    Empty,
    /// More bytes than allowed.
    #[error("file is larger than {max_bytes} bytes")]
    TooLarge {
        /// The limit.
        max_bytes: u64,
    },
    /// The bytes are not the ones that were announced.
    #[error("content does not match the digest that was sent")]
    DigestMismatch,
    /// The request body is not what it should be.
    #[error("{0}")]
    BadBody(String),
    /// The client stopped sending.
    #[error("request body was not received in time")]
    Timeout,
    /// The connection broke.
    #[error("request body was cut off")]
    Disconnected,
    /// A picture over a limit.
    #[error(transparent)]
    Refused(imaging::Error),
    /// The app may not upload files of this type.
    #[error("{mime} is not allowed for app {app}")]
    TypeNotAllowed {
        /// What it is.
        mime: String,
        /// The app.
        app: AppName,
    },
    /// No space for the spool or in the store.
    #[error("no space left")]
    Full(#[source] anyhow::Error),
    /// The catalogue failed.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// The store failed.
    #[error(transparent)]
    Blob(blob::Error),
    /// Too much work is waiting.
    #[error(transparent)]
    Pool(#[from] threads::Error),
    /// Our own disk failed.
    #[error("spool failed")]
    Spool(#[source] anyhow::Error),
}

impl From<blob::Error> for Error {
    fn from(error: blob::Error) -> Self {
        match error {
            blob::Error::Full(cause) => Self::Full(cause),
            other => Self::Blob(other),
        }
    }
}

impl From<objects::Error> for Error {
    fn from(error: objects::Error) -> Self {
        match error {
            objects::Error::Catalog(error) => Self::Catalog(error),
            objects::Error::Blob(error) => error.into(),
        }
    }
}

impl From<spool::Error> for Error {
    fn from(error: spool::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match error {
            spool::Error::TooLarge { max_bytes } => Self::TooLarge { max_bytes },
            spool::Error::Input(error) => Self::BadBody(error.to_string()),
            spool::Error::Full(_) => Self::Full(error.into()),
            spool::Error::Disk(error) if matches!(error.kind(), StorageFull | QuotaExceeded) => {
                Self::Full(error.into())
            }
            spool::Error::Disk(error) => Self::Spool(error.into()),
        }
    }
}
