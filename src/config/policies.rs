//! What each app may upload: a TOML file, read once at the start. `apps.toml` is an example.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::{Error, bytes};
use crate::media::{AppName, essence};

const SETTING: &str = "APP_POLICIES";

/// What one app may upload, within what the settings allow everybody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Media types, by what the bytes are: `image/jpeg`, `image/*` or `*/*`.
    types: Vec<String>,
    /// Largest file in bytes.
    #[serde(deserialize_with = "optional_bytes")]
    pub max_bytes: Option<u64>,
    /// Most pixels of a picture.
    pub max_pixels: Option<u64>,
    /// Whether variants are made.
    pub variants: bool,
    /// Most bytes that an owner may hold, whichever app they came from, for this app to add to them.
    #[serde(deserialize_with = "optional_bytes")]
    pub quota_bytes: Option<u64>,
    /// Most files, likewise.
    pub quota_files: Option<u64>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            types: vec!["*/*".to_owned()],
            max_bytes: None,
            max_pixels: None,
            variants: true,
            quota_bytes: None,
            quota_files: None,
        }
    }
}

impl Policy {
    /// Whether files of this media type are allowed. Parameters do not count.
    #[must_use]
    pub fn allows(&self, mime: &str) -> bool {
        let mime = essence(mime);
        self.types
            .iter()
            .any(|allowed| match allowed.strip_suffix('*') {
                Some("*/") => true,
                Some(family) => mime.starts_with(family),
                None => mime == allowed,
            })
    }
}

/// The policies of all apps.
#[derive(Debug, Clone, Default)]
pub struct Policies(Arc<File>);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    default: Policy,
    apps: BTreeMap<String, Policy>,
}

impl Policies {
    /// The policy of an app, or that of all apps that are not named.
    #[must_use]
    pub fn of(&self, app: &AppName) -> &Policy {
        self.0.apps.get(app.as_str()).unwrap_or(&self.0.default)
    }

    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let wrong = |text: String| Error::new(SETTING, format!("{}: {text}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let file: File = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| {
                1 + text[..span.start.min(text.len())].matches('\n').count()
            });
            let problem = error.message().replace('\n', " ");
            Error::new(
                SETTING,
                format!("{}, line {line}: {problem}", path.display()),
            )
        })?;
        for (app, policy) in &file.apps {
            let name = AppName::new(app).map_err(|error| error.0);
            name.and_then(|_| check(policy))
                .map_err(|text| wrong(format!("{app:?}: {text}")))?;
        }
        check(&file.default).map_err(|text| wrong(format!("default: {text}")))?;
        Ok(Self(Arc::new(file)))
    }
}

fn check(policy: &Policy) -> Result<(), String> {
    let is_token = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$&-^_.+".contains(&byte)
            })
    };
    for allowed in &policy.types {
        let is_good = allowed.split_once('/').is_some_and(|(family, kind)| {
            (is_token(family) && (kind == "*" || is_token(kind))) || allowed == "*/*"
        });
        if !is_good {
            return Err(format!(
                "`{allowed}` is not a media type in small letters, `image/*` or `*/*`"
            ));
        }
    }
    Ok(())
}

/// A number of bytes, or text as in the settings.
fn optional_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Size {
        Bytes(u64),
        Text(String),
    }
    match Size::deserialize(deserializer) {
        Ok(Size::Bytes(number)) => Ok(Some(number)),
        Ok(Size::Text(text)) => bytes(&text).map(Some).map_err(serde::de::Error::custom),
        Err(_) => Err(serde::de::Error::custom(
            "must be a number of bytes, or one with KiB, MiB or GiB",
        )),
    }
}
