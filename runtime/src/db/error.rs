//! Why a statement or a query of the user's came to nothing.

use crate::store::StoreError;

/// What [`Db`](crate::Db) and [`transaction`](crate::transaction) fail with.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DbError {
    /// The database said no, or could not be asked.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A query for one row found none.
    #[error("the query found no row: use `query_optional` if that may be (`{sql}`)")]
    NoRow {
        /// The query.
        sql: String,
    },
    /// A query for at most one row found more.
    #[error("the query found {found} rows where one was asked for: add a `LIMIT` or use `query` (`{sql}`)")]
    ManyRows {
        /// How many.
        found: usize,
        /// The query.
        sql: String,
    },
    /// A row has more or fewer columns than the type that it is read as.
    #[error("the query gives {found} columns ({names}), and {wanted} are read")]
    Width {
        /// How many columns there are.
        found: usize,
        /// What they are called.
        names: String,
        /// How many were asked for.
        wanted: usize,
    },
    /// A column can't be read as the type that was asked for.
    #[error("the column `{column}` holds {found}, which is no {wanted}")]
    Column {
        /// Its name.
        column: String,
        /// What it holds.
        found: String,
        /// What was asked for.
        wanted: &'static str,
    },
    /// The transaction uses handles of two databases.
    #[error("this transaction has begun on another database: use one `Db` inside a transaction")]
    OtherDatabase,
}

impl DbError {
    /// Whether the same call may succeed later without anyone changing the program.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }

    /// Whether a UNIQUE, CHECK, NOT NULL or FOREIGN KEY constraint was broken.
    pub fn is_constraint(&self) -> bool {
        matches!(self, Self::Store(StoreError::Statement { constraint: true, .. }))
    }
}
