//! The client's side of one upload, and the wait for what the server does after answering.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use crate::Args;
use crate::report::Outcome;

/// A file to send, held in memory.
struct Sample {
    name: String,
    bytes: Vec<u8>,
}

/// Uploads samples in turn.
pub(crate) struct Uploader {
    client: reqwest::Client,
    base: String,
    samples: Vec<Sample>,
    user: String,
    /// Distinguishes this run's bytes from any other's; empty to send every sample as it is.
    run: String,
}

impl Uploader {
    /// Reads the samples and prepares the requests.
    pub(crate) fn new(args: &Args, url: &str) -> anyhow::Result<Self> {
        anyhow::ensure!(!args.files.is_empty(), "no --file to upload");
        let samples = args
            .files
            .iter()
            .map(|path| {
                let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                Ok(Sample {
                    name: name.into_owned(),
                    bytes,
                })
            })
            .collect::<anyhow::Result<_>>()?;
        let mut headers = HeaderMap::new();
        if let Some(seconds) = args.wait {
            headers.insert("prefer", format!("wait={seconds}").parse()?);
        }
        if let Some(key) = &args.key {
            headers.insert("x-service-key", HeaderValue::from_str(key)?);
        }
        Ok(Self {
            client: reqwest::Client::builder()
                .default_headers(headers)
                .no_proxy()
                .build()?,
            base: format!("{}/api/v1/media", url.trim_end_matches('/')),
            samples,
            user: args.user.clone(),
            run: if args.same {
                String::new()
            } else {
                uuid::Uuid::new_v4().to_string()
            },
        })
    }

    /// Makes one upload and times it until its answer has been read.
    pub(crate) async fn upload(&self, number: u64) -> Outcome {
        let sample = &self.samples[number as usize % self.samples.len()];
        let bytes = if self.run.is_empty() {
            sample.bytes.clone()
        } else {
            unique(&sample.bytes, &format!("{} {number}", self.run))
        };
        let size_bytes = bytes.len() as u64;
        let form = Form::new()
            .text("app", "load")
            .text("userId", self.user.clone())
            .part("file", Part::bytes(bytes).file_name(sample.name.clone()));
        let start = Instant::now();
        let answer = self.send(form).await;
        let latency = start.elapsed();
        match answer {
            Ok((code, media)) => Outcome {
                latency,
                size_bytes,
                code,
                id: text(&media, "id"),
                status: text(&media, "status"),
            },
            Err(error) => {
                eprintln!("load: {error}");
                Outcome {
                    latency,
                    size_bytes,
                    code: 0,
                    id: None,
                    status: None,
                }
            }
        }
    }

    async fn send(&self, form: Form) -> reqwest::Result<(u16, Value)> {
        let url = format!("{}/upload", self.base);
        let answer = self.client.post(url).multipart(form).send().await?;
        let code = answer.status().as_u16();
        let body = answer.bytes().await?;
        Ok((code, serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    /// Waits until every acknowledged upload is processed; gives the number of those that are not in time.
    pub(crate) async fn settle(&self, uploads: &[Outcome], patience: Duration) -> usize {
        let end = Instant::now() + patience;
        let is_waiting = |upload: &&Outcome| upload.status.as_deref() == Some("processing");
        let mut waiting: Vec<&str> = uploads
            .iter()
            .filter(is_waiting)
            .filter_map(|upload| upload.id.as_deref())
            .collect();
        // Work is done roughly in order, so the last one tells most for the fewest questions.
        while let Some(id) = waiting.last() {
            if self.status(id).await.as_deref() != Some("processing") {
                waiting.pop();
            } else if Instant::now() >= end {
                break;
            } else {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        waiting.len()
    }

    async fn status(&self, id: &str) -> Option<String> {
        let url = format!("{}/{id}", self.base);
        let query = [("userId", self.user.as_str())];
        let answer = self.client.get(url).query(&query).send().await.ok()?;
        text(&answer.json().await.ok()?, "status")
    }
}

fn text(media: &Value, key: &str) -> Option<String> {
    media.get(key)?.as_str().map(str::to_owned)
}

/// The same picture in other bytes: a JPEG gets a comment segment behind its first marker, anything else trailing bytes.
fn unique(bytes: &[u8], mark: &str) -> Vec<u8> {
    const START_OF_IMAGE: &[u8] = b"\xff\xd8";
    const COMMENT: &[u8] = b"\xff\xfe";
    let mut result = Vec::with_capacity(bytes.len() + mark.len() + 4);
    if let Some(rest) = bytes.strip_prefix(START_OF_IMAGE) {
        result.extend_from_slice(START_OF_IMAGE);
        result.extend_from_slice(COMMENT);
        result.extend_from_slice(&(mark.len() as u16 + 2).to_be_bytes());
        result.extend_from_slice(mark.as_bytes());
        result.extend_from_slice(rest);
    } else {
        result.extend_from_slice(bytes);
        result.extend_from_slice(mark.as_bytes());
    }
    result
}
