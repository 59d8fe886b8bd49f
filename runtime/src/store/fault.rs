//! [`Faults`]: where a store fails, or dies, because a test tells it to.
//!
//! A death is exact: of what the app commits, all that was begun before the planned commit is made, and nothing that was begun after it.
//!
//! A [`Faulty`](super::Faulty) store stands in front of any other store and counts the calls, and among them those that commit
//! something. Told to die before or after the n-th, it fails that call and all later ones, as if the program had been killed there:
//! what the store behind it holds is then what a next start finds. Told to, it also sends a message twice, as a sender does that died before
//! it heard that the message had arrived.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::dying::{Dying, Leaving};
use super::{InstanceId, Message, Next, StoreError, Topic, Write};

/// On which side of a call something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It is not made.
    Before,
    /// It is made, but the caller hears of a failure.
    After,
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// This one call fails.
    Fail(StoreError),
    /// This call fails and so do all others from then on.
    Die,
    /// The program that made the call dies there. If it was a process's, it fails and so do all others from then on. One that was made
    /// outside any process is made, and answered once the store is revived: whoever asked lives on. All others fail until then.
    Crash,
}

/// What was being committed when the program died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Struck {
    /// A move of an instance.
    Move(InstanceId, String),
    /// Something outside any process: a start, a signal, a statement.
    Outside,
}

/// What a [`Faulty`](super::Faulty) store is told, and what it has counted.
#[derive(Debug, Default)]
pub struct Faults {
    calls: AtomicU64,
    commits: AtomicU64,
    dead: AtomicBool,
    /// Whether the commit is being made after which it dies.
    dying: AtomicBool,
    /// Whether somebody was dropped who waited for the commit of a session, so that it may still be made.
    left: AtomicBool,
    /// What it died of, if of something in particular.
    cause: Mutex<Option<StoreError>>,
    plan: Mutex<Option<Plan>>,
    struck: Mutex<Option<Struck>>,
    on_death: OnDeath,
    revival: tokio::sync::Notify,
    sent: Mutex<Sent>,
}

/// The messages that came from outside any process.
#[derive(Debug, Default)]
struct Sent {
    count: u64,
    /// Which of them is sent twice, counted from one.
    planned: Option<u64>,
    /// Whom that one was for, once it was sent.
    twice: Option<Topic>,
}

/// What is done at the moment of a death.
#[derive(Default)]
struct OnDeath(Mutex<Option<Box<dyn Fn() + Send>>>);

impl std::fmt::Debug for OnDeath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnDeath")
    }
}

#[derive(Debug)]
struct Plan {
    counted: Counted,
    number: u64,
    moment: Moment,
    fault: Fault,
}

/// By which of the counters a plan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Calls,
    Commits,
}

impl Struck {
    pub(super) fn by(write: &Write) -> Self {
        let Some(transition) = &write.transition else { return Self::Outside };
        let to = match &transition.next {
            Next::Step { state } | Next::Progress { state, .. } | Next::Wait { state, .. } => {
                format!("comes to `{}`", state.point)
            }
            Next::Done { .. } => "ends".to_owned(),
            Next::Paused { .. } => "is paused".to_owned(),
        };
        Self::Move(transition.instance, to)
    }
}

impl Faults {
    /// Lets the `commit`-th call that commits something go wrong, counted from one and from the beginning.
    pub fn plan(&self, commit: u64, moment: Moment, fault: Fault) {
        *self.planned() = Some(Plan { counted: Counted::Commits, number: commit, moment, fault });
    }

    /// Lets the `call`-th call of any kind go wrong (a statement of a session is one), counted from one and from the beginning.
    pub fn plan_call(&self, call: u64, moment: Moment, fault: Fault) {
        *self.planned() = Some(Plan { counted: Counted::Calls, number: call, moment, fault });
    }

    /// Lets the `message`-th message that comes from outside any process be sent twice, counted from one and from the beginning.
    pub fn send_twice(&self, message: u64) {
        self.sent().planned = Some(message);
    }

    /// Whom the message was for that was sent twice, once it was.
    pub fn sent_twice(&self) -> Option<Topic> {
        self.sent().twice.clone()
    }

    /// How many messages have come from outside any process.
    pub fn messages(&self) -> u64 {
        self.sent().count
    }

    /// Counts the messages of a write, and gives the one that is to be sent once more.
    pub(super) fn once_more(&self, write: &Write) -> Option<Message> {
        if write.transition.is_some() || self.is_dead() {
            return None;
        }
        let mut sent = self.sent();
        let mut again = None;
        for message in &write.messages {
            sent.count += 1;
            if sent.planned == Some(sent.count) {
                sent.twice = Some(message.topic.clone());
                again = Some(message.clone());
            }
        }
        again
    }

    fn sent(&self) -> MutexGuard<'_, Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets all go wrong from now on, until [`revive`](Self::revive).
    pub fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
        if let Some(act) = &*self.on_death.0.lock().unwrap_or_else(PoisonError::into_inner) {
            act();
        }
    }

    /// Does this at the moment of each death, before whoever made the call hears of it.
    pub fn on_death(&self, act: impl Fn() + Send + 'static) {
        *self.on_death.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(act));
    }

    /// What was being committed when it died by [`Fault::Crash`].
    pub fn struck(&self) -> Option<Struck> {
        self.struck.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets all go wrong from now on, with this error.
    pub fn die_of(&self, cause: StoreError) {
        *self.cause.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause);
        self.die();
    }

    /// Lets all go well again.
    pub fn revive(&self) {
        self.dead.store(false, Ordering::SeqCst);
        self.revival.notify_waiters();
    }

    /// Waits until all goes well again.
    async fn revived(&self) {
        loop {
            let mut revival = std::pin::pin!(self.revival.notified());
            // Listen before the look, so that a revival between the two is heard.
            revival.as_mut().enable();
            if !self.is_dead() {
                return;
            }
            revival.await;
        }
    }

    /// How many calls have been made that commit something: commits, operations and expirations.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    /// How many calls have been made in all.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Whether it has died.
    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    fn planned(&self) -> MutexGuard<'_, Option<Plan>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call that commits nothing, and makes it unless something goes wrong.
    pub(super) async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        let planned = self.plan_for(|plan| plan.counted == Counted::Calls && plan.number == number)?;
        self.make(call, planned, None).await
    }

    /// Counts a call that commits something, and makes it unless something goes wrong.
    pub(super) async fn commit<T>(
        &self,
        what: Struck,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if self.dying.load(Ordering::SeqCst) && matches!(what, Struck::Move(..)) {
            // It is not kept waiting: it may hold a transaction for which the planned commit waits.
            return Err(self.dead());
        }
        let commit = if self.is_dead() { 0 } else { self.commits.fetch_add(1, Ordering::SeqCst) + 1 };
        let planned = self.plan_for(|plan| match plan.counted {
            Counted::Calls => plan.number == number,
            Counted::Commits => plan.number == commit,
        })?;
        self.make(call, planned, Some(what)).await
    }

    /// The commit of a session is on its way.
    pub(super) fn leave(&self) -> Leaving<'_> {
        Leaving { left: &self.left, answered: false }
    }

    /// Whether such a commit was left to itself, since this was asked last.
    pub(crate) fn take_left(&self) -> bool {
        self.left.swap(false, Ordering::SeqCst)
    }

    /// What is planned for a call.
    fn plan_for(&self, is_for: impl Fn(&Plan) -> bool) -> Result<Option<Plan>, StoreError> {
        if self.is_dead() { Err(self.dead()) } else { Ok(self.planned().take_if(|plan| is_for(plan))) }
    }

    async fn make<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
        planned: Option<Plan>,
        what: Option<Struck>,
    ) -> Result<T, StoreError> {
        let Some(Plan { moment, fault, .. }) = planned else { return call.await };
        let _dying = Dying::begin(&self.dying, &fault);
        let answered = matches!(fault, Fault::Crash) && !matches!(what, Some(Struck::Move(..)));
        if matches!(fault, Fault::Crash) {
            *self.struck.lock().unwrap_or_else(PoisonError::into_inner) = what;
        }
        if answered {
            let answer = call.await;
            self.die();
            self.revived().await;
            return answer;
        }
        if moment == Moment::After {
            // Whatever it came to, the caller hears of something else.
            let _ = call.await;
        }
        Err(self.fail(fault))
    }

    fn dead(&self) -> StoreError {
        let cause = self.cause.lock().unwrap_or_else(PoisonError::into_inner).clone();
        cause.unwrap_or_else(|| StoreError::Unavailable("it has died, as the test told it to".to_owned()))
    }

    fn fail(&self, fault: Fault) -> StoreError {
        match fault {
            Fault::Fail(error) => error,
            Fault::Die | Fault::Crash => {
                self.die();
                self.dead()
            }
        }
    }
}
