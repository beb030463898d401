//! Who may do what.

use secrecy::{ExposeSecret as _, SecretString};

use crate::media::ContentHash;

use super::Error;

/// Settings of authentication.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Access")]
pub struct AuthArgs {
    /// `open`: anybody may upload and read, for any userId. `required`: only holders of a key [default: open on a loopback HOST, else required]
    #[arg(long, env = "AUTH")]
    auth: Option<String>,
    /// Keys of trusted services, comma separated, at least 16 characters each; they act for any userId
    #[arg(long, env = "SERVICE_KEYS", hide_env_values = true)]
    service_keys: Option<SecretString>,
}

/// Who may do what.
#[derive(Debug, Clone)]
pub struct Auth {
    /// Whether a request without a key is let in.
    pub open: bool,
    /// SHA-256 of each service key; the keys themselves are not kept.
    pub service_keys: Vec<ContentHash>,
}

impl AuthArgs {
    pub(super) fn validate(self, loopback: bool) -> Result<Auth, Error> {
        let keys = self
            .service_keys
            .as_ref()
            .map_or("", |keys| keys.expose_secret());
        let keys: Vec<&str> = keys
            .split(',')
            .map(str::trim)
            .filter(|key| !key.is_empty())
            .collect();
        if keys.iter().any(|key| key.len() < 16) {
            return Err(Error::new(
                "SERVICE_KEYS",
                "has a key of fewer than 16 characters",
            ));
        }
        let open = match self.auth.as_deref() {
            Some("open") => true,
            Some("required") => false,
            None => loopback,
            Some(_) => return Err(Error::new("AUTH", "must be open or required")),
        };
        if !open && keys.is_empty() {
            let why = "is needed, as nobody could get in: HOST is not loopback or AUTH is required (AUTH=open lets anybody in)";
            return Err(Error::new("SERVICE_KEYS", why));
        }
        Ok(Auth {
            open,
            service_keys: keys
                .into_iter()
                .map(|key| ContentHash::of(key.as_bytes()))
                .collect(),
        })
    }
}
