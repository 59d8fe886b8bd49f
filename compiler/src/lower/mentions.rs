//! Which bindings some code names, wherever: in expressions, patterns, macros and format strings.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::binding::{BindingId, identities_in, identity};

struct Mentions<'a> {
    visit: &'a mut dyn FnMut(BindingId, Span),
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_ident(&mut self, ident: &'ast Ident) {
        if let Some(id) = identity(ident) {
            (self.visit)(id, ident.span());
        }
    }

    fn visit_lit(&mut self, lit: &'ast syn::Lit) {
        if let syn::Lit::Str(text) = lit {
            identities_in(&text.token().to_string()).for_each(|id| (self.visit)(id, text.span()));
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        each_in_tokens(&mac.tokens, self.visit);
    }

    fn visit_type(&mut self, _: &'ast syn::Type) {}

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Each binding that an expression names, with the span of the token that names it.
pub(crate) fn each_in_expr(expr: &Expr, visit: &mut dyn FnMut(BindingId, Span)) {
    Mentions { visit }.visit_expr(expr);
}

/// The bindings that an expression names.
pub(crate) fn in_expr(expr: &Expr) -> BTreeSet<BindingId> {
    let mut found = BTreeSet::new();
    each_in_expr(expr, &mut |id, _| {
        found.insert(id);
    });
    found
}

/// The bindings that statements name.
pub(crate) fn in_stmts(stmts: &[Stmt]) -> BTreeSet<BindingId> {
    let mut found = BTreeSet::new();
    let mut visit = |id, _| {
        found.insert(id);
    };
    let mut mentions = Mentions { visit: &mut visit };
    stmts.iter().for_each(|stmt| mentions.visit_stmt(stmt));
    found
}

/// The bindings that statements use, other than by binding them.
pub(crate) fn used(stmts: &[Stmt]) -> BTreeSet<BindingId> {
    struct Used(BTreeSet<BindingId>);
    impl<'ast> Visit<'ast> for Used {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.0.extend(identity(ident));
        }
        fn visit_lit(&mut self, lit: &'ast syn::Lit) {
            if let syn::Lit::Str(text) = lit {
                self.0.extend(identities_in(&text.token().to_string()));
            }
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            each_in_tokens(&mac.tokens, &mut |id, _| {
                self.0.insert(id);
            });
        }
        fn visit_pat(&mut self, pat: &'ast syn::Pat) {
            if let syn::Pat::Guard(guarded) = pat {
                self.visit_expr(&guarded.guard);
            }
        }
        fn visit_type(&mut self, _: &'ast syn::Type) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut used = Used(BTreeSet::new());
    stmts.iter().for_each(|stmt| used.visit_stmt(stmt));
    used.0
}

/// Whether a statement names a binding.
pub(crate) fn is_in_stmt(stmt: &Stmt, id: BindingId) -> bool {
    let mut found = false;
    Mentions { visit: &mut |named, _| found |= named == id }.visit_stmt(stmt);
    found
}

/// The bindings that a pattern binds; the `let`s of its guard are part of it.
pub(crate) fn in_pat(pat: &syn::Pat) -> Vec<BindingId> {
    struct Bound(Vec<BindingId>);
    impl<'ast> Visit<'ast> for Bound {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.0.extend(identity(&pat.ident));
            visit::visit_pat_ident(self, pat);
        }
        fn visit_expr(&mut self, expr: &'ast Expr) {
            match expr {
                Expr::Let(let_) => self.visit_pat(&let_.pat),
                Expr::Paren(paren) => self.visit_expr(&paren.expr),
                Expr::Binary(binary) => {
                    self.visit_expr(&binary.left);
                    self.visit_expr(&binary.right);
                }
                _ => {}
            }
        }
    }
    let mut bound = Bound(Vec::new());
    bound.visit_pat(pat);
    bound.0
}

/// Each binding in a macro's tokens, with the span of the token that names it.
pub(crate) fn each_in_tokens(tokens: &TokenStream, visit: &mut dyn FnMut(BindingId, Span)) {
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) => each_in_tokens(&group.stream(), visit),
            TokenTree::Ident(ident) => {
                if let Some(id) = identity(&ident) {
                    visit(id, ident.span());
                }
            }
            TokenTree::Literal(literal) => {
                for id in identities_in(&literal.to_string()).collect::<Vec<_>>() {
                    visit(id, literal.span());
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}
