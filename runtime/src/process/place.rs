//! Where the current task stands in a process: what [`idempotency_key`] is made of.

use std::borrow::Cow;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::InstanceId;

tokio::task_local! {
    static PLACE: Place;
}

/// The place of a body in a run. It moves with the body.
#[derive(Clone)]
pub(crate) struct Place {
    within: Within,
    stands: Arc<Mutex<Stands>>,
    branch: Option<usize>,
}

/// What a body is part of.
#[derive(Clone)]
enum Within {
    Instance(InstanceId, Arc<str>),
    /// It is a part that was called there.
    Part(Arc<Place>),
}

struct Stands {
    point: Cow<'static, str>,
    step: i64,
}

impl Place {
    pub(crate) fn new(id: InstanceId, name: &str, point: String, step: i64) -> Self {
        Self::at(Within::Instance(id, name.into()), point, step)
    }

    fn at(within: Within, point: String, step: i64) -> Self {
        let stands = Stands { point: Cow::Owned(point), step };
        Self { within, stands: Arc::new(Mutex::new(stands)), branch: None }
    }

    /// The place of a part that is called here, in one of several branches or alone.
    pub(crate) fn inside(&self, branch: Option<usize>, point: String, step: i64) -> Self {
        let caller = Self { branch, ..self.clone() };
        Self::at(Within::Part(Arc::new(caller)), point, step)
    }

    pub(crate) fn point(&self) -> String {
        self.lock().point.clone().into_owned()
    }

    pub(crate) fn step(&self) -> i64 {
        self.lock().step
    }

    pub(crate) fn set_point(&self, point: &'static str) {
        self.lock().point = Cow::Borrowed(point);
    }

    /// A new point was committed.
    pub(crate) fn moved(&self) {
        self.lock().step += 1;
    }

    /// Runs a future here.
    pub(crate) fn scope<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        PLACE.scope(self.clone(), work)
    }

    /// Does something in one of several branches.
    pub(crate) fn in_branch<T>(&self, branch: usize, work: impl FnOnce() -> T) -> T {
        PLACE.sync_scope(Self { branch: Some(branch), ..self.clone() }, work)
    }

    fn key(&self) -> String {
        let before = match &self.within {
            Within::Instance(InstanceId(id), name) => format!("{name}#{id}:"),
            Within::Part(caller) => format!("{}/", caller.key()),
        };
        let stands = self.lock();
        let Stands { point, step } = &*stands;
        match self.branch {
            None => format!("{before}{point}:{step}"),
            Some(branch) => format!("{before}{point}:{step}:{branch}"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Stands> {
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A key for a call to the outside world, the same at every attempt of the current step and different at any other.
///
/// Send it along, and the other side can tell a repeated call from a new one. It works in everything that a process awaits.
/// Outside a process nothing is repeated, so there each call of this gives a new key.
pub fn idempotency_key() -> String {
    PLACE.try_with(Place::key).unwrap_or_else(|_| format!("once:{:032x}", fastrand::u128(..)))
}
