//! Whether an arm may change a local, as far as its text shows: then its field is bound `mut`, if the user's binding was.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::binding::BindingId;
use super::operand::{is_compound, root};
use super::{mentions, wording};

/// The locals that these statements may change.
pub(crate) fn mutated<'a>(stmts: impl IntoIterator<Item = &'a Stmt>) -> BTreeSet<BindingId> {
    let mut finder = Finder::default();
    stmts.into_iter().for_each(|stmt| finder.visit_stmt(stmt));
    finder.found
}

/// The locals that an expression may change.
pub(crate) fn in_expr(expr: &Expr) -> BTreeSet<BindingId> {
    let mut finder = Finder::default();
    finder.visit_expr(expr);
    finder.found
}

/// The locals that these statements may change, where what methods of this name do everywhere in std is taken for read.
pub(crate) fn written(stmts: &[Stmt]) -> BTreeSet<BindingId> {
    let mut finder = Finder { reads: &READS, ..Finder::default() };
    stmts.iter().for_each(|stmt| finder.visit_stmt(stmt));
    finder.found
}

/// Whether an expression borrows something to change it.
pub(crate) fn borrows_mut(expr: &Expr) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
            self.0 |= reference.mutability.is_some();
            visit::visit_expr_reference(self, reference);
        }
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            self.0 |= call.method.to_string().split('_').any(|word| word == "mut");
            visit::visit_expr_method_call(self, call);
        }
    }
    let mut found = Found(false);
    found.visit_expr(expr);
    found.0
}

/// Methods that take `&self` wherever std has them.
const READS: [&str; 22] = [
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_slice",
    "as_str",
    "chars",
    "chunks",
    "clone",
    "contains",
    "contains_key",
    "ends_with",
    "first",
    "get",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "join",
    "last",
    "len",
    "starts_with",
    "to_string",
];

#[derive(Default)]
struct Finder {
    found: BTreeSet<BindingId>,
    /// Methods that are known not to change what they are called on.
    reads: &'static [&'static str],
}

impl Finder {
    fn place(&mut self, expr: &Expr) {
        self.found.extend(root(expr));
    }

    fn captured(&mut self, expr: &Expr) {
        mentions::each_in_expr(expr, &mut |id, _| {
            self.found.insert(id);
        });
    }

    fn taken_apart(&mut self, pat: &syn::Pat, expr: &Expr) {
        struct ByRefMut(bool);
        impl<'ast> Visit<'ast> for ByRefMut {
            fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
                self.0 |= pat.by_ref.is_some() && pat.mutability.is_some();
                visit::visit_pat_ident(self, pat);
            }
        }
        let mut by_ref_mut = ByRefMut(false);
        by_ref_mut.visit_pat(pat);
        if by_ref_mut.0 {
            self.place(expr);
        }
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Assign(assign) => self.assigned(&assign.left),
            Expr::Binary(binary) if is_compound(&binary.op) => self.place(&binary.left),
            Expr::Reference(reference) if reference.mutability.is_some() => self.place(&reference.expr),
            Expr::RawAddr(raw) => self.place(&raw.expr),
            Expr::MethodCall(call) if self.reads.iter().any(|name| call.method == name) => {}
            Expr::MethodCall(call) => self.place(&call.receiver),
            Expr::Call(call) if wording::is_call_of(call, "macro") => {
                call.args.iter().for_each(|arg| self.place(arg));
            }
            Expr::Call(call) => self.place(&call.func),
            Expr::Closure(_) | Expr::Async(_) | Expr::Macro(_) => self.captured(expr),
            Expr::Match(match_) => {
                match_.arms.iter().for_each(|arm| self.taken_apart(&arm.pat, &match_.expr));
            }
            Expr::Let(let_) => self.taken_apart(&let_.pat, &let_.expr),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.taken_apart(&local.pat, &init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        mentions::each_in_tokens(&mac.tokens, &mut |id, _| {
            self.found.insert(id);
        });
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

impl Finder {
    fn assigned(&mut self, left: &Expr) {
        match left {
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.assigned(elem)),
            Expr::Array(array) => array.elems.iter().for_each(|elem| self.assigned(elem)),
            Expr::Struct(struct_) => struct_.fields.iter().for_each(|field| self.assigned(&field.expr)),
            Expr::Call(call) => call.args.iter().for_each(|arg| self.assigned(arg)),
            other => self.place(other),
        }
    }
}
