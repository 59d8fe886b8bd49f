//! Which local a name means: told by the token that binds it in the user's text, which no pass moves.

use std::collections::{HashMap, HashSet};
use std::fmt;

use proc_macro2::{Ident, Span};

/// The bytes of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Bytes(usize, usize);

impl Bytes {
    /// Those of a span.
    pub(super) fn of(span: Span) -> Self {
        let range = span.byte_range();
        Bytes(range.start, range.end)
    }
}

/// A local.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Local {
    /// The user bound it, at this byte. In `A(x) | B(x)` the first counts.
    Written { at: usize, name: String },
    /// A pass made it, for what stands here.
    Made { span: Bytes, name: String },
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Local::Written { name, .. } | Local::Made { name, .. }) = self;
        write!(f, "`{name}`")
    }
}

/// What the user's text says.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// The locals, by the tokens that bind them.
    pub(super) binders: HashMap<Bytes, Local>,
    /// What each token that may be a local means, if it is one. A string can name several.
    pub(super) uses: HashMap<Bytes, Vec<(String, Option<Local>)>>,
    /// Locals that are read where they may have no value: rustc has a word for them.
    pub(super) unwritten: HashSet<Local>,
    /// Whether a `break` or `continue` stands outside of its loop.
    pub(super) is_lost: bool,
}

impl Written {
    /// The local that is bound by the token at `born` and is called `ident` now: the user's own, perhaps with a number, or one of a pass.
    pub(super) fn local(&self, ident: &Ident, born: Span) -> Local {
        let (span, name) = (Bytes::of(born), name_of(ident));
        match self.binders.get(&span) {
            Some(local @ Local::Written { name: own, .. }) if is_numbered(&name, own) => local.clone(),
            _ => Local::Made { span, name },
        }
    }

    /// The local that this token binds.
    pub(super) fn at(&self, span: Bytes) -> Option<&Local> {
        self.binders.get(&span)
    }
}

/// `x` or `x_2`.
fn is_numbered(name: &str, own: &str) -> bool {
    let rest = name.strip_prefix(own).map(|rest| rest.strip_prefix('_').unwrap_or(rest));
    rest.is_some_and(|rest| rest.chars().all(|digit| digit.is_ascii_digit()))
}

/// An identifier's name; `r#type` is `type`.
pub(super) fn name_of(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or_else(|| text.clone(), str::to_owned)
}
