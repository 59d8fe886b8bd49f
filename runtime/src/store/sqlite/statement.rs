//! The user's own statements on a connection.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql, params_from_iter};

use super::faults::statement_fault;
use crate::store::{Rows, StoreError, Value};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(value) => ValueRef::Integer(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

/// Runs a statement and gives the number of rows that it changed.
pub(crate) fn execute(
    connection: &Connection,
    sql: &str,
    params: &[Value],
    place: &str,
) -> Result<u64, StoreError> {
    let mut statement = prepare(connection, sql, place)?;
    let changed =
        statement.execute(params_from_iter(params)).map_err(|error| statement_fault(&error, sql, place))?;
    Ok(changed as u64)
}

/// Runs a query.
pub(crate) fn query(
    connection: &Connection,
    sql: &str,
    params: &[Value],
    place: &str,
) -> Result<Rows, StoreError> {
    let mut statement = prepare(connection, sql, place)?;
    rows(&mut statement, params).map_err(|error| statement_fault(&error, sql, place))
}

/// Runs a query that must not write: it is no part of a transaction.
pub(crate) fn read(
    connection: &Connection,
    sql: &str,
    params: &[Value],
    place: &str,
) -> Result<Rows, StoreError> {
    let mut statement = prepare(connection, sql, place)?;
    if !statement.readonly() {
        return Err(refused(
            sql,
            "this statement writes: use `execute`, or run the query in a `transaction(..)`",
        ));
    }
    rows(&mut statement, params).map_err(|error| statement_fault(&error, sql, place))
}

fn prepare<'c>(
    connection: &'c Connection,
    sql: &str,
    place: &str,
) -> Result<CachedStatement<'c>, StoreError> {
    if let Some(word) = steers(sql) {
        return Err(refused(
            sql,
            &format!(
                "`{word}` is not for statements: the app's own transactions need it; use `transaction(..)`"
            ),
        ));
    }
    connection.prepare_cached(sql).map_err(|error| statement_fault(&error, sql, place))
}

fn refused(sql: &str, message: &str) -> StoreError {
    StoreError::Statement { message: message.to_owned(), sql: sql.to_owned(), constraint: false }
}

fn rows(statement: &mut CachedStatement<'_>, params: &[Value]) -> rusqlite::Result<Rows> {
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let width = columns.len();
    let mut found = statement.query(params_from_iter(params))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push((0..width).map(|column| row.get_ref(column).map(value)).collect::<rusqlite::Result<_>>()?);
    }
    Ok(Rows { columns, rows })
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Integer(value),
        ValueRef::Real(value) => Value::Real(value),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

/// The word by which a statement would end or divide the transaction that it is run in, if it has one. Many members share
/// that transaction, so none may steer it.
fn steers(sql: &str) -> Option<&'static str> {
    const WORDS: [&str; 9] =
        ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "ATTACH", "DETACH", "VACUUM"];
    let first = crate::db::first_word(sql);
    WORDS.into_iter().find(|word| first.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_that_steers_the_transaction_is_found_behind_comments_too() {
        assert_eq!(steers("  -- done\n /* really */ commit;"), Some("COMMIT"));
        assert_eq!(steers("rollback to x"), Some("ROLLBACK"));
        assert_eq!(steers("select 'commit'"), None);
        assert_eq!(steers("END"), Some("END"));
        assert_eq!(steers(""), None);
    }
}
