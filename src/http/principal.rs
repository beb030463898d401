//! Who asks. The one place that turns a request into a principal, and that asks [`crate::access`] what it may do. Every route that
//! is not for everybody says in its signature what it does: `Caller<Read>`.

use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use chrono::Utc;

use super::error::Problem;
use crate::access::{Access, Action, BadToken, DeliveryAccess, Grant, Principal};
use crate::app::App;
use crate::media::Owner;

/// The address at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// What a route does.
pub(super) trait Does: Send + Sync {
    /// To the room that decides.
    const ACTION: Action;
}

macro_rules! actions {
    ($($name:ident)+) => {$(
        #[derive(Debug)]
        pub(super) struct $name;

        impl Does for $name {
            const ACTION: Action = Action::$name;
        }
    )+};
}

actions!(Upload Read Change Sign Deliver ListAll Operate);

/// Somebody who may do this at all; [`Caller::to`] says to whose things.
#[derive(Debug)]
pub(super) struct Caller<A> {
    access: Access,
    principal: Principal,
    action: PhantomData<A>,
}

impl<A: Does> FromRequestParts<App> for Caller<A> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let access = app.access.clone();
        let identified = identify::<A>(parts, &access).await;
        // Who fails to show who it is counts by its address, too.
        let principal = identified.as_ref().unwrap_or(&Principal::Anonymous);
        let writes = matches!(parts.method, Method::POST | Method::PUT | Method::PATCH);
        let client = client(parts, &access.settings().proxies);
        access.count(principal, client, writes).await?;
        let caller = Self {
            access,
            principal: identified?,
            action: PhantomData,
        };
        // Whoever may not do it for anybody is told so before a body is read.
        caller.to(None)?;
        Ok(caller)
    }
}

impl<A: Does> Caller<A> {
    /// Whether it may be done to the things of this user, as `userId` names one, or with `None` of whoever it is by itself.
    pub(super) fn to(&self, named: Option<Owner>) -> Result<Grant, Problem> {
        Ok(self.access.decide(&self.principal, A::ACTION, named)?)
    }
}

impl Caller<Deliver> {
    /// Keeps caches from showing bytes to whom this service would not, or for longer; `differs` when owners get other bytes than others.
    pub(super) fn limit_caching(&self, response: &mut Response, differs: bool) {
        let headers = response.headers_mut();
        let value = headers.get(CACHE_CONTROL);
        let value = value.and_then(|value| value.to_str().ok()?.strip_prefix("public, max-age="));
        let Some(value) = value else { return };
        let settings = self.access.settings();
        let (seconds, rest) = value.split_once(',').unwrap_or((value, ""));
        let comma = if rest.is_empty() { "" } else { "," };
        let by_capability = settings.delivery == DeliveryAccess::Capability;
        let limited = match &self.principal {
            Principal::Signed { expires_at } => {
                let left = expires_at.saturating_sub(now());
                let seconds = seconds.parse().unwrap_or(0).min(left);
                Some(format!("public, max-age={seconds}{comma}{rest}"))
            }
            // Without credentials everybody gets the same.
            Principal::Anonymous if by_capability => None,
            _ if by_capability && !differs => None,
            _ => Some(format!("private, max-age={seconds}{comma}{rest}")),
        };
        let is_signed = matches!(self.principal, Principal::Signed { .. });
        if !is_signed && !settings.open && (differs || !by_capability) {
            let vary = HeaderValue::from_static("Authorization, X-Service-Key");
            headers.append(VARY, vary);
        }
        if let Some(value) = limited.and_then(|value| value.try_into().ok()) {
            headers.insert(CACHE_CONTROL, value);
        }
    }

    /// Whether it said who it is, or has a signature for this.
    pub(super) fn is_known(&self) -> bool {
        self.principal != Principal::Anonymous
    }
}

async fn identify<A: Does>(parts: &Parts, access: &Access) -> Result<Principal, Problem> {
    if A::ACTION == Action::Deliver
        && let Some(target) = signed_target(parts)
    {
        return Ok(access.identify_signed(&target, now())?);
    }
    let Some(credential) = credential(&parts.headers) else {
        return Ok(Principal::Anonymous);
    };
    match access.identify(credential, Utc::now().timestamp()).await {
        Ok(Some(principal)) => Ok(principal),
        // In open mode clients of the original may send whatever key they have.
        Ok(None) if access.settings().open => Ok(Principal::Anonymous),
        Ok(None) => Err(Problem::unauthorized()),
        Err(error @ BadToken::Invalid(_)) => {
            tracing::debug!(%error, "a token was refused");
            Err(Problem::unauthorized())
        }
        Err(error @ BadToken::Unavailable) => Err(Problem::unavailable(error)),
    }
}

fn now() -> u64 {
    Utc::now().timestamp().unsigned_abs()
}

/// `X-Service-Key: KEY`, or `Authorization: Bearer` and a key, as the original's client sends it, or a token. Empty for any other
/// way to authorize, which is nobody's.
fn credential(headers: &HeaderMap) -> Option<&[u8]> {
    let named = headers.get("x-service-key").map(HeaderValue::as_bytes);
    let bearer = headers.get(AUTHORIZATION).map(|value| {
        let (scheme, key) = value.as_bytes().split_at_checked(b"Bearer ".len())?;
        scheme.eq_ignore_ascii_case(b"Bearer ").then_some(key)
    });
    named.or(bearer.map(Option::unwrap_or_default))
}

/// The target as it was sent, if any part of a signature is in it.
fn signed_target(parts: &Parts) -> Option<String> {
    let uri = &parts.uri;
    let is_part = |pair: &str| {
        let name = pair.split('=').next();
        matches!(name, Some("sig" | "kid" | "exp"))
    };
    uri.query()?
        .split('&')
        .any(is_part)
        .then(|| uri.path_and_query().map(ToString::to_string))?
}

/// Whose request it is: the last address on its way that is not a proxy of ours.
fn client(parts: &Parts, proxies: &[IpAddr]) -> IpAddr {
    let peer = parts.extensions.get::<Peer>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Peer(address)| *address);
    if !proxies.contains(&peer.to_canonical()) {
        return peer;
    }
    let fields = parts.headers.get_all("x-forwarded-for").into_iter();
    let hops: Vec<&str> = fields
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(','))
        .collect();
    let hops = hops
        .iter()
        .rev()
        .map_while(|hop| hop.trim().parse::<IpAddr>().ok());
    hops.map(|hop| hop.to_canonical())
        .find(|hop| !proxies.contains(hop))
        .unwrap_or(peer)
}
