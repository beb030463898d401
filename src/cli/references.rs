//! `export-references` and `import-references`: who holds what, as JSON lines. With the store they are a whole backup.

use std::io::{BufRead, BufReader, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::{Settings, progress};
use crate::app::App;
use crate::catalog::{Imported, Reference};

/// References read at a time.
const PAGE: u32 = 1000;

/// Write every reference as a line of JSON to standard output.
#[derive(Debug, Args)]
pub(super) struct ExportReferences {
    #[command(flatten)]
    settings: Settings,
}

impl ExportReferences {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let app = App::open(self.settings.start(Some("warn"))?).await?;
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut after = None;
        loop {
            let page = app.catalog.list_references(after, PAGE).await?;
            for reference in &page {
                serde_json::to_writer(&mut out, reference)?;
                out.write_all(b"\n")?;
            }
            match page.last() {
                Some(last) => after = Some(last.id),
                None => break,
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Bring references back; those that are there already are left alone.
#[derive(Debug, Args)]
pub(super) struct ImportReferences {
    /// File of JSON lines [default: standard input]
    file: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What became of the lines.
#[derive(Debug, Default, serde::Serialize)]
struct Summary {
    new: u64,
    known: u64,
    no_content: u64,
}

impl ImportReferences {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let app = App::open(self.settings.start(Some("warn"))?).await?;
        let input: Box<dyn BufRead> = match &self.file {
            Some(path) => Box::new(BufReader::new(
                std::fs::File::open(path)
                    .with_context(|| format!("cannot read {}", path.display()))?,
            )),
            None => Box::new(BufReader::new(std::io::stdin())),
        };
        let bar = progress(0, "{spinner} {pos} references  {per_sec}");
        let mut summary = Summary::default();
        for (number, line) in input.lines().enumerate() {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            let reference: Reference = serde_json::from_str(&line)
                .with_context(|| format!("line {} is no reference", number + 1))?;
            match app.catalog.import_reference(&reference).await? {
                Imported::New => summary.new += 1,
                Imported::Known => summary.known += 1,
                Imported::NoContent => {
                    summary.no_content += 1;
                    bar.suspend(|| {
                        eprintln!(
                            "{}: its content {} is not there",
                            reference.id, reference.hash
                        );
                    });
                }
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        if self.json {
            println!("{}", serde_json::to_string(&summary)?);
        } else {
            println!(
                "{} references brought back, {} were there, {} have no content in the store",
                summary.new, summary.known, summary.no_content
            );
        }
        Ok(if summary.no_content == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    }
}
