//! One suite for all stores: what each behaviour says is true of the memory store and of the SQLite one, also when a call in
//! the middle of it fails.

mod ends;
mod faults;
mod instances;
mod messages;
mod parity;
mod scene;
mod sessions;
#[cfg(feature = "sqlite")]
mod statements;

use std::pin::Pin;
use std::sync::Arc;

use self::scene::Scene;
use super::{MemoryStore, Store};

type Behaviour = for<'s> fn(&'s Scene) -> Pin<Box<dyn Future<Output = ()> + 's>>;

macro_rules! behaviours {
    ($($module:ident: $($name:ident)*;)*) => {
        /// All behaviours by name.
        const ALL: &[(&str, Behaviour)] = &[$($((stringify!($name), |scene| Box::pin($module::$name(scene))),)*)*];

        mod memory {
            $($(#[test] fn $name() { super::play(super::Home::memory, stringify!($name)); })*)*

            mod when_calls_fail {
                $($(#[test] fn $name() { super::super::withstand(super::super::Home::memory, stringify!($name)); })*)*
            }
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            $($(#[test] fn $name() { super::play(super::Home::sqlite, stringify!($name)); })*)*

            mod when_calls_fail {
                $($(#[test] fn $name() { super::super::withstand(super::super::Home::sqlite, stringify!($name)); })*)*
            }

            mod when_statements_fail {
                $($(#[test] fn $name() { super::super::withstand_inside(stringify!($name)); })*)*
            }
        }
    };
}

behaviours! {
    instances:
        a_started_instance_is_active
        a_name_that_exists_is_not_started_again
        a_cancelled_name_is_started_anew_under_a_new_key
        a_step_moves_on_and_forgets_what_failed
        a_stale_epoch_changes_nothing
        of_two_who_move_an_instance_the_first_one_wins
        an_instance_that_has_stopped_does_not_move
        sleepers_are_due_in_order
        a_deadline_is_never_early
        progress_keeps_an_instance_active
        an_instance_ends_or_pauses
        a_list_is_filtered_and_paged
        texts_are_opaque;
    messages:
        the_first_subscriber_gets_what_waits
        parking_on_a_message_that_is_there_delivers_it
        a_message_wakes_those_who_wait_for_it_now
        what_is_no_longer_waited_for_does_not_wake
        being_woken_clears_the_deadline
        a_step_may_send_start_and_move_at_once
        what_nobody_wants_expires
        a_first_subscriber_does_not_get_what_is_over
        identities_and_signals_are_told_apart;
    ends:
        an_end_wakes_who_waits_for_it
        a_cancelled_end_has_no_result
        children_fall_with_their_parent
        children_that_are_left_are_cancelled
        cancelling_drops_subscriptions
        an_operation_on_what_has_ended_does_nothing
        a_retry_brings_on_what_was_paused
        a_retry_cuts_a_backoff_short;
    sessions:
        statements_commit_with_their_write
        a_fenced_step_undoes_its_statements
        a_wrong_statement_undoes_itself_alone
        a_dropped_session_leaves_nothing
        a_session_sees_its_own_writes
        parts_of_a_session_are_kept_or_undone
        a_query_outside_does_not_write
        sessions_and_plain_writes_run_beside_each_other;
}

fn behaviour(name: &str) -> Behaviour {
    ALL.iter().find(|(known, _)| *known == name).unwrap().1
}

/// Where a store lives.
enum Home {
    Memory(MemoryStore),
    #[cfg(feature = "sqlite")]
    Sqlite(tempfile::TempDir),
}

impl Home {
    fn memory() -> Self {
        Self::Memory(MemoryStore::new())
    }

    #[cfg(feature = "sqlite")]
    fn sqlite() -> Self {
        // Thousands of these are opened, so they are in memory where the system has a folder for that.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self::Sqlite(folder.unwrap())
    }

    /// Opens the store that is there.
    fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Memory(store) => Arc::new(store.clone()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(folder) => Arc::new(super::SqliteStore::open(folder.path()).unwrap()),
        }
    }

    /// Whether what is there outlives the store's handle.
    fn is_durable(&self) -> bool {
        !matches!(self, Self::Memory(_))
    }
}

fn play(home: fn() -> Home, name: &str) {
    run(async {
        let home = home();
        let scene = Scene::new(home.open());
        behaviour(name)(&scene).await;
        scene.store.close().await.unwrap();
    });
}

fn withstand(home: fn() -> Home, name: &str) {
    run(faults::withstands(home, behaviour(name)));
}

#[cfg(feature = "sqlite")]
fn withstand_inside(name: &str) {
    run(statements::withstands(behaviour(name)));
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
