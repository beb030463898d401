//! A JSON batch of base64 items, parsed as a stream: payloads go to the spool while they arrive, and no more than
//! [`SMALL_BYTES`] of anything else is ever held.

use std::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use struson::reader::{
    JsonReader as _, JsonStreamReader, ReaderError, ReaderSettings, TransferError,
};
use struson::writer::{JsonStreamWriter, JsonWriter as _};

use super::{Error, base64};
use crate::media::ContentHash;
use crate::spool::{self, Spool, Spooled};

/// Most items of a batch.
const MAX_ITEMS: usize = 16;
/// Most bytes of JSON between two payloads: names, metadata, white space.
const SMALL_BYTES: u64 = 64 << 10;
/// Most bytes of one item's metadata, written compactly.
const METADATA_BYTES: usize = 16 << 10;
/// Deepest nesting, of metadata above all.
const MAX_DEPTH: u32 = 16;
/// A member in whose place `serde_json` puts the JSON that its text is, to any depth.
const RAW: &str = r#""$serde_json::private::RawValue":"#;

/// A batch as it was sent.
#[derive(Debug)]
pub struct Batch {
    /// The app that sends it.
    pub app: Option<String>,
    /// Whose it is.
    pub user_id: Option<String>,
    /// Whether all items are to be committed, or none.
    pub atomic: bool,
    /// Whether no variants are wanted.
    pub skip_processing: bool,
    /// 1 to 16 items.
    pub items: Vec<BatchItem>,
    /// SHA-256 of the request body.
    pub fingerprint: ContentHash,
}

/// An item of a batch.
#[derive(Debug, Default)]
pub struct BatchItem {
    /// The decoded payload, or what is wrong with it; `None` when there was none.
    pub data: Option<Result<Spooled, Error>>,
    /// Its name.
    pub filename: Option<String>,
    /// The media type that the client claims.
    pub mime_type: Option<String>,
    /// Free JSON.
    pub metadata: Option<Value>,
}

/// Parses a batch from a reader, on a thread that may block.
///
/// # Errors
/// `BadBody` for anything that is not a batch; what is wrong with one payload is in its item.
pub fn parse(spool: &Spool, body: impl Read) -> Result<Batch, Error> {
    let meter = Rc::new(Meter(Cell::new(SMALL_BYTES)));
    let hasher = Rc::new(RefCell::new(Sha256::new()));
    let body = Metered {
        inner: body,
        meter: Rc::clone(&meter),
        hasher: Rc::clone(&hasher),
    };
    let settings = ReaderSettings {
        max_nesting_depth: Some(MAX_DEPTH),
        ..ReaderSettings::default()
    };
    let mut parser = Parser {
        json: JsonStreamReader::new_custom(body, settings),
        spool,
        meter,
    };
    let mut batch = parser.batch()?;
    parser.json.consume_trailing_whitespace().map_err(bad)?;
    batch.fingerprint = ContentHash(hasher.borrow_mut().finalize_reset().into());
    Ok(batch)
}

struct Parser<'a, R: Read> {
    json: JsonStreamReader<R>,
    spool: &'a Spool,
    meter: Rc<Meter>,
}

impl<R: Read> Parser<'_, R> {
    fn batch(&mut self) -> Result<Batch, Error> {
        let mut batch = Batch {
            app: None,
            user_id: None,
            atomic: false,
            skip_processing: false,
            items: Vec::new(),
            fingerprint: ContentHash([0; 32]),
        };
        self.json.begin_object().map_err(bad)?;
        while self.json.has_next().map_err(bad)? {
            match self.json.next_name_owned().map_err(bad)?.as_str() {
                "app" => batch.app = self.value("app")?,
                "userId" => batch.user_id = self.value("userId")?,
                "atomic" => batch.atomic = self.value("atomic")?,
                "skipProcessing" => batch.skip_processing = self.value("skipProcessing")?,
                "items" if batch.items.is_empty() => batch.items = self.items()?,
                "items" => return Err(Error::BadBody("items is there twice".into())),
                other => {
                    return Err(Error::BadBody(format!(
                        "unknown member {}",
                        printable(other)
                    )));
                }
            }
        }
        self.json.end_object().map_err(bad)?;
        if batch.items.is_empty() {
            return Err(Error::BadBody(format!(
                "items must have 1 to {MAX_ITEMS} items"
            )));
        }
        Ok(batch)
    }

    fn items(&mut self) -> Result<Vec<BatchItem>, Error> {
        let mut items = Vec::new();
        self.json.begin_array().map_err(bad)?;
        while self.json.has_next().map_err(bad)? {
            if items.len() == MAX_ITEMS {
                return Err(Error::BadBody(format!(
                    "items must have 1 to {MAX_ITEMS} items"
                )));
            }
            items.push(self.item()?);
        }
        self.json.end_array().map_err(bad)?;
        Ok(items)
    }

    fn item(&mut self) -> Result<BatchItem, Error> {
        let mut item = BatchItem::default();
        self.json.begin_object().map_err(bad)?;
        while self.json.has_next().map_err(bad)? {
            match self.json.next_name_owned().map_err(bad)?.as_str() {
                "data" if item.data.is_none() => item.data = Some(self.payload()?),
                "data" => return Err(Error::BadBody("data is there twice".into())),
                "filename" => item.filename = self.value("filename")?,
                "mimeType" => item.mime_type = self.value("mimeType")?,
                "metadata" => item.metadata = self.metadata()?,
                other => {
                    return Err(Error::BadBody(format!(
                        "unknown member {}",
                        printable(other)
                    )));
                }
            }
        }
        self.json.end_object().map_err(bad)?;
        Ok(item)
    }

    /// Spools one payload. The outer error is the body's, the inner one this payload's alone.
    fn payload(&mut self) -> Result<Result<Spooled, Error>, Error> {
        self.meter.start(raw_bytes(self.spool.max_bytes()));
        let mut text = self.json.next_string_reader().map_err(bad)?;
        let spooled = base64::decoded(text.by_ref())
            .map_err(spool::Error::Input)
            .and_then(|mut bytes| self.spool.receive_blocking(&mut bytes));
        // Only a body that can be read to the end of this string can have a next item.
        let rest = io::copy(&mut text, &mut io::sink());
        drop(text);
        rest.map_err(|error| body_error(&error))?;
        self.meter.start(SMALL_BYTES);
        Ok(spooled.map_err(|error| match error {
            spool::Error::Input(_) => Error::BadBody("data is not base64".into()),
            other => other.into(),
        }))
    }

    fn metadata(&mut self) -> Result<Option<Value>, Error> {
        let mut text = Vec::new();
        let mut compact = JsonStreamWriter::new(&mut text);
        self.json
            .transfer_to(&mut compact)
            .map_err(|error| match error {
                TransferError::ReaderError(error) => bad(error),
                TransferError::WriterError(error) => body_error(&error),
            })?;
        compact
            .finish_document()
            .map_err(|error| body_error(&error))?;
        if text.len() > METADATA_BYTES {
            return Err(Error::BadBody(format!(
                "metadata is longer than {METADATA_BYTES} bytes"
            )));
        }
        if text.windows(RAW.len()).any(|part| part == RAW.as_bytes()) {
            return Err(Error::BadBody(
                "metadata has a member that it cannot have".to_owned(),
            ));
        }
        serde_json::from_slice(&text)
            .map_err(|error| Error::BadBody(format!("metadata is not understood: {error}")))
    }

    fn value<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Error> {
        self.json.deserialize_next().map_err(|error| match error {
            struson::serde::DeserializerError::ReaderError(
                error @ (ReaderError::IoError { .. } | ReaderError::SyntaxError(_)),
            ) => bad(error),
            _ => Error::BadBody(format!("{name} has a value of the wrong type")),
        })
    }
}

fn bad(error: ReaderError) -> Error {
    match error {
        ReaderError::IoError { error, .. } => body_error(&error),
        other => Error::BadBody(format!("not a JSON batch: {other}")),
    }
}

/// The body's own end comes through the reader as an I/O error around what the connection said.
fn body_error(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::TimedOut => Error::Timeout,
        io::ErrorKind::ConnectionReset => Error::Disconnected,
        _ => Error::BadBody(format!("not a JSON batch: {error}")),
    }
}

/// Base64 of that many bytes, with line breaks and some more.
fn raw_bytes(bytes: u64) -> u64 {
    (bytes / 3 * 4)
        .saturating_add(bytes / 6)
        .saturating_add(SMALL_BYTES)
}

fn printable(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// How much may still be read of what is being read: a payload, or everything up to the next one.
struct Meter(Cell<u64>);

impl Meter {
    fn start(&self, bytes: u64) {
        self.0.set(bytes);
    }
}

/// A body that is hashed and metered.
struct Metered<R> {
    inner: R,
    meter: Rc<Meter>,
    hasher: Rc<RefCell<Sha256>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.borrow_mut().update(&buffer[..read]);
        let left = self.meter.0.get().checked_sub(read as u64);
        self.meter.0.set(left.ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "a part of it is too long")
        })?);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_text(text: &str) -> Result<Batch, Error> {
        let parent = tempfile::tempdir().unwrap();
        parse(&Spool::open(parent.path(), 1000).unwrap(), text.as_bytes())
    }

    fn message(text: &str) -> String {
        parse_text(text).unwrap_err().to_string()
    }

    #[test]
    fn items_are_spooled_and_bad_ones_do_not_spoil_the_rest() {
        let big = "A".repeat(4000);
        let text = format!(
            r#"{{"items":[{{"data":"aGVsbG8=","filename":"a.txt","metadata":{{"seed":7}}}},{{"data":"a-b"}},
               {{"data":"{big}"}},{{"data":""}},{{}}],"app":"picture","userId":"u","atomic":true}}"#
        );
        let batch = parse_text(&text).unwrap();
        assert_eq!(
            (batch.app.as_deref(), batch.atomic, batch.items.len()),
            (Some("picture"), true, 5)
        );
        assert_eq!(batch.fingerprint, ContentHash::of(text.as_bytes()));
        let data: Vec<_> = batch.items.iter().map(|item| item.data.as_ref()).collect();
        assert!(matches!(data[0], Some(Ok(spooled)) if spooled.hash == ContentHash::of(b"hello")));
        assert!(matches!(data[1], Some(Err(Error::BadBody(_)))));
        assert!(matches!(
            data[2],
            Some(Err(Error::TooLarge { max_bytes: 1000 }))
        ));
        assert!(matches!(data[3], Some(Ok(spooled)) if spooled.size_bytes == 0));
        assert!(data[4].is_none());
        assert_eq!(
            batch.items[0].metadata,
            Some(serde_json::json!({"seed": 7}))
        );
    }

    #[test]
    fn what_is_not_a_batch_is_refused_within_bounds() {
        let item = r#"{"data":""}"#;
        let seventeen = vec![item; 17].join(",");
        assert!(message(&format!(r#"{{"items":[{seventeen}]}}"#)).contains("1 to 16"));
        assert!(message(r#"{"items":[]}"#).contains("1 to 16"));
        assert!(message(r#"{"items":[{"data":""}],"x":1}"#).contains("unknown member x"));
        assert!(message(r#"{"items":[{"data":""}]} x"#).contains("not a JSON batch"));
        assert!(message(r#"{"items":[{"data":"aGVs"#).contains("not a JSON batch"));
        assert!(message(r#"{"app":5}"#).contains("app has a value of the wrong type"));
        let deep = format!(
            r#"{{"items":[{{"data":"","metadata":{}1{}}}]}}"#,
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert!(matches!(parse_text(&deep), Err(Error::BadBody(_))));
        let metadata = format!(
            r#"{{"items":[{{"data":"","metadata":"{}"}}]}}"#,
            "a".repeat(17 << 10)
        );
        assert!(message(&metadata).contains("metadata is longer"));
        let text = "[".repeat(100) + &"]".repeat(100);
        for key in ["$serde_json", "\\u0024serde_json"] {
            let raw = format!(
                r#"{{"items":[{{"data":"","metadata":[{{"{key}::private::RawValue":"{text}"}}]}}]}}"#
            );
            assert!(message(&raw).contains("cannot have"), "{raw}");
        }
        let endless = format!(r#"{{"items":[{{"data":"{}"}}]}}"#, "A".repeat(80 << 10));
        assert!(message(&endless).contains("too long"));
        let long = format!(r#"{{"app":"{}"}}"#, "a".repeat(3 << 20));
        assert!(message(&long).contains("too long"));
    }
}
