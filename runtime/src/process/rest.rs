//! What is left of an iterator that is kept across suspensions, by a `for` loop or by a local: [`Rest`] and [`Inclusive`].

use std::collections::VecDeque;
use std::iter::FusedIterator;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// The rest of an iterator: its items, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rest<T>(VecDeque<T>);

/// What an iterator gives, taken at once, so that what is left of it can be saved.
///
/// # Panics
///
/// When the iterator says that it has no end.
pub fn rest<I: IntoIterator>(items: I) -> Rest<I::Item> {
    let items = items.into_iter();
    assert!(
        items.size_hint().0 <= MOST,
        "what is left of an iterator is kept across an await, and this one has no end: count in a variable, or use a range `0..`"
    );
    Rest(items.collect())
}

/// No memory holds more items than this.
const MOST: usize = usize::MAX >> 16;

impl<T> Iterator for Rest<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.0.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

impl<T> DoubleEndedIterator for Rest<T> {
    fn next_back(&mut self) -> Option<T> {
        self.0.pop_back()
    }
}

/// As `Peekable` has them: each rest can be peeked at.
impl<T> Rest<T> {
    /// The next item, which stays.
    pub fn peek(&self) -> Option<&T> {
        self.0.front()
    }

    /// The next item, which stays, to change it.
    pub fn peek_mut(&mut self) -> Option<&mut T> {
        self.0.front_mut()
    }

    /// The next item, if it is such a one; else it stays.
    pub fn next_if(&mut self, is_it: impl FnOnce(&T) -> bool) -> Option<T> {
        if self.peek().is_some_and(is_it) { self.next() } else { None }
    }

    /// The next item, if it equals this; else it stays.
    pub fn next_if_eq<R: ?Sized>(&mut self, expected: &R) -> Option<T>
    where
        T: PartialEq<R>,
    {
        self.next_if(|next| next == expected)
    }
}

impl<T> ExactSizeIterator for Rest<T> {}

impl<T> FusedIterator for Rest<T> {}

/// The rest of a range `a..=b`. Unlike the range, it knows, when it is saved, that it has come to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Inclusive<T>(Option<(T, T)>);

/// The rest of a range that has not begun.
pub fn inclusive<T>(range: RangeInclusive<T>) -> Inclusive<T> {
    Inclusive(Some(range.into_inner()))
}

impl<T: PartialOrd> Inclusive<T> {
    fn take(&mut self, take: impl FnOnce(&mut RangeInclusive<T>) -> Option<T>) -> Option<T> {
        let (start, end) = self.0.take()?;
        let mut range = start..=end;
        let item = take(&mut range);
        self.0 = (!range.is_empty()).then(|| range.into_inner());
        item
    }
}

impl<T> Iterator for Inclusive<T>
where
    T: PartialOrd,
    RangeInclusive<T>: Iterator<Item = T>,
{
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.take(Iterator::next)
    }
}

impl<T> DoubleEndedIterator for Inclusive<T>
where
    T: PartialOrd,
    RangeInclusive<T>: DoubleEndedIterator<Item = T>,
{
    fn next_back(&mut self) -> Option<T> {
        self.take(DoubleEndedIterator::next_back)
    }
}

/// The rest of a range from its end: `(0..n).rev()`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Backwards<I>(I);

/// A range from its end.
pub fn backwards<I: DoubleEndedIterator>(range: I) -> Backwards<I> {
    Backwards(range)
}

impl<I: DoubleEndedIterator> Iterator for Backwards<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.0.next_back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_saved() {
        let mut left = rest(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(left.next().as_deref(), Some("a"));
        let text = serde_json::to_string(&left).unwrap();
        assert_eq!(text, r#"["b"]"#);
        assert_eq!(serde_json::from_str::<Rest<String>>(&text).unwrap(), left);
    }

    #[test]
    fn what_is_left_can_be_peeked_at() {
        let mut left = rest(1..=4);
        assert_eq!(left.peek(), Some(&1));
        assert_eq!(left.next_if(|next| *next > 1), None);
        assert_eq!(left.next_if_eq(&1), Some(1));
        *left.peek_mut().unwrap() = 7;
        assert_eq!((left.next(), left.next_back(), left.len()), (Some(7), Some(4), 1));
    }

    #[test]
    fn an_inclusive_range_ends_once() {
        let mut left = inclusive(254..=255_u8);
        let mut seen = Vec::new();
        while let Some(next) = left.next() {
            seen.push(next);
            left = serde_json::from_str(&serde_json::to_string(&left).unwrap()).unwrap();
        }
        assert_eq!(seen, [254, 255]);
        #[expect(clippy::reversed_empty_ranges, reason = "this is the point")]
        let mut none = inclusive(2..=1);
        assert_eq!(none.next(), None);
    }

    #[test]
    fn a_range_is_gone_through_from_its_end() {
        assert_eq!(backwards(0..3).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(backwards(inclusive(0..=2)).collect::<Vec<_>>(), [2, 1, 0]);
        let mut left = backwards(inclusive(0..=1_u8));
        assert_eq!(left.next(), Some(1));
        let text = serde_json::to_string(&left).unwrap();
        let mut left: Backwards<Inclusive<u8>> = serde_json::from_str(&text).unwrap();
        assert_eq!((left.next(), left.next()), (Some(0), None));
    }

    #[test]
    #[should_panic(expected = "has no end")]
    fn an_iterator_without_an_end_is_refused() {
        rest(std::iter::repeat(1).step_by(3));
    }
}
