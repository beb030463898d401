//! `rebuild-index`: from a store and an empty database back to a catalogue of everything but references, which
//! `import-references` brings back.

use std::process::ExitCode;

use clap::Args;

use super::{Settings, progress};
use crate::app::{self, App};
use crate::maintenance::adopt_store;

/// Enter everything that is in the store into an empty database.
#[derive(Debug, Args)]
pub(super) struct RebuildIndex {
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl RebuildIndex {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.settings.start(Some("warn"))?;
        let catalog = app::open_catalog(&config.storage).await?;
        adopt_store(&*catalog, &*app::open_store(&config).await?).await?;
        drop(catalog);
        let app = App::open(config).await?;
        let template = "{bar:30} {percent} %  {msg}  {elapsed}";
        let bar = progress(u64::from(u16::MAX), template);
        let rebuilt = app
            .ingest
            .rebuild(|rebuilt| {
                bar.set_position(u64::from(rebuilt.position));
                bar.set_message(format!("{} contents", rebuilt.contents));
            })
            .await?;
        bar.finish_and_clear();
        if self.json {
            println!("{}", serde_json::to_string(&rebuilt)?);
        } else {
            println!(
                "{} contents of {} bytes entered, {} keys known, {} left to the sweeper, {} not ours",
                rebuilt.contents,
                rebuilt.content_bytes,
                rebuilt.known,
                rebuilt.trash,
                rebuilt.foreign
            );
            println!(
                "{} contents are lost: no object of them is right",
                rebuilt.lost
            );
            println!(
                "next: import-references; then pictures are processed by any node, or here by reprocess"
            );
        }
        Ok(if rebuilt.lost == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    }
}
