//! No wake is lost, in whatever order things happen: small scenarios on the engine as it is, in every order in which its tasks and the
//! store's answers can come. What the engine holds to that end is said in `docs/wakes.md`.
#![allow(unreachable_pub)] // The processes are written in words that tests outside this crate use too.

mod explorer;
mod scene;
mod slow;
#[macro_use]
#[path = "../../../tests/engine/process.rs"]
mod written;

use std::sync::atomic::{AtomicU32, Ordering};

use self::explorer::in_every_order;
use self::scene::{Scene, now};
use self::slow::pause;
use crate::prelude::*;
use crate::store::{NewInstance, SavedState, Status, Store as _, Write};

/// So many times another task is polled than the one whose turn it is.
const TURNS: usize = 3;

/// What processes have at hand.
#[derive(Default)]
pub struct World {
    calls: AtomicU32,
}

impl World {
    /// Does something that takes a while.
    async fn call(&self) -> u32 {
        pause().await;
        self.calls.fetch_add(1, Ordering::SeqCst)
    }

    /// The same, and it fails.
    async fn fail(&self) -> Result<u32, String> {
        self.call().await;
        Err("it fails".to_owned())
    }
}

signal! { Go at "/go/{key}" { key: String } kept 168 hours }

process! {
    waiter at "/waiter/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::AwaitGo { key }),
    wait AwaitGo { key: String } => { Go::of(&key).step_in(cx).await; next.done(()) },
}
starts! { waiter(key: String) }

fn go(key: &str) -> crate::Emit<Go> {
    Go { key: key.to_owned() }.emit()
}

#[test]
fn a_message_meets_a_park() {
    in_every_order(TURNS, |tasks| {
        let scene = Scene::of(tasks, &[waiter::process], &[]);
        scene.run(async { waiter("a").await.unwrap() });
        scene.run(async { go("a").await.unwrap() });
        move || scene.all_are_done(1)
    });
}

#[test]
fn whoever_sends_and_starts_may_be_dropped_at_any_time() {
    in_every_order(1, |tasks| {
        let scene = Scene::of(tasks, &[waiter::process], &[]);
        let (dropped, polls) = (tasks.choose(3), tasks.choose(5));
        let polls = |work| (work == dropped).then_some(polls);
        scene.begin(polls(0), waiter("a").start().into_future());
        scene.begin(polls(1), go("a").into_future());
        scene.begin(polls(2), transaction(async { go("b").await }));
        scene.run(async { waiter("b").await.unwrap() });
        move || drop(scene.rows())
    });
}

process! {
    napper at "/napper/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::Call { key }),
    step Call { key: String } => { world.call().step_in(cx).await; next.to(State::Sleep { key }) },
    wait Sleep { key: String } => { sleep(secs(1)).step_in(cx).await; next.done(()) },
}
starts! { napper(key: String) }

#[test]
fn a_deadline_meets_the_start_of_the_program_and_that_of_the_instance() {
    in_every_order(TURNS, |tasks| {
        let scene = Scene::of(tasks, &[napper::process], &[]);
        scene.run(async { napper("a").start().await.unwrap() });
        scene.time_comes();
        move || scene.all_are_done(1)
    });
}

#[test]
fn what_was_found_at_the_start_of_the_program_is_begun_again_from_the_row_of_its_own_start() {
    in_every_order(TURNS, |tasks| {
        let scene = Scene::of(tasks, &[napper::process], &[]);
        let new = NewInstance {
            name: "/napper/a".to_owned(),
            process: "/napper/{key}".to_owned(),
            state: SavedState { point: "Start".to_owned(), locals: r#"{"key":"a"}"#.to_owned() },
            subscriptions: Vec::new(),
            parent: None,
            at: scene.clock.now(),
        };
        // The commit of the start is read by the program's start before the engine hears of it, and all of the first run comes between.
        let write = Write { starts: vec![new.clone()], ..Write::default() };
        let known = scene.engine.known(vec![new.clone()]);
        let committed = now(scene.store.inner().commit(write)).unwrap();
        // Whether the engine knows that the row may be out of date.
        let knows = tasks.choose(2) == 0;
        let (engine, clock, store) = (scene.engine.clone(), scene.clock.clone(), scene.store.clone());
        scene.run(async move {
            store.parked.notified().await;
            clock.idle().wait().await;
            let at = store.next_wake(None).await.unwrap().unwrap();
            engine.settle(committed, if knows { known } else { engine.known(vec![new]) });
            pause().await;
            clock.set(at);
            engine.offer_due(at).await.unwrap();
        });
        move || scene.all_are_done(1)
    });
}

process! {
    parent at "/parent/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::AwaitChild { key }),
    wait AwaitChild { key: String } => { waiter(key.clone()).step_in(cx).await.unwrap(); next.done(()) },
}
starts! { parent(key: String) }

process! {
    launcher at "/launcher/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::Launch { key }),
    step Launch { key: String } => {
        let handle = worker(key).start().step_in(cx).await.unwrap();
        next.to(State::AwaitHandle { handle })
    },
    wait AwaitHandle { handle: worker::Handle } => { handle.step_in(cx).await.unwrap(); next.done(()) },
}
starts! { launcher(key: String) }

process! {
    worker at "/worker/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Call { key }),
    step Call { key: String } => { let number = world.call().step_in(cx).await; next.done(number) },
}
starts! { worker(key: String) }

#[test]
fn the_end_of_a_child_meets_its_parents_wait() {
    in_every_order(TURNS, |tasks| {
        let scene = Scene::of(tasks, &[parent::process, waiter::process], &[]);
        scene.run(async { parent("a").await.unwrap() });
        scene.run(async { go("a").await.unwrap() });
        move || scene.all_are_done(2)
    });
    in_every_order(TURNS, |tasks| {
        let scene = Scene::of(tasks, &[launcher::process, worker::process], &[]);
        scene.run(async { launcher("a").start().await.unwrap() });
        move || scene.all_are_done(2)
    });
}

process! {
    // A plain future runs beside the wait, so the run hears of the message in memory.
    hearer at "/hearer/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::Race { key }),
    wait Race { key: String } => {
        let never = std::future::pending::<()>();
        cx.race((Go::of(&key).arm_in(cx), never.arm_in(cx))).await;
        next.done(())
    },
}
starts! { hearer(key: String) }

#[test]
fn a_message_meets_a_run_that_listens_in_memory() {
    in_every_order(TURNS, |tasks| {
        let scene = Scene::of(tasks, &[hearer::process], &[]);
        scene.run(async { hearer("a").start().await.unwrap() });
        scene.run(async { go("a").await.unwrap() });
        move || scene.all_are_done(1)
    });
}

process! {
    // What is done at once is committed while the other branch runs, which ends the run.
    torn at "/torn/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::Join { key }),
    wait Join { key: String } => {
        let failing = world.fail().retry(Backoff::fixed(secs(1)).max(1));
        let sent = async { go(&key).await.unwrap(); worker(key.clone()).start().await.unwrap(); };
        let _ = cx.join((sent.arm_in(cx), failing.arm_in(cx))).await;
        next.done(())
    },
}
starts! { torn(key: String) }

#[test]
fn a_run_ends_while_a_commit_of_it_is_on_its_way() {
    in_every_order(2, |tasks| {
        let scene = Scene::of(tasks, &[torn::process, waiter::process, worker::process], &[]);
        scene.run(async {
            waiter("a").start().await.unwrap();
            torn("a").start().await.unwrap();
        });
        move || {
            let rows = scene.rows();
            let torn = rows.iter().find(|row| row.name == "/torn/a").unwrap();
            assert_eq!((torn.status, torn.cause.as_deref()), (Status::Paused, Some("it fails")));
            // With the commit everything is there that it has sent and started; without it, nothing.
            let done: Vec<bool> = ["/waiter/a", "/worker/a"]
                .map(|name| rows.iter().any(|row| row.name == name && row.status == Status::Done))
                .to_vec();
            assert!(done == [true; 2] || done == [false; 2], "{rows:?}");
        }
    });
}

part! {
    hears gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::AwaitGo { key }),
    wait AwaitGo { key: String } => { Go::of(&key).step_in(cx).await; next.done(()) },
}

process! {
    both at "/both/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::Both { key }),
    step Both { key: String } => {
        cx.join((hears(key.clone()).arm_in(cx), hears(key.clone()).arm_in(cx))).await;
        next.done(())
    },
}
starts! { both(key: String) }

#[test]
fn messages_meet_parts_that_wait_beside_each_other() {
    in_every_order(TURNS, |tasks| {
        let scene = Scene::of(tasks, &[both::process], &[hears::part]);
        scene.run(async { both("a").start().await.unwrap() });
        scene.run(async {
            go("a").await.unwrap();
            go("a").await.unwrap();
        });
        move || scene.all_are_done(1)
    });
}

#[test]
fn a_cancel_meets_a_run() {
    in_every_order(TURNS, |tasks| {
        let scene = Scene::of(tasks, &[parent::process, waiter::process], &[]);
        scene.run(async {
            let handle = parent("a").start().await.unwrap();
            handle.cancel().await.unwrap();
        });
        move || {
            let rows = scene.rows();
            assert!(rows.iter().all(|row| row.status == Status::Cancelled), "{rows:?}");
        }
    });
}
