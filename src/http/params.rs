//! Query parameters: the first of each name counts, the empty string is no value, bad ones are named.

use std::num::IntErrorKind;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::de::DeserializeOwned;

use super::error::Problem;
use crate::catalog::Page;
use crate::media::{AppName, Cursor, Invalid, Owner};

/// What stands in the path. Text that cannot be read names nothing that anybody has.
pub(super) struct Segments<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(segments)| Self(segments))
            .map_err(|_| Problem::media_not_found())
    }
}

/// The query of a request.
#[derive(Debug, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.uri)
    }
}

impl Params {
    fn of(uri: &Uri) -> Result<Self, Problem> {
        let query = Query::try_from_uri(uri);
        query
            .map(|Query(pairs)| Self(pairs))
            .map_err(|_| Problem::parameter("query", "is not form-encoded"))
    }

    /// The parameters of a query that is to be part of a URL.
    pub(super) fn read(query: &str) -> Result<Self, Problem> {
        let uri = format!("/?{query}").parse();
        Self::of(&uri.map_err(|_| Problem::parameter("query", "is too long"))?)
    }

    /// 400 for a parameter of another name, and for one that is there twice.
    pub(super) fn only(&self, names: &[&[&str]]) -> Result<(), Problem> {
        for (index, (name, _)) in self.0.iter().enumerate() {
            if !names.concat().contains(&name.as_str()) {
                return Err(Problem::parameter(name, "is not known here"));
            }
            if self.0[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(Problem::parameter(name, "is there more than once"));
            }
        }
        Ok(())
    }

    /// A value, be it empty.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.is_empty())
    }

    /// A value that `read` understands.
    pub(super) fn parse<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        self.get(name)
            .map(|value| {
                read(value).ok_or_else(|| Problem::parameter(name, &format!("must be {expected}")))
            })
            .transpose()
    }

    /// A value that stands for one of these.
    pub(super) fn one_of<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, Problem> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let expected = match names.split_last() {
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        };
        self.parse(name, &expected, |value| {
            let found = choices.iter().find(|(name, _)| *name == value);
            found.map(|(_, choice)| *choice)
        })
    }

    /// Whether something is wished, which it is not unless it is said.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Problem> {
        let choices = [("true", true), ("false", false)];
        Ok(self.one_of(name, &choices)?.unwrap_or(false))
    }

    /// A value that one of our nouns may refuse.
    pub(super) fn noun<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Result<Option<T>, Problem> {
        let noun = self.get(name).map(read).transpose();
        noun.map_err(|error| invalid(name, &error))
    }

    /// `userId`, which is nobody's when absent.
    pub(super) fn owner(&self) -> Result<Option<Owner>, Problem> {
        self.noun("userId", Owner::new)
    }

    pub(super) fn app(&self) -> Result<Option<AppName>, Problem> {
        self.noun("app", AppName::new)
    }

    pub(super) fn cursor(&self) -> Result<Option<Cursor>, Problem> {
        self.noun("cursor", str::parse)
    }

    /// Which part of a listing.
    pub(super) fn page(&self) -> Result<Page, Problem> {
        Ok(Page {
            after: self.cursor()?,
            offset: 0,
            limit: self.limit()?,
        })
    }

    /// A page size from 1 to 500; numbers outside are taken for the nearest.
    fn limit(&self) -> Result<u32, Problem> {
        let limit = self.parse("limit", "a whole number", |value| {
            match value.parse::<i64>() {
                Ok(number) => Some(number),
                Err(error) if *error.kind() == IntErrorKind::PosOverflow => Some(i64::MAX),
                Err(error) if *error.kind() == IntErrorKind::NegOverflow => Some(i64::MIN),
                Err(_) => None,
            }
        })?;
        Ok(limit.unwrap_or(50).clamp(1, 500) as u32)
    }

    /// A date, or an instant in RFC 3339. A date alone stands for its first moment, or with `end` its last.
    pub(super) fn instant(&self, name: &str, end: bool) -> Result<Option<DateTime<Utc>>, Problem> {
        self.parse(
            name,
            "a date (2026-01-31) or an instant (2026-01-31T12:00:00Z)",
            |value| {
                if let Ok(date) = value.parse::<NaiveDate>() {
                    let time = if end {
                        NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999)?
                    } else {
                        NaiveTime::MIN
                    };
                    return Some(date.and_time(time).and_utc());
                }
                DateTime::parse_from_rfc3339(value)
                    .ok()
                    .map(|instant| instant.to_utc())
            },
        )
    }
}

/// 400 for a value that one of our nouns refuses.
pub(super) fn invalid(name: &str, error: &Invalid) -> Problem {
    Problem::bad_request("invalid_parameter", error.to_string())
        .with("parameter", serde_json::json!(name))
}
