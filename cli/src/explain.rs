//! `justscale explain CODE`: the long form of a fault, from the page that the documentation has too.

use crate::edit_distance::nearest;
use crate::exit::{Exit, Failure, Outcome};
use crate::markdown;
use crate::screen::{self, Screen};
use clap::Args;
use justscale_compiler::{codes, explain};
use serde::Serialize;
use std::io::IsTerminal;

/// Say what a fault means, and what to do about it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  justscale explain JS0204        the page of one fault
  justscale explain               all codes, one line each
  justscale explain js204         short forms are fine")]
pub(crate) struct ExplainArguments {
    /// The code, as in `JS0204`
    code: Option<String>,
}

#[derive(Serialize)]
struct Page<'a> {
    reason: &'static str,
    code: &'a str,
    title: &'a str,
    page: &'a str,
}

/// Prints the page, or the list of all codes.
pub(crate) fn run(arguments: &ExplainArguments, screen: &Screen) -> Outcome {
    let Some(asked) = &arguments.code else {
        list(screen);
        return Ok(Exit::Fine);
    };
    let code = canonical(asked);
    let Some((code, page)) =
        codes().find(|known| *known == code).and_then(|code| Some((code, explain(code)?)))
    else {
        return Err(unknown(asked, &code));
    };
    screen.message(&Page { reason: "justscale-explanation", code, title: title(page), page });
    // Laid out for people at a terminal; as it stands for whatever reads a pipe, since Markdown is text that others know how to show.
    if std::io::stdout().is_terminal() {
        screen.result(&markdown::laid_out(page, screen::width()));
    } else {
        screen.result(page);
    }
    Ok(Exit::Fine)
}

fn list(screen: &Screen) {
    for code in codes() {
        let Some(page) = explain(code) else { continue };
        screen.message(&Page { reason: "justscale-explanation", code, title: title(page), page });
        screen.result(&format!("{code}  {}\n", title(page).replace('`', "")));
    }
}

/// The page's first heading, without the code.
fn title(page: &str) -> &str {
    let heading = page.lines().next().unwrap_or_default().trim_start_matches('#').trim();
    match heading.split_once([':', ' ']) {
        Some((code, rest)) if code.starts_with("JS") => rest.trim_start_matches([':', ' ']),
        _ => heading,
    }
}

/// `js204` and `204` are `JS0204`.
fn canonical(asked: &str) -> String {
    let digits = asked.trim_start_matches(|letter: char| {
        letter.eq_ignore_ascii_case(&'j') || letter.eq_ignore_ascii_case(&'s')
    });
    if digits.len() <= 4 && !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit()) {
        format!("JS{digits:0>4}")
    } else {
        asked.to_uppercase()
    }
}

fn unknown(asked: &str, code: &str) -> Failure {
    let failure = if asked.starts_with('E') && asked.len() == 5 {
        Failure::usage(format!("`{asked}` is a fault of rustc's"))
            .help(format!("`rustc --explain {asked}` explains it"))
    } else {
        Failure::usage(format!("there is no fault `{asked}`"))
    };
    let near = nearest(code, codes());
    let failure = match near.as_slice() {
        [] => failure,
        near => failure.help(format!(
            "near it: {}",
            near.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
        )),
    };
    failure.help("`justscale explain` lists all codes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_codes_too() {
        for asked in ["JS0204", "js0204", "js204", "204", "0204"] {
            assert_eq!(canonical(asked), "JS0204", "{asked}");
        }
        assert_eq!(canonical("borrow"), "BORROW");
        assert_eq!(canonical(""), "");
        assert_eq!(canonical("JS00204"), "JS00204");
    }

    #[test]
    fn a_title_has_no_code() {
        assert_eq!(title("# JS0204: a borrow\n\ntext"), "a borrow");
        assert_eq!(title("# JS0204 a borrow\n"), "a borrow");
        assert_eq!(title("# A borrow\n"), "A borrow");
    }
}
