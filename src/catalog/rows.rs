//! Rows as both backends return them (times in microseconds since 1970) and the values they stand for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    Answer, AppUse, CatalogObject, Claim, Edit, Error, Held, Idempotency, Media, ObjectRole,
    Reference, ReferenceApp, Resumable, Status, StoredRendition, StoredVariant, Trash, UploadPart,
};
use crate::media::{ContentHash, Facts, Kind, MediaId, ObjectId, Owner, UploadId, Variant};

/// A value as the text of its JSON. Postgres casts it in SQL: sqlx declares parameters as jsonb, which refuses `\u0000`.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Corrupt(error.to_string()))
}

/// A reference with everything that belongs to it.
#[derive(sqlx::FromRow)]
pub(super) struct MediaRow {
    id: Uuid,
    owner: String,
    sha256: Vec<u8>,
    object_id: Uuid,
    size_bytes: i64,
    mime: String,
    facts: Json<Facts>,
    status: String,
    error_code: Option<String>,
    error_message: Option<String>,
    skipped: bool,
    apps: Json<Vec<AppUse>>,
    variants: Json<Vec<VariantJson>>,
    created_at: i64,
    trashed_at: Option<i64>,
    edit: Option<Json<Edit>>,
}

/// A variant as an element of the JSON array in [`MediaRow`].
#[derive(Deserialize)]
struct VariantJson {
    name: Variant,
    object: Uuid,
    size_bytes: u64,
    digest: String,
    width: u32,
    height: u32,
}

impl TryFrom<MediaRow> for Media {
    type Error = Error;

    fn try_from(row: MediaRow) -> Result<Self, Error> {
        let mut variants = row
            .variants
            .0
            .into_iter()
            .map(StoredVariant::try_from)
            .collect::<Result<Vec<_>, _>>()?;
        variants.sort_by_key(|stored| stored.variant);
        Ok(Self {
            id: MediaId(row.id),
            owner: Owner::new(&row.owner).map_err(|error| Error::Corrupt(error.to_string()))?,
            hash: hash(&row.sha256)?,
            object: ObjectId(row.object_id),
            size_bytes: row.size_bytes as u64,
            kind: Kind::from_mime(&row.mime),
            facts: row.facts.0,
            status: status(&row.status, row.error_code, row.error_message)?,
            skipped: row.skipped,
            apps: row.apps.0,
            variants,
            created_at: time(row.created_at)?,
            trashed_at: row.trashed_at.map(time).transpose()?,
            edit: row.edit.unwrap_or_default().0,
        })
    }
}

impl TryFrom<VariantJson> for StoredVariant {
    type Error = Error;

    fn try_from(json: VariantJson) -> Result<Self, Error> {
        Ok(Self {
            variant: json.name,
            object: ObjectId(json.object),
            size_bytes: json.size_bytes,
            digest: json
                .digest
                .parse()
                .map_err(|_| Error::Corrupt(format!("variant digest {}", json.digest)))?,
            width: json.width,
            height: json.height,
        })
    }
}

/// A reference that failed while the content was processed well for another keeps its status and has no error of its own.
fn status(status: &str, code: Option<String>, message: Option<String>) -> Result<Status, Error> {
    match status {
        "processing" => Ok(Status::Processing),
        "ready" => Ok(Status::Ready),
        "failed" => Ok(Status::Failed {
            code: code.unwrap_or_else(|| "processing_failed".to_owned()),
            message: message.unwrap_or_else(|| "processing failed".to_owned()),
        }),
        other => Err(Error::Corrupt(format!("media status {other}"))),
    }
}

/// A resumable upload.
#[derive(sqlx::FromRow)]
pub(super) struct ResumableRow {
    id: Uuid,
    owner: String,
    metadata: String,
    size_bytes: i64,
    offset_bytes: i64,
    expires_at: i64,
    media_id: Option<Uuid>,
}

impl TryFrom<ResumableRow> for Resumable {
    type Error = Error;

    fn try_from(row: ResumableRow) -> Result<Self, Error> {
        Ok(Self {
            id: UploadId(row.id),
            owner: Owner::new(&row.owner).map_err(|error| Error::Corrupt(error.to_string()))?,
            metadata: row.metadata,
            size_bytes: row.size_bytes as u64,
            offset_bytes: row.offset_bytes as u64,
            expires_at: time(row.expires_at)?,
            media: row.media_id.map(MediaId),
        })
    }
}

/// A part of one.
#[derive(sqlx::FromRow)]
pub(super) struct PartRow {
    offset_bytes: i64,
    size_bytes: i64,
    sha256: Vec<u8>,
    object_id: Uuid,
}

impl TryFrom<PartRow> for UploadPart {
    type Error = Error;

    fn try_from(row: PartRow) -> Result<Self, Error> {
        Ok(Self {
            offset_bytes: row.offset_bytes as u64,
            size_bytes: row.size_bytes as u64,
            hash: hash(&row.sha256)?,
            object: ObjectId(row.object_id),
        })
    }
}

/// What [`Held`] is made of.
#[derive(sqlx::FromRow)]
pub(super) struct HeldRow {
    id: Uuid,
    object_id: Uuid,
    size_bytes: i64,
    recently_verified: bool,
    suspect: bool,
}

impl From<HeldRow> for Held {
    fn from(row: HeldRow) -> Self {
        Self {
            id: MediaId(row.id),
            object: ObjectId(row.object_id),
            size_bytes: row.size_bytes as u64,
            recently_verified: row.recently_verified,
            suspect: row.suspect,
        }
    }
}

/// What [`Claim`] is made of.
#[derive(sqlx::FromRow)]
pub(super) struct ClaimRow {
    sha256: Vec<u8>,
    object_id: Uuid,
    size_bytes: i64,
    mime: String,
    facts: Json<Facts>,
    attempts: i32,
}

impl TryFrom<ClaimRow> for Claim {
    type Error = Error;

    fn try_from(row: ClaimRow) -> Result<Self, Error> {
        Ok(Self {
            hash: hash(&row.sha256)?,
            object: ObjectId(row.object_id),
            size_bytes: row.size_bytes as u64,
            kind: Kind::from_mime(&row.mime),
            facts: row.facts.0,
            attempts: row.attempts as u32,
        })
    }
}

/// What [`Trash`] is made of.
#[derive(sqlx::FromRow)]
pub(super) struct TrashRow {
    id: Uuid,
    sha256: Vec<u8>,
    upload_id: Option<String>,
}

impl TryFrom<TrashRow> for Trash {
    type Error = Error;

    fn try_from(row: TrashRow) -> Result<Self, Error> {
        Ok(Self {
            object: ObjectId(row.id),
            hash: hash(&row.sha256)?,
            upload_id: row.upload_id,
        })
    }
}

/// What [`CatalogObject`] is made of.
#[derive(sqlx::FromRow)]
pub(super) struct ObjectRow {
    sha256: Vec<u8>,
    id: Uuid,
    role: String,
    size_bytes: i64,
    digest: Option<Vec<u8>>,
}

impl TryFrom<ObjectRow> for CatalogObject {
    type Error = Error;

    fn try_from(row: ObjectRow) -> Result<Self, Error> {
        Ok(Self {
            hash: hash(&row.sha256)?,
            object: ObjectId(row.id),
            role: role(&row.role)?,
            size_bytes: row.size_bytes as u64,
            digest: row.digest.as_deref().map(hash).transpose()?,
        })
    }
}

/// What [`Reference`] is made of.
#[derive(sqlx::FromRow)]
pub(super) struct ReferenceRow {
    id: Uuid,
    owner: String,
    sha256: Vec<u8>,
    created_at: i64,
    trashed_at: Option<i64>,
    skipped: bool,
    mime: String,
    apps: Json<Vec<AppJson>>,
    edit: Option<Json<Edit>>,
}

/// An app's use as an element of the JSON array in [`ReferenceRow`].
#[derive(Deserialize)]
struct AppJson {
    app: String,
    name: Option<String>,
    metadata: Option<serde_json::Value>,
    created_at: i64,
}

impl TryFrom<ReferenceRow> for Reference {
    type Error = Error;

    fn try_from(row: ReferenceRow) -> Result<Self, Error> {
        let app = |used: AppJson| {
            Ok(ReferenceApp {
                app: used.app,
                name: used.name,
                metadata: used.metadata,
                created_at: time(used.created_at)?,
            })
        };
        Ok(Self {
            id: MediaId(row.id),
            owner: Owner::new(&row.owner).map_err(|error| Error::Corrupt(error.to_string()))?,
            hash: hash(&row.sha256)?,
            created_at: time(row.created_at)?,
            trashed_at: row.trashed_at.map(time).transpose()?,
            skipped: row.skipped,
            mime: row.mime,
            apps: row
                .apps
                .0
                .into_iter()
                .map(app)
                .collect::<Result<_, Error>>()?,
            edit: row.edit.unwrap_or_default().0,
        })
    }
}

/// Longest media type that is brought back.
const MAX_TYPE_BYTES: usize = 255;

/// What a reference that is brought back needs of its content.
#[derive(sqlx::FromRow)]
pub(super) struct ContentRow {
    pub(super) size_bytes: i64,
    mime: String,
    status: String,
}

impl ContentRow {
    /// The bytes decide, but for text, where an uploader's word had counted.
    pub(super) fn mime_for<'a>(&'a self, reference: &'a Reference) -> &'a str {
        let is_a_type = (1..=MAX_TYPE_BYTES).contains(&reference.mime.len())
            && reference.mime.bytes().all(|byte| byte.is_ascii_graphic());
        let is_picture = Kind::from_mime(&reference.mime).is_picture();
        if self.mime == "text/plain" && is_a_type && !is_picture {
            &reference.mime
        } else {
            &self.mime
        }
    }

    /// What the owner sees of processing.
    pub(super) fn status_for(&self, reference: &Reference) -> &'static str {
        match self.status.as_str() {
            "failed" if !reference.skipped => "failed",
            "unprocessed" if !reference.skipped => "processing",
            _ => "ready",
        }
    }
}

/// A key that somebody took before.
#[derive(sqlx::FromRow)]
pub(super) struct IdempotencyRow {
    fingerprint: Vec<u8>,
    in_flight: bool,
    status: Option<i32>,
    answer: Option<Json<serde_json::Value>>,
}

impl IdempotencyRow {
    /// What the key is for a request with this fingerprint; `None` when it may be taken over.
    pub(super) fn verdict(self, fingerprint: ContentHash) -> Option<Idempotency> {
        if self.fingerprint != fingerprint.0 {
            return Some(Idempotency::Mismatch);
        }
        match (self.status, self.answer) {
            (Some(status), Some(body)) => Some(Idempotency::Done(Answer {
                status: status as u16,
                body: body.0,
            })),
            _ => self.in_flight.then_some(Idempotency::InFlight),
        }
    }
}

/// What [`StoredRendition`] is made of.
#[derive(sqlx::FromRow)]
pub(super) struct RenditionRow {
    object_id: Uuid,
    size_bytes: i64,
    digest: Vec<u8>,
    /// Whether it is time to note that it is used.
    pub(super) is_due: bool,
}

impl TryFrom<RenditionRow> for StoredRendition {
    type Error = Error;

    fn try_from(row: RenditionRow) -> Result<Self, Error> {
        Ok(Self {
            object: ObjectId(row.object_id),
            size_bytes: row.size_bytes as u64,
            digest: hash(&row.digest)?,
        })
    }
}

/// The first of these objects, until together they have so many bytes.
pub(super) fn first_bytes(
    objects: Vec<(Uuid, Vec<u8>, i64)>,
    mut over: i64,
) -> Vec<(Uuid, Vec<u8>, i64)> {
    let is_needed = |(_, _, size_bytes): &(Uuid, Vec<u8>, i64)| {
        let needed = over > 0;
        over -= size_bytes;
        needed
    };
    objects.into_iter().take_while(is_needed).collect()
}

pub(super) fn role(role: &str) -> Result<ObjectRole, Error> {
    match role {
        "original" => Ok(ObjectRole::Original),
        "variant" => Ok(ObjectRole::Variant),
        "rendition" => Ok(ObjectRole::Rendition),
        "writing" => Ok(ObjectRole::Writing),
        "trash" => Ok(ObjectRole::Trash),
        other => Err(Error::Corrupt(format!("object role {other}"))),
    }
}

pub(super) fn hash(bytes: &[u8]) -> Result<ContentHash, Error> {
    ContentHash::from_slice(bytes)
        .ok_or_else(|| Error::Corrupt(format!("hash of {} bytes", bytes.len())))
}

fn time(micros: i64) -> Result<DateTime<Utc>, Error> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| Error::Corrupt(format!("time of {micros} microseconds")))
}

/// All rows as values, or the first that is none.
pub(super) fn all<Row, Value>(rows: Vec<Row>) -> Result<Vec<Value>, Error>
where
    Value: TryFrom<Row, Error = Error>,
{
    rows.into_iter().map(Value::try_from).collect()
}
