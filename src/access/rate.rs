//! How much one principal may ask for: a token bucket for each, kept as the one moment at which it will be full again (GCRA).

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use moka::future::Cache;

use super::Principal;
use crate::media::{Invalid, Owner};

/// Buckets kept at a time; beyond that, those that were used least are forgotten.
const MAX_BUCKETS: u64 = 100_000;

/// So many requests in any such period; as many at once, if none came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    requests: u32,
    period: Duration,
}

impl FromStr for Rate {
    type Err = Invalid;

    /// `20/s`, `600/m` or `10000/h`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let form =
            || Invalid::new("must be a number from 1 and a period, as in 20/s, 600/m or 10000/h");
        let (requests, unit) = text.split_once('/').ok_or_else(form)?;
        let period = match unit {
            "s" => Duration::from_secs(1),
            "m" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            _ => return Err(form()),
        };
        let digits = requests.bytes().all(|byte| byte.is_ascii_digit());
        match requests.parse() {
            Ok(requests) if digits && requests > 0 => Ok(Self { requests, period }),
            _ => Err(form()),
        }
    }
}

/// There is no room for this request before so much time has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// How long until there is.
    pub retry_after: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Client(IpAddr),
    Owner(Owner),
    Service(Arc<str>),
}

#[derive(Debug, Clone)]
pub(super) struct Limiter {
    writes: Option<Buckets>,
    reads: Option<Buckets>,
}

impl Limiter {
    pub(super) fn new(writes: Option<Rate>, reads: Option<Rate>) -> Self {
        Self {
            writes: writes.map(Buckets::new),
            reads: reads.map(Buckets::new),
        }
    }

    pub(super) async fn count(
        &self,
        principal: &Principal,
        client: IpAddr,
        writes: bool,
    ) -> Result<(), TooMany> {
        let buckets = if writes { &self.writes } else { &self.reads };
        let Some(buckets) = buckets else {
            return Ok(());
        };
        let who = match principal {
            Principal::Owner(owner) => Who::Owner(owner.clone()),
            Principal::Service { name, .. } => Who::Service(name.clone()),
            Principal::Anonymous | Principal::Signed { .. } => Who::Client(network(client)),
        };
        buckets.take(who, Instant::now()).await
    }
}

/// Who has one IPv6 address has at least 2^64 of them.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[derive(Debug, Clone)]
struct Buckets {
    rate: Rate,
    full_at: Cache<Who, Arc<Mutex<Instant>>>,
}

impl Buckets {
    fn new(rate: Rate) -> Self {
        // A bucket that nobody took from for a period is full, as one that is not there.
        let full_at = Cache::builder()
            .max_capacity(MAX_BUCKETS)
            .time_to_idle(rate.period);
        Self {
            rate,
            full_at: full_at.build(),
        }
    }

    async fn take(&self, who: Who, now: Instant) -> Result<(), TooMany> {
        let bucket = self
            .full_at
            .get_with(who, async { Arc::new(Mutex::new(now)) });
        let bucket = bucket.await;
        let mut full_at = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (*full_at).max(now) + self.rate.period / self.rate.requests;
        match next.checked_duration_since(now + self.rate.period) {
            Some(missing) if !missing.is_zero() => Err(TooMany {
                retry_after: missing,
            }),
            _ => {
                *full_at = next;
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bucket_empties_and_fills_again() {
        let buckets = Buckets::new("4/s".parse().unwrap());
        let who = |name: &str| Who::Owner(Owner::new(name).unwrap());
        let start = Instant::now();
        for _ in 0..4 {
            assert_eq!(buckets.take(who("anna"), start).await, Ok(()));
        }
        let wait = Duration::from_millis(250);
        let refused = Err(TooMany { retry_after: wait });
        assert_eq!(buckets.take(who("anna"), start).await, refused);
        assert_eq!(buckets.take(who("ben"), start).await, Ok(()));
        assert_eq!(buckets.take(who("anna"), start + wait).await, Ok(()));
        assert!(buckets.take(who("anna"), start + wait).await.is_err());
    }

    #[test]
    fn clients_are_told_apart_by_network() {
        let ip = |text: &str| network(text.parse().unwrap());
        assert_eq!(ip("2001:db8:1:2:3::1"), ip("2001:db8:1:2:ffff::2"));
        assert_ne!(ip("2001:db8:1:2::1"), ip("2001:db8:1:3::1"));
        assert_eq!(ip("::ffff:192.0.2.1"), ip("192.0.2.1"));
        assert_ne!(ip("192.0.2.1"), ip("192.0.2.2"));
    }

    #[test]
    fn rates_are_read() {
        assert!("20/s".parse::<Rate>().is_ok() && "1/h".parse::<Rate>().is_ok());
        for bad in [
            "",
            "20",
            "0/s",
            "-1/s",
            "+1/s",
            "20/d",
            "20/S",
            "a/s",
            "4294967296/s",
        ] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
