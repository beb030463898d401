//! The command line: one file a command. Results go to standard output, progress and logs to standard error.

mod fsck;
mod gc;
mod healthcheck;
mod import;
mod migrate;
mod openapi;
mod rebuild;
mod references;
mod reprocess;
mod serve;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::{Config, ConfigArgs};
use crate::telemetry::{self, LogFormat};

/// Content-addressed media storage: every file hashed and stored once, pictures thumbnailed, a gallery on top.
#[derive(Debug, Parser)]
#[command(name = "mana-media", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Settings,
}

/// Settings that every command takes.
#[derive(Debug, Clone, Args)]
struct Settings {
    #[command(flatten)]
    config: ConfigArgs,
    /// What to log, in the syntax of RUST_LOG
    #[arg(
        long,
        env = "RUST_LOG",
        default_value = "info,sqlx=warn,aws=warn",
        help_heading = "Logs"
    )]
    log: String,
    /// How to write log lines
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, help_heading = "Logs")]
    log_format: LogFormat,
}

impl Settings {
    /// Starts the logs and checks the settings.
    fn start(self, default_log: Option<&str>) -> anyhow::Result<Config> {
        let log = default_log
            .filter(|_| self.log.starts_with("info,sqlx"))
            .unwrap_or(&self.log);
        telemetry::init(log, self.log_format);
        Ok(self.config.validate()?)
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve HTTP (the default)
    Serve(Settings),
    /// Take in files and folders
    Import(import::Import),
    /// Check that everything referred to is there, and everything there accounted for
    Fsck(fsck::FsckCommand),
    /// Run reaper, garbage collection and sweeper once
    Gc(gc::Gc),
    /// Make variants again
    Reprocess(reprocess::Reprocess),
    /// Enter everything that is in the store into an empty database
    RebuildIndex(rebuild::RebuildIndex),
    /// Write every reference as a line of JSON
    ExportReferences(references::ExportReferences),
    /// Bring exported references back
    ImportReferences(references::ImportReferences),
    /// Ask a running node whether it is ready
    Healthcheck(healthcheck::Healthcheck),
    /// Print the OpenAPI document
    Openapi,
    /// Bring the catalogue's schema up to date and stop
    Migrate(Settings),
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// What a person should read.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            None => serve::run(self.serve).await,
            Some(Command::Serve(settings)) => serve::run(settings).await,
            Some(Command::Import(command)) => command.run().await,
            Some(Command::Fsck(command)) => command.run().await,
            Some(Command::Gc(command)) => command.run().await,
            Some(Command::Reprocess(command)) => command.run().await,
            Some(Command::RebuildIndex(command)) => command.run().await,
            Some(Command::ExportReferences(command)) => command.run().await,
            Some(Command::ImportReferences(command)) => command.run().await,
            Some(Command::Healthcheck(command)) => command.run(),
            Some(Command::Openapi) => openapi::run(),
            Some(Command::Migrate(settings)) => migrate::run(settings).await,
        }
    }
}

/// A bar for a known amount of work, hidden when nobody watches.
fn progress(length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
