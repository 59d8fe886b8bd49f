//! One run of one instance: from its row to where it parks, ends or fails.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

use jiff::Timestamp;
use tracing::Instrument;

use super::commit::Known;
use super::panics;
use super::running::{Ear, Entry};
use super::schedule::Wanted;
use super::{Engine, Shared};
use crate::process::context::span;
use crate::process::{Context, Exit, Process, Running, Stop};
use crate::store::{Instance, InstanceId, Next, Status, StoreError, Transition, Write};

impl Engine {
    /// Runs an instance, if it is to be run.
    pub(super) async fn run(&self, wanted: Wanted, entry: &Arc<Entry>) {
        let row = match wanted.row {
            Some(row) => *row,
            None => match self.store().load(wanted.id).await {
                Ok(Some(row)) if is_runnable(&row, self.now()) => row,
                Ok(_) => return,
                Err(error) => return self.report(&error),
            },
        };
        let process = self.shared.processes.get().and_then(|all| all.get(row.process.as_str()));
        let Some(process) = process else { return self.leave_alone(&row) };
        self.run_row(process, row, entry).await;
    }

    async fn run_row(&self, process: &Process, row: Instance, entry: &Arc<Entry>) {
        let (id, mut epoch) = (row.id, row.epoch);
        let mut span = span(&row.name, &row.state.point);
        span.in_scope(|| tracing::debug!(step = row.step, "runs"));
        entry.set_blind(false);
        let stop = match Context::new(self, row, Ear(entry.clone())) {
            Ok(cx) => {
                let run = Guarded { run: Some(process.runner.run(&cx)), entry, shared: &self.shared };
                let Err(stop) = self.scope(cx.current().scope(cx.place().scope(run))).await;
                cx.settle().await;
                // What is not committed by now never will be.
                cx.current().discard().await;
                (epoch, span) = (cx.epoch(), cx.span());
                stop
            }
            Err(stop) => stop,
        };
        entry.set_blind(true);
        self.stopped(Over { id, epoch, entry }, stop).instrument(span).await;
    }

    /// No program of this version can run it, so its row stays as it is, for one that can.
    fn leave_alone(&self, row: &Instance) {
        let process = &row.process;
        if self.shared.schedule().leave_alone(row.id, process) {
            tracing::warn!(
                name = row.name,
                "stalled: needs a program with the process `{process}`; its instances are left alone until one runs"
            );
        }
    }

    async fn stopped(&self, over: Over<'_>, stop: Stop) {
        match stop {
            Stop::Parked => tracing::debug!("waits"),
            Stop::Done => tracing::debug!("is done"),
            Stop::Leave => tracing::debug!("stops with the program, and goes on at the next start"),
            Stop::Store(StoreError::Fenced(_)) => {
                tracing::debug!("was taken over or cancelled");
                over.entry.was_wrong();
            }
            Stop::Store(error) if error.is_transient() => self.report(&error),
            Stop::Store(error) => self.pause(over, error.to_string()).await,
            Stop::Failed(cause) => self.pause(over, cause).await,
        }
    }

    /// Leaves the instance paused, with its state and point as they are in the row.
    async fn pause(&self, over: Over<'_>, cause: String) {
        tracing::error!(cause, "is paused: `process retry` brings it on");
        let next = Next::Paused { cause };
        let (instance, epoch, at) = (over.id, over.epoch, self.now());
        let transition = Transition { instance, epoch, next, consumed: Vec::new(), left: Vec::new(), at };
        match self.store().commit(Write { transition: Some(transition), ..Write::default() }).await {
            Ok(committed) => self.settle(committed, Known::default()),
            Err(StoreError::Fenced(_)) => {
                tracing::debug!("was taken over or cancelled");
                // Whoever has moved it meanwhile may have relied on this run.
                over.entry.run_again();
            }
            Err(error) => self.report(&error),
        }
    }
}

/// A run that is over.
#[derive(Clone, Copy)]
struct Over<'a> {
    id: InstanceId,
    /// The row's epoch, as far as it knew.
    epoch: i64,
    entry: &'a Entry,
}

/// Whether a row is to be run: it is active, or what it waits for is due.
fn is_runnable(row: &Instance, now: Timestamp) -> bool {
    match row.status {
        Status::Active => true,
        Status::Waiting => row.wake_at.is_some_and(|at| at <= now),
        Status::Paused | Status::Done | Status::Cancelled => false,
    }
}

/// A run whose panics become causes, and which ends when the engine is killed.
struct Guarded<'a> {
    /// Nothing once it is over.
    run: Option<Running<'a>>,
    entry: &'a Entry,
    shared: &'a Shared,
}

impl Future for Guarded<'_> {
    type Output = Exit;

    fn poll(mut self: Pin<&mut Self>, task: &mut std::task::Context<'_>) -> Poll<Exit> {
        self.entry.polled_by(task.waker());
        let killed = self.shared.killed.load(Ordering::Relaxed);
        let Some(run) = self.run.as_mut().filter(|_| !killed) else {
            self.end();
            return Poll::Ready(Err(Stop::Leave));
        };
        // A run that has panicked is dropped and never polled again, so nobody sees what it left half done.
        let polled = match catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(task))) {
            Ok(polled) => polled,
            Err(panic) => Poll::Ready(Err(Stop::Failed(panics::cause(&*panic)))),
        };
        if polled.is_ready() {
            self.end();
        }
        polled
    }
}

impl Guarded<'_> {
    /// Drops the run. What it held may panic at that too, and must not take the engine's task with it.
    fn end(&mut self) {
        let run = self.run.take();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(run))) {
            tracing::error!("a value of a run panicked when it was dropped: {}", panics::words_of(&*panic));
        }
    }
}
