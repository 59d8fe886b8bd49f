//! A part stands inside its caller: it parks, goes on, commits and is dropped there.

use justscale::Status;
use justscale::prelude::*;

use crate::world::{World, on_both};

signal! { Nod at "/nod/{key}" { key: String } kept 168 hours }

part! {
    nap gives u32;
    |cx, next, world|
    step Start { name: String, hours: u32 } => next.to(State::Call { name, hours }),
    step Call { name: String, hours: u32 } => {
        world.write(&name).await;
        let number = world.call(name.clone()).step_in(cx).await;
        next.to(State::Sleep { name, hours, number })
    },
    wait Sleep { name: String, hours: u32, number: u32 } => {
        sleep(justscale::time::hours(hours.into())).step_in(cx).await;
        next.to(State::Woken { name, number })
    },
    step Woken { name: String, number: u32 } => {
        world.write(&format!("{name} woke")).await;
        next.done(number)
    },
}

part! {
    night gives u32;
    |cx, next, world|
    step Start { name: String } => next.to(State::First { name, sum: 0 }),
    step First { name: String, sum: u32 } => {
        let sum = sum + nap(format!("{name} {sum}"), 1).step_in(cx).await;
        if sum < 3 { next.to(State::First { name, sum }) } else { next.done(sum) }
    },
}

process! {
    sleeper at "/sleeper/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.pass(State::AwaitNight { key }),
    step AwaitNight { key: String } => { let sum = night(key.clone()).step_in(cx).await; next.done(sum) },
}
starts! { sleeper(key: String) }

#[test]
fn a_part_in_a_part_parks_the_instance_and_goes_on_from_its_own_point() {
    on_both(async |mut site| {
        site.parts = vec![nap::part, night::part];
        let app = site.start(&[sleeper::process]).await;
        app.run(sleeper("a").start()).await.unwrap();
        app.settle().await;
        let row = site.row("/sleeper/a").await;
        assert_eq!((row.status, row.state.point.as_str()), (Status::Waiting, "AwaitNight"));
        assert!(row.waits.contains(r#""part":"night","point":"First""#), "{}", row.waits);
        assert!(
            row.waits.contains(r#""part":"nap","point":"Sleep","locals":{"name":"a 0""#),
            "{}",
            row.waits
        );
        assert_eq!(app.engine.load().running, 0);
        let row = row.wake_at;
        app.kill().await;
        let app = site.start(&[sleeper::process]).await;
        app.settle().await;
        assert_eq!(site.row("/sleeper/a").await.wake_at, row, "the deadline is that of the first run");
        app.clock.advance(hours(1)).await;
        app.kill().await;
        let app = site.start(&[sleeper::process]).await;
        app.clock.advance(hours(3)).await;
        assert_eq!(site.row("/sleeper/a").await.result.as_deref(), Some("3"));
        assert_eq!(site.effects().await, ["a 0", "a 0 woke", "a 1", "a 1 woke"]);
        assert_eq!(site.outside.calls(), ["a 0", "a 1"], "nothing was done again");
        let keys = site.outside.keys();
        let keys: Vec<&str> = keys.iter().filter_map(|key| key.split_once(':')).map(|(_, key)| key).collect();
        assert_eq!(keys, ["AwaitNight:1/First:1/Call:1", "AwaitNight:1/First:2/Call:1"]);
    });
}

process! {
    pair at "/pair/{key}" gives (u32, u32, u32);
    |cx, next, world|
    step Start { key: String } => next.to(State::Both { key }),
    wait Both { key: String } => {
        let slow = async {
            world.write("slow").await;
            world.long_call("slow").await
        };
        let (a, b, c) = cx.join((
            nap("a".to_owned(), 1).arm_in(cx),
            nap("b".to_owned(), 2).arm_in(cx),
            slow.arm_in(cx),
        )).await;
        next.done((a, b, c))
    },
}
starts! { pair(key: String) }

#[test]
fn parts_beside_each_other_take_turns_with_the_database() {
    on_both(async |mut site| {
        site.parts = vec![nap::part];
        let app = site.start(&[pair::process]).await;
        app.run(pair("a").start()).await.unwrap();
        site.outside.called(1).await;
        site.outside.open(1);
        app.settle().await;
        assert_eq!(site.status("/pair/a").await, Status::Waiting);
        let mut calls = site.outside.calls();
        calls.sort();
        assert_eq!(calls, ["a", "b", "slow"]);
        app.clock.advance(hours(1)).await;
        let row = site.row("/pair/a").await;
        assert!(
            row.waits.contains(r#""0":{"done":"#) && row.waits.contains(r#""2":{"done":"#),
            "{}",
            row.waits
        );
        app.kill().await;
        let app = site.start(&[pair::process]).await;
        app.clock.advance(hours(1)).await;
        assert_eq!(site.status("/pair/a").await, Status::Done);
        assert_eq!(site.outside.calls().len(), 3, "each was called once");
        let mut effects = site.effects().await;
        effects.sort();
        assert_eq!(effects, ["a", "a woke", "b", "b woke", "slow"]);
    });
}

part! {
    listen gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Heard { key, count: 0 }),
    wait Heard { key: String, count: u32 } => {
        Nod::of(&key).step_in(cx).await;
        world.write(&format!("nod {count}")).await;
        next.to(State::Heard { key, count: count + 1 })
    },
}

process! {
    party at "/party/{key}" gives String;
    |cx, next, world|
    step Start { key: String } => next.to(State::AwaitListen { key }),
    wait AwaitListen { key: String } => {
        let arms = (listen(key.clone()).arm_in(cx), sleep(days(1)).arm_in(cx), world.long_call("guest").arm_in(cx));
        let won = match cx.race(arms).await {
            rt::Race3::First(count) => format!("listened {count}"),
            rt::Race3::Second(()) => "the day is over".to_owned(),
            rt::Race3::Third(number) => format!("guest {number}"),
        };
        next.to(State::After { key, won })
    },
    wait After { key: String, won: String } => { Nod::of(&key).step_in(cx).await; next.done(won) },
}
starts! { party(key: String) }

#[test]
fn a_part_that_loses_is_dropped_and_what_it_did_stays_done() {
    on_both(async |mut site| {
        site.parts = vec![listen::part];
        let app = site.start(&[party::process]).await;
        app.run(party("a").start()).await.unwrap();
        for _ in 0..2 {
            app.run(Nod { key: "a".into() }.emit()).await.unwrap();
            app.engine.scope(async {}).await;
        }
        site.outside.called(1).await;
        while site.effects().await.len() < 2 {
            tokio::task::yield_now().await;
        }
        site.outside.open(1);
        app.settle().await;
        let row = site.row("/party/a").await;
        assert_eq!((row.state.point.as_str(), row.status), ("After", Status::Waiting));
        assert!(!row.waits.contains("listen"), "{}", row.waits);
        app.run(Nod { key: "a".into() }.emit()).await.unwrap();
        app.settle().await;
        assert_eq!(site.row("/party/a").await.result.as_deref(), Some(r#""guest 1""#));
        assert_eq!(site.effects().await, ["nod 0", "nod 1"]);
    });
}

part! {
    hear gives u32;
    |cx, next, world|
    step Start { key: String, times: u32 } => next.to(State::Heard { key, times }),
    wait Heard { key: String, times: u32 } => {
        Nod::of(&key).step_in(cx).await;
        next.to(State::Note { key, times })
    },
    step Note { key: String, times: u32 } => {
        world.write("a nod").await;
        world.long_call("nod").await;
        if times == 1 { next.done(times) } else { next.to(State::Heard { key, times: times - 1 }) }
    },
}

process! {
    ears at "/ears/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Both { key }),
    wait Both { key: String } => {
        let (a, b) = cx.join((hear(key.clone(), 1).arm_in(cx), hear(key.clone(), 2).arm_in(cx))).await;
        next.to(State::After { key, sum: a + b })
    },
    wait After { key: String, sum: u32 } => { Nod::of(&key).step_in(cx).await; next.done(sum) },
}
starts! { ears(key: String) }

#[test]
fn a_message_is_for_one_of_the_parts_that_wait_for_it() {
    on_both(async |mut site| {
        site.parts = vec![hear::part];
        site.outside.open(8);
        let app = site.start(&[ears::process]).await;
        app.run(ears("a").start()).await.unwrap();
        app.settle().await;
        for nods in 1..=3 {
            app.run(Nod { key: "a".into() }.emit()).await.unwrap();
            app.settle().await;
            assert_eq!(site.effects().await.len(), nods, "one nod is heard by one");
        }
        let row = site.row("/ears/a").await;
        assert_eq!((row.state.point.as_str(), row.status), ("After", Status::Waiting));
        // Several at once are for both.
        app.run(ears("b").start()).await.unwrap();
        for _ in 0..4 {
            app.run(Nod { key: "b".into() }.emit()).await.unwrap();
        }
        app.settle().await;
        assert_eq!(site.row("/ears/b").await.result.as_deref(), Some("2"));
        assert_eq!(site.effects().await.len(), 6);
    });
}

/// The same part in a later program, which has other points.
mod later {
    use super::*;

    part! {
        nap gives u32;
        |cx, next, world|
        step Start { name: String, hours: u32 } => next.done(hours),
    }

    part! {
        night gives u32;
        |cx, next, world|
        step Start { name: String } => next.to(State::First { name, sum: 0 }),
        step First { name: String, sum: u32 } => { let sum = nap(name, sum).step_in(cx).await; next.done(sum) },
    }

    process! {
        sleeper at "/sleeper/{key}" gives u32;
        |cx, next, world|
        step Start { key: String } => next.to(State::AwaitNight { key }),
        step AwaitNight { key: String } => { let sum = night(key.clone()).step_in(cx).await; next.done(sum) },
    }

    process! {
        other at "/sleeper/{key}" gives u32;
        |cx, next, world|
        step Start { key: String } => next.to(State::AwaitNight { key }),
        step AwaitNight { key: String } => { let sum = nap(key.clone(), 1).step_in(cx).await; next.done(sum) },
    }
}

#[test]
fn a_part_that_this_program_does_not_know_is_left_as_it_is() {
    on_both(async |mut site| {
        site.parts = vec![nap::part, night::part];
        let app = site.start(&[sleeper::process]).await;
        app.run(sleeper("a").start()).await.unwrap();
        app.settle().await;
        let before = site.row("/sleeper/a").await;
        app.kill().await;
        let tried: [(&[_], _, &str); 3] = [
            (
                &[later::nap::part, later::night::part],
                later::sleeper::process as fn(&_) -> _,
                "stalled: needs a program with the point `Sleep`",
            ),
            (
                &[later::nap::part, later::night::part],
                later::other::process,
                "stalled: needs a program that calls the part `night` at `AwaitNight`, where this one calls `nap`",
            ),
            (&[], sleeper::process, "the part `night` is not one of this app's"),
        ];
        for (parts, process, cause) in tried {
            site.parts = parts.to_vec();
            let app = site.start(&[process]).await;
            app.run(async {
                app.engine.operate("/sleeper/a", justscale::store::Operation::Retry).await.unwrap()
            })
            .await;
            app.clock.advance(hours(1)).await;
            let row = site.row("/sleeper/a").await;
            assert_eq!(row.status, Status::Paused, "{cause}");
            assert!(row.cause.as_ref().is_some_and(|said| said.starts_with(cause)), "{:?}", row.cause);
            assert_eq!((&row.state, &row.waits), (&before.state, &before.waits), "nothing is lost");
            app.kill().await;
        }
        site.parts = vec![nap::part, night::part];
        let app = site.start(&[sleeper::process]).await;
        app.run(async {
            app.engine.operate("/sleeper/a", justscale::store::Operation::Retry).await.unwrap()
        })
        .await;
        app.clock.advance(days(1)).await;
        assert_eq!(site.row("/sleeper/a").await.result.as_deref(), Some("3"));
    });
}
