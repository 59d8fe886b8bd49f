use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// `#[cfg]`s on code that awaits, which ask for so much that a machine for each build would be too many.
#[derive(Debug, Error, Diagnostic)]
#[error(
    "the `#[cfg]`s of this process ask for {}: that makes {builds} different processes, and {most} is the most",
    list(asked)
)]
#[diagnostic(
    code(JS0210),
    help(
        "a process that awaits under a `#[cfg]` is lowered once for each build that can be. Ask when it runs: `if cfg!(…) {{ … }}`; or put what depends on a `#[cfg]` into an `async fn` of its own, which is one step; or put the `#[cfg]` on two versions of the fn"
    )
)]
pub(crate) struct ManyBuilds {
    pub(crate) asked: Vec<String>,
    pub(crate) builds: usize,
    pub(crate) most: usize,
    pub(crate) place: Place,
}

fn list(asked: &[String]) -> String {
    match asked {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        all => all.concat(),
    }
}

impl Fault for ManyBuilds {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "the last of them".to_owned()
    }
}
