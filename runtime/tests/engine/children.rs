//! Children: awaited for their result, cancelled with their parent, or started beside it.

use justscale::prelude::*;
use justscale::{Kind, Status};

use crate::world::{World, on_both};

process! {
    child at "/child/{key}" gives Result<u32, String>;
    |cx, next, world|
    step Start { key: String, days: u64 } => next.to(State::Sleep { key, days }),
    wait Sleep { key: String, days: u64 } => {
        sleep(justscale::time::days(days)).step_in(cx).await;
        next.to(State::Call { key })
    },
    step Call { key: String } => {
        let number = world.try_call(key).step_in(cx).await;
        next.done(number)
    },
}
starts! { child(key: String, days: u64) }

process! {
    parent at "/parent/{key}" gives String;
    |cx, next, world|
    step Start { key: String } => next.to(State::AwaitChild { key }),
    wait AwaitChild { key: String } => {
        let came = child(key.clone(), 2).step_in(cx).await;
        let said = match came {
            Ok(Ok(number)) => format!("call {number}"),
            Ok(Err(error)) => error,
            Err(error) => error.to_string(),
        };
        next.done(said)
    },
}
starts! { parent(key: String) }

#[test]
fn a_parent_waits_for_its_child_across_restarts() {
    on_both(async |site| {
        let app = site.start(&[parent::process, child::process]).await;
        app.run(parent("a").start()).await.unwrap();
        app.clock.advance(days(1)).await;
        let (parent_row, child_row) = (site.row("/parent/a").await, site.row("/child/a").await);
        assert_eq!((parent_row.status, child_row.parent), (Status::Waiting, Some(parent_row.id)));
        app.kill().await;
        let app = site.start(&[parent::process, child::process]).await;
        app.clock.advance(days(2)).await;
        assert_eq!(site.row("/parent/a").await.result.unwrap(), r#""call 1""#);
        assert_eq!(site.outside.calls(), ["a"]);
    });
}

#[test]
fn a_childs_error_is_its_result() {
    on_both(async |site| {
        site.outside.refuse(1);
        let app = site.start(&[parent::process, child::process]).await;
        app.run(parent("a").start()).await.unwrap();
        app.clock.advance(days(3)).await;
        assert_eq!(site.row("/parent/a").await.result.unwrap(), r#""refused call 1""#);
    });
}

#[test]
fn a_cancelled_child_is_an_error_for_its_parent() {
    on_both(async |site| {
        let app = site.start(&[parent::process, child::process]).await;
        app.run(parent("a").start()).await.unwrap();
        app.settle().await;
        app.run(async { child::Handle::from_name("/child/a").await.cancel().await }).await.unwrap();
        app.settle().await;
        assert_eq!(site.row("/parent/a").await.result.unwrap(), r#""`/child/a` was cancelled""#);
    });
}

#[test]
fn a_child_is_cancelled_with_its_parent() {
    on_both(async |site| {
        let app = site.start(&[parent::process, child::process]).await;
        let handle = app.run(parent("a").start()).await.unwrap();
        app.settle().await;
        app.run(handle.cancel()).await.unwrap();
        assert_eq!(site.status("/child/a").await, Status::Cancelled);
        let result = app.run(handle.clone()).await;
        assert_eq!(result.unwrap_err().kind(), Kind::Cancelled);
        app.clock.advance(days(3)).await;
        assert_eq!(site.outside.calls(), [""; 0]);
        // Under the same name it may begin anew.
        app.run(parent("a").start()).await.unwrap();
        app.clock.advance(days(3)).await;
        assert_eq!(site.row("/parent/a").await.result.unwrap(), r#""call 1""#);
    });
}

process! {
    launcher at "/launcher/{key}" gives Result<u32, String>;
    |cx, next, world|
    step Start { key: String } => next.to(State::Launch { key }),
    step Launch { key: String } => {
        let handle = child(key, 1).start().step_in(cx).await.unwrap();
        next.to(State::Wander { handle })
    },
    wait Wander { handle: child::Handle } => {
        sleep(hours(1)).step_in(cx).await;
        next.to(State::AwaitHandle { handle })
    },
    wait AwaitHandle { handle: child::Handle } => {
        let came = handle.step_in(cx).await;
        next.done(came.unwrap())
    },
}
starts! { launcher(key: String) }

#[test]
fn what_is_started_beside_is_nobodys_child_and_its_handle_can_be_awaited() {
    on_both(async |site| {
        let app = site.start(&[launcher::process, child::process]).await;
        for key in ["a", "b"] {
            app.run(launcher(key).start()).await.unwrap();
        }
        app.clock.advance(hours(2)).await;
        assert_eq!(site.row("/child/a").await.parent, None);
        app.run(async { launcher::Handle::from_name("/launcher/b").await.cancel().await }).await.unwrap();
        app.clock.advance(days(2)).await;
        // Both children are due at the same moment, and either may call first.
        let first = site.outside.calls().iter().position(|key| key == "a").unwrap() + 1;
        assert_eq!(site.row("/launcher/a").await.result, Some(format!(r#"{{"Ok":{first}}}"#)));
        assert_eq!(site.status("/launcher/b").await, Status::Cancelled);
        assert_eq!(site.status("/child/b").await, Status::Done, "it goes on by itself");
    });
}

process! {
    // Gives its child an hour, beside a handle to one that is not its own; and then another one.
    hasty at "/hasty/{key}" gives String;
    |cx, next, world|
    step Start { key: String } => next.to(State::Launch { key }),
    step Launch { key: String } => {
        let handle = child("beside", 2).start().step_in(cx).await.unwrap();
        next.to(State::Race { key, handle })
    },
    wait Race { key: String, handle: child::Handle } => {
        let arms = (child("own", 2).arm_in(cx), handle.clone().arm_in(cx), sleep(hours(1)).arm_in(cx));
        match cx.race(arms).await {
            rt::Race3::Third(()) => next.to(State::Pause { handle }),
            _ => next.done("in time".to_owned()),
        }
    },
    wait Pause { handle: child::Handle } => {
        sleep(hours(1)).step_in(cx).await;
        next.to(State::AwaitHandle { handle })
    },
    wait AwaitHandle { handle: child::Handle } => {
        let number = handle.step_in(cx).await.unwrap();
        next.done(format!("{number:?}"))
    },
}
starts! { hasty(key: String) }

#[test]
fn a_child_that_loses_a_race_is_cancelled_with_the_commit_that_goes_on() {
    on_both(async |site| {
        let app = site.start(&[hasty::process, child::process]).await;
        app.run(hasty("a").start()).await.unwrap();
        let waits = tokio::spawn({
            app.settle().await;
            app.engine.scope(async { child::Handle::from_name("/child/own").await.await })
        });
        app.clock.advance(hours(1)).await;
        assert_eq!(site.row("/hasty/a").await.state.point, "Pause");
        assert_eq!(site.status("/child/own").await, Status::Cancelled);
        assert_eq!(
            waits.await.unwrap().unwrap_err().kind(),
            Kind::Cancelled,
            "who waits in memory hears of it"
        );
        app.clock.advance(days(3)).await;
        assert_eq!(site.status("/child/beside").await, Status::Done, "it was not the process's own");
        assert_eq!(site.row("/hasty/a").await.result.as_deref(), Some(r#""Ok(1)""#));
        assert_eq!(site.outside.calls(), ["beside"]);
    });
}

#[test]
fn a_name_is_one_instance() {
    on_both(async |site| {
        let app = site.start(&[child::process]).await;
        let first = app.run(child("a", 1).start()).await.unwrap();
        let again = app.run(child("a", 5).start()).await.unwrap();
        assert_eq!(first, again);
        app.clock.advance(days(1)).await;
        assert_eq!(app.run(first).await.unwrap(), Ok(1));
        assert_eq!(app.run(child("a", 1)).await.unwrap(), Ok(1), "it has ended, and keeps its result");
        assert_eq!(site.outside.calls().len(), 1);
    });
}

process! {
    deadlocked at "/deadlocked/{key}" gives String;
    |cx, next, world|
    step Start { key: String } => next.to(State::Write { key }),
    step Write { key: String } => {
        let said = async {
            world.write("written").await;
            let handle = child::Handle::from_name("/child/a").await;
            let (awaited, cancelled) = (handle.clone().await.unwrap_err(), handle.cancel().await.unwrap_err());
            assert_eq!((awaited.kind(), cancelled.kind()), (Kind::Conflict, Kind::Conflict));
            awaited.to_string()
        }.step_in(cx).await;
        next.done(said)
    },
}
starts! { deadlocked(key: String) }

#[test]
fn a_step_that_has_written_may_not_wait_for_another_instance_inside_itself() {
    on_both(async |site| {
        let app = site.start(&[child::process, deadlocked::process]).await;
        app.run(child("a", 1).start()).await.unwrap();
        app.run(deadlocked("b").start()).await.unwrap();
        app.settle().await;
        let said = site.row("/deadlocked/b").await.result.unwrap();
        assert!(said.contains("this step has written to the database, and `/child/a` can't move"), "{said}");
        assert_eq!(site.effects().await, ["written"]);
    });
}

/// As generated code's `get` does it.
trait FromName: Sized {
    async fn from_name(name: &str) -> Self;
}

impl<M: justscale::rt::Machine> FromName for justscale::Handle<M> {
    async fn from_name(name: &str) -> Self {
        let key = name.rsplit('/').next().unwrap();
        justscale::rt::get::<M>(&[&key]).await.unwrap().unwrap()
    }
}
