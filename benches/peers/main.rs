//! Our side of the comparison with sharp: does one kind of work on one picture several times, leaves the renditions in a
//! folder and prints what it took as JSON; and judges renditions, both sides', against a reference. `benches/peers/run` is
//! what calls it.

mod measure;
mod quality;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use mana_media::imaging::{Limits, Rendition, derive, probe, render};
use mana_media::media::{ContentHash, Transform, sniff};
use serde_json::{Value, json};

/// One side of `benches/peers/run`.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    work: Option<Work>,
    /// What `cargo bench` adds by itself.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// What an upload costs: the hash, the EXIF and every variant that the picture's size calls for.
    Variants {
        #[command(flatten)]
        job: Job,
    },
    /// One rendition, as `GET …/transform` asks for it.
    Transform {
        #[command(flatten)]
        job: Job,
        #[arg(long)]
        width: Option<String>,
        #[arg(long)]
        height: Option<String>,
        #[arg(long)]
        fit: Option<String>,
        #[arg(long)]
        format: Option<String>,
        #[arg(long)]
        quality: Option<String>,
    },
    /// SSIM and SSIMULACRA2 of files that the `image` crate reads, against a reference of the same size.
    Quality {
        reference: PathBuf,
        files: Vec<PathBuf>,
    },
}

/// A picture, and how often to work on it.
#[derive(Debug, Args)]
struct Job {
    file: PathBuf,
    /// How many times, not counting the warming up.
    #[arg(long, default_value_t = 1)]
    count: usize,
    /// How many at a time.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Does the work once before anything is measured.
    #[arg(long)]
    warm_up: bool,
    /// Folder for the renditions.
    #[arg(long)]
    out: PathBuf,
}

fn main() -> ExitCode {
    let Some(work) = Arguments::parse().work else {
        eprintln!("peers: benches/peers/run calls this, nothing done");
        return ExitCode::SUCCESS;
    };
    match run(work) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("peers: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(work: Work) -> anyhow::Result<Value> {
    match work {
        Work::Variants { job } => job.report(variants),
        Work::Transform {
            job,
            width,
            height,
            fit,
            format,
            quality,
        } => {
            let get = |name: &str| match name {
                "w" => width.as_deref(),
                "h" => height.as_deref(),
                "fit" => fit.as_deref(),
                "format" => format.as_deref(),
                "q" => quality.as_deref(),
                _ => None,
            };
            let transform = Transform::parse(get, 4096)?;
            job.report(|bytes| {
                let made = render(bytes, &sniff(bytes, None), &transform, &Limits::default())?;
                Ok(vec![(transform.format.extension().to_owned(), made)])
            })
        }
        Work::Quality { reference, files } => quality::compare(&reference, &files),
    }
}

fn variants(bytes: &[u8]) -> anyhow::Result<Vec<(String, Rendition)>> {
    let limits = Limits::default();
    std::hint::black_box(ContentHash::of(bytes));
    let kind = sniff(bytes, None);
    std::hint::black_box(probe(&mut std::io::Cursor::new(bytes), &kind, &limits)?);
    let made = derive(bytes, &kind, &limits)?.variants;
    Ok(made
        .into_iter()
        .map(|(variant, rendition)| (variant.name().to_owned(), rendition))
        .collect())
}

impl Job {
    /// Measures the work, writes what it made last, and says both.
    fn report(
        &self,
        work: impl Fn(&[u8]) -> anyhow::Result<Vec<(String, Rendition)>> + Sync,
    ) -> anyhow::Result<Value> {
        let idle_bytes = measure::resident_bytes("VmRSS:")?;
        let bytes =
            fs::read(&self.file).with_context(|| format!("cannot read {}", self.file.display()))?;
        if self.warm_up {
            work(&bytes)?;
        }
        let used = measure::repeat(self.count, self.jobs, || work(&bytes))?;
        let peak_bytes = measure::resident_bytes("VmHWM:")?;
        let mut renditions = serde_json::Map::new();
        for (name, rendition) in used.made {
            // Formats name themselves, variants are WebP.
            let extension = if name == "avif" { "avif" } else { "webp" };
            let file = self.out.join(format!("{name}.{extension}"));
            fs::write(&file, &rendition.bytes)?;
            let facts = json!({
                "file": file,
                "bytes": rendition.bytes.len(),
                "width": rendition.width,
                "height": rendition.height,
            });
            renditions.insert(name, facts);
        }
        Ok(json!({
            "cpu_ms": used.cpu_ms,
            "wall_ms": used.wall_ms,
            "idle_bytes": idle_bytes,
            "peak_bytes": peak_bytes,
            "renditions": renditions,
        }))
    }
}
