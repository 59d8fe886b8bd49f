//! [`Waits`]: what an instance has registered at its point, as its row keeps it.
//!
//! Each awaited thing has a position: its place among the arms of a `race!` or the branches of a `join!`, else zero. A
//! deadline or a subscription is registered once, with the state, and found again by its position at each resume.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::nested::Nested;
use crate::store::Topic;

/// What is registered at one position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Registered {
    /// It is over at this time.
    Timer(Timestamp),
    /// It is over when a message is there.
    Signal {
        /// The signal's path pattern.
        signal: String,
        /// The filled path.
        identity: String,
    },
    /// It is over when this instance has ended.
    End(String),
    /// It failed, and is run again.
    Retry {
        /// How often it has failed.
        attempts: u32,
        /// When it is run again.
        at: Timestamp,
        /// Why it failed.
        cause: String,
    },
    /// It is over, and gave this value (encoded).
    Done(String),
    /// It is a part, which stands there.
    Part(Nested),
}

impl Registered {
    pub(crate) fn topic(&self) -> Option<Topic> {
        match self {
            Self::Signal { signal, identity } => {
                Some(Topic { signal: signal.clone(), identity: identity.clone() })
            }
            Self::End(name) => Some(Topic::end_of(name)),
            _ => None,
        }
    }

    pub(crate) fn wake_at(&self) -> Option<Timestamp> {
        match self {
            Self::Timer(at) | Self::Retry { at, .. } => Some(*at),
            _ => None,
        }
    }
}

impl From<Topic> for Registered {
    fn from(topic: Topic) -> Self {
        match topic.ends() {
            Some(name) => Self::End(name.to_owned()),
            None => Self::Signal { signal: topic.signal, identity: topic.identity },
        }
    }
}

/// What is registered, by position.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Waits(pub(crate) BTreeMap<usize, Registered>);

impl Waits {
    /// Reads a row's column, which is empty where nothing is registered.
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        if text.is_empty() { Ok(Self::default()) } else { serde_json::from_str(text) }
    }

    pub(crate) fn to_text(&self) -> Result<String, serde_json::Error> {
        if self.0.is_empty() { Ok(String::new()) } else { serde_json::to_string(self) }
    }

    /// The topics of a message or an end that something here waits for, be it in a part.
    pub(crate) fn topics(&self) -> Vec<Topic> {
        let mut topics = Vec::new();
        for topic in self.all().filter_map(Registered::topic) {
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        topics
    }

    /// When the first of these is due, be it in a part.
    pub(crate) fn wake_at(&self) -> Option<Timestamp> {
        self.all().filter_map(Registered::wake_at).min()
    }

    /// How often the worst of its retries has failed, and why.
    pub(crate) fn failures(&self) -> (u32, Option<String>) {
        let retries = self.all().filter_map(|registered| match registered {
            Registered::Retry { attempts, cause, .. } => Some((*attempts, cause)),
            _ => None,
        });
        retries.max_by_key(|(attempts, _)| *attempts).map_or((0, None), |(n, cause)| (n, Some(cause.clone())))
    }

    /// The parts that stand at a point of their own.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Nested> {
        self.0.values().filter_map(|registered| match registered {
            Registered::Part(nested) => Some(nested),
            _ => None,
        })
    }

    /// All that is registered, also in parts.
    fn all(&self) -> Box<dyn Iterator<Item = &Registered> + '_> {
        Box::new(self.0.values().flat_map(|registered| {
            let inner = match registered {
                Registered::Part(nested) => Some(nested.waits.all()),
                _ => None,
            };
            std::iter::once(registered).chain(inner.into_iter().flatten())
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_registered_is_readable_json() {
        let at: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let topic = Topic { signal: "/c/{c}/paid".into(), identity: "/c/ada/paid".into() };
        let waits = Waits(BTreeMap::from([
            (0, Registered::from(topic)),
            (1, Registered::Timer(at)),
            (2, Registered::from(Topic::end_of("/child/1"))),
            (3, Registered::Done("7".into())),
            (4, Registered::Retry { attempts: 2, at, cause: "no answer".into() }),
        ]));
        let text = waits.to_text().unwrap();
        insta::assert_snapshot!(text, @r#"{"0":{"signal":{"signal":"/c/{c}/paid","identity":"/c/ada/paid"}},"1":{"timer":"2026-03-01T00:00:00Z"},"2":{"end":"/child/1"},"3":{"done":"7"},"4":{"retry":{"attempts":2,"at":"2026-03-01T00:00:00Z","cause":"no answer"}}}"#);
        assert_eq!(Waits::parse(&text).unwrap(), waits);
        assert_eq!(waits.wake_at(), Some(at));
        assert_eq!(waits.failures(), (2, Some("no answer".into())));
    }

    #[test]
    fn nothing_registered_is_an_empty_column() {
        assert_eq!(Waits::default().to_text().unwrap(), "");
        assert_eq!(Waits::parse("").unwrap(), Waits::default());
        assert!(Waits::parse("{").is_err());
    }
}
