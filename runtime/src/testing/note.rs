//! [`Note`]: says where a test was when it failed.

use std::sync::PoisonError;

use super::Database;
use super::app::LastWords;
use super::crash::Death;
use crate::store::Moment;

/// Says, when the test fails, on which database that was, and where its app had died.
pub(super) struct Note {
    database: Database,
    death: Option<Death>,
    last_words: LastWords,
}

impl Note {
    pub(super) fn new(database: Database, death: Option<Death>) -> Self {
        Self { database, death, last_words: LastWords::default() }
    }

    /// The app's last words belong to it.
    pub(super) fn is_of(&mut self, last_words: LastWords) {
        self.last_words = last_words;
    }

    /// Says it.
    pub(super) fn tell(&self) {
        eprintln!(
            "this was with `database = {}`{}",
            format!("{:?}", self.database).to_lowercase(),
            self.death()
        );
    }

    fn death(&self) -> String {
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        match (self.death, &*words) {
            (Some(Death { commit, moment }), Some(words)) => {
                let side = match moment {
                    _ if words.ends_with("process") => "after",
                    Moment::Before => "before",
                    Moment::After => "after",
                };
                format!(", and the app died {side} commit {commit}, {words}")
            }
            (Some(Death { commit, .. }), None) => {
                format!(", and the app was to die at commit {commit}, but had not come to it")
            }
            (None, _) => String::new(),
        }
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.tell();
        }
    }
}
