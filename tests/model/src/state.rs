//! What there is: rows, objects, requests under way, and what everybody is doing.

/// An object id.
pub type Id = u8;
/// Most object ids in a run.
pub(crate) const IDS: usize = 8;
/// Most uploaders.
pub(crate) const UPLOADERS: usize = 3;
/// Most owners.
pub(crate) const OWNERS: usize = 2;

/// A set of object ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Ids(u8);

impl Ids {
    pub(crate) fn has(self, id: Id) -> bool {
        self.0 & (1 << id) != 0
    }

    pub(crate) fn add(&mut self, id: Id) {
        self.0 |= 1 << id;
    }

    pub(crate) fn remove(&mut self, id: Id) {
        self.0 &= !(1 << id);
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

/// A row of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Entry {
    Writing,
    Trash,
}

/// When the live object was last seen in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Seen {
    Lately,
    LongAgo,
    /// A reader found it missing.
    Suspect,
}

/// Live content, and its one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Blob {
    pub(crate) object: Id,
    pub(crate) seen: Seen,
    pub(crate) variant: Option<Id>,
    /// Whether the worker's claim is on this row.
    pub(crate) claimed: bool,
}

/// The catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Database {
    pub(crate) ledger: [Option<Entry>; IDS],
    pub(crate) blob: Option<Blob>,
    pub(crate) references: [bool; OWNERS],
}

impl Database {
    /// Objects that are live.
    pub(crate) fn live(&self) -> Ids {
        let mut live = Ids::default();
        if let Some(blob) = self.blob {
            live.add(blob.object);
            blob.variant.into_iter().for_each(|id| live.add(id));
        }
        live
    }

    pub(crate) fn enter(&mut self, id: Id, entry: Entry) {
        self.ledger[usize::from(id)] = Some(entry);
    }

    pub(crate) fn entry(&self, id: Id) -> Option<Entry> {
        self.ledger[usize::from(id)]
    }

    pub(crate) fn leave(&mut self, id: Id) {
        self.ledger[usize::from(id)] = None;
    }
}

/// How far an object has come that somebody writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Step {
    #[default]
    Idle,
    /// T1 has committed. `replaces` is the live object that was found missing.
    Entered { id: Id, replaces: Option<Id> },
    /// PUT was sent.
    Sent { id: Id, replaces: Option<Id> },
    /// The object was seen in the store.
    Stored { id: Id, replaces: Option<Id> },
    /// The owner holds the content: nothing is written. `looked`: it was seen in the store lately.
    Short { looked: bool },
    /// T2 has committed and the answer is not there yet; only where that makes a difference.
    Unanswered { id: Id },
}

/// Somebody who writes objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Writer {
    pub(crate) tries_left: u8,
    pub(crate) step: Step,
}

/// A copy of the database, and whether the epoch was raised after it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Backup {
    pub(crate) database: Database,
    pub(crate) is_behind: bool,
}

/// Everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct State {
    pub(crate) database: Database,
    /// Objects in the store.
    pub(crate) store: Ids,
    /// PUTs and DELETEs that were ever sent.
    pub(crate) puts: Ids,
    pub(crate) deletes: Ids,
    pub(crate) uploaders: [Writer; UPLOADERS],
    pub(crate) worker: Writer,
    /// The next id that nobody has used.
    pub(crate) next: Id,
    /// Owners whose upload has committed and who have not deleted it since; an answer is given to no others.
    pub(crate) promised: [bool; OWNERS],
    /// Owners whose bytes the store itself has lost, at most a day after they were seen there.
    pub(crate) excused: [bool; OWNERS],
    /// Objects that the store itself has lost.
    pub(crate) rotten: Ids,
    pub(crate) rots_left: u8,
    pub(crate) backups_left: u8,
    pub(crate) backup: Option<Backup>,
    /// Whether the database was put back, and whether the store's epoch is ahead of it.
    pub(crate) restored: bool,
    pub(crate) behind: bool,
    /// Live objects that the restored copy does not know to be live.
    pub(crate) recoverable: Ids,
    /// The live object that GC saw without references; only where it does not look again.
    pub(crate) doomed: Option<Id>,
}
