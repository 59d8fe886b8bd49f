//! A graceful stop lets running steps come to their checkpoint; a kill ends in the middle.

use justscale::Status;
use justscale::prelude::*;

use crate::world::{World, on_both};

process! {
    order at "/order/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::First { key }),
    step First { key: String } => {
        let number = world.long_call("first").step_in(cx).await;
        next.to(State::Second { number })
    },
    step Second { number: u32 } => {
        world.long_call("second").step_in(cx).await;
        next.done(number)
    },
}
starts! { order(key: String) }

#[test]
fn a_running_step_comes_to_its_checkpoint_and_no_further() {
    on_both(async |site| {
        let app = site.start(&[order::process]).await;
        app.run(order("a").start()).await.unwrap();
        site.outside.called(1).await;
        let (stopped, ()) = tokio::join!(app.engine.stop(secs(600)), async { site.outside.open(1) });
        assert!(stopped);
        let row = site.row("/order/a").await;
        assert_eq!((row.status, row.state.point.as_str()), (Status::Active, "Second"));
        assert_eq!(site.outside.calls(), ["first"]);
        // What is started, sent or due by now is run at the next start.
        app.run(order("b").start()).await.unwrap();
        app.settle().await;
        assert_eq!(site.row("/order/b").await.state.point, "Start");
        site.outside.open(3);
        let app = site.start(&[order::process]).await;
        app.settle().await;
        assert_eq!([site.status("/order/a").await, site.status("/order/b").await], [Status::Done; 2]);
        assert_eq!(site.outside.calls().len(), 4);
    });
}

#[test]
fn a_step_that_takes_too_long_is_dropped_at_the_deadline() {
    on_both(async |site| {
        let app = site.start(&[order::process]).await;
        app.run(order("a").start()).await.unwrap();
        site.outside.called(1).await;
        assert!(!app.engine.stop(millis(1)).await);
        assert_eq!(
            (site.row("/order/a").await.state.point.as_str(), app.engine.load().running),
            ("First", 0)
        );
        site.outside.open(2);
        let app = site.start(&[order::process]).await;
        app.settle().await;
        assert_eq!(site.status("/order/a").await, Status::Done);
        assert_eq!(site.outside.calls(), ["first", "first", "second"]);
    });
}

#[test]
fn an_engine_that_runs_nothing_stops_at_once() {
    on_both(async |site| {
        let app = site.start_in_real_time(&[order::process]).await;
        assert!(app.engine.stop(secs(600)).await);
        assert!(app.engine.stop(secs(600)).await, "a second time too");
    });
}
