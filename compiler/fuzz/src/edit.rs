//! Edits of a text: statements, expressions, patterns and tokens are left out, said twice, exchanged, wrapped, or taken from another text.

use std::ops::Range;

use crate::choices::Choices;
use crate::corpus::{Case, parts};

/// What is put around a statement; `@` is the statement.
const AROUND_STMTS: &[&str] = &[
    "@ @",
    "{ @ }",
    "if chance() { @ }",
    "if let Some(x) = pick().await { @ } else { @ }",
    "while chance() { @ }",
    "while let Some(x) = pick().await { @ if x { break; } }",
    "loop { @ break; }",
    "'a: loop { loop { @ break 'a; } }",
    "for i in 0..3 { @ }",
    "for x in &xs { @ }",
    "for (i, x) in xs.iter().enumerate() { @ }",
    "let x = { @ 1 };",
    "let x; @ x = 1;",
    "let f = || { @ };",
    "let f = async { @ }; f.await;",
    "match pick().await { Some(x) if x > 1 => { @ } _ => { @ } }",
    "let Some(x) = pick().await else { @ return };",
    "race! { x = pick() => { @ } _ = sleep(days(1)) => {} }",
    "unsafe { @ }",
    "#[cfg(test)] { @ }",
];

/// What is put around an expression; `@` is the expression.
const AROUND_EXPRS: &[&str] = &[
    "(@)",
    "{ @ }",
    "&@",
    "&mut @",
    "*@",
    "!@",
    "-@",
    "@?",
    "@.await",
    "@.await?",
    "f(@, @)",
    "f(@).await",
    "f(g().await, @)",
    "@.get(@)",
    "@.clone()",
    "@.as_ref()",
    "@.iter().rev()",
    "[@, @]",
    "(@, @)",
    "@[@]",
    "@ + @",
    "@ && @",
    "@ || f().await",
    "@ += @",
    "@ = @",
    "@ as u32",
    "@..@",
    "if @ { @ } else { @ }",
    "match @ { x => @ }",
    "match @ { Some(x) if @ => x, _ => @ }",
    "'b: { if @ { break 'b @; } @ }",
    "loop { break @; }",
    "return @",
    "(|x| @)(@)",
    "async { @ }",
    "format!(\"{}\", @)",
    "format!(\"{x} {id}\", x = @)",
    "vec![@, @]",
    "matches!(@, Some(x) if x == @)",
    "assert!(@, \"{}\", @)",
    "either!(@ != @)",
    "Some(@)",
    "Order { id: @, ..@ }",
];

const AROUND_PATS: &[&str] =
    &["@ | @", "Some(@)", "(@, @)", "ref @", "mut @", "&@", "x @ @", "[@, ..]", "_", "Order { id: @, .. }"];

/// A text made of the corpus by these choices.
pub fn mutated(corpus: &[Case], choices: &mut Choices<'_>) -> String {
    let Some(case) = choices.one(corpus) else { return String::new() };
    let mut text = case.text.clone();
    while choices.any() {
        let before = text.len();
        text = edited(&text, corpus, choices);
        // A text that is no Rust is not worth many edits more, and one that doubles each time never ends.
        if text.len() > 20_000 || text.len() == before && parts(&text).is_none() {
            break;
        }
    }
    text
}

fn edited(text: &str, corpus: &[Case], choices: &mut Choices<'_>) -> String {
    let Some(parts) = parts(text) else { return token_edited(text, choices) };
    let (kind, how) = (choices.below(8), choices.below(8));
    type Choose = fn(&crate::corpus::Parts) -> &Vec<Range<usize>>;
    let (list, around): (Choose, _) = match kind {
        0..3 => (|parts| &parts.stmts, AROUND_STMTS),
        3..6 => (|parts| &parts.exprs, AROUND_EXPRS),
        6 => (|parts| &parts.pats, AROUND_PATS),
        _ => return token_edited(text, choices),
    };
    let Some(range) = choices.one(list(&parts)).cloned() else { return text.to_owned() };
    let own = text.get(range.clone()).unwrap_or_default();
    let with = match how {
        0 => String::new(),
        1 => match choices.one(list(&parts)) {
            Some(other) => text.get(other.clone()).unwrap_or_default().to_owned(),
            None => String::new(),
        },
        2 | 3 => match choices.one(corpus) {
            Some(case) => match choices.one(list(&case.parts)) {
                Some(other) => case.text.get(other.clone()).unwrap_or_default().to_owned(),
                None => String::new(),
            },
            None => String::new(),
        },
        _ => choices.one(around).map_or_else(String::new, |around| around.replace('@', own)),
    };
    replaced(text, range, &with)
}

/// Leaves a token out, says it twice, or puts one of the same text in its place.
fn token_edited(text: &str, choices: &mut Choices<'_>) -> String {
    let tokens = tokens(text);
    let Some(range) = choices.one(&tokens).cloned() else { return text.to_owned() };
    let own = text.get(range.clone()).unwrap_or_default();
    let with = match choices.below(4) {
        0 => String::new(),
        1 => format!("{own} {own}"),
        _ => choices
            .one(&tokens)
            .map_or_else(String::new, |other| text.get(other.clone()).unwrap_or_default().to_owned()),
    };
    replaced(text, range, &with)
}

fn replaced(text: &str, range: Range<usize>, with: &str) -> String {
    let (before, after) = (text.get(..range.start), text.get(range.end..));
    format!("{}{with}{}", before.unwrap_or_default(), after.unwrap_or_default())
}

/// Words, and single other letters.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut in_word = false;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let is_word = letter.is_alphanumeric() || letter == '_';
        match found.last_mut() {
            Some(last) if is_word && in_word => last.end = end,
            _ if letter.is_whitespace() => {}
            _ => found.push(at..end),
        }
        in_word = is_word;
    }
    found
}
