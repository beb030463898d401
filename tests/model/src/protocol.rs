//! What may happen, and what must hold whatever happens.

use stateright::{Model, Property};

use crate::state::{
    Backup, Blob, Database, Entry, IDS, Id, OWNERS, Seen, State, Step, UPLOADERS, Writer,
};

/// A rule of the protocol that a run may do without, to show what it is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// T2 takes its own row out of the ledger, or stops.
    LeaseInT2,
    /// The same for a variant's object.
    LeaseOfVariant,
    /// An object id is used once.
    FreshIds,
    /// The foreign key refuses to let go of content that somebody refers to.
    ForeignKey,
    /// Variants of collected content go to trash.
    VariantsToTrash,
    /// The ledger's row is committed before the object is sent.
    LedgerFirst,
    /// A PUT counts when the object was seen in the store.
    PutVerified,
    /// Only the sweeper deletes: nothing is deleted because the outcome of T2 is unknown.
    SweeperOnly,
    /// The ledger's row goes after the object.
    DeleteBeforeForget,
    /// A repeat looks for the live object unless it was seen lately.
    HeadBeforeShortRoad,
    /// An upload takes the place of a live object that was not seen lately.
    StaleWinner,
    /// What was replaced goes to trash.
    ReplacedToTrash,
    /// A database that is behind its store deletes nothing.
    EpochFence,
    /// A copy of the database that is put back is younger than trash is kept.
    YoungCopy,
}

/// How much happens in a run.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Uploads of each uploader.
    pub uploads: [u8; UPLOADERS],
    /// Variants that are made.
    pub variants: u8,
    /// Live objects that the store loses by itself.
    pub rots: u8,
    /// Copies of the database, of which one may be put back.
    pub backups: u8,
}

/// The protocol, whole or without one of its guards.
#[derive(Debug, Clone)]
pub struct Protocol {
    /// How much happens.
    pub scope: Scope,
    /// Which guard is missing.
    pub without: Option<Guard>,
}

/// The first two uploaders send for the same owner.
const OWNER_OF: [usize; UPLOADERS] = [0, 0, 1];

/// Who does a step that uploaders and the worker have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// An uploader.
    Uploader(usize),
    /// The worker.
    Worker,
}

/// One step of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // their names are what a counter-example reads like
pub enum Action {
    Begin(usize),
    Claim,
    SendPut(Who),
    SeeStored(Who),
    GiveUp(Who),
    Crash(Who),
    CommitUpload(usize),
    FinishVariant,
    HearAnswer(usize),
    LoseAnswer(usize),
    DeleteReference(usize),
    LookForGarbage,
    CollectGarbage,
    Reap(Id),
    Sweep(Id),
    Forget(Id),
    ForgetUnswept(Id),
    PutArrives(Id),
    DeleteArrives(Id),
    DayPasses,
    Rot,
    ReadMissing,
    BackUp,
    Restore,
}

impl Protocol {
    fn has(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    fn housekeeping_actions(&self, state: &State, actions: &mut Vec<Action>) {
        actions.push(Action::CollectGarbage);
        if !self.has(Guard::ForeignKey) {
            actions.push(Action::LookForGarbage);
        }
        for id in 0..state.next {
            match state.database.entry(id) {
                Some(Entry::Writing) => actions.push(Action::Reap(id)),
                Some(Entry::Trash) => actions.extend([Action::Sweep(id), Action::Forget(id)]),
                None => {}
            }
            if !self.has(Guard::DeleteBeforeForget) {
                actions.push(Action::ForgetUnswept(id));
            }
            actions.extend([Action::PutArrives(id), Action::DeleteArrives(id)]);
        }
    }

    /// T1, for the next id.
    fn enter(&self, state: &mut State, replaces: Option<Id>) -> Option<Step> {
        let id = if self.has(Guard::FreshIds) {
            state.next
        } else {
            0
        };
        state.next = state.next.max(id + 1);
        if usize::from(state.next) > IDS {
            return None;
        }
        if !self.has(Guard::LedgerFirst) {
            state.puts.add(id);
            return Some(Step::Sent { id, replaces });
        }
        state.database.enter(id, Entry::Writing);
        Some(Step::Entered { id, replaces })
    }

    /// The short road when this owner holds the content and it is where it should be, else T1.
    fn begin(&self, state: &mut State, index: usize) -> Option<()> {
        state.uploaders[index].tries_left -= 1;
        let held = state
            .database
            .blob
            .filter(|_| state.database.references[OWNER_OF[index]]);
        let step = match held {
            None => self.enter(state, None)?,
            Some(blob) if blob.seen == Seen::Lately => Step::Short { looked: true },
            Some(_) if !self.has(Guard::HeadBeforeShortRoad) => Step::Short { looked: false },
            Some(blob) if blob.seen == Seen::LongAgo && state.store.has(blob.object) => {
                state.database.blob = Some(Blob {
                    seen: Seen::Lately,
                    ..blob
                });
                Step::Short { looked: true }
            }
            Some(blob) => self.enter(state, Some(blob.object))?,
        };
        state.uploaders[index].step = step;
        Some(())
    }

    /// T2 of an upload.
    fn commit(&self, state: &mut State, index: usize) -> Option<()> {
        let owner = OWNER_OF[index];
        let (next, seen) = match state.uploaders[index].step {
            Step::Stored { id, replaces } => {
                if !self.leave_ledger(&mut state.database, id, Guard::LeaseInT2) {
                    state.uploaders[index].step = Step::Idle;
                    return Some(());
                }
                let seen = self.make_live(&mut state.database, id, replaces);
                if self.has(Guard::SweeperOnly) {
                    (Step::Idle, seen)
                } else {
                    (Step::Unanswered { id }, seen)
                }
            }
            Step::Short { looked } if state.database.blob.is_some() => (Step::Idle, looked),
            // What was held has been deleted meanwhile: a copy of our own.
            Step::Short { .. } => {
                state.uploaders[index].step = self.enter(state, None)?;
                return Some(());
            }
            _ => return None,
        };
        state.uploaders[index].step = next;
        state.database.references[owner] = true;
        state.promised[owner] = true;
        let is_rotten = state
            .database
            .blob
            .is_some_and(|blob| state.rotten.has(blob.object));
        state.excused[owner] = seen && is_rotten;
        Some(())
    }

    /// Whether the row was there; without the guard nobody asks.
    fn leave_ledger(&self, database: &mut Database, id: Id, guard: Guard) -> bool {
        if database.entry(id) == Some(Entry::Writing) {
            database.leave(id);
            return true;
        }
        !self.has(guard) || !self.has(Guard::LedgerFirst)
    }

    /// Makes the object live, or trash when another is and was seen lately; tells whether that was so.
    fn make_live(&self, database: &mut Database, id: Id, replaces: Option<Id>) -> bool {
        let Some(blob) = &mut database.blob else {
            database.blob = Some(Blob {
                object: id,
                seen: Seen::Lately,
                variant: None,
                claimed: false,
            });
            return false;
        };
        let was_missing = Some(blob.object) == replaces;
        let was_stale = self.has(Guard::StaleWinner) && blob.seen != Seen::Lately;
        let seen = blob.seen == Seen::Lately;
        let trash = if was_missing || was_stale {
            blob.seen = Seen::Lately;
            std::mem::replace(&mut blob.object, id)
        } else {
            id
        };
        let is_replaced = was_missing || was_stale;
        let is_live = database.live().has(trash);
        if !is_live && (!is_replaced || self.has(Guard::ReplacedToTrash)) {
            database.enter(trash, Entry::Trash);
        }
        seen && !is_replaced
    }

    /// The worker's T2.
    fn finish(&self, state: &mut State) -> Option<()> {
        let Step::Stored { id, .. } = state.worker.step else {
            return None;
        };
        state.worker.step = Step::Idle;
        let database = &mut state.database;
        let claimed = database.blob.filter(|blob| blob.claimed);
        let Some(blob) = claimed else {
            return Some(());
        };
        if !self.leave_ledger(database, id, Guard::LeaseOfVariant) {
            return Some(());
        }
        if let Some(old) = blob.variant {
            database.enter(old, Entry::Trash);
        }
        database.blob = Some(Blob {
            variant: Some(id),
            claimed: false,
            ..blob
        });
        Some(())
    }

    fn collect(&self, state: &mut State) -> Option<()> {
        let blob = state.database.blob?;
        let is_unreferenced = state.database.references == [false; OWNERS];
        if !is_unreferenced && state.doomed != Some(blob.object) {
            return None;
        }
        state.doomed = None;
        state.database.blob = None;
        state.database.enter(blob.object, Entry::Trash);
        if let Some(variant) = blob.variant.filter(|_| self.has(Guard::VariantsToTrash)) {
            state.database.enter(variant, Entry::Trash);
        }
        Some(())
    }

    fn sweep(&self, state: &mut State, id: Id) -> Option<()> {
        if state.behind && self.has(Guard::EpochFence) {
            return None;
        }
        state.deletes.add(id);
        // The epoch was raised first: a copy that was made before is behind from now on.
        if let Some(backup) = &mut state.backup {
            backup.is_behind = true;
        }
        Some(())
    }
}

/// Whose turn it may be, and what for. Whether it changes anything is for `next_state` to say.
fn writers_actions(state: &State, actions: &mut Vec<Action>) {
    for (index, writer) in state.uploaders.iter().enumerate() {
        let who = Who::Uploader(index);
        match writer.step {
            Step::Idle if writer.tries_left > 0 => actions.push(Action::Begin(index)),
            Step::Stored { .. } | Step::Short { .. } => {
                actions.push(Action::CommitUpload(index));
            }
            Step::Unanswered { .. } => {
                actions.extend([Action::HearAnswer(index), Action::LoseAnswer(index)]);
            }
            Step::Idle | Step::Entered { .. } | Step::Sent { .. } => {}
        }
        object_actions(who, writer.step, actions);
    }
    match state.worker.step {
        Step::Idle if state.worker.tries_left > 0 => actions.push(Action::Claim),
        Step::Stored { .. } => actions.push(Action::FinishVariant),
        _ => {}
    }
    object_actions(Who::Worker, state.worker.step, actions);
}

fn object_actions(who: Who, step: Step, actions: &mut Vec<Action>) {
    match step {
        Step::Entered { .. } => actions.push(Action::SendPut(who)),
        Step::Sent { .. } => actions.push(Action::SeeStored(who)),
        _ => {}
    }
    match step {
        Step::Entered { .. } | Step::Sent { .. } | Step::Stored { .. } => {
            actions.extend([Action::GiveUp(who), Action::Crash(who)]);
        }
        Step::Idle | Step::Short { .. } | Step::Unanswered { .. } => {}
    }
}

fn writer(state: &mut State, who: Who) -> &mut Writer {
    match who {
        Who::Uploader(index) => &mut state.uploaders[index],
        Who::Worker => &mut state.worker,
    }
}

fn claim(protocol: &Protocol, state: &mut State) -> Option<()> {
    let blob = state.database.blob.filter(|blob| blob.variant.is_none())?;
    state.worker.tries_left -= 1;
    state.database.blob = Some(Blob {
        claimed: true,
        ..blob
    });
    state.worker.step = protocol.enter(state, None)?;
    Some(())
}

fn send(state: &mut State, who: Who) -> Option<()> {
    let Step::Entered { id, replaces } = writer(state, who).step else {
        return None;
    };
    state.puts.add(id);
    writer(state, who).step = Step::Sent { id, replaces };
    Some(())
}

fn see_stored(protocol: &Protocol, state: &mut State, who: Who) -> Option<()> {
    let Step::Sent { id, replaces } = writer(state, who).step else {
        return None;
    };
    if protocol.has(Guard::PutVerified) && !state.store.has(id) {
        return None;
    }
    writer(state, who).step = Step::Stored { id, replaces };
    Some(())
}

/// `abandons`: the ledger is told at once; otherwise the reaper will find out.
fn give_up(state: &mut State, who: Who, abandons: bool) -> Option<()> {
    let step = std::mem::take(&mut writer(state, who).step);
    if let Step::Entered { id, .. } | Step::Sent { id, .. } | Step::Stored { id, .. } = step
        && abandons
    {
        if state.database.entry(id) != Some(Entry::Writing) {
            return None;
        }
        state.database.enter(id, Entry::Trash);
    }
    Some(())
}

fn delete_reference(state: &mut State, owner: usize) -> Option<()> {
    if !state.database.references[owner] {
        return None;
    }
    state.database.references[owner] = false;
    state.promised[owner] = false;
    state.excused[owner] = false;
    Some(())
}

fn rot(state: &mut State) -> Option<()> {
    let object = state.database.blob?.object;
    if state.rots_left == 0 || !state.store.has(object) {
        return None;
    }
    state.rots_left -= 1;
    state.store.remove(object);
    // A PUT that arrives again would make it good, which proves nothing.
    state.puts.remove(object);
    state.rotten.add(object);
    state.excused = state.promised;
    Some(())
}

fn see(state: &mut State, from: Seen, to: Seen) -> Option<()> {
    let blob = state.database.blob.as_mut()?;
    if blob.seen != from {
        return None;
    }
    blob.seen = to;
    Some(())
}

fn read_missing(state: &mut State) -> Option<()> {
    let blob = state.database.blob.as_mut()?;
    if state.store.has(blob.object) || blob.seen == Seen::Suspect {
        return None;
    }
    blob.seen = Seen::Suspect;
    Some(())
}

fn back_up(state: &mut State) -> Option<()> {
    if state.backups_left == 0 {
        return None;
    }
    state.backups_left -= 1;
    state.backup = Some(Backup {
        database: state.database,
        is_behind: false,
    });
    Some(())
}

/// The operator's part: nodes are stopped first, and the copy is younger than trash is kept, so that nothing it calls live has
/// been swept. A copy after which nothing was swept at all is not noticed; then what it forgot is not recoverable for ever.
fn restore(protocol: &Protocol, state: &mut State) -> Option<()> {
    let backup = state.backup.take()?;
    if protocol.has(Guard::YoungCopy) && backup.database.live().meets(state.deletes) {
        return None;
    }
    if backup.is_behind && state.promised.contains(&true) {
        let kept = backup.database.live();
        let forgotten = state.database.blob.map(|blob| blob.object);
        if let Some(object) = forgotten.filter(|&object| !kept.has(object)) {
            state.recoverable.add(object);
        }
    }
    state.promised = backup.database.references;
    state.database = backup.database;
    state.behind = backup.is_behind;
    state.restored = true;
    for writer in &mut state.uploaders {
        writer.step = Step::Idle;
    }
    state.worker.step = Step::Idle;
    Some(())
}

impl Model for Protocol {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let tries = |tries_left| Writer {
            tries_left,
            step: Step::Idle,
        };
        vec![State {
            uploaders: self.scope.uploads.map(tries),
            worker: tries(self.scope.variants),
            rots_left: self.scope.rots,
            backups_left: self.scope.backups,
            ..State::default()
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        writers_actions(state, actions);
        actions.extend((0..OWNERS).map(Action::DeleteReference));
        self.housekeeping_actions(state, actions);
        actions.extend([Action::DayPasses, Action::Rot, Action::ReadMissing]);
        actions.extend([Action::BackUp, Action::Restore]);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut next = *last;
        let state = &mut next;
        let done = match action {
            Action::Begin(index) => self.begin(state, index),
            Action::Claim => claim(self, state),
            Action::SendPut(who) => send(state, who),
            Action::SeeStored(who) => see_stored(self, state, who),
            Action::GiveUp(who) => give_up(state, who, true),
            Action::Crash(who) => give_up(state, who, false),
            Action::CommitUpload(index) => self.commit(state, index),
            Action::FinishVariant => self.finish(state),
            Action::HearAnswer(index) => {
                state.uploaders[index].step = Step::Idle;
                Some(())
            }
            Action::LoseAnswer(index) => {
                if let Step::Unanswered { id } = state.uploaders[index].step {
                    state.deletes.add(id);
                }
                state.uploaders[index].step = Step::Idle;
                Some(())
            }
            Action::DeleteReference(owner) => delete_reference(state, owner),
            Action::LookForGarbage => {
                let is_unreferenced = state.database.references == [false; OWNERS];
                state.doomed = state.database.blob.map(|blob| blob.object);
                (is_unreferenced && last.doomed.is_none()).then_some(())
            }
            Action::CollectGarbage => self.collect(state),
            Action::Reap(id) => {
                state.database.enter(id, Entry::Trash);
                Some(())
            }
            Action::Sweep(id) => (!last.deletes.has(id))
                .then(|| self.sweep(state, id))
                .flatten(),
            Action::Forget(id) | Action::ForgetUnswept(id) => {
                let is_swept = last.deletes.has(id) && !last.store.has(id);
                let is_trash = last.database.entry(id) == Some(Entry::Trash);
                state.database.leave(id);
                let may = is_swept || matches!(action, Action::ForgetUnswept(_));
                (is_trash && may).then_some(())
            }
            Action::PutArrives(id) => {
                state.store.add(id);
                (last.puts.has(id) && !last.store.has(id)).then_some(())
            }
            Action::DeleteArrives(id) => {
                state.store.remove(id);
                (last.deletes.has(id) && last.store.has(id)).then_some(())
            }
            Action::DayPasses => see(state, Seen::Lately, Seen::LongAgo),
            Action::Rot => rot(state),
            Action::ReadMissing => read_missing(state),
            Action::BackUp => back_up(state),
            Action::Restore => restore(self, state),
        };
        done.map(|()| next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = self.reached();
        properties.extend([
            Property::always(Self::KEPT, |_, state: &State| {
                let blob = state.database.blob;
                let is_there = blob.is_some_and(|blob| state.store.has(blob.object));
                (0..OWNERS).all(|owner| {
                    let promised = state.promised[owner] && !state.excused[owner];
                    !promised || (state.database.references[owner] && is_there)
                })
            }),
            Property::always(Self::ONLY_TRASH_GOES, |_, state: &State| {
                !state.database.live().meets(state.deletes)
            }),
            Property::always(Self::VARIANTS_KEPT, |_, state: &State| {
                let variant = state.database.blob.and_then(|blob| blob.variant);
                variant.is_none_or(|id| state.store.has(id))
            }),
            Property::always(Self::ACCOUNTED, |_, state: &State| {
                let live = state.database.live();
                state.restored
                    || (0..state.next).all(|id| {
                        let is_known = live.has(id) || state.database.entry(id).is_some();
                        // After its DELETE a late PUT may bring it back: the one leak there is, which fsck finds.
                        !state.store.has(id) || is_known || state.deletes.has(id)
                    })
            }),
            Property::always(Self::RECOVERABLE, |_, state: &State| {
                state.recoverable.is_within(state.store)
            }),
        ]);
        properties
    }
}

impl Protocol {
    /// What a run must come across, or it would prove nothing.
    fn reached(&self) -> Vec<Property<Self>> {
        let mut reached = vec![Property::sometimes("a late PUT", |_, state: &State| {
            (0..state.next).any(|id| {
                let is_known = state.database.entry(id).is_some();
                state.store.has(id) && state.deletes.has(id) && !is_known
            })
        })];
        if self.scope.variants > 0 {
            reached.push(Property::sometimes("a variant", |_, state: &State| {
                state
                    .database
                    .blob
                    .is_some_and(|blob| blob.variant.is_some())
            }));
        }
        if self.scope.rots > 0 {
            reached.push(Property::sometimes("the short road", |_, state: &State| {
                let is_short = |writer: &Writer| matches!(writer.step, Step::Short { .. });
                state.uploaders.iter().any(is_short)
            }));
            reached.push(Property::sometimes("a heal", |_, state: &State| {
                let heals = |id| state.rotten.has(id) && state.database.entry(id).is_some();
                (0..state.next).any(heals) && state.promised.contains(&true)
            }));
        }
        if self.scope.backups > 0 {
            reached.push(Property::sometimes("a fence", |_, state: &State| {
                let is_trash = |id| state.database.entry(id) == Some(Entry::Trash);
                state.behind && (0..state.next).any(is_trash)
            }));
        }
        reached
    }

    /// Everybody whose upload has committed, and who has not deleted it, can read it.
    pub const KEPT: &str = "a promised reference has its bytes";
    /// No request to delete was ever sent for what is live.
    pub const ONLY_TRASH_GOES: &str = "only trash is deleted";
    /// The same for variants.
    pub const VARIANTS_KEPT: &str = "a variant has its bytes";
    /// Nothing is in the store that nobody will ever delete.
    pub const ACCOUNTED: &str = "every object is accounted for";
    /// A database put back to an older copy deletes nothing that it has forgotten.
    pub const RECOVERABLE: &str = "what a restored copy forgot stays in the store";
}
