//! [`Rest`]: what is left of an iterator that a `for` loop goes through across suspensions.

use std::collections::VecDeque;
use std::iter::FusedIterator;

use serde::{Deserialize, Serialize};

/// The rest of an iterator: its items, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rest<T>(VecDeque<T>);

/// What a `for` loop goes through, taken at once, so that what is left of it can be saved.
pub fn rest<I: IntoIterator>(items: I) -> Rest<I::Item> {
    Rest(items.into_iter().collect())
}

impl<T> Iterator for Rest<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

impl<T> ExactSizeIterator for Rest<T> {}

impl<T> FusedIterator for Rest<T> {}
