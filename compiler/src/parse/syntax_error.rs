use std::sync::Arc;

use miette::Diagnostic;
use thiserror::Error;

use crate::{Fault, Place, SourceFile};

/// A text that is not Rust.
#[derive(Debug, Error, Diagnostic)]
#[error("`{}` cannot be read as Rust: {message}", place.file.path)]
#[diagnostic(code(JS0001), help("put the syntax right; until then no component of this file is known"))]
pub(super) struct SyntaxError {
    message: String,
    place: Place,
}

impl SyntaxError {
    /// What syn says, where the text is made of tokens; else what stands where no token can be.
    pub(super) fn new(error: &syn::Error, file: &Arc<SourceFile>) -> Self {
        let place = place_of(error, file);
        let said = error.to_string();
        let message = match file.text.get(place.range.start..).and_then(|rest| rest.chars().next()) {
            _ if !said.contains("token stream") => said,
            Some(bracket @ (')' | ']' | '}')) => {
                format!("this `{bracket}` does not close the bracket that was opened last")
            }
            Some(_) => "what begins here is no token of Rust, or is not closed".to_owned(),
            None => "a bracket, a text or a comment is not closed".to_owned(),
        };
        Self { message, place }
    }
}

/// Where an error stands. One at the end of the text has no span of its own.
fn place_of(error: &syn::Error, file: &Arc<SourceFile>) -> Place {
    let mut place = Place::new(file, error.span());
    if place.range == (0..0) {
        let end = file.text.trim_end().len();
        place.range = end..end;
    }
    place
}

impl Fault for SyntaxError {
    fn place(&self) -> &Place {
        &self.place
    }

    fn label(&self) -> String {
        self.message.clone()
    }

    fn is_rustcs_too(&self) -> bool {
        true
    }
}
