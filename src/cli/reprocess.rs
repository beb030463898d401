//! `reprocess`: queue content again, and work it off here together with whatever other nodes run.

use std::process::ExitCode;

use clap::Args;

use super::{Settings, progress};
use crate::app::App;
use crate::catalog::Selection;
use crate::lifecycle;
use crate::media::Kind;

/// Contents queued in one step.
const STEP: u32 = 1000;

/// Make variants again.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // flags of a command line
pub(super) struct Reprocess {
    /// What an older recipe made (the default)
    #[arg(long, conflicts_with_all = ["failed", "all"])]
    stale: bool,
    /// What failed
    #[arg(long, conflicts_with = "all")]
    failed: bool,
    /// Everything
    #[arg(long)]
    all: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Reprocess {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let app = App::open(self.settings.start(Some("warn"))?).await?;
        lifecycle::stop_on_signals(app.stop.clone())?;
        let decodable = Kind::decodable()
            .map(|kind| kind.mime().to_owned())
            .collect();
        let selection = match (self.failed, self.all) {
            (true, _) => Selection::Failed,
            (_, true) => Selection::All(decodable),
            (false, false) => Selection::Stale(decodable),
        };
        let (mut queued, mut after) = (0, None);
        loop {
            let step = app
                .catalog
                .queue_processing(&selection, after, STEP)
                .await?;
            queued += step.count;
            match step.last {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        let backlog = app.catalog.processing_backlog().await?;
        let bar = progress(
            backlog,
            "{bar:30} {pos}/{len} pictures  {per_sec}  {eta} left",
        );
        tokio::select! {
            drained = app.worker.drain(|left| bar.set_position(backlog.saturating_sub(left))) => drained?,
            () = app.stop.cancelled() => {}
        }
        bar.finish_and_clear();
        let left = app.catalog.processing_backlog().await?;
        if self.json {
            println!("{}", serde_json::json!({ "queued": queued, "left": left }));
        } else {
            println!("{queued} queued, {left} left");
        }
        // What is left without an interruption is in other nodes' hands.
        Ok(if left == 0 || !app.stop.is_cancelled() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        })
    }
}
