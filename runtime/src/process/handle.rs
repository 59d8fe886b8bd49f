//! [`Handle`]: an instance from outside.

use std::future::IntoFuture;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::awaited::{Await, Begin};
use super::start::Boxed;
use super::{Context, Durable, Key, Machine, fill};
use crate::db::Current;
use crate::encoding::DecodeError;
use crate::engine::Engine;
use crate::engine::ends::missing;
use crate::store::{Delivery, Instance, Operation, Status, Topic};
use crate::{Error, Result};

/// An instance of a process. `.await?` gives its result; a paused instance is waited for until someone brings it on.
///
/// It is a name, so it can be saved, cloned and sent.
pub struct Handle<M> {
    name: String,
    machine: PhantomData<fn() -> M>,
}

/// Where an instance stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// Whether it runs, waits, or has ended.
    pub status: Status,
    /// The name of its point: `Charge`, `AwaitCancelled`.
    pub point: String,
    /// When it goes on by itself, if a time is among the things that it waits for.
    pub due: Option<Timestamp>,
    /// How often the call that it makes has failed.
    pub failed_attempts: u32,
    /// Why it is paused, or why the last attempt has failed.
    pub cause: Option<String>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it has moved last.
    pub changed_at: Timestamp,
}

impl<M> Handle<M> {
    /// The instance's name: its filled path.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl<M: Machine> Handle<M> {
    pub(crate) fn of(name: String) -> Self {
        Self { name, machine: PhantomData }
    }

    /// Where it stands.
    pub async fn status(&self) -> Result<Status> {
        row_of(&self.name).await.map(|row| row.status)
    }

    /// Where it stands, with all that is known of that.
    pub async fn standing(&self) -> Result<Standing> {
        row_of(&self.name).await.map(Standing::of)
    }

    /// Ends it from outside, and the children that it waits for. Nothing happens if it has ended already.
    pub async fn cancel(&self) -> Result<()> {
        cancel(&self.name).await
    }

    /// Awaits its result in a process.
    pub async fn step_in(self, cx: &Context) -> Result<M::Output> {
        cx.one(self).await
    }

    /// As an arm of a `race!` or a branch of a `join!`.
    pub fn arm_in(self, _cx: &Context) -> Self {
        self
    }
}

impl Standing {
    fn of(row: Instance) -> Self {
        Self {
            status: row.status,
            point: row.state.point,
            due: row.wake_at,
            failed_attempts: row.attempts,
            cause: row.cause,
            started_at: row.created_at,
            changed_at: row.updated_at,
        }
    }
}

async fn row_of(name: &str) -> Result<Instance> {
    Engine::current()?.store().find(name).await?.ok_or_else(|| missing(name))
}

async fn cancel(name: &str) -> Result<()> {
    refuse_while_holding(name, "cancel it")?;
    match Engine::current()?.operate(name, Operation::Cancel).await? {
        Some(_) => Ok(()),
        None => Err(missing(name)),
    }
}

/// What a step has written keeps all others from writing until the step is committed; so an instance that is waited for
/// inside the step would never move.
fn refuse_while_holding(name: &str, what: &str) -> Result<()> {
    if Current::get().is_some_and(|current| current.holds()) {
        return Err(Error::conflict(format!(
            "this step has written to the database, and `{name}` can't move before the step is committed: {what} in an await of its own"
        )));
    }
    Ok(())
}

impl<M: Machine> Await for Handle<M> {
    type Output = Result<M::Output>;

    fn begin(&mut self) -> std::result::Result<Begin, String> {
        Ok(Begin::Topic(Topic::end_of(&self.name)))
    }

    fn over(&mut self, delivery: Option<&Delivery>) -> std::result::Result<Self::Output, String> {
        result::<M>(&self.name, delivery)
    }
}

impl<M: Machine> IntoFuture for Handle<M> {
    type Output = Result<M::Output>;
    type IntoFuture = Boxed<M::Output>;

    /// Waits for its end, in memory.
    fn into_future(self) -> Self::IntoFuture {
        decoded::<M>(end(self.name))
    }
}

/// Waits in memory for the end of an instance. Gives its name and the text of its result.
pub(super) async fn end(name: String) -> Result<(String, Option<String>)> {
    if Current::get().is_some_and(|current| current.starts(&name)) {
        return Err(Error::conflict(format!(
            "`{name}` starts with the commit of this step, so this step can't wait for its result: await the handle in the process itself"
        )));
    }
    refuse_while_holding(&name, "await its result")?;
    let engine = Engine::current()?;
    let result = engine.listen_for_end(&name).end(false).await?;
    Ok((name, result))
}

/// The result of an instance, once it has ended.
pub(super) fn decoded<M: Machine>(
    end: impl Future<Output = Result<(String, Option<String>)>> + Send + 'static,
) -> Boxed<M::Output> {
    Box::pin(async move {
        let (name, result) = end.await?;
        decode::<M>(&name, result.as_deref()).map_err(Error::permanent)?
    })
}

/// The result of an instance that has ended. An inner error: it was cancelled; an outer one: its result can't be read.
pub(super) fn result<M: Machine>(
    name: &str,
    delivery: Option<&Delivery>,
) -> std::result::Result<Result<M::Output>, String> {
    decode::<M>(name, delivery.and_then(|delivery| delivery.payload.as_deref()))
}

fn decode<M: Machine>(name: &str, text: Option<&str>) -> std::result::Result<Result<M::Output>, String> {
    let Some(text) = text else { return Ok(Err(cancelled(name))) };
    match M::Output::from_text(text) {
        Ok(output) => Ok(Ok(output)),
        Err(error) => Err(unreadable(name, &error)),
    }
}

fn cancelled(name: &str) -> Error {
    Error::cancelled(format!("`{name}` was cancelled"))
}

fn unreadable(name: &str, error: &DecodeError) -> String {
    format!("the result of `{name}` can't be read: {error}")
}

/// The instance of a process with these keys, if there is one.
pub fn get<M: Machine>(keys: &[&dyn Key]) -> impl Future<Output = Result<Option<Handle<M>>>> + Send + use<M> {
    let found = found(fill(M::PATH, keys));
    async move { found.await.map(|name| name.map(Handle::of)) }
}

async fn found(name: String) -> Result<Option<String>> {
    let row = Engine::current()?.store().find(&name).await?;
    Ok(row.map(|row| row.name))
}

impl<M> Clone for Handle<M> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), machine: PhantomData }
    }
}

impl<M> PartialEq for Handle<M> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<M> Eq for Handle<M> {}

impl<M> std::fmt::Debug for Handle<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Handle").field(&self.name).finish()
    }
}

impl<M> Serialize for Handle<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.name.serialize(serializer)
    }
}

impl<'de, M> Deserialize<'de> for Handle<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self { name, machine: PhantomData })
    }
}
