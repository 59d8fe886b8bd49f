//! Bindings: every name that a pattern binds gets an identity of its own, so that shadowing needs no rule.
//!
//! While a body is being lowered, an identifier that is a binding carries its identity in its text, as `missedᐧ7`. It keeps the span that
//! the user's token has. `name` takes the marks away again. The mark can't occur in a user's code by chance: it is a letter of the
//! Canadian syllabics.

use std::collections::HashSet;
use std::fmt::{self, Write};

use proc_macro2::{Ident, Span};

/// What parts an identifier's name from its identity.
pub(crate) const MARK: char = 'ᐧ';

/// The identity of a binding: its position in [`Bindings`].
pub(crate) type BindingId = usize;

/// What a binding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BindingKind {
    /// An owned parameter: kept from the start.
    Input,
    /// A borrowed parameter: a service, there in every arm.
    Service,
    /// A local of the user's.
    Local,
    /// A local of ours: an operand that must be evaluated before an await, or the rest of an iterator.
    Temporary,
}

/// What a binding's value is, as far as its text shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Nothing says that it is not owned.
    Owned,
    /// It is a reference, or holds one.
    Reference,
    /// It is a closure that owns what it uses.
    Closure,
    /// It is a text: a `&str` that is kept as a `String`.
    Text,
    /// It is an iterator whose items are owned, and can be kept.
    Iterator,
    /// It is an iterator over what it borrows.
    BorrowingIterator,
}

/// A name that a pattern binds.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    /// As the user wrote it; for a temporary, as it would be called.
    pub ident: Ident,
    /// What it is.
    pub kind: BindingKind,
    /// Whether the pattern says `mut`.
    pub mutable: bool,
    /// The type that the user wrote beside it.
    pub ty: Option<syn::Type>,
    /// What its value is, as far as its text shows.
    pub nature: Nature,
    /// Whether its name stands in the text of a macro that can't be read, so that it can't be changed.
    pub pinned: bool,
}

/// All bindings of a body, and the names that it uses from outside.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    all: Vec<Binding>,
    /// Single names that are no bindings: functions, constants, whatever stands in macros.
    pub outside: HashSet<String>,
}

impl Bindings {
    /// Makes a binding and gives the identifier that stands for it.
    pub(crate) fn add(&mut self, binding: Binding) -> (BindingId, Ident) {
        let id = self.all.len();
        let marked = marked(&binding.ident, id);
        self.all.push(binding);
        (id, marked)
    }

    /// Makes a temporary of this name; its span is that of the expression that it holds.
    pub(crate) fn temporary(&mut self, name: &str, span: Span, mutable: bool) -> Ident {
        let ident = Ident::new(name, span);
        let kind = BindingKind::Temporary;
        self.add(Binding { ident, kind, mutable, ty: None, nature: Nature::Owned, pinned: false }).1
    }

    /// The binding of this identity.
    pub(crate) fn get(&self, id: BindingId) -> Option<&Binding> {
        self.all.get(id)
    }

    /// The binding of this identity, to change it.
    pub(crate) fn get_mut(&mut self, id: BindingId) -> Option<&mut Binding> {
        self.all.get_mut(id)
    }

    /// The identifier that stands for a binding, at another place.
    pub(crate) fn marked(&self, id: BindingId, span: Span) -> Option<Ident> {
        let mut ident = marked(&self.get(id)?.ident, id);
        ident.set_span(span);
        Some(ident)
    }

    /// All of them, with their identities.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (BindingId, &Binding)> {
        self.all.iter().enumerate()
    }
}

fn marked(ident: &Ident, id: BindingId) -> Ident {
    let text = ident.to_string();
    let name = text.strip_prefix("r#").unwrap_or(&text);
    Ident::new(&format!("{name}{MARK}{id}"), ident.span())
}

/// The identity that an identifier carries.
pub(crate) fn identity(ident: &Ident) -> Option<BindingId> {
    let mut id = None;
    read(ident, |text| id = identity_in(text));
    id
}

/// Shows an identifier's text, without `r#`, as it stands in memory. Every pass asks every identifier, so that a `String` each time would
/// take longer than all else.
pub(crate) fn read(ident: &Ident, show: impl FnMut(&str)) {
    struct Reader<F>(F);
    impl<F: FnMut(&str)> Write for Reader<F> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            (self.0)(text);
            Ok(())
        }
    }
    // `r#` comes by itself, before the text.
    let _ = write!(Reader(show), "{ident}");
}

/// The identity that a word carries.
pub(crate) fn identity_in(word: &str) -> Option<BindingId> {
    let marked = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_marked = marked.strip_suffix(MARK).is_some_and(|name| !name.is_empty());
    if is_marked { word.get(marked.len()..)?.parse().ok() } else { None }
}

/// The words with an identity in a text, such as the string of a `format!`.
pub(crate) fn identities_in(text: &str) -> impl Iterator<Item = BindingId> + '_ {
    let text = if text.contains(MARK) { text } else { "" };
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.filter(|word| word.contains(MARK)).filter_map(identity_in)
}

/// Whether a path is one of the compiler's own stand-ins of this name: `jumpᐧ`, `raceᐧ`.
pub(crate) fn is_stand_in(path: &syn::Path, name: &str) -> bool {
    let mut is_it = false;
    if let Some(segment) = path.segments.first() {
        read(&segment.ident, |text| is_it = text.strip_suffix(MARK).is_some_and(|found| found == name));
    }
    is_it
}

/// The compiler's own stand-in of this name.
pub(crate) fn stand_in(name: &str, span: Span) -> Ident {
    Ident::new(&format!("{name}{MARK}"), span)
}
