//! `import`: files and folders into the store, as if they had been uploaded one by one. Safe to interrupt and to repeat: what is
//! there already is only hashed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use futures_util::StreamExt as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Settings, progress};
use crate::app::App;
use crate::ingest::{self, Upload};
use crate::lifecycle;
use crate::media::{AppName, ContentHash, FileName, Owner};
use crate::threads::blocking;

/// Take in files and folders.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// Files, or folders to walk
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The app that they are for
    #[arg(long, default_value = "import")]
    app: String,
    /// Whose they are
    #[arg(long = "user", default_value = "")]
    user: String,
    /// Files at a time
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// Make no variants
    #[arg(long)]
    skip_processing: bool,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What became of the files.
#[derive(Debug, Default, Serialize)]
struct Summary {
    files: u64,
    new: u64,
    duplicate: u64,
    refused: u64,
    new_bytes: u64,
    interrupted: bool,
    /// Why files were refused, and which.
    reasons: BTreeMap<String, Vec<PathBuf>>,
}

enum Ended {
    New(u64),
    Duplicate,
    Refused(String),
}

impl Import {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let owner = Owner::new(&self.user)?;
        let app_name = AppName::new(&self.app)?;
        let app = App::open(self.settings.clone().start(Some("warn"))?).await?;
        lifecycle::stop_on_signals(app.stop.clone())?;
        let (files, mut summary) = walk(&self.paths)?;
        let bar = progress(
            files.len() as u64,
            "{bar:30} {pos}/{len} files  {per_sec}  {eta} left  {msg}",
        );
        let mut ended = futures_util::stream::iter(files)
            .take_while(|_| std::future::ready(!app.stop.is_cancelled()))
            .map(|path| {
                let (app, owner, app_name) = (&app, &owner, &app_name);
                async move {
                    (
                        take_in(app, owner, app_name, self.skip_processing, &path).await,
                        path,
                    )
                }
            })
            .buffer_unordered(usize::from(self.jobs));
        while let Some((result, path)) = ended.next().await {
            summary.count(result, path);
            bar.inc(1);
            bar.set_message(format!(
                "{} new, {} there already, {} refused",
                summary.new, summary.duplicate, summary.refused
            ));
        }
        drop(ended);
        bar.finish_and_clear();
        summary.interrupted = app.stop.is_cancelled();
        process(&app).await?;
        summary.print(self.json)?;
        Ok(if summary.refused == 0 && !summary.interrupted {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(1)
        })
    }
}

/// Every regular file under the paths, in order; what cannot be read counts as refused.
fn walk(paths: &[PathBuf]) -> anyhow::Result<(Vec<PathBuf>, Summary)> {
    let mut files = Vec::new();
    let mut summary = Summary::default();
    for path in paths {
        std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
        for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() => files.push(entry.into_path()),
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().map(Path::to_owned).unwrap_or_default();
                    summary.count(Ended::Refused(format!("cannot be read: {error}")), path);
                }
            }
        }
    }
    Ok((files, summary))
}

async fn take_in(
    app: &App,
    owner: &Owner,
    app_name: &AppName,
    skip_processing: bool,
    path: &Path,
) -> Ended {
    match try_take_in(app, owner, app_name, skip_processing, path).await {
        Ok(ended) => ended,
        Err(error) => Ended::Refused(crate::telemetry::chain(&error)),
    }
}

async fn try_take_in(
    app: &App,
    owner: &Owner,
    app_name: &AppName,
    skip_processing: bool,
    path: &Path,
) -> Result<Ended, ingest::Error> {
    if is_there(app, owner, app_name, path).await? {
        return Ok(Ended::Duplicate);
    }
    let (spool, source) = (app.ingest.spool.clone(), path.to_owned());
    let spooled = blocking(move || {
        let mut file = File::open(source).map_err(crate::spool::Error::Input)?;
        spool.receive_blocking(&mut file)
    })
    .await?;
    let size_bytes = spooled.size_bytes;
    let upload = Upload {
        owner: owner.clone(),
        app: app_name.clone(),
        name: path
            .file_name()
            .and_then(|name| FileName::from_client(&name.to_string_lossy())),
        skip_processing,
        ..Upload::default()
    };
    let accepted = app.ingest.accept(spooled, upload).await?;
    Ok(if accepted.duplicate {
        Ended::Duplicate
    } else {
        Ended::New(size_bytes)
    })
}

/// Whether this owner holds the file in this app: told from its hash, without copying a byte.
async fn is_there(
    app: &App,
    owner: &Owner,
    app_name: &AppName,
    path: &Path,
) -> Result<bool, ingest::Error> {
    let path = path.to_owned();
    let hash = blocking(move || hash_of(&path))
        .await
        .map_err(crate::spool::Error::Input)?;
    // A row alone proves nothing of bytes that nobody has seen for a while: then it is for the way in to look.
    let seen = app
        .catalog
        .find_held(owner, hash)
        .await?
        .is_some_and(|held| held.recently_verified);
    if !seen {
        return Ok(false);
    }
    let held = app.gallery.get_by_hash(hash, Some(owner)).await?;
    Ok(held.is_some_and(|media| media.apps.iter().any(|used| used.app == app_name.as_str())))
}

fn hash_of(path: &Path) -> std::io::Result<ContentHash> {
    let mut file = File::open(path)?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 256 << 10]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(ContentHash(hasher.finalize().into())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// Variants for what was taken in; an interruption leaves the rest to the next node that looks.
async fn process(app: &App) -> anyhow::Result<()> {
    let backlog = app.catalog.processing_backlog().await?;
    let bar = progress(
        backlog,
        "{bar:30} {pos}/{len} pictures processed  {per_sec}  {eta} left",
    );
    tokio::select! {
        drained = app.worker.drain(|left| bar.set_position(backlog.saturating_sub(left))) => drained?,
        () = app.stop.cancelled() => {}
    }
    bar.finish_and_clear();
    Ok(())
}

impl Summary {
    fn count(&mut self, ended: Ended, path: PathBuf) {
        self.files += 1;
        match ended {
            Ended::New(size_bytes) => {
                self.new += 1;
                self.new_bytes += size_bytes;
            }
            Ended::Duplicate => self.duplicate += 1,
            Ended::Refused(reason) => {
                self.refused += 1;
                self.reasons.entry(reason).or_default().push(path);
            }
        }
    }

    fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        println!(
            "{} files: {} new ({} bytes), {} there already, {} refused",
            self.files, self.new, self.new_bytes, self.duplicate, self.refused
        );
        for (reason, paths) in &self.reasons {
            println!("  {reason}");
            for path in paths {
                println!("    {}", path.display());
            }
        }
        if self.interrupted {
            println!("interrupted: run the same command again for the rest");
        }
        Ok(())
    }
}
