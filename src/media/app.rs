//! Who owns a reference and which app made it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Invalid;

/// The longest owner or app name, in bytes.
const MAX_BYTES: usize = 255;

fn checked(what: &str, text: &str) -> Result<String, Invalid> {
    if text.chars().any(char::is_control) {
        return Err(Invalid::new(format!("{what} has a control character")));
    }
    let text = text.trim();
    if text.len() > MAX_BYTES {
        return Err(Invalid::new(format!(
            "{what} is longer than {MAX_BYTES} bytes"
        )));
    }
    Ok(text.to_owned())
}

/// The user that a reference belongs to; empty for nobody in particular (open mode).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Owner(String);

impl Owner {
    /// An owner by its name, trimmed.
    ///
    /// # Errors
    /// `Invalid` over 255 bytes or with a control character.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        checked("userId", text).map(Self)
    }

    /// The name as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The app module that uploaded (`picture`, `plants`, …); empty when it did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AppName(String);

impl AppName {
    /// An app by its name, trimmed.
    ///
    /// # Errors
    /// `Invalid` over 255 bytes or with a control character.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        checked("app", text).map(Self)
    }

    /// The name as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Owner {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl TryFrom<String> for Owner {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::new(&text)
    }
}

impl From<Owner> for String {
    fn from(owner: Owner) -> Self {
        owner.0
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
