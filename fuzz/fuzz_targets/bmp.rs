#![no_main]

use mana_media_fuzz::{media::Kind, picture};

libfuzzer_sys::fuzz_target!(|data: &[u8]| picture(data, &Kind::Bmp));
