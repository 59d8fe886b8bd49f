//! How a process waits: for one thing, for the first of several, or for all of several.
//!
//! What is awaited comes in by position. A deadline or a subscription is registered once, in the commit of the state. When
//! nothing but waits are left, the instance is parked and this run is over; with plain futures among them, they are run
//! beside in-memory wakes. What has happened first wins, by the message's time or the deadline, else by source order.
//!
//! Each plain future has a transaction of its own: of the branches of a `join!`, a finished one commits together with its
//! result, and what a running one has written so far stays out of that; a loser's writes are dropped with it.
//!
//! A part is a future that commits by itself and says when nothing of it runs. Where it is all that is awaited, it parks the
//! instance itself; of several, whoever has called them all does, when none runs any more.

mod commits;
mod plain;

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;

use self::plain::Event;
use super::awaited::{Await, Awaited, Begin, Slot};
use super::waits::{Registered, Waits};
use super::{Context, Held, Stop};
use crate::store::{Committed, Delivery, Parked};

/// Where one awaited thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// A future to be polled, which may be a part; so many runs of it have failed.
    Plain { failed: u32 },
    /// A wait that is registered.
    Waits,
    /// It failed and is to be run again later. Once its future is spent, that takes a new run of the arm.
    Pauses { failed: u32, spent: bool },
    /// It is over, and its value is in memory alone.
    Over,
    /// It is over, and its value is in the row.
    Kept,
}

type Commit<'a> = Pin<Box<dyn Future<Output = Result<Committed, Stop>> + Send + 'a>>;

impl Context {
    /// Awaits one thing.
    pub(crate) async fn one<A: Await>(&self, awaited: A) -> A::Output {
        let mut slot = Slot::new(awaited, self);
        self.first(&mut [&mut slot]).await;
        match slot.value.take() {
            Some(value) => value,
            None => self.without_value().await,
        }
    }

    /// Waits until one of these has its value.
    pub(super) async fn first(&self, awaited: &mut [&mut dyn Awaited]) {
        self.compete(awaited, false).await;
    }

    /// Waits until all of these have their values.
    pub(super) async fn all(&self, awaited: &mut [&mut dyn Awaited]) {
        self.compete(awaited, true).await;
    }

    /// What is over has a value; should that ever not be so, the instance is paused rather than lost.
    pub(super) async fn without_value<T>(&self) -> T {
        self.halt(Stop::Failed("a wait was over without a value: this is a bug in justscale".to_owned()))
            .await
    }

    async fn compete(&self, awaited: &mut [&mut dyn Awaited], all: bool) {
        let competition = Competition::begin(self, awaited, all);
        let outcome = match competition {
            Ok(competition) => competition.run().await,
            Err(stop) => Err(stop),
        };
        if let Err(stop) = outcome {
            self.halt(stop).await
        }
    }
}

/// Several awaited things (or a single one) at one point.
struct Competition<'a, 'b> {
    cx: &'a Context,
    awaited: &'a mut [&'b mut dyn Awaited],
    stands: Vec<Stand>,
    waits: Waits,
    /// Whether all are waited for, or only the first.
    all: bool,
    /// Whether something is registered that no commit has carried yet.
    fresh: bool,
    /// Whether a result is kept or a failed attempt noted that no commit has carried yet.
    noted: bool,
    /// Whether an operator asked for the next attempt now.
    prompted: bool,
    /// How many words of messages there were when it looked last.
    known: u64,
    /// Whether one of these is a part.
    has_parts: bool,
    /// Whether something is there that may be for one of the parts, which have not been polled since.
    stirred: bool,
}

impl<'a, 'b> Competition<'a, 'b> {
    /// Finds what is registered already, and registers the rest.
    fn begin(cx: &'a Context, awaited: &'a mut [&'b mut dyn Awaited], all: bool) -> Result<Self, Stop> {
        let (waits, attempts, prompted) = {
            let standing = cx.standing();
            let waits = if standing.staged.is_some() { Waits::default() } else { standing.waits.clone() };
            (waits, standing.attempts, standing.prompted)
        };
        let stands = Vec::with_capacity(awaited.len());
        let known = cx.ear().words();
        let mut this = Self {
            cx,
            awaited,
            stands,
            waits,
            all,
            fresh: false,
            noted: false,
            prompted,
            known,
            has_parts: false,
            stirred: false,
        };
        let now = cx.engine().now();
        for place in 0..this.awaited.len() {
            let stand = this.enter(place, attempts, now)?;
            this.stands.push(stand);
        }
        Ok(this)
    }

    fn enter(&mut self, place: usize, attempts: u32, now: Timestamp) -> Result<Stand, Stop> {
        let branch = (self.awaited.len() > 1).then_some(place);
        let Some(awaited) = self.awaited.get_mut(place) else { return Ok(Stand::Kept) };
        let begin = match self.waits.0.get(&place) {
            Some(Registered::Done(text)) => {
                let restored = awaited.restore(text);
                restored.map_err(|reason| Stop::Failed(stale(place, &reason)))?;
                return Ok(Stand::Kept);
            }
            _ => awaited.begin().map_err(Stop::Failed)?,
        };
        if attempts == 0 && matches!(self.waits.0.get(&place), Some(Registered::Retry { .. })) {
            // An operator's `retry` of a paused instance counts the attempts from zero.
            self.waits.0.remove(&place);
        }
        let registered = self.waits.0.get(&place);
        let begins = match begin {
            Begin::Part => {
                let at = match self.waits.0.remove(&place) {
                    Some(Registered::Part(nested)) => Some(nested),
                    _ => None,
                };
                awaited.enter(self.cx, branch, at).map_err(Stop::Failed)?;
                self.has_parts = true;
                return Ok(Stand::Plain { failed: 0 });
            }
            Begin::Plain => {
                return Ok(match registered {
                    Some(Registered::Retry { attempts, at, .. }) if *at <= now => {
                        Stand::Plain { failed: *attempts }
                    }
                    Some(Registered::Retry { attempts, .. }) => {
                        Stand::Pauses { failed: *attempts, spent: false }
                    }
                    _ => Stand::Plain { failed: 0 },
                });
            }
            Begin::Timer(_) if matches!(registered, Some(Registered::Timer(_))) => return Ok(Stand::Waits),
            Begin::Timer(at) => Registered::Timer(at),
            Begin::Topic(topic) => Registered::from(topic),
            Begin::Child(new, topic) => {
                let begins = Registered::from(topic);
                if registered != Some(&begins) {
                    let started = self.cx.current().start(self.cx.engine().db(), *new);
                    started.map_err(|error| Stop::Failed(error.to_string()))?;
                }
                begins
            }
        };
        if registered != Some(&begins) {
            self.waits.0.insert(place, begins);
            self.fresh = true;
        }
        Ok(Stand::Waits)
    }

    async fn run(mut self) -> Result<(), Stop> {
        let mut deliveries = if self.fresh { Vec::new() } else { self.look().await? };
        if self.fresh && self.has_due_timer() && !self.waits.topics().is_empty() {
            // A message may have come before the deadline, which only a subscriber can know.
            deliveries = self.progress(self.cx.current().clone()).await.map(delivered)?;
            self.committed();
        }
        let mut commit: Option<Commit<'a>> = None;
        loop {
            if commit.is_none() {
                self.take_what_is_over(std::mem::take(&mut deliveries))?;
                if self.is_settled() {
                    return self.adopt().await;
                }
                if !self.runs_plain() && self.written().next().is_none() {
                    self.keep_results()?;
                    if self.cx.frame().is_alone() {
                        deliveries = self.park().await?;
                    } else if self.noted || self.needs_commit() || !self.cx.is_clean() {
                        deliveries = self.progress(self.cx.current().clone()).await.map(delivered)?;
                        self.committed();
                    } else {
                        // Who has called it parks the instance, when nothing else runs.
                        self.cx.frame().set_rests(true);
                        let event = self.next(None, true).await;
                        deliveries = self.take(event).await?;
                    }
                    continue;
                }
                if self.needs_commit() {
                    deliveries = self.progress(self.cx.current().clone()).await.map(delivered)?;
                    self.committed();
                    continue;
                }
                commit = self.record()?;
            }
            self.stirred = false;
            let event = self.next(commit.as_mut(), false).await;
            if let Event::Committed(_) = event {
                commit = None;
            }
            deliveries = self.take(event).await?;
        }
    }

    /// Takes in what has happened, and gives what is there for its waits.
    async fn take(&mut self, event: Event) -> Result<Vec<Delivery>, Stop> {
        match event {
            Event::Committed(committed) => {
                let deliveries = committed.map(delivered)?;
                self.committed();
                return Ok(deliveries);
            }
            Event::Heard => return self.look().await,
            Event::Polled(failures) => {
                for failure in failures {
                    self.note(failure).await?;
                }
            }
        }
        Ok(Vec::new())
    }

    /// Marks waits whose time or message has come. In a race only the one that happened first.
    fn take_what_is_over(&mut self, deliveries: Vec<Delivery>) -> Result<(), Stop> {
        let now = self.cx.engine().now();
        let mut over: Vec<(Timestamp, usize, Option<&Delivery>)> = Vec::new();
        // One that another body of this run uses is not for these.
        let mut untaken: Vec<&Delivery> =
            deliveries.iter().filter(|delivery| !self.cx.run().holds(delivery)).collect();
        for (place, registered) in &self.waits.0 {
            match (self.stands.get(*place), registered) {
                (Some(Stand::Waits), Registered::Timer(at)) if *at <= now => over.push((*at, *place, None)),
                (Some(Stand::Waits), registered) => {
                    let Some(topic) = registered.topic() else { continue };
                    let Some(delivery) = untaken.iter().find(|delivery| delivery.topic == topic).copied()
                    else {
                        continue;
                    };
                    over.push((delivery.at, *place, Some(delivery)));
                    // Each message is for one of those that wait for it; an end is for all.
                    untaken.retain(|other| other.topic != topic || topic.ends().is_some());
                }
                _ => {}
            }
        }
        over.sort_by_key(|(at, place, _)| (*at, *place));
        if !self.all {
            over.truncate(1);
        }
        for (_, place, delivery) in over {
            let Some(awaited) = self.awaited.get_mut(place) else { continue };
            awaited.over(delivery).map_err(Stop::Failed)?;
            if let Some(delivery) = delivery.filter(|delivery| delivery.topic.ends().is_none()) {
                let held = Held::take(self.cx.run(), delivery);
                self.cx.standing().consumed.push(held);
            }
            self.stand(place, Stand::Over);
        }
        self.resume_pauses(now, deliveries.is_empty());
        Ok(())
    }

    /// Retries whose pause is over, and whose future this run has not spent yet, are plain futures again.
    fn resume_pauses(&mut self, now: Timestamp, unasked: bool) {
        let prompted = std::mem::take(&mut self.prompted) && unasked;
        for (place, stand) in self.stands.iter_mut().enumerate() {
            let Stand::Pauses { failed, spent: false } = *stand else { continue };
            let due = self.waits.0.get(&place).and_then(Registered::wake_at).is_none_or(|at| at <= now);
            if due || prompted {
                *stand = Stand::Plain { failed };
            }
        }
    }

    /// Whether the process can go on.
    fn is_settled(&self) -> bool {
        if !self.all {
            return self.stands.contains(&Stand::Over);
        }
        let failed = self.awaited.iter().any(|awaited| awaited.failed());
        (failed || self.stands.iter().all(|stand| matches!(stand, Stand::Over | Stand::Kept)))
            && self.written().count() <= 1
    }

    /// Those that are over and have written to the database, or sent something.
    fn written(&self) -> impl Iterator<Item = usize> {
        let stands = self.stands.iter().zip(self.awaited.iter()).enumerate();
        stands
            .filter(|(_, (stand, awaited))| **stand == Stand::Over && !awaited.current().is_empty())
            .map(|(place, _)| place)
    }

    /// What the one that is over has written goes into the next checkpoint.
    async fn adopt(&mut self) -> Result<(), Stop> {
        let written = self.written().next().and_then(|place| self.awaited.get(place));
        let current = written.map(|awaited| awaited.current().clone());
        if let Some(current) = current {
            self.cx.current().adopt(&current).await;
        }
        Ok(())
    }

    /// Whether something is to be polled that does more than rest.
    fn runs_plain(&self) -> bool {
        let mut all = self.stands.iter().zip(self.awaited.iter());
        self.stirred || all.any(|(stand, awaited)| runs(stand, &**awaited))
    }

    fn has_due_timer(&self) -> bool {
        let now = self.cx.engine().now();
        self.waits.0.values().any(|registered| matches!(registered, Registered::Timer(at) if *at <= now))
    }

    /// Whether a commit must come before plain futures may run.
    fn needs_commit(&self) -> bool {
        let standing = self.cx.standing();
        self.fresh || standing.staged.is_some() || (self.has_parts && standing.passed.is_some())
    }

    /// What is there for the topics that are waited for.
    async fn look(&mut self) -> Result<Vec<Delivery>, Stop> {
        self.known = self.cx.ear().words();
        let topics = self.waits.topics();
        if topics.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.cx.engine().store().deliveries(self.cx.id(), topics).await?)
    }

    fn stand(&mut self, place: usize, stand: Stand) {
        if let Some(there) = self.stands.get_mut(place) {
            *there = stand;
        }
    }
}

/// Whether a future is to be polled, and is no part that rests.
fn runs(stand: &Stand, awaited: &dyn Awaited) -> bool {
    matches!(stand, Stand::Plain { .. }) && !awaited.rests()
}

fn delivered(committed: Committed) -> Vec<Delivery> {
    match committed.parked {
        Parked::Deliver(deliveries) => deliveries,
        Parked::Parked | Parked::No => Vec::new(),
    }
}

fn stale(place: usize, reason: &str) -> String {
    format!(
        "stalled: needs a program that reads the kept result of branch {} ({reason}); run one, then `process retry`, or cancel the instance",
        place + 1
    )
}
