//! Imaging against a corpus of real files with facts from independent tools. The corpus is not part of the repository:
//! `MANA_CORPUS` or `../shared/corpus`.
#![allow(clippy::unwrap_used, reason = "a failed test is what it should be")]

#[path = "imaging/corpus.rs"]
mod corpus;
#[path = "imaging/facts.rs"]
mod facts;
#[path = "imaging/metadata.rs"]
mod metadata;
#[path = "imaging/reference.rs"]
mod reference;
#[path = "imaging/robustness.rs"]
mod robustness;
