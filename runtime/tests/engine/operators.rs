//! What an operator does: cancel, retry; to what waits, to what runs and to what has ended.

use justscale::prelude::*;
use justscale::store::Operation;
use justscale::{Kind, Status};

use crate::world::{World, on_both};

process! {
    order at "/order/{order}" gives u32;
    |cx, next, world|
    step Start { order: String } => next.to(State::Write { order }),
    step Write { order: String } => {
        let number = async { world.write("written").await; world.long_call("slow").await }.step_in(cx).await;
        next.to(State::Sleep { number })
    },
    wait Sleep { number: u32 } => {
        sleep(days(1)).step_in(cx).await;
        next.done(number)
    },
}
starts! { order(order: String) }

#[test]
fn what_waits_is_cancelled_at_once() {
    on_both(async |site| {
        site.outside.open(1);
        let app = site.start(&[order::process]).await;
        let handle = app.run(order("a").start()).await.unwrap();
        app.settle().await;
        assert_eq!(site.status("/order/a").await, Status::Waiting);
        app.run(handle.cancel()).await.unwrap();
        assert_eq!(app.run(handle.status()).await.unwrap(), Status::Cancelled);
        app.run(handle.cancel()).await.expect("a second time is without effect");
        app.clock.advance(days(2)).await;
        assert_eq!(site.status("/order/a").await, Status::Cancelled);
        assert_eq!(app.run(handle).await.unwrap_err().kind(), Kind::Cancelled);
    });
}

#[test]
fn a_step_that_runs_when_it_is_cancelled_does_not_commit() {
    on_both(async |site| {
        let app = site.start(&[read::process]).await;
        let handle = app.run(read("a").start()).await.unwrap();
        site.outside.called(1).await;
        app.run(handle.cancel()).await.unwrap();
        site.outside.open(1);
        app.settle().await;
        assert_eq!((site.status("/read/a").await, site.effects().await.len()), (Status::Cancelled, 0));
        assert_eq!(app.engine.load().running, 0);
        // Its name is free for a new one, which the old one's end does not touch.
        site.outside.open(1);
        app.run(read("a").start()).await.unwrap();
        app.settle().await;
        assert_eq!((site.status("/read/a").await, site.effects().await.len()), (Status::Done, 1));
        let keys = site.outside.keys();
        assert_ne!(keys[0], keys[1], "it is another instance");
    });
}

process! {
    // Writes after its call, so that it holds nothing while it is cancelled.
    read at "/read/{order}" gives u32;
    |cx, next, world|
    step Start { order: String } => next.to(State::Call { order }),
    step Call { order: String } => {
        let number = async {
            let number = world.long_call("slow").await;
            world.write("written").await;
            number
        }.step_in(cx).await;
        next.done(number)
    },
}
starts! { read(order: String) }

#[test]
fn an_operation_on_nobody_says_so() {
    on_both(async |site| {
        let app = site.start(&[order::process]).await;
        assert_eq!(app.engine.operate("/order/a", Operation::Cancel).await.unwrap(), None);
        assert_eq!(app.engine.operate("/order/a", Operation::Retry).await.unwrap(), None);
    });
}
