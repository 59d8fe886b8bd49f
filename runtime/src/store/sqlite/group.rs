//! One group: members and sessions that are committed together.
//!
//! Members are made as they come, while others are still on their way: those who wrote in the last group are expected in this one. They come
//! before the sessions and share the transaction without savepoints, because what can fail in them fails before it changes
//! anything. Should one fail in the middle all the same, the group is made again with a savepoint for each, so that it falls alone. Answers
//! are given after the commit, and if that fails everyone hears why.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::faults::fault;
use super::hand::Hand;
use super::member::{Made, Member};
use super::open::Database;
use super::patience::Patience;
use super::queue::Queue;
use super::session::{End, Served};
use super::writer::Job;
use crate::store::{Committed, StoreError};

/// A group takes in no more sessions after this time, so that those who wait for its commit need not wait for long.
const SESSIONS_FOR: Duration = Duration::from_millis(5);

/// The writing connection and what belongs to it.
pub(super) struct Desk<'c> {
    hand: Hand<'c>,
    database: &'c Database,
}

impl<'c> Desk<'c> {
    pub(super) fn new(connection: &'c Connection, database: &'c Database) -> Self {
        Self { hand: Hand::new(connection), database }
    }

    pub(super) fn hand(&self) -> &Hand<'c> {
        &self.hand
    }

    pub(super) fn place(&self) -> &str {
        &self.database.place
    }

    pub(super) fn session_limit(&self) -> Duration {
        self.database.options.session_limit
    }

    /// Runs a statement of the transaction's own.
    pub(super) fn run(&self, sql: &'static str) -> Result<(), StoreError> {
        self.hand.run(sql, []).map(drop).map_err(|error| fault(&error, self.place()))
    }

    /// Whether the transaction is gone although nobody has ended it.
    pub(super) fn lost(&self) -> bool {
        self.hand.is_autocommit()
    }

    /// What those hear whose transaction is gone.
    pub(super) fn why_lost(&self) -> StoreError {
        // SQLite ends a transaction by itself when the disk is full or fails; a look tells which.
        match self.run("BEGIN IMMEDIATE").and_then(|()| self.run("ROLLBACK")) {
            Err(error) => error,
            Ok(()) => StoreError::Full { place: self.place().to_owned() },
        }
    }

    /// Undoes a savepoint and all within it: goes back there with one statement, and gives it up with the other.
    pub(super) fn undo(&self, back: &'static str, release: &'static str) {
        if !self.lost() {
            // Should this fail, the commit fails too, or the transaction is lost, which is looked at there.
            let _ = self.run(back).and_then(|()| self.run(release));
        }
    }
}

/// A group in the making.
pub(super) struct Group<'d, 'c> {
    desk: &'d Desk<'c>,
    queue: &'d Queue<Job>,
    members: Vec<Member>,
    /// How many of the members are made.
    made: usize,
    /// Whether each has a savepoint of its own.
    apart: bool,
    sessions: Vec<(oneshot::Sender<Result<Committed, StoreError>>, Committed)>,
    waiting: VecDeque<Served>,
    failed: Option<StoreError>,
}

impl<'d, 'c> Group<'d, 'c> {
    pub(super) fn new(desk: &'d Desk<'c>, queue: &'d Queue<Job>) -> Self {
        Self {
            desk,
            queue,
            members: Vec::new(),
            made: 0,
            apart: false,
            sessions: Vec::new(),
            waiting: VecDeque::new(),
            failed: None,
        }
    }

    /// How many wait for the answer.
    pub(super) fn size(&self) -> usize {
        self.members.len() + self.sessions.len()
    }

    /// Makes the group of these jobs and of those that come while so many are expected, and commits it. Nobody is answered yet.
    pub(super) fn serve(&mut self, jobs: Vec<Job>, expected: usize, patience: &mut Patience) {
        self.admit(jobs);
        if self.members.is_empty() && self.waiting.is_empty() {
            return;
        }
        if let Err(error) = self.make(expected, patience) {
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

    fn admit(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            match job {
                Job::Member(member) => self.members.push(member),
                Job::Session(session) => self.waiting.push_back(session),
                Job::Look(look) => look(&self.desk.hand),
            }
        }
    }

    fn make(&mut self, expected: usize, patience: &mut Patience) -> Result<(), StoreError> {
        self.desk.run("BEGIN IMMEDIATE")?;
        self.make_members()?;
        let mut waited = Duration::ZERO;
        while self.members.len() + self.waiting.len() < expected {
            let missing = expected - self.members.len() - self.waiting.len();
            let since = Instant::now();
            let jobs = self.queue.take_more(missing, patience.left(waited));
            waited += since.elapsed();
            if jobs.is_empty() {
                break;
            }
            self.admit(jobs);
            self.make_members()?;
        }
        self.serve_sessions()?;
        patience.learn(|| self.desk.run("COMMIT"))
    }

    /// Makes those members that are not made yet. Fails only when the whole transaction is lost.
    fn make_members(&mut self) -> Result<(), StoreError> {
        if !self.apart {
            let mut open = self.members.iter().skip(self.made);
            if open.all(|member| matches!(member.make(&self.desk.hand, self.desk.place()), Made::Clean)) {
                self.made = self.members.len();
                return Ok(());
            }
            if !self.desk.lost() {
                self.desk.run("ROLLBACK")?;
            }
            self.desk.run("BEGIN IMMEDIATE")?;
            self.apart = true;
            self.made = 0;
        }
        for member in self.members.iter().skip(self.made) {
            make_apart(self.desk, member)?;
        }
        self.made = self.members.len();
        Ok(())
    }

    fn serve_sessions(&mut self) -> Result<(), StoreError> {
        // What a session has done can't be made again, so a member that fails after one must fall alone.
        self.apart |= !self.waiting.is_empty();
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
            self.admit(self.queue.drain());
            self.make_members()?;
        }
        Ok(())
    }
}

/// Makes a member in a savepoint of its own. Fails only when the whole transaction is lost.
fn make_apart(desk: &Desk<'_>, member: &Member) -> Result<(), StoreError> {
    desk.run("SAVEPOINT member")?;
    if let Made::Clean = member.make(&desk.hand, desk.place()) {
        return desk.run("RELEASE member");
    }
    desk.undo("ROLLBACK TO member", "RELEASE member");
    if desk.lost() { Err(desk.why_lost()) } else { Ok(()) }
}
