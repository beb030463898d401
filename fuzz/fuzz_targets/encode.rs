#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mana_media_fuzz::encode(data));
