//! The writer: one thread that owns the writing connection and makes in one transaction what waits at the same time.

use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::folder::FolderLock;
use super::group::{Desk, Group};
use super::hand::Hand;
use super::member::{Member, member};
use super::open::Database;
use super::patience::Patience;
use super::queue::Queue;
use super::session::Served;
use crate::clock::idle::Working;
use crate::store::StoreError;

/// What the writer is asked to do.
pub(super) enum Job {
    /// To make a member of the next group.
    Member(Member),
    /// To serve a session.
    Session(Served),
    /// To look at something outside any transaction.
    Look(Box<dyn FnOnce(&Connection) + Send>),
}

/// A handle on the writer's thread.
pub(super) struct Writer {
    queue: Arc<Queue<Job>>,
    thread: std::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread, with the connection that writes. The lock on the folder is given up when it ends.
    pub(super) fn start(
        connection: Connection,
        database: Database,
        lock: Option<FolderLock>,
    ) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::new());
        let jobs = Arc::clone(&queue);
        let thread = std::thread::Builder::new().name("justscale-writer".to_owned()).spawn(move || {
            let lock = lock;
            // Should this thread panic, those who wait hear so, and those who come.
            let _closes = Closes(Arc::clone(&jobs));
            run(&Desk::new(&connection, &database), &jobs);
            // The connection is closed before the folder is given up.
            drop(connection);
            drop(lock);
        });
        let thread =
            thread.map_err(|error| StoreError::Unavailable(format!("no thread for the writer: {error}")))?;
        Ok(Self { queue, thread: std::sync::Mutex::new(Some(thread)) })
    }

    /// Makes `work` a member of a group, and gives what it came to once that is durable. It may be called more than once: only
    /// what its last call did is kept.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        work: impl FnMut(&Hand<'_>) -> Result<T, super::apply::Refusal> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (member, answer) = member(work);
        let _working = Working::begin();
        self.push(Job::Member(member))?;
        answer.await
    }

    /// Runs `look` on the writing connection, between two groups.
    pub(super) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.push(Job::Look(Box::new(move |connection| drop(reply.send(look(connection))))))?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    pub(super) fn push(&self, job: Job) -> Result<(), StoreError> {
        if self.queue.push(job) { Ok(()) } else { Err(closed()) }
    }

    /// Lets the thread finish what it has accepted and waits until it has ended.
    pub(super) fn close(&self) {
        self.queue.close();
        let thread = self.thread.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A panic in it has been reported by the thread itself.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

fn run(desk: &Desk<'_>, queue: &Queue<Job>) {
    let mut expected = 1;
    let mut patience = Patience::new();
    let mut later = Vec::new();
    loop {
        let mut jobs = std::mem::take(&mut later);
        if jobs.is_empty() {
            match queue.take() {
                Some(taken) => jobs = taken,
                None => break,
            }
        } else {
            jobs.append(&mut queue.drain());
        }
        let mut group = Group::new(desk, queue);
        group.serve(jobs, expected, &mut patience);
        // Those who are answered now and those who came meanwhile are all who write at the moment.
        expected = group.size() + queue.len();
        later = group.answer();
    }
}

/// Closes the queue at its end, however that comes. Jobs that nobody will do are dropped, and a job that is dropped says so to its caller.
struct Closes(Arc<Queue<Job>>);

impl Drop for Closes {
    fn drop(&mut self) {
        self.0.close();
        drop(self.0.drain());
    }
}

/// What a caller hears when the writer has gone.
pub(super) fn closed() -> StoreError {
    StoreError::Unavailable("it is closed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::SqliteOptions;

    #[tokio::test]
    async fn a_writer_that_has_panicked_is_closed_and_nobody_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(folder.path(), SqliteOptions::default());
        let writer = Writer::start(database.writer().unwrap(), database, None).unwrap();
        let broken = writer.look::<()>(|_| panic!("the writer breaks, as the test told it to")).await;
        assert!(matches!(broken, Err(StoreError::Unavailable(_))));
        let late = writer.submit(|_| Ok(())).await;
        assert!(matches!(late, Err(StoreError::Unavailable(_))));
    }
}
