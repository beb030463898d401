#![no_main]

use mana_media_fuzz::block;

libfuzzer_sys::fuzz_target!(|data: &[u8]| block(data, b"Exif\0\0"));
