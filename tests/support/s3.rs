//! Places in the S3 server that tests share.

use mana_media::blob::S3Config;
use uuid::Uuid;

use super::seaweed::endpoint;

/// A place of its own: a bucket that tests share, made by `S3Store::ensure_bucket`, and a prefix that nobody else has.
pub(crate) fn fresh_bucket_config() -> S3Config {
    let endpoint = endpoint();
    S3Config {
        endpoint: Some(endpoint.url.clone()),
        region: "us-east-1".to_owned(),
        bucket: "mana-test".to_owned(),
        access_key: endpoint.access_key.clone(),
        secret_key: endpoint.secret_key.clone(),
        prefix: Uuid::new_v4().simple().to_string(),
    }
}
