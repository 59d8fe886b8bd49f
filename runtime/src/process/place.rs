//! Where the current task stands in a process: what [`idempotency_key`] is made of.

use std::borrow::Cow;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::InstanceId;

tokio::task_local! {
    static PLACE: Place;
}

/// The place of a run. It moves with the run.
#[derive(Clone)]
pub(crate) struct Place {
    id: InstanceId,
    name: Arc<str>,
    stands: Arc<Mutex<Stands>>,
    branch: Option<usize>,
}

struct Stands {
    point: Cow<'static, str>,
    step: i64,
}

impl Place {
    pub(crate) fn new(id: InstanceId, name: &str, point: String, step: i64) -> Self {
        let stands = Stands { point: Cow::Owned(point), step };
        Self { id, name: name.into(), stands: Arc::new(Mutex::new(stands)), branch: None }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
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
        let Self { id: InstanceId(id), name, branch, .. } = self;
        let stands = self.lock();
        let Stands { point, step } = &*stands;
        match branch {
            None => format!("{name}#{id}:{point}:{step}"),
            Some(branch) => format!("{name}#{id}:{point}:{step}:{branch}"),
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
