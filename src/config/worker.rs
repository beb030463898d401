//! Background work.

use std::time::Duration;

use super::{Error, bytes, duration};

/// Settings of background work.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Background work")]
pub struct WorkerArgs {
    /// How long a node's claim on a picture, or on trash to be deleted, lasts without a sign of life
    #[arg(long, env = "CLAIM_LEASE", default_value = "30s", value_parser = duration)]
    claim_lease: Duration,
    /// Longest that one picture may be worked on; one that takes longer fails for good
    #[arg(long, env = "PICTURE_TIME_LIMIT", default_value = "60s", value_parser = duration)]
    picture_time_limit: Duration,
    /// How often to look for pictures that wait
    #[arg(long, env = "POLL_INTERVAL", default_value = "1s", value_parser = duration)]
    poll_interval: Duration,
    /// Shortest time an unfinished upload keeps its place; large ones get longer
    #[arg(long, env = "UPLOAD_LEASE", default_value = "15m", value_parser = duration)]
    upload_lease: Duration,
    /// How often reaper, garbage collection and sweeper run
    #[arg(long, env = "MAINTENANCE_INTERVAL", default_value = "1m", value_parser = duration)]
    maintenance_interval: Duration,
    /// How fast each node reads stored bytes to see whether they are still right, per second; 0 for not at all
    #[arg(long, env = "SCRUB_BYTES_PER_SECOND", default_value = "1MiB", value_parser = bytes)]
    scrub_bytes_per_second: u64,
    /// How long after a look at an object it is looked at again
    #[arg(long, env = "SCRUB_INTERVAL", default_value = "30d", value_parser = duration)]
    scrub_interval: Duration,
}

/// Background work.
#[derive(Debug, Clone)]
pub struct Worker {
    /// Lease of a processing claim.
    pub claim_lease: Duration,
    /// Longest that one picture may be worked on.
    pub picture_time_limit: Duration,
    /// Pause between looks for work.
    pub poll_interval: Duration,
    /// Shortest lease of an upload.
    pub upload_lease: Duration,
    /// Pause between maintenance rounds.
    pub maintenance_interval: Duration,
    /// Rate of the scrubber; 0 for none.
    pub scrub_bytes_per_second: u64,
    /// Pause between two looks at one object.
    pub scrub_interval: Duration,
}

impl WorkerArgs {
    pub(super) fn validate(self) -> Result<Worker, Error> {
        for (name, value) in [
            ("CLAIM_LEASE", self.claim_lease),
            ("PICTURE_TIME_LIMIT", self.picture_time_limit),
            ("POLL_INTERVAL", self.poll_interval),
            ("UPLOAD_LEASE", self.upload_lease),
            ("MAINTENANCE_INTERVAL", self.maintenance_interval),
        ] {
            if value < Duration::from_millis(10) {
                return Err(Error::new(name, "must be at least 10ms"));
            }
        }
        Ok(Worker {
            claim_lease: self.claim_lease,
            picture_time_limit: self.picture_time_limit,
            poll_interval: self.poll_interval,
            upload_lease: self.upload_lease,
            maintenance_interval: self.maintenance_interval,
            scrub_bytes_per_second: self.scrub_bytes_per_second,
            scrub_interval: self.scrub_interval,
        })
    }
}
