//! The protocol holds wherever the search gets to, and each guard is missed.

use std::time::Instant;

use stateright::{Checker as _, HasDiscoveries, Model as _};

use crate::{Guard, Protocol, Scope};

/// What is searched to its end. Three uploaders meet rotten bytes; an upload is repeated while its variant is made; a database
/// is put back while there are variants.
const SEARCHED: [Scope; 4] = [
    scope([1, 1, 1], 0, 1, 0),
    scope([1, 1, 0], 1, 1, 0),
    scope([2, 0, 1], 1, 0, 0),
    scope([1, 0, 1], 1, 0, 1),
];
/// Takes minutes.
const SEARCHED_LONG: [Scope; 3] = [
    scope([1, 1, 1], 1, 0, 0),
    scope([1, 1, 1], 0, 0, 1),
    scope([2, 0, 1], 0, 0, 1),
];
/// The smallest restore.
const RESTORED: Scope = scope([1, 0, 1], 0, 0, 1);
/// Enough for most counter-examples, and quicker to search.
const SMALL: Scope = scope([2, 0, 1], 1, 1, 0);

const fn scope(uploads: [u8; 3], variants: u8, rots: u8, backups: u8) -> Scope {
    Scope {
        uploads,
        variants,
        rots,
        backups,
    }
}

/// Searches everything and returns how many states there were.
fn search(scope: Scope) -> usize {
    let started = Instant::now();
    let protocol = Protocol {
        scope,
        without: None,
    };
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    assert!(checker.is_done());
    let states = checker.unique_state_count();
    println!(
        "{scope:?}: {states} states, {} deep, safe, in {:.1} s",
        checker.max_depth(),
        started.elapsed().as_secs_f32()
    );
    states
}

#[test]
fn nothing_promised_is_lost() {
    let states: usize = SEARCHED.into_iter().map(search).sum();
    assert!(states >= 1_000_000, "only {states} states");
}

#[test]
#[ignore = "takes minutes: ./test --long"]
fn nothing_promised_is_lost_in_a_larger_world() {
    for scope in SEARCHED_LONG {
        search(scope);
    }
}

/// Without the guard the search finds a way to break this property.
fn is_missed(guard: Guard, scope: Scope, property: &'static str) {
    let started = Instant::now();
    let mutant = Protocol {
        scope,
        without: Some(guard),
    };
    let checker = mutant.checker().threads(2);
    let broken = HasDiscoveries::AllOf([property].into());
    let checker = checker.finish_when(broken).spawn_bfs().join();
    let path = checker
        .discovery(property)
        .unwrap_or_else(|| panic!("without {guard:?}, {property:?} still holds"));
    let seconds = started.elapsed().as_secs_f32();
    let actions = path.into_actions();
    println!(
        "without {guard:?}, not {property:?} in {} steps ({seconds:.1} s): {actions:?}",
        actions.len()
    );
}

#[test]
fn every_guard_is_missed() {
    use Guard as G;
    let without_variants = Scope {
        variants: 0,
        ..SMALL
    };
    for (guard, scope, property) in [
        (G::LeaseInT2, SMALL, Protocol::KEPT),
        (G::LeaseOfVariant, SMALL, Protocol::VARIANTS_KEPT),
        (G::FreshIds, without_variants, Protocol::KEPT),
        (G::ForeignKey, SMALL, Protocol::KEPT),
        (G::VariantsToTrash, SMALL, Protocol::ACCOUNTED),
        (G::LedgerFirst, SMALL, Protocol::ACCOUNTED),
        (G::PutVerified, SMALL, Protocol::KEPT),
        (G::SweeperOnly, SMALL, Protocol::KEPT),
        (G::DeleteBeforeForget, SMALL, Protocol::ACCOUNTED),
        (G::HeadBeforeShortRoad, SMALL, Protocol::KEPT),
        (G::StaleWinner, SMALL, Protocol::KEPT),
        (G::ReplacedToTrash, SMALL, Protocol::ACCOUNTED),
        (G::EpochFence, RESTORED, Protocol::RECOVERABLE),
        (G::YoungCopy, RESTORED, Protocol::KEPT),
    ] {
        is_missed(guard, scope, property);
    }
}
