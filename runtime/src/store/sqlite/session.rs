//! Sessions: the user's own statements. The writer serves one after another inside the open group, each in a savepoint.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::sync::oneshot;

use super::apply::apply;
use super::group::Desk;
use super::statement;
use super::writer::{Job, Writer, closed};
use crate::clock::idle::Working;
use crate::store::{BoxFuture, Committed, Part, Rows, Session, StoreError, Value, Write};

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Request {
    Execute(String, Vec<Value>, Reply<u64>),
    Query(String, Vec<Value>, Reply<Rows>),
    Nest(Part, Reply<()>),
    Commit(Box<Write>, Reply<Committed>),
}

/// The user's end of a session. The writer hears of it with its first statement.
pub(super) struct SqliteSession {
    writer: Arc<Writer>,
    open: Option<Open>,
}

struct Open {
    requests: Sender<Request>,
    fate: Arc<OnceLock<StoreError>>,
}

impl SqliteSession {
    pub(super) fn new(writer: Arc<Writer>) -> Self {
        Self { writer, open: None }
    }

    async fn ask<T>(&mut self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let _working = Working::begin();
        let request = request(reply);
        let fate = match &self.open {
            Some(open) => {
                if open.requests.send(request).is_err() {
                    return Err(open.why());
                }
                Arc::clone(&open.fate)
            }
            None => {
                let (requests, served) = channel();
                // The other end is in our hands, so this can't fail.
                let _ = requests.send(request);
                let fate = Arc::new(OnceLock::new());
                self.open = Some(Open { requests, fate: Arc::clone(&fate) });
                self.writer.push(Job::Session(Served { requests: served, fate: Arc::clone(&fate) }))?;
                fate
            }
        };
        answer.await.unwrap_or_else(|_| Err(fate.get().cloned().unwrap_or_else(closed)))
    }
}

impl Open {
    fn why(&self) -> StoreError {
        self.fate.get().cloned().unwrap_or_else(closed)
    }
}

impl Session for SqliteSession {
    fn execute(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<u64, StoreError>> {
        Box::pin(self.ask(|reply| Request::Execute(sql, params, reply)))
    }

    fn query(&mut self, sql: String, params: Vec<Value>) -> BoxFuture<'_, Result<Rows, StoreError>> {
        Box::pin(self.ask(|reply| Request::Query(sql, params, reply)))
    }

    fn nest(&mut self, part: Part) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.ask(move |reply| Request::Nest(part, reply)))
    }

    fn commit(mut self: Box<Self>, write: Write) -> BoxFuture<'static, Result<Committed, StoreError>> {
        Box::pin(async move {
            if self.open.is_none() {
                return self.writer.submit(move |hand| apply(hand, &write)).await;
            }
            self.ask(|reply| Request::Commit(Box::new(write), reply)).await
        })
    }
}

/// The writer's end of a session.
pub(super) struct Served {
    requests: Receiver<Request>,
    fate: Arc<OnceLock<StoreError>>,
}

/// How a session ended.
pub(super) enum End {
    /// Its changes stand in the group's transaction; the answer waits for the commit.
    Made(Reply<Committed>, Committed),
    /// It is undone, and who waited has heard.
    Undone,
}

impl Served {
    /// Serves the session from its first statement to its end.
    pub(super) fn serve(self, desk: &Desk<'_>) -> End {
        if let Err(error) = desk.run("SAVEPOINT session") {
            self.refuse(error);
            return End::Undone;
        }
        let end = self.requests_until_end(desk);
        match end {
            Ok((reply, committed)) => match desk.run("RELEASE session") {
                Ok(()) => return End::Made(reply, committed),
                Err(error) => drop(reply.send(Err(error))),
            },
            Err(Some(error)) => self.refuse(error),
            Err(None) => {}
        }
        desk.undo("ROLLBACK TO session", "RELEASE session");
        End::Undone
    }

    /// Tells the user's end that this session is over.
    pub(super) fn refuse(self, error: StoreError) {
        // Set once here: only its end sets a session's fate, and it has one end.
        let _ = self.fate.set(error);
    }

    fn requests_until_end(
        &self,
        desk: &Desk<'_>,
    ) -> Result<(Reply<Committed>, Committed), Option<StoreError>> {
        let limit = desk.session_limit();
        let end = Instant::now() + limit;
        loop {
            let request = match self.requests.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(request) => request,
                Err(RecvTimeoutError::Disconnected) => return Err(None),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Some(StoreError::HeldTooLong { seconds: limit.as_secs() }));
                }
            };
            match request {
                Request::Execute(sql, params, reply) => {
                    let _ = reply.send(statement::execute(desk.hand(), &sql, &params, desk.place()));
                }
                Request::Query(sql, params, reply) => {
                    let _ = reply.send(statement::query(desk.hand(), &sql, &params, desk.place()));
                }
                Request::Nest(part, reply) => {
                    let _ = reply.send(nest(desk, part));
                }
                Request::Commit(write, reply) => {
                    return match apply(desk.hand(), &write) {
                        Ok(committed) => Ok((reply, committed)),
                        Err(refusal) => {
                            let _ = reply.send(Err(refusal.into_error(desk.place())));
                            Err(None)
                        }
                    };
                }
            }
            if desk.lost() {
                // SQLite has rolled back the whole transaction (a full disk, say).
                return Err(Some(desk.why_lost()));
            }
        }
    }
}

fn nest(desk: &Desk<'_>, part: Part) -> Result<(), StoreError> {
    match part {
        Part::Open => desk.run("SAVEPOINT part"),
        Part::Keep => desk.run("RELEASE part"),
        Part::Undo => desk.run("ROLLBACK TO part").and_then(|()| desk.run("RELEASE part")),
    }
}
