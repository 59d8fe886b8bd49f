//! What happens while the plain futures of a competition run.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use jiff::Timestamp;

use super::{Commit, Competition, Stand, runs};
use crate::process::Stop;
use crate::process::awaited::Attempt;
use crate::process::waits::Registered;
use crate::store::Committed;

/// What has happened while plain futures ran.
pub(super) enum Event {
    Committed(Result<Committed, Stop>),
    /// A timer or a message may be there.
    Heard,
    /// Some are over, and these have failed.
    Polled(Vec<(usize, Attempt<()>)>),
}

impl<'a> Competition<'a, '_> {
    /// Runs the plain futures until one has come to something, or a wake comes; or until parts are all there is and all of them rest,
    /// unless this is a rest itself: then until one of them goes on.
    pub(super) async fn next(&mut self, mut commit: Option<&mut Commit<'a>>, resting: bool) -> Event {
        let Self { cx, awaited, stands, waits, all, known, has_parts, .. } = self;
        let known = *known;
        let timers = waits.0.iter().filter(|(place, registered)| match stands.get(**place) {
            Some(Stand::Waits) => matches!(registered, Registered::Timer(_)),
            stand => matches!(stand, Some(Stand::Pauses { spent: false, .. })),
        });
        let next_timer = timers.filter_map(|(_, registered)| registered.wake_at()).min();
        let mut timer = next_timer.map(|at| cx.engine().clock().sleep_until(at));
        let listens = waits.0.values().any(|registered| registered.topic().is_some());
        let mut heard = std::pin::pin!(cx.ear().heard(known));
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
                        if !*all || awaited.failed() {
                            break;
                        }
                    }
                    Poll::Ready(attempt) => {
                        *stand = Stand::Pauses { failed: failed.saturating_add(1), spent: true };
                        failures.push((place, attempt));
                    }
                }
            }
            let runs = || stands.iter().zip(awaited.iter()).any(|(stand, awaited)| runs(stand, &**awaited));
            let turned = *has_parts && commit.is_none() && runs() == resting;
            if over || turned || !failures.is_empty() {
                cx.frame().set_rests(false);
                // A commit in the making goes on at the next look; what is over waits for its turn.
                return Poll::Ready(Event::Polled(failures));
            }
            if commit.is_none() {
                let rings = timer.as_mut().is_some_and(|timer| Pin::new(timer).poll(task).is_ready());
                if rings || (listens && heard.as_mut().poll(task).is_ready()) {
                    cx.frame().set_rests(false);
                    return Poll::Ready(Event::Heard);
                }
            }
            Poll::Pending
        })
        .await
    }

    /// An attempt has failed: what it wrote is undone, and its pause is registered.
    pub(super) async fn note(&mut self, (place, attempt): (usize, Attempt<()>)) -> Result<(), Stop> {
        let Some(awaited) = self.awaited.get(place) else { return Ok(()) };
        let current = awaited.current().clone();
        current.discard().await;
        match attempt {
            Attempt::Again { delay, cause } => {
                let Some(Stand::Pauses { failed, .. }) = self.stands.get(place) else { return Ok(()) };
                let at = self.cx.engine().now().checked_add(delay).unwrap_or(Timestamp::MAX);
                tracing::info!(attempt = failed, again_at = %at, cause, "an attempt failed and is made again");
                self.waits.0.insert(place, Registered::Retry { attempts: *failed, at, cause });
                self.noted = true;
                Ok(())
            }
            Attempt::Exhausted { cause } => Err(Stop::Failed(cause)),
            Attempt::Stopped(stop) => Err(stop),
            Attempt::Finished(()) => Ok(()),
        }
    }
}
