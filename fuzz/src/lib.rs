//! What the fuzz targets run: the two rooms of the service that read untrusted bytes, as they are, under small limits.

// Whatever the targets do not reach is used by the service.
#![allow(dead_code)]

#[path = "../../src/imaging/mod.rs"]
pub mod imaging;
#[path = "../../src/media/mod.rs"]
pub mod media;

use std::borrow::Cow;
use std::io::Cursor;

use imaging::{Error, Limits};
use media::{Announcement, ByteRange, Checksum, Fit, Kind, OutputFormat, Transform, UploadId};

/// Small enough for thousands of runs a second, large enough for every path.
fn limits() -> Limits {
    Limits {
        max_pixels: 1 << 16,
        max_memory_bytes: 64 << 20,
        deadline: None,
        system_fonts: false,
    }
}

/// The picture may be at fault, the service never. A panic has ended the process before it could become an error.
fn check<T>(result: Result<T, Error>) {
    if let Err(Error::Internal(what)) = result {
        panic!("internal: {what}");
    }
}

/// A picture's whole walk, as an upload of that kind.
pub fn picture(data: &[u8], kind: &Kind) {
    check(imaging::probe(&mut Cursor::new(data), kind, &limits()));
    check(imaging::derive(data, kind, &limits()));
}

/// Sniffing, and whatever a header of the kind that was found tells.
pub fn probe(data: &[u8]) {
    let kind = media::sniff(&data[..data.len().min(4096)], None);
    check(imaging::probe(&mut Cursor::new(data), &kind, &limits()));
    check(imaging::tags(&mut Cursor::new(data), &kind));
    let _ = imaging::capture(&mut Cursor::new(data), &kind);
}

/// One block of metadata in a JPEG that holds nothing else.
pub fn block(data: &[u8], name: &[u8]) {
    let content = [name, data].concat();
    segment(0xe1, &content);
}

/// IPTC's data sets in the resource that Photoshop wraps them in.
pub fn iptc(data: &[u8]) {
    let resource = b"Photoshop 3.0\x008BIM\x04\x04\0\0";
    let len = (data.len() as u32).to_be_bytes();
    segment(0xed, &[resource, &len[..], data].concat());
}

fn segment(marker: u8, content: &[u8]) {
    let Ok(len) = u16::try_from(content.len() + 2) else {
        return;
    };
    let mut file = vec![0xff, 0xd8, 0xff, marker];
    file.extend(len.to_be_bytes());
    file.extend(content);
    // A frame of 8 × 8 grey pixels, so that the header counts as one.
    file.extend(b"\xff\xc0\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0\xff\xd9");
    check(imaging::probe(
        &mut Cursor::new(&file[..]),
        &Kind::Jpeg,
        &limits(),
    ));
    check(imaging::tags(&mut Cursor::new(&file[..]), &Kind::Jpeg));
}

/// What a film says of itself.
pub fn movie(data: &[u8]) {
    let kind = Kind::Other(Cow::Borrowed("video/mp4"));
    check(imaging::probe(&mut Cursor::new(data), &kind, &limits()));
    check(imaging::tags(&mut Cursor::new(data), &kind));
}

/// A rendition by the last bytes of a picture, which decoders leave alone.
pub fn render(data: &[u8]) {
    let Some([width, height, fit, format, quality]) = data.last_chunk() else {
        return;
    };
    let side = |byte: u8| (byte > 0).then_some(u32::from(byte));
    let fits = [
        Fit::Cover,
        Fit::Contain,
        Fit::Fill,
        Fit::Inside,
        Fit::Outside,
    ];
    let formats = [
        OutputFormat::Auto,
        OutputFormat::WebP,
        OutputFormat::Jpeg,
        OutputFormat::Png,
        OutputFormat::Avif,
    ];
    let transform = Transform {
        width: side(*width),
        height: side(*height),
        fit: fits[usize::from(*fit) % fits.len()],
        format: formats[usize::from(*format) % formats.len()],
        quality: quality % 100 + 1,
    };
    let kind = media::sniff(&data[..data.len().min(4096)], None);
    check(imaging::render(data, &kind, &transform, &limits()));
}

/// The fields of a tus request.
pub fn tus(data: &[u8]) {
    let Ok(field) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(said) = Announcement::parse(field) {
        let name = said.name.as_ref().map_or("", |name| name.as_str());
        for text in [name, said.owner.as_str(), said.app.as_str()] {
            assert!(text.len() <= 255 && !text.chars().any(char::is_control));
        }
        // As it is read again when the upload is complete.
        assert_eq!(Announcement::parse(field), Ok(said));
    }
    let _ = Checksum::parse(field);
    if let Ok(id) = field.parse::<UploadId>() {
        assert_eq!(id.to_string(), field.to_lowercase());
    }
}

/// A `Range` of something whose length is the first eight bytes.
pub fn range(data: &[u8]) {
    let Some((size, field)) = data.split_first_chunk() else {
        return;
    };
    let size = u64::from_be_bytes(*size);
    let field = std::str::from_utf8(field).unwrap_or_default();
    if let ByteRange::Part(range) = ByteRange::parse(field, size) {
        assert!(range.start < range.end && range.end <= size);
    }
}
