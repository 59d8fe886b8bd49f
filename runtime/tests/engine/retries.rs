//! Retries are durable: between attempts the instance is parked, so the pause outlives a restart.

use justscale::Status;
use justscale::prelude::*;
use justscale::store::Operation;

use crate::world::{Site, World, on_both};

process! {
    charge at "/charge/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Charge { key }),
    step Charge { key: String } => {
        let call = async { world.write("attempt").await; world.try_call("charge").await };
        let number = call.retry(Backoff::exponential(minutes(1)..hours(1)).max(4)).step_in(cx).await;
        next.to(State::End { number: number.unwrap() })
    },
    step End { number: u32 } => next.done(number),
}
starts! { charge(key: String) }

async fn attempts(site: &Site) -> usize {
    site.outside.calls().len()
}

#[test]
fn an_attempt_is_made_again_after_its_pause_under_the_same_key() {
    on_both(async |site| {
        site.outside.refuse(3);
        let app = site.start(&[charge::process]).await;
        app.run(charge("a").start()).await.unwrap();
        app.settle().await;
        let row = site.row("/charge/a").await;
        assert_eq!(
            (row.status, row.attempts, row.cause.as_deref()),
            (Status::Waiting, 1, Some("refused call 1"))
        );
        assert_eq!(row.wake_at, Some(site.clock.now() + minutes(1)));
        for (minute, made) in [(1, 2), (2, 2), (3, 3), (6, 3), (7, 4)] {
            app.clock.advance_to(justscale::ManualClock::default().now() + minutes(minute)).await;
            assert_eq!(attempts(&site).await, made, "after {minute} minutes");
        }
        let row = site.row("/charge/a").await;
        assert_eq!((row.status, row.result.as_deref(), row.cause), (Status::Done, Some("4"), None));
        assert_eq!(site.outside.distinct().len(), 1, "{:?}", site.outside.keys());
        assert_eq!(site.effects().await, ["attempt"], "what failed attempts wrote is undone");
    });
}

#[test]
fn the_pause_outlives_a_restart() {
    on_both(async |site| {
        site.outside.refuse(2);
        let app = site.start(&[charge::process]).await;
        app.run(charge("a").start()).await.unwrap();
        app.clock.advance(secs(90)).await;
        assert_eq!(attempts(&site).await, 2);
        app.kill().await;
        let app = site.start(&[charge::process]).await;
        app.settle().await;
        assert_eq!(
            (attempts(&site).await, site.row("/charge/a").await.attempts),
            (2, 2),
            "its pause is not over"
        );
        app.clock.advance(secs(91)).await;
        assert_eq!(attempts(&site).await, 3);
        assert_eq!(site.status("/charge/a").await, Status::Done);
    });
}

#[test]
fn an_exhausted_retry_pauses_with_its_cause_and_begins_anew_when_asked() {
    on_both(async |site| {
        site.outside.refuse(5);
        let app = site.start(&[charge::process]).await;
        app.run(charge("a").start()).await.unwrap();
        app.clock.advance(days(1)).await;
        let row = site.row("/charge/a").await;
        assert_eq!((row.status, row.cause.as_deref()), (Status::Paused, Some("refused call 4")));
        assert_eq!((row.state.point.as_str(), row.state.locals.as_str()), ("Charge", r#"{"key":"a"}"#));
        app.kill().await;
        let app = site.start(&[charge::process]).await;
        app.clock.advance(days(1)).await;
        assert_eq!(attempts(&site).await, 4, "nobody has asked for more");
        app.engine.operate("/charge/a", Operation::Retry).await.unwrap();
        app.settle().await;
        assert_eq!((attempts(&site).await, site.row("/charge/a").await.attempts), (5, 1));
        app.clock.advance(minutes(1)).await;
        assert_eq!(site.status("/charge/a").await, Status::Done);
        assert_eq!(site.outside.distinct().len(), 1, "it is the same step still");
    });
}

#[test]
fn an_operator_cuts_a_pause_short() {
    on_both(async |site| {
        site.outside.refuse(2);
        let app = site.start(&[charge::process]).await;
        app.run(charge("a").start()).await.unwrap();
        app.settle().await;
        app.engine.operate("/charge/a", Operation::Retry).await.unwrap();
        app.settle().await;
        let row = site.row("/charge/a").await;
        assert_eq!((attempts(&site).await, row.attempts, row.status), (2, 2, Status::Waiting));
    });
}

process! {
    careful at "/careful/{key}" gives Result<u32, String>;
    |cx, next, world|
    step Start { key: String, transient: bool } => next.to(State::Call { transient }),
    step Call { transient: bool } => {
        let backoff = Backoff::fixed(secs(1)).max(2);
        let result = world.try_call("call").retry(backoff).when(move |_| transient).or_return().step_in(cx).await;
        next.done(result)
    },
}
starts! { careful(key: String, transient: bool) }

#[test]
fn an_error_may_be_the_value_of_a_retry() {
    on_both(async |site| {
        site.outside.refuse(9);
        let app = site.start(&[careful::process]).await;
        app.run(careful("permanent", false).start()).await.unwrap();
        app.clock.advance(minutes(1)).await;
        app.run(careful("transient", true).start()).await.unwrap();
        app.clock.advance(minutes(1)).await;
        assert_eq!(site.row("/careful/permanent").await.result.unwrap(), r#"{"Err":"refused call 1"}"#);
        assert_eq!(site.row("/careful/transient").await.result.unwrap(), r#"{"Err":"refused call 3"}"#);
    });
}

process! {
    both at "/both/{key}" gives (u32, u32);
    |cx, next, world|
    wait Start { key: String } => {
        let charge = world.try_call("charge").retry(Backoff::fixed(hours(1)).max(3));
        let other = async { world.call("other").await };
        let (charged, other) = cx.join((charge.arm_in(cx), other.arm_in(cx))).await;
        next.done((charged.unwrap(), other))
    },
}
starts! { both(key: String) }

#[test]
fn attempts_count_beside_other_branches_too() {
    on_both(async |site| {
        site.outside.refuse(2);
        let app = site.start(&[both::process]).await;
        app.run(both("a").start()).await.unwrap();
        app.settle().await;
        assert_eq!(site.outside.calls(), ["charge", "other"]);
        assert_eq!(site.row("/both/a").await.attempts, 1);
        app.kill().await;
        let app = site.start(&[both::process]).await;
        app.clock.advance(minutes(61)).await;
        assert_eq!((attempts(&site).await, site.row("/both/a").await.attempts), (3, 2));
        app.clock.advance(minutes(61)).await;
        assert_eq!(site.row("/both/a").await.result.unwrap(), "[4,2]");
        assert_eq!(site.outside.distinct().len(), 2);
    });
}

process! {
    shaky at "/shaky/{key}" gives Result<u32, String>;
    |cx, next, world|
    step Start { key: String, picky: bool } => next.to(State::Call { picky }),
    step Call { picky: bool } => {
        let call = async {
            world.write("attempt").await;
            Ok::<_, String>(world.try_call("call").await.unwrap())
        };
        let mut retry = call.retry(Backoff::fixed(minutes(1)).max(3)).or_return();
        if picky {
            retry = retry.when(|_| true);
        }
        let result = retry.step_in(cx).await;
        next.done(result)
    },
}
starts! { shaky(key: String, picky: bool) }

const UNWRAPPED: &str = "panicked: called `Result::unwrap()` on an `Err` value: ";

#[test]
fn a_panic_is_a_failed_attempt_which_no_value_stands_for() {
    on_both(async |site| {
        site.outside.refuse(2);
        let app = site.start(&[shaky::process]).await;
        app.run(shaky("works", false).start()).await.unwrap();
        app.settle().await;
        let row = site.row("/shaky/works").await;
        assert_eq!((row.status, row.attempts), (Status::Waiting, 1));
        assert_eq!(row.cause.unwrap(), format!("{UNWRAPPED}\"refused call 1\""));
        app.clock.advance(minutes(2)).await;
        assert_eq!(site.row("/shaky/works").await.result.as_deref(), Some(r#"{"Ok":3}"#));
        assert_eq!(site.effects().await, ["attempt"], "what the attempts wrote that panicked is undone");
        site.outside.refuse(9);
        app.run(shaky("used-up", false).start()).await.unwrap();
        app.run(shaky("picky", true).start()).await.unwrap();
        app.clock.advance(minutes(9)).await;
        for (name, calls) in [("/shaky/used-up", 3), ("/shaky/picky", 1)] {
            let row = site.row(name).await;
            assert_eq!(row.status, Status::Paused, "{name}");
            assert!(row.cause.unwrap().starts_with(UNWRAPPED), "{name}");
            assert_eq!(site.outside.keys().iter().filter(|key| key.contains(name)).count(), calls, "{name}");
        }
    });
}
