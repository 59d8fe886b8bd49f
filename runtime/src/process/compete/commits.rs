//! What a competition commits: what is registered, which results are kept, and where the instance stands.

use super::{Commit, Competition, Stand};
use crate::db::Current;
use crate::process::Stop;
use crate::process::waits::Registered;
use crate::store::{Delivery, Next, Parked, SavedState};

impl<'a> Competition<'a, '_> {
    /// Commits results that are in memory alone: all of those that have written nothing, and one that has. But not while a future
    /// that runs holds the database's transaction: the commit would wait for it, and it for the commit.
    pub(super) fn record(&mut self) -> Result<Option<Commit<'a>>, Stop> {
        if !self.stands.contains(&Stand::Over) {
            return Ok(None);
        }
        let written = self.written().next().and_then(|place| self.awaited.get(place));
        let current = written.map_or_else(|| self.cx.current().clone(), |awaited| awaited.current().clone());
        let Some(turn) = current.turn() else { return Ok(None) };
        self.keep_results()?;
        let commit = self.progress(current)?;
        Ok(Some(Box::pin(async move {
            let _turn = turn;
            commit.await
        })))
    }

    /// Registers those results.
    pub(super) fn keep_results(&mut self) -> Result<(), Stop> {
        let written = self.written().next();
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
            }
        }
        Ok(())
    }

    /// Commits what is registered, with what `current` has written, and goes on.
    pub(super) fn progress(&self, current: Current) -> Result<Commit<'a>, Stop> {
        let (state, moved) = self.state();
        let (attempts, cause) = self.waits.failures();
        let (waits, topics) = (self.text()?, self.waits.topics());
        let next = Next::Progress { state, waits, topics, attempts, cause, moved };
        let cx = self.cx;
        Ok(Box::pin(async move { cx.commit(next, &current).await }))
    }

    /// Commits what is registered and parks; or goes on, if something is there already.
    pub(super) async fn park(&mut self) -> Result<Vec<Delivery>, Stop> {
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
    pub(super) fn committed(&mut self) {
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

    pub(super) fn text(&self) -> Result<String, Stop> {
        self.waits
            .to_text()
            .map_err(|error| Stop::Failed(format!("what is registered can't be saved: {error}")))
    }
}
