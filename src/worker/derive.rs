//! One job: from a claim to its result.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;

use super::{MAX_ATTEMPTS, Shared};
use crate::blob::{self, BlobKey, Source};
use crate::catalog::{self, Claim, NewVariant, ObjectRole, Outcome};
use crate::crash::point;
use crate::imaging::{self, Derived, Rendition};
use crate::media::{ClaimToken, ContentHash, ObjectId, Variant};
use crate::objects::{self, abandon, condemn, write_object};
use crate::sandbox;
use crate::spool::{self, Spooled};
use crate::telemetry::chain;
use crate::threads::{self, Share};

/// Why a job has no result.
#[derive(Debug, thiserror::Error)]
enum Error {
    /// The picture's fault: final.
    #[error(transparent)]
    Picture(#[from] imaging::Error),
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    #[error(transparent)]
    Blob(#[from] blob::Error),
    #[error(transparent)]
    Objects(#[from] objects::Error),
    #[error(transparent)]
    Spool(#[from] spool::Error),
    #[error("cannot use the sandbox")]
    Sandbox(#[source] std::io::Error),
    #[error(transparent)]
    Pool(#[from] threads::Error),
    #[error("stored bytes are missing or not the ones that were committed")]
    Integrity,
    #[error("claim was lost")]
    ClaimLost,
}

impl From<sandbox::Error> for Error {
    fn from(error: sandbox::Error) -> Self {
        match error {
            sandbox::Error::Picture(error) => Self::Picture(error),
            sandbox::Error::Unavailable(error) => Self::Sandbox(error),
        }
    }
}

/// Works on a claim and ends it one way or another, keeping its lease alive meanwhile.
pub(super) async fn process(
    shared: &Shared,
    claim: &Claim,
    token: ClaimToken,
    spooled: Option<Arc<Spooled>>,
) {
    let job = async {
        if claim.attempts > MAX_ATTEMPTS {
            let message = format!("processing did not end in {MAX_ATTEMPTS} attempts");
            return finish(
                shared,
                claim,
                token,
                Outcome::Failed {
                    code: "gave_up".into(),
                    message,
                },
            )
            .await;
        }
        match derive(shared, claim, token, spooled).await {
            Err(Error::Picture(error)) if !matches!(error, imaging::Error::Internal(_)) => {
                let outcome = Outcome::Failed {
                    code: error.code().into(),
                    message: error.to_string().trim_end().into(),
                };
                finish(shared, claim, token, outcome).await
            }
            other => other,
        }
    };
    let ended = tokio::select! {
        ended = job => ended,
        lost = keep_alive(shared, claim.hash, token) => Err(lost),
    };
    let result = match ended {
        Ok(result) => result,
        Err(Error::ClaimLost) => "lost",
        Err(error) => {
            retry_later(shared, claim, token, &error).await;
            "retried"
        }
    };
    shared.metrics.jobs.with_label_values(&[result]).inc();
}

/// Renews the lease until the claim turns out to be lost.
async fn keep_alive(shared: &Shared, hash: ContentHash, token: ClaimToken) -> Error {
    let lease = shared.settings.lease;
    loop {
        tokio::time::sleep(lease / 3).await;
        match shared.catalog.renew_claim(hash, token, lease).await {
            Ok(true) => {}
            Ok(false) => return Error::ClaimLost,
            Err(error) => tracing::warn!(error = %chain(&error), "cannot renew a claim"),
        }
    }
}

async fn retry_later(shared: &Shared, claim: &Claim, token: ClaimToken, error: &Error) {
    let delay = Duration::from_secs(1 << claim.attempts.min(6));
    // An outage must not use up the attempts of every picture that waits.
    let refund = !matches!(error, Error::Picture(_) | Error::Integrity);
    tracing::warn!(error = %chain(error), ?delay, "processing is tried again later");
    if let Err(error) = shared
        .catalog
        .release_claim(claim.hash, token, delay, refund)
        .await
    {
        tracing::warn!(error = %chain(&error), "a claim is left to its lease");
    }
}

/// Bytes, then variants, then their objects, then the commit.
async fn derive(
    shared: &Shared,
    claim: &Claim,
    token: ClaimToken,
    spooled: Option<Arc<Spooled>>,
) -> Result<&'static str, Error> {
    let spooled = match spooled {
        Some(spooled) => spooled,
        None => Arc::new(fetch(shared, claim).await?),
    };
    let derived = compute(shared, claim, spooled).await?;
    let made = derived.variants.into_iter();
    let writing = made.map(|(variant, rendition)| write(shared, claim, variant, rendition));
    let (mut variants, mut failed) = (Vec::new(), None);
    // All to their ends: what was written beside one that failed has to be given up.
    for written in join_all(writing).await {
        match written {
            Ok(variant) => variants.push(variant),
            Err(error) => failed = Some(error),
        }
    }
    let objects: Vec<ObjectId> = variants.iter().map(|variant| variant.object).collect();
    if let Some(error) = failed {
        abandon(&*shared.catalog, &objects).await;
        return Err(error.into());
    }
    let finished = finish(
        shared,
        claim,
        token,
        Outcome::Ready {
            facts: derived.facts,
            variants,
        },
    )
    .await;
    if matches!(finished, Err(Error::ClaimLost)) {
        abandon(&*shared.catalog, &objects).await;
    }
    finished
}

/// One variant's bytes, stored and not yet committed.
async fn write(
    shared: &Shared,
    claim: &Claim,
    variant: Variant,
    rendition: Rendition,
) -> Result<NewVariant, objects::Error> {
    let digest = ContentHash::of(&rendition.bytes);
    let size_bytes = rendition.bytes.len() as u64;
    let source = Source::Bytes(rendition.bytes.into());
    let (catalog, blobs) = (&*shared.catalog, &*shared.blobs);
    let lease = shared.settings.object_lease;
    point("worker::before_variant");
    let object = write_object(catalog, blobs, claim.hash, &source, &digest, lease).await?;
    point("worker::after_variant");
    Ok(NewVariant {
        variant,
        object,
        size_bytes,
        digest,
        width: rendition.width,
        height: rendition.height,
    })
}

/// The bytes from the store, verified.
async fn fetch(shared: &Shared, claim: &Claim) -> Result<Spooled, Error> {
    let key = BlobKey::Object {
        hash: claim.hash,
        object: claim.object,
    };
    let Some(reader) = shared.blobs.get(&key, None).await? else {
        return lost(shared, claim, &key).await;
    };
    let spooled = shared
        .spool
        .unlimited()
        .receive(reader.stream.map(|chunk| chunk.map_err(Error::from)))
        .await?;
    if spooled.hash == claim.hash {
        Ok(spooled)
    } else {
        lost(shared, claim, &key).await
    }
}

async fn lost(shared: &Shared, claim: &Claim, key: &BlobKey) -> Result<Spooled, Error> {
    tracing::error!(%key, "stored bytes are missing or not the ones that were committed");
    let (catalog, metrics) = (&*shared.catalog, &shared.metrics);
    let role = ObjectRole::Original;
    condemn(catalog, metrics, claim.hash, claim.object, role).await?;
    Err(Error::Integrity)
}

/// Header first, then memory, then pixels.
async fn compute(shared: &Shared, claim: &Claim, spooled: Arc<Spooled>) -> Result<Derived, Error> {
    let timer = shared.metrics.stage("derive").start_timer();
    let (kind, limits) = (claim.kind.clone(), shared.settings.limits);
    let sandbox = shared.sandbox.clone();
    let probe = spooled.probe(&sandbox, &kind, &limits).await?;
    let needed = probe.derive_bytes();
    let job = move |share: Share| {
        let picture = spooled.picture().map_err(spool::Error::from)?;
        let limits = limits.until(share.deadline).by_threads(share.threads);
        Ok::<_, Error>(sandbox.derive(&picture, &kind, &probe, &limits)?)
    };
    let derived = match shared.pool.run(needed, job).await {
        Err(threads::Error::OverBudget { needed, budget }) => {
            let message = format!("needs {needed} bytes of memory of {budget}");
            return Err(imaging::Error::OverLimit(message).into());
        }
        Err(error @ threads::Error::TooSlow(_)) => {
            return Err(imaging::Error::OverLimit(error.to_string()).into());
        }
        Err(threads::Error::Panicked) => {
            return Err(imaging::Error::Malformed("decoder panicked".into()).into());
        }
        other => other??,
    };
    timer.observe_duration();
    Ok(derived)
}

async fn finish(
    shared: &Shared,
    claim: &Claim,
    token: ClaimToken,
    outcome: Outcome,
) -> Result<&'static str, Error> {
    let result = match &outcome {
        Outcome::Ready { .. } => "ready",
        Outcome::Failed { code, message } => {
            tracing::info!(code, message, "picture cannot be processed");
            "failed"
        }
    };
    point("worker::before_finish");
    if shared
        .catalog
        .finish_processing(claim.hash, token, &outcome)
        .await?
    {
        point("worker::after_finish");
        Ok(result)
    } else {
        Err(Error::ClaimLost)
    }
}
