//! In a race the one that happened first wins; the others are dropped, and what they wrote with them.

use justscale::Status;
use justscale::prelude::*;

use crate::world::{App, Site, World, on_both};

signal! { Paid at "/paid/{order}" { order: String, cents: u32 } kept 168 hours }
signal! { Cancelled at "/cancelled/{order}" { order: String } kept 168 hours }

process! {
    order at "/order/{order}" gives String;
    |cx, next, world|
    step Start { order: String } => next.to(State::Await { order }),
    wait Await { order: String } => {
        let arms = (Paid::of(&order).arm_in(cx), Cancelled::of(&order).arm_in(cx), sleep(days(3)).arm_in(cx));
        let won = match cx.race(arms).await {
            rt::Race3::First(paid) => format!("paid {}", paid.cents),
            rt::Race3::Second(_) => "cancelled".to_owned(),
            rt::Race3::Third(()) => "late".to_owned(),
        };
        next.done(won)
    },
}
starts! { order(order: String) listens Paid }

async fn ended(site: &Site, name: &str) -> String {
    site.row(name).await.result.unwrap_or_else(|| "not ended".to_owned())
}

async fn pay(app: &App, order: &str, cents: u32) {
    app.run(Paid { order: order.into(), cents }.emit()).await.unwrap();
}

async fn cancel(app: &App, order: &str) {
    app.run(Cancelled { order: order.into() }.emit()).await.unwrap();
}

#[test]
fn the_first_of_several_wins() {
    on_both(async |site| {
        let app = site.start(&[order::process]).await;
        for key in ["paid", "cancelled", "late"] {
            app.run(order(key).start()).await.unwrap();
        }
        app.clock.advance(days(1)).await;
        pay(&app, "paid", 5).await;
        cancel(&app, "cancelled").await;
        app.clock.advance(days(5)).await;
        for (key, won) in [("paid", "\"paid 5\""), ("cancelled", "\"cancelled\""), ("late", "\"late\"")] {
            assert_eq!(ended(&site, &format!("/order/{key}")).await, won);
        }
    });
}

#[test]
fn what_happened_while_nothing_ran_is_judged_by_its_time() {
    on_both(async |site| {
        let app = site.start(&[order::process]).await;
        for key in ["a", "b", "c"] {
            app.run(order(key).start()).await.unwrap();
        }
        app.settle().await;
        app.kill().await;
        // A program that runs no processes, as the command line is one.
        let outside = site.start(&[]).await;
        site.clock.advance(days(1)).await;
        cancel(&outside, "a").await;
        site.clock.advance(days(1)).await;
        pay(&outside, "a", 1).await;
        pay(&outside, "b", 2).await;
        site.clock.advance(days(2)).await;
        pay(&outside, "c", 3).await;
        outside.kill().await;
        let app = site.start(&[order::process]).await;
        app.settle().await;
        assert_eq!(ended(&site, "/order/a").await, "\"cancelled\"", "it came first, though it stands second");
        assert_eq!(ended(&site, "/order/b").await, "\"paid 2\"", "it came before the deadline");
        assert_eq!(ended(&site, "/order/c").await, "\"late\"", "the deadline came first");
    });
}

#[test]
fn of_two_at_the_same_time_the_upper_one_wins() {
    on_both(async |site| {
        let app = site.start(&[order::process]).await;
        cancel(&app, "a").await;
        pay(&app, "a", 1).await;
        app.run(order("a").start()).await.unwrap();
        app.settle().await;
        assert_eq!(ended(&site, "/order/a").await, "\"paid 1\"");
    });
}

#[test]
fn what_lost_is_still_there_for_a_later_wait() {
    on_both(async |site| {
        let app = site.start(&[twice::process]).await;
        app.run(twice("a").start()).await.unwrap();
        app.settle().await;
        app.kill().await;
        let outside = site.start(&[]).await;
        cancel(&outside, "a").await;
        site.clock.advance(secs(1)).await;
        pay(&outside, "a", 7).await;
        outside.kill().await;
        let app = site.start(&[twice::process]).await;
        app.settle().await;
        assert_eq!(ended(&site, "/twice/a").await, r#"["cancelled","paid 7"]"#);
    });
}

process! {
    twice at "/twice/{order}" gives Vec<String>;
    |cx, next, world|
    wait Start { order: String } => next.to(State::Await { order, won: Vec::new() }),
    wait Await { order: String, won: Vec<String> } => {
        let mut won = won;
        match cx.race((Paid::of(&order).arm_in(cx), Cancelled::of(&order).arm_in(cx))).await {
            rt::Race2::First(paid) => won.push(format!("paid {}", paid.cents)),
            rt::Race2::Second(_) => won.push("cancelled".to_owned()),
        }
        if won.len() < 2 { next.to(State::Await { order, won }) } else { next.done(won) }
    },
}
starts! { twice(order: String) }

process! {
    hurry at "/hurry/{order}" gives String;
    |cx, next, world|
    step Start { order: String, patient: bool } => next.to(State::Await { order, patient }),
    wait Await { order: String, patient: bool } => {
        let slow = async { world.write("slow").await; world.long_call("slow").await };
        let quick = async { world.call("quick").await; if patient { std::future::pending::<()>().await } };
        let won = match cx.race((slow.arm_in(cx), quick.arm_in(cx), Paid::of(&order).arm_in(cx))).await {
            rt::Race3::First(number) => format!("slow {number}"),
            rt::Race3::Second(()) => "quick".to_owned(),
            rt::Race3::Third(paid) => format!("paid {}", paid.cents),
        };
        next.to(State::Write { won })
    },
    step Write { won: String } => {
        world.write("end").step_in(cx).await;
        next.done(won)
    },
}
starts! { hurry(order: String, patient: bool) }

#[test]
fn a_future_that_loses_is_dropped_and_its_writes_with_it() {
    on_both(async |site| {
        let app = site.start(&[hurry::process]).await;
        app.run(hurry("a", false).start()).await.unwrap();
        app.settle().await;
        assert_eq!(ended(&site, "/hurry/a").await, "\"quick\"");
        assert_eq!(site.effects().await, ["end"]);
    });
}

#[test]
fn the_writes_of_the_one_that_wins_are_kept() {
    on_both(async |site| {
        let app = site.start(&[hurry::process]).await;
        app.run(hurry("a", true).start()).await.unwrap();
        site.outside.called(2).await;
        site.outside.open(1);
        app.settle().await;
        let won = ended(&site, "/hurry/a").await;
        assert!(won.starts_with("\"slow "), "{won}");
        assert_eq!(site.effects().await, ["slow", "end"]);
        // Each of the two futures has a key of its own.
        assert_eq!(site.outside.distinct().len(), 2);
        assert_ne!(site.outside.keys()[0], site.outside.keys()[1]);
    });
}

process! {
    watch at "/watch/{order}" gives String;
    |cx, next, world|
    step Start { order: String } => next.to(State::Await { order }),
    wait Await { order: String } => {
        let slow = async { world.long_call("slow").await };
        let arms = (slow.arm_in(cx), Paid::of(&order).arm_in(cx), sleep(hours(1)).arm_in(cx));
        let won = match cx.race(arms).await {
            rt::Race3::First(number) => format!("slow {number}"),
            rt::Race3::Second(paid) => format!("paid {}", paid.cents),
            rt::Race3::Third(()) => "late".to_owned(),
        };
        next.done(won)
    },
}
starts! { watch(order: String) }

#[test]
fn a_message_ends_a_race_in_which_a_future_runs() {
    on_both(async |site| {
        let app = site.start(&[watch::process]).await;
        app.run(watch("a").start()).await.unwrap();
        site.outside.called(1).await;
        assert_eq!(site.status("/watch/a").await, Status::Active);
        pay(&app, "a", 3).await;
        app.settle().await;
        assert_eq!(ended(&site, "/watch/a").await, "\"paid 3\"");
    });
}

#[test]
fn the_deadline_of_a_race_is_registered_once() {
    on_both(async |site| {
        let app = site.start(&[watch::process]).await;
        app.run(watch("a").start()).await.unwrap();
        site.outside.called(1).await;
        app.kill().await;
        // Half an hour later, the future is run again, but the deadline stays.
        let began = site.clock.now();
        let outside = site.start(&[]).await;
        site.clock.advance(minutes(30)).await;
        outside.kill().await;
        let app = site.start(&[watch::process]).await;
        site.outside.called(2).await;
        assert!(site.row("/watch/a").await.waits.contains(&(began + hours(1)).to_string()));
        app.kill().await;
        site.clock.advance(minutes(31)).await;
        let app = site.start(&[watch::process]).await;
        app.settle().await;
        assert_eq!(ended(&site, "/watch/a").await, "\"late\"");
    });
}
