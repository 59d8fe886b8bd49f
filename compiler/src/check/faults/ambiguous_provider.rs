use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place};

/// A dependency that several services provide.
#[derive(Debug, Error, Diagnostic)]
#[error("{} provide `{wanted}`, and `{needs}` takes one", list(providers))]
#[diagnostic(
    code(JS0141),
    help(
        "take `provides` away from all but one; ask for the type itself (`{by_type}`); or let `#[cfg(…)]` choose: `#[cfg(test)]` makes a stand-in for tests"
    )
)]
pub(crate) struct AmbiguousProvider {
    pub(crate) wanted: String,
    pub(crate) needs: String,
    pub(crate) by_type: String,
    pub(crate) providers: Vec<(Place, String)>,
    pub(crate) place: Place,
}

impl Fault for AmbiguousProvider {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        "which one?".to_owned()
    }

    fn related_places(&self) -> Vec<(Place, String)> {
        self.providers.iter().map(|(place, name)| (place.clone(), format!("`{name}` provides it"))).collect()
    }
}

fn list(providers: &[(Place, String)]) -> String {
    let names: Vec<String> = providers.iter().map(|(_, name)| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}
