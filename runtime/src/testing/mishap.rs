//! [`Mishap`]: what goes wrong in one play of a test, and how it is written where a test is asked for one play alone.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::sync::{Arc, PoisonError};

use super::app::{LastWords, TestApp};
use crate::app::App;
use crate::store::{Fault, Faults, Moment, Struck};

/// The variable of the environment that asks for one mishap alone.
pub(super) const VARIABLE: &str = "JUSTSCALE_CRASH";

/// What goes wrong in one play of a test. Commits and messages are counted from one, from where the test's body begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mishap {
    /// The app dies at this commit.
    Death { commit: u64, moment: Moment },
    /// This message from outside any process is sent twice.
    Twice { message: u64 },
}

/// A mishap that an app was told of.
pub(super) struct Planned {
    pub(super) mishap: Mishap,
    faults: Arc<Faults>,
    last_words: LastWords,
    /// What went on before the test began.
    commits_before: u64,
    messages_before: u64,
}

/// What a mishap has hit.
pub(super) enum Hit {
    Commit(Struck),
    Message,
}

impl Mishap {
    /// The one that the environment asks for.
    pub(super) fn asked_for() -> Option<Self> {
        let text = std::env::var(VARIABLE).ok()?;
        let help = "`before:7` and `after:7` are deaths at the test's seventh commit, and `twice:2` is its second message delivered twice";
        Some(text.parse().unwrap_or_else(|()| panic!("{VARIABLE} is `{text}`, which is no mishap: {help}")))
    }

    /// Lets it happen to an app whose test begins now.
    pub(super) fn plan<A: App>(self, app: &TestApp<A>) -> Planned {
        let faults = Arc::clone(app.faults());
        let (commits_before, messages_before) = (faults.commits(), faults.messages());
        match self {
            Self::Death { commit, moment } => {
                faults.plan(commits_before.saturating_add(commit), moment, Fault::Crash);
            }
            Self::Twice { message } => faults.send_twice(messages_before.saturating_add(message)),
        }
        Planned { mishap: self, faults, last_words: app.last_words(), commits_before, messages_before }
    }
}

impl Planned {
    /// What it has hit, if the test came to it.
    pub(super) fn hit(&self) -> Option<Hit> {
        match self.mishap {
            Mishap::Death { .. } => self.faults.struck().map(Hit::Commit),
            Mishap::Twice { .. } => self.faults.sent_twice().map(|_| Hit::Message),
        }
    }

    /// How far the test has come, in what the mishap is counted by.
    pub(super) fn reached(&self) -> String {
        match self.mishap {
            Mishap::Death { .. } => format!("{} commits", self.faults.commits() - self.commits_before),
            Mishap::Twice { .. } => format!("{} messages", self.faults.messages() - self.messages_before),
        }
    }

    /// How it would be asked for.
    pub(super) fn asked(&self) -> Mishap {
        match (self.mishap, self.faults.struck()) {
            // What comes from outside the app is made in any case, and the app dies after it.
            (Mishap::Death { commit, .. }, Some(Struck::Outside)) => {
                Mishap::Death { commit, moment: Moment::After }
            }
            (mishap, _) => mishap,
        }
    }
}

/// What happened.
impl Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        match (self.asked(), &*words, self.faults.sent_twice()) {
            (Mishap::Death { commit, moment }, Some(words), _) => {
                let side = if moment == Moment::Before { "before" } else { "after" };
                write!(f, "the app died {side} commit {commit}, {words}")
            }
            (Mishap::Death { commit, .. }, None, _) => {
                write!(f, "the app was to die at commit {commit}, but had not come to it")
            }
            (Mishap::Twice { message }, _, Some(topic)) => {
                write!(f, "message {message}, which is for `{}`, was delivered twice", topic.identity)
            }
            (Mishap::Twice { message }, _, None) => {
                write!(f, "message {message} was to be delivered twice, but had not been sent")
            }
        }
    }
}

impl Display for Mishap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Death { commit, moment: Moment::Before } => write!(f, "before:{commit}"),
            Self::Death { commit, moment: Moment::After } => write!(f, "after:{commit}"),
            Self::Twice { message } => write!(f, "twice:{message}"),
        }
    }
}

impl FromStr for Mishap {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, number) = text.trim().split_once(':').ok_or(())?;
        let number = number.parse().ok().filter(|number| *number > 0).ok_or(())?;
        match kind {
            "before" => Ok(Self::Death { commit: number, moment: Moment::Before }),
            "after" => Ok(Self::Death { commit: number, moment: Moment::After }),
            "twice" => Ok(Self::Twice { message: number }),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mishap_is_read_as_it_is_written() {
        for text in ["before:1", "after:36", "twice:2"] {
            assert_eq!(text.parse::<Mishap>().map(|mishap| mishap.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "after", "after:", "after:0", "after:-1", "beside:1", "twice:two"] {
            assert_eq!(text.parse::<Mishap>(), Err(()), "{text}");
        }
    }
}
