//! The span table: which generated leaf has the place of which of the user's.
//!
//! A line `GENERATED ITEM LENGTH` says that a run of generated leaves is a run of the user's, in the same order; with ` *` after it,
//! that a run of generated leaves serves the one leaf ITEM. Leaves that no line names have the attribute's place.

use std::fmt::Write;

/// What a generated leaf has to do with the user's leaf of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is that leaf.
    Same(usize),
    /// It is frame code that serves that leaf.
    Serves(usize),
}

/// A table that grows leaf by leaf, in the order in which they are printed.
#[derive(Debug, Default)]
pub(super) struct Table {
    out: String,
    run: Option<Run>,
    /// How many leaves there are.
    leaves: usize,
    /// What the last three leaves were to a lexer.
    last: [Shape; 3],
}

/// What a leaf is to a lexer, as far as it matters to what follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shape {
    Dot,
    Index,
    #[default]
    Other,
}

impl Table {
    /// Adds a token that was printed, as the leaves as which a lexer takes it.
    pub(super) fn leaf(&mut self, text: &str, origin: Option<Origin>) {
        let shape = match text {
            "." => Shape::Dot,
            text if text.bytes().all(|byte| byte.is_ascii_digit()) => Shape::Index,
            _ => Shape::Other,
        };
        if shape == Shape::Index && self.last == [Shape::Dot, Shape::Index, Shape::Dot] {
            // A lexer takes the `0.1` of `pair.0.1` as one number: the dot before was none of its own.
            self.leaves -= 1;
            self.forget();
            self.last = [Shape::Other, Shape::Dot, Shape::Other];
            return;
        }
        // A parser makes one literal of `-1`.
        if text.len() > 1 && text.starts_with('-') {
            self.one(origin);
        }
        self.one(origin);
        let [_, second, third] = self.last;
        self.last = [second, third, shape];
    }

    fn one(&mut self, origin: Option<Origin>) {
        match (&mut self.run, origin) {
            (Some(run), Some(origin)) if run.takes(origin) => run.length += 1,
            (_, origin) => {
                self.end_run();
                self.run = origin.map(|origin| Run { first: self.leaves, origin, length: 1 });
            }
        }
        self.leaves += 1;
    }

    /// Takes the last leaf out of its run.
    fn forget(&mut self) {
        if let Some(run) = self.run.as_mut().filter(|run| run.first + run.length > self.leaves) {
            run.length -= 1;
            if run.length == 0 {
                self.run = None;
            }
        }
    }

    fn end_run(&mut self) {
        if let Some(run) = self.run.take() {
            run.line(&mut self.out);
        }
    }

    /// The table's text.
    pub(super) fn finish(mut self) -> String {
        self.end_run();
        self.out
    }
}

/// A run of leaves that one line stands for.
#[derive(Debug)]
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
