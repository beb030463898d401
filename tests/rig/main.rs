//! The rig: real nodes, a real Postgres and a real S3 server, faults between them, and clients that keep a ledger of everything
//! that was acknowledged to them. After each fault housekeeping runs, fsck reads every byte, and every acknowledged byte is
//! downloaded and compared.
//!
//! `./test` runs it short, `./test --long` long. What was measured is in `target/rig/report.json`.

#[path = "../support/mod.rs"]
mod support;

mod harness;

mod bit_rot;
mod clock;
mod commit_reply;
mod crash_points;
mod fence;
mod full_disk;
mod garage;
mod kill;
mod postgres_restart;
mod rate;
mod s3_faults;
mod sequences;
mod soak;
mod write_order;
