//! What stands between two tokens.

use std::ops::Range;

use super::token::{Kind, Token};

/// What stands between two tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// A space.
    Space,
    /// What the user left between them, on one line.
    Own(Range<usize>),
    /// What the user left between them, with the end of a line in it.
    OwnLines(Range<usize>),
}

/// The gap before each token.
pub(super) fn gaps(source: &str, tokens: &[Token<'_>]) -> Vec<Gap> {
    let mut gaps = Vec::with_capacity(tokens.len());
    gaps.push(Gap::None);
    for pair in tokens.windows(2) {
        let [before, after] = pair else { continue };
        gaps.push(own(source, before, after).unwrap_or_else(|| spaced(before, after)));
    }
    gaps
}

/// What the user left between two tokens that are neighbours in the source.
fn own(source: &str, before: &Token<'_>, after: &Token<'_>) -> Option<Gap> {
    let range = before.own.as_ref()?.end..after.own.as_ref()?.start;
    if range.is_empty() && range.start == range.end {
        return Some(Gap::Own(range));
    }
    let text = source.get(range.clone())?;
    if !is_gap(text) {
        return None;
    }
    Some(if text.contains('\n') { Gap::OwnLines(range) } else { Gap::Own(range) })
}

/// Whether a text is nothing but spaces and comments.
fn is_gap(mut text: &str) -> bool {
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return true;
        } else if text.starts_with("//") {
            text = text.find('\n').and_then(|end| text.get(end..)).unwrap_or_default();
        } else if let Some(comment) = text.strip_prefix("/*") {
            // One inside of another is too rare to be kept.
            match comment.split_once("*/") {
                Some((inside, rest)) if !inside.contains("/*") => text = rest,
                _ => return false,
            }
        } else {
            return false;
        }
    }
}

fn spaced(before: &Token<'_>, after: &Token<'_>) -> Gap {
    let apart = match (before.kind, after.kind) {
        (Kind::Open(_), Kind::Close(_)) => false,
        (_, Kind::Behind) => true,
        (Kind::Open(_), _) => before.after,
        (_, Kind::Close(_)) => after.before,
        (Kind::Punct(_), Kind::Punct(_)) if before.joint && !is_separate(before, after) => false,
        (Kind::Word | Kind::Literal, Kind::Word | Kind::Literal) => true,
        _ => before.after && after.before,
    };
    if apart { Gap::Space } else { Gap::None }
}

/// Whether two characters of punctuation are read apart although they were written together: `>>` at the end of types.
fn is_separate(before: &Token<'_>, after: &Token<'_>) -> bool {
    before.after && after.before && before.is_punct('>') && after.is_punct('=')
}
