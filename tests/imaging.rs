//! Imaging against a corpus of real files with facts from independent tools. The corpus is not part of the repository:
//! `MANA_CORPUS` or `../shared/corpus`.

#[path = "imaging/corpus.rs"]
mod corpus;
#[path = "imaging/facts.rs"]
mod facts;
#[path = "imaging/reference.rs"]
mod reference;
#[path = "imaging/robustness.rs"]
mod robustness;
