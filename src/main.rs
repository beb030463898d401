//! The `mana-media` binary: parse, build the runtime, dispatch.

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use mana_media::cli::Cli;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    #[cfg(feature = "failpoints")]
    mana_media::crash::arm();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("mana-media: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(cli.run());
    // Pictures in work are left to their claims; waiting for them here could take as long as they do.
    runtime.shutdown_background();
    ended.unwrap_or_else(|error| {
        eprintln!("mana-media: {error:#}");
        ExitCode::FAILURE
    })
}

/// A bad value may come from the environment and be read in a log: one line, which names it. Anything else gets clap's page.
fn explain(error: &clap::Error) -> ExitCode {
    let text = match error.kind() {
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => error.to_string(),
        _ => error.exit(),
    };
    let line = text.lines().next().unwrap_or_default();
    eprintln!("mana-media: {}", line.trim_start_matches("error: "));
    ExitCode::from(2)
}
