//! A problem as it is shown: to people through miette, to programs as data.
//!
//! What a terminal, a snapshot and an editor show of a fault is made here from the same places and labels.

mod unbroken;

use std::fmt;

use miette::{Diagnostic, LabeledSpan, MietteError, SourceCode, SourceSpan, SpanContents};
use serde::{Deserialize, Serialize};

use crate::{Place, Problem, Severity, SourceFile};

/// A [`Problem`] as miette sees it.
#[derive(Debug)]
pub struct Report<'a> {
    problem: &'a Problem,
    elsewhere: Vec<Elsewhere>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(problem: &'a Problem) -> Self {
        let own = &problem.fault.place().file.path;
        let elsewhere = problem
            .fault
            .related_places()
            .into_iter()
            .filter(|(place, _)| place.file.path != *own)
            .map(|(place, label)| Elsewhere { place, label })
            .collect();
        Self { problem, elsewhere }
    }

    /// The report as a handler of miette's renders it, with code kept in one line where it fits.
    pub fn rendered(&self, handler: &dyn miette::ReportHandler) -> String {
        struct Shown<'a>(&'a dyn miette::ReportHandler, &'a Report<'a>);
        impl fmt::Display for Shown<'_> {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.debug(self.1, out)
            }
        }
        unbroken::plain(&Shown(handler, self).to_string())
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&unbroken::unbroken(&self.problem.fault.to_string()))
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.problem.fault.code()
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.problem.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let help = self.problem.fault.help()?;
        Some(Box::new(unbroken::unbroken(&help.to_string())))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let file = &self.problem.fault.place().file;
        (!file.text.is_empty()).then_some(&**file as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let fault = &self.problem.fault;
        let own = fault.place();
        let first = LabeledSpan::new_primary_with_span(Some(fault.label()), own);
        let beside = fault
            .related_places()
            .into_iter()
            .filter(|(place, _)| place.file.path == own.file.path)
            .map(|(place, label)| LabeledSpan::new_with_span(Some(label), &place));
        Some(Box::new(std::iter::once(first).chain(beside)))
    }

    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn Diagnostic> + 'b>> {
        if self.elsewhere.is_empty() {
            return None;
        }
        Some(Box::new(self.elsewhere.iter().map(|place| place as &dyn Diagnostic)))
    }
}

/// A place that belongs to a fault and stands in another file than the fault does.
#[derive(Debug)]
struct Elsewhere {
    place: Place,
    label: String,
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({}:{})", self.label, self.place.file.path, self.place.line())
    }
}

impl std::error::Error for Elsewhere {}

impl Diagnostic for Elsewhere {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.place.file)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_primary_with_span(Some(self.label.clone()), &self.place);
        Some(Box::new(std::iter::once(label)))
    }
}

impl From<&Place> for SourceSpan {
    fn from(place: &Place) -> Self {
        (place.range.start, place.range.len()).into()
    }
}

impl From<Place> for SourceSpan {
    fn from(place: Place) -> Self {
        Self::from(&place)
    }
}

impl SourceCode for SourceFile {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.as_str().read_span(span, lines_before, lines_after)?;
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.path.clone(),
            contents.data(),
            *contents.span(),
            contents.line(),
            contents.column(),
            contents.line_count(),
        )))
    }
}

/// A problem as data, for `--message-format json` and other tools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `JS0101`.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// How to go on.
    pub help: Option<String>,
    /// Where: the token at fault first.
    pub labels: Vec<Label>,
}

/// A place of a [`Message`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// What is said of it.
    pub text: String,
    /// The file, relative to the package's folder.
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// The column in characters, counted from one.
    pub column: usize,
    /// The first byte in the file.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Label {
    fn new(place: &Place, text: String) -> Self {
        Self {
            text,
            file: place.file.path.clone(),
            line: place.line(),
            column: place.column(),
            start: place.range.start,
            end: place.range.end,
        }
    }
}

impl From<&Problem> for Message {
    fn from(problem: &Problem) -> Self {
        let fault = &problem.fault;
        let first = Label::new(fault.place(), fault.label());
        let others = fault.related_places().into_iter().map(|(place, text)| Label::new(&place, text));
        Self {
            code: problem.code(),
            severity: problem.severity,
            message: fault.to_string(),
            help: fault.help().map(|help| help.to_string()),
            labels: std::iter::once(first).chain(others).collect(),
        }
    }
}
