//! [`Hand`]: the writing connection, with the store's own statements ready.
//!
//! A statement is found by where its text stands in the program, which costs next to nothing; rusqlite's own cache finds it by what it
//! says, and that costs as much as a tenth of a step. The user's statements go by that cache.

use std::cell::RefCell;
use std::ops::Deref;

use rusqlite::{Connection, OptionalExtension, Params, Row, Statement};

/// The writing connection.
pub(super) struct Hand<'c> {
    connection: &'c Connection,
    /// The statements that are not in use, the last used last.
    ready: RefCell<Vec<(&'static str, Statement<'c>)>>,
}

impl<'c> Hand<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, ready: RefCell::default() }
    }

    /// Runs a statement and gives the number of rows that it changed.
    pub(super) fn run(&self, sql: &'static str, params: impl Params) -> rusqlite::Result<usize> {
        self.with(sql, |statement| statement.execute(params))
    }

    /// The first row of a query, if there is one.
    pub(super) fn one<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        self.with(sql, |statement| statement.query_row(params, read).optional())
    }

    /// All rows of a query.
    pub(super) fn all<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.with(sql, |statement| statement.query_map(params, read)?.collect())
    }

    fn with<T>(
        &self,
        sql: &'static str,
        work: impl FnOnce(&mut Statement<'c>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let mut statement = match self.take(sql) {
            Some(statement) => statement,
            None => self.connection.prepare(sql)?,
        };
        let done = work(&mut statement);
        self.ready.borrow_mut().push((sql, statement));
        done
    }

    fn take(&self, sql: &'static str) -> Option<Statement<'c>> {
        let mut ready = self.ready.borrow_mut();
        let at = ready.iter().rposition(|(text, _)| std::ptr::eq(*text, sql))?;
        Some(ready.remove(at).1)
    }
}

impl Deref for Hand<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "SELECT ?1 UNION SELECT ?1 + 1";

    #[test]
    fn a_statement_is_prepared_once_and_is_ready_again_after_it_failed() {
        let connection = Connection::open_in_memory().unwrap();
        let hand = Hand::new(&connection);
        assert!(hand.one(ONE, [1], |row| row.get::<_, String>(0)).is_err());
        assert_eq!(hand.all(ONE, [1], |row| row.get::<_, i64>(0)).unwrap(), [1, 2]);
        assert_eq!(hand.one(ONE, [5], |row| row.get::<_, i64>(0)).unwrap(), Some(5));
        assert_eq!(hand.ready.borrow().len(), 1);
    }

    #[test]
    fn a_statement_that_is_in_use_is_prepared_once_more() {
        let connection = Connection::open_in_memory().unwrap();
        let hand = Hand::new(&connection);
        let inner = |row: &Row<'_>| hand.all(ONE, [row.get::<_, i64>(0)?], |row| row.get::<_, i64>(0));
        assert_eq!(hand.all(ONE, [1], inner).unwrap(), [[1, 2], [2, 3]]);
    }
}
