//! [`Stop`]: why a run of an instance ends.

use crate::store::StoreError;

/// Why a run ends. None of these is an error of the program's: what fails becomes a cause in the instance's row.
#[derive(Debug, Clone)]
pub enum Stop {
    /// It waits, and its row says for what.
    Parked,
    /// It is done, and its result is committed.
    Done,
    /// The program stops; the instance goes on from its last checkpoint.
    Leave,
    /// It can't go on: to be paused with this cause.
    Failed(String),
    /// The store did not do what was asked.
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
