//! Who may do what.

use std::net::IpAddr;
use std::str::FromStr;

use secrecy::{ExposeSecret as _, SecretString};

use super::Error;
use crate::access::{DeliveryAccess, Issuer, Rate, ServiceKey, Settings, SigningKey};
use crate::media::Invalid;

/// Settings of authentication.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Access")]
pub struct AuthArgs {
    /// `open`: anybody may upload and read, for any userId. `required`: only holders of a key or a token [default: open on a loopback HOST, else required]
    #[arg(long, env = "AUTH")]
    auth: Option<String>,
    /// Keys of trusted services, comma separated: KEY (at least 16 characters; uploads and reads for any userId), or
    /// NAME:SCOPES:KEY with `upload-as`, `read-all` and `admin` joined by `+`; instead of KEY also `sha256:` and its hash in hex
    #[arg(long, env = "SERVICE_KEYS", hide_env_values = true)]
    service_keys: Option<SecretString>,
    /// Where the public keys of users' tokens are (a JWK set); https, or http on loopback [default: no tokens]
    #[arg(long, env = "JWKS_URL")]
    jwks_url: Option<String>,
    /// What `iss` of users' tokens is
    #[arg(long, env = "JWT_ISSUER")]
    jwt_issuer: Option<String>,
    /// What `aud` of users' tokens is, or has in it
    #[arg(long, env = "JWT_AUDIENCE")]
    jwt_audience: Option<String>,
    /// Secrets of signed URLs, comma separated: KID:HEX, at least 32 bytes each; all are good, the first one signs
    #[arg(long, env = "URL_SIGNING_KEYS", hide_env_values = true)]
    url_signing_keys: Option<SecretString>,
    /// Who may have the bytes of a file: `capability`: whoever knows its id; `signed`: its owner, services, and holders of a signed
    /// URL; `owner`: its owner and services
    #[arg(long, env = "DELIVERY_ACCESS", default_value = "capability")]
    delivery_access: String,
    /// Most uploads and other POSTs and PUTs of one owner, service key, or address without either: 20/s, 600/m or 10000/h [default: any number]
    #[arg(long, env = "RATE_LIMIT_UPLOADS")]
    rate_limit_uploads: Option<String>,
    /// Most other requests, likewise [default: any number]
    #[arg(long, env = "RATE_LIMIT_READS")]
    rate_limit_reads: Option<String>,
    /// Addresses of proxies in front, comma separated: from them, X-Forwarded-For tells whose request it is
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "")]
    trusted_proxies: String,
}

impl AuthArgs {
    pub(super) fn validate(self, loopback: bool) -> Result<Settings, Error> {
        let open = match self.auth.as_deref().filter(|auth| !auth.is_empty()) {
            Some("open") => true,
            Some("required") => false,
            None => loopback,
            Some(_) => return Err(Error::new("AUTH", "must be open or required")),
        };
        let secret = |secret: &Option<SecretString>| {
            secret
                .as_ref()
                .map_or_else(String::new, |secret| secret.expose_secret().to_owned())
        };
        let service_keys: Vec<ServiceKey> = list("SERVICE_KEYS", &secret(&self.service_keys))?;
        let signing_keys: Vec<SigningKey> =
            list("URL_SIGNING_KEYS", &secret(&self.url_signing_keys))?;
        let is_repeated = |key: &SigningKey| {
            signing_keys
                .iter()
                .filter(|other| other.id() == key.id())
                .count()
                > 1
        };
        if signing_keys.iter().any(is_repeated) {
            return Err(Error::new("URL_SIGNING_KEYS", "has a KID twice"));
        }
        let issuer = issuer(self.jwks_url, self.jwt_issuer, self.jwt_audience)?;
        if !open && service_keys.is_empty() && issuer.is_none() {
            let why = "or JWKS_URL is needed, as nobody could get in: HOST is not loopback or AUTH is required (AUTH=open lets anybody in)";
            return Err(Error::new("SERVICE_KEYS", why));
        }
        let delivery = match self.delivery_access.as_str() {
            "capability" | "" => DeliveryAccess::Capability,
            "signed" | "owner" if open => {
                let why = "means nothing with AUTH=open, where anybody may read for any userId";
                return Err(Error::new("DELIVERY_ACCESS", why));
            }
            "signed" if signing_keys.is_empty() => {
                return Err(Error::new(
                    "URL_SIGNING_KEYS",
                    "is needed with DELIVERY_ACCESS=signed",
                ));
            }
            "signed" => DeliveryAccess::Signed,
            "owner" => DeliveryAccess::Owner,
            _ => {
                let expected = "must be capability, signed or owner";
                return Err(Error::new("DELIVERY_ACCESS", expected));
            }
        };
        Ok(Settings {
            open,
            delivery,
            service_keys,
            issuer,
            signing_keys,
            writes: rate("RATE_LIMIT_UPLOADS", self.rate_limit_uploads)?,
            reads: rate("RATE_LIMIT_READS", self.rate_limit_reads)?,
            proxies: proxies(&self.trusted_proxies)?,
        })
    }
}

/// What stands between the commas.
fn list<T: FromStr<Err = Invalid>>(name: &'static str, text: &str) -> Result<Vec<T>, Error> {
    text.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| {
            entry
                .parse()
                .map_err(|error: Invalid| Error::new(name, error.0))
        })
        .collect()
}

/// All three, or none.
fn issuer(
    jwks_url: Option<String>,
    issuer: Option<String>,
    audience: Option<String>,
) -> Result<Option<Issuer>, Error> {
    let set = |text: Option<String>| text.filter(|text| !text.is_empty());
    let needed = |name| Error::new(name, "is needed with JWKS_URL, JWT_ISSUER or JWT_AUDIENCE");
    match (set(jwks_url), set(issuer), set(audience)) {
        (None, None, None) => Ok(None),
        (Some(jwks_url), Some(issuer), Some(audience)) => Ok(Some(Issuer {
            jwks_url,
            issuer,
            audience,
        })),
        (None, ..) => Err(needed("JWKS_URL")),
        (_, None, _) => Err(needed("JWT_ISSUER")),
        (.., None) => Err(needed("JWT_AUDIENCE")),
    }
}

fn rate(name: &'static str, text: Option<String>) -> Result<Option<Rate>, Error> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| {
        text.parse()
            .map_err(|error: Invalid| Error::new(name, error.0))
    })
    .transpose()
}

fn proxies(text: &str) -> Result<Vec<IpAddr>, Error> {
    let addresses = text
        .split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let addresses: Result<Vec<IpAddr>, _> = addresses.map(str::parse).collect();
    addresses.map_err(|_| Error::new("TRUSTED_PROXIES", "has an entry that is not an IP address"))
}
