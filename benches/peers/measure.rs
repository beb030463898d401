//! What repeated work takes of this process.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::Context as _;
use cpu_time::ProcessTime;

/// What some repetitions took, and what the last of them made.
pub(crate) struct Used<T> {
    /// User and system time: of each repetition, or the mean where they overlapped.
    pub(crate) cpu_ms: Vec<f64>,
    /// The same of wall time, so that its inverse is the throughput.
    pub(crate) wall_ms: Vec<f64>,
    pub(crate) made: T,
}

/// Works `count` times, `jobs` at a time.
pub(crate) fn repeat<T: Send>(
    count: usize,
    jobs: usize,
    work: impl Fn() -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Used<T>> {
    if jobs > 1 {
        return overlap(count, jobs, work);
    }
    let (mut cpu_ms, mut wall_ms, mut made) = (Vec::new(), Vec::new(), None);
    for _ in 0..count {
        let (cpu, wall) = (ProcessTime::now(), Instant::now());
        made = Some(work()?);
        cpu_ms.push(cpu.elapsed().as_secs_f64() * 1e3);
        wall_ms.push(wall.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Used {
        cpu_ms,
        wall_ms,
        made: made.context("nothing to repeat")?,
    })
}

fn overlap<T: Send>(
    count: usize,
    jobs: usize,
    work: impl Fn() -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Used<T>> {
    let begun = AtomicUsize::new(0);
    let take_turns = || {
        let mut made = None;
        while begun.fetch_add(1, Ordering::Relaxed) < count {
            made = Some(work()?);
        }
        anyhow::Ok(made)
    };
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let made = thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(take_turns)).collect();
        let mut made = None;
        for worker in workers {
            let last = worker.join().ok().context("a worker panicked")??;
            made = last.or(made);
        }
        anyhow::Ok(made)
    })?;
    Ok(Used {
        cpu_ms: vec![cpu.elapsed().as_secs_f64() * 1e3 / count as f64],
        wall_ms: vec![wall.elapsed().as_secs_f64() * 1e3 / count as f64],
        made: made.context("nothing to repeat")?,
    })
}

/// Resident memory of this process by proc(5), now (`VmRSS:`) or at its peak (`VmHWM:`).
pub(crate) fn resident_bytes(field: &str) -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let kilobytes: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .and_then(|value| value.trim().strip_suffix(" kB"))
        .with_context(|| format!("no {field} in /proc/self/status"))?
        .parse()?;
    Ok(kilobytes * 1024)
}
