#![no_main]

use mana_media_fuzz::probe;

libfuzzer_sys::fuzz_target!(|data: &[u8]| probe(data));
