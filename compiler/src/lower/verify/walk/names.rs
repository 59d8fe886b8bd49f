//! What names mean: those that are used, and those that patterns bind.

use std::rc::Rc;

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Expr, Pat};

use super::Walk;
use crate::lower::binding::{MARK, read};
use crate::lower::verify::graph::Event;
use crate::lower::verify::local::{Bytes, Local, Meaning, Use, name_of};
use crate::lower::verify::text::{self, Named};

impl Walk<'_> {
    pub(super) fn names(&mut self, ident: &proc_macro2::Ident, certain: bool) -> Option<(Local, usize)> {
        // A stand-in of ours has its mark in its name.
        let (mut found, mut is_ours) = (None, false);
        read(ident, |text| {
            is_ours = text.contains(MARK);
            found = self.scope.iter().rposition(|(other, _)| **other == *text);
        });
        if is_ours {
            return None;
        }
        self.uses(found, || name_of(ident), ident.span(), certain)
    }

    /// A use of what was found in the scope at this position.
    fn uses(
        &mut self,
        found: Option<usize>,
        name: impl FnOnce() -> Rc<str>,
        span: Span,
        certain: bool,
    ) -> Option<(Local, usize)> {
        let meaning: Option<Meaning> = found.and_then(|at| self.scope.get(at)).cloned();
        let (name, local) = meaning.map_or_else(|| (name(), None), |(name, local)| (name, Some(local)));
        self.found.uses.push(Use { span, bytes: Bytes::of(span), name, local: local.clone(), certain });
        local.zip(found)
    }

    pub(super) fn read(&mut self, ident: &proc_macro2::Ident, certain: bool) {
        if let Some((local, _)) = self.names(ident, certain) {
            self.happens(Event::Read(local));
        }
    }

    pub(super) fn text(&mut self, literal: &str, span: Span, own: &[String]) {
        for name in text::placeholders(literal) {
            let found = self.scope.iter().rposition(|(other, _)| **other == *name);
            if !own.contains(&name)
                && let Some((local, _)) = self.uses(found, || name.into(), span, false)
            {
                self.happens(Event::Read(local));
            }
        }
    }

    pub(super) fn tokens(&mut self, mac: &syn::Macro) {
        for named in text::named(&mac.tokens) {
            match named {
                Named::Word(word) => self.read(&word, false),
                Named::Text(text, span) => self.text(&text, span, &[]),
            }
        }
    }

    /// Binds what a pattern binds, then runs its guards.
    pub(in crate::lower::verify) fn bind(&mut self, pat: &Pat) {
        self.pattern(pat, Event::Born);
    }

    pub(super) fn pattern(&mut self, pat: &Pat, event: fn(Local) -> Event) {
        let mut bound = Bound::default();
        bound.visit_pat(pat);
        let mut first: Vec<Meaning> = Vec::new();
        for ident in bound.idents {
            let (name, bytes) = (name_of(ident), Bytes::of(ident.span()));
            let local = match self.written {
                Some(written) => written.local(Rc::clone(&name), bytes),
                None => match first.iter().find(|(other, _)| *other == name) {
                    Some((_, local)) => local.clone(),
                    None => {
                        let local = Local::Written { at: bytes.start(), name: Rc::clone(&name) };
                        first.push((Rc::clone(&name), local.clone()));
                        local
                    }
                },
            };
            self.found.binders.insert(bytes, local.clone());
            self.scope.push((name, local.clone()));
            self.happens(event(local));
        }
        let otherwise = self.fresh();
        bound.guards.iter().for_each(|guard| self.condition(guard, otherwise));
    }
}

/// The names that a pattern binds, and its guards.
#[derive(Default)]
struct Bound<'p> {
    idents: Vec<&'p proc_macro2::Ident>,
    guards: Vec<&'p Expr>,
}

impl<'p> Visit<'p> for Bound<'p> {
    fn visit_pat_ident(&mut self, pat: &'p syn::PatIdent) {
        let says_so = pat.by_ref.is_some() || pat.mutability.is_some() || pat.subpat.is_some();
        if says_so || !pat.ident.to_string().starts_with(char::is_uppercase) {
            self.idents.push(&pat.ident);
        }
        visit::visit_pat_ident(self, pat);
    }

    fn visit_pat_guard(&mut self, guarded: &'p syn::PatGuard) {
        self.visit_pat(&guarded.pat);
        self.guards.push(&guarded.guard);
    }

    fn visit_expr(&mut self, _: &'p Expr) {}
    fn visit_type(&mut self, _: &'p syn::Type) {}
}
