//! How many, and what stands in the way of the others.

use std::collections::BTreeMap;
use std::fmt;

use crate::harvest::Class;
use crate::outcome::{End, Outcome};

/// The outcomes of all fns, counted.
pub(crate) struct Tally {
    classes: BTreeMap<Class, Counted>,
    /// By code: how many fns have it, how many nothing else, and one of them.
    faults: BTreeMap<String, (usize, usize, String)>,
    without_await: usize,
}

#[derive(Default)]
struct Counted {
    lowered: usize,
    all: usize,
    states: usize,
}

impl Tally {
    pub(crate) fn of(outcomes: &[Outcome]) -> Self {
        let mut tally = Tally { classes: BTreeMap::new(), faults: BTreeMap::new(), without_await: 0 };
        for outcome in outcomes {
            if !outcome.awaits {
                tally.without_await += 1;
                continue;
            }
            let counted = tally.classes.entry(outcome.class).or_default();
            counted.all += 1;
            match &outcome.end {
                End::Lowered { states } => {
                    counted.lowered += 1;
                    counted.states += states;
                }
                End::Refused(faults) => {
                    for (code, (line, what)) in faults {
                        let example = || (0, 0, format!("{}:{line}: {what}", outcome.place));
                        let (all, alone, _) = tally.faults.entry(code.clone()).or_insert_with(example);
                        *all += 1;
                        *alone += usize::from(faults.len() == 1);
                    }
                }
                End::Broken(_) => {}
            }
        }
        tally
    }

    /// The share of a class that is lowered, of those of its fns that await.
    pub(crate) fn share(&self, class: Class) -> f64 {
        self.classes.get(&class).map_or(0.0, Counted::share)
    }
}

impl Counted {
    fn share(&self) -> f64 {
        self.lowered as f64 / self.all.max(1) as f64
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "async fns with an await, and how many of them are lowered:")?;
        for (class, counted) in &self.classes {
            let name = match class {
                Class::Free => "free",
                Class::Generic => "free, generic",
                Class::Method => "in an impl or a trait",
            };
            let Counted { lowered, all, states } = counted;
            let share = counted.share() * 100.0;
            writeln!(f, "  {name:22} {lowered:5} of {all:5}  {share:5.1} %  {states} states")?;
        }
        writeln!(f, "  ({} more have none)", self.without_await)?;
        writeln!(f, "faults: in how many fns, in how many alone, and an example:")?;
        for (code, (all, alone, example)) in &self.faults {
            writeln!(f, "  {code} {all:5} {alone:5}  {example}")?;
        }
        Ok(())
    }
}
