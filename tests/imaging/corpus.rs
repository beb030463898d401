//! Finding and reading the corpus.

use std::path::PathBuf;

use mana_media::{
    imaging::{Error, Limits, Probe},
    media::{Kind, sniff},
};
use serde_json::Value;

/// One file of the corpus.
pub(crate) struct Sample {
    /// Path below the corpus, which names it.
    pub(crate) path: String,
    /// What independent tools say of it.
    pub(crate) expected: Value,
    pub(crate) bytes: Vec<u8>,
    pub(crate) kind: Kind,
}

impl Sample {
    pub(crate) fn probe(&self, limits: &Limits) -> Result<Probe, Error> {
        let mut cursor = std::io::Cursor::new(&self.bytes[..]);
        mana_media::imaging::probe(&mut cursor, &self.kind, limits)
    }
}

pub(crate) fn root() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
    let root = std::env::var("MANA_CORPUS").map_or_else(
        |_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus")),
        PathBuf::from,
    );
    let found = root.join("expected.jsonl").try_exists().unwrap_or(false);
    if !found {
        println!("skipped: corpus not present at {}", root.display());
    }
    found.then_some(root)
}

/// Every picture of the corpus; none when it is not there.
pub(crate) fn samples() -> Vec<Sample> {
    let Some(root) = root() else {
        return Vec::new();
    };
    let lines = std::fs::read_to_string(root.join("expected.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| {
            let expected: Value = serde_json::from_str(line).unwrap();
            let path = expected["path"].as_str().unwrap().to_owned();
            let bytes = std::fs::read(root.join(&path)).unwrap();
            let kind = sniff(&bytes[..bytes.len().min(4096)], None);
            Sample {
                path,
                expected,
                bytes,
                kind,
            }
        })
        .collect()
}

/// Those that are decoded: every fourth in the everyday loop, all with `MANA_THOROUGH`, which `./test` sets.
pub(crate) fn decoded_samples() -> impl Iterator<Item = Sample> {
    let step = if std::env::var_os("MANA_THOROUGH").is_some() {
        1
    } else {
        4
    };
    samples().into_iter().step_by(step)
}
