//! What stands for the user's own statements where the feature `sqlite` is off: an error with the way out.

use std::time::Duration;

use crate::store::{Part, Rows, StoreError, Value};

/// No connection.
#[derive(Debug)]
pub(super) struct Sql;

/// The right to use the connection, which nobody gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {}

impl Sql {
    pub(super) fn new(_limit: Duration) -> Self {
        Self
    }

    pub(super) async fn claim(&self) -> Result<Turn, StoreError> {
        Err(StoreError::Statement {
            message: "the memory store knows SQL only with the feature `sqlite` of the crate `justscale`: switch it on".to_owned(),
            sql: String::new(),
            constraint: false,
        })
    }

    pub(super) fn execute(&self, turn: Turn, _sql: &str, _params: &[Value]) -> Result<u64, StoreError> {
        match turn {}
    }

    pub(super) fn query(&self, turn: Turn, _sql: &str, _params: &[Value]) -> Result<Rows, StoreError> {
        match turn {}
    }

    pub(super) fn nest(&self, turn: Turn, _part: Part) -> Result<(), StoreError> {
        match turn {}
    }

    pub(super) async fn read(&self, _sql: &str, _params: &[Value]) -> Result<Rows, StoreError> {
        match self.claim().await? {}
    }

    pub(super) fn commit(&self, turn: Turn) -> Result<(), StoreError> {
        match turn {}
    }

    pub(super) fn give_back(&self, turn: Turn) {
        match turn {}
    }
}
