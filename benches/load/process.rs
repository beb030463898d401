//! What a process has used, by proc(5).

use std::fs;
use std::time::Duration;

use anyhow::Context as _;

/// Ticks a second in `/proc/<pid>/stat`; 100 on every Linux that programs see.
const TICKS_PER_SECOND: u64 = 100;

/// A process as it was when the measuring began.
pub(crate) struct Usage {
    pid: u32,
    cpu: Duration,
    peak_was_reset: bool,
}

/// What a process used meanwhile.
pub(crate) struct Used {
    /// User and system time.
    pub(crate) cpu: Duration,
    /// Peak resident memory.
    pub(crate) peak_rss_bytes: u64,
    /// Whether the peak is that of the measured time alone, not of the process's whole life.
    pub(crate) peak_was_reset: bool,
}

impl Usage {
    /// Begins to measure; the peak is reset where this is allowed.
    pub(crate) fn start(pid: u32) -> anyhow::Result<Self> {
        Ok(Self {
            pid,
            cpu: cpu_time(pid)?,
            peak_was_reset: fs::write(format!("/proc/{pid}/clear_refs"), "5").is_ok(),
        })
    }

    /// What was used since the start.
    pub(crate) fn since_start(self) -> anyhow::Result<Used> {
        Ok(Used {
            cpu: cpu_time(self.pid)?.saturating_sub(self.cpu),
            peak_rss_bytes: peak_rss_bytes(self.pid)?,
            peak_was_reset: self.peak_was_reset,
        })
    }
}

fn cpu_time(pid: u32) -> anyhow::Result<Duration> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).with_context(|| path.clone())?;
    // The command's name may hold spaces; fields are counted behind it. 14 is utime and 15 is stime.
    let (_, fields) = stat.rsplit_once(") ").context("no command name")?;
    let ticks = fields
        .split_ascii_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

fn peak_rss_bytes(pid: u32) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| path.clone())?;
    let kilobytes: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|value| value.trim().strip_suffix(" kB"))
        .context("no VmHWM")?
        .trim()
        .parse()?;
    Ok(kilobytes * 1024)
}
