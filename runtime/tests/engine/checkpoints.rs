//! Every await is a checkpoint, and what a step wrote is committed with the next one.

use justscale::prelude::*;

use crate::world::{World, on_both};

process! {
    order at "/order/{order}" gives u32;
    |cx, next, world|
    step Start { order: String } => {
        world.see(&order, "before the first await").await;
        next.to(State::Reserve { order, count: 1 })
    },
    step Reserve { order: String, count: u32 } => {
        async { world.see(&order, "in the first call").await; world.write("reserved").await }.step_in(cx).await;
        next.to(State::Charge { count: count + 1, order })
    },
    step Charge { order: String, count: u32 } => {
        async { world.see(&order, "in the second call").await; world.write("charged").await }.step_in(cx).await;
        next.to(State::AwaitTomorrow { count: count + 1, order })
    },
    wait AwaitTomorrow { order: String, count: u32 } => {
        sleep(days(1)).step_in(cx).await;
        world.see(&order, "after the wait").await;
        next.to(State::Block { total: count })
    },
    step Block { total: u32 } => next.done(total),
}
starts! { order(order: String) }

impl World {
    /// Tells the outside world where the row of an order stands, and which effects are committed.
    async fn see(&self, order: &str, when: &str) {
        let row = self.db.store().find(&format!("/order/{order}")).await.unwrap().unwrap();
        let rows = self.db.store().query("SELECT name FROM effect".to_owned(), vec![]).await.unwrap().rows;
        self.call(format!("{when}: {} {} {}", row.state.point, row.state.locals, rows.len())).await;
    }
}

#[test]
fn every_await_is_a_checkpoint() {
    on_both(async |site| {
        let app = site.start(&[order::process]).await;
        let started = app.run(order("ada").start()).await.unwrap();
        app.clock.advance(days(2)).await;
        assert_eq!(app.run(started).await.unwrap(), 3);
        assert_eq!(
            site.outside.calls(),
            [
                r#"before the first await: Start {"order":"ada"} 0"#,
                r#"in the first call: Reserve {"order":"ada","count":1} 0"#,
                r#"in the second call: Charge {"order":"ada","count":2} 1"#,
                r#"after the wait: AwaitTomorrow {"order":"ada","count":3} 2"#,
            ]
        );
        assert_eq!(site.effects().await, ["reserved", "charged"]);
        assert_eq!(site.row("/order/ada").await.state.locals, "{}", "what has ended keeps nothing");
    });
}

process! {
    slow at "/slow/{order}" gives u32;
    |cx, next, world|
    step Start { order: String } => next.to(State::Write { order }),
    step Write { order: String } => {
        let answer = async { world.write("written").await; world.long_call("called").await }.step_in(cx).await;
        next.to(State::End { answer })
    },
    step End { answer: u32 } => next.done(answer),
}
starts! { slow(order: String) }

#[test]
fn what_a_step_wrote_goes_with_it_when_it_is_cut_off() {
    on_both(async |site| {
        let app = site.start(&[slow::process]).await;
        app.run(slow("ada").start()).await.unwrap();
        site.outside.called(1).await;
        app.kill().await;
        assert_eq!(site.effects().await, [""; 0]);
        assert_eq!(site.row("/slow/ada").await.state.point, "Write");

        site.outside.open(1);
        let app = site.start(&[slow::process]).await;
        app.settle().await;
        assert_eq!(site.effects().await, ["written"]);
        // The call was made twice, under one key.
        assert_eq!(site.outside.calls(), ["called", "called"]);
        assert_eq!(site.outside.keys()[0], site.outside.keys()[1]);
    });
}

process! {
    endless at "/endless/{key}" gives u32;
    |cx, next, world|
    step Start { key: String, turns: u32 } => next.to(State::Turn { turns, done: 0 }),
    step Turn { turns: u32, done: u32 } => {
        world.write("turn").step_in(cx).await;
        if done + 1 < turns { next.to(State::Turn { turns, done: done + 1 }) } else { next.done(done + 1) }
    },
}
starts! { endless(key: String, turns: u32) }

#[test]
fn a_state_is_as_big_as_its_locals_and_each_turn_has_its_own_key() {
    on_both(async |site| {
        let app = site.start(&[endless::process]).await;
        assert_eq!(app.run(endless("a", 50).start()).await.unwrap().name(), "/endless/a");
        app.settle().await;
        let row = site.row("/endless/a").await;
        assert_eq!((row.step, row.result.as_deref()), (50, Some("50")));
        assert_eq!(site.effects().await.len(), 50);
    });
}
