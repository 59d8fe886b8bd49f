//! What a competition commits: what is registered, which results are kept, and where the instance stands.

use super::{Commit, Competition, Stand};
use crate::db::{Current, Turn};
use crate::process::Stop;
use crate::process::frame::Move;
use crate::process::waits::Registered;
use crate::store::{Committed, Delivery, Parked, SavedState};

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
        Ok(Some(self.commit(current, Some(turn), false)))
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
                self.noted = true;
            }
        }
        Ok(())
    }

    /// Commits what is registered, with what `current` has written, and goes on.
    pub(super) fn progress(&self, current: Current) -> Commit<'a> {
        self.commit(current, None, false)
    }

    fn commit(&self, current: Current, turn: Option<Turn>, parks: bool) -> Commit<'a> {
        let (state, moved) = self.state();
        let registers = Move::Registers { state, waits: self.waits.clone(), moved, parks };
        let cx = self.cx;
        Box::pin(async move { cx.commit(registers, &current, turn).await })
    }

    /// Commits what is registered and parks; or goes on, if something is there already.
    pub(super) async fn park(&mut self) -> Result<Vec<Delivery>, Stop> {
        let Committed { parked, .. } = self.commit(self.cx.current().clone(), None, true).await?;
        self.committed();
        match parked {
            Parked::Deliver(deliveries) => {
                if self.has_parts {
                    // It may be for one of the parts, which look for themselves.
                    self.cx.ear().say();
                    self.stirred = true;
                }
                Ok(deliveries)
            }
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
        self.noted = false;
    }
}
