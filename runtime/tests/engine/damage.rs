//! Nothing is lost by a mistake: a panic, a row that this program can't read, a point that it doesn't have. The instance is paused
//! with its cause, its state and its point, and all others go on.

use jiff::Timestamp;
use justscale::Status;
use justscale::prelude::*;
use justscale::store::{Message, NewInstance, Next, Operation, SavedState, Topic, Transition, Write};

use crate::world::{App, Site, World, on_both};

signal! { Go at "/go/{key}" { key: String, count: u32 } kept 168 hours }

process! {
    order at "/order/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Call { key, count: 1 }),
    step Call { key: String, count: u32 } => {
        async {
            world.write("written").await;
            if world.try_call("call").await.is_err() {
                panic!("the till is jammed");
            }
        }.step_in(cx).await;
        next.to(State::AwaitGo { key })
    },
    wait AwaitGo { key: String } => {
        let go = Go::of(&key).step_in(cx).await;
        next.done(go.count)
    },
}
starts! { order(key: String) }

async fn go(app: &App, key: &str) {
    app.run(Go { key: key.into(), count: 7 }.emit()).await.unwrap();
}

async fn retry(app: &App, name: &str) {
    app.engine.operate(name, Operation::Retry).await.unwrap();
    app.settle().await;
}

#[test]
fn a_panic_pauses_with_its_cause_and_its_state_and_all_else_goes_on() {
    on_both(async |site| {
        site.outside.refuse(1);
        let app = site.start(&[order::process]).await;
        app.run(order("a").start()).await.unwrap();
        app.settle().await;
        let row = site.row("/order/a").await;
        assert_eq!(
            (row.status, row.cause.as_deref()),
            (Status::Paused, Some("panicked: the till is jammed"))
        );
        assert_eq!(
            (row.state.point.as_str(), row.state.locals.as_str()),
            ("Call", r#"{"key":"a","count":1}"#)
        );
        assert_eq!(site.effects().await, [""; 0], "what the step wrote is undone");
        app.run(order("b").start()).await.unwrap();
        go(&app, "b").await;
        app.settle().await;
        assert_eq!(site.status("/order/b").await, Status::Done);
        retry(&app, "/order/a").await;
        assert_eq!((site.status("/order/a").await, site.effects().await.len()), (Status::Waiting, 2));
        go(&app, "a").await;
        app.settle().await;
        assert_eq!(site.row("/order/a").await.result.as_deref(), Some("7"));
    });
}

process! {
    fragile at "/fragile/{key}" gives ();
    |cx, next, world|
    step Start { key: String } => {
        let _fragile = Fragile;
        std::future::ready(()).step_in(cx).await;
        next.to(State::Sleep { key })
    },
    wait Sleep { key: String } => {
        let _fragile = Fragile;
        sleep(days(1)).step_in(cx).await;
        next.done(())
    },
}
starts! { fragile(key: String) }

struct Fragile;

impl Drop for Fragile {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("dropped");
        }
    }
}

#[test]
fn a_value_that_panics_when_it_is_dropped_takes_nothing_with_it() {
    on_both(async |site| {
        let app = site.start(&[fragile::process, order::process]).await;
        app.run(fragile("a").start()).await.unwrap();
        app.settle().await;
        assert_eq!(site.row("/fragile/a").await.cause.as_deref(), Some("panicked: dropped"));
        // At a wait the state is saved by then.
        put(&site, "/fragile/b", "/fragile/{key}", "Sleep", r#"{"key":"b"}"#).await;
        app.kill().await;
        let app = site.start(&[fragile::process, order::process]).await;
        app.settle().await;
        let row = site.row("/fragile/b").await;
        assert_eq!((row.status, row.state.point.as_str()), (Status::Paused, "Sleep"));
        assert_eq!(app.engine.load().running, 0);
        app.run(order("b").start()).await.unwrap();
        app.settle().await;
        assert_eq!(site.status("/order/b").await, Status::Waiting);
    });
}

/// Makes an instance that stands where somebody else has put it.
async fn put(site: &Site, name: &str, process: &str, point: &str, locals: &str) {
    let state = SavedState { point: point.into(), locals: locals.into() };
    let at = site.clock.now();
    let (name, process) = (name.to_owned(), process.to_owned());
    let start = NewInstance { name, process, state, subscriptions: vec![], parent: None, at };
    site.store().commit(Write { starts: vec![start], ..Write::default() }).await.unwrap();
}

#[test]
fn what_this_program_cannot_read_is_paused_with_what_it_needs() {
    on_both(async |site| {
        let rows = [
            ("gone", "Ship", r#"{"key":"x"}"#, "stalled: needs a program with the point `Ship`"),
            (
                "missing",
                "Call",
                r#"{"key":"x"}"#,
                "stalled: needs a program that reads `count` as it was saved at `Call`",
            ),
            (
                "mistyped",
                "Call",
                r#"{"key":"x","count":"many"}"#,
                "stalled: needs a program that reads `count`",
            ),
            ("torn", "Call", r#"{"key":"x","cou"#, "stalled: needs its row mended"),
            ("empty", "", "", "stalled: needs its row mended"),
            ("array", "Call", "[1]", "stalled: needs its row mended"),
        ];
        for (key, point, locals, _) in rows {
            put(&site, &format!("/order/{key}"), "/order/{key}", point, locals).await;
        }
        let app = site.start(&[order::process]).await;
        app.run(order("whole").start()).await.unwrap();
        app.settle().await;
        for (key, point, locals, cause) in rows {
            let row = site.row(&format!("/order/{key}")).await;
            let found = row.cause.clone().unwrap_or_default();
            assert!(found.starts_with(cause), "{key}: {found}");
            assert!(found.contains("process retry") && found.contains("cancel the instance"), "{found}");
            assert_eq!(
                (row.status, row.state.point.as_str(), row.state.locals.as_str()),
                (Status::Paused, point, locals)
            );
        }
        assert_eq!(site.status("/order/whole").await, Status::Waiting, "all else goes on");
        // A program that can read it brings it on.
        app.kill().await;
        let app = site.start(&[newer::process]).await;
        app.settle().await;
        assert_eq!(site.status("/order/gone").await, Status::Paused, "until it is asked to");
        retry(&app, "/order/gone").await;
        assert_eq!(site.row("/order/gone").await.result.as_deref(), Some("9"));
    });
}

process! {
    // The next version of `order`.
    newer at "/order/{key}" gives u32;
    |cx, next, world|
    step Start { key: String } => next.to(State::Ship { key }),
    step Ship { key: String } => {
        world.call("ship").step_in(cx).await;
        next.done(9)
    },
}

#[test]
fn what_is_registered_and_cannot_be_read_pauses_too() {
    on_both(async |site| {
        let app = site.start(&[order::process]).await;
        app.run(order("a").start()).await.unwrap();
        app.settle().await;
        let row = site.row("/order/a").await;
        let next = Next::Progress {
            state: row.state.clone(),
            waits: "{torn".into(),
            topics: vec![Topic { signal: "/go/{key}".into(), identity: "/go/a".into() }],
            attempts: 0,
            cause: None,
            moved: false,
        };
        let moved = Transition {
            instance: row.id,
            epoch: row.epoch,
            next,
            consumed: vec![],
            left: vec![],
            at: site.clock.now(),
        };
        site.store().commit(Write { transition: Some(moved), ..Write::default() }).await.unwrap();
        app.kill().await;
        let app = site.start(&[order::process]).await;
        app.settle().await;
        let row = site.row("/order/a").await;
        let cause = row.cause.unwrap();
        assert!(
            cause.starts_with("stalled: needs its row mended, what is registered at `AwaitGo`"),
            "{cause}"
        );
        assert_eq!((row.status, row.waits.as_str()), (Status::Paused, "{torn"));
    });
}

#[test]
fn a_message_that_cannot_be_read_pauses_and_stays() {
    on_both(async |site| {
        let app = site.start(&[order::process]).await;
        app.run(order("a").start()).await.unwrap();
        app.settle().await;
        let topic = Topic { signal: "/go/{key}".into(), identity: "/go/a".into() };
        let message = Message {
            topic: topic.clone(),
            payload: r#"{"key":"a"}"#.into(),
            at: site.clock.now(),
            keep_until: Timestamp::MAX,
        };
        site.store().commit(Write { messages: vec![message], ..Write::default() }).await.unwrap();
        app.kill().await;
        let app = site.start(&[order::process]).await;
        app.settle().await;
        let row = site.row("/order/a").await;
        assert_eq!(row.status, Status::Paused);
        let cause = row.cause.unwrap();
        assert!(
            cause.starts_with("a message for `/go/a` is no `Go`") && cause.contains("process retry"),
            "{cause}"
        );
        assert_eq!(site.store().deliveries(row.id, vec![topic]).await.unwrap().len(), 1);
    });
}

process! {
    forgetful at "/forgetful/{key}" gives f64;
    |cx, next, world|
    step Start { key: String } => next.to(State::Call { lossy: Lossy }),
    step Call { lossy: Lossy } => next.done(1.0),
}
starts! { forgetful(key: String) }

/// Can't be written down.
pub struct Lossy;

impl serde::Serialize for Lossy {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("there are no words for it"))
    }
}

impl<'de> serde::Deserialize<'de> for Lossy {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

#[test]
fn a_local_that_cannot_be_saved_is_named() {
    on_both(async |site| {
        let app = site.start(&[forgetful::process]).await;
        app.run(forgetful("a").start()).await.unwrap();
        app.settle().await;
        let row = site.row("/forgetful/a").await;
        assert_eq!((row.status, row.state.point.as_str()), (Status::Paused, "Start"));
        assert_eq!(row.cause.unwrap(), "`lossy` can't be saved at `Call`: there are no words for it");
    });
}
