//! A member of a group: a piece of work that can be made again, and the one who waits for its answer.

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::apply::Refusal;
use crate::store::StoreError;

/// How a member went.
pub(super) enum Made {
    /// It is done, or it was refused without having changed anything.
    Clean,
    /// It failed and may have changed something.
    Dirty,
}

/// What the writer knows of a member.
pub(super) trait Member: Send {
    /// Does the work. May be called again after a rollback.
    fn make(&mut self, connection: &Connection, place: &str) -> Made;
    /// Tells the one who waits what it came to; or why the whole group came to nothing.
    fn answer(self: Box<Self>, failed: Option<&StoreError>);
}

/// A member by its work.
pub(super) struct Task<F, T> {
    work: F,
    made: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Task<F, T> {
    pub(super) fn new(work: F, reply: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self { work, made: None, reply }
    }
}

impl<F, T> Member for Task<F, T>
where
    F: FnMut(&Connection) -> Result<T, Refusal> + Send,
    T: Send,
{
    fn make(&mut self, connection: &Connection, place: &str) -> Made {
        let made = (self.work)(connection);
        let how = if matches!(made, Err(Refusal::Sql(_))) { Made::Dirty } else { Made::Clean };
        self.made = Some(made.map_err(|refusal| refusal.into_error(place)));
        how
    }

    fn answer(self: Box<Self>, failed: Option<&StoreError>) {
        let answer = match (self.made, failed) {
            (Some(Err(own)), _) => Err(own),
            (_, Some(failed)) => Err(failed.clone()),
            (Some(Ok(made)), None) => Ok(made),
            (None, None) => Err(super::writer::closed()),
        };
        // Whoever no longer waits needs no answer.
        let _ = self.reply.send(answer);
    }
}
