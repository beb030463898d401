//! `fsck`: look, report, change nothing. Exit codes: 0 clean, 1 leaks only, 2 loss or corruption.

use std::process::ExitCode;

use clap::Args;

use super::{Settings, progress};
use crate::app::App;
use crate::maintenance::{Fsck, Report, fsck};

/// Check that everything referred to is there, and everything there accounted for.
#[derive(Debug, Args)]
pub(super) struct FsckCommand {
    /// Read and hash every byte
    #[arg(long)]
    deep: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl FsckCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let app = App::open(self.settings.start(Some("warn"))?).await?;
        let options = Fsck {
            deep: self.deep,
            trash_keep: app.config.storage.trash_keep,
            period: app.config.worker.maintenance_interval,
        };
        let bar = progress(0, "{spinner} {pos} objects checked  {per_sec}");
        let report = fsck(&*app.catalog, &*app.blobs, &options, |report| {
            bar.set_position(report.catalog_objects);
        })
        .await?;
        bar.finish_and_clear();
        print(&report, self.json)?;
        Ok(ExitCode::from(report.exit_code()))
    }
}

fn print(report: &Report, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string(report)?);
        return Ok(());
    }
    println!(
        "{} objects ({} originals) in the catalogue, {} keys in the store, {} young orphans, {} bytes hashed",
        report.catalog_objects,
        report.originals,
        report.store_keys,
        report.young_orphans,
        report.bytes_hashed
    );
    for violation in &report.violations {
        let weight = if violation.loss { "LOSS" } else { "leak" };
        println!("  {} {weight} {}", violation.invariant, violation.detail);
    }
    println!(
        "{}",
        ["clean", "leaks only", "loss or corruption"][usize::from(report.exit_code())]
    );
    Ok(())
}
