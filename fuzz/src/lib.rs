//! What the fuzz targets run: what of the service reads untrusted bytes, as it is, under small limits.

// Whatever the targets do not reach is used by the service.
#![allow(dead_code)]

#[path = "../../src/ingest/base64.rs"]
mod base64_text;
#[path = "../../src/http/disposition.rs"]
mod disposition;
#[path = "../../src/http/form.rs"]
mod form;
#[path = "../../src/imaging/mod.rs"]
pub mod imaging;
#[path = "../../src/media/mod.rs"]
pub mod media;
#[path = "../../src/sandbox/protocol.rs"]
pub mod protocol;
#[path = "../../src/access/signed.rs"]
pub mod signed;

use std::borrow::Cow;
use std::convert::Infallible;
use std::io::{Cursor, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use imaging::{Error, Limits};
use media::{
    Announcement, ByteRange, Checksum, Colours, Fit, Focus, Kind, OutputFormat, Region, Transform, UploadId, Variant,
    canonical_query, read_query,
};
use protocol::{Made, Order, Work, read_answer};
use signed::{SignedRequest, SigningKey, Wanted};
use webp_encoder::{Config, Range, Registers, Yuv420};

/// Small enough for thousands of runs a second, large enough for every path.
fn limits() -> Limits {
    Limits {
        max_pixels: 1 << 16,
        max_memory_bytes: 64 << 20,
        deadline: None,
        system_fonts: false,
        threads: 1,
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

/// A base64 payload, in one piece and a byte at a time.
pub fn base64(data: &[u8]) {
    let read = |text: &mut dyn std::io::Read| {
        let mut bytes = Vec::new();
        base64_text::decoded(text)?.read_to_end(&mut bytes)?;
        std::io::Result::Ok(bytes)
    };
    let whole = read(&mut &data[..]).ok();
    assert_eq!(whole, read(&mut Slow(data)).ok());
    let visible: Vec<u8> = data.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if !visible.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"data:")) {
        assert_eq!(whole, STANDARD.decode(&visible).ok());
    }
}

/// A reader that gives a byte at a time.
struct Slow<'a>(&'a [u8]);

impl std::io::Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let some = buffer.len().min(1);
        self.0.read(&mut buffer[..some])
    }
}

/// A form whose boundary is `x`, cut into pieces of the length that the first byte says.
pub fn multipart(data: &[u8]) {
    let Some((length, body)) = data.split_first() else {
        return;
    };
    let pieces: Vec<_> = body
        .chunks(usize::from(*length).max(1))
        .map(|piece| Ok::<_, Infallible>(Bytes::copy_from_slice(piece)))
        .collect();
    let body = futures_util::stream::iter(pieces);
    let mut form = form::Form::new("multipart/form-data; boundary=x", body).expect("a form");
    let read = async {
        let (mut parts, mut bytes) = (0, 0);
        while let Ok(Some(part)) = form.next().await {
            parts += 1;
            match part {
                form::Part::File(file) => {
                    let _ = (file.name(), file.declared_type(), file.headers());
                    let mut chunks = file.bytes();
                    while let Some(Ok(chunk)) = chunks.next().await {
                        bytes += chunk.len();
                    }
                }
                form::Part::App(text) | form::Part::UserId(text) | form::Part::SkipProcessing(text) => {
                    assert!(text.len() <= form::MAX_TEXT_BYTES);
                    bytes += text.len();
                }
            }
        }
        assert!(parts <= form::MAX_PARTS && bytes <= data.len());
    };
    // Its body is all there: nothing may wait.
    read.now_or_never().expect("an end");
}

/// The parameters of a rendition: their one spelling means the same, and is its own.
pub fn transform(data: &[u8]) {
    let Some((query, once)) = std::str::from_utf8(data).ok().and_then(|query| Some((query, spelled(query)?))) else {
        return;
    };
    assert_eq!(spelled(&once), Some(once.clone()));
    let parsed = |query: &str| {
        let pairs = read_query(query).expect("pairs");
        let get = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| &**value);
        Transform::parse(get, 4096).map_err(|error| error.to_string())
    };
    let transform = parsed(query);
    assert_eq!(transform, parsed(&once));
    if let Ok(transform) = transform {
        assert!((1..=100).contains(&transform.quality));
        let sides = [transform.width, transform.height];
        assert!(sides.into_iter().flatten().all(|side| (1..=4096).contains(&side)));
    }
}

fn spelled(query: &str) -> Option<String> {
    canonical_query(&read_query(query)?)
}

/// Targets of others and with a byte changed are refused, ours taken.
pub fn signed_url(data: &[u8]) {
    let key: SigningKey = format!("k:{}", "07".repeat(32)).parse().expect("a key");
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let keys = [key];
    let base = "/api/v1/media/019aac1e-0000-7000-8000-000000000000";
    for target in [text.to_owned(), format!("{base}/{text}")] {
        assert!(SignedRequest::verify(&target, &keys, 0).is_err());
    }
    let Some((&[wanted, at, byte], query)) = data.split_first_chunk() else {
        return;
    };
    let query = std::str::from_utf8(query).ok().and_then(spelled);
    let wanted = match query {
        Some(query) => Wanted::Transform(query),
        None if wanted == 0 => Wanted::Original,
        None => Wanted::Variant(Variant::ALL[usize::from(wanted) % Variant::ALL.len()]),
    };
    let request = SignedRequest {
        id: "019aac1e-0000-7000-8000-000000000000".parse().expect("an id"),
        wanted,
        expires_at: 1000,
    };
    let target = format!("/api/v1{}", request.sign(&keys[0]));
    assert_eq!(SignedRequest::verify(&target, &keys, 999), Ok(request));
    let mut forged = target.clone().into_bytes();
    let at = usize::from(at) % forged.len();
    forged[at] = byte;
    if let Ok(forged) = String::from_utf8(forged)
        && forged != target
    {
        assert!(SignedRequest::verify(&forged, &keys, 999).is_err());
    }
}

/// A file's name in `Content-Disposition`: one value, out of which it cannot break, and which says it in full.
pub fn disposition(data: &[u8]) {
    let Ok(name) = std::str::from_utf8(data) else {
        return;
    };
    let field = disposition::content_disposition(true, Some(name));
    let field = field.to_str().expect("visible ASCII");
    let rest = field.strip_prefix("inline; filename=\"").expect("the type and a name");
    let (quoted, rest) = rest.split_once('"').expect("the end of the name");
    assert!(!quoted.contains(['\\', '%']) && quoted.chars().count() == name.chars().count());
    match rest.strip_prefix("; filename*=UTF-8''") {
        Some(encoded) => {
            assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~%".contains(&byte)));
            let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8();
            assert_eq!(decoded.as_deref(), Ok(name));
        }
        None => assert_eq!((rest, quoted), ("", name)),
    }
}

/// Our WebP encoder: the first bytes say sizes and settings, the rest are samples, repeated as often as need be. What
/// it writes is a picture for a decoder of somebody else's, and the same one on every kind of register and with threads.
pub fn encode(data: &[u8]) {
    let Some((&[width, height, sizes, quality, effort, segments, filter, flags], samples)) =
        data.split_first_chunk()
    else {
        return;
    };
    // Mostly small, now and then wide or high.
    let side = |side: u8, long: u8| (u32::from(side) % 40 + 1) << long.trailing_ones().min(2);
    let (width, height) = (side(width, sizes & 15), side(height, sizes >> 4));
    let samples = samples.iter().copied().chain([0]).cycle();
    let pixels: Vec<u8> = samples.take((width * height * 4) as usize).collect();
    let written = |registers, threads| {
        let config = Config {
            quality,
            effort,
            segments,
            filter_strength: filter,
            simple_filter: flags & 1 != 0,
            partitions: flags >> 1 & 3,
            target_size: (flags & 8 != 0).then_some(u32::from(filter) * 50),
            sharp_chroma: flags & 64 != 0,
            registers,
            threads,
            ..Config::default()
        };
        if flags & 16 != 0 {
            return webp_encoder::encode_rgba(&pixels, width, height, &config);
        }
        let chroma = (width.div_ceil(2) * height.div_ceil(2)) as usize;
        let (y, rest) = pixels.split_at((width * height) as usize);
        let alpha = (flags & 128 != 0).then(|| &rest[2 * chroma..][..y.len()]);
        let picture = Yuv420 {
            width,
            height,
            y,
            u: &rest[..chroma],
            v: &rest[chroma..2 * chroma],
            range: if flags & 32 != 0 { Range::Full } else { Range::Video },
        };
        webp_encoder::encode_yuv(&picture, alpha, &config)
    };
    let bytes = written(Registers::Widest, 1).expect("every size and setting can be written");
    let shown = image::load_from_memory_with_format(&bytes, image::ImageFormat::WebP).expect("a valid stream");
    assert_eq!((shown.width(), shown.height()), (width, height));
    for (registers, threads) in [(Registers::Narrow, 1), (Registers::None, 1), (Registers::Widest, 3)] {
        assert!(written(registers, threads).as_ref() == Ok(&bytes), "{registers:?} with {threads} threads differs");
    }
}
