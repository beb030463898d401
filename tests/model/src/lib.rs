//! The commit protocol ("How bytes are committed, and who deletes" in ARCHITECTURE.md) as a model, searched to its end.
//!
//! One content, several uploaders of two owners, processing, deletes, garbage collection, reaper and sweeper, crashes at every
//! step, bytes that rot, and a database that is put back to a copy. Kinder than the world nowhere: leases and trash may run out
//! at any moment, and a request to the store that was ever sent may arrive at any time from then on, and again.
//!
//! Left out because transactions settle it: a transaction is one step. Left out because it never deletes: reading, listing.

mod protocol;
mod state;

pub use protocol::{Action, Guard, Protocol, Scope, Who};
pub use state::{Id, State};

#[cfg(test)]
mod tests;
