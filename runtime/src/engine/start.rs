//! How an engine begins and ends: recovery, and a graceful stop.

use std::any::TypeId;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Engine;
use crate::process::{BoundPart, Part, PartRunner, Process};

impl Engine {
    /// Says which parts the processes may call. To be called before [`start`](Self::start); a second call is without effect.
    pub fn with_parts(&self, parts: Vec<BoundPart>) {
        let parts = parts.into_iter().map(|bound| (bound.part, bound)).collect();
        let _ = self.shared.parts.set(parts);
    }

    /// What runs a part.
    pub(crate) fn part<P: Part>(&self) -> Option<Arc<dyn PartRunner<P>>> {
        let bound = self.shared.parts.get()?.get(&TypeId::of::<P>())?;
        bound.runner.downcast_ref::<Arc<dyn PartRunner<P>>>().cloned()
    }

    /// Begins to run the instances of these processes: what was active goes on, what fell due while nothing ran fires.
    ///
    /// A second call is without effect.
    pub fn start(&self, processes: Vec<Process>) {
        let processes = processes.into_iter().map(|process| (process.path, process)).collect();
        if self.shared.processes.set(processes).is_err() {
            return;
        }
        self.refill();
        match self.clock().manual() {
            Some(clock) => clock.follow(self.shared.this.clone()),
            None => {
                self.shared.spawner.spawn(Box::pin(self.clone().keep_alarm()));
                self.shared.spawner.spawn(Box::pin(self.clone().watch_others()));
                self.shared.spawner.spawn(Box::pin(self.clone().expire_messages()));
            }
        }
    }

    /// Notices what the program that runs the processes does, so that what is awaited here ends. This engine runs nothing.
    pub(crate) fn watch(&self) {
        self.shared.spawner.spawn(Box::pin(self.clone().watch_others()));
    }

    /// Stops: nothing new is run, and what runs comes to its next checkpoint. What has not by the deadline is dropped, and
    /// goes on from its last checkpoint at the next start. Gives whether all came to theirs in time.
    pub async fn stop(&self, deadline: Duration) -> bool {
        self.close();
        let in_time = tokio::time::timeout(deadline, self.emptied()).await.is_ok();
        if !in_time {
            tracing::warn!(
                "some steps take longer than {} s: they are made again at the next start",
                deadline.as_secs()
            );
            self.kill().await;
        }
        in_time
    }

    /// Ends at once, in the middle of whatever runs, as a crash would: nothing more is committed.
    pub async fn kill(&self) {
        self.shared.killed.store(true, Ordering::Relaxed);
        self.close();
        self.shared.schedule().poke_all();
        self.emptied().await;
        self.shared.ends.tell_all();
        self.shared.watches.tell_all();
    }

    /// Takes in nothing new, and ends what keeps the engine's times.
    fn close(&self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.shared.schedule().close();
        self.shared.alarm.ring();
        self.shared.stopped.notify_waiters();
    }

    /// Rests for a while, or until the engine stops.
    pub(super) async fn rest(&self, duration: Duration) {
        let mut stopped = std::pin::pin!(self.shared.stopped.notified());
        // Listen before the look, so that a stop between the two is heard.
        stopped.as_mut().enable();
        if !self.is_stopping() {
            // Either way there is nothing more to wait for.
            let _ = tokio::time::timeout(duration, stopped).await;
        }
    }

    /// Waits until nothing runs.
    async fn emptied(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.shared.emptied.notified());
            emptied.as_mut().enable();
            if self.shared.schedule().is_empty() {
                return;
            }
            emptied.await;
        }
    }
}
