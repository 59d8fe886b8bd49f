//! How an engine's tasks are run: [`Spawner`]; and [`spawn`], for the app's own.

use std::future::Future;

use super::Engine;
use crate::clock::idle::Tracked;
use crate::store::BoxFuture;

/// Runs tasks.
pub trait Spawner: Send + Sync {
    /// Runs this one to its end.
    fn spawn(&self, task: BoxFuture<'static, ()>);
}

/// Tasks of the current tokio runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioSpawner;

impl Spawner for TokioSpawner {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }
}

/// Runs a task of the app's own beside what calls it, in the same app. It is no part of a process: what it does commits by
/// itself, and it ends with the program.
pub fn spawn<F>(task: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let Ok(engine) = Engine::current() else {
        return tokio::spawn(task);
    };
    let work = engine.scope(task);
    match engine.clock().manual() {
        Some(clock) => tokio::spawn(Tracked::background(clock.idle(), work)),
        None => tokio::spawn(work),
    }
}
