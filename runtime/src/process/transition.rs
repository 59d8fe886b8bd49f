//! [`Transition`]: ties the types of all arms of a process together, and moves it from point to point.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::pin::Pin;

use super::saved::{PointKind, RestoreError, Restorer, Saved, Saver};
use super::{Branch, Context, Durable, Exit, Leaves, Machine, Part, Returns, Stop};

/// The moves of the process `M`, whose states are `S`.
///
/// It is a small `Copy` value: every state goes through it, so rustc learns the types of all arms at once. It knows how a state is
/// saved, so that only [`new`](Self::new) asks for it: an error about a type that can't be kept then stands at one place, not at each move.
pub struct Transition<S, M: Returns> {
    save: fn(&S, &mut Saver),
    restore: fn(&mut Restorer) -> Result<S, RestoreError>,
    machine: PhantomData<fn() -> M>,
}

impl<S, M: Returns> Clone for Transition<S, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, M: Returns> Copy for Transition<S, M> {}

impl<S: Saved, M: Returns> Default for Transition<S, M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, M: Returns> std::fmt::Debug for Transition<S, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transition")
    }
}

impl<S: Saved, M: Returns> Transition<S, M> {
    /// One for a run.
    pub fn new() -> Self {
        Self { save: S::save, restore: S::restore, machine: PhantomData }
    }
}

/// Stands for a type that a process keeps and rustc infers, so that an error about it has a place of its own: that of this value.
pub struct Kept<T>(PhantomData<fn() -> T>);

impl<T> std::fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

/// A type that rustc infers.
pub fn kept<T>() -> Kept<T> {
    Kept(PhantomData)
}

/// Where an arm leads.
#[derive(Debug)]
pub enum To<S, O> {
    /// On to a state.
    State(S),
    /// On to a state, and no user code has run since the last saved point.
    Pass(S),
    /// The process's end.
    Done(O),
}

/// The code between two points, not yet run.
pub struct Arm<'a, S, O>(Pin<Box<dyn Future<Output = To<S, O>> + Send + 'a>>);

impl<S, O> std::fmt::Debug for Arm<'_, S, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Arm")
    }
}

impl<S, M: Returns> Transition<S, M> {
    /// The code of each state. It does nothing but say that what the arms are given is a state.
    pub fn arms<'a, F: Fn(S) -> Arm<'a, S, M::Output>>(self, arms: F) -> F {
        arms
    }

    /// The code between two points.
    pub fn arm<'a>(self, code: impl Future<Output = To<S, M::Output>> + Send + 'a) -> Arm<'a, S, M::Output> {
        Arm(Box::pin(code))
    }

    /// Goes on at `state`.
    pub fn to(self, state: S) -> To<S, M::Output> {
        To::State(state)
    }

    /// Goes on at `state`, where no user code has run since the last saved point: no commit of its own.
    pub fn pass(self, state: S) -> To<S, M::Output> {
        To::Pass(state)
    }

    /// Ends with a value.
    pub fn done(self, value: M::Output) -> To<S, M::Output> {
        To::Done(value)
    }

    /// `?`'s test.
    pub fn branch<T: Branch>(self, tested: T) -> ControlFlow<T::Residual, T::Output> {
        tested.branch()
    }

    /// `?`'s return.
    pub fn fail<R: Leaves<M::Output>>(self, residual: R) -> To<S, M::Output> {
        To::Done(residual.leave())
    }

    /// The state at which the instance stands.
    pub fn restore(self, cx: &Context) -> Result<S, Stop> {
        let state = cx.saved();
        let restored = Restorer::of(&state).and_then(|mut saved| (self.restore)(&mut saved));
        restored.map_err(|error| Stop::Failed(error.to_string()))
    }

    /// Runs a part from where it stands to its end.
    pub async fn through<'a>(
        self,
        cx: &Context,
        arms: impl Fn(S) -> Arm<'a, S, M::Output>,
    ) -> Result<M::Output, Stop>
    where
        M: Part,
    {
        let mut state = self.restore(cx)?;
        loop {
            state = match cx.drive(arms(state).0).await? {
                To::State(state) => self.arrive(cx, state, false).await?,
                To::Pass(state) => self.arrive(cx, state, true).await?,
                To::Done(value) => return Ok(value),
            };
        }
    }

    async fn arrive(self, cx: &Context, state: S, passed: bool) -> Result<S, Stop> {
        let saver = Saver::of(|saver| (self.save)(&state, saver));
        let kind = saver.kind();
        if kind == PointKind::Block {
            return Ok(state);
        }
        let point = saver.point();
        let saved = saver.finish().map_err(Stop::Failed)?;
        let state = if cx.verifies_restore() {
            let mut restorer = Restorer::of(&saved).map_err(|error| Stop::Failed(error.to_string()))?;
            (self.restore)(&mut restorer).map_err(|error| {
                Stop::Failed(format!("what `{point}` keeps does not survive being saved: {error}"))
            })?
        } else {
            state
        };
        cx.arrive(point, saved, kind, passed).await?;
        Ok(state)
    }
}

impl<S, M: Machine> Transition<S, M> {
    /// Runs a process from where it stands until it is parked, done or stopped.
    ///
    /// # Errors
    ///
    /// When it stops: that is how each run ends.
    pub async fn run<'a>(self, cx: &Context, arms: impl Fn(S) -> Arm<'a, S, M::Output>) -> Exit {
        let mut state = self.restore(cx)?;
        loop {
            state = self.advance(cx, arms(state)).await?;
        }
    }

    /// Runs an arm and goes where it leads: commits, parks or ends.
    pub async fn advance(self, cx: &Context, arm: Arm<'_, S, M::Output>) -> Result<S, Stop> {
        match cx.drive(arm.0).await? {
            To::State(state) => self.arrive(cx, state, false).await,
            To::Pass(state) => self.arrive(cx, state, true).await,
            To::Done(value) => {
                let result = value.to_text().map_err(|error| {
                    Stop::Failed(format!("its result can't be saved: {error}; change the type that it returns, then `process retry`"))
                })?;
                match cx.finish(result).await? {}
            }
        }
    }
}
