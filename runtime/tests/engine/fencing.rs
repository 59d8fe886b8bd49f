//! Of two who run the same instance only the first to commit moves it; the other one's work is abandoned.

use jiff::Timestamp;
use justscale::Status;
use justscale::prelude::*;

use crate::world::{World, on_both, on_both_with_threads};

signal! { Go at "/go/{key}" { key: String } kept 168 hours }

process! {
    order at "/order/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Turn { key, turns: 0 }),
    step Turn { key: String, turns: u32 } => {
        async {
            world.write("turn").await;
            Go { key: format!("{key}-{turns}") }.emit().await.unwrap();
            tokio::task::yield_now().await;
        }.step_in(cx).await;
        if turns < 9 { next.to(State::Turn { key, turns: turns + 1 }) } else { next.to(State::Sleep { key }) }
    },
    wait Sleep { key: String } => {
        sleep(days(1)).step_in(cx).await;
        next.to(State::Last { key })
    },
    step Last { key: String } => {
        world.write("last").step_in(cx).await;
        next.done(10)
    },
}
starts! { order(key: String) }

#[test]
fn two_engines_on_one_store_do_nothing_twice() {
    on_both(async |site| {
        // Each finds the other's instances when it starts, and each timer falls due for both.
        let first = site.start(&[order::process]).await;
        let second = site.start(&[order::process]).await;
        for key in 0..10 {
            let (here, there) = if key % 2 == 0 { (&first, &second) } else { (&second, &first) };
            here.run(order(format!("{key}")).start()).await.unwrap();
            // The other one finds it active.
            there.engine.store().active(None, 100).await.unwrap();
        }
        let third = site.start(&[order::process]).await;
        third.clock.advance(days(2)).await;
        let effects = site.effects().await;
        assert_eq!(effects.iter().filter(|effect| *effect == "turn").count(), 100);
        assert_eq!(effects.iter().filter(|effect| *effect == "last").count(), 10);
        for key in 0..10 {
            assert_eq!(site.status(&format!("/order/{key}")).await, Status::Done);
        }
        // What was sent, nobody has listened to; so all of it is there.
        assert_eq!(site.store().expire(Timestamp::MAX).await.unwrap(), 100);
        for app in [first, second, third] {
            app.kill().await;
        }
    });
}

process! {
    blink at "/blink/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Turn { key, turns: 0 }),
    step Turn { key: String, turns: u32 } => {
        async {
            tokio::task::yield_now().await;
            world.write("turn").await;
        }.step_in(cx).await;
        next.to(State::Sleep { key, turns: turns + 1 })
    },
    wait Sleep { key: String, turns: u32 } => {
        sleep(millis(2)).step_in(cx).await;
        if turns < 10 { next.to(State::Turn { key, turns }) } else { next.done(turns) }
    },
}
starts! { blink(key: String) }

#[test]
fn nor_on_many_threads() {
    on_both_with_threads(async |site| {
        let mut apps = Vec::new();
        for _ in 0..3 {
            apps.push(site.start_in_real_time(&[blink::process]).await);
        }
        for key in 0..20 {
            apps[key % 3].run(blink(format!("{key}")).start()).await.unwrap();
        }
        // It finds all of them, wherever they stand.
        apps.push(site.start_in_real_time(&[blink::process]).await);
        for key in 0..20 {
            while site.status(&format!("/blink/{key}")).await != Status::Done {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(site.effects().await.len(), 200);
        for app in apps {
            assert!(app.engine.stop(secs(600)).await);
        }
    });
}
