//! [`Patience`]: how long the writer waits for those that it has just answered to come back with their next write.
//!
//! Without it two halves take turns: while one is being committed the other one is computed, and each commit serves half of them. But to
//! wait for longer than a commit takes would cost more than the commit that is saved, so it is measured what a commit takes.

use std::time::{Duration, Instant};

/// How long commits take, and so how long to wait for another member.
#[derive(Debug)]
pub(super) struct Patience {
    /// About what the last ones took.
    commit: Duration,
}

impl Patience {
    pub(super) fn new() -> Self {
        Self { commit: Duration::from_micros(200) }
    }

    /// Runs a commit and learns from how long it took.
    pub(super) fn learn<T>(&mut self, commit: impl FnOnce() -> T) -> T {
        let since = Instant::now();
        let committed = commit();
        self.commit = (self.commit * 7 + since.elapsed()) / 8;
        committed
    }

    /// How long to wait for the next one, when a group has waited for so long already: at last not at all.
    pub(super) fn left(&self, waited: Duration) -> Duration {
        let next = (self.commit / 2).clamp(Duration::from_micros(60), Duration::from_millis(1));
        let all = (self.commit * 2).clamp(Duration::from_micros(600), Duration::from_millis(4));
        all.saturating_sub(waited).min(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_commits_fast_waits_for_less_long_than_who_commits_slowly() {
        let mut fast = Patience::new();
        let mut slow = Patience::new();
        for _ in 0..3 {
            slow.learn(|| std::thread::sleep(Duration::from_millis(5)));
        }
        fast.learn(|| ());
        assert!(fast.left(Duration::ZERO) < slow.left(Duration::ZERO));
        assert!(slow.left(Duration::ZERO) <= Duration::from_millis(1));
    }

    #[test]
    fn patience_comes_to_an_end() {
        assert_eq!(Patience::new().left(Duration::from_secs(1)), Duration::ZERO);
    }
}
