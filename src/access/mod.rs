//! Who may do what: principals, what each may do to whose things, and the proofs that they bring (service keys, tokens, signed
//! URLs). Knows neither HTTP nor the catalogue: foreign and unknown are the same because what may not be seen is never looked up.

mod jwk;
mod jwks;
mod key;
mod rate;
mod signed;
mod token;

use std::net::IpAddr;
use std::sync::Arc;

use crate::media::{Invalid, Owner};

pub use jwks::Issuer;
pub use key::{Scope, ServiceKey};
pub use rate::{Rate, TooMany};
pub use signed::{BadSignature, MAX_SECONDS, SignedRequest, SigningKey, Wanted};
pub use token::BadToken;

use jwks::Tokens;
use rate::Limiter;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Somebody without credentials.
    Anonymous,
    /// The subject of a valid token.
    Owner(Owner),
    /// The holder of a service key.
    Service {
        /// The key's name.
        name: Arc<str>,
        /// What it may do.
        scopes: Vec<Scope>,
    },
    /// The holder of a signed URL, which is good for exactly the request that it was made for.
    Signed {
        /// When it ends, in Unix seconds.
        expires_at: u64,
    },
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Put something in, for a user.
    Upload,
    /// See a media object, its tags, a user's lists or totals.
    Read,
    /// Delete, restore, process again.
    Change,
    /// Make a URL that shows a file to whoever holds it.
    Sign,
    /// Have the bytes of a file or a rendition.
    Deliver,
    /// List everybody's.
    ListAll,
    /// Watch the service itself.
    Operate,
}

/// Who may have the bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryAccess {
    /// Whoever knows its id, which cannot be guessed.
    Capability,
    /// Holders of a signed URL, its owner, and services that read.
    Signed,
    /// Its owner, and services that read.
    Owner,
}

/// What somebody gets to see of a reference and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everything: its owner, or a service that reads for its owner.
    Owner,
    /// What tells nothing of its owner: no place, no names.
    Other,
}

/// Why the answer is no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It takes credentials.
    Unauthenticated,
    /// These credentials are not for this.
    Forbidden,
    /// The key lacks this scope.
    MissingScope(Scope),
    /// A token's holder named another user.
    OwnerMismatch,
}

/// That a principal may do something, and to whose things.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Whose things it is about; `None` for anybody's. To be looked up by nothing else.
    pub whose: Option<Owner>,
    principal: Principal,
    open: bool,
}

impl Grant {
    /// What its holder gets to see of this owner's things.
    #[must_use]
    pub fn audience(&self, owner: &Owner) -> Audience {
        let sees_all = match &self.principal {
            Principal::Anonymous => self.open,
            Principal::Owner(subject) => subject == owner,
            Principal::Service { scopes, .. } => scopes.contains(&Scope::ReadAll),
            Principal::Signed { .. } => false,
        };
        if sees_all {
            Audience::Owner
        } else {
            Audience::Other
        }
    }
}

/// Who may do what, as it was set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether somebody without credentials may do what any user may, in any user's name.
    pub open: bool,
    /// Who may have bytes.
    pub delivery: DeliveryAccess,
    /// Keys of trusted services.
    pub service_keys: Vec<ServiceKey>,
    /// Where tokens come from.
    pub issuer: Option<Issuer>,
    /// Keys of signed URLs; the first one signs.
    pub signing_keys: Vec<SigningKey>,
    /// Most uploads and other writes of one principal.
    pub writes: Option<Rate>,
    /// Most other requests of one principal.
    pub reads: Option<Rate>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
}

/// The one place that is asked.
#[derive(Debug, Clone)]
pub struct Access {
    settings: Arc<Settings>,
    tokens: Option<Tokens>,
    limiter: Limiter,
}

impl Access {
    /// Access by these settings.
    ///
    /// # Errors
    /// `Invalid` when the issuer's keys cannot be fetched securely from where they are said to be.
    pub fn new(settings: Settings) -> Result<Self, Invalid> {
        Ok(Self {
            tokens: settings.issuer.clone().map(Tokens::new).transpose()?,
            limiter: Limiter::new(settings.writes, settings.reads),
            settings: Arc::new(settings),
        })
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether this principal may do this to the things of `named`, or with `None` to things whose owner it did not name. The
    /// grant says to whose: what belongs to somebody else is then not found, as if nobody had it.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn decide(
        &self,
        principal: &Principal,
        action: Action,
        named: Option<Owner>,
    ) -> Result<Grant, Refusal> {
        use Action as A;
        let settings = &*self.settings;
        let by_capability = action == A::Deliver && settings.delivery == DeliveryAccess::Capability;
        let whose = match principal {
            _ if by_capability => named,
            // Everybody's things at once are for services, also where anybody may ask for anything by its owner.
            Principal::Anonymous if settings.open && action != A::ListAll => named,
            Principal::Owner(_) if matches!(action, A::ListAll | A::Operate) => {
                return Err(Refusal::Forbidden);
            }
            Principal::Owner(subject) => {
                if named.is_some_and(|named| named != *subject) {
                    return Err(Refusal::OwnerMismatch);
                }
                Some(subject.clone())
            }
            Principal::Service { scopes, .. } => {
                let scope = match action {
                    A::Upload | A::Change => Scope::UploadAs,
                    A::Read | A::Sign | A::Deliver | A::ListAll => Scope::ReadAll,
                    A::Operate => Scope::Admin,
                };
                if !scopes.contains(&scope) {
                    return Err(Refusal::MissingScope(scope));
                }
                named
            }
            Principal::Signed { .. }
                if action == A::Deliver && settings.delivery == DeliveryAccess::Signed =>
            {
                named
            }
            Principal::Anonymous | Principal::Signed { .. } => {
                return Err(Refusal::Unauthenticated);
            }
        };
        Ok(Grant {
            whose,
            principal: principal.clone(),
            open: settings.open,
        })
    }

    /// Who presents this: a service key, or a token. `Ok(None)` for a key that nobody has.
    ///
    /// # Errors
    /// See [`BadToken`].
    pub async fn identify(
        &self,
        credential: &[u8],
        now: i64,
    ) -> Result<Option<Principal>, BadToken> {
        // A key of a service may have dots in it too.
        if let Some(key) = key::find(&self.settings.service_keys, credential) {
            return Ok(Some(Principal::Service {
                name: key.name.clone(),
                scopes: key.scopes.clone(),
            }));
        }
        match &self.tokens {
            Some(tokens) if token::has_shape(credential) => {
                let subject = tokens.verify(credential, now).await?;
                Ok(Some(Principal::Owner(subject)))
            }
            _ => Ok(None),
        }
    }

    /// Who asks for this target, whose query has a signature. `target` is the path and query as they were sent.
    ///
    /// # Errors
    /// See [`BadSignature`].
    pub fn identify_signed(&self, target: &str, now: u64) -> Result<Principal, BadSignature> {
        let request = SignedRequest::verify(target, &self.settings.signing_keys, now)?;
        Ok(Principal::Signed {
            expires_at: request.expires_at,
        })
    }

    /// Counts a request against what its principal may ask for.
    ///
    /// # Errors
    /// `TooMany`, which tells when there will be room again.
    pub async fn count(
        &self,
        principal: &Principal,
        client: IpAddr,
        writes: bool,
    ) -> Result<(), TooMany> {
        self.limiter.count(principal, client, writes).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(open: bool, delivery: DeliveryAccess) -> Access {
        let settings = Settings {
            open,
            delivery,
            service_keys: Vec::new(),
            issuer: None,
            signing_keys: Vec::new(),
            writes: None,
            reads: None,
            proxies: Vec::new(),
        };
        Access::new(settings).unwrap()
    }

    #[test]
    fn a_token_speaks_for_its_subject_alone() {
        let access = access(false, DeliveryAccess::Owner);
        let owner = |name| Owner::new(name).unwrap();
        let anna = Principal::Owner(owner("anna"));
        for action in [
            Action::Upload,
            Action::Read,
            Action::Change,
            Action::Sign,
            Action::Deliver,
        ] {
            let whose = |named| Ok::<_, Refusal>(access.decide(&anna, action, named)?.whose);
            assert_eq!(whose(None), Ok(Some(owner("anna"))));
            assert_eq!(whose(Some(owner("anna"))), Ok(Some(owner("anna"))));
            assert_eq!(whose(Some(owner("ben"))), Err(Refusal::OwnerMismatch));
            assert_eq!(whose(Some(owner(""))), Err(Refusal::OwnerMismatch));
        }
        let grant = access.decide(&anna, Action::Read, None).unwrap();
        assert_eq!(grant.audience(&owner("anna")), Audience::Owner);
        assert_eq!(grant.audience(&owner("ben")), Audience::Other);
    }

    #[test]
    fn a_signed_url_delivers_and_nothing_else() {
        let signed = Principal::Signed { expires_at: 1 };
        for (delivery, delivers) in [
            (DeliveryAccess::Capability, true),
            (DeliveryAccess::Signed, true),
            (DeliveryAccess::Owner, false),
        ] {
            let access = access(false, delivery);
            assert_eq!(
                access.decide(&signed, Action::Deliver, None).is_ok(),
                delivers
            );
            for action in [Action::Upload, Action::Read, Action::Change, Action::Sign] {
                assert!(access.decide(&signed, action, None).is_err());
            }
        }
    }
}
