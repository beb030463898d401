//! The scrubber: reads and hashes what is stored, slowly and for ever, so that rot is found while it can still be healed.
//!
//! Originals first, the one that was scrubbed longest ago; variants, which can be made again, when no original is due.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::inspect::{inspect, key_of};
use super::{Error, Maintenance};
use crate::catalog::ObjectRole;
use crate::objects::condemn;
use crate::telemetry::chain;

/// What a look at an object costs at least, in bytes: a store of many small ones is not asked without a pause either.
const LEAST_BYTES: u64 = 16 << 10;

impl Maintenance {
    /// Scrubs until told to stop, at the rate of the settings; on many nodes each does its share.
    pub async fn scrub(&self, stop: CancellationToken) {
        let rate = self.settings.scrub_bytes_per_second;
        if rate == 0 {
            return;
        }
        loop {
            let scrubbed = tokio::select! {
                scrubbed = self.scrub_one() => scrubbed,
                () = stop.cancelled() => return,
            };
            let pause = match scrubbed {
                Ok(Some(read_bytes)) => {
                    Duration::from_secs_f64(read_bytes.max(LEAST_BYTES) as f64 / rate as f64)
                }
                Ok(None) => self.settings.interval,
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "scrubbing pauses");
                    self.settings.interval
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Reads the object that is due for longest. Returns its bytes, `None` when none is due.
    async fn scrub_one(&self) -> Result<Option<u64>, Error> {
        let due = self
            .catalog
            .claim_scrub(self.settings.scrub_interval)
            .await?;
        let Some(row) = due else { return Ok(None) };
        let (read_bytes, fault) = inspect(&*self.blobs, &row).await?;
        self.metrics.scrubbed_objects.inc();
        self.metrics.scrubbed_bytes.inc_by(read_bytes);
        // It may have been deleted or replaced while it was read.
        let role = self.catalog.object_role(row.object).await?;
        match (fault, role) {
            (None, Some(ObjectRole::Original)) => {
                self.catalog.mark_verified(row.hash, row.object).await?;
            }
            (Some(fault), Some(ObjectRole::Original | ObjectRole::Variant)) => {
                tracing::error!(key = %key_of(&row), ?fault, "stored bytes are missing or not the ones that were committed");
                let (catalog, metrics) = (&*self.catalog, &self.metrics);
                condemn(catalog, metrics, row.hash, row.object, row.role).await?;
            }
            _ => {}
        }
        Ok(Some(read_bytes))
    }
}
