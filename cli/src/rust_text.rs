//! Rust on a terminal, in the terminal's own colours.
//!
//! syntect knows the grammar; its themes are made for one background and 24 bits of colour, so the theme here names scopes and the
//! sixteen colours of the terminal instead. What the colours say, the text says too: without them nothing is lost.

use anstyle::{AnsiColor, Style};
use std::fmt::Write;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};
use syntect::util::LinesWithEndings;

/// Rust with escape sequences around what has a colour.
pub(crate) fn highlighted(rust: &str) -> String {
    let syntaxes = SyntaxSet::load_defaults_newlines();
    let Some(syntax) = syntaxes.find_syntax_by_extension("rs") else { return rust.to_owned() };
    let colours = colours();
    let mut parser = ParseState::new(syntax);
    let mut scopes = ScopeStack::new();
    let mut out = String::with_capacity(rust.len() * 2);
    for line in LinesWithEndings::from(rust) {
        let Ok(changes) = parser.parse_line(line, &syntaxes) else { return rust.to_owned() };
        let mut from = 0;
        for (at, change) in changes {
            paint(&mut out, line.get(from..at).unwrap_or_default(), &scopes, &colours);
            from = at;
            if scopes.apply(&change).is_err() {
                return rust.to_owned();
            }
        }
        paint(&mut out, line.get(from..).unwrap_or_default(), &scopes, &colours);
    }
    out
}

fn paint(out: &mut String, text: &str, scopes: &ScopeStack, colours: &[(Scope, Style)]) {
    let style = scopes
        .as_slice()
        .iter()
        .rev()
        .find_map(|scope| colours.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)))
        .map(|(_, style)| *style)
        .filter(|_| !text.trim().is_empty());
    let _ = match style {
        // The end of the line stays outside, so that a pager can cut lines without leaving a colour open.
        Some(style) => {
            let end = text.trim_end_matches('\n').len();
            let (line, rest) = text.split_at(end);
            write!(out, "{style}{line}{style:#}{rest}")
        }
        None => write!(out, "{text}"),
    };
}

/// Scopes and their colours, the special ones first.
fn colours() -> Vec<(Scope, Style)> {
    let plain = |color: AnsiColor| color.on_default();
    [
        ("comment", Style::new().dimmed()),
        ("string", plain(AnsiColor::Green)),
        ("constant", plain(AnsiColor::Yellow)),
        ("entity.name.function", plain(AnsiColor::Blue)),
        ("support.function", plain(AnsiColor::Blue)),
        ("entity.name.macro", plain(AnsiColor::Blue)),
        ("support.macro", plain(AnsiColor::Blue)),
        ("entity.name", plain(AnsiColor::Cyan)),
        ("support.type", plain(AnsiColor::Cyan)),
        ("storage.type", plain(AnsiColor::Magenta)),
        ("storage.modifier", plain(AnsiColor::Magenta)),
        ("keyword.operator", Style::new()),
        ("keyword", plain(AnsiColor::Magenta)),
        ("variable.annotation", plain(AnsiColor::Yellow)),
        ("meta.annotation", plain(AnsiColor::Yellow)),
    ]
    .into_iter()
    .filter_map(|(scope, style)| Some((Scope::new(scope).ok()?, style)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_its_colours_the_text_is_the_text() {
        let rust = "// A comment.\n#[process(\"/a\")]\npub async fn a(n: u32) -> Vec<String> {\n    let x = 'c';\n    format!(\"{n}\")\n}\n";
        let shown = highlighted(rust);
        assert_ne!(shown, rust);
        assert_eq!(anstream::adapter::strip_str(&shown).to_string(), rust);
    }

    #[test]
    fn colours() {
        let shown =
            highlighted("// Why.\npub async fn a(n: u32) -> bool {\n    let s = \"x\";\n    n == 1\n}\n");
        insta::assert_snapshot!(shown.replace('\u{1b}', "␛"));
    }
}
