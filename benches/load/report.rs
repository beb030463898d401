//! From single uploads to figures.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::Used;

/// One upload.
pub(crate) struct Outcome {
    /// From the first byte sent to the last byte of the answer.
    pub(crate) latency: Duration,
    /// Length of the file.
    pub(crate) size_bytes: u64,
    /// The HTTP status; 0 when there was no answer.
    pub(crate) code: u16,
    /// The media's id.
    pub(crate) id: Option<String>,
    /// The media's status.
    pub(crate) status: Option<String>,
}

/// How long it all took.
pub(crate) struct Timing {
    /// Uploads at a time.
    pub(crate) clients: usize,
    /// Until the last upload was answered.
    pub(crate) uploading: Duration,
    /// Until the last upload was processed.
    pub(crate) total: Duration,
    /// How many were not processed when patience ended.
    pub(crate) unsettled: usize,
}

/// The report; CPU and memory only when a process was watched.
pub(crate) fn summarize(uploads: &[Outcome], timing: &Timing, used: Option<&Used>) -> Value {
    let accepted: Vec<&Outcome> = uploads
        .iter()
        .filter(|upload| (200..300).contains(&upload.code))
        .collect();
    let mut latencies: Vec<f64> = accepted
        .iter()
        .map(|upload| upload.latency.as_secs_f64() * 1000.0)
        .collect();
    latencies.sort_by(f64::total_cmp);
    let mut codes = BTreeMap::new();
    for upload in uploads {
        *codes.entry(upload.code.to_string()).or_insert(0) += 1;
    }
    let bytes: u64 = accepted.iter().map(|upload| upload.size_bytes).sum();
    let count = accepted.len() as f64;
    let mut report = json!({
        "uploads": accepted.len(),
        "clients": timing.clients,
        "statuses": codes,
        "seconds": rounded(timing.uploading.as_secs_f64()),
        "seconds_until_processed": rounded(timing.total.as_secs_f64()),
        "not_processed": timing.unsettled,
        "uploads_per_second": rounded(count / timing.uploading.as_secs_f64()),
        "processed_per_second": rounded(count / timing.total.as_secs_f64()),
        "bytes_per_second": (bytes as f64 / timing.uploading.as_secs_f64()).round(),
        "latency_ms": {
            "p50": percentile(&latencies, 50.0),
            "p90": percentile(&latencies, 90.0),
            "p99": percentile(&latencies, 99.0),
            "max": percentile(&latencies, 100.0),
        },
    });
    if let Some(used) = used {
        let cpu_ms = used.cpu.as_secs_f64() * 1000.0;
        report["cpu_ms"] = json!(cpu_ms);
        report["cpu_ms_per_image"] = json!(rounded(cpu_ms / count.max(1.0)));
        report["peak_rss_bytes"] = json!(used.peak_rss_bytes);
        report["peak_rss_is_of_this_run"] = json!(used.peak_was_reset);
    }
    report
}

/// The nearest-rank percentile of sorted values.
fn percentile(sorted: &[f64], percent: f64) -> Option<f64> {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied().map(rounded)
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
