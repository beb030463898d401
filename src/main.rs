//! The `mana-media` binary.

fn main() {}
