//! Planes against libjpeg-turbo's (`islow`) over the small pictures of `tests/kinds` and, where it is there, the corpus.

use std::{fs, path::Path};

use jpeg_planes::{Decoded, Error, Limits, Model, Scale, decode, read_header};

const LIMITS: Limits = Limits {
    max_pixels: 400_000_000,
    max_memory_bytes: 1_500_000_000,
    max_scans: 64,
    deadline: None,
};
const SCALES: [Scale; 4] = [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth];
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");

/// CRC-32 as zlib has it.
fn checksum(data: &[u8]) -> u32 {
    let mut table = [0_u32; 256];
    for (value, entry) in (0..).zip(&mut table) {
        *entry = (0..8).fold(value, |crc: u32, _| (crc >> 1) ^ ((crc & 1) * 0xedb8_8320));
    }
    !data.iter().fold(!0, |crc: u32, byte| {
        (crc >> 8) ^ table[usize::from(crc as u8 ^ byte)]
    })
}

fn described(decoded: &Decoded) -> String {
    let plane = |plane: &jpeg_planes::Plane| {
        format!(
            "{}x{}:{:08x}",
            plane.width,
            plane.height,
            checksum(&plane.data)
        )
    };
    decoded
        .planes
        .iter()
        .map(plane)
        .collect::<Vec<_>>()
        .join("\t")
}

/// Each file of a list has the listed planes; at all scales sizes are what the header says.
fn hold(folder: &Path, list: &str) {
    let list = fs::read_to_string(list).expect("a list");
    for line in list.lines() {
        let (name, planes) = line.split_once('\t').expect("two columns");
        let bytes = fs::read(folder.join(name)).expect(name);
        for scale in SCALES {
            let decoded = decode(&bytes, scale, &LIMITS).expect(name);
            let header = read_header(&bytes).expect(name);
            assert_eq!(decoded.width, scale.of(header.width), "{name}");
            for (at, plane) in decoded.planes.iter().enumerate() {
                let size = header.plane_size(at, scale);
                assert_eq!(size, Some((plane.width, plane.height)), "{name} {scale:?}");
                assert_eq!(plane.data.len(), (plane.width * plane.height) as usize);
            }
            if scale == Scale::Full {
                assert_eq!(described(&decoded), planes, "{name}");
            }
        }
    }
}

#[test]
fn every_kind_is_as_libjpeg_has_it() {
    hold(Path::new("tests/kinds"), "tests/golden/kinds.tsv");
}

#[test]
fn corpus_is_as_libjpeg_has_it() {
    let corpus = Path::new(CORPUS);
    if corpus.is_dir() {
        hold(corpus, "tests/golden/corpus.tsv");
    }
}

#[test]
fn corpus_kinds_are_told_apart() {
    let Ok(bytes) = fs::read(format!("{CORPUS}/formats/jpeg/12bit.jpg")) else {
        return;
    };
    assert!(matches!(
        decode(&bytes, Scale::Full, &LIMITS),
        Err(Error::Unsupported(_))
    ));
    let read = |name: &str| fs::read(format!("{CORPUS}/{name}")).expect(name);
    let model = |name: &str| read_header(&read(name)).expect(name).model;
    assert_eq!(model("color/cmyk_adobe.jpg"), Model::Ycck);
    assert_eq!(model("color/xyb_icc.jpg"), Model::Rgb);
    assert_eq!(model("formats/jpeg/grey.jpg"), Model::Grey);
    let decoded = |name: &str| decode(&read(name), Scale::Eighth, &LIMITS).expect(name);
    assert!(decoded("color/iceland_display_p3.jpg").icc.is_some());
    assert!(decoded("malformed/truncated.jpg").truncated);
    assert!(!decoded("formats/jpeg/mpo.mpo").truncated);
}

#[test]
fn limits_hold() {
    let bytes = fs::read("tests/kinds/prog_1x1_51x60.jpg");
    let bytes = bytes.unwrap_or_else(|_| first_progressive());
    for limits in [
        Limits {
            max_pixels: 10,
            ..LIMITS
        },
        Limits {
            max_memory_bytes: 1000,
            ..LIMITS
        },
        Limits {
            max_scans: 3,
            ..LIMITS
        },
        Limits {
            deadline: Some(std::time::Instant::now()),
            ..LIMITS
        },
    ] {
        assert!(matches!(
            decode(&bytes, Scale::Full, &limits),
            Err(Error::OverLimit(_))
        ));
    }
}

fn first_progressive() -> Vec<u8> {
    let files = fs::read_dir("tests/kinds").expect("a folder");
    let mut pictures = files.map(|file| fs::read(file.expect("a file").path()).expect("bytes"));
    pictures
        .find(|bytes| read_header(bytes).is_ok_and(|header| header.is_progressive))
        .expect("one")
}
