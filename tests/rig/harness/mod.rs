//! What all faults share: nodes and their servers, clients and their ledger, proxies, the report.

pub(crate) mod cluster;
pub(crate) mod garage;
pub(crate) mod ledger;
pub(crate) mod load;
pub(crate) mod pg_proxy;
pub(crate) mod postgres;
pub(crate) mod report;
pub(crate) mod s3_proxy;

use crate::support::server::setting;

/// How often a fault strikes: so often in `./test`, so often in `./test --long`.
pub(crate) fn times<T>(short: T, long: T) -> T {
    if setting("MANA_RIG").as_deref() == Some("long") {
        long
    } else {
        short
    }
}

/// Numbers that look random and are the same in every run with the same seed.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// splitmix64
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Less than `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
