#![no_main]

use mana_media_fuzz::render;

libfuzzer_sys::fuzz_target!(|data: &[u8]| render(data));
