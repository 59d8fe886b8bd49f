//! Tests whose app dies: once for each commit that the test makes, and on either side of it.
//!
//! A test is played as it is first. Then it is played again and again, and each time the app dies at another one of its commits: whatever
//! runs ends in the middle, nothing more is committed, and the app is started again on what there is. The test itself goes on: it is no
//! part of the app.

use std::fmt::Debug;
use std::future::Future;

use super::app::TestApp;
use super::note::Note;
use super::{Database, store};
use crate::app::{App, Data, unless_stuck};
use crate::engine::panics::{self, Said};
use crate::store::{Fault, Moment, Struck};

/// Whether the app of a test dies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Crash {
    /// It lives.
    #[default]
    Never,
    /// The test is played once as it is, and then once for each commit and each side of it: the app dies there, and is started again.
    Everywhere,
}

/// Plays a scenario as it is, and then with a crash before and after each of its commits. Each time it must give the same.
///
/// Gives that.
///
/// # Panics
///
/// When a crash makes a difference, when the scenario panics, and when it commits nothing.
pub fn same_after_any_crash<A, F, Fut>(database: Database, scenario: F) -> Fut::Output
where
    A: App,
    F: Fn(TestApp<A>) -> Fut,
    Fut: Future<Output: PartialEq + Debug>,
{
    let mut calm = None;
    for &database in database.each() {
        play_all(database, Crash::Everywhere, &scenario, |output| {
            if let Some(calm) = &calm {
                // It is said where the crash was before this is said.
                assert!(*calm == output, "without a crash: {calm:#?}\nwith it: {output:#?}");
            } else {
                calm = Some(output);
            }
            true
        });
    }
    calm.unwrap_or_else(|| unreachable!("each scenario is played on some database"))
}

/// Plays a test as it is, and then with its crashes, for as long as `goes_well` says so of what it gives. Gives whether it did to the
/// end.
pub(super) fn play_all<A, F, Fut>(
    database: Database,
    crash: Crash,
    test: &F,
    mut goes_well: impl FnMut(Fut::Output) -> bool,
) -> bool
where
    A: App,
    F: Fn(TestApp<A>) -> Fut,
    Fut: Future,
{
    let mut play = |death| {
        let Played { output, struck, note } = play(database, death, test);
        let well = goes_well(output);
        if !well {
            note.tell();
        }
        (well, struck)
    };
    if !play(None).0 {
        return false;
    }
    if crash == Crash::Never {
        return true;
    }
    for commit in 1.. {
        for moment in [Moment::Before, Moment::After] {
            match play(Some(Death { commit, moment })) {
                (false, _) => return false,
                (true, None) => {
                    assert!(commit > 1, "the app commits nothing, so there is nothing at which it could die");
                    return true;
                }
                // What comes from outside the app is made in any case, and the app dies after it.
                (true, Some(Struck::Outside)) => break,
                (true, Some(Struck::Move(..))) => {}
            }
        }
    }
    true
}

/// When an app dies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Death {
    /// At which commit of the test, counted from one.
    pub(super) commit: u64,
    pub(super) moment: Moment,
}

/// What has come of a test that was played.
struct Played<T> {
    output: T,
    struck: Option<Struck>,
    note: Note,
}

/// Plays a test once.
fn play<A, F, Fut>(database: Database, death: Option<Death>, test: &F) -> Played<Fut::Output>
where
    A: App,
    F: Fn(TestApp<A>) -> Fut,
    Fut: Future,
{
    let mut note = Note::new(database, death);
    panics::note_places(Said::AsUsual);
    // One thread: what a test sees does not depend on how the machine shares its processors.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime could be made for this test: {error}"));
    let (output, struck) = runtime.block_on(async {
        let app = build::<A>(database)
            .await
            .unwrap_or_else(|error| panic!("the app `{}` could not be built: {error:#}", A::NAME));
        if let Some(Death { commit, moment }) = death {
            app.faults().plan(app.faults().commits() + commit, moment, Fault::Crash);
        }
        note.is_of(app.last_words());
        let current = || app.engine().clone();
        let output = unless_stuck(current, app.outlive(test(app.clone()))).await;
        let output = output.unwrap_or_else(|reason| panic!("this test {reason}"));
        let output = output.unwrap_or_else(|error| {
            panic!("the app `{}` could not be built again after a crash: {error:#}", A::NAME)
        });
        let struck = app.faults().struck();
        app.engine().kill().await;
        (output, struck)
    });
    Played { output, struck, note }
}

async fn build<A: App>(database: Database) -> crate::Result<TestApp<A>> {
    let data = Data::temporary::<A>()?;
    TestApp::begin(store(database, &data.folder)?, data).await
}
