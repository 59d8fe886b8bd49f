//! One group: members and sessions that are committed together.
//!
//! Plain members come first and share the transaction without savepoints, because what can fail in them fails before it
//! changes anything. Should one fail in the middle all the same, the group is made again with a savepoint for each, so that it
//! falls alone. Answers are given after the commit, and if that fails everyone hears why.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::faults::fault;
use super::member::{Made, Member};
use super::queue::Queue;
use super::session::{End, Served};
use super::writer::Job;
use crate::store::{Committed, StoreError};

/// A group takes in no more sessions after this time, so that those who wait for its commit need not wait for long.
const SESSIONS_FOR: Duration = Duration::from_millis(5);

/// The writing connection and what belongs to it.
pub(super) struct Desk {
    pub(super) connection: Connection,
    pub(super) place: String,
    pub(super) session_limit: Duration,
}

impl Desk {
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn session_limit(&self) -> Duration {
        self.session_limit
    }

    /// Runs a statement of the transaction's own.
    pub(super) fn run(&self, sql: &str) -> Result<(), StoreError> {
        let ran = self.connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        ran.map(drop).map_err(|error| fault(&error, &self.place))
    }

    /// Whether the transaction is gone although nobody has ended it.
    pub(super) fn lost(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// What those hear whose transaction is gone.
    pub(super) fn why_lost(&self) -> StoreError {
        // SQLite ends a transaction by itself when the disk is full or fails; a look tells which.
        match self.run("BEGIN IMMEDIATE").and_then(|()| self.run("ROLLBACK")) {
            Err(error) => error,
            Ok(()) => StoreError::Full { place: self.place.clone() },
        }
    }

    /// Undoes a savepoint and all within it.
    pub(super) fn undo(&self, savepoint: &str) {
        if !self.lost() {
            // Should this fail, the commit fails too, or the transaction is lost, which is looked at there.
            let _ = self
                .run(&format!("ROLLBACK TO {savepoint}"))
                .and_then(|()| self.run(&format!("RELEASE {savepoint}")));
        }
    }
}

/// A group in the making.
pub(super) struct Group<'d> {
    desk: &'d Desk,
    queue: &'d Queue<Job>,
    members: Vec<Member>,
    sessions: Vec<(oneshot::Sender<Result<Committed, StoreError>>, Committed)>,
    waiting: VecDeque<Served>,
    failed: Option<StoreError>,
}

impl<'d> Group<'d> {
    pub(super) fn new(desk: &'d Desk, queue: &'d Queue<Job>) -> Self {
        Self {
            desk,
            queue,
            members: Vec::new(),
            sessions: Vec::new(),
            waiting: VecDeque::new(),
            failed: None,
        }
    }

    /// How many wait for the answer.
    pub(super) fn size(&self) -> usize {
        self.members.len() + self.sessions.len()
    }

    /// Makes the group and commits it. Nobody is answered yet.
    pub(super) fn serve(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            match job {
                Job::Member(member) => self.members.push(member),
                Job::Session(session) => self.waiting.push_back(session),
                Job::Look(look) => look(&self.desk.connection),
            }
        }
        if self.members.is_empty() && self.waiting.is_empty() {
            return;
        }
        if let Err(error) = self.make() {
            if !self.desk.lost() {
                let _ = self.desk.run("ROLLBACK");
            }
            for session in self.waiting.drain(..) {
                session.refuse(error.clone());
            }
            self.failed = Some(error);
        }
    }

    /// Answers everyone, and gives back the jobs that are for the next group.
    pub(super) fn answer(self) -> Vec<Job> {
        for member in self.members {
            member.answer(self.failed.as_ref());
        }
        for (reply, committed) in self.sessions {
            let answer = self.failed.clone().map_or(Ok(committed), Err);
            // Whoever no longer waits needs no answer.
            let _ = reply.send(answer);
        }
        self.waiting.into_iter().map(Job::Session).collect()
    }

    fn make(&mut self) -> Result<(), StoreError> {
        self.desk.run("BEGIN IMMEDIATE")?;
        if !make_together(self.desk, &self.members) {
            if !self.desk.lost() {
                self.desk.run("ROLLBACK")?;
            }
            self.desk.run("BEGIN IMMEDIATE")?;
            make_each(self.desk, &self.members)?;
        }
        self.serve_sessions()?;
        self.desk.run("COMMIT")
    }

    fn serve_sessions(&mut self) -> Result<(), StoreError> {
        let since = Instant::now();
        while let Some(session) = self.waiting.pop_front() {
            if let End::Made(reply, committed) = session.serve(self.desk) {
                self.sessions.push((reply, committed));
            }
            if self.desk.lost() {
                return Err(self.desk.why_lost());
            }
            if since.elapsed() > SESSIONS_FOR {
                break;
            }
            self.take_in()?;
        }
        Ok(())
    }

    /// Takes in those who came while a session was served.
    fn take_in(&mut self) -> Result<(), StoreError> {
        let mut members = Vec::new();
        for job in self.queue.drain() {
            match job {
                Job::Member(member) => members.push(member),
                Job::Session(session) => self.waiting.push_back(session),
                Job::Look(look) => look(&self.desk.connection),
            }
        }
        let made = make_each(self.desk, &members);
        self.members.append(&mut members);
        made
    }
}

/// Makes all without savepoints; says whether that went well.
fn make_together(desk: &Desk, members: &[Member]) -> bool {
    members.iter().all(|member| matches!(member.make(&desk.connection, &desk.place), Made::Clean))
}

/// Makes each in a savepoint of its own. Fails only when the whole transaction is lost.
fn make_each(desk: &Desk, members: &[Member]) -> Result<(), StoreError> {
    for member in members {
        desk.run("SAVEPOINT member")?;
        if let Made::Dirty = member.make(&desk.connection, &desk.place) {
            desk.undo("member");
            if desk.lost() {
                return Err(desk.why_lost());
            }
        } else {
            desk.run("RELEASE member")?;
        }
    }
    Ok(())
}
