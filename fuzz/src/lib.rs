//! What the fuzz targets run: the two rooms of the service that read untrusted bytes, as they are, under small limits.

// Whatever the targets do not reach is used by the service.
#![allow(dead_code)]

#[path = "../../src/imaging/mod.rs"]
pub mod imaging;
#[path = "../../src/media/mod.rs"]
pub mod media;
#[path = "../../src/sandbox/protocol.rs"]
pub mod protocol;

use std::borrow::Cow;
use std::io::Cursor;

use imaging::{Error, Limits};
use media::{
    Announcement, ByteRange, Checksum, Colours, Fit, Focus, Kind, OutputFormat, Region, Transform, UploadId,
};
use protocol::{Made, Order, Work, read_answer};

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
    let Some([left, top, turns, focus, width, height, fit, format, quality]) = data.last_chunk()
    else {
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
        region: (*left > 0).then_some(Region {
            left: u32::from(*left),
            top: u32::from(*top),
            width: u32::from(*height) + 1,
            height: u32::from(*width) + 1,
        }),
        focus: Focus {
            x: u16::from(*focus) * 3,
            y: u16::from(*focus),
        },
        turns: turns % 4,
        mirror: turns & 4 > 0,
        colours: [Colours::All, Colours::Grey, Colours::Bitonal][usize::from(turns >> 5) % 3],
        background: (turns & 16 > 0).then_some([*left, *top, *turns]),
    };
    let kind = media::sniff(&data[..data.len().min(4096)], None);
    check(imaging::render(data, &kind, &transform, &limits()));
}

/// What a hostile box may answer, to each of the orders that there are.
pub fn sandbox(data: &[u8]) {
    let Some((number, answer)) = data.split_first() else {
        return;
    };
    let transform = Transform {
        width: Some(4096),
        height: Some(4096),
        ..Transform::default()
    };
    let works = [Work::Measure, Work::Derive, Work::Render(transform)];
    let work = works[usize::from(*number) % works.len()];
    let order = Order::new(work, &Kind::Png, 1 << 20, &limits());
    let bytes = match read_answer(&mut &answer[..], &order) {
        Ok(Ok(Made::Variants(derived))) => {
            let made = derived.variants.iter();
            made.map(|(_, made)| made.bytes.len()).sum()
        }
        Ok(Ok(Made::Rendition(made))) => made.bytes.len(),
        _ => 0,
    };
    assert!(bytes as u64 <= order.memory_bytes);
    let _ = Order::read(&mut &answer[..]);
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
