//! What uploads and pictures may cost.

use std::path::PathBuf;
use std::time::Duration;

use super::{Error, Policies, bytes, duration};
use crate::sandbox::Mode;

/// Settings of limits.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitsArgs {
    /// Largest file
    #[arg(long, env = "MAX_UPLOAD_BYTES", default_value = "100MiB", value_parser = bytes)]
    max_upload_bytes: u64,
    /// Most bytes of uploads on their way in, all together [default: half of what is free in DATA_DIR at the start]
    #[arg(long, env = "SPOOL_BYTES", value_parser = bytes)]
    spool_bytes: Option<u64>,
    /// Uploads are refused when so little is free on the disk of spool or file store [default: 5 % of it, at most 1GiB]
    #[arg(long, env = "KEEP_FREE_BYTES", value_parser = bytes)]
    keep_free_bytes: Option<u64>,
    /// Most bytes that one owner may hold, trash included [default: any number]
    #[arg(long, env = "QUOTA_BYTES", value_parser = bytes)]
    quota_bytes: Option<u64>,
    /// Most files that one owner may hold, trash included [default: any number]
    #[arg(long, env = "QUOTA_FILES")]
    quota_files: Option<u64>,
    /// What each app may upload: a TOML file, as apps.toml [default: what everybody may]
    #[arg(long, env = "APP_POLICIES")]
    app_policies: Option<PathBuf>,
    /// How long a resumable upload is kept after its last piece; half of it at least
    #[arg(long, env = "RESUMABLE_EXPIRY", default_value = "1d", value_parser = duration)]
    resumable_expiry: Duration,
    /// Most resumable uploads that one owner may have open
    #[arg(long, env = "MAX_RESUMABLE", default_value_t = 100)]
    max_resumable: u32,
    /// Most pixels of a picture
    #[arg(long, env = "MAX_PIXELS", default_value_t = 250_000_000)]
    max_pixels: u64,
    /// Longest side of a transform's result
    #[arg(long, env = "MAX_TRANSFORM_SIDE", default_value_t = 4096)]
    max_transform_side: u32,
    /// Transforms for anybody: `open`, any; `ladder`, sizes from a list of 24 and qualities in steps of 5; `signed`, none without a
    /// signature
    #[arg(long, env = "TRANSFORM_MODE", default_value = "open")]
    transform_mode: String,
    /// Memory for pictures in work, all together [default: half of what the cgroup or the machine has]
    #[arg(long, env = "MEMORY_BUDGET_BYTES", value_parser = bytes)]
    memory_budget_bytes: Option<u64>,
    /// Pictures in work at a time [default: cores]
    #[arg(long, env = "CPU_THREADS")]
    cpu_threads: Option<usize>,
    /// Whether pictures are decoded in processes that may do nothing else: required (Linux only), best-effort or off
    #[arg(long, env = "SANDBOX", value_enum, default_value_t = Mode::DEFAULT, hide_possible_values = true)]
    sandbox: Mode,
    /// Memory for small renditions that are asked for again
    #[arg(long, env = "DELIVERY_CACHE_BYTES", default_value = "64MiB", value_parser = bytes)]
    delivery_cache_bytes: u64,
    /// Most bytes of transforms' results in the store; those not used for longest go first
    #[arg(long, env = "RENDITION_BYTES", default_value = "4GiB", value_parser = bytes)]
    rendition_bytes: u64,
    /// Whether text in SVG pictures may use this machine's fonts
    #[arg(long, env = "SVG_SYSTEM_FONTS", default_value_t = false, action = clap::ArgAction::Set)]
    svg_system_fonts: bool,
}

/// Which transforms somebody may ask for who neither said who it is nor has a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transforms {
    /// Any.
    Open,
    /// Those whose number is bounded.
    Ladder,
    /// None.
    Signed,
}

/// What uploads and pictures may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest file in bytes.
    pub max_upload_bytes: u64,
    /// Most bytes in the spool; `None` for half of what is free at the start.
    pub spool_bytes: Option<u64>,
    /// Bytes kept free on local disks; `None` for 5 %, at most 1 GiB.
    pub keep_free_bytes: Option<u64>,
    /// Most bytes of one owner.
    pub quota_bytes: Option<u64>,
    /// Most references of one owner.
    pub quota_files: Option<u64>,
    /// What each app may upload.
    pub policies: Policies,
    /// How long a resumable upload is kept after its last piece.
    pub resumable_expiry: Duration,
    /// Most open resumable uploads of one owner.
    pub max_resumable: u32,
    /// Longest side of a transform's result in pixels.
    pub max_transform_side: u32,
    /// Which transforms anybody may ask for.
    pub transforms: Transforms,
    /// Limits of one picture.
    pub imaging: crate::imaging::Limits,
    /// Memory of all pictures in work, in bytes.
    pub memory_budget_bytes: u64,
    /// Pictures in work at a time.
    pub cpu_threads: usize,
    /// Whether pictures are decoded in processes of their own.
    pub sandbox: Mode,
    /// Memory for renditions, in bytes.
    pub delivery_cache_bytes: u64,
    /// Most bytes of transforms' results in the store.
    pub rendition_bytes: u64,
}

impl LimitsArgs {
    pub(super) fn validate(self) -> Result<Limits, Error> {
        if self.max_upload_bytes == 0 {
            return Err(Error::new("MAX_UPLOAD_BYTES", "must be more than 0"));
        }
        if !(1..=16_383).contains(&self.max_transform_side) {
            return Err(Error::new(
                "MAX_TRANSFORM_SIDE",
                "must be from 1 to 16383, the most that WebP holds",
            ));
        }
        let memory_budget_bytes = self
            .memory_budget_bytes
            .unwrap_or_else(|| available_memory() / 2);
        if memory_budget_bytes < 16 << 20 {
            return Err(Error::new("MEMORY_BUDGET_BYTES", "must be at least 16MiB"));
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Limits {
            max_upload_bytes: self.max_upload_bytes,
            spool_bytes: self.spool_bytes,
            keep_free_bytes: self.keep_free_bytes,
            quota_bytes: self.quota_bytes,
            quota_files: self.quota_files,
            policies: match &self.app_policies {
                Some(path) if !path.as_os_str().is_empty() => Policies::read(path)?,
                _ => Policies::default(),
            },
            resumable_expiry: self.resumable_expiry,
            max_resumable: self.max_resumable,
            max_transform_side: self.max_transform_side,
            transforms: match self.transform_mode.as_str() {
                "open" => Transforms::Open,
                "ladder" => Transforms::Ladder,
                "signed" => Transforms::Signed,
                _ => {
                    return Err(Error::new(
                        "TRANSFORM_MODE",
                        "must be open, ladder or signed",
                    ));
                }
            },
            imaging: crate::imaging::Limits {
                max_pixels: self.max_pixels,
                max_memory_bytes: memory_budget_bytes,
                deadline: None,
                system_fonts: self.svg_system_fonts,
                threads: 1,
            },
            memory_budget_bytes,
            sandbox: self.sandbox,
            cpu_threads: self.cpu_threads.unwrap_or(cores).max(1),
            delivery_cache_bytes: self.delivery_cache_bytes,
            rendition_bytes: self.rendition_bytes,
        })
    }
}

/// Bytes that this process may use: its cgroup's limit (v2, then v1), else the machine's memory, else 1 GiB.
fn available_memory() -> u64 {
    let limit = |path: &str| {
        std::fs::read_to_string(path)
            .ok()?
            .trim()
            .parse::<u64>()
            .ok()
    };
    let machine = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| {
            let kib: u64 = text
                .lines()
                .find_map(|line| line.strip_prefix("MemTotal:"))?
                .split_whitespace()
                .next()?
                .parse()
                .ok()?;
            Some(kib * 1024)
        });
    [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ]
    .into_iter()
    .filter_map(limit)
    .chain(machine)
    .min()
    .unwrap_or(1 << 30)
}
