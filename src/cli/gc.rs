//! `gc`: one round of housekeeping.

use std::process::ExitCode;

use clap::Args;

use super::Settings;
use crate::app::App;

/// Run reaper, garbage collection and sweeper once.
#[derive(Debug, Args)]
pub(super) struct Gc {
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Gc {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let app = App::open(self.settings.start(Some("warn"))?).await?;
        let round = app.maintenance.round().await?;
        if self.json {
            println!("{}", serde_json::to_string(&round)?);
        } else {
            let keep = app.config.storage.trash_keep;
            println!(
                "{} unfinished uploads, {} contents without references and {} renditions went to trash, {} references left it for good",
                round.reaped, round.collected, round.evicted, round.purged
            );
            println!(
                "{} objects that were in trash for longer than {keep:?} were deleted",
                round.swept
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
