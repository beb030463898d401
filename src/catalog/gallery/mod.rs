//! The gallery's index, written once for both backends: a row for each reference that is ready and not in the trash (`entry`), kept in
//! the transactions that change references (`keep`) with its counters (`counters`), found (`search`), summed up (`overview`), put on a map
//! (`map`), compared (`similar`), looked on at (`events`) and checked (`audit`).

pub(super) mod audit;
mod cell;
mod counters;
mod entry;
pub(super) mod events;
mod keep;
pub(super) mod map;
pub(super) mod model;
pub(super) mod overview;
pub(super) mod search;
pub(super) mod similar;
mod sql;

pub use entry::words;
pub(super) use keep::{AT_ONCE, Changes};

/// Asks on a connection of a backend's pool, or in a transaction of it where several statements have to see the same.
macro_rules! read {
    ($connection:expr, $ask:path $(, $argument:expr)*) => {
        CODES.run(|| async {
            let mut connection = $connection.await?;
            $ask(&mut *connection $(, $argument)*).await
        }).await
    };
}
pub(super) use read;
