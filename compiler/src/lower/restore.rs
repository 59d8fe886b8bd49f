//! The user's text again: identities become names.

use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Member, Stmt};

use super::binding::{MARK, identity, identity_in};
use super::names::Names;

/// Gives statements the names that were chosen.
pub(crate) fn restore(stmts: &mut [Stmt], names: &Names) {
    let mut restore = Restore { names };
    stmts.iter_mut().for_each(|stmt| restore.visit_stmt_mut(stmt));
}

struct Restore<'a> {
    names: &'a Names,
}

impl Restore<'_> {
    fn literal(&self, literal: &Literal) -> Option<Literal> {
        let text = literal.to_string();
        if !text.contains(MARK) {
            return None;
        }
        let mut renamed = String::new();
        let mut word = String::new();
        for letter in text.chars().chain(std::iter::once('\0')) {
            if letter.is_alphanumeric() || letter == '_' {
                word.push(letter);
                continue;
            }
            match identity_in(&word) {
                // A format string has no `r#`.
                Some(id) => renamed.push_str(self.names.name(id)),
                None => renamed.push_str(&word),
            }
            word.clear();
            renamed.push(letter);
        }
        let mut renamed: Literal = renamed.trim_end_matches('\0').parse().ok()?;
        renamed.set_span(literal.span());
        Some(renamed)
    }

    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        tokens
            .into_iter()
            .map(|token| match token {
                TokenTree::Group(group) => {
                    let mut restored = Group::new(group.delimiter(), self.tokens(group.stream()));
                    restored.set_span(group.span());
                    TokenTree::Group(restored)
                }
                TokenTree::Ident(ident) => TokenTree::Ident(self.ident(&ident)),
                TokenTree::Literal(literal) => TokenTree::Literal(self.literal(&literal).unwrap_or(literal)),
                other => other,
            })
            .collect()
    }

    fn ident(&self, ident: &Ident) -> Ident {
        identity(ident).map_or_else(|| ident.clone(), |id| self.names.ident(id, ident.span()))
    }
}

impl VisitMut for Restore<'_> {
    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        *ident = self.ident(ident);
    }

    fn visit_lit_mut(&mut self, lit: &mut syn::Lit) {
        if let syn::Lit::Str(text) = lit
            && let Some(restored) = self.literal(&text.token())
        {
            *lit = syn::Lit::new(restored);
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        mac.tokens = self.tokens(std::mem::take(&mut mac.tokens));
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        visit_mut::visit_field_value_mut(self, field);
        let same = matches!((&field.member, &field.expr), (Member::Named(member), Expr::Path(path)) if path.path.is_ident(member));
        if same && is_ours(field.colon_token, &field.member) {
            field.colon_token = None;
        }
    }

    fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
        visit_mut::visit_field_pat_mut(self, field);
        let same = matches!((&field.member, &*field.pat), (Member::Named(member), syn::Pat::Ident(pat)) if pat.ident == *member && pat.subpat.is_none());
        if same && is_ours(field.colon_token, &field.member) {
            field.colon_token = None;
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Path(path) = expr
            && path.path.is_ident("get")
        {
            let get = super::binding::stand_in("get", path.path.span());
            *expr = syn::parse_quote!(#get);
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Whether `resolve` has written this colon: it stands where the field's name does.
fn is_ours(colon: Option<syn::Token![:]>, member: &Member) -> bool {
    colon.is_some_and(|colon| colon.span.byte_range() == member.span().byte_range())
}
