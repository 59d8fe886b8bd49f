//! The SQLite adapter.

pub(crate) mod faults;
pub(crate) mod statement;
