//! What is on its way when a store dies: [`Dying`], and [`Leaving`].

use std::sync::atomic::{AtomicBool, Ordering};

use super::Fault;

/// The commit after which the app dies is being made, until this is dropped.
pub(super) struct Dying<'a>(&'a AtomicBool);

impl<'a> Dying<'a> {
    pub(super) fn begin(dying: &'a AtomicBool, fault: &Fault) -> Option<Self> {
        let dies = !matches!(fault, Fault::Fail(_));
        dies.then(|| {
            dying.store(true, Ordering::SeqCst);
            Self(dying)
        })
    }
}

impl Drop for Dying<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// Who waits for the commit of a session.
pub(super) struct Leaving<'a> {
    pub(super) left: &'a AtomicBool,
    pub(super) answered: bool,
}

impl Leaving<'_> {
    /// The answer is there.
    pub(super) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.left.store(true, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use crate::store::{Fault, Faults, InstanceId, Moment, Struck};

    #[tokio::test]
    async fn what_is_begun_before_the_planned_commit_is_made_and_nothing_beside_it() {
        let faults = Faults::default();
        faults.plan(2, Moment::After, Fault::Die);
        let made = Mutex::new(Vec::new());
        let commit = |number: i64| {
            let made = &made;
            let work = async move {
                tokio::task::yield_now().await;
                made.lock().unwrap().push(number);
                Ok(())
            };
            faults.commit(Struck::Move(InstanceId(number), String::new()), work)
        };
        let came = tokio::join!(commit(1), commit(2), commit(3));
        assert!(matches!(came, (Ok(()), Err(_), Err(_))), "{came:?}");
        made.lock().unwrap().sort_unstable();
        assert_eq!((made.into_inner().unwrap(), faults.commits()), (vec![1, 2], 2));
    }
}
