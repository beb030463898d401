//! Places where a test may have the process abort, pause or panic: before and after each step of each flow that changes catalogue
//! or store. Built with the feature `failpoints`, `FAILPOINTS="ingest::before_t2=return"` aborts at that step and
//! `FAILPOINTS="…=3*off->return"` at its fourth time; the syntax is that of the crate `fail`, where `return` is our abort.
//! Without the feature nothing of this is compiled.

/// Every place, in the order of its flow. `tests/architecture.rs` holds that each is used and no other is.
pub const POINTS: &[&str] = &[
    // Any object: T1 and PUT. A first upload comes here once for its bytes and then for each variant.
    "objects::before_t1",
    "objects::after_t1",
    "objects::before_upload_id",
    "objects::after_upload_id",
    "objects::before_put",
    "objects::after_put",
    // An upload: T2 and the answer; `heal` when it takes the place of missing or wrong bytes.
    "ingest::before_t1",
    "ingest::before_t2",
    "ingest::before_heal",
    "catalog::before_t2_commit",
    "catalog::before_heal_commit",
    "ingest::after_t2",
    "http::before_upload_answer",
    // A resumable upload: each part, and its end.
    "ingest::before_part",
    "catalog::before_part_commit",
    "ingest::after_part",
    "ingest::before_finish",
    "ingest::after_finish",
    // Processing.
    "worker::after_claim",
    "worker::before_variant",
    "worker::after_variant",
    "worker::before_finish",
    "catalog::before_finish_commit",
    "worker::after_finish",
    // References: removed, into the trash, out of it.
    "delivery::before_finish",
    "delivery::after_finish",
    "gallery::before_remove",
    "gallery::after_remove",
    "gallery::before_trash",
    "gallery::after_trash",
    "gallery::before_restore",
    "gallery::after_restore",
    // Housekeeping: reaper, purge of trashed references, garbage collection, sweeper.
    "maintenance::before_reap",
    "maintenance::after_reap",
    "maintenance::before_purge",
    "maintenance::after_purge",
    "maintenance::before_collect",
    "catalog::before_collect_commit",
    "maintenance::after_collect",
    "maintenance::before_evict",
    "maintenance::after_evict",
    "maintenance::before_claim_trash",
    "maintenance::after_claim_trash",
    "maintenance::after_epoch_row",
    "maintenance::after_epoch_mark",
    "maintenance::before_delete",
    "maintenance::after_delete",
    "maintenance::after_forget",
];

/// Reads `FAILPOINTS`.
#[cfg(feature = "failpoints")]
pub fn arm() {
    // Armed for as long as the process lives.
    std::mem::forget(fail::FailScenario::setup());
}

/// Aborts the process if a test asked for it here.
#[cfg(feature = "failpoints")]
pub(crate) fn point(name: &'static str) {
    fail::fail_point!(name, |_| std::process::abort());
}

/// Nothing.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
#[allow(clippy::inline_always)] // so that nothing at all is left of it
pub(crate) fn point(_: &'static str) {}
