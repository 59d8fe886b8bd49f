//! Iterators over what a process keeps or borrows, known again by an index: `for item in &order.items` keeps how far it has come.

use std::collections::{
    BTreeMap, BTreeSet, LinkedList, VecDeque, btree_map, btree_set, linked_list, vec_deque,
};
use std::iter::{
    Chain, Cloned, Copied, Enumerate, Filter, FilterMap, FlatMap, Flatten, Fuse, Map, MapWhile, Peekable,
    Rev, Skip, SkipWhile, StepBy, Take, TakeWhile, Zip,
};
use std::ops::{Range, RangeFrom, RangeInclusive};
use std::{array, option, result, slice, str};

/// An iterator, or what can be iterated, that gives the same items in the same order when it is made again after a restart.
#[diagnostic::on_unimplemented(
    message = "a process can't go on in the middle of `{Self}`",
    label = "after a restart this may give its items in another order",
    note = "iterate over a list of your own: `for item in items.iter().cloned().collect::<Vec<_>>()`"
)]
pub trait Ordered {}

/// The item at an index.
pub fn nth<I: IntoIterator + Ordered>(items: I, at: usize) -> Option<I::Item> {
    items.into_iter().nth(at)
}

/// A local that borrowed can't be made again, because what it borrowed has changed while the process stood.
///
/// # Panics
///
/// Always: the instance is paused with this as its cause.
#[cold]
pub fn changed(local: &str) -> ! {
    panic!(
        "what `{local}` borrows is not there any more: it does not belong to the process, and has changed while the process stood"
    )
}

impl<T> Ordered for &[T] {}
impl<T> Ordered for &mut [T] {}
impl<T, const N: usize> Ordered for &[T; N] {}
impl<T, const N: usize> Ordered for &mut [T; N] {}
impl<T> Ordered for &Vec<T> {}
impl<T> Ordered for &mut Vec<T> {}
impl<T> Ordered for &VecDeque<T> {}
impl<T> Ordered for &mut VecDeque<T> {}
impl<T> Ordered for &LinkedList<T> {}
impl<T> Ordered for &mut LinkedList<T> {}
impl<K, V> Ordered for &BTreeMap<K, V> {}
impl<K, V> Ordered for &mut BTreeMap<K, V> {}
impl<T> Ordered for &BTreeSet<T> {}
impl<T> Ordered for &Box<[T]> {}
impl<T> Ordered for &Option<T> {}
impl<T> Ordered for &mut Option<T> {}
impl<T, E> Ordered for &Result<T, E> {}

impl<T> Ordered for slice::Iter<'_, T> {}
impl<T> Ordered for slice::IterMut<'_, T> {}
impl<T> Ordered for slice::Windows<'_, T> {}
impl<T> Ordered for slice::Chunks<'_, T> {}
impl<T> Ordered for slice::ChunksMut<'_, T> {}
impl<T> Ordered for slice::ChunksExact<'_, T> {}
impl<T> Ordered for slice::ChunksExactMut<'_, T> {}
impl<T> Ordered for slice::RChunks<'_, T> {}
impl<T> Ordered for slice::RChunksMut<'_, T> {}
impl<T> Ordered for slice::RChunksExact<'_, T> {}
impl<T, F> Ordered for slice::ChunkBy<'_, T, F> {}
impl<T, F: FnMut(&T) -> bool> Ordered for slice::Split<'_, T, F> {}
impl<T, F: FnMut(&T) -> bool> Ordered for slice::RSplit<'_, T, F> {}
impl<T, F: FnMut(&T) -> bool> Ordered for slice::SplitN<'_, T, F> {}
impl<T, F: FnMut(&T) -> bool> Ordered for slice::RSplitN<'_, T, F> {}
impl<T, F: FnMut(&T) -> bool> Ordered for slice::SplitInclusive<'_, T, F> {}
impl<T, const N: usize> Ordered for [T; N] {}
impl<T, const N: usize> Ordered for array::IntoIter<T, N> {}
impl<T> Ordered for vec_deque::Iter<'_, T> {}
impl<T> Ordered for vec_deque::IterMut<'_, T> {}
impl<T> Ordered for linked_list::Iter<'_, T> {}
impl<K, V> Ordered for btree_map::Iter<'_, K, V> {}
impl<K, V> Ordered for btree_map::IterMut<'_, K, V> {}
impl<K, V> Ordered for btree_map::Keys<'_, K, V> {}
impl<K, V> Ordered for btree_map::Values<'_, K, V> {}
impl<K, V> Ordered for btree_map::ValuesMut<'_, K, V> {}
impl<K, V> Ordered for btree_map::Range<'_, K, V> {}
impl<K, V> Ordered for btree_map::RangeMut<'_, K, V> {}
impl<T> Ordered for btree_set::Iter<'_, T> {}
impl<T> Ordered for btree_set::Range<'_, T> {}
impl<T> Ordered for btree_set::Difference<'_, T> {}
impl<T> Ordered for btree_set::SymmetricDifference<'_, T> {}
impl<T> Ordered for btree_set::Intersection<'_, T> {}
impl<T> Ordered for btree_set::Union<'_, T> {}
impl<T> Ordered for option::Iter<'_, T> {}
impl<T> Ordered for option::IterMut<'_, T> {}
impl<T> Ordered for result::Iter<'_, T> {}
impl Ordered for str::Lines<'_> {}
impl Ordered for str::SplitWhitespace<'_> {}
impl Ordered for str::SplitAsciiWhitespace<'_> {}

impl<I: Ordered> Ordered for Enumerate<I> {}
impl<I: Ordered> Ordered for Rev<I> {}
impl<I: Ordered> Ordered for Skip<I> {}
impl<I: Ordered> Ordered for Take<I> {}
impl<I: Ordered> Ordered for StepBy<I> {}
impl<I: Ordered> Ordered for Cloned<I> {}
impl<I: Ordered> Ordered for Copied<I> {}
impl<I: Ordered> Ordered for Fuse<I> {}
impl<I: Ordered + Iterator> Ordered for Peekable<I> {}
impl<A: Ordered, B: Ordered> Ordered for Zip<A, B> {}
impl<A: Ordered, B: Ordered> Ordered for Chain<A, B> {}
impl<I: Ordered, F> Ordered for Filter<I, F> {}
impl<I: Ordered, F> Ordered for FilterMap<I, F> {}
impl<I: Ordered, F> Ordered for Map<I, F> {}
impl<I: Ordered, F> Ordered for MapWhile<I, F> {}
impl<I: Ordered, F> Ordered for SkipWhile<I, F> {}
impl<I: Ordered, F> Ordered for TakeWhile<I, F> {}
impl<I: Ordered + Iterator<Item: IntoIterator + Ordered>> Ordered for Flatten<I> {}
impl<I: Ordered, U: IntoIterator + Ordered, F> Ordered for FlatMap<I, U, F> {}
impl<T> Ordered for Range<T> {}
impl<T> Ordered for RangeFrom<T> {}
impl<T> Ordered for RangeInclusive<T> {}

// The parts of a text; what parts them is a character, one of several, or a text.
macro_rules! ordered_parts {
    ($($parts:ident)*) => {$(
        impl Ordered for str::$parts<'_, char> {}
        impl Ordered for str::$parts<'_, &str> {}
        impl Ordered for str::$parts<'_, &String> {}
        impl Ordered for str::$parts<'_, &[char]> {}
        impl<const N: usize> Ordered for str::$parts<'_, [char; N]> {}
        impl<const N: usize> Ordered for str::$parts<'_, &[char; N]> {}
        impl<F: FnMut(char) -> bool> Ordered for str::$parts<'_, F> {}
    )*};
}

ordered_parts!(
    Split RSplit SplitN RSplitN SplitTerminator RSplitTerminator SplitInclusive Matches RMatches MatchIndices
    RMatchIndices
);
