//! Why the store did not do what was asked, each with a way out.

use super::InstanceId;

/// Why the store did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The instance was taken over, cancelled or moved by someone else; the step is to be abandoned.
    #[error("instance {0:?} belongs to someone else by now")]
    Fenced(InstanceId),
    /// The user's own statement is wrong or breaks a constraint; only this write failed.
    #[error("{message}")]
    Statement {
        /// The database's words.
        message: String,
        /// The statement.
        sql: String,
        /// Whether it broke a UNIQUE, CHECK, NOT NULL or FOREIGN KEY constraint.
        constraint: bool,
    },
    /// The disk is full.
    #[error(
        "the disk that holds {place} is full: free some space; nothing is lost, and what waits goes on by itself"
    )]
    Full {
        /// The data file.
        place: String,
    },
    /// The database can't be written.
    #[error("{place} can't be written: make the file and its folder writable for this user; nothing is lost")]
    ReadOnly {
        /// The data file.
        place: String,
    },
    /// Someone else holds the data folder.
    #[error("{place} is in use by another process{holder}: stop it, or set `database.url` to another place")]
    InUse {
        /// The data folder.
        place: String,
        /// ` (pid 123)`, or nothing when that is not known.
        holder: String,
    },
    /// The data is not what this version writes.
    #[error("{place} can't be read: {reason}")]
    Corrupt {
        /// The data file, or the row.
        place: String,
        /// What is wrong with it, and the way out.
        reason: String,
    },
    /// A transaction stood open for too long while it waited for something else.
    #[error(
        "a transaction held the database's write lock for {seconds} s; do not wait for anything else inside it"
    )]
    HeldTooLong {
        /// How long, in seconds.
        seconds: u64,
    },
    /// Anything else, worth trying again.
    #[error("the store did not answer: {0}")]
    Unavailable(String),
}

impl StoreError {
    /// Whether the same call may succeed later without anyone changing the program.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::ReadOnly { .. } | Self::InUse { .. } | Self::Unavailable(_))
    }
}
