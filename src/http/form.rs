//! The form of an upload, part by part. Its texts are short, and little of it is ever in memory.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderMap;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use multer::{Field, Multipart, parse_boundary};

/// The longest text, in bytes.
pub(super) const MAX_TEXT_BYTES: usize = 4096;
/// Most parts.
pub(super) const MAX_PARTS: usize = 32;
/// How many bytes may have come in and mean nothing: the parser would buffer any amount of a part's head, and read any amount of a part
/// that nobody asked for.
pub(super) const MAX_UNREAD_BYTES: u64 = 1 << 20;

type BoxError = Box<dyn StdError + Send + Sync>;

/// Why a form cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("Not a multipart form")]
    NotAForm,
    #[error("Malformed multipart form")]
    Malformed,
    #[error("Form has more than {MAX_PARTS} parts")]
    TooManyParts,
    #[error("Form field is longer than {MAX_TEXT_BYTES} bytes")]
    LongText,
    #[error("Form field is not UTF-8")]
    NotText,
    /// What the body failed with.
    #[error(transparent)]
    Body(BoxError),
}

impl From<multer::Error> for Error {
    fn from(error: multer::Error) -> Self {
        match error {
            // Either what the body failed with, or what we found wrong with it.
            multer::Error::StreamReadFailed(cause) => match cause.downcast() {
                Ok(ours) => *ours,
                Err(cause) => Self::Body(cause),
            },
            _ => Self::Malformed,
        }
    }
}

/// A part that means something here.
#[allow(clippy::large_enum_variant)] // there is one of it at a time
pub(super) enum Part {
    /// The file, which must be read before the next part.
    File(FilePart),
    App(String),
    UserId(String),
    SkipProcessing(String),
}

/// The part with the file.
pub(super) struct FilePart {
    field: Field<'static>,
    unread: Arc<AtomicU64>,
}

impl FilePart {
    /// What the client calls it.
    pub(super) fn name(&self) -> Option<&str> {
        self.field.file_name()
    }

    /// The type that the client claims.
    pub(super) fn declared_type(&self) -> Option<&str> {
        self.field.content_type().map(AsRef::as_ref)
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.field.headers()
    }

    /// Its bytes.
    pub(super) fn bytes(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + Unpin {
        let unread = self.unread;
        self.field.map(move |chunk| {
            unread.store(0, Ordering::Relaxed);
            Ok(chunk?)
        })
    }
}

/// A form that is coming in.
pub(super) struct Form {
    parts: Multipart<'static>,
    count: usize,
    unread: Arc<AtomicU64>,
}

impl Form {
    /// A form of this content type.
    ///
    /// # Errors
    /// `NotAForm`.
    pub(super) fn new<S, E>(content_type: &str, body: S) -> Result<Self, Error>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: StdError + Send + Sync + 'static,
    {
        let boundary = parse_boundary(content_type).map_err(|_| Error::NotAForm)?;
        let unread = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&unread);
        let body = body.map(move |chunk| {
            let chunk = chunk.map_err(BoxError::from)?;
            let before = counter.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            if before > MAX_UNREAD_BYTES {
                return Err(BoxError::from(Error::Malformed));
            }
            Ok(chunk)
        });
        Ok(Self {
            parts: Multipart::new(body, boundary),
            count: 0,
            unread,
        })
    }

    /// The next part that means something.
    ///
    /// # Errors
    /// All but `NotAForm`.
    pub(super) async fn next(&mut self) -> Result<Option<Part>, Error> {
        while let Some(field) = self.parts.next_field().await? {
            self.count += 1;
            if self.count > MAX_PARTS {
                return Err(Error::TooManyParts);
            }
            self.unread.store(0, Ordering::Relaxed);
            let part = match (field.name(), field.file_name().is_some()) {
                (Some("file"), true) => Part::File(FilePart {
                    field,
                    unread: Arc::clone(&self.unread),
                }),
                (Some("app"), _) => Part::App(text(field).await?),
                (Some("userId"), _) => Part::UserId(text(field).await?),
                (Some("skipProcessing"), _) => Part::SkipProcessing(text(field).await?),
                _ => continue,
            };
            return Ok(Some(part));
        }
        Ok(None)
    }
}

async fn text(mut field: Field<'_>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_TEXT_BYTES {
            return Err(Error::LongText);
        }
    }
    String::from_utf8(bytes).map_err(|_| Error::NotText)
}
