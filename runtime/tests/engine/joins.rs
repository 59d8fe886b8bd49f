//! A join keeps the results of its finished branches in the row.

use justscale::Status;
use justscale::prelude::*;

use crate::world::{World, on_both};

signal! { Go at "/go/{key}" { key: String, word: String } kept 168 hours }

process! {
    three at "/three/{key}" gives (u32, u32, String);
    |cx, next, world|
    step Start { key: String } => next.to(State::Join { key }),
    wait Join { key: String } => {
        let quick = async { world.write("quick").await; world.call("quick").await };
        let slow = async {
            let number = world.long_call("slow").await;
            world.write("slow").await;
            number
        };
        let (quick, slow, go) = cx.join((quick.arm_in(cx), slow.arm_in(cx), Go::of(&key).arm_in(cx))).await;
        next.done((quick, slow, go.word))
    },
}
starts! { three(key: String) }

#[test]
fn a_finished_branch_is_not_run_again() {
    on_both(async |site| {
        let app = site.start(&[three::process]).await;
        app.run(three("a").start()).await.unwrap();
        site.outside.called(2).await;
        app.kill().await;
        let app = site.start(&[three::process]).await;
        site.outside.called(3).await;
        app.run(Go { key: "a".into(), word: "now".into() }.emit()).await.unwrap();
        app.kill().await;
        site.outside.open(1);
        let app = site.start(&[three::process]).await;
        app.settle().await;
        let result = site.row("/three/a").await.result.unwrap();
        assert!(result.ends_with(r#",4,"now"]"#), "{result}");
        let mut calls = site.outside.calls();
        calls.sort();
        assert_eq!(calls, ["quick", "slow", "slow", "slow"]);
        assert_eq!(site.outside.distinct().len(), 2);
        assert_eq!(site.effects().await, ["quick", "slow"]);
    });
}

process! {
    many at "/many/{key}" gives Vec<u32>;
    |cx, next, world|
    step Start { key: String } => next.to(State::Join { key }),
    wait Join { key: String } => {
        let branch = |name: &'static str| async move { world.write(name).await; world.call(name).await };
        let (a, b, c, d) = cx.join((
            branch("a").arm_in(cx),
            branch("b").arm_in(cx),
            branch("c").arm_in(cx),
            branch("d").arm_in(cx),
        )).await;
        next.done(vec![a, b, c, d])
    },
}
starts! { many(key: String) }

#[test]
fn branches_that_write_take_turns() {
    on_both(async |site| {
        let app = site.start(&[many::process]).await;
        for key in 0..8 {
            app.run(many(format!("{key}")).start()).await.unwrap();
        }
        app.settle().await;
        assert_eq!(site.effects().await.len(), 32);
        assert_eq!(site.status("/many/7").await, Status::Done);
        assert_eq!(site.outside.distinct().len(), 32);
    });
}

process! {
    waits at "/waits/{key}" gives (String, (), String);
    |cx, next, world|
    wait Start { key: String } => {
        let arms = (Go::of(&key).arm_in(cx), sleep(days(2)).arm_in(cx), child(key.clone()).arm_in(cx));
        let (go, slept, child) = cx.join(arms).await;
        next.done((go.word, slept, child.unwrap()))
    },
}
starts! { waits(key: String) }

process! {
    child at "/child/{key}" gives String;
    |cx, next, world|
    wait Start { key: String } => {
        sleep(days(1)).step_in(cx).await;
        next.done(format!("child of {key}"))
    },
}
starts! { child(key: String) }

#[test]
fn waits_are_joined_without_running_in_between() {
    on_both(async |site| {
        let app = site.start(&[waits::process, child::process]).await;
        app.run(waits("a").start()).await.unwrap();
        app.clock.advance(hours(25)).await;
        let row = site.row("/waits/a").await;
        assert_eq!((row.status, app.engine.load().running), (Status::Waiting, 0));
        app.kill().await;
        let app = site.start(&[waits::process, child::process]).await;
        app.run(Go { key: "a".into(), word: "go".into() }.emit()).await.unwrap();
        app.run(Go { key: "a".into(), word: "twice".into() }.emit()).await.unwrap();
        app.settle().await;
        let waits = site.row("/waits/a").await.waits;
        assert!(waits.contains("child of a") && waits.contains(r#""done":"{"#), "{waits}");
        app.clock.advance(days(1)).await;
        assert_eq!(site.row("/waits/a").await.result.unwrap(), r#"["go",null,"child of a"]"#);
    });
}
