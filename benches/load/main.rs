//! Loads a running server with uploads and prints, as one JSON object, what it took: uploads a second, latency, CPU a
//! picture and peak memory of the server.
//!
//! `cargo bench --bench load -- --url http://127.0.0.1:3015 --pid 123 --clients 8 --seconds 20 --file photo.jpg`

mod process;
mod report;
mod upload;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;

use crate::process::Usage;
use crate::report::Outcome;
use crate::upload::Uploader;

/// Uploads pictures to a running server, each made unique, and reports as JSON.
#[derive(Debug, Parser)]
struct Args {
    /// Where the server is; without it there is nothing to do.
    #[arg(long)]
    url: Option<String>,
    /// Process id of the server, for its CPU time and memory.
    #[arg(long)]
    pid: Option<u32>,
    /// Uploads at a time.
    #[arg(long, default_value_t = 4)]
    clients: usize,
    /// How long to start new uploads for.
    #[arg(long, default_value_t = 10, conflicts_with = "count")]
    seconds: u64,
    /// How many uploads to make, however long it takes.
    #[arg(long)]
    count: Option<u64>,
    /// A file to upload; several are taken in turn.
    #[arg(long = "file")]
    files: Vec<PathBuf>,
    /// Seconds that an answer may wait for processing (`Prefer: wait`); the server's own default without it.
    #[arg(long)]
    wait: Option<u64>,
    /// Send the same bytes every time.
    #[arg(long)]
    same: bool,
    /// The user that uploads.
    #[arg(long, default_value = "load")]
    user: String,
    /// A service key to present.
    #[arg(long)]
    key: Option<String>,
    /// How many seconds to wait at the end until everything is processed; 0 for not at all.
    #[arg(long, default_value_t = 120)]
    settle: u64,
    /// What `cargo bench` adds by itself.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let Some(url) = args.url.clone() else {
        eprintln!("load: no --url of a running server given, nothing done");
        return ExitCode::SUCCESS;
    };
    match run(&args, &url).await {
        Ok(report) => {
            println!("{report:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args, url: &str) -> anyhow::Result<serde_json::Value> {
    let uploader = Arc::new(Uploader::new(args, url)?);
    let before = args.pid.map(Usage::start).transpose()?;
    let start = Instant::now();
    let uploads = upload_all(args, &uploader).await?;
    let uploading = start.elapsed();
    let unsettled = uploader
        .settle(&uploads, Duration::from_secs(args.settle))
        .await;
    let used = before.map(Usage::since_start).transpose()?;
    Ok(report::summarize(
        &uploads,
        &report::Timing {
            clients: args.clients,
            uploading,
            total: start.elapsed(),
            unsettled,
        },
        used.as_ref(),
    ))
}

/// Keeps `clients` uploads going until the time or the number is reached.
async fn upload_all(args: &Args, uploader: &Arc<Uploader>) -> anyhow::Result<Vec<Outcome>> {
    let next = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + Duration::from_secs(args.seconds);
    let count = args.count;
    let clients: Vec<_> = (0..args.clients)
        .map(|_| {
            let (uploader, next) = (uploader.clone(), next.clone());
            tokio::spawn(async move {
                let mut outcomes = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let go_on = count.map_or_else(|| Instant::now() < end, |count| number < count);
                    if !go_on {
                        return outcomes;
                    }
                    outcomes.push(uploader.upload(number).await);
                }
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for client in clients {
        outcomes.extend(client.await?);
    }
    Ok(outcomes)
}
