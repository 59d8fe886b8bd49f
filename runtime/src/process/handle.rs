//! [`Handle`]: an instance from outside.

use std::future::IntoFuture;
use std::marker::PhantomData;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::awaited::{Await, Begin};
use super::start::Boxed;
use super::{Context, Durable, Key, Machine, fill};
use crate::db::Current;
use crate::engine::Engine;
use crate::engine::ends::{EndListener, missing};
use crate::store::{Delivery, Operation, Status, Topic};
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
        let row = Engine::current()?.store().find(&self.name).await?;
        row.map(|row| row.status).ok_or_else(|| missing(&self.name))
    }

    /// Where it stands, with all that is known of that.
    pub async fn standing(&self) -> Result<Standing> {
        let row = Engine::current()?.store().find(&self.name).await?.ok_or_else(|| missing(&self.name))?;
        Ok(Standing {
            status: row.status,
            point: row.state.point,
            due: row.wake_at,
            failed_attempts: row.attempts,
            cause: row.cause,
            started_at: row.created_at,
            changed_at: row.updated_at,
        })
    }

    /// Ends it from outside, and the children that it waits for. Nothing happens if it has ended already.
    pub async fn cancel(&self) -> Result<()> {
        self.refuse_while_holding("cancel it")?;
        match Engine::current()?.operate(&self.name, Operation::Cancel).await? {
            Some(_) => Ok(()),
            None => Err(missing(&self.name)),
        }
    }

    /// Awaits its result in a process.
    pub async fn step_in(self, cx: &Context) -> Result<M::Output> {
        cx.one(self).await
    }

    /// As an arm of a `race!` or a branch of a `join!`.
    pub fn arm_in(self, _cx: &Context) -> Self {
        self
    }

    /// What a step has written keeps all others from writing until the step is committed; so an instance that is waited for
    /// inside the step would never move.
    fn refuse_while_holding(&self, what: &str) -> Result<()> {
        if Current::get().is_some_and(|current| current.holds()) {
            return Err(Error::conflict(format!(
                "this step has written to the database, and `{}` can't move before the step is committed: {what} in an await of its own",
                self.name
            )));
        }
        Ok(())
    }
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
        Box::pin(async move {
            if Current::get().is_some_and(|current| current.starts(&self.name)) {
                return Err(Error::conflict(format!(
                    "`{}` starts with the commit of this step, so this step can't wait for its result: await the handle in the process itself",
                    self.name
                )));
            }
            self.refuse_while_holding("await its result")?;
            let engine = Engine::current()?;
            wait::<M>(&self.name, engine.listen_for_end(&self.name), false).await
        })
    }
}

/// Waits in memory for the result of an instance. One that is new has been started since `listener` listens.
pub(super) async fn wait<M: Machine>(name: &str, listener: EndListener, is_new: bool) -> Result<M::Output> {
    let result = listener.end(is_new).await?;
    decode::<M>(name, result.as_deref()).map_err(Error::permanent)?
}

/// The result of an instance that has ended. An inner error: it was cancelled; an outer one: its result can't be read.
pub(super) fn result<M: Machine>(
    name: &str,
    delivery: Option<&Delivery>,
) -> std::result::Result<Result<M::Output>, String> {
    decode::<M>(name, delivery.and_then(|delivery| delivery.payload.as_deref()))
}

fn decode<M: Machine>(name: &str, text: Option<&str>) -> std::result::Result<Result<M::Output>, String> {
    let Some(text) = text else {
        return Ok(Err(Error::cancelled(format!("`{name}` was cancelled"))));
    };
    let output = M::Output::from_text(text);
    output.map(Ok).map_err(|error| format!("the result of `{name}` can't be read: {error}"))
}

/// The instance of a process with these keys, if there is one.
pub fn get<M: Machine>(keys: &[&dyn Key]) -> impl Future<Output = Result<Option<Handle<M>>>> + Send + use<M> {
    let name = fill(M::PATH, keys);
    async move {
        let row = Engine::current()?.store().find(&name).await?;
        Ok(row.map(|row| Handle::of(row.name)))
    }
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
