//! Base64 payloads as a stream: plain or as a `data:` URL, standard alphabet, padded, with white space anywhere.

use std::io::{self, Read};

use base64::engine::general_purpose::STANDARD;
use base64::read::DecoderReader;

/// The longest media type of a `data:` URL, in bytes.
const MAX_HEADER: usize = 256;

/// The bytes behind a base64 text. Errors are `InvalidData` for what is wrong with the text, and the reader's own.
pub(super) fn decoded<'a>(text: impl Read + 'a) -> io::Result<impl Read + 'a> {
    let mut text = Visible { inner: text };
    let start = skip_data_url_header(&mut text)?;
    Ok(DecoderReader::new(
        io::Cursor::new(start).chain(text),
        &STANDARD,
    ))
}

/// Reads past `data:…;base64,`. What was read to find out that it is not there comes back.
fn skip_data_url_header(text: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(MAX_HEADER);
    text.take(5).read_to_end(&mut start)?;
    if !start.eq_ignore_ascii_case(b"data:") {
        return Ok(start);
    }
    // A byte at a time: the header is short, and what follows it must stay unread.
    #[allow(clippy::unbuffered_bytes)]
    for byte in text.take(MAX_HEADER as u64).bytes() {
        match byte? {
            b',' if start.to_ascii_lowercase().ends_with(b";base64") => return Ok(Vec::new()),
            b',' => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "data URL is not base64",
                ));
            }
            byte => start.push(byte),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidData,
        "data URL has no data",
    ))
}

/// A reader without its white space.
struct Visible<R> {
    inner: R,
}

impl<R: Read> Read for Visible<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.inner.read(buffer)?;
            let mut kept = 0;
            for at in 0..read {
                if !buffer[at].is_ascii_whitespace() {
                    buffer[kept] = buffer[at];
                    kept += 1;
                }
            }
            // Nothing but white space is not the end.
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        decoded(text.as_bytes())?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn plain_spaced_and_data_urls_are_read() {
        for text in [
            "aGVsbG8=",
            " aGV\r\nsb G8\t=\n",
            "data:text/plain;base64,aGVsbG8=",
            "data:;base64,\naGVsbG8=",
        ] {
            assert_eq!(decode(text).unwrap(), b"hello", "{text:?}");
        }
        assert_eq!(decode("").unwrap(), b"");
        assert_eq!(decode("aGk=").unwrap(), b"hi");
    }

    #[test]
    fn anything_else_is_an_error() {
        for text in [
            "aGVsbG8",
            "aGVsbG8=A",
            "aGVsbG9=",
            "a-_b",
            "data:text/plain,hi",
            "data:;base64",
            "d",
        ] {
            assert_eq!(
                decode(text).unwrap_err().kind(),
                io::ErrorKind::InvalidData,
                "{text:?}"
            );
        }
    }
}
