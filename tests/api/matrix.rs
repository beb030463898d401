//! Every operation of the API document for every principal: who is let in, and that what is somebody else's looks in every byte
//! like what nobody has.

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::client::{Answer, File, head, send};
use crate::issuer::{ISSUER, Issuer, Signer, claims, now, token, token_of};
use crate::server::{Backend, TestServer};

const PLAIN: &str = "0123456789abcdef-plain";
const SIGNING: &str = "k1:0101010101010101010101010101010101010101010101010101010101010101";
const UNKNOWN: &str = "01890000-0000-7000-8000-000000000000";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Anonymous,
    Owner,
    OtherOwner,
    Expired,
    WrongIssuer,
    GarbageKey,
    PlainKey,
    UploadAs,
    ReadAll,
    Admin,
    SignedForThis,
    SignedForAnother,
}

const PRINCIPALS: [Who; 12] = [
    Who::Anonymous,
    Who::Owner,
    Who::OtherOwner,
    Who::Expired,
    Who::WrongIssuer,
    Who::GarbageKey,
    Who::PlainKey,
    Who::UploadAs,
    Who::ReadAll,
    Who::Admin,
    Who::SignedForThis,
    Who::SignedForAnother,
];

/// What is expected of each principal, in their order; 2 stands for success.
type Expected = [u16; 12];

const EVERYBODY: Expected = [2; 12];
/// Naming anna as the owner.
const UPLOADS: Expected = [401, 2, 403, 401, 401, 401, 2, 2, 403, 403, 401, 401];
/// One reference of anna's.
const READS: Expected = [401, 2, 404, 401, 401, 401, 2, 403, 2, 403, 401, 401];
const CHANGES: Expected = [401, 2, 404, 401, 401, 401, 2, 2, 403, 403, 401, 401];
/// Lists and totals of anna's.
const LISTS: Expected = [401, 2, 403, 401, 401, 401, 2, 403, 2, 403, 401, 401];
const LISTS_ALL: Expected = [401, 403, 403, 401, 401, 401, 2, 403, 2, 403, 401, 401];
const OPERATES: Expected = [401, 403, 403, 401, 401, 401, 403, 403, 403, 2, 401, 401];
const BY_CAPABILITY: Expected = [2, 2, 2, 401, 401, 401, 2, 2, 2, 2, 2, 403];
const BY_SIGNATURE: Expected = [401, 2, 404, 401, 401, 401, 2, 403, 2, 403, 2, 403];
const BY_OWNER: Expected = [401, 2, 404, 401, 401, 401, 2, 403, 2, 403, 401, 403];

/// IIIF has no signed URLs.
const TILES_BY_CAPABILITY: Expected = [2, 2, 2, 401, 401, 401, 2, 2, 2, 2, 403, 403];
const TILES: Expected = [401, 2, 404, 401, 401, 401, 2, 403, 2, 403, 403, 403];

/// A row for each operation, by the name of its handler.
fn expected(operation: &str, delivery: &str) -> Option<Expected> {
    Some(match operation {
        "get_health" | "get_liveness" | "get_readiness" => EVERYBODY,
        "upload_multipart" | "upload_raw" | "upload_by_hash" | "upload_batch" | "create_upload" => {
            UPLOADS
        }
        "get_media" | "get_media_by_hash" | "get_media_metadata" | "sign_media" => READS,
        "edit_media" | "delete_media" | "restore_media" | "reprocess_media" | "get_upload"
        | "append_upload" | "end_upload" => CHANGES,
        "list_media" | "list_all_media" | "get_stats" | "get_timeline" | "get_facets"
        | "get_map" | "get_events" => LISTS,
        "list_internal" => LISTS_ALL,
        "get_metrics" => OPERATES,
        "get_file" | "get_variant" | "transform_media" => match delivery {
            "capability" => BY_CAPABILITY,
            "signed" => BY_SIGNATURE,
            _ => BY_OWNER,
        },
        "get_iiif_base" | "get_iiif_information" | "get_iiif_image" => match delivery {
            "capability" => TILES_BY_CAPABILITY,
            _ => TILES,
        },
        _ => return None,
    })
}

struct Rig {
    server: TestServer,
    /// Names and paths of the operations.
    operations: Vec<(String, Method, String)>,
}

/// A picture of anna's, made for one row and one principal.
struct Picture {
    id: String,
    file: File,
}

impl Rig {
    async fn start(backend: Backend, issuer: &Issuer, delivery: &str) -> Self {
        let keys = format!(
            "{PLAIN},uploads:upload-as:0123456789abcdef-uploads,reads:read-all:0123456789abcdef-reads,ops:admin:0123456789abcdef-admin"
        );
        let mut settings = issuer.settings().to_vec();
        settings.extend([
            ("SERVICE_KEYS", keys.as_str()),
            ("URL_SIGNING_KEYS", SIGNING),
            ("DELIVERY_ACCESS", delivery),
            ("TRASH_RETENTION", "1h"),
        ]);
        let server = TestServer::with(backend, &settings).await;
        let document = send(server.http.get(server.root("/api/v1/openapi.json")))
            .await
            .json();
        let mut operations = Vec::new();
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                let method =
                    Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
                let name = operation["operationId"].as_str().expect("a name");
                operations.push((name.to_owned(), method, path.clone()));
            }
        }
        Self { server, operations }
    }

    async fn picture(&self, number: usize) -> Picture {
        let file = File::numbered(number);
        let request = self.server.upload_request(file.clone(), "a", "anna");
        let request = request.bearer_auth(PLAIN).header("prefer", "wait=30");
        let id = send(request).await.expect(201).id();
        Picture { id, file }
    }

    /// A resumable upload of anna's.
    async fn begin_upload(&self) -> String {
        let url = self.server.root("/api/v1/tus");
        let request = announced(self.server.http.post(url).bearer_auth(PLAIN));
        let begun = send(request).await.expect(201);
        let location = begun.header("location").rsplit('/').next();
        location.unwrap_or_default().to_owned()
    }

    async fn trash(&self, picture: &Picture) {
        let request = self
            .server
            .http
            .delete(self.server.url(&format!("/{}", picture.id)));
        send(request.bearer_auth(PLAIN)).await.expect(200);
    }

    /// The query that makes a URL signed, made for this path.
    fn signature(path: &str) -> String {
        use mana_media::access::{SignedRequest, Wanted};
        let key: mana_media::access::SigningKey = SIGNING.parse().expect("a key");
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (id, what) = path
            .trim_start_matches("/api/v1/media/")
            .split_once('/')
            .unwrap_or((UNKNOWN, "file"));
        let wanted = match what {
            "transform" => Wanted::Transform(query.to_owned()),
            "file/thumb" => Wanted::Variant(mana_media::media::Variant::Thumb),
            _ => Wanted::Original,
        };
        let request = SignedRequest {
            id: id
                .parse()
                .unwrap_or_else(|_| UNKNOWN.parse().expect("an id")),
            wanted,
            expires_at: now().unsigned_abs() + 600,
        };
        let target = request.sign(&key);
        let at = target.find("exp=").expect("an end");
        target[at..].to_owned()
    }

    fn as_somebody(&self, method: &Method, path: &str, who: Who, id: &str) -> RequestBuilder {
        let with = |query: String| {
            let glue = if path.contains('?') { '&' } else { '?' };
            self.server.http.request(
                method.clone(),
                self.server.root(&format!("{path}{glue}{query}")),
            )
        };
        let plain = || {
            self.server
                .http
                .request(method.clone(), self.server.root(path))
        };
        let header = r#"{"alg":"EdDSA","kid":"ed"}"#;
        let mut claims = claims("anna");
        match who {
            Who::Anonymous => plain(),
            Who::Owner => plain().bearer_auth(token_of("anna")),
            Who::OtherOwner => plain().bearer_auth(token_of("ben")),
            Who::Expired => {
                claims["exp"] = json!(now() - 60);
                plain().bearer_auth(token(header, claims.to_string(), Signer::Ed))
            }
            Who::WrongIssuer => {
                claims["iss"] = json!(format!("{ISSUER}.evil.example"));
                plain().bearer_auth(token(header, claims.to_string(), Signer::Ed))
            }
            Who::GarbageKey => plain().header("x-service-key", "0123456789abcdef-garbage"),
            Who::PlainKey => plain().bearer_auth(PLAIN),
            Who::UploadAs => plain().header("x-service-key", "0123456789abcdef-uploads"),
            Who::ReadAll => plain().header("x-service-key", "0123456789abcdef-reads"),
            Who::Admin => plain().header("x-service-key", "0123456789abcdef-admin"),
            Who::SignedForThis => with(Self::signature(path)),
            Who::SignedForAnother => with(Self::signature(&path.replace(id, UNKNOWN))),
        }
    }

    /// The operation on a picture, or on what nobody has.
    async fn ask(
        &self,
        row: &(String, Method, String),
        who: Who,
        id: &str,
        file: &File,
        fresh: usize,
    ) -> Answer {
        use base64::Engine as _;
        let (name, method, path) = row;
        let new = File::numbered(fresh);
        let hash = if name == "upload_by_hash" {
            new.sha256()
        } else {
            file.sha256()
        };
        let query = match name.as_str() {
            "upload_raw" | "upload_by_hash" | "list_media" | "list_all_media" | "get_stats"
            | "get_timeline" | "get_facets" | "get_map" | "get_events" => "?userId=anna",
            "transform_media" => "?w=20",
            _ => "",
        };
        let begun;
        let id = if path.contains("/tus/{id}") && id != UNKNOWN {
            begun = self.begin_upload().await;
            &begun
        } else {
            id
        };
        let path = path
            .replace("{id}", id)
            .replace("{sha256}", &hash)
            .replace("{variant}", "thumb")
            .replace("{region}/{size}/{rotation}", "full/20,/0")
            .replace("{quality}", "default.jpg");
        let request = self.as_somebody(method, &format!("{path}{query}"), who, id);
        let request = match name.as_str() {
            "upload_multipart" => {
                let part = reqwest::multipart::Part::bytes(new.bytes).file_name(new.name);
                let form = reqwest::multipart::Form::new()
                    .part("file", part)
                    .text("userId", "anna");
                request.multipart(form)
            }
            "upload_raw" | "upload_by_hash" => request.body(new.bytes),
            "upload_batch" => {
                let data = base64::engine::general_purpose::STANDARD.encode(new.bytes);
                request.json(&json!({"userId": "anna", "items": [{"data": data}]}))
            }
            "edit_media" => request.json(&json!({"caption": "mine"})),
            "sign_media" => request.json(&json!({"variant": "thumb"})),
            "create_upload" => announced(request),
            "get_upload" | "append_upload" | "end_upload" => request
                .header("tus-resumable", "1.0.0")
                .header("upload-offset", "0")
                .header("content-type", "application/offset+octet-stream")
                .body("12345"),
            _ => request,
        };
        if name == "get_events" {
            return head(request).await;
        }
        send(request).await
    }

    /// Asks as everybody, and tells what was not as expected.
    async fn row(
        &self,
        row: &(String, Method, String),
        delivery: &str,
        first: usize,
    ) -> Vec<String> {
        let Some(expected) = expected(&row.0, delivery) else {
            return vec![format!("no row for {}", row.0)];
        };
        let mut wrong = Vec::new();
        for (number, (who, expected)) in PRINCIPALS.into_iter().zip(expected).enumerate() {
            let fresh = first + 2 * number;
            let picture = self.picture(fresh).await;
            if row.0 == "restore_media" {
                self.trash(&picture).await;
            }
            let answer = self
                .ask(row, who, &picture.id, &picture.file, fresh + 1)
                .await;
            let got = if answer.status < 300 {
                2
            } else {
                answer.status
            };
            if got != expected {
                wrong.push(format!(
                    "{} as {who:?}: {} {}",
                    row.0,
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                ));
            }
            // The same of what nobody has, which is the same in all that can be seen, unless it was let in.
            let about_one = row.2.contains('{') && row.0 != "upload_by_hash";
            if about_one && got != 2 {
                let nothing = self
                    .ask(
                        row,
                        who,
                        UNKNOWN,
                        &File::new("x", "nobody has this"),
                        fresh + 1,
                    )
                    .await;
                let signed = who == Who::SignedForAnother && expected == 403;
                if !signed && seen(&nothing) != seen(&answer) {
                    wrong.push(format!(
                        "{} as {who:?} tells foreign from unknown: {:?} {:?}",
                        row.0,
                        seen(&answer),
                        seen(&nothing)
                    ));
                }
            }
        }
        wrong
    }
}

/// The announcement of a resumable upload of anna's.
fn announced(request: RequestBuilder) -> RequestBuilder {
    request
        .header("tus-resumable", "1.0.0")
        .header("upload-length", "5")
        .header("upload-metadata", "userId YW5uYQ==")
}

/// All that a client can see of an answer, but for when it was made.
fn seen(answer: &Answer) -> (u16, HeaderMap, bytes::Bytes) {
    let mut headers = answer.headers.clone();
    headers.remove("date");
    headers.remove("x-request-id");
    (answer.status, headers, answer.body.clone())
}

async fn every_operation_for_everybody(backend: Backend) {
    let issuer = Issuer::start().await;
    let rig = Rig::start(backend, &issuer, "signed").await;
    assert!(rig.operations.len() >= 22, "{}", rig.operations.len());
    let mut wrong = Vec::new();
    for (number, row) in rig.operations.iter().enumerate() {
        wrong.extend(rig.row(row, "signed", 100 * number).await);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_for_everybody_by_delivery_access() {
    let issuer = Issuer::start().await;
    for delivery in ["capability", "owner"] {
        let rig = Rig::start(Backend::Sqlite, &issuer, delivery).await;
        let rows = rig.operations.iter().filter(|(name, ..)| {
            matches!(
                name.as_str(),
                "get_file" | "get_variant" | "transform_media" | "get_iiif_image"
            )
        });
        let mut wrong = Vec::new();
        for (number, row) in rows.enumerate() {
            wrong.extend(rig.row(row, delivery, 100 * number).await);
        }
        assert!(wrong.is_empty(), "{delivery}: {wrong:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_the_owners_alone_stays_private() {
    let issuer = Issuer::start().await;
    let rig = Rig::start(Backend::Sqlite, &issuer, "owner").await;
    let picture = rig.picture(1).await;
    let file = format!("/api/v1/media/{}/file", picture.id);
    let answer = send(rig.as_somebody(&Method::GET, &file, Who::Owner, &picture.id))
        .await
        .expect(200);
    assert!(
        answer.header("cache-control").starts_with("private, "),
        "{answer:?}"
    );
    assert_eq!(answer.header("vary"), "Authorization, X-Service-Key");
    // A service that may change what it must not read sees no place and no names.
    let place = File::fixture("exif/gps_north_west.jpg");
    let upload = rig
        .server
        .upload_request(place, "a", "anna")
        .bearer_auth(PLAIN);
    let id = send(upload.header("prefer", "wait=30"))
        .await
        .expect(201)
        .id();
    let path = format!("/api/v1/media/{id}/reprocess");
    let seen = send(rig.as_somebody(&Method::POST, &path, Who::UploadAs, &id))
        .await
        .expect(202);
    for secret in ["gpsLatitude", "location", "gps_north_west"] {
        assert!(!seen.text().contains(secret), "{}", seen.text());
    }
    let whole = send(rig.as_somebody(&Method::POST, &path, Who::PlainKey, &id))
        .await
        .expect(202);
    assert!(whole.text().contains("gpsLatitude") && whole.text().contains("gps_north_west"));
}

on_both_backends!(every_operation_for_everybody);
