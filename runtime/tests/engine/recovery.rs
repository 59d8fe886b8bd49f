//! What was active when the program ended goes on at its start, in bounded memory.

use justscale::prelude::*;
use justscale::store::{Filter, NewInstance, SavedState, Write};
use justscale::{Clock, Status};

use crate::world::{World, on_both};

process! {
    order at "/order/{key}" gives u32;
    |cx, next, world|
    step Start { key: u32 } => next.to(State::Look { key }),
    step Look { key: u32 } => {
        world.call("look").step_in(cx).await;
        next.done(key)
    },
}

#[test]
fn ten_thousand_active_instances_go_on_in_bounded_memory() {
    on_both(async |mut site| {
        const MANY: u32 = 10_000;
        const QUEUE: usize = 4096;
        let at = site.clock.now();
        let start = |key: u32| NewInstance {
            name: format!("/order/{key}"),
            process: "/order/{key}".into(),
            state: SavedState { point: "Look".into(), locals: format!("{{\"key\":{key}}}") },
            subscriptions: vec![],
            parent: None,
            at,
        };
        site.store()
            .commit(Write { starts: (0..MANY).map(start).collect(), ..Write::default() })
            .await
            .unwrap();
        site.options.max_running = 50;
        let app = site.start(&[order::process]).await;
        let mut most = app.engine.load();
        while site.outside.calls().len() < MANY as usize {
            site.outside.called(site.outside.calls().len() + 1).await;
            let load = app.engine.load();
            most.running = most.running.max(load.running);
            most.queued = most.queued.max(load.queued);
        }
        app.settle().await;
        // One beyond the queue's bound for each that is asked to run again while it ends.
        assert!(most.running <= 50 && most.queued <= QUEUE + 50, "{most:?}");
        let filter = Filter { status: Some(Status::Done), ..Filter::default() };
        assert_eq!(site.store().list(filter).await.unwrap().len(), MANY as usize);
        assert_eq!(site.outside.distinct().len(), MANY as usize);
    });
}

process! {
    long at "/long/{key}" gives ();
    |cx, next, world|
    step Start { key: u32 } => next.to(State::Call { key }),
    step Call { key: u32 } => { world.long_call("long").step_in(cx).await; next.done(()) },
}

#[test]
fn what_comes_after_a_batch_that_fills_the_queue_exactly_is_not_forgotten() {
    on_both(async |mut site| {
        // The running and the queued are nine batches, and there is one instance more.
        const MANY: usize = 512 + 4096 + 1;
        let at = site.clock.now();
        let start = |key: usize| NewInstance {
            name: format!("/long/{key}"),
            process: "/long/{key}".into(),
            state: SavedState { point: "Call".into(), locals: format!("{{\"key\":{key}}}") },
            subscriptions: vec![],
            parent: None,
            at,
        };
        let starts = (0..MANY).map(start).collect();
        site.store().commit(Write { starts, ..Write::default() }).await.unwrap();
        site.options.max_running = 512;
        let app = site.start(&[long::process]).await;
        site.outside.called(512).await;
        while app.engine.load().queued < 4096 {
            tokio::task::yield_now().await;
        }
        site.outside.open(MANY);
        app.settle().await;
        assert_eq!(site.outside.calls().len(), MANY);
        let filter = Filter { status: Some(Status::Done), ..Filter::default() };
        assert_eq!(site.store().list(filter).await.unwrap().len(), MANY);
    });
}

process! {
    nap at "/nap/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => next.to(State::Sleep { key }),
    wait Sleep { key: String } => {
        sleep(secs(1)).step_in(cx).await;
        next.done(())
    },
}
starts! { nap(key: String) }

#[test]
fn a_start_before_the_engine_runs_is_not_forgotten() {
    on_both(async |site| {
        // A program that knows no processes yet, as a command before `serve`.
        let app = site.start(&[]).await;
        app.run(nap("a").start()).await.unwrap();
        app.kill().await;
        let app = site.start(&[nap::process]).await;
        app.clock.advance(secs(2)).await;
        assert_eq!(site.status("/nap/a").await, Status::Done);
        assert!(matches!(app.engine.clock(), Clock::Manual(_)));
    });
}
