//! What a package may be called: what cargo takes, and what rustc can build.

use crate::exit::{Failure, Outcome};
use std::path::Path;

/// The name of a new package. It is valid: cargo takes it, and it can be the name of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PackageName(String);

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];
/// Crates that a program has anyway, our own, and the folders that cargo makes in `target`.
const TAKEN: &[&str] = &[
    "alloc",
    "core",
    "proc_macro",
    "std",
    "test",
    "justscale",
    "justscale_build",
    "justscale_compiler",
    "justscale_macros",
    "build",
    "deps",
    "examples",
    "incremental",
];

impl PackageName {
    /// The name that a path ends in.
    pub(crate) fn of_path(path: &Path) -> Outcome<Self> {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        match absolute.file_name() {
            Some(name) => Self::new(&name.to_string_lossy()),
            None => Err(Failure::usage(format!("`{}` does not end in a name", path.display()))
                .help("name the folder to make: `justscale new shop`")),
        }
    }

    fn new(name: &str) -> Outcome<Self> {
        let refused = |why: &str| {
            let failure = Failure::usage(format!("`{name}` can't be the name of a package: {why}"));
            match proposal(name) {
                Some(proposal) => failure.help(format!("`justscale new {proposal}` would do")),
                None => failure.help("use letters, digits, `-` and `_`, and a letter first"),
            }
        };
        let identifier = name.replace('-', "_");
        if name.chars().next().is_none_or(|first| !first.is_ascii_alphabetic()) {
            return Err(refused("it does not begin with a letter"));
        }
        if let Some(odd) = name.chars().find(|letter| !is_plain(*letter)) {
            let why = if odd == ' ' {
                "it has a space in it".to_owned()
            } else {
                format!("it has a `{odd}` in it")
            };
            return Err(refused(&why));
        }
        if KEYWORDS.contains(&identifier.as_str()) {
            return Err(refused("it is a keyword of Rust"));
        }
        if TAKEN.contains(&identifier.as_str()) {
            return Err(refused("a crate or a folder of cargo's has this name"));
        }
        if name.len() > 64 {
            return Err(refused("it has more than 64 letters"));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

/// A valid name that is near to an invalid one.
fn proposal(name: &str) -> Option<String> {
    let letters: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '-' }).collect();
    let words: Vec<&str> = letters.split('-').filter(|word| !word.is_empty()).collect();
    let joined = words.join("-");
    let joined = joined.trim_start_matches(|letter: char| !letter.is_ascii_alphabetic());
    let short: String = joined.chars().take(40).collect();
    [short.clone(), format!("{short}-app")]
        .into_iter()
        .find(|name| !name.starts_with('-') && PackageName::new_is_fine(name))
}

impl PackageName {
    fn new_is_fine(name: &str) -> bool {
        let identifier = name.replace('-', "_");
        name.chars().next().is_some_and(|first| first.is_ascii_alphabetic())
            && name.chars().all(is_plain)
            && !KEYWORDS.contains(&identifier.as_str())
            && !TAKEN.contains(&identifier.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_pass() {
        for name in ["shop", "my-shop", "my_shop", "shop2", "Shop", "asynchronous"] {
            assert_eq!(PackageName::new(name).unwrap().as_str(), name);
        }
        assert_eq!(PackageName::of_path(Path::new("apps/shop/")).unwrap().as_str(), "shop");
    }

    #[test]
    fn bad_names_are_refused_with_one_that_would_do() {
        let said: Vec<String> =
            ["my shop", "2nd", "async", "std", "shöp", "test", "-x", "…", "justscale", &"a".repeat(65)]
                .iter()
                .map(|name| {
                    let failure = PackageName::new(name).unwrap_err();
                    format!("{}\n  {}", failure.message, failure.help.join("\n  "))
                })
                .collect();
        insta::assert_snapshot!(said.join("\n"));
        assert!(PackageName::of_path(Path::new("/")).is_err());
    }
}
