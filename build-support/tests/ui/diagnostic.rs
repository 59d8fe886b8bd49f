//! One thing that rustc says, and how a snapshot shows it: the place, the line, what stands beside it.

use std::fmt;

use serde::Deserialize;

/// An error, a warning, or a note that belongs to one.
#[derive(Debug, Deserialize)]
pub(crate) struct Diagnostic {
    pub(crate) level: Level,
    pub(crate) message: String,
    code: Option<Code>,
    spans: Vec<Place>,
    children: Vec<Diagnostic>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    Error,
    Warning,
    Note,
    Help,
    FailureNote,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
}

/// A stretch of a file.
#[derive(Debug, Deserialize)]
pub(crate) struct Place {
    file_name: String,
    line_start: usize,
    line_end: usize,
    column_start: usize,
    column_end: usize,
    is_primary: bool,
    label: Option<String>,
    text: Vec<Line>,
    suggested_replacement: Option<String>,
    expansion: Option<Expansion>,
}

/// What wrote the tokens of a place, where it was not the user.
#[derive(Debug, Deserialize)]
struct Expansion {
    macro_decl_name: String,
}

#[derive(Debug, Deserialize)]
struct Line {
    text: String,
}

impl Diagnostic {
    /// The count of errors at the end, and the codes that could be explained.
    pub(crate) fn is_summary(&self) -> bool {
        self.spans.is_empty() && self.code.is_none()
    }

    /// The places at fault.
    pub(crate) fn primary(&self) -> impl Iterator<Item = &Place> {
        self.spans.iter().filter(|place| place.is_primary)
    }

    /// Every place that it shows, those of its notes included.
    pub(crate) fn places(&self) -> Box<dyn Iterator<Item = &Place> + '_> {
        Box::new(self.spans.iter().chain(self.children.iter().flat_map(Self::places)))
    }

    /// Where the first of them begins.
    pub(crate) fn position(&self) -> (usize, usize) {
        self.primary().next().map_or((0, 0), |place| (place.line_start, place.column_start))
    }
}

impl Place {
    /// Whether a macro wrote what stands there: the user never did.
    pub(crate) fn is_generated(&self) -> bool {
        // What rustc itself makes of an `.await` or a `for` stands at the user's token.
        self.expansion.as_ref().is_some_and(|by| !by.macro_decl_name.starts_with("desugaring of"))
    }

    /// `src/bin/a.rs:12:4`.
    pub(crate) fn shown(&self) -> String {
        format!("{}:{}:{}", self.file_name, self.line_start, self.column_start)
    }

    /// Whether it is in the package that was checked.
    pub(crate) fn is_own(&self) -> bool {
        self.file_name.starts_with("src/")
    }

    /// The line, with the place marked and what is said of it.
    fn lines(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(line) = self.text.first() else { return Ok(()) };
        let indent = line.text.len() - line.text.trim_start().len();
        let start = self.column_start - 1;
        let end =
            if self.line_end == self.line_start { self.column_end - 1 } else { line.text.chars().count() };
        let mark = if self.is_primary { "^" } else { "-" };
        let label = self.label.as_deref().map(|label| format!(" {label}")).unwrap_or_default();
        writeln!(out, "    {}", line.text.trim_start())?;
        let marks = mark.repeat(end.saturating_sub(start).max(1));
        writeln!(out, "    {}{marks}{label}", " ".repeat(start.saturating_sub(indent)))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = format!("{:?}", self.level).to_lowercase();
        match &self.code {
            Some(code) if self.level == Level::Error => {
                writeln!(out, "{level}[{}]: {}", code.code, self.message)?
            }
            _ => writeln!(out, "{level}: {}", self.message)?,
        }
        // Where rustc would change the text is its own business, unless it is in text that nobody wrote.
        let shown = |place: &&Place| {
            place.is_own() && (place.suggested_replacement.is_none() || place.is_generated())
        };
        for place in self.spans.iter().filter(shown) {
            let generated = if place.is_generated() { "  (in generated code)" } else { "" };
            writeln!(out, "  {}{generated}", place.shown())?;
            place.lines(out)?;
        }
        for child in &self.children {
            for line in child.to_string().lines() {
                writeln!(out, "  {line}")?;
            }
        }
        Ok(())
    }
}
