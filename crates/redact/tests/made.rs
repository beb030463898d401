//! Files made here, to the byte: what no fixture has, and damage at random.

use std::{fs, io::Cursor, path::Path};

use redact::Error;

const SECRET: &[u8] = b"52.5163N 13.3777E";

fn redacted(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let patches = redact::plan(&mut Cursor::new(bytes))?;
    let mut redacted = bytes.to_vec();
    patches.apply(0, &mut redacted);
    Ok(redacted)
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

fn fixture(name: &str) -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    fs::read(fixtures.join(name)).expect("a fixture")
}

fn make_box(name: [u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&(body.len() as u32 + 8).to_be_bytes(), &name[..], &body].concat()
}

fn track(kind: [u8; 4], offset: u32, sizes: [u32; 2]) -> Vec<u8> {
    let numbers =
        |numbers: &[u32]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_be_bytes()).collect() };
    let times = [&[0; 4][..], SECRET, &[0; 70]].concat();
    let tables = make_box(
        *b"stbl",
        &[
            &make_box(*b"stsd", &[&numbers(&[0, 0])]),
            &make_box(*b"stsc", &[&numbers(&[0, 1, 1, 2, 1])]),
            &make_box(*b"stsz", &[&numbers(&[0, 0, 2, sizes[0], sizes[1]])]),
            &make_box(*b"stco", &[&numbers(&[0, 1, offset])]),
        ],
    );
    let handler = make_box(*b"hdlr", &[&[0; 8], &kind, &[0; 12], SECRET, b"\0"]);
    let media = make_box(*b"mdia", &[&handler, &make_box(*b"minf", &[&tables])]);
    make_box(
        *b"trak",
        &[&make_box(*b"tkhd", &[&times[..4 + 8], &[7; 70]]), &media],
    )
}

#[test]
fn movies_keep_what_is_seen_and_nothing_else() {
    let head = make_box(*b"ftyp", &[b"isom\0\0\0\0isom"]);
    let seen = [b'v'; 30];
    let samples = [&seen[..], SECRET, b"GPMF"].concat();
    let at = head.len() as u32 + 8;
    let telemetry = [SECRET.len() as u32, 4];
    let movie = make_box(
        *b"moov",
        &[
            &make_box(*b"mvhd", &[&[0; 4], &SECRET[..8], &[1; 88]]),
            &track(*b"vide", at, [10, 20]),
            &track(*b"meta", at + 30, telemetry),
            &make_box(*b"udta", &[&make_box(*b"\xa9xyz", &[SECRET])]),
            &[0; 4],
        ],
    );
    let file = [
        head,
        make_box(*b"mdat", &[&samples]),
        movie,
        make_box(*b"uuid", &[&[9; 16], SECRET]),
        make_box(
            *b"meta",
            &[
                b"\0\0\0\x20hdlr\0\0\0\0\0\0\0\0mdta\0\0\0\0\0\0\0\0\0\0\0\0",
                SECRET,
            ],
        ),
        SECRET[..5].to_vec(),
    ]
    .concat();
    // QuickTime's own kind of `meta` has children that are none of ours.
    let clean = redacted(&file).unwrap();
    assert_eq!(clean.len(), file.len());
    assert!(!holds(&clean, &SECRET[..5]) && !holds(&clean, b"GPMF"));
    assert!(holds(&clean, &seen) && holds(&clean, b"vide") && !holds(&clean, b"udta"));
    assert_eq!(redacted(&clean).unwrap(), clean);
}

#[test]
fn comments_of_any_length_leave_a_valid_gif() {
    let still = fixture("formats/still.gif");
    let at = 13 + (3 << ((still[10] & 7) + 1));
    for len in 1..1100_usize {
        let text = [b'x'; 1100];
        let mut comment = b"\x21\xfe".to_vec();
        for block in text[..len].chunks(255) {
            comment.push(block.len() as u8);
            comment.extend_from_slice(block);
        }
        comment.push(0);
        let file = [&still[..at], &comment, &still[at..]].concat();
        let clean = redacted(&file).unwrap();
        let (made, rest) = clean[at..].split_at(comment.len());
        assert_eq!(rest, &still[at..]);
        assert!(!holds(made, b"xx") && made[made.len() - 2] != b'x', "{len}");
        // Known extensions in a row, each a chain that ends where the next begins.
        let mut next = 0;
        while next < made.len() {
            assert!(
                made[next] == 0x21 && matches!(made[next + 1], 0xfe | 0xff),
                "{len}"
            );
            next += 2;
            while made[next] != 0 {
                next += 1 + usize::from(made[next]);
            }
            next += 1;
        }
        assert_eq!(next, made.len());
    }
}

#[test]
fn drawings_lose_what_is_not_drawn() {
    let png = {
        let clean = fixture("formats/rgb8.png");
        let text = [&b"tEXtComment\0"[..], SECRET].concat();
        let chunk = [&(text.len() as u32 - 4).to_be_bytes(), &text[..], &[0; 4]].concat();
        [&clean[..33], &chunk, &clean[33..]].concat()
    };
    let secret = "52.5163N 13.3777E";
    let packed = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(&png)
    };
    let (first, second) = packed.split_at(60);
    let file = format!(
        "<?xml version='1.0'?><!--{secret}--><!DOCTYPE svg PUBLIC '{secret}' 'x'><svg xmlns='http://www.w3.org/2000/svg' \
         xmlns:i='urn:i' i:path='{secret}' data-at='{secret}'><?x {secret}?><title>{secret}</title><metadata>{secret}\
         </metadata><i:page><i:a>{secret}</i:a></i:page><g i:label=\"{secret}\"><desc>{secret}</desc><rect width='9'/>\
         <image href='data:image/png;base64,{first}\n {second}'/><text>ä</text></g></svg><!--{secret}-->"
    );
    let clean = redacted(file.as_bytes()).unwrap();
    let clean = String::from_utf8(clean).unwrap();
    assert_eq!(clean.len(), file.len());
    assert!(!clean.contains(secret) && !clean.contains(second));
    assert!(clean.contains("<rect width='9'/>") && clean.contains("<text>ä</text></g></svg>"));
    for refused in [
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><a href='data:text/plain,x'/></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg'><style>a{b:url(data:image/png;base64,AA)}</style></svg>",
        "<html/>",
    ] {
        assert!(
            matches!(redacted(refused.as_bytes()), Err(Error::Unsupported(_))),
            "{refused}"
        );
    }
}

#[test]
fn long_trailers_take_one_patch() {
    let mut file = fixture("exif/offset.jpg");
    file.resize(file.len() + (8 << 20), b'x');
    let patches = redact::plan(&mut Cursor::new(&file)).unwrap();
    let held: usize = patches.iter().map(|(_, pattern)| pattern.len()).sum();
    assert!(held < 1024, "{held}");
    assert!(!holds(&redacted(&file).unwrap(), b"xxxx"));
}

const DAMAGED: &[&str] = &[
    "formats/baseline.jpg",
    "exif/full.png",
    "exif/full.webp",
    "exif/offset.jpg",
    "formats/animated.gif",
    "formats/animated.png",
    "formats/animated.webp",
    "formats/deflate.tif",
    "orientation/6.tif",
    "formats/rgb.bmp",
    "formats/still.avif",
    "formats/still.heic",
    "formats/still.jxl",
    "formats/plain.svg",
    "colour/gain_map.heic",
    "colour/gain_map.jpg",
    "colour/cmyk.tif",
];

/// Whatever bytes say: no panic, no endless loop, and a plan that fits the file.
#[test]
fn damage_is_survived() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    let (mut plans, mut refusals) = (0, 0);
    for name in DAMAGED {
        let file = fixture(name);
        // Structure is at the front, and for some at the end.
        let front = file.len().min(2048);
        for _ in 0..400 {
            let mut bytes = file.clone();
            for _ in 0..=next(6) {
                let at = if next(4) == 0 {
                    next(file.len())
                } else {
                    next(front)
                };
                match next(3) {
                    0 => bytes[at] = next(256) as u8,
                    1 => bytes[at] = [0, 1, 0x7f, 0xff][next(4)],
                    _ => {
                        let from = next(file.len());
                        bytes[at] = file[from];
                    }
                }
            }
            if next(8) == 0 {
                bytes.truncate(next(file.len()));
            }
            match redacted(&bytes) {
                Ok(clean) => {
                    plans += 1;
                    assert_eq!(clean.len(), bytes.len());
                }
                Err(Error::Io(error)) => panic!("{name}: {error}"),
                Err(_) => refusals += 1,
            }
        }
    }
    assert!(
        plans > 1000 && refusals > 300,
        "{plans} plans, {refusals} refusals"
    );
}
