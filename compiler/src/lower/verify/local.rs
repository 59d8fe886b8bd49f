//! Which local a name means: told by the token that binds it in the user's text, which no pass moves.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use proc_macro2::{Ident, Span};

/// The bytes of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Bytes(usize, usize);

impl Bytes {
    /// Those of a span.
    pub(super) fn of(span: Span) -> Self {
        let range = span.byte_range();
        Bytes(range.start, range.end)
    }

    /// The first one.
    pub(super) fn start(self) -> usize {
        self.0
    }
}

/// A token that may name a local.
#[derive(Debug, Clone)]
pub(super) struct Use {
    pub(super) span: Span,
    pub(super) bytes: Bytes,
    pub(super) name: Rc<str>,
    pub(super) local: Option<Local>,
    /// Whether it is a name for certain: what stands in a macro need not be one.
    pub(super) certain: bool,
}

/// A name and the local that it means.
pub(super) type Meaning = (Rc<str>, Local);

/// A local.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Local {
    /// The user bound it, at this byte. In `A(x) | B(x)` the first counts.
    Written { at: usize, name: Rc<str> },
    /// A pass made it, for what stands here.
    Made { span: Bytes, name: Rc<str> },
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
    /// What each token that may be a local means, if it is one, by the tokens. A string can name several.
    uses: Vec<Use>,
    /// Locals that are read where they may have no value: rustc has a word for them.
    pub(super) unwritten: HashSet<Local>,
    /// Whether it holds what rustc refuses, whatever becomes of it: a `break` outside of a loop, a `let` that is no condition.
    pub(super) is_lost: bool,
}

impl Written {
    /// The local that is bound by the token at `span` and is called `name` now: the user's own, perhaps with a number, or one of a pass.
    pub(super) fn local(&self, name: Rc<str>, span: Bytes) -> Local {
        match self.binders.get(&span) {
            Some(local @ Local::Written { name: own, .. }) if is_numbered(&name, own) => local.clone(),
            _ => Local::Made { span, name },
        }
    }

    /// Takes note of what tokens mean.
    pub(super) fn note(&mut self, mut uses: Vec<Use>) {
        uses.sort_by_key(|used| used.bytes);
        self.uses = uses;
    }

    /// What this token means.
    pub(super) fn means(&self, token: Bytes) -> &[Use] {
        let from = self.uses.partition_point(|used| used.bytes < token);
        let found = self.uses.get(from..).unwrap_or_default();
        let count = found.iter().take_while(|used| used.bytes == token).count();
        found.get(..count).unwrap_or_default()
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
pub(super) fn name_of(ident: &Ident) -> Rc<str> {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).into()
}
