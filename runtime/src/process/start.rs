//! [`Start`]: a call of a process fn, which becomes an instance when it is started or awaited.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

use super::awaited::{Await, Begin};
use super::handle::{self, Handle};
use super::part::note;
use super::{Context, Durable, Key, Machine, fill};
use crate::db::Current;
use crate::encoding::FieldWriter;
use crate::engine::Engine;
use crate::signal::Signal;
use crate::store::{Delivery, InstanceId, NewInstance, SavedState, Topic};
use crate::{Error, Result};

/// A boxed future of this crate's results.
pub type Boxed<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// A call of a process: `.start().await?` gives its [`Handle`], `.await?` its result.
///
/// The filled path is the instance's name. Starting the same name twice gives the same instance.
#[must_use = "a process runs when this is started or awaited"]
pub struct Start<M> {
    call: Call,
    machine: PhantomData<fn() -> M>,
}

/// A call of any process: what does not depend on which it is, and so is compiled once.
struct Call {
    name: String,
    process: &'static str,
    point: &'static str,
    locals: FieldWriter,
    subscriptions: Vec<Topic>,
    mistake: Option<String>,
}

impl<M> std::fmt::Debug for Start<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Start").field("name", &self.call.name).finish_non_exhaustive()
    }
}

/// A call of the process `M`, whose instance is named by these keys.
pub fn start<M: Machine>(keys: &[&dyn Key]) -> Start<M> {
    Start::new(fill(M::PATH, keys))
}

impl<M: Machine> Start<M> {
    /// A call whose instance has this name.
    pub fn new(name: String) -> Self {
        let point = M::POINTS.first().map_or("Start", |point| point.name);
        let (locals, subscriptions) = (FieldWriter::new(), Vec::new());
        let call = Call { name, process: M::PATH, point, locals, subscriptions, mistake: None };
        Self { call, machine: PhantomData }
    }

    /// An input.
    pub fn keep<T: Durable>(mut self, name: &str, value: T) -> Self {
        let written = value.write(&mut self.call.locals, name);
        note(&mut self.call.mistake, name, written);
        self
    }

    /// A mailbox that it listens to from its first moment.
    pub fn subscribe<S: Signal>(mut self, keys: &[&dyn Key]) -> Self {
        self.call.subscriptions.push(Topic { signal: S::PATH.to_owned(), identity: fill(S::PATH, keys) });
        self
    }

    /// The instance's name: the filled path.
    pub fn name(&self) -> &str {
        &self.call.name
    }

    /// Starts it. Outside a process it is durable when this returns; inside, it starts with the commit of the step.
    pub fn start(self) -> Starting<M> {
        Starting(self)
    }

    /// Awaits its result in a process: a durable child, which is cancelled with its parent.
    pub async fn step_in(self, cx: &Context) -> Result<M::Output> {
        cx.one(self.arm_in(cx)).await
    }

    /// As an arm of a `race!` or a branch of a `join!`.
    pub fn arm_in(self, cx: &Context) -> Child<M> {
        Child {
            name: self.call.name.clone(),
            new: Some(self.call.into_new(cx.engine(), Some(cx.id()))),
            machine: PhantomData,
        }
    }
}

impl Call {
    fn into_new(
        self,
        engine: &Engine,
        parent: Option<InstanceId>,
    ) -> std::result::Result<NewInstance, String> {
        if let Some(mistake) = self.mistake {
            return Err(format!("`{}` can't be started: {mistake}", self.name));
        }
        Ok(NewInstance {
            name: self.name,
            process: self.process.to_owned(),
            state: SavedState { point: self.point.to_owned(), locals: self.locals.finish() },
            subscriptions: self.subscriptions,
            parent,
            at: engine.now(),
        })
    }

    /// Starts it, in a step with the step's commit. Gives its name.
    async fn start(self) -> Result<String> {
        let engine = Engine::current()?;
        let new = self.into_new(&engine, None).map_err(Error::invalid)?;
        let name = new.name.clone();
        match Current::get() {
            Some(current) => current.start(engine.db(), new)?,
            None => drop(engine.start_now(new).await?),
        }
        Ok(name)
    }

    /// Starts it and waits for its end. Gives its name and the text of its result.
    async fn end(self) -> Result<(String, Option<String>)> {
        if Current::get().is_some() {
            return handle::end(self.start().await?).await;
        }
        let engine = Engine::current()?;
        // It listens before the start, so that no end is missed.
        let listener = engine.listen_for_end(&self.name);
        let new = self.into_new(&engine, None).map_err(Error::invalid)?;
        let name = new.name.clone();
        let is_new = engine.start_now(new).await?;
        Ok((name, listener.end(is_new).await?))
    }
}

/// The start of a process, to be awaited for its handle.
#[must_use = "a process starts when this is awaited"]
#[derive(Debug)]
pub struct Starting<M>(Start<M>);

impl<M: Machine> IntoFuture for Starting<M> {
    type Output = Result<Handle<M>>;
    type IntoFuture = Boxed<Handle<M>>;

    fn into_future(self) -> Self::IntoFuture {
        let started = self.0.call.start();
        Box::pin(async move { started.await.map(Handle::of) })
    }
}

impl<M: Machine> IntoFuture for Start<M> {
    type Output = Result<M::Output>;
    type IntoFuture = Boxed<M::Output>;

    /// Starts it and waits for its result, in memory.
    fn into_future(self) -> Self::IntoFuture {
        handle::decoded::<M>(self.call.end())
    }
}

/// A child of a process whose result is waited for.
pub struct Child<M> {
    name: String,
    new: Option<std::result::Result<NewInstance, String>>,
    machine: PhantomData<fn() -> M>,
}

impl<M> std::fmt::Debug for Child<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Child").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<M: Machine> Await for Child<M> {
    type Output = Result<M::Output>;

    fn begin(&mut self) -> std::result::Result<Begin, String> {
        let end = Topic::end_of(&self.name);
        match self.new.take() {
            Some(Ok(new)) => Ok(Begin::Child(Box::new(new), end)),
            Some(Err(mistake)) => Err(mistake),
            None => Ok(Begin::Topic(end)),
        }
    }

    fn over(&mut self, delivery: Option<&Delivery>) -> std::result::Result<Self::Output, String> {
        handle::result::<M>(&self.name, delivery)
    }
}
