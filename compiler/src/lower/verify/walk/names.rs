//! What names mean: those that are used, and those that patterns bind.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Expr, Pat};

use super::{Use, Walk};
use crate::lower::binding::MARK;
use crate::lower::verify::graph::Event;
use crate::lower::verify::local::{Bytes, Local, name_of};
use crate::lower::verify::text::{self, Named};

impl Walk<'_> {
    pub(super) fn names(&mut self, ident: &proc_macro2::Ident, certain: bool) -> Option<(Local, usize)> {
        if ident.to_string().contains(MARK) {
            return None;
        }
        self.uses(name_of(ident), ident.span(), certain)
    }

    fn uses(&mut self, name: String, span: Span, certain: bool) -> Option<(Local, usize)> {
        let at = self.scope.iter().rposition(|(other, _)| *other == name);
        let found = at.and_then(|at| Some((self.scope.get(at)?.1.clone(), at)));
        let local = found.as_ref().map(|(local, _)| local.clone());
        self.found.uses.push(Use { span, name, local, certain });
        found
    }

    pub(super) fn read(&mut self, ident: &proc_macro2::Ident, certain: bool) {
        if let Some((local, _)) = self.names(ident, certain) {
            self.happens(Event::Read(local));
        }
    }

    pub(super) fn text(&mut self, literal: &str, span: Span, own: &[String]) {
        for name in text::placeholders(literal) {
            if !own.contains(&name)
                && let Some((local, _)) = self.uses(name, span, false)
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
        let mut first: HashMap<String, Local> = HashMap::new();
        for ident in bound.idents {
            let name = name_of(ident);
            let local = match self.written {
                Some(written) => written.local(ident, ident.span()),
                None => {
                    let at = ident.span().byte_range().start;
                    first.entry(name.clone()).or_insert(Local::Written { at, name: name.clone() }).clone()
                }
            };
            self.found.binders.insert(Bytes::of(ident.span()), local.clone());
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
