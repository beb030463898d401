//! `migrate`: the catalogue's schema, and nothing else.

use std::process::ExitCode;

use super::Settings;
use crate::app::open_catalog;

pub(super) async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let config = settings.start(Some("warn"))?;
    open_catalog(&config.storage).await?;
    println!("the catalogue's schema is up to date");
    Ok(ExitCode::SUCCESS)
}
