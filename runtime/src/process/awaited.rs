//! What may be awaited in a process, as its waits see it: [`Await`], and [`Slot`], which keeps what it gave.

use std::task::{self, Poll};

use jiff::{SignedDuration, Timestamp};

use super::nested::Nested;
use super::part::Caller;
use super::{Context, Durable, Stop};
use crate::db::Current;
use crate::store::{Delivery, NewInstance, Topic};

/// How an awaited thing begins.
#[derive(Debug)]
pub enum Begin {
    /// It is a future to be polled.
    Plain,
    /// It is over at a time.
    Timer(Timestamp),
    /// It is over when a message of this topic is there.
    Topic(Topic),
    /// It starts an instance and is over when that one has ended.
    Child(Box<NewInstance>, Topic),
    /// It is a part: a future that moves, and waits, by itself.
    Part,
}

/// What one run of a plain future came to.
#[derive(Debug)]
pub enum Attempt<T> {
    /// It gave a value.
    Finished(T),
    /// It failed, and is to be run again after a pause.
    Again {
        /// The pause.
        delay: SignedDuration,
        /// Why it failed.
        cause: String,
    },
    /// It failed, and is not to be run again.
    Exhausted {
        /// Why the last attempt failed.
        cause: String,
    },
    /// Something in it ends the run.
    Stopped(Stop),
}

/// A thing that may be awaited in a process, alone or as one of several.
///
/// The runtime implements it for plain futures and for its own waits; programs have no need to.
pub trait Await: Send {
    /// What it gives.
    type Output: Send;

    /// How it begins, asked at its first run only. An error pauses the instance.
    #[doc(hidden)]
    fn begin(&mut self) -> Result<Begin, String>;

    /// Enters a part, where it stands.
    #[doc(hidden)]
    fn enter(&mut self, _caller: Caller<'_>) -> Result<(), String> {
        Err("something else was taken for a part: this is a bug in justscale".to_owned())
    }

    /// Whether it is a part of which nothing runs.
    #[doc(hidden)]
    fn rests(&self) -> bool {
        false
    }

    /// Polls a plain future; `attempts` runs of it have failed before.
    #[doc(hidden)]
    fn poll(&mut self, _task: &mut task::Context<'_>, _attempts: u32) -> Poll<Attempt<Self::Output>> {
        Poll::Pending
    }

    /// What a wait gives when it is over: its time has come (`None`) or its message is there.
    #[doc(hidden)]
    fn over(&mut self, _delivery: Option<&Delivery>) -> Result<Self::Output, String> {
        Err("a plain future was taken for a wait: this is a bug in justscale".to_owned())
    }
}

/// An awaited thing without its type.
pub(crate) trait Awaited: Send {
    fn begin(&mut self) -> Result<Begin, String>;
    /// Enters a part, called in one of several branches or alone.
    fn enter(&mut self, cx: &Context, branch: Option<usize>, at: Option<Nested>) -> Result<(), String>;
    fn rests(&self) -> bool;
    /// Polls the future in its own transaction.
    fn poll(&mut self, task: &mut task::Context<'_>, attempts: u32) -> Poll<Attempt<()>>;
    fn over(&mut self, delivery: Option<&Delivery>) -> Result<(), String>;
    /// The transaction of the plain future.
    fn current(&self) -> &Current;
    /// The value that it gave, as text.
    fn text(&self) -> Result<String, String>;
    /// Whether the value that it gave ends the wait for all others: it is the error of a branch of a `try_join!`.
    fn failed(&self) -> bool;
    /// Takes the value that it gave in an earlier run.
    fn restore(&mut self, text: &str) -> Result<(), String>;
}

/// An awaited thing and, in the end, its value.
pub(crate) struct Slot<A: Await> {
    awaited: A,
    current: Current,
    pub(crate) value: Option<A::Output>,
    keep: Option<Keep<A::Output>>,
    fails: fn(&A::Output) -> bool,
}

/// How a value is kept that waits for the others of its `join!`.
struct Keep<T> {
    save: fn(&T) -> Result<String, String>,
    restore: fn(&str) -> Result<T, String>,
}

impl<A: Await> Slot<A> {
    /// For a single wait or an arm of a `race!`: its value is used at once.
    pub(crate) fn new(awaited: A, cx: &Context) -> Self {
        Self { awaited, current: cx.current().branch(), value: None, keep: None, fails: |_| false }
    }

    /// For a branch of a `join!`: its value may have to be kept.
    pub(crate) fn kept(awaited: A, cx: &Context) -> Self
    where
        A::Output: Durable,
    {
        let keep = Keep {
            save: |value: &A::Output| value.to_text().map_err(|error| error.to_string()),
            restore: |text| A::Output::from_text(text).map_err(|error| error.to_string()),
        };
        Self { keep: Some(keep), ..Self::new(awaited, cx) }
    }

    /// For a branch of a `try_join!`: an error is waited for alone.
    pub(crate) fn tried<T, E>(awaited: A, cx: &Context) -> Self
    where
        A: Await<Output = Result<T, E>>,
        Result<T, E>: Durable,
    {
        Self { fails: Result::is_err, ..Self::kept(awaited, cx) }
    }
}

impl<A: Await> Awaited for Slot<A> {
    fn begin(&mut self) -> Result<Begin, String> {
        self.awaited.begin()
    }

    fn enter(&mut self, cx: &Context, branch: Option<usize>, at: Option<Nested>) -> Result<(), String> {
        self.awaited.enter(Caller { cx, branch, current: &self.current, at })
    }

    fn rests(&self) -> bool {
        self.awaited.rests()
    }

    fn poll(&mut self, task: &mut task::Context<'_>, attempts: u32) -> Poll<Attempt<()>> {
        let Self { awaited, current, value, .. } = self;
        current.enter(|| awaited.poll(task, attempts)).map(|attempt| match attempt {
            Attempt::Finished(output) => {
                *value = Some(output);
                Attempt::Finished(())
            }
            Attempt::Again { delay, cause } => Attempt::Again { delay, cause },
            Attempt::Exhausted { cause } => Attempt::Exhausted { cause },
            Attempt::Stopped(stop) => Attempt::Stopped(stop),
        })
    }

    fn over(&mut self, delivery: Option<&Delivery>) -> Result<(), String> {
        self.value = Some(self.awaited.over(delivery)?);
        Ok(())
    }

    fn current(&self) -> &Current {
        &self.current
    }

    fn text(&self) -> Result<String, String> {
        match (&self.keep, &self.value) {
            (Some(keep), Some(value)) => (keep.save)(value),
            _ => Err("there is no value to keep: this is a bug in justscale".to_owned()),
        }
    }

    fn failed(&self) -> bool {
        self.value.as_ref().is_some_and(self.fails)
    }

    fn restore(&mut self, text: &str) -> Result<(), String> {
        if let Some(keep) = &self.keep {
            self.value = Some((keep.restore)(text)?);
        }
        Ok(())
    }
}
