//! What goes into the catalogue and comes out of it; what is the gallery's is in `gallery::model`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::gallery::model::Edit;
use crate::media::{
    AppName, ClaimToken, ContentHash, Cursor, Facts, FileName, Kind, MediaId, ObjectId, Owner,
    UploadId, Variant,
};

/// Identity of the pair of catalogue and store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreIdentity {
    /// Equal in the catalogue and in the store.
    pub id: Uuid,
    /// Raised before every batch of deletions.
    pub epoch: u64,
}

/// What processing an upload asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// There is nothing to make of this content: `ready` at once.
    Nothing,
    /// The uploader asked for none (`skipProcessing`): `ready`, and this reference shows no variants.
    Skip,
    /// Variants. With a claim, the committing node starts on them itself, under this lease, unless a live claim is there.
    Variants(Option<(ClaimToken, Duration)>),
}

/// One reference to commit.
#[derive(Debug, Clone)]
pub struct NewMedia {
    /// The id it gets, unless this owner already holds the content.
    pub id: MediaId,
    /// Whose it is.
    pub owner: Owner,
    /// Which app uploaded it.
    pub app: AppName,
    /// Its name there.
    pub name: Option<FileName>,
    /// Free JSON that the app wants back.
    pub metadata: Option<serde_json::Value>,
    /// The content.
    pub hash: ContentHash,
    /// Length in bytes.
    pub size_bytes: u64,
    /// What it is.
    pub kind: Kind,
    /// What the probe told.
    pub facts: Facts,
    /// The object that was written for it; `None` to refer to content that this owner already holds.
    pub object: Option<ObjectId>,
    /// Heal: a live object that was found missing or broken. If it still is the live one, `object` takes its place.
    pub replaces: Option<ObjectId>,
    /// What is to be made of it.
    pub wanted: Wanted,
}

/// What one owner may hold, trash included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quota {
    /// Most bytes, as if each reference were stored on its own.
    pub size_bytes: Option<u64>,
    /// Most references.
    pub count: Option<u64>,
}

impl Quota {
    /// Whether there is any limit at all.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.size_bytes.is_some() || self.count.is_some()
    }

    /// Whether a total is within it.
    #[must_use]
    pub fn admits(&self, total: Total) -> bool {
        self.size_bytes.is_none_or(|most| total.size_bytes <= most)
            && self.count.is_none_or(|most| total.count <= most)
    }
}

/// What became of a [`NewMedia`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The reference's id, possibly an older one.
    pub id: MediaId,
    /// Whether this owner already held the content.
    pub duplicate: bool,
    /// Whether the reference was in its owner's trash, and is back.
    pub restored: bool,
    /// Whether the claim that was asked for is ours now.
    pub claimed: bool,
}

/// What an owner already holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The reference.
    pub id: MediaId,
    /// The live object.
    pub object: ObjectId,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Whether it was seen in the store within the last 24 hours.
    pub recently_verified: bool,
    /// Whether it was found missing or wrong since: its length proves nothing any more.
    pub suspect: bool,
}

/// A claim on processing.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The content.
    pub hash: ContentHash,
    /// Where its bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub size_bytes: u64,
    /// What it is.
    pub kind: Kind,
    /// Facts known so far.
    pub facts: Facts,
    /// How often it has been claimed, this time included.
    pub attempts: u32,
}

/// A rendition to record.
#[derive(Debug, Clone)]
pub struct NewVariant {
    /// Which one.
    pub variant: Variant,
    /// The object that was written for it.
    pub object: ObjectId,
    /// Length in bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes.
    pub digest: ContentHash,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// How processing ended.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant)] // one at a time, on its way to the database
pub enum Outcome {
    /// Variants were made by the present recipe.
    Ready {
        /// The completed facts.
        facts: Facts,
        /// The variants, all of them.
        variants: Vec<NewVariant>,
    },
    /// It cannot be done.
    Failed {
        /// Stable code.
        code: String,
        /// What a person may be told.
        message: String,
    },
}

/// What `reprocess` queues.
#[derive(Debug, Clone)]
pub enum Selection {
    /// Everything processed by an older recipe, among these media types.
    Stale(Vec<String>),
    /// Everything that failed.
    Failed,
    /// Everything among these media types that was not skipped.
    All(Vec<String>),
    /// One reference, also if it was uploaded with `skipProcessing`.
    One(MediaId),
}

/// A step of queueing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queued {
    /// How many contents were newly queued.
    pub count: u64,
    /// The last hash looked at, to go on behind; `None` when nothing is left.
    pub last: Option<ContentHash>,
}

/// What an owner sees of processing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Waiting or in work.
    Processing,
    /// Done, or nothing to do.
    Ready,
    /// Cannot be done.
    Failed {
        /// Stable code.
        code: String,
        /// What a person may be told.
        message: String,
    },
}

/// A reference as its owner sees it.
#[derive(Debug, Clone)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// Whose it is.
    pub owner: Owner,
    /// The content.
    pub hash: ContentHash,
    /// Where the bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub size_bytes: u64,
    /// What it is.
    pub kind: Kind,
    /// What is known of the content.
    pub facts: Facts,
    /// What the owner sees of processing.
    pub status: Status,
    /// Whether it was uploaded with `skipProcessing` and not processed since.
    pub skipped: bool,
    /// The apps that use it, oldest first; never empty.
    pub apps: Vec<AppUse>,
    /// Renditions, smallest first; empty while `Processing` and when `skipped`.
    pub variants: Vec<StoredVariant>,
    /// When the owner first uploaded it, in whole milliseconds.
    pub created_at: DateTime<Utc>,
    /// When its owner put it in the trash.
    pub trashed_at: Option<DateTime<Utc>>,
    /// What its owner says of it instead of the file.
    pub edit: Edit,
}

impl Media {
    /// What is shown of it: of the content of what was not processed at its uploader's wish nothing.
    #[must_use]
    pub fn shown(self) -> Shown {
        let mut facts = if self.skipped {
            Facts::default()
        } else {
            self.facts
        };
        self.edit.apply(&mut facts);
        Shown {
            id: self.id,
            owner: self.owner,
            hash: self.hash,
            size_bytes: self.size_bytes,
            kind: self.kind,
            facts,
            status: self.status,
            apps: self.apps,
            variants: self.variants.iter().map(|stored| stored.variant).collect(),
            created_at: self.created_at,
            trashed_at: self.trashed_at,
            caption: self.edit.caption,
        }
    }
}

/// A reference as it is shown, without where its bytes are. The gallery keeps it as JSON: what is new in it needs a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Its id.
    pub id: MediaId,
    /// Whose it is.
    pub owner: Owner,
    /// The content.
    pub hash: ContentHash,
    /// Length in bytes.
    pub size_bytes: u64,
    /// What it is.
    pub kind: Kind,
    /// What is told of the content, as its owner corrected it.
    pub facts: Facts,
    /// What the owner sees of processing.
    pub status: Status,
    /// The apps that use it, oldest first; never empty.
    pub apps: Vec<AppUse>,
    /// Renditions that there are, smallest first.
    pub variants: Vec<Variant>,
    /// When the owner first uploaded it, in whole milliseconds.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub created_at: DateTime<Utc>,
    /// When its owner put it in the trash.
    pub trashed_at: Option<DateTime<Utc>>,
    /// What its owner says that it shows.
    pub caption: Option<String>,
}

impl Shown {
    /// The name its first app gave.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.apps.first()?.name.as_deref()
    }

    /// Its place among an owner's, newest first.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor {
            key: self.created_at.timestamp_micros(),
            id: self.id,
        }
    }
}

/// One app's use of a reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppUse {
    /// The app.
    pub app: String,
    /// The name it gave.
    pub name: Option<String>,
    /// The JSON it left.
    pub metadata: Option<serde_json::Value>,
}

/// A rendition that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVariant {
    /// Which one.
    pub variant: Variant,
    /// Where its bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes.
    pub digest: ContentHash,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Which references a listing shows, newest first.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Whose; anybody's when `None`.
    pub owner: Option<Owner>,
    /// Used by this app.
    pub app: Option<AppName>,
    /// Those in the trash, instead of those that are not.
    pub trashed: bool,
}

/// Which part of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Rows behind this place; `None` from the start.
    pub after: Option<Cursor>,
    /// Rows to pass over.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
}

/// Count and bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// How many references.
    pub count: u64,
    /// Their bytes, as if each were stored on its own.
    pub size_bytes: u64,
}

/// What GC did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    /// Contents that went to trash.
    pub blobs: u64,
    /// Hints looked at, dropped or acted upon.
    pub hints: u64,
}

/// An object to delete from the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trash {
    /// The object.
    pub object: ObjectId,
    /// The content whose key it is under.
    pub hash: ContentHash,
    /// An unfinished multipart upload.
    pub upload_id: Option<String>,
}

/// What an idempotency key turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Idempotency {
    /// Taken: do the work, then finish or release.
    Fresh,
    /// Another request holds it.
    InFlight,
    /// It was used for another request body.
    Mismatch,
    /// The first answer.
    Done(Answer),
}

/// An answer kept for repeats.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: serde_json::Value,
}

/// A resumable upload to begin.
#[derive(Debug, Clone)]
pub struct NewResumable {
    /// Its id.
    pub id: UploadId,
    /// Whose it is.
    pub owner: Owner,
    /// What the client says of the file, as it said it.
    pub metadata: String,
    /// Length of the whole file in bytes, at least 1.
    pub size_bytes: u64,
}

/// A resumable upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumable {
    /// Its id.
    pub id: UploadId,
    /// Whose it is.
    pub owner: Owner,
    /// What the client says of the file, as it said it.
    pub metadata: String,
    /// Length of the whole file in bytes.
    pub size_bytes: u64,
    /// How many of them are stored.
    pub offset_bytes: u64,
    /// When it is forgotten.
    pub expires_at: DateTime<Utc>,
    /// What became of it, once it is complete.
    pub media: Option<MediaId>,
}

/// An attempt to be the only one who adds to a resumable upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// It worked.
    Ours(Resumable),
    /// Somebody else adds to it.
    Theirs,
    /// There is no such upload.
    Missing,
}

/// Some bytes of a resumable upload, as an object of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadPart {
    /// Where in the file they begin.
    pub offset_bytes: u64,
    /// How many.
    pub size_bytes: u64,
    /// Their SHA-256.
    pub hash: ContentHash,
    /// Where they are stored.
    pub object: ObjectId,
}

/// Content found in a store.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// The content.
    pub hash: ContentHash,
    /// Where its bytes are.
    pub object: ObjectId,
    /// Length in bytes.
    pub size_bytes: u64,
    /// What it is.
    pub kind: Kind,
    /// What the probe told.
    pub facts: Facts,
}

/// A reference with nothing of its content but the hash: a line of an export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    /// Its id.
    #[serde(with = "text")]
    pub id: MediaId,
    /// Whose it is.
    #[serde(with = "text")]
    pub owner: Owner,
    /// The content.
    #[serde(with = "text")]
    pub hash: ContentHash,
    /// When the owner first uploaded it.
    pub created_at: DateTime<Utc>,
    /// When its owner put it in the trash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trashed_at: Option<DateTime<Utc>>,
    /// Whether it was uploaded with `skipProcessing` and not processed since.
    #[serde(default)]
    pub skipped: bool,
    /// Its media type. It counts where the bytes do not tell, which is text.
    pub mime: String,
    /// The apps that use it, oldest first.
    pub apps: Vec<ReferenceApp>,
    /// What its owner says of it instead of the file.
    #[serde(default, skip_serializing_if = "Edit::is_empty")]
    pub edit: Edit,
}

/// One app's use of an exported reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferenceApp {
    /// The app.
    pub app: String,
    /// The name it gave.
    pub name: Option<String>,
    /// The JSON it left.
    pub metadata: Option<serde_json::Value>,
    /// When it first uploaded it.
    pub created_at: DateTime<Utc>,
}

/// Nouns as the text that they are shown as.
mod text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// What became of a reference to bring back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// It is back.
    New,
    /// Its id, or its owner's reference to the same content, was there already.
    Known,
    /// Its content is not in the catalogue.
    NoContent,
}

/// Where a rendition is that was made on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredRendition {
    /// Its object, under the key of the content it was made of.
    pub object: ObjectId,
    /// Length in bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes.
    pub digest: ContentHash,
}

/// A rendition that has been written (T1, PUT) and is to be kept.
#[derive(Debug, Clone)]
pub struct NewRendition {
    /// The reference that it belongs to.
    pub media: MediaId,
    /// The content it was made of.
    pub hash: ContentHash,
    /// How it was made, in its one spelling.
    pub recipe: String,
    /// Where it is.
    pub stored: StoredRendition,
}

/// Who makes a rendition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenditionClaim {
    /// Whoever asked, who has the claim now.
    Ours,
    /// Another node, whose claim lasts.
    Theirs,
    /// It is there.
    Ready,
    /// The reference is gone.
    Gone,
}

/// What an object is to the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectRole {
    /// The live bytes of some content.
    Original,
    /// The live bytes of a variant.
    Variant,
    /// Those of a rendition that was made on request.
    Rendition,
    /// Being written.
    Writing,
    /// Waiting to be deleted.
    Trash,
}

/// An object as fsck sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogObject {
    /// The content whose key it is under.
    pub hash: ContentHash,
    /// The object.
    pub object: ObjectId,
    /// What it is.
    pub role: ObjectRole,
    /// Length in bytes.
    pub size_bytes: u64,
    /// SHA-256 of its bytes, where the catalogue knows it (live objects).
    pub digest: Option<ContentHash>,
}

/// A broken invariant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// `I1` … `I11`.
    pub invariant: &'static str,
    /// Whether bytes or references are lost or wrong, rather than space leaked.
    pub loss: bool,
    /// Ids and figures.
    pub detail: String,
}
