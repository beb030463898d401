//! What happens to references, for whoever looks on. One task in each node reads what any node wrote, while anybody looks, and wakes those
//! whom it concerns; each then reads its own owner's events, so that none is missed or shown twice.
//!
//! Reading now and then, and not LISTEN and NOTIFY: Postgres lets transactions that notify commit one after the other, and whoever loses
//! the connection that listens has to read anyway.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::catalog::{Catalog, Error, Event, EventId};
use crate::media::Owner;

/// Longest that an event waits.
const PERIOD: Duration = Duration::from_millis(250);
/// Events that are read at a time.
const BATCH: u32 = 500;
/// Wakings that one who is slow may have waiting; more are one.
const WAITING: usize = 256;

/// Whom to wake; everybody when `None`.
type Wake = Option<Owner>;

/// What happens, as it happens.
#[derive(Debug, Clone)]
pub struct Events {
    catalog: Arc<dyn Catalog>,
    wakes: broadcast::Sender<Wake>,
    first: Arc<Notify>,
}

impl Events {
    /// Events of a catalogue. Nothing is seen before [`Events::run`].
    #[must_use]
    pub fn new(catalog: Arc<dyn Catalog>) -> Self {
        Self {
            catalog,
            wakes: broadcast::Sender::new(WAITING),
            first: Arc::default(),
        }
    }

    /// Reads events while anybody looks on, until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        stop.run_until_cancelled(async {
            loop {
                while self.wakes.receiver_count() == 0 {
                    self.first.notified().await;
                }
                if let Err(error) = self.watch().await {
                    tracing::warn!(%error, "cannot read events");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        })
        .await;
    }

    async fn watch(&self) -> Result<(), Error> {
        let mut last = self.catalog.last_event().await?;
        // What came before is theirs to read.
        let _nobody = self.wakes.send(None);
        while self.wakes.receiver_count() > 0 {
            let events = self.catalog.events(None, last, BATCH).await?;
            let is_all = events.len() < BATCH as usize;
            for event in events {
                last = event.id;
                let _nobody = self.wakes.send(Some(event.owner));
            }
            if is_all {
                tokio::time::sleep(PERIOD).await;
            }
        }
        Ok(())
    }

    /// An owner's events behind a place in their order, or from now on.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn of(&self, owner: Owner, after: Option<EventId>) -> Result<Watcher, Error> {
        let wakes = self.wakes.subscribe();
        self.first.notify_one();
        let after = match after {
            Some(after) => after,
            None => self.catalog.last_event().await?,
        };
        Ok(Watcher {
            catalog: Arc::clone(&self.catalog),
            owner,
            after,
            wakes,
        })
    }
}

/// Somebody who looks on.
#[derive(Debug)]
pub struct Watcher {
    catalog: Arc<dyn Catalog>,
    owner: Owner,
    after: EventId,
    wakes: broadcast::Receiver<Wake>,
}

impl Watcher {
    /// The place behind which [`Watcher::next`] looks.
    #[must_use]
    pub fn place(&self) -> EventId {
        self.after
    }

    /// Waits for what happens next.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn next(&mut self) -> Result<Vec<Event>, Error> {
        loop {
            let events = self
                .catalog
                .events(Some(&self.owner), self.after, BATCH)
                .await?;
            if let Some(last) = events.last() {
                self.after = last.id;
                return Ok(events);
            }
            while !self.is_woken().await {}
            // One look is the answer to all that has come meanwhile.
            while self.wakes.try_recv().is_ok() {}
        }
    }

    async fn is_woken(&mut self) -> bool {
        match self.wakes.recv().await {
            Ok(wake) => wake.is_none_or(|owner| owner == self.owner),
            Err(RecvError::Lagged(_)) => true,
            // The service is going down, and ends this with it.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
