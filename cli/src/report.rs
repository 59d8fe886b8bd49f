//! Faults as they are shown: to people through miette, to programs as one JSON object each.

use crate::screen;
use crate::screen::Screen;
use justscale_compiler::{Message, Problem, Problems, Severity};
use serde::Serialize;

/// A fault for programs.
#[derive(Serialize)]
struct Diagnostic<'a> {
    reason: &'static str,
    package: &'a str,
    /// The place of the first label, for tools that know one place only.
    file: &'a str,
    line: usize,
    column: usize,
    #[serde(flatten)]
    message: &'a Message,
    /// The report that a person would see, without colours.
    rendered: String,
}

/// Shows each problem.
pub(crate) fn report(package: &str, problems: &Problems, screen: &Screen) {
    for problem in &problems.0 {
        if screen.is_json() {
            as_message(package, problem, screen);
        } else {
            screen.note(rendered(problem, true, screen::width()).trim_end());
            screen.note("");
        }
    }
}

/// How many problems of this severity there are.
pub(crate) fn count(problems: &Problems, severity: Severity) -> usize {
    problems.0.iter().filter(|problem| problem.severity == severity).count()
}

fn as_message(package: &str, problem: &Problem, screen: &Screen) {
    let message = Message::from(problem);
    let first = message.labels.first();
    screen.message(&Diagnostic {
        reason: "justscale-diagnostic",
        package,
        file: first.map_or("", |label| label.file.as_str()),
        line: first.map_or(0, |label| label.line),
        column: first.map_or(0, |label| label.column),
        message: &message,
        rendered: rendered(problem, false, 80),
    });
}

fn rendered(problem: &Problem, color: bool, width: usize) -> String {
    let handler = miette::MietteHandlerOpts::new()
        .color(color)
        .unicode(true)
        .width(width)
        .terminal_links(false)
        .build();
    problem.report().rendered(&handler)
}
