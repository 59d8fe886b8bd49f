//! The syntax of what `parse` leaves out. Nothing else depends on it, so it is looked at beside everything else.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::file::wrong_body;
use super::syntax_error::SyntaxError;
use crate::{Problems, SourceFile, Sources};

/// What is wrong with the bodies of plain fns: for each file, the first that is no Rust.
#[derive(Default)]
pub(crate) struct Bodies(Vec<(Arc<SourceFile>, SyntaxError)>);

impl Bodies {
    /// Those of every text there is. None where rustc comes next: what is wrong with syntax is said there.
    pub(crate) fn of(sources: &Sources) -> Self {
        let files = sources.files.values().filter(|_| !sources.rustc_is_next);
        let wrong = files.filter_map(|file| {
            let error = wrong_body(&file.text)?;
            Some((Arc::clone(file), SyntaxError::new(&error, file)))
        });
        Self(wrong.collect())
    }

    /// The faults of the files that belong to the package.
    pub(crate) fn among(self, files: &BTreeSet<String>, problems: &mut Problems) {
        for (_, error) in self.0.into_iter().filter(|(file, _)| files.contains(&file.path)) {
            problems.error(error);
        }
    }
}
