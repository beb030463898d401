//! The contract of catalogues, kept by SQLite and by Postgres: each case on a fresh database.

mod support {
    #![allow(dead_code)] // Each test binary uses a part of this.

    pub(crate) mod catalog_contract;
    pub(crate) mod postgres;
    mod server;
}

use support::catalog_contract::{
    Bench, durability, fsck, gallery, idempotency, listing, processing, removal, renditions,
    resumable, uploads,
};

macro_rules! contract {
    ($($room:ident::{$($case:ident),* $(,)?})*) => {
        mod sqlite {
            $(mod $room {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::$room::$case(&crate::Bench::sqlite().await).await;
                })*
            })*
        }
        mod postgres {
            $(mod $room {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::$room::$case(&crate::Bench::postgres().await).await;
                })*
            })*
        }
    };
}

contract! {
    uploads::{
        identity_is_made_once_and_epochs_rise,
        new_content_becomes_live,
        same_owner_repeat_is_a_duplicate,
        owners_share_bytes_and_nothing_else,
        reference_needs_content,
        batch_is_all_or_nothing,
        batch_answers_in_its_own_order,
        heal_swaps_the_live_object,
        held_content_is_verified_for_a_day,
        objects_are_abandoned_and_reaped,
        text_of_any_kind_is_kept,
        callers_that_leave_disturb_nobody,
    }
    processing::{
        commit_claims_when_nobody_else_has,
        claims_are_exclusive_until_they_expire,
        finish_replaces_facts_and_variants,
        finish_of_a_lost_claim_changes_nothing,
        failure_keeps_old_variants,
        repeat_of_a_failed_or_skipped_reference_waits_again,
        waiting_owners_see_only_the_probe,
        release_puts_work_off,
        queue_selects_by_state_and_pages,
        queue_of_one_reference_reaches_the_skipped,
    }
    gallery::{
        it_lists_what_is_ready_and_not_in_the_trash,
        skipped_ones_wait_once_they_are_wanted,
        new_facts_are_found_instead_of_old_ones,
        what_many_apps_use_is_kept,
        nothing_stays_of_what_is_gone,
        a_map_gathers_what_is_near,
        those_that_look_alike_are_found,
        owners_correct_date_place_and_caption,
        corrections_outlive_processing_and_an_export,
        what_happens_is_told_in_order,
        what_happened_is_forgotten,
        what_is_wrong_is_found_and_made_good,
        references_from_before_it_are_entered,
        an_older_library_is_entered_anew,
        pages_miss_nothing_while_others_write,
    }
    listing::{
        cursors_walk_every_order_once,
        filters_select_by_what_it_is,
        filters_select_by_place_and_time,
        owners_are_kept_apart,
        totals_add_up,
    }
    removal::{
        last_app_takes_the_reference_along,
        garbage_is_what_nobody_refers_to,
        trash_is_claimed_once_it_is_old,
        storm_of_uploads_and_removals_loses_nothing,
    }
    renditions::{
        what_is_made_is_found_and_goes_with_its_reference,
        one_node_makes_it_at_a_time,
        so_many_are_kept,
    }
    idempotency::{
        first_answer_is_kept,
        key_is_taken_over_or_given_back,
        old_keys_are_forgotten,
    }
    durability::{
        trash_is_unseen_and_holds_its_content,
        repeats_come_out_of_the_trash,
        one_app_of_several_goes_without_trash,
        trash_is_purged_once_it_is_old,
        quotas_are_reserved_while_bytes_are_written,
        the_last_place_is_taken_once,
        commits_are_found_again,
        broken_objects_are_replaced,
        each_object_is_scrubbed_in_its_turn,
        counts_are_taken_anew,
        a_catalogue_is_made_anew,
        references_come_back_as_they_were,
    }
    resumable::{
        parts_are_recorded_in_their_order,
        one_holds_the_lock,
        what_expires_is_forgotten,
        open_uploads_are_reserved,
        lost_parts_are_found,
    }
    fsck::{
        objects_are_listed_in_key_order,
        sound_catalogue_has_no_violations,
        broken_references_are_found,
        broken_objects_are_found,
    }
}

mod start {
    use std::sync::Arc;

    use mana_media::catalog::{Catalog as _, PostgresCatalog, SqliteCatalog};

    use super::support::postgres::fresh_database;

    /// Many processes may start on an empty database at once.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn migrations_run_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = Arc::new(folder.path().join("catalog.sqlite"));
        let url = Arc::new(fresh_database().await);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (file, url) = (file.clone(), url.clone());
            tasks.spawn(async move {
                let sqlite = SqliteCatalog::open(&file).await.expect("open SQLite");
                let postgres = PostgresCatalog::connect(&url, 2).await.expect("connect");
                sqlite.ping().await.expect("SQLite answers");
                postgres.ping().await.expect("Postgres answers");
                (
                    sqlite.store_identity().await.expect("an identity").id,
                    postgres.store_identity().await.expect("an identity").id,
                )
            });
        }
        let identities: std::collections::HashSet<_> = tasks.join_all().await.into_iter().collect();
        assert_eq!(identities.len(), 1);
    }

    #[tokio::test]
    async fn unreachable_databases_are_unavailable() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing/catalog.sqlite");
        assert!(matches!(
            SqliteCatalog::open(&missing).await,
            Err(mana_media::catalog::Error::Unavailable(_))
        ));
        assert!(matches!(
            PostgresCatalog::connect("postgres://nobody@127.0.0.1:1/none", 1).await,
            Err(mana_media::catalog::Error::Unavailable(_))
        ));
    }
}
