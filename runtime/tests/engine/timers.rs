//! Deadlines are absolute and in the database.

use justscale::prelude::*;
use justscale::{Status, now};

use crate::world::{World, on_both};

process! {
    nap at "/nap/{key}" gives String;
    |cx, next, world|
    step Start { key: String, hours: u64 } => next.to(State::Sleep { key, hours }),
    wait Sleep { key: String, hours: u64 } => {
        sleep(justscale::time::hours(hours)).step_in(cx).await;
        next.to(State::Report { key })
    },
    step Report { key: String } => {
        world.call(key).step_in(cx).await;
        next.done(now().to_string())
    },
}
starts! { nap(key: String, hours: u64) }

#[test]
fn a_deadline_that_falls_due_while_nothing_runs_fires_at_start() {
    on_both(async |site| {
        let began = site.clock.now();
        let app = site.start(&[nap::process]).await;
        app.run(async {
            nap("short", 1).start().await.unwrap();
            nap("long", 10).start().await.unwrap()
        })
        .await;
        app.settle().await;
        app.kill().await;
        // The machine is off for a while.
        site.clock.advance(hours(3)).await;
        let app = site.start(&[nap::process]).await;
        app.settle().await;
        assert_eq!(site.outside.calls(), ["short"]);
        let row = site.row("/nap/long").await;
        assert_eq!(row.wake_at, Some(began + hours(10)), "the restart did not move the deadline");
        app.clock.advance_to(began + hours(10)).await;
        assert_eq!(site.outside.calls(), ["short", "long"]);
        assert_eq!(site.row("/nap/long").await.result, Some(format!("\"{}\"", began + hours(10))));
    });
}

#[test]
fn deadlines_fire_in_their_order_each_at_its_time() {
    on_both(async |site| {
        let began = site.clock.now();
        let app = site.start(&[nap::process]).await;
        for hours in [5, 1, 4, 2, 3] {
            app.run(nap(format!("{hours}"), hours).start()).await.unwrap();
        }
        app.clock.advance(hours(6)).await;
        assert_eq!(site.outside.calls(), ["1", "2", "3", "4", "5"]);
        let at = site.row("/nap/3").await.result;
        assert_eq!(at, Some(format!("\"{}\"", began + hours(3))));
    });
}

#[test]
fn a_time_that_is_over_is_no_wait() {
    on_both(async |site| {
        let app = site.start(&[nap::process]).await;
        app.run(nap("now", 0).start()).await.unwrap();
        app.settle().await;
        assert_eq!(site.status("/nap/now").await, Status::Done);
    });
}

#[test]
fn more_deadlines_than_have_a_place_in_memory_all_fire() {
    on_both(async |mut site| {
        site.options.max_running = 16;
        let app = site.start(&[nap::process]).await;
        // More than the queue holds.
        const MANY: usize = 5000;
        let starts = app.run(async {
            justscale::transaction(async {
                for key in 0..MANY {
                    nap(format!("{key}"), 1).start().await?;
                }
                Ok::<_, justscale::Error>(())
            })
            .await
        });
        starts.await.unwrap();
        app.settle().await;
        assert_eq!(site.store().next_wake(None).await.unwrap(), Some(site.clock.now() + hours(1)));
        app.clock.advance(hours(1)).await;
        assert_eq!(site.outside.distinct().len(), MANY);
        assert_eq!(site.store().next_wake(None).await.unwrap(), None);
    });
}

#[test]
fn what_this_program_cannot_run_hides_nothing() {
    on_both(async |site| {
        let app = site.start(&[nap::process, gone::process]).await;
        app.run(async {
            justscale::transaction(async {
                for key in 0..3000 {
                    gone(format!("{key}")).start().await?;
                }
                Ok::<_, justscale::Error>(())
            })
            .await
        })
        .await
        .unwrap();
        app.run(nap("here", 2).start()).await.unwrap();
        app.settle().await;
        app.kill().await;
        // The next version of the program has one process less.
        let app = site.start(&[nap::process]).await;
        app.clock.advance(hours(3)).await;
        assert_eq!(site.outside.calls(), ["here"]);
        assert_eq!(site.status("/gone/7").await, Status::Waiting, "left alone");
        app.kill().await;
        // And the one after that has it again.
        let app = site.start(&[nap::process, gone::process]).await;
        app.settle().await;
        assert_eq!(site.status("/gone/7").await, Status::Done);
    });
}

process! {
    gone at "/gone/{key}" gives ();
    |cx, next, world|
    wait Start { key: String } => {
        sleep(hours(1)).step_in(cx).await;
        next.done(())
    },
}
starts! { gone(key: String) }

#[test]
fn in_real_time_too() {
    on_both(async |site| {
        let app = site.start_in_real_time(&[blink::process]).await;
        let ended = app.run(async {
            let mut handles = Vec::new();
            for key in 0..200 {
                handles.push(blink(format!("{key}")).start().await.unwrap());
            }
            let mut sum = 0;
            for handle in handles {
                sum += handle.await.unwrap();
            }
            sum
        });
        assert_eq!(ended.await, 200 * 5);
        assert!(app.engine.stop(secs(60)).await);
    });
}

process! {
    blink at "/blink/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Sleep { left: 5, key }),
    wait Sleep { key: String, left: u32 } => {
        sleep(millis(u64::from(left) % 3)).step_in(cx).await;
        next.to(State::Next { left: left - 1, key })
    },
    step Next { key: String, left: u32 } => match left {
        0 => next.done(5),
        left => next.to(State::Sleep { key, left }),
    },
}
starts! { blink(key: String) }
