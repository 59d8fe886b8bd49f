//! A member of a group: a piece of work that can be made again, and the one who waits for its answer.
//!
//! Work, answer and waker are one allocation, which the one who waits has made and frees. Memory that is freed by another thread than
//! has asked for it costs more than the rest of a step: the two meet in the allocator.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::apply::Refusal;
use super::hand::Hand;
use super::writer::closed;
use crate::store::StoreError;

/// How a member went.
pub(super) enum Made {
    /// It is done, or it was refused without having changed anything.
    Clean,
    /// It failed and may have changed something.
    Dirty,
}

/// Makes a member of some work: one end for the writer, one for whoever waits for what it comes to.
pub(super) fn member<F, T>(work: F) -> (Member, Answer<F, T>)
where
    F: FnMut(&Hand<'_>) -> Result<T, Refusal> + Send + 'static,
    T: Send + 'static,
{
    let state = State { work, made: None, answered: false, waiting: None };
    let task = Arc::new(Task(Mutex::new(state)));
    (Member(Some(task.clone())), Answer(task))
}

/// The writer's end. Dropped unanswered, it tells who waits that the store is closed.
pub(super) struct Member(Option<Arc<dyn Work>>);

impl Member {
    /// Does the work. May be called again after a rollback.
    pub(super) fn make(&self, hand: &Hand<'_>, place: &str) -> Made {
        self.0.as_ref().map_or(Made::Clean, |task| task.make(hand, place))
    }

    /// Tells the one who waits what it came to; or why the whole group came to nothing.
    pub(super) fn answer(mut self, failed: Option<&StoreError>) {
        self.tell(failed);
    }

    fn tell(&mut self, failed: Option<&StoreError>) {
        let Some(task) = self.0.take() else { return };
        let waker = task.answer(failed);
        // Given up before the other end is woken, so that it is the other end that frees it.
        drop(task);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.tell(Some(&closed()));
    }
}

/// What the work came to, once the writer has answered.
pub(super) struct Answer<F, T>(Arc<Task<F, T>>);

impl<F, T> Future for Answer<F, T> {
    type Output = Result<T, StoreError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.state();
        if state.answered {
            return Poll::Ready(state.made.take().unwrap_or_else(|| Err(closed())));
        }
        match &mut state.waiting {
            Some(waiting) => waiting.clone_from(context.waker()),
            None => state.waiting = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}

/// What both ends hold.
struct Task<F, T>(Mutex<State<F, T>>);

struct State<F, T> {
    work: F,
    made: Option<Result<T, StoreError>>,
    answered: bool,
    waiting: Option<Waker>,
}

impl<F, T> Task<F, T> {
    fn state(&self) -> MutexGuard<'_, State<F, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task as the writer knows it.
trait Work: Send + Sync {
    fn make(&self, hand: &Hand<'_>, place: &str) -> Made;
    fn answer(&self, failed: Option<&StoreError>) -> Option<Waker>;
}

impl<F, T> Work for Task<F, T>
where
    F: FnMut(&Hand<'_>) -> Result<T, Refusal> + Send,
    T: Send,
{
    fn make(&self, hand: &Hand<'_>, place: &str) -> Made {
        let mut state = self.state();
        let made = (state.work)(hand);
        let how = if matches!(made, Err(Refusal::Sql(_))) { Made::Dirty } else { Made::Clean };
        state.made = Some(made.map_err(|refusal| refusal.into_error(place)));
        how
    }

    fn answer(&self, failed: Option<&StoreError>) -> Option<Waker> {
        let mut state = self.state();
        if let (Some(Ok(_)) | None, Some(failed)) = (&state.made, failed) {
            state.made = Some(Err(failed.clone()));
        }
        state.answered = true;
        state.waiting.take()
    }
}
