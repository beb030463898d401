//! A client of the API: requests as callers make them, and answers read whole.

use std::time::Instant;

use reqwest::header::HeaderMap;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::server::{PATIENCE, TestServer};

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: bytes::Bytes,
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a UTF-8 body")
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {:?}", self.status, self.body))
    }

    /// A header, empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str());
        value.map_or("", |value| value.expect("a printable header"))
    }

    /// The same answer, if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        let body = String::from_utf8_lossy(&self.body[..self.body.len().min(2000)]);
        assert_eq!(self.status, status, "{body}");
        self
    }

    /// The id of the media in the body.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        let media = self.json();
        let id = media["id"].as_str();
        id.unwrap_or_else(|| panic!("no id: {media}")).to_owned()
    }

    /// An error as RFC 9457 tells it, with our code and the original's `error`; gives that body.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{text}");
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{text}"
        );
        let problem = self.json();
        for member in ["type", "title", "detail", "code", "error"] {
            let value = problem[member].as_str().unwrap_or_default();
            assert!(!value.is_empty(), "no {member}: {problem}");
        }
        assert_eq!(problem["status"], status, "{problem}");
        let code = problem["code"].as_str().unwrap_or_default();
        let is_code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        assert!(code.bytes().all(is_code), "{code}");
        problem
    }

    /// An error with this code.
    #[track_caller]
    pub(crate) fn problem_code(&self, status: u16, code: &str) -> Value {
        let problem = self.problem(status);
        assert_eq!(problem["code"], code, "{problem}");
        problem
    }
}

/// A file to upload.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) mime: Option<&'static str>,
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// A file of this name and content.
    pub(crate) fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.to_owned(),
            mime: None,
            bytes: bytes.into(),
        }
    }

    /// One of `fixtures/`.
    pub(crate) fn fixture(path: &str) -> Self {
        let file = format!("{}/fixtures/{path}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        Self::new(path.rsplit('/').next().unwrap_or_default(), bytes)
    }

    /// A small JPEG that no other number gives.
    pub(crate) fn numbered(number: usize) -> Self {
        let mark = format!("{number:08}");
        let mut bytes = Self::fixture("exif/no_offset.jpg").bytes;
        let mut comment = b"\xff\xfe\0\x0a".to_vec();
        comment.extend_from_slice(mark.as_bytes());
        bytes.splice(2..2, comment);
        Self::new(&format!("picture {number}.jpg"), bytes)
    }

    /// The content's SHA-256 in hex.
    pub(crate) fn sha256(&self) -> String {
        mana_media::media::ContentHash::of(&self.bytes).hex()
    }

    fn part(self) -> Part {
        let part = Part::bytes(self.bytes).file_name(self.name);
        match self.mime {
            Some(mime) => part.mime_str(mime).expect("a media type"),
            None => part,
        }
    }
}

/// Sends a request and reads its answer.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    try_send(request).await.expect("an answer")
}

/// Sends a request that may find nobody.
pub(crate) async fn try_send(request: RequestBuilder) -> reqwest::Result<Answer> {
    let answer = request.send().await?;
    Ok(Answer {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.bytes().await?,
    })
}

/// Sends a request and hears no more of the answer than its head, unless it is a problem.
pub(crate) async fn head(request: RequestBuilder) -> Answer {
    let answer = request.send().await.expect("an answer");
    let is_problem = !answer.status().is_success();
    Answer {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: if is_problem {
            answer.bytes().await.expect("a body")
        } else {
            bytes::Bytes::new()
        },
    }
}

impl TestServer {
    /// A request to a path below the media API.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// GET below the media API.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.http.get(self.url(path))).await
    }

    /// GET with one header.
    pub(crate) async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        send(self.http.get(self.url(path)).header(name, value)).await
    }

    /// DELETE below the media API.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(self.http.delete(self.url(path))).await
    }

    /// POST of JSON below the media API.
    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Answer {
        send(self.http.post(self.url(path)).json(body)).await
    }

    /// The multipart upload that apps make, as a request that can still be changed.
    pub(crate) fn upload_request(&self, file: File, app: &str, user: &str) -> RequestBuilder {
        let form = Form::new()
            .part("file", file.part())
            .text("app", app.to_owned())
            .text("userId", user.to_owned());
        self.http.post(self.url("/upload")).multipart(form)
    }

    /// The multipart upload that apps make, answered when processing is done.
    pub(crate) async fn upload(&self, file: File, app: &str, user: &str) -> Answer {
        send(
            self.upload_request(file, app, user)
                .header("prefer", "wait=30"),
        )
        .await
    }

    /// Uploads, expects 201 and waits until it is not `processing` any more; gives the media.
    pub(crate) async fn store(&self, file: File, app: &str, user: &str) -> Value {
        let answer = self.upload(file, app, user).await.expect(201);
        self.settled(&answer.id()).await
    }

    /// The media, once it is not `processing` any more.
    pub(crate) async fn settled(&self, id: &str) -> Value {
        let start = Instant::now();
        loop {
            let media = self.get(&format!("/{id}")).await.expect(200).json();
            if media["status"] != "processing" {
                return media;
            }
            assert!(start.elapsed() < PATIENCE, "still processing: {media}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}
