//! Logs and metrics: how they are set up, and every metric's name.

use std::sync::Arc;
use std::time::Duration;

use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry,
    TextEncoder,
};
use tracing_subscriber::EnvFilter;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging to standard error. `filter` is in the syntax of `RUST_LOG`.
pub fn init(filter: &str, format: LogFormat) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    // Twice is a test's doing, and no reason to fail.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}

/// An error with all its causes on one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |cause| cause.source())
        .fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

/// Every metric of the service.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    /// Requests by method, route pattern, status and service.
    pub requests: IntCounterVec,
    /// Request duration in seconds by the same labels.
    pub request_duration: HistogramVec,
    /// Duration in seconds of each pipeline stage.
    pub stages: HistogramVec,
    /// Bytes taken in.
    pub bytes_received: IntCounter,
    /// Uploads by result: `created`, `duplicate`, `refused`.
    pub uploads: IntCounterVec,
    /// Processing jobs by result: `ready`, `failed`, `retried`, `lost`.
    pub jobs: IntCounterVec,
    /// Contents that wait for processing or are in it.
    pub backlog: IntGauge,
    /// Jobs that wait for memory or a thread.
    pub waiting: IntGauge,
    /// Estimated bytes of pictures in work.
    pub bytes_in_flight: IntGauge,
    /// Objects deleted by the sweeper.
    pub swept: IntCounter,
    /// Objects read by the scrubber.
    pub scrubbed_objects: IntCounter,
    /// Bytes read by the scrubber.
    pub scrubbed_bytes: IntCounter,
    /// Bytes of uploads on their way in, on disk.
    pub spool_bytes: IntGauge,
    /// Reads that found stored bytes missing or wrong: each is an alarm.
    pub integrity_failures: IntCounter,
}

impl Metrics {
    /// Registers everything.
    ///
    /// # Panics
    /// Never: the names are fixed and distinct, which the unit test holds.
    #[must_use]
    #[allow(clippy::expect_used, clippy::missing_panics_doc)]
    #[allow(clippy::too_many_lines)] // one list of what there is
    pub fn new() -> Self {
        let registry = Registry::new();
        let labels = &["method", "path", "status", "service"];
        let counter = |name: &str, help: &str| IntCounter::new(name, help).expect("valid name");
        let gauge = |name: &str, help: &str| IntGauge::new(name, help).expect("valid name");
        let counters = |name: &str, help: &str, labels: &[&str]| {
            IntCounterVec::new(Opts::new(name, help), labels).expect("valid name")
        };
        let seconds = |name: &str, help: &str, labels: &[&str]| {
            let buckets = vec![
                0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
            ];
            HistogramVec::new(HistogramOpts::new(name, help).buckets(buckets), labels)
                .expect("valid name")
        };
        let metrics = Self {
            requests: counters("media_http_requests_total", "HTTP requests", labels),
            request_duration: seconds(
                "media_http_request_duration_seconds",
                "HTTP request duration",
                labels,
            ),
            stages: seconds(
                "media_stage_duration_seconds",
                "Duration of pipeline stages",
                &["stage"],
            ),
            bytes_received: counter("media_received_bytes_total", "Bytes taken in"),
            uploads: counters("media_uploads_total", "Uploads", &["result"]),
            jobs: counters(
                "media_processing_jobs_total",
                "Processing jobs",
                &["result"],
            ),
            backlog: gauge(
                "media_processing_backlog",
                "Contents waiting for processing or in it",
            ),
            waiting: gauge("media_pool_waiting", "Jobs waiting for memory or a thread"),
            bytes_in_flight: gauge(
                "media_pool_bytes_in_flight",
                "Estimated bytes of pictures in work",
            ),
            swept: counter(
                "media_swept_objects_total",
                "Objects deleted by the sweeper",
            ),
            scrubbed_objects: counter(
                "media_scrubbed_objects_total",
                "Stored objects read and hashed by the scrubber",
            ),
            scrubbed_bytes: counter(
                "media_scrubbed_bytes_total",
                "Stored bytes read and hashed by the scrubber",
            ),
            spool_bytes: gauge(
                "media_spool_bytes",
                "Bytes of uploads on their way in, on disk",
            ),
            integrity_failures: counter(
                "media_integrity_failures_total",
                "Stored bytes found missing or wrong",
            ),
            registry: Arc::new(registry),
        };
        for collector in metrics.collectors() {
            metrics.registry.register(collector).expect("distinct name");
        }
        metrics
    }

    fn collectors(&self) -> Vec<Box<dyn prometheus::core::Collector>> {
        vec![
            Box::new(self.requests.clone()),
            Box::new(self.request_duration.clone()),
            Box::new(self.stages.clone()),
            Box::new(self.bytes_received.clone()),
            Box::new(self.uploads.clone()),
            Box::new(self.jobs.clone()),
            Box::new(self.backlog.clone()),
            Box::new(self.waiting.clone()),
            Box::new(self.bytes_in_flight.clone()),
            Box::new(self.swept.clone()),
            Box::new(self.scrubbed_objects.clone()),
            Box::new(self.scrubbed_bytes.clone()),
            Box::new(self.spool_bytes.clone()),
            Box::new(self.integrity_failures.clone()),
        ]
    }

    /// The duration of one stage (`spool`, `probe`, `store`, `commit`, `derive`, `render`).
    #[must_use]
    pub fn stage(&self, stage: &str) -> Histogram {
        self.stages.with_label_values(&[stage])
    }

    /// Notes one HTTP request.
    pub fn observe_request(&self, method: &str, path: &str, status: &str, took: Duration) {
        let labels = [method, path, status, "mana-media"];
        self.requests.with_label_values(&labels).inc();
        self.request_duration
            .with_label_values(&labels)
            .observe(took.as_secs_f64());
    }

    /// Everything in Prometheus' text format 0.0.4.
    #[must_use]
    pub fn render(&self) -> String {
        TextEncoder::new()
            .encode_to_string(&self.registry.gather())
            .unwrap_or_default()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_originals_names_are_there() {
        let metrics = Metrics::new();
        metrics.observe_request("GET", "/health", "200", Duration::from_millis(3));
        let text = metrics.render();
        assert!(text.contains(r#"media_http_requests_total{method="GET",path="/health",service="mana-media",status="200"} 1"#));
        assert!(text.contains(r#"media_http_request_duration_seconds_bucket{method="GET",path="/health",service="mana-media",status="200",le="0.005"} 1"#));
    }
}
