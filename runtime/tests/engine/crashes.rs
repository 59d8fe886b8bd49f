//! Effects happen exactly once: the program dies before and after each single commit, is started again, and all ends as if it
//! had never died.

use std::sync::Arc;

use justscale::Status;
use justscale::prelude::*;
use justscale::process::Process;
use justscale::store::{Fault, Faulty, Filter, Moment};

use crate::world::{App, Site, World};

signal! { Paid at "/paid/{order}" { order: String, cents: u32 } kept 168 hours }
signal! { Shipped at "/shipped/{order}" { order: String } kept 168 hours }

process! {
    order at "/order/{order}" gives Result<u32, String>;
    |cx, next, world|
    step Start { order: String } => next.to(State::Reserve { order }),
    step Reserve { order: String } => {
        async { world.write("reserve").await; world.call("reserve").await }.step_in(cx).await;
        next.to(State::AwaitPaid { order })
    },
    wait AwaitPaid { order: String } => {
        match cx.race((Paid::of(&order).arm_in(cx), sleep(days(7)).arm_in(cx))).await {
            rt::Race2::First(paid) => next.to(State::Charge { order, cents: paid.cents }),
            rt::Race2::Second(()) => next.done(Err("never paid".to_owned())),
        }
    },
    step Charge { order: String, cents: u32 } => {
        let charge = async { world.write("charge attempt").await; world.try_call("charge").await };
        let charged = charge.retry(Backoff::exponential(minutes(1)..hours(1)).max(5)).step_in(cx).await;
        match charged {
            Ok(_) => next.to(State::AwaitParcel { order, cents }),
            Err(error) => next.done(Err(error)),
        }
    },
    wait AwaitParcel { order: String, cents: u32 } => {
        match parcel(order.clone()).step_in(cx).await {
            Ok(weight) => next.to(State::Join { order, sum: cents + weight }),
            Err(error) => next.done(Err(error.to_string())),
        }
    },
    wait Join { order: String, sum: u32 } => {
        let mail = async { world.write("mail").await; world.call("mail").await; 1_u32 };
        let book = async { world.write("book").await; world.call("book").await; 2_u32 };
        let (mailed, booked, shipped) =
            cx.join((mail.arm_in(cx), book.arm_in(cx), Shipped::of(&order).arm_in(cx))).await;
        assert_eq!(shipped.order, order);
        next.to(State::End { sum: sum + mailed + booked })
    },
    step End { sum: u32 } => next.done(Ok(sum)),
}
starts! { order(order: String) listens Paid }

process! {
    parcel at "/parcel/{order}" gives u32;
    |cx, next, world|
    step Start { order: String } => next.to(State::Pack { order }),
    step Pack { order: String } => {
        world.write("pack").step_in(cx).await;
        next.to(State::AwaitMorning { order })
    },
    wait AwaitMorning { order: String } => {
        sleep(hours(8)).step_in(cx).await;
        next.to(State::Ship { order })
    },
    step Ship { order: String } => {
        async {
            world.write("ship").await;
            Shipped { order: order.clone() }.emit().await.unwrap();
            note(order.clone()).start().await.unwrap();
        }.step_in(cx).await;
        next.done(7)
    },
}
starts! { parcel(order: String) }

process! {
    // Started beside the parcel; its first step is its whole life.
    note at "/note/{order}" gives ();
    |cx, next, world|
    step Start { order: String } => {
        world.write("note").step_in(cx).await;
        next.done(())
    },
}
starts! { note(order: String) }

const PROCESSES: &[fn(&Arc<World>) -> Process] = &[order::process, parcel::process, note::process];

/// What happens from outside, until the program is dead.
async fn scenario(app: &App, is_dead: impl Fn() -> bool) -> justscale::Result<()> {
    app.run(async {
        order("ada").start().await?;
        app.clock.advance(hours(1)).await;
        if app.engine.store().find("/order/ada").await?.is_some_and(|row| row.state.point == "AwaitPaid") {
            Paid { order: "ada".into(), cents: 100 }.emit().await?;
        }
        for _ in 0..48 {
            if is_dead() {
                return Ok(());
            }
            app.clock.advance(hours(1)).await;
        }
        Ok::<_, justscale::Error>(())
    })
    .await
}

/// What is left in the end.
#[derive(Debug, PartialEq)]
struct End {
    instances: Vec<(String, Status, Option<String>)>,
    effects: Vec<String>,
}

async fn end(site: &Site) -> End {
    let rows = site.store().list(Filter::default()).await.unwrap();
    let mut instances: Vec<_> = rows.into_iter().map(|row| (row.name, row.status, row.result)).collect();
    instances.sort_by(|a, b| a.0.cmp(&b.0));
    let mut effects = site.effects().await;
    effects.sort();
    End { instances, effects }
}

/// Dies on one side of the n-th commit, and is started again until the scenario is over. Says how often it died.
async fn die_at(site: &Site, commit: u64, moment: Moment) -> u64 {
    site.outside.refuse(2);
    let (store, faults) = Faulty::new(site.store());
    faults.plan(commit, moment, Fault::Die);
    let app = site.start_on(Arc::new(store), PROCESSES).await;
    let went = scenario(&app, || faults.is_dead()).await;
    app.kill().await;
    if !faults.is_dead() {
        went.unwrap();
        return 0;
    }
    let app = site.start(PROCESSES).await;
    app.settle().await;
    scenario(&app, || false).await.unwrap();
    app.kill().await;
    1
}

async fn undisturbed(site: Site) -> (End, u64) {
    site.outside.refuse(2);
    let (store, faults) = Faulty::new(site.store());
    let app = site.start_on(Arc::new(store), PROCESSES).await;
    scenario(&app, || false).await.unwrap();
    app.kill().await;
    (end(&site).await, faults.commits())
}

fn dies_at_each_commit(site: fn() -> Site) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (expected, commits) = undisturbed(site()).await;
        assert_eq!(
            expected.effects,
            ["book", "charge attempt", "mail", "note", "pack", "reserve", "ship"],
            "a failed attempt leaves nothing"
        );
        assert_eq!(expected.instances[1].2.as_deref(), Some(r#"{"Ok":110}"#));
        assert!(commits > 15, "{commits}");
        for commit in 1..=commits {
            for moment in [Moment::Before, Moment::After] {
                let site = site();
                assert_eq!(die_at(&site, commit, moment).await, 1, "commit {commit} was not reached");
                assert_eq!(end(&site).await, expected, "died {moment:?} commit {commit}");
                // Each outside call was made at least once, and its repeats were made under one key.
                let calls = site.outside.distinct();
                let names: Vec<&str> = calls.iter().map(|(name, _)| name.as_str()).collect();
                assert_eq!(
                    names,
                    ["book", "charge", "mail", "reserve"],
                    "died {moment:?} commit {commit}: {calls:?}"
                );
            }
        }
    });
}

#[test]
fn the_program_dies_at_each_commit_on_memory() {
    dies_at_each_commit(Site::memory);
}

#[test]
fn the_program_dies_at_each_commit_on_sqlite() {
    dies_at_each_commit(Site::sqlite);
}
