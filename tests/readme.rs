//! The README's settings are `-h`, word for word.

use std::process::Command;

#[test]
fn settings_are_the_help_text() {
    let output = Command::new(env!("CARGO_BIN_EXE_mana-media"))
        .arg("-h")
        .env_clear()
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let help: Vec<&str> = help.trim().lines().map(str::trim_end).collect();
    let readme = include_str!("../README.md");
    assert!(
        readme.contains(&help.join("\n")),
        "paste the output of `mana-media -h` into README.md"
    );
}
