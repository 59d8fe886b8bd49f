//! [`Context`]: one run of one instance, from where it stood to where it parks, ends or fails.
//!
//! It knows what of the run is committed and what is not yet, and turns the moves of a process into [`Write`](crate::store::Write)s.
//! The row is read once, when the run begins.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tracing::Span;

use super::place::Place;
use super::race::Racers;
use super::saved::PointKind;
use super::waits::Waits;
use super::{Joined, Stop};
use crate::db::Current;
use crate::engine::Engine;
use crate::engine::running::Ear;
use crate::store::{Committed, Instance, InstanceId, Next, SavedState, Status, Topic};

/// One run of one instance. Generated code hands it to whatever is awaited.
pub struct Context {
    engine: Engine,
    current: Current,
    place: Place,
    ear: Ear,
    id: InstanceId,
    epoch: AtomicI64,
    span: Mutex<Span>,
    standing: Mutex<Standing>,
}

/// What of the run is committed, and what is not yet.
pub(crate) struct Standing {
    /// The state in the row.
    pub(crate) row: SavedState,
    /// A state that was reached and is to be committed together with what its arm registers, or before its arm runs.
    pub(crate) staged: Option<SavedState>,
    /// A state that was reached without any user code having run since `row`: it need not be committed at all.
    pub(crate) passed: Option<SavedState>,
    /// What is registered at the state in the row.
    pub(crate) waits: Waits,
    /// The row's count of failed attempts when the run began.
    pub(crate) attempts: u32,
    /// Whether an operator asked for the next attempt now: the row was active with failed attempts and no cause of theirs.
    pub(crate) prompted: bool,
    /// Messages that were used and are not committed as such.
    pub(crate) consumed: Vec<(Topic, i64)>,
    stop: Option<Stop>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("name", &self.place.name()).finish_non_exhaustive()
    }
}

impl Context {
    pub(crate) fn new(engine: &Engine, row: Instance, ear: Ear) -> Result<Self, Stop> {
        let Instance { id, name, state, waits, step, epoch, .. } = row;
        let place = Place::new(id, &name, state.point.clone(), step);
        let waits = Waits::parse(&waits).map_err(|error| {
            Stop::Failed(format!(
                "stalled: needs its row mended, what is registered at `{}` can't be read ({error}); restore it from a backup, then `process retry`, or cancel the instance",
                state.point
            ))
        })?;
        let span = Mutex::new(span(&name, &state.point));
        let standing = Standing {
            row: state,
            staged: None,
            passed: None,
            waits,
            attempts: row.attempts,
            prompted: row.status == Status::Active && row.attempts > 0 && row.cause.is_none(),
            consumed: Vec::new(),
            stop: None,
        };
        let current = Current::of(engine.db());
        Ok(Self {
            engine: engine.clone(),
            current,
            place,
            ear,
            id,
            epoch: epoch.into(),
            span,
            standing: Mutex::new(standing),
        })
    }

    /// The first of several to be over.
    pub fn race<R: Racers>(&self, arms: R) -> impl Future<Output = R::Output> + Send {
        arms.race(self)
    }

    /// All of several.
    pub fn join<J: Joined>(&self, branches: J) -> impl Future<Output = J::Output> + Send {
        branches.join(self)
    }

    /// Whether a state is staged, which a plain future has to commit first.
    pub(crate) fn is_staged(&self) -> bool {
        self.standing().staged.is_some()
    }

    /// Commits a state that is staged, before a plain future runs.
    pub(crate) async fn flush(&self) {
        let staged = self.standing().staged.take();
        if let Some(state) = staged
            && let Err(stop) = self.commit_step(state).await
        {
            self.halt(stop).await
        }
    }

    /// Runs an arm. When something in it parks or stops the run, the arm is dropped.
    pub(crate) async fn drive<T>(
        &self,
        mut arm: Pin<Box<dyn Future<Output = T> + Send + '_>>,
    ) -> Result<T, Stop> {
        let span = self.span();
        std::future::poll_fn(|task| {
            let _entered = span.enter();
            let polled = arm.as_mut().poll(task);
            match self.standing().stop.take() {
                Some(stop) => Poll::Ready(Err(stop)),
                None => polled.map(Ok),
            }
        })
        .await
    }

    /// Stops the run from inside an arm.
    pub(crate) async fn halt<T>(&self, stop: Stop) -> T {
        self.standing().stop = Some(stop);
        std::future::pending().await
    }

    /// The process has reached a point.
    pub(crate) async fn arrive(
        &self,
        point: &'static str,
        state: SavedState,
        kind: PointKind,
        passed: bool,
    ) -> Result<(), Stop> {
        self.place.set_point(point);
        *self.span.lock().unwrap_or_else(PoisonError::into_inner) = span(self.place.name(), point);
        let passed = passed && self.is_clean();
        match kind {
            PointKind::Block => Ok(()),
            PointKind::Wait => {
                let mut standing = self.standing();
                standing.staged = Some(state);
                standing.passed = None;
                Ok(())
            }
            PointKind::Step if passed => {
                self.standing().passed = Some(state);
                Ok(())
            }
            PointKind::Step => {
                self.commit_step(state).await?;
                if self.engine.is_stopping() { Err(Stop::Leave) } else { Ok(()) }
            }
        }
    }

    /// The process has ended.
    pub(crate) async fn finish(&self, result: String) -> Result<Infallible, Stop> {
        self.commit(Next::Done { result }, &self.current).await?;
        Err(Stop::Done)
    }

    /// Whether nothing was done since the state in the row.
    fn is_clean(&self) -> bool {
        let standing = self.standing();
        standing.staged.is_none() && standing.consumed.is_empty() && self.current.is_empty()
    }

    async fn commit_step(&self, state: SavedState) -> Result<(), Stop> {
        self.commit(Next::Step { state: state.clone() }, &self.current).await?;
        let mut standing = self.standing();
        standing.row = state;
        standing.staged = None;
        standing.passed = None;
        standing.waits = Waits::default();
        drop(standing);
        self.place.moved();
        Ok(())
    }

    /// Commits a move of this instance, with what was written in `current` and the messages that were used.
    pub(crate) async fn commit(&self, next: Next, current: &Current) -> Result<Committed, Stop> {
        let consumed = std::mem::take(&mut self.standing().consumed);
        self.engine.commit_move(self, next, consumed, current).await
    }

    /// The saved state, to begin with.
    pub(crate) fn saved(&self) -> SavedState {
        self.standing().row.clone()
    }

    pub(crate) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What its logs stand in: its name and point.
    pub(crate) fn span(&self) -> Span {
        self.span.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn current(&self) -> &Current {
        &self.current
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn ear(&self) -> &Ear {
        &self.ear
    }

    pub(crate) fn id(&self) -> InstanceId {
        self.id
    }

    /// The row's epoch, as far as this run knows.
    pub(crate) fn epoch(&self) -> i64 {
        self.epoch.load(Ordering::Relaxed)
    }

    /// A move of this run is committed, with which the epoch has grown.
    pub(crate) fn moved_row(&self) {
        self.epoch.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn random(&self) -> f64 {
        self.engine.random()
    }

    pub(crate) fn verifies_restore(&self) -> bool {
        self.engine.options().verify_restore
    }
}

/// The span of an instance at a point. It is nobody's child, not even of the point before.
pub(crate) fn span(name: &str, point: &str) -> Span {
    tracing::info_span!(parent: None, "process", instance = name, point)
}
