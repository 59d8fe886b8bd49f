//! [`Transition`]: ties the types of all arms of a process together, and moves it from point to point.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::pin::Pin;

use super::course::{self, Course, Led};
use super::saved::{RestoreError, Restorer, Saved, Saver};
use super::{Branch, Context, Durable, Leaves, Machine, Part, PartRunning, Returns, Running, Stop};

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

impl<S, M: Returns> Transition<S, M> {
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

    /// Runs a part from where it stands to its end. `code` is what follows each state.
    pub fn through<'a, C>(
        self,
        cx: &'a Context,
        code: impl Fn(S) -> C + Send + 'a,
    ) -> PartRunning<'a, M::Output>
    where
        M: Part,
        S: 'a,
        C: Future<Output = To<S, M::Output>> + Send + 'a,
    {
        let mut steps = Steps { moves: self, code, next: None, output: None };
        Box::pin(async move {
            course::run(cx, &mut steps).await?;
            steps.output.ok_or_else(lost)
        })
    }
}

impl<S, M: Machine> Transition<S, M> {
    /// Runs a process from where it stands until it is parked, done or stopped. `code` is what follows each state.
    pub fn run<'a, C>(self, cx: &'a Context, code: impl Fn(S) -> C + Send + 'a) -> Running<'a>
    where
        S: 'a,
        C: Future<Output = To<S, M::Output>> + Send + 'a,
    {
        let mut steps = Steps { moves: self, code, next: None, output: None };
        Box::pin(async move {
            course::run(cx, &mut steps).await?;
            let output = steps.output.ok_or_else(lost)?;
            cx.finish(output.to_text()).await
        })
    }
}

/// The code of a run. It keeps no state but in the code that follows it, which is asked for `Send` by itself.
struct Steps<S, M: Returns, F, C> {
    moves: Transition<S, M>,
    code: F,
    next: Option<C>,
    output: Option<M::Output>,
}

impl<S, M: Returns, F: Fn(S) -> C, C> Steps<S, M, F, C> {
    fn on(&mut self, state: S, passed: bool) -> Led {
        let saver = Saver::of(|saver| (self.moves.save)(&state, saver));
        self.next = Some((self.code)(state));
        Led::On { saver, passed }
    }
}

impl<S, M, F, C> Course for Steps<S, M, F, C>
where
    M: Returns,
    F: Fn(S) -> C + Send,
    C: Future<Output = To<S, M::Output>> + Send,
{
    fn restore(&mut self, saved: &mut Restorer) -> Result<(), RestoreError> {
        self.next = Some((self.code)((self.moves.restore)(saved)?));
        Ok(())
    }

    fn go(&mut self) -> Pin<Box<dyn Future<Output = Led> + Send + '_>> {
        let code = self.next.take();
        Box::pin(async {
            let Some(code) = code else { return Led::Done };
            match code.await {
                To::State(state) => self.on(state, false),
                To::Pass(state) => self.on(state, true),
                To::Done(output) => {
                    self.output = Some(output);
                    Led::Done
                }
            }
        })
    }
}

/// It has ended, and gave nothing.
fn lost() -> Stop {
    Stop::Failed("its result was lost: this is a bug in justscale".to_owned())
}
