//! [`PartCall`]: a call of a part, which is an async fn that only processes call. Its awaits are saved inside the state of its caller.

use std::any::TypeId;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use super::awaited::{Attempt, Await, Begin};
use super::context::Stands;
use super::frame::Frame;
use super::nested::Nested;
use super::{Context, Durable, Point, Returns, Stop};
use crate::db::Current;
use crate::encoding::{EncodeError, FieldWriter};
use crate::store::SavedState;

/// A part, as the compiler writes it.
pub trait Part: Returns<Output: 'static> + Sized + Send + Sync {
    /// The fn's name.
    const NAME: &'static str;
    /// Where it can stand.
    const POINTS: &'static [Point];
}

/// A run of a part.
pub type PartRunning<'a, T> = Pin<Box<dyn Future<Output = Result<T, Stop>> + Send + 'a>>;

/// The code of a part, as the app's wiring reaches it: with what it borrows, which may be less visible than the part is.
pub trait PartCode: 'static {
    /// The part.
    type Part: Part;
    /// What it borrows.
    type Services<'a>;
    /// Runs it from where it stands.
    fn run<'a>(
        cx: &'a Context,
        services: Self::Services<'a>,
    ) -> PartRunning<'a, <Self::Part as Returns>::Output>;
}

/// Runs a part with the services that it borrows.
pub trait PartRunner<P: Part>: Send + Sync + 'static {
    /// Runs it from where it stands.
    fn run<'a>(&'a self, cx: &'a Context) -> PartRunning<'a, P::Output>;
}

/// A part as an engine is given it: what runs it, by its type.
#[derive(Clone)]
pub struct BoundPart {
    pub(crate) part: TypeId,
    /// An `Arc<dyn PartRunner<P>>`.
    pub(crate) runner: Arc<dyn std::any::Any + Send + Sync>,
}

impl BoundPart {
    /// This part, run by `runner`.
    pub fn new<P: Part>(runner: Arc<dyn PartRunner<P>>) -> Self {
        Self { part: TypeId::of::<P>(), runner: Arc::new(runner) }
    }
}

impl std::fmt::Debug for BoundPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoundPart").field("part", &self.part).finish_non_exhaustive()
    }
}

/// A call of a part: a `#[process]` without a path. A process awaits it, and so does another part.
#[must_use = "a part runs when a process awaits it"]
pub struct PartCall<P> {
    inputs: FieldWriter,
    mistake: Option<String>,
    part: PhantomData<fn() -> P>,
}

impl<P> std::fmt::Debug for PartCall<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PartCall")
    }
}

impl<P: Part> Default for PartCall<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Part> PartCall<P> {
    /// A call without inputs.
    pub fn new() -> Self {
        Self { inputs: FieldWriter::new(), mistake: None, part: PhantomData }
    }

    /// An input.
    pub fn keep<T: Durable>(mut self, name: &str, value: T) -> Self {
        let written = value.write(&mut self.inputs, name);
        note(&mut self.mistake, name, written);
        self
    }

    /// Awaits it in a process.
    pub async fn step_in(self, cx: &Context) -> P::Output {
        cx.one(self.arm_in(cx)).await
    }

    /// As an arm of a `race!` or a branch of a `join!`.
    pub fn arm_in(self, _cx: &Context) -> Called<P> {
        let point = P::POINTS.first().map_or("Start", |point| point.name).to_owned();
        let start = match self.mistake {
            Some(mistake) => Err(format!("`{}` can't be called: {mistake}", P::NAME)),
            None => Ok(SavedState { point, locals: self.inputs.finish() }),
        };
        Called { start: Some(start), running: None, frame: None }
    }
}

/// Remembers the first input that can't be saved.
pub(super) fn note(mistake: &mut Option<String>, name: &str, written: Result<(), EncodeError>) {
    if let Err(reason) = written {
        mistake.get_or_insert_with(|| format!("`{name}` can't be saved: {reason}"));
    }
}

/// A part that was called.
pub struct Called<P: Part> {
    start: Option<Result<SavedState, String>>,
    running: Option<PartRunning<'static, P::Output>>,
    frame: Option<Arc<Frame>>,
}

impl<P: Part> std::fmt::Debug for Called<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Called").field("part", &P::NAME).finish_non_exhaustive()
    }
}

impl<P: Part> Await for Called<P> {
    type Output = P::Output;

    fn begin(&mut self) -> Result<Begin, String> {
        Ok(Begin::Part)
    }

    fn enter(&mut self, caller: Caller<'_>) -> Result<(), String> {
        if let Some(at) = &caller.at
            && at.part != P::NAME
        {
            return Err(format!(
                "stalled: needs a program that calls the part `{}` at `{}`, where this one calls `{}`; run one, then `process retry`, or cancel the instance",
                at.part,
                caller.cx.place().point(),
                P::NAME
            ));
        }
        let start = self
            .start
            .take()
            .unwrap_or_else(|| Err("a part was entered twice: this is a bug in justscale".to_owned()))?;
        let stands = Stands { branch: caller.branch, at: caller.at, start };
        let cx = caller.cx.inside(P::NAME, stands, caller.current);
        let runner = caller.cx.engine().part::<P>().ok_or_else(|| {
            format!("the part `{}` is not one of this app's: it is called by a process of the app in whose crate it stands", P::NAME)
        })?;
        self.frame = Some(cx.frame().clone());
        let place = cx.place().clone();
        self.running = Some(Box::pin(place.scope(async move {
            let output = runner.run(&cx).await?;
            cx.hand_over();
            Ok(output)
        })));
        Ok(())
    }

    fn poll(&mut self, task: &mut task::Context<'_>, _attempts: u32) -> Poll<Attempt<P::Output>> {
        let Some(running) = &mut self.running else { return Poll::Pending };
        running.as_mut().poll(task).map(|ended| match ended {
            Ok(output) => Attempt::Finished(output),
            Err(stop) => Attempt::Stopped(stop),
        })
    }

    fn rests(&self) -> bool {
        self.frame.as_ref().is_some_and(|frame| frame.rests())
    }
}

/// Where a part is called.
pub struct Caller<'a> {
    pub(super) cx: &'a Context,
    /// Its position among several; `None` if it is all that is awaited.
    pub(super) branch: Option<usize>,
    /// The transaction of what it does.
    pub(super) current: &'a Current,
    /// Where it stands, if it has gone on from its start.
    pub(super) at: Option<Nested>,
}

impl std::fmt::Debug for Caller<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("branch", &self.branch).finish_non_exhaustive()
    }
}

/// What can be awaited outside a process. No part can.
#[diagnostic::on_unimplemented(
    message = "a part can only be awaited by a process",
    label = "this is a part: where it stands is kept in the state of the process that calls it",
    note = "call it in a `#[process]`, or give it a path of its own, `#[process(\"/…/{{…}}\")]`: then it is started and awaited from anywhere"
)]
pub trait AwaitedAnywhere {}

impl<P: Part + AwaitedAnywhere> Future for PartCall<P> {
    type Output = P::Output;

    /// Only a process awaits a part, and it does not come by here.
    fn poll(self: Pin<&mut Self>, _: &mut task::Context<'_>) -> Poll<P::Output> {
        Poll::Pending
    }
}

/// What runs by itself, under a name. No part does.
#[diagnostic::on_unimplemented(
    message = "a part has no instances of its own",
    label = "this is a part: it runs inside the process that awaits it",
    note = "await it in a `#[process]`, or give it a path of its own, `#[process(\"/…/{{…}}\")]`: the filled path is the name of its instance"
)]
pub trait HasInstances {}

/// What is made again as a whole when it fails. No part is.
#[diagnostic::on_unimplemented(
    message = "a part is not retried as a whole: what its steps have done is committed",
    label = "this is a part: each of its awaits is a step of its own",
    note = "retry the call inside of it that fails, or write a loop around the part"
)]
pub trait MadeAgain {}

impl<P: Part> PartCall<P> {
    /// A part can't be retried, only what it calls.
    #[doc(hidden)]
    pub fn retry(self, _backoff: super::Backoff) -> Self
    where
        P: MadeAgain,
    {
        self
    }

    /// A part can't be started, only awaited.
    #[doc(hidden)]
    pub fn start(self) -> Self
    where
        P: HasInstances,
    {
        self
    }
}
