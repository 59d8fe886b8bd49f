//! Tests whose app dies: once for each commit that the test makes, and on either side of it; and whose messages come twice.
//!
//! A test is played as it is first. Then it is played again and again, and each time the app dies at another one of its commits: whatever
//! runs ends in the middle, nothing more is committed, and the app is started again on what there is. The test itself goes on: it is no
//! part of the app.
//!
//! Then it is played once for each message that comes from outside any process, and that one arrives twice: whoever sends from outside and
//! dies before it hears that the message is kept must send it again. What a process sends is part of its commit, and arrives once.

use std::fmt::Debug;
use std::future::Future;

use super::app::TestApp;
use super::mishap::{Hit, Mishap, VARIABLE};
use super::note::Note;
use super::{Database, Options, store};
use crate::app::{App, Data, unless_stuck};
use crate::engine::panics::{self, Said};
use crate::store::{Moment, Struck};

/// Whether the app of a test dies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Crash {
    /// It lives.
    #[default]
    Never,
    /// The test is played once as it is, and then once for each commit and each side of it: the app dies there, and is started again.
    Commits,
    /// The same, and then once for each message that comes from outside any process: it arrives twice.
    Everywhere,
}

/// Plays a scenario as it is, and then with a crash before and after each of its commits. Each time it must give the same.
///
/// Gives that. With `JUSTSCALE_CRASH=after:7` in the environment it dies there alone.
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
        let options = Options::new().database(database).crash(Crash::Commits);
        play_all(options, &scenario, |output| {
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

/// Plays a test as it is, and then with all that goes wrong, for as long as `goes_well` says so of what it gives. Gives whether it did to
/// the end. The options name one database.
pub(super) fn play_all<A, F, Fut>(
    options: Options,
    test: &F,
    mut goes_well: impl FnMut(Fut::Output) -> bool,
) -> bool
where
    A: App,
    F: Fn(TestApp<A>) -> Fut,
    Fut: Future,
{
    let mut play = |mishap| {
        let Played { output, hit, reached, note } = play(options, mishap, test);
        let well = goes_well(output);
        if !well {
            note.tell();
        }
        Verdict { well, hit, reached }
    };
    if !play(None).well {
        return false;
    }
    if options.crash == Crash::Never {
        return true;
    }
    if let Some(mishap) = Mishap::asked_for() {
        let Verdict { well, hit, reached } = play(Some(mishap));
        assert!(
            !well || hit.is_some(),
            "{VARIABLE} asks for `{mishap}`, which does not happen: this test comes to {reached}"
        );
        return well;
    }
    deaths(&mut play) && (options.crash == Crash::Commits || duplicates(&mut play))
}

/// How a play went.
struct Verdict {
    well: bool,
    hit: Option<Hit>,
    reached: String,
}

/// Plays a test once for each commit and each side of it.
fn deaths(play: &mut impl FnMut(Option<Mishap>) -> Verdict) -> bool {
    for commit in 1.. {
        for moment in [Moment::Before, Moment::After] {
            let Verdict { well, hit, .. } = play(Some(Mishap::Death { commit, moment }));
            if !well {
                return false;
            }
            match hit {
                Some(Hit::Commit(Struck::Move(..))) => {}
                // What comes from outside the app is made in any case, and the app dies after it.
                Some(_) => break,
                None => {
                    assert!(commit > 1, "the app commits nothing, so there is nothing at which it could die");
                    return true;
                }
            }
        }
    }
    true
}

/// Plays a test once for each message that comes from outside any process.
fn duplicates(play: &mut impl FnMut(Option<Mishap>) -> Verdict) -> bool {
    for message in 1.. {
        let Verdict { well, hit, .. } = play(Some(Mishap::Twice { message }));
        if !well || hit.is_none() {
            return well;
        }
    }
    true
}

/// What has come of a test that was played.
struct Played<T> {
    output: T,
    hit: Option<Hit>,
    reached: String,
    note: Note,
}

/// Plays a test once.
fn play<A, F, Fut>(options: Options, mishap: Option<Mishap>, test: &F) -> Played<Fut::Output>
where
    A: App,
    F: Fn(TestApp<A>) -> Fut,
    Fut: Future,
{
    let mut note = Note::new(options);
    panics::note_places(Said::AsUsual);
    // One thread: what a test sees does not depend on how the machine shares its processors.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime could be made for this test: {error}"));
    let output = runtime.block_on(async {
        let app = build::<A>(options.database)
            .await
            .unwrap_or_else(|error| panic!("the app `{}` could not be built: {error:#}", A::NAME));
        if let Some(mishap) = mishap {
            note.is_of(mishap.plan(&app));
        }
        let current = || app.engine().clone();
        let output = unless_stuck(current, app.outlive(test(app.clone()))).await;
        let output = output.unwrap_or_else(|reason| panic!("this test {reason}"));
        let output = output.unwrap_or_else(|error| {
            panic!("the app `{}` could not be built again after a crash: {error:#}", A::NAME)
        });
        app.engine().kill().await;
        output
    });
    let (hit, reached) = note.planned().map(|planned| (planned.hit(), planned.reached())).unzip();
    Played { output, hit: hit.flatten(), reached: reached.unwrap_or_default(), note }
}

async fn build<A: App>(database: Database) -> crate::Result<TestApp<A>> {
    let data = Data::temporary::<A>()?;
    TestApp::begin(store(database, &data.folder)?, data).await
}
