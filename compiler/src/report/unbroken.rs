//! Keeps code in one line where a report's text is broken into lines: a text with code in backticks in, the same with marks that
//! forbid a break out, and, once the lines are made, the text without marks again.

/// Forbids a break between the two characters beside it; it has no width.
const JOINER: char = '\u{2060}';
/// A space at which no line is broken.
const FIRM_SPACE: char = '\u{a0}';
/// Code that is longer is broken where it must be: a line would hold little else.
const LONGEST: usize = 48;

/// The text, with what stands in backticks unbreakable.
pub(super) fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(2 * text.len());
    for (number, part) in text.split('`').enumerate() {
        if number > 0 {
            out.push('`');
        }
        if number % 2 == 1 && part.chars().count() <= LONGEST {
            out.extend(
                part.chars().flat_map(|letter| [JOINER, if letter == ' ' { FIRM_SPACE } else { letter }]),
            );
            out.push(JOINER);
        } else {
            out.push_str(part);
        }
    }
    out
}

/// A rendered report without the marks.
pub(super) fn plain(rendered: &str) -> String {
    rendered.replace(JOINER, "").replace(FIRM_SPACE, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_kept_together_and_comes_back_as_it_was() {
        let text = "write `mod orders;`, or `src/main.rs` - either will do";
        let marked = unbroken(text);
        assert!(!marked.contains("mod orders") && !marked.contains("src/main"), "{marked}");
        assert!(marked.ends_with("` - either will do"), "what is no code may be broken: {marked}");
        assert_eq!(plain(&marked), text);
    }

    #[test]
    fn what_no_line_would_hold_may_be_broken() {
        let text = format!("write `{}`", "x ".repeat(40));
        assert_eq!(unbroken(&text), text);
    }
}
