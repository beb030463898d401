//! The `mana-media` binary: parse, build the runtime, dispatch.

use std::process::ExitCode;

use clap::Parser as _;
use mana_media::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
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
