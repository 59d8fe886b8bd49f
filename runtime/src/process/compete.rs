//! How a process waits: for one thing, for the first of several, or for all of several.
//!
//! What is awaited comes in by position. A deadline or a subscription is registered once, in the commit of the state. When
//! nothing but waits are left, the instance is parked and this run is over; with plain futures among them, they are run
//! beside in-memory wakes. What has happened first wins, by the message's time or the deadline, else by source order.
//!
//! Each plain future has a transaction of its own: of the branches of a `join!`, a finished one commits together with its
//! result, and what a running one has written so far stays out of that; a loser's writes are dropped with it.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use jiff::Timestamp;

use super::awaited::{Attempt, Await, Awaited, Begin, Slot};
use super::waits::{Registered, Waits};
use super::{Context, Stop};
use crate::db::Current;
use crate::store::{Committed, Delivery, Next, Parked, SavedState};

/// Where one awaited thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// A future to be polled; so many runs of it have failed.
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
        let mut slot = Slot::new(awaited);
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
    /// Whether an operator asked for the next attempt now.
    prompted: bool,
}

impl<'a, 'b> Competition<'a, 'b> {
    /// Finds what is registered already, and registers the rest.
    fn begin(cx: &'a Context, awaited: &'a mut [&'b mut dyn Awaited], all: bool) -> Result<Self, Stop> {
        let (waits, attempts, prompted) = {
            let standing = cx.standing();
            let waits = if standing.staged.is_some() { Waits::default() } else { standing.waits.clone() };
            (waits, standing.attempts, standing.active && standing.attempts > 0)
        };
        let stands = Vec::with_capacity(awaited.len());
        let mut this = Self { cx, awaited, stands, waits, all, fresh: false, prompted };
        let now = cx.engine().now();
        for place in 0..this.awaited.len() {
            let stand = this.enter(place, attempts, now)?;
            this.stands.push(stand);
        }
        Ok(this)
    }

    fn enter(&mut self, place: usize, attempts: u32, now: Timestamp) -> Result<Stand, Stop> {
        let Some(awaited) = self.awaited.get_mut(place) else { return Ok(Stand::Kept) };
        let begin = match self.waits.0.get(&place) {
            Some(Registered::Done(text)) => {
                let restored = awaited.restore(text);
                restored.map_err(|reason| Stop::Failed(stale(place, &reason)))?;
                return Ok(Stand::Kept);
            }
            _ => awaited.begin().map_err(Stop::Failed)?,
        };
        let registered = self.waits.0.get(&place);
        let begins = match begin {
            Begin::Plain => {
                return Ok(match registered {
                    // An operator's `retry` of a paused instance counts the attempts from zero.
                    Some(Registered::Retry { .. }) if attempts == 0 => Stand::Plain { failed: 0 },
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
            deliveries = self.progress(self.cx.current().clone())?.await.map(delivered)?;
            self.committed();
        }
        let mut commit: Option<Commit<'a>> = None;
        loop {
            if commit.is_none() {
                self.take_what_is_over(std::mem::take(&mut deliveries))?;
                if self.is_settled() {
                    return self.adopt().await;
                }
                if !self.runs_plain() && !self.stands.contains(&Stand::Over) {
                    deliveries = self.park().await?;
                    continue;
                }
                if self.needs_commit() {
                    deliveries = self.progress(self.cx.current().clone())?.await.map(delivered)?;
                    self.committed();
                    continue;
                }
                commit = self.record()?;
            }
            match self.next(commit.as_mut()).await {
                Event::Committed(committed) => {
                    commit = None;
                    deliveries = committed.map(delivered)?;
                    self.committed();
                }
                Event::Heard => deliveries = self.look().await?,
                Event::Polled(failures) => {
                    for failure in failures {
                        self.note(failure).await?;
                    }
                }
            }
        }
    }

    /// Marks waits whose time or message has come. In a race only the one that happened first.
    fn take_what_is_over(&mut self, deliveries: Vec<Delivery>) -> Result<(), Stop> {
        let now = self.cx.engine().now();
        let mut over: Vec<(Timestamp, usize, Option<&Delivery>)> = Vec::new();
        for (place, registered) in &self.waits.0 {
            match (self.stands.get(*place), registered) {
                (Some(Stand::Waits), Registered::Timer(at)) if *at <= now => over.push((*at, *place, None)),
                (Some(Stand::Waits), registered) => {
                    let topic = registered.topic();
                    let delivery = deliveries.iter().find(|delivery| Some(&delivery.topic) == topic.as_ref());
                    over.extend(delivery.map(|delivery| (delivery.at, *place, Some(delivery))));
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
                self.cx.standing().consumed.push((delivery.topic.clone(), delivery.seq));
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
        self.stands.iter().all(|stand| matches!(stand, Stand::Over | Stand::Kept))
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

    fn runs_plain(&self) -> bool {
        self.stands.iter().any(|stand| matches!(stand, Stand::Plain { .. }))
    }

    fn has_due_timer(&self) -> bool {
        let now = self.cx.engine().now();
        self.waits.0.values().any(|registered| matches!(registered, Registered::Timer(at) if *at <= now))
    }

    /// Whether a commit must come before plain futures may run.
    fn needs_commit(&self) -> bool {
        self.fresh || self.cx.standing().staged.is_some()
    }

    /// Keeps results that are in memory alone: all of those that have written nothing, and one that has.
    fn record(&mut self) -> Result<Option<Commit<'a>>, Stop> {
        let written = self.written().next();
        let mut recorded = false;
        for place in 0..self.stands.len() {
            let Some(awaited) = self.awaited.get(place) else { continue };
            let over = self.stands.get(place) == Some(&Stand::Over);
            if over && (awaited.current().is_empty() || written == Some(place)) {
                let text = awaited.text().map_err(|reason| {
                    Stop::Failed(format!(
                        "the result of branch {} of a `join!` can't be saved: {reason}",
                        place + 1
                    ))
                })?;
                self.waits.0.insert(place, Registered::Done(text));
                self.stand(place, Stand::Kept);
                recorded = true;
            }
        }
        if !recorded {
            return Ok(None);
        }
        let current =
            written.and_then(|place| self.awaited.get(place)).map(|awaited| awaited.current().clone());
        self.progress(current.unwrap_or_else(|| self.cx.current().clone())).map(Some)
    }

    /// Commits what is registered, with what `current` has written, and goes on.
    fn progress(&self, current: Current) -> Result<Commit<'a>, Stop> {
        let (state, moved) = self.state();
        let waits = self.text()?;
        let next = Next::Progress { state, waits, topics: self.waits.topics(), moved };
        let cx = self.cx;
        Ok(Box::pin(async move { cx.commit(next, &current).await }))
    }

    /// Commits what is registered and parks; or goes on, if something is there already.
    async fn park(&mut self) -> Result<Vec<Delivery>, Stop> {
        let (state, moved) = self.state();
        let (attempts, cause) = self.waits.failures();
        let (topics, wake_at) = (self.waits.topics(), self.waits.wake_at());
        let next = Next::Wait { state, waits: self.text()?, topics, wake_at, attempts, cause, moved };
        let committed = self.cx.commit(next, self.cx.current()).await?;
        self.committed();
        match committed.parked {
            Parked::Deliver(deliveries) => Ok(deliveries),
            Parked::Parked | Parked::No => Err(Stop::Parked),
        }
    }

    /// The state to commit, and whether it is a new point.
    fn state(&self) -> (SavedState, bool) {
        let standing = self.cx.standing();
        // The attempts of a retry share one idempotency key, so they stay at the point that the row had at the first one.
        let retries = self.waits.0.values().any(|registered| matches!(registered, Registered::Retry { .. }));
        match (&standing.staged, &standing.passed) {
            (Some(staged), _) => (staged.clone(), true),
            (None, Some(passed)) if !retries => (passed.clone(), true),
            _ => (standing.row.clone(), false),
        }
    }

    /// Notes that what `state` and `waits` said is committed.
    fn committed(&mut self) {
        self.fresh = false;
        let (state, moved) = self.state();
        let mut standing = self.cx.standing();
        standing.waits = self.waits.clone();
        if moved {
            standing.row = state;
            standing.staged = None;
            standing.passed = None;
            drop(standing);
            self.cx.place().moved();
        }
    }

    fn text(&self) -> Result<String, Stop> {
        self.waits
            .to_text()
            .map_err(|error| Stop::Failed(format!("what is registered can't be saved: {error}")))
    }

    /// What is there for the topics that are waited for.
    async fn look(&mut self) -> Result<Vec<Delivery>, Stop> {
        let topics = self.waits.topics();
        if topics.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.cx.engine().store().deliveries(self.cx.id(), topics).await?)
    }

    /// Runs the plain futures until one has come to something, or a wake comes.
    async fn next(&mut self, mut commit: Option<&mut Commit<'a>>) -> Event {
        let Self { cx, awaited, stands, waits, all, .. } = self;
        let timers = waits.0.iter().filter(|(place, registered)| match stands.get(**place) {
            Some(Stand::Waits) => matches!(registered, Registered::Timer(_)),
            stand => matches!(stand, Some(Stand::Pauses { spent: false, .. })),
        });
        let next_timer = timers.filter_map(|(_, registered)| registered.wake_at()).min();
        let mut timer = next_timer.map(|at| cx.engine().clock().sleep_until(at));
        let listens = waits.0.values().any(|registered| registered.topic().is_some());
        let mut heard = std::pin::pin!(cx.ear().heard());
        let alone = awaited.len() == 1;
        std::future::poll_fn(move |task| {
            if let Some(commit) = &mut commit
                && let Poll::Ready(committed) = commit.as_mut().poll(task)
            {
                return Poll::Ready(Event::Committed(committed));
            }
            let mut failures = Vec::new();
            let mut over = false;
            for (place, (stand, awaited)) in stands.iter_mut().zip(awaited.iter_mut()).enumerate() {
                let Stand::Plain { failed } = *stand else { continue };
                let mut poll = || awaited.poll(task, failed);
                match if alone { poll() } else { cx.place().in_branch(place, poll) } {
                    Poll::Pending => continue,
                    Poll::Ready(Attempt::Finished(())) => {
                        *stand = Stand::Over;
                        over = true;
                        if !*all {
                            break;
                        }
                    }
                    Poll::Ready(attempt) => {
                        *stand = Stand::Pauses { failed: failed.saturating_add(1), spent: true };
                        failures.push((place, attempt));
                    }
                }
            }
            if over || !failures.is_empty() {
                // A commit in the making goes on at the next look; what is over waits for its turn.
                return Poll::Ready(Event::Polled(failures));
            }
            if commit.is_none() {
                let rings = timer.as_mut().is_some_and(|timer| Pin::new(timer).poll(task).is_ready());
                if rings || (listens && heard.as_mut().poll(task).is_ready()) {
                    return Poll::Ready(Event::Heard);
                }
            }
            Poll::Pending
        })
        .await
    }

    /// An attempt has failed: what it wrote is undone, and its pause is registered.
    async fn note(&mut self, (place, attempt): (usize, Attempt<()>)) -> Result<(), Stop> {
        let Some(awaited) = self.awaited.get(place) else { return Ok(()) };
        let current = awaited.current().clone();
        current.discard().await;
        match attempt {
            Attempt::Again { delay, cause } => {
                let Some(Stand::Pauses { failed, .. }) = self.stands.get(place) else { return Ok(()) };
                let at = self.cx.engine().now().checked_add(delay).unwrap_or(Timestamp::MAX);
                tracing::info!(attempt = failed, again_at = %at, cause, "an attempt failed and is made again");
                self.waits.0.insert(place, Registered::Retry { attempts: *failed, at, cause });
                Ok(())
            }
            Attempt::Exhausted { cause } => Err(Stop::Failed(cause)),
            Attempt::Finished(()) => Ok(()),
        }
    }

    fn stand(&mut self, place: usize, stand: Stand) {
        if let Some(there) = self.stands.get_mut(place) {
            *there = stand;
        }
    }
}

/// What has happened while plain futures ran.
enum Event {
    Committed(Result<Committed, Stop>),
    /// A timer or a message may be there.
    Heard,
    /// Some are over, and these have failed.
    Polled(Vec<(usize, Attempt<()>)>),
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
