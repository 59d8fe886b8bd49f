//! [`Scene`]: one order of a scenario, with an engine and those who use it.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use super::World;
use super::explorer::Tasks;
use super::slow::{Slow, pause};
use crate::ManualClock;
use crate::clock::Clock;
use crate::engine::{Engine, EngineOptions, EngineParts, Spawner as _};
use crate::process::{BoundPart, Process};
use crate::store::{Filter, Instance, Status, Store as _};

/// One order of a scenario.
pub(super) struct Scene {
    pub(super) engine: Engine,
    pub(super) clock: ManualClock,
    pub(super) store: Arc<Slow>,
    tasks: Tasks,
}

type Processes<'a> = &'a [fn(&Arc<World>) -> Process];

impl Scene {
    pub(super) fn of(
        tasks: &Tasks,
        processes: Processes<'_>,
        parts: &[fn(&Arc<World>) -> BoundPart],
    ) -> Self {
        let (store, clock, world) = (Arc::new(Slow::new(tasks)), ManualClock::default(), Arc::default());
        let engine = Engine::new(EngineParts {
            store: store.clone(),
            clock: Clock::Manual(clock.clone()),
            seed: Some(0),
            spawner: Arc::new(tasks.clone()),
            options: EngineOptions::default(),
        });
        engine.with_parts(parts.iter().map(|part| part(&world)).collect());
        engine.start(processes.iter().map(|process| process(&world)).collect());
        Self { engine, clock, store, tasks: tasks.clone() }
    }

    /// Does something in the app, outside any process.
    pub(super) fn run<F: Future<Output: Send> + Send + 'static>(&self, work: F) {
        let work = self.engine.scope(work);
        self.tasks.spawn(Box::pin(async move { drop(work.await) }));
    }

    /// The same, and it is dropped after so many polls, if it has not come to its end by then.
    pub(super) fn begin<F: Future<Output: Send> + Send + 'static>(&self, polls: Option<usize>, work: F) {
        let Some(polls) = polls else { return self.run(work) };
        self.run(async move {
            let mut work = pin!(work);
            for _ in 0..polls {
                let over = std::future::poll_fn(|task| Poll::Ready(work.as_mut().poll(task).is_ready()));
                if over.await {
                    return;
                }
                pause().await;
            }
        });
    }

    /// Plays the keeper of the alarm: once an instance is parked until a time, that time comes.
    pub(super) fn time_comes(&self) {
        let (engine, clock, store) = (self.engine.clone(), self.clock.clone(), self.store.clone());
        self.run(async move {
            store.parked.notified().await;
            if let Some(at) = store.next_wake(None).await.unwrap() {
                clock.set(at);
                engine.offer_due(at).await.unwrap();
            }
        });
    }

    /// The rows at the end. Nothing runs then, so none is left that is to be run.
    pub(super) fn rows(&self) -> Vec<Instance> {
        let rows = now(self.store.inner().list(Filter::default())).unwrap();
        for row in &rows {
            assert_ne!(row.status, Status::Active, "nobody runs it: {row:?}");
        }
        assert_eq!(now(self.store.inner().due(self.clock.now(), None, 9)).unwrap(), [], "nobody runs it");
        rows
    }

    pub(super) fn all_are_done(&self, number: usize) {
        let rows = self.rows();
        let done = rows.iter().filter(|row| row.status == Status::Done).count();
        assert_eq!((rows.len(), done), (number, number), "{rows:?}");
    }
}

/// What a future gives that waits for nothing.
pub(super) fn now<T>(mut future: Pin<Box<dyn Future<Output = T> + Send + '_>>) -> T {
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}
