//! The `mana-media` binary: parse, build the runtime, dispatch.

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use mana_media::cli::Cli;
#[cfg(target_os = "linux")]
use mana_media::sandbox;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if sandbox::is_zygote() {
        return sandbox::run_zygote(sandbox::work);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    // glibc's allocator keeps what was freed for each of eight arenas a core, and the blocking pool's threads come by all of them: two
    // pictures in work took as much as six. One arena a core is as fast.
    #[cfg(target_os = "linux")]
    sandbox::share_arenas(std::thread::available_parallelism().map_or(2, usize::from));
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
