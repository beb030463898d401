#![no_main]

use mana_media_fuzz::sandbox;

libfuzzer_sys::fuzz_target!(|data: &[u8]| sandbox(data));
