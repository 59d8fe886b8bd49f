//! [`Context`]: one run of one instance, from where it stood to where it parks, ends or fails.
//!
//! It knows what of the run is committed and what is not yet, and turns the moves of a process into [`Write`](crate::store::Write)s.
//! The row is read once, when the run begins. A part that a process calls has a context of its own, inside that of its caller.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tracing::Span;

use super::course::Led;
use super::frame::{Frame, Move, Run, Standing};
use super::nested::Nested;
use super::place::Place;
use super::race::Racers;
use super::saved::PointKind;
use super::waits::Waits;
use super::{Joined, Stop, TryJoined, frame};
use crate::db::{Current, Turn};
use crate::encoding::EncodeError;
use crate::engine::Engine;
use crate::engine::running::Ear;
use crate::store::{Committed, Instance, InstanceId, SavedState, Status};

/// One run of one instance. Generated code hands it to whatever is awaited.
pub struct Context {
    frame: Arc<Frame>,
    current: Current,
    span: Mutex<Span>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("name", &self.frame.run.name).finish_non_exhaustive()
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
        let span = Mutex::new(span(&name, &frame::shown(&state, &waits)));
        let standing = Standing {
            attempts: row.attempts,
            prompted: row.status == Status::Active && row.attempts > 0 && row.cause.is_none(),
            ..Standing::at(state, waits)
        };
        let run = Arc::new(Run::new(engine, ear, id, &name, epoch));
        let current = Current::of(engine.db());
        Ok(Self { frame: Frame::of_process(run, place, standing), current, span })
    }

    /// The context of a part that is called here: where it stands, or where it starts.
    pub(crate) fn inside(&self, part: &'static str, stands: Stands, current: &Current) -> Self {
        let Stands { branch, at, start } = stands;
        let (standing, step) = match at {
            Some(nested) => (Standing::at(nested.state(), nested.waits), nested.step),
            None => (Standing::at(start, Waits::default()), 0),
        };
        let shown = self.frame.path(&frame::shown(&standing.row, &standing.waits));
        let frame = self.frame.inside(part, branch, (standing, step));
        let span = Mutex::new(span(&self.frame.run.name, &shown));
        Self { frame, current: current.clone(), span }
    }

    /// The first of several to be over.
    pub fn race<R: Racers>(&self, arms: R) -> impl Future<Output = R::Output> + Send {
        arms.race(self)
    }

    /// All of several.
    pub fn join<J: Joined>(&self, branches: J) -> impl Future<Output = J::Output> + Send {
        branches.join(self)
    }

    /// All of several, or the first that fails.
    pub fn try_join<J: TryJoined>(&self, branches: J) -> impl Future<Output = J::Output> + Send {
        branches.try_join(self)
    }

    /// Whether a state is staged, which a plain future has to commit first.
    pub(crate) fn is_staged(&self) -> bool {
        self.standing().staged.is_some()
    }

    /// Commits a state that is staged, before a plain future runs.
    pub(crate) async fn flush(&self) {
        let staged = self.standing().staged.take();
        if let Some(state) = staged
            && let Err(stop) = self.commit(Move::Step(state), &self.current, None).await
        {
            self.halt(stop).await
        }
    }

    /// Runs an arm. When something in it parks or stops the run, the arm is dropped.
    pub(super) async fn drive(
        &self,
        mut arm: Pin<Box<dyn Future<Output = Led> + Send + '_>>,
    ) -> Result<Led, Stop> {
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

    /// The body has reached a point.
    pub(crate) async fn arrive(
        &self,
        point: &'static str,
        state: SavedState,
        kind: PointKind,
        passed: bool,
    ) -> Result<(), Stop> {
        self.place().set_point(point);
        let span = span(&self.frame.run.name, &self.frame.path(point));
        *self.span.lock().unwrap_or_else(PoisonError::into_inner) = span;
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
                self.commit(Move::Step(state), &self.current, None).await?;
                if self.engine().is_stopping() { Err(Stop::Leave) } else { Ok(()) }
            }
        }
    }

    /// The process has ended.
    pub(crate) async fn finish(&self, result: Result<String, EncodeError>) -> Result<Infallible, Stop> {
        let result = result.map_err(|error| {
            Stop::Failed(format!(
                "its result can't be saved: {error}; change the type that it returns, then `process retry`"
            ))
        })?;
        self.commit(Move::Done(result), &self.current, None).await?;
        Err(Stop::Done)
    }

    /// The part has ended: the messages that it has used since its last commit go with what it wrote.
    pub(crate) fn hand_over(&self) {
        let consumed = std::mem::take(&mut self.standing().consumed);
        self.current.consume(consumed);
    }

    /// Whether nothing was done since the state in the row.
    pub(crate) fn is_clean(&self) -> bool {
        let standing = self.standing();
        standing.staged.is_none() && standing.consumed.is_empty() && self.current.is_empty()
    }

    /// Commits a move of this body, with what was written in `current` and the messages that were used.
    pub(crate) async fn commit(
        &self,
        own: Move,
        current: &Current,
        turn: Option<Turn>,
    ) -> Result<Committed, Stop> {
        self.frame.commit(own, current, turn).await
    }

    /// Waits for commits that were begun and that nobody waits for any more. What has called them is dropped by now.
    pub(crate) async fn settle(&self) {
        if self.frame.run.is_loose() {
            // One that has not come to its end by then never will, and what it did is seen at the next run.
            let _ = self.current.take_turn().await;
        }
    }

    /// The saved state, to begin with.
    pub(crate) fn saved(&self) -> SavedState {
        self.standing().row.clone()
    }

    pub(crate) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.frame.standing()
    }

    /// What its logs stand in: its name and point.
    pub(crate) fn span(&self) -> Span {
        self.span.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.frame.run.engine
    }

    pub(crate) fn current(&self) -> &Current {
        &self.current
    }

    pub(crate) fn place(&self) -> &Place {
        &self.frame.place
    }

    pub(crate) fn ear(&self) -> &Ear {
        &self.frame.run.ear
    }

    pub(crate) fn id(&self) -> InstanceId {
        self.frame.run.id
    }

    pub(super) fn run(&self) -> &Arc<Run> {
        &self.frame.run
    }

    pub(super) fn frame(&self) -> &Arc<Frame> {
        &self.frame
    }

    /// The row's epoch, as far as this run knows.
    pub(crate) fn epoch(&self) -> i64 {
        self.frame.run.epoch()
    }

    pub(crate) fn random(&self) -> f64 {
        self.engine().random()
    }

    pub(crate) fn verifies_restore(&self) -> bool {
        self.engine().options().verify_restore
    }
}

/// Where a part that is called stands.
pub(crate) struct Stands {
    /// Its position among several; `None` if it is all that is awaited.
    pub(crate) branch: Option<usize>,
    /// Its point, if it has gone on from its start.
    pub(crate) at: Option<Nested>,
    /// Its start, with its inputs.
    pub(crate) start: SavedState,
}

/// The span of an instance at a point. It is nobody's child, not even of the point before.
pub(crate) fn span(name: &str, point: &str) -> Span {
    tracing::info_span!(parent: None, "process", instance = name, point)
}
