//! Redacts files: `redact IN OUT`.

use std::{fs, io::Cursor};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<_> = std::env::args_os().skip(1).collect();
    let [from, to] = &paths[..] else {
        return Err("usage: redact IN OUT".into());
    };
    let mut bytes = fs::read(from)?;
    redact::plan(&mut Cursor::new(&bytes))?.apply(0, &mut bytes);
    fs::write(to, bytes)?;
    Ok(())
}
