#![no_main]

use mana_media_fuzz::iptc;

libfuzzer_sys::fuzz_target!(|data: &[u8]| iptc(data));
