#![no_main]

use mana_media_fuzz::movie;

libfuzzer_sys::fuzz_target!(|data: &[u8]| movie(data));
