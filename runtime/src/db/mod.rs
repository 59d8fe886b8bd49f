//! SQL for services: the [`Db`] handle, which joins the transaction that the current task is in.
//!
//! In a process's step, what a service writes through [`Db`] is committed together with the step, so it happens exactly
//! once. In a [`transaction`] it is committed with that. Anywhere else each statement commits by itself.

pub mod current;
mod error;
mod row;
#[cfg(test)]
mod tests;
mod transaction;
mod value;
mod words;

use std::sync::Arc;

pub use self::current::Current;
pub(crate) use self::current::Turn;
pub use self::error::DbError;
pub use self::row::FromRow;
pub use self::transaction::transaction;
pub use self::value::{FromValue, IntoValue};
#[cfg(feature = "sqlite")]
pub(crate) use self::words::first_word;
use crate::store::{BoxFuture, Committed, Rows, Store, StoreError, Value, Write};

/// A commit on its way.
pub type Committing = BoxFuture<'static, Result<Committed, StoreError>>;

/// What sees commits outside a process to their end, be it that nobody waits for them any more: the engine, which runs what they have
/// started and woken.
pub type Keeper = Arc<dyn Fn(Committing) -> Committing + Send + Sync>;

/// A handle on the app's database for the app's own SQL. Cheap to clone; a service takes it by value.
///
/// ```ignore
/// let rows = db.query::<(String, i64)>("SELECT name, cents FROM account WHERE cents > ?1", params![100]).await?;
/// ```
#[derive(Clone)]
pub struct Db {
    store: Arc<dyn Store>,
    keeper: Option<Keeper>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").finish_non_exhaustive()
    }
}

impl Db {
    /// A handle on a store, with nobody to see to its commits.
    #[doc(hidden)]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, keeper: None }
    }

    /// A handle on a store whose commits outside processes are seen to their end.
    #[doc(hidden)]
    pub fn kept(store: Arc<dyn Store>, keeper: Keeper) -> Self {
        Self { store, keeper: Some(keeper) }
    }

    /// The store behind it.
    #[doc(hidden)]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Runs a statement and gives the number of rows that it changed.
    pub async fn execute(&self, sql: &str, params: Vec<Value>) -> Result<u64, DbError> {
        if let Some(current) = Current::get() {
            return current.execute(self, sql, params).await;
        }
        let mut session = self.store.begin().await?;
        let changed = session.execute(sql.to_owned(), params).await?;
        session.commit(Write::default()).await?;
        Ok(changed)
    }

    /// Runs a query and reads its rows. It sees what the current transaction has written.
    pub async fn query<R: FromRow>(&self, sql: &str, params: Vec<Value>) -> Result<Vec<R>, DbError> {
        let Rows { columns, rows } = self.rows(sql, params).await?;
        rows.into_iter().map(|row| R::from_row(&columns, row)).collect()
    }

    /// Runs a query that gives exactly one row.
    pub async fn query_one<R: FromRow>(&self, sql: &str, params: Vec<Value>) -> Result<R, DbError> {
        let row = self.query_optional(sql, params).await?;
        row.ok_or_else(|| DbError::NoRow { sql: sql.to_owned() })
    }

    /// Runs a query that gives at most one row.
    pub async fn query_optional<R: FromRow>(
        &self,
        sql: &str,
        params: Vec<Value>,
    ) -> Result<Option<R>, DbError> {
        let Rows { columns, mut rows } = self.rows(sql, params).await?;
        if rows.len() > 1 {
            return Err(DbError::ManyRows { found: rows.len(), sql: sql.to_owned() });
        }
        rows.pop().map(|row| R::from_row(&columns, row)).transpose()
    }

    async fn rows(&self, sql: &str, params: Vec<Value>) -> Result<Rows, DbError> {
        if let Some(current) = Current::get() {
            return current.query(self, sql, params).await;
        }
        if !words::may_write(sql) {
            return Ok(self.store.query(sql.to_owned(), params).await?);
        }
        let mut session = self.store.begin().await?;
        let rows = session.query(sql.to_owned(), params).await?;
        session.commit(Write::default()).await?;
        Ok(rows)
    }

    /// A commit outside a process, which is seen to its end once this is polled.
    fn keep(&self, commit: Committing) -> Committing {
        match &self.keeper {
            Some(keeper) => keeper(commit),
            None => commit,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.store), Arc::as_ptr(&other.store))
    }
}

/// The parameters of a statement: `params![order.id, "paid", None::<String>]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        ::std::vec::Vec::<$crate::store::Value>::from([$($crate::db::IntoValue::into_value($value)),*])
    };
}
