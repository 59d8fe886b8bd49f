//! Bindings that an arm makes and that only later arms use, which make them again: here they are not bound.

use std::collections::HashSet;

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt, parse_quote};

use super::binding::{BindingId, identity};
use super::borrow::Remakes;
use super::resolve::sole_binding;
use super::scope;

/// Takes them out of the patterns of an arm. A closure or an async block that nobody uses goes with its name.
pub(crate) fn forget(body: &mut Vec<Stmt>, remakes: &Remakes) {
    let mut used = HashSet::new();
    scope::each_use(body, Vec::new(), &mut |id, _, _| {
        used.insert(id);
    });
    let mut forget = Forget { unused: &|id| remakes.makes(id) && !used.contains(&id) };
    forget.stmts(body);
}

struct Forget<'a> {
    unused: &'a dyn Fn(BindingId) -> bool,
}

impl Forget<'_> {
    fn stmts(&mut self, stmts: &mut Vec<Stmt>) {
        stmts.retain(|stmt| !self.is_idle(stmt));
        stmts.iter_mut().for_each(|stmt| self.visit_stmt_mut(stmt));
    }

    /// `let unused = || …;`
    fn is_idle(&self, stmt: &Stmt) -> bool {
        let Stmt::Local(syn::Local { pat, init: Some(init), .. }) = stmt else { return false };
        matches!(&*init.expr, Expr::Closure(_) | Expr::Async(_))
            && sole_binding(pat).and_then(identity).is_some_and(self.unused)
    }
}

impl VisitMut for Forget<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.stmts(&mut block.stmts);
    }

    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        leave_out(pat, self.unused);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        // What stands in a closure or an async block is never made again outside of it.
        if !matches!(expr, Expr::Closure(_) | Expr::Async(_)) {
            visit_mut::visit_expr_mut(self, expr);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Takes names out of a pattern.
pub(crate) fn leave_out(pat: &mut Pat, unwanted: &dyn Fn(BindingId) -> bool) {
    struct LeaveOut<'a>(&'a dyn Fn(BindingId) -> bool);
    impl VisitMut for LeaveOut<'_> {
        fn visit_pat_mut(&mut self, pat: &mut Pat) {
            if let Pat::Ident(ident) = pat
                && identity(&ident.ident).is_some_and(self.0)
            {
                *pat = match ident.subpat.take() {
                    Some((_, subpat)) => *subpat,
                    None => parse_quote!(_),
                };
            }
            visit_mut::visit_pat_mut(self, pat);
        }
        fn visit_expr_mut(&mut self, _: &mut Expr) {}
    }
    LeaveOut(unwanted).visit_pat_mut(pat);
}
