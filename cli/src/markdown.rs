//! The pages behind fault codes, laid out for a terminal: wrapped, indented, with code that looks like code.
//!
//! It reads the Markdown that our own pages use (headings, paragraphs, lists, fenced code, bold and code in running text) and leaves
//! anything else as it stands, which is how Markdown was meant to be read.

use crate::palette::{CODE, HEADING};
use crate::rust_text;
use anstyle::Style;
use std::fmt::Write;

/// The page, no line of running text wider than `width`.
pub(crate) fn laid_out(page: &str, width: usize) -> String {
    let mut out = String::new();
    let mut paragraph = Paragraph::default();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let text = line.trim_start();
        if let Some(language) = text.strip_prefix("```") {
            paragraph.finish(&mut out, width);
            let code: Vec<&str> =
                lines.by_ref().take_while(|line| !line.trim_start().starts_with("```")).collect();
            write_code(&mut out, language.trim(), &code);
        } else if text.is_empty() {
            paragraph.finish(&mut out, width);
            separate(&mut out);
        } else if let Some(heading) = text.strip_prefix('#') {
            paragraph.finish(&mut out, width);
            let heading = heading.trim_start_matches('#').trim();
            let _ = writeln!(out, "{HEADING}{}{HEADING:#}", styled(heading, HEADING));
        } else if let Some((marker, rest)) = list_item(text) {
            paragraph.finish(&mut out, width);
            paragraph = Paragraph::item(line.len() - text.len(), marker, rest);
        } else {
            paragraph.words.extend(words(text));
        }
    }
    paragraph.finish(&mut out, width);
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
    out
}

/// Running text that is still being collected.
#[derive(Default)]
struct Paragraph {
    indent: usize,
    marker: String,
    words: Vec<String>,
}

impl Paragraph {
    fn item(indent: usize, marker: &str, text: &str) -> Self {
        let marker = if marker.ends_with('.') { format!("{marker} ") } else { "• ".to_owned() };
        Self { indent, marker, words: words(text) }
    }

    fn finish(&mut self, out: &mut String, width: usize) {
        let Self { indent, marker, words } = std::mem::take(self);
        if words.is_empty() {
            return;
        }
        let hang = indent + marker.chars().count();
        let mut line = format!("{:indent$}{marker}", "");
        let mut column = hang;
        for (number, word) in words.iter().enumerate() {
            let length = plain(word).chars().count();
            if number > 0 && column + 1 + length > width {
                let _ = writeln!(out, "{}", styled(&line, Style::new()));
                line = format!("{:hang$}", "");
                column = hang;
            } else if number > 0 {
                line.push(' ');
                column += 1;
            }
            line.push_str(word);
            column += length;
        }
        let _ = writeln!(out, "{}", styled(&line, Style::new()));
    }
}

/// Words, where code and bold text with spaces in it are one word each, so that no colour runs over a line's end.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for part in text.split(' ').filter(|part| !part.is_empty()) {
        match words.last_mut() {
            Some(last) if open => {
                last.push(' ');
                last.push_str(part);
            }
            _ => words.push(part.to_owned()),
        }
        open = words
            .last()
            .is_some_and(|word| word.matches('`').count() % 2 == 1 || word.matches("**").count() % 2 == 1);
    }
    words
}

fn list_item(text: &str) -> Option<(&str, &str)> {
    let (marker, rest) = text.split_once(' ')?;
    let numbered = marker
        .strip_suffix('.')
        .is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()));
    (marker == "-" || marker == "*" || numbered).then_some((marker, rest))
}

fn separate(out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

fn write_code(out: &mut String, language: &str, lines: &[&str]) {
    let code = lines.join("\n");
    let is_rust = language.split(',').next().is_some_and(|name| name.is_empty() || name == "rust");
    let shown = if is_rust { rust_text::highlighted(&code) } else { code };
    for line in shown.lines() {
        let _ = if line.is_empty() { writeln!(out) } else { writeln!(out, "    {line}") };
    }
}

/// Text as it is counted: without the marks.
fn plain(text: &str) -> String {
    text.replace("**", "").replace('`', "")
}

/// Text with its marks turned to colours; `around` is what goes on after each.
fn styled(text: &str, around: Style) -> String {
    let mut out = String::new();
    for (number, part) in text.split('`').enumerate() {
        if number % 2 == 1 {
            let _ = write!(out, "{CODE}{part}{CODE:#}{around}");
            continue;
        }
        for (number, part) in part.split("**").enumerate() {
            let _ = if number % 2 == 1 {
                write!(out, "{HEADING}{part}{HEADING:#}{around}")
            } else {
                write!(out, "{part}")
            };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# JS0204: a `borrow` over an await\n\nA reference is **still needed** after the process has been saved, and what it points at is `not \
        saved` with it. So it dangles.\n\n```rust\nlet x = &y;\n\nf().await;\n```\n\n## Ways out\n\n- Clone what you need from the value before the \
        line that awaits, which costs little.\n  It goes on here.\n- Borrow again.\n1. First.\n";

    #[test]
    fn a_page_is_wrapped_and_indented() {
        insta::assert_snapshot!(anstream::adapter::strip_str(&laid_out(PAGE, 60)).to_string());
    }

    #[test]
    fn a_page_has_colours() {
        insta::assert_snapshot!(
            laid_out("# Of `x`\n\nIt is **so** with `a b` here.\n", 60).replace('\u{1b}', "␛")
        );
    }
}
