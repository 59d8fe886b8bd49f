//! Waiting costs nothing: no task, and no entry in any map.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use justscale::engine::{EngineParts, Load, Spawner, TokioSpawner};
use justscale::prelude::*;
use justscale::store::BoxFuture;
use justscale::{Clock, Status};

use crate::world::{World, on_both};

signal! { Paid at "/paid/{order}" { order: String } kept 168 hours }

process! {
    order at "/order/{order}" gives bool;
    |cx, next, world|
    step Start { order: String } => next.to(State::AwaitPaid { order }),
    wait AwaitPaid { order: String } => {
        let paid = cx.race((Paid::of(&order).arm_in(cx), sleep(days(3)).arm_in(cx))).await;
        next.done(matches!(paid, rt::Race2::First(_)))
    },
}
starts! { order(order: String) }

/// Counts the tasks that are there.
#[derive(Default)]
struct Counting(Arc<AtomicUsize>);

impl Spawner for Counting {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        let there = self.0.clone();
        there.fetch_add(1, Ordering::SeqCst);
        TokioSpawner.spawn(Box::pin(async move {
            task.await;
            there.fetch_sub(1, Ordering::SeqCst);
        }));
    }
}

#[test]
fn what_waits_is_a_row_and_nothing_else() {
    on_both(async |site| {
        let spawner = Counting::default();
        let tasks = spawner.0.clone();
        let parts = EngineParts { spawner: Arc::new(spawner), ..EngineParts::new(site.store()) };
        let app = site.start_with(parts, Clock::Manual(site.clock.clone()), &[order::process]).await;
        for key in 0..300 {
            app.run(order(format!("{key}")).start()).await.unwrap();
        }
        app.settle().await;
        tokio::task::yield_now().await;
        assert_eq!(site.status("/order/299").await, Status::Waiting);
        assert_eq!(app.engine.load(), Load { running: 0, queued: 0 });
        assert_eq!(tasks.load(Ordering::SeqCst), 0);

        app.run(Paid { order: "7".into() }.emit()).await.unwrap();
        app.settle().await;
        assert_eq!(site.row("/order/7").await.result.as_deref(), Some("true"));
        app.clock.advance(days(3)).await;
        assert_eq!(site.row("/order/8").await.result.as_deref(), Some("false"));
        tokio::task::yield_now().await;
        assert_eq!((app.engine.load().running, tasks.load(Ordering::SeqCst)), (0, 0));
    });
}
