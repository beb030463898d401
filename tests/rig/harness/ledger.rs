//! What was acknowledged to whom, and the bytes it must be.

use std::collections::BTreeMap;
use std::sync::Mutex;

use mana_media::media::ContentHash;

use super::Dice;

/// A file that can be made again at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Content {
    /// So many bytes of no known type.
    Bytes { seed: u64, size: usize },
    /// A small JPEG, which is processed.
    Picture { seed: u64 },
}

impl Content {
    pub(crate) fn bytes(self) -> Vec<u8> {
        match self {
            Self::Bytes { seed, size } => {
                let mut dice = Dice::new(seed);
                // Begins like no format that is known.
                let mut bytes = b"\x01rig".to_vec();
                while bytes.len() < size {
                    bytes.extend_from_slice(&dice.next().to_le_bytes());
                }
                bytes.truncate(size.max(4));
                bytes
            }
            Self::Picture { seed } => picture(&seed.to_be_bytes()),
        }
    }

    pub(crate) fn sha256(self) -> String {
        ContentHash::of(&self.bytes()).hex()
    }
}

/// A JPEG with a comment.
pub(crate) fn picture(comment: &[u8]) -> Vec<u8> {
    let path = format!("{}/fixtures/exif/no_offset.jpg", env!("CARGO_MANIFEST_DIR"));
    let mut bytes = std::fs::read(path).expect("the fixture");
    let length = u16::try_from(comment.len() + 2).expect("a comment of less than 64 KiB");
    let mut segment = vec![0xff, 0xfe];
    segment.extend_from_slice(&length.to_be_bytes());
    segment.extend_from_slice(comment);
    bytes.splice(2..2, segment);
    bytes
}

/// What is known of one owner's reference to one content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The upload was acknowledged with this id.
    Held(String),
    /// The delete was acknowledged.
    Gone(String),
    /// An upload or a delete was sent and not answered: either is right, but not half.
    Unknown,
}

/// Every owner's references. One client writes for an owner, so that each answer is unambiguous.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    fates: Mutex<BTreeMap<String, BTreeMap<Content, Fate>>>,
}

impl Ledger {
    pub(crate) fn set(&self, owner: &str, content: Content, fate: Fate) {
        let mut fates = self.fates.lock().expect("the lock");
        let owners = fates.entry(owner.to_owned()).or_default();
        owners.insert(content, fate);
    }

    pub(crate) fn get(&self, owner: &str, content: Content) -> Option<Fate> {
        let fates = self.fates.lock().expect("the lock");
        fates.get(owner)?.get(&content).cloned()
    }

    pub(crate) fn all(&self) -> Vec<(String, Content, Fate)> {
        let fates = self.fates.lock().expect("the lock");
        let all = fates.iter().flat_map(|(owner, fates)| {
            let of_owner = fates.iter();
            of_owner.map(|(content, fate)| (owner.clone(), *content, fate.clone()))
        });
        all.collect()
    }

    /// What this owner holds for certain.
    pub(crate) fn held(&self, owner: &str) -> Vec<(Content, String)> {
        let fates = self.fates.lock().expect("the lock");
        let held = fates.get(owner).into_iter().flatten();
        let held = held.filter_map(|(content, fate)| match fate {
            Fate::Held(id) => Some((*content, id.clone())),
            Fate::Gone(_) | Fate::Unknown => None,
        });
        held.collect()
    }
}
