//! [`Transition`]: ties the types of all arms of a process together, and moves it from point to point.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;

use super::saved::{PointKind, RestoreError, Restorer, Saved, Saver};
use super::{Branch, Context, Durable, Leaves, Stop};
use crate::encoding::EncodeError;

/// The moves of a process whose states are `S` and which returns an `O`.
///
/// It is a small `Copy` value: every state goes through it, so rustc learns the types of all arms at once. It carries how states are
/// saved and restored, so that their types are asked for that in one place, where it is made, and errors are said once.
pub struct Transition<S, O> {
    save: fn(&S) -> Saver,
    restore: fn(&mut Restorer) -> Result<S, RestoreError>,
    result: fn(&O) -> Result<String, EncodeError>,
}

impl<S, O> Clone for Transition<S, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, O> Copy for Transition<S, O> {}

impl<S: Saved, O: Durable> Default for Transition<S, O> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, O> std::fmt::Debug for Transition<S, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transition")
    }
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

impl<S, O> Transition<S, O> {
    /// One for a run.
    pub fn new() -> Self
    where
        S: Saved,
        O: Durable,
    {
        Self { save: Saver::of, restore: S::restore, result: O::to_text }
    }

    /// The code between two points.
    pub fn arm<'a>(self, code: impl Future<Output = To<S, O>> + Send + 'a) -> Arm<'a, S, O> {
        Arm(Box::pin(code))
    }

    /// Goes on at `state`.
    pub fn to(self, state: S) -> To<S, O> {
        To::State(state)
    }

    /// Goes on at `state`, where no user code has run since the last saved point: no commit of its own.
    pub fn pass(self, state: S) -> To<S, O> {
        To::Pass(state)
    }

    /// Ends with a value.
    pub fn done(self, value: O) -> To<S, O> {
        To::Done(value)
    }

    /// `?`'s test.
    pub fn branch<T: Branch>(self, tested: T) -> ControlFlow<T::Residual, T::Output> {
        tested.branch()
    }

    /// `?`'s return.
    pub fn fail<R: Leaves<O>>(self, residual: R) -> To<S, O> {
        To::Done(residual.leave())
    }

    /// The state at which the instance stands.
    pub fn restore(self, cx: &Context) -> Result<S, Stop> {
        let state = cx.saved();
        let restored = Restorer::of(&state).and_then(|mut saved| (self.restore)(&mut saved));
        restored.map_err(|error| Stop::Failed(error.to_string()))
    }

    /// Runs an arm and goes where it leads: commits, parks or ends.
    pub async fn advance(self, cx: &Context, arm: Arm<'_, S, O>) -> Result<S, Stop> {
        match cx.drive(arm.0).await? {
            To::State(state) => self.arrive(cx, state, false).await,
            To::Pass(state) => self.arrive(cx, state, true).await,
            To::Done(value) => {
                let result = (self.result)(&value).map_err(|error| {
                    Stop::Failed(format!("its result can't be saved: {error}; change the type that it returns, then `process retry`"))
                })?;
                match cx.finish(result).await? {}
            }
        }
    }

    async fn arrive(self, cx: &Context, state: S, passed: bool) -> Result<S, Stop> {
        let saver = (self.save)(&state);
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
