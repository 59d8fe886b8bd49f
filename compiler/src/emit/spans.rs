//! The span table: which generated leaf has the place of which of the user's.
//!
//! A line `GENERATED ITEM LENGTH` says that a run of generated leaves is a run of the user's, in the same order; with ` *` after it,
//! that a run of generated leaves serves the one leaf ITEM. Leaves that no line names have the attribute's place.

use std::fmt::Write;

use super::align::align;
use super::hash::Leaf;

/// What a generated leaf has to do with the user's leaf of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It is that leaf.
    Same(usize),
    /// It is frame code that serves that leaf.
    Serves(usize),
}

/// The table for `printed`, the leaves of the text that was printed of `generated`, whose spans point into `user`.
pub(super) fn table(user: &[Leaf], generated: &[Leaf], printed: &[Leaf]) -> String {
    let origins = origins(user, generated);
    let given: Vec<_> = generated.iter().map(|leaf| leaf.text.as_str()).collect();
    let texts: Vec<_> = printed.iter().map(|leaf| leaf.text.as_str()).collect();
    let found = align(&given, &texts).into_iter().map(|pair| pair.and_then(|index| *origins.get(index)?));
    write(found)
}

/// Finds each generated leaf's span among the user's. A span is one of the user's only if it is in the same file; one that covers
/// several of the user's leaves counts as its first.
fn origins(user: &[Leaf], generated: &[Leaf]) -> Vec<Option<Origin>> {
    let placed = |(index, leaf): (usize, &Leaf)| (leaf.span.byte_range(), index);
    let mut ranges: Vec<_> =
        user.iter().enumerate().map(placed).filter(|(range, _)| !range.is_empty()).collect();
    ranges.sort_by_key(|(range, _)| range.start);
    let file = ranges.first().and_then(|(_, index)| user.get(*index)).map(|leaf| leaf.span.file());
    let find = |leaf: &Leaf| {
        let range = leaf.span.byte_range();
        let after = ranges.partition_point(|(user, _)| user.start <= range.start);
        let (covering, index) = ranges.get(after.checked_sub(1)?)?;
        if range.is_empty() || !covering.contains(&range.start) || Some(leaf.span.file()) != file {
            return None;
        }
        let same = *covering == range && user.get(*index).is_some_and(|user| user.text == leaf.text);
        Some(if same { Origin::Same(*index) } else { Origin::Serves(*index) })
    };
    generated.iter().map(find).collect()
}

/// A run of leaves that one line stands for.
struct Run {
    first: usize,
    origin: Origin,
    length: usize,
}

impl Run {
    fn takes(&self, origin: Origin) -> bool {
        match (self.origin, origin) {
            (Origin::Same(first), Origin::Same(next)) => first + self.length == next,
            (Origin::Serves(served), Origin::Serves(also)) => served == also,
            _ => false,
        }
    }

    fn line(&self, out: &mut String) {
        let (item, mark) = match self.origin {
            Origin::Same(item) => (item, ""),
            Origin::Serves(item) => (item, " *"),
        };
        // Writing to a string does not fail.
        let _ = writeln!(out, "{} {} {}{}", self.first, item, self.length, mark);
    }
}

fn write(origins: impl Iterator<Item = Option<Origin>>) -> String {
    let mut out = String::new();
    let mut run: Option<Run> = None;
    for (index, origin) in origins.enumerate() {
        match (&mut run, origin) {
            (Some(run), Some(origin)) if run.takes(origin) => run.length += 1,
            (_, origin) => {
                if let Some(run) = run.take() {
                    run.line(&mut out);
                }
                run = origin.map(|origin| Run { first: index, origin, length: 1 });
            }
        }
    }
    if let Some(run) = run {
        run.line(&mut out);
    }
    out
}
