//! Bindings that only other arms use: those that are made again there, and those that are declared here and written there. Here they
//! are not bound.

use std::collections::BTreeSet;

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt, parse_quote};

use super::binding::{BindingId, identity};
use super::borrow::Remakes;
use super::resolve::sole_binding;
use super::{mentions, merge};

/// What some code does with bindings.
pub(crate) struct Named {
    /// Those that it uses, other than by binding them.
    pub used: BTreeSet<BindingId>,
    /// Those that it binds.
    pub bound: BTreeSet<BindingId>,
}

impl Named {
    pub(crate) fn of(body: &[Stmt]) -> Self {
        Named { used: mentions::used(body), bound: merge::bound(body) }
    }
}

/// Takes them out of the patterns of an arm. A closure or an async block that only other arms use goes with its name, and so does a
/// declaration: for one that no arm uses, rustc has a word. Gives what the arm names then.
pub(crate) fn forget(body: &mut Vec<Stmt>, remakes: &Remakes, used_anywhere: &BTreeSet<BindingId>) -> Named {
    let Named { used, bound } = Named::of(body);
    if !bound.difference(&used).any(|id| remakes.makes(*id) || used_anywhere.contains(id)) {
        return Named { used, bound };
    }
    let mut forget = Forget {
        remade: &|id| remakes.makes(id) && !used.contains(&id),
        elsewhere: &|id| remakes.makes(id) && !used.contains(&id) && used_anywhere.contains(&id),
        declared: &|id| used_anywhere.contains(&id) && !used.contains(&id),
    };
    forget.stmts(body);
    Named::of(body)
}

struct Forget<'a> {
    remade: &'a dyn Fn(BindingId) -> bool,
    elsewhere: &'a dyn Fn(BindingId) -> bool,
    declared: &'a dyn Fn(BindingId) -> bool,
}

impl Forget<'_> {
    fn stmts(&mut self, stmts: &mut Vec<Stmt>) {
        stmts.retain(|stmt| !self.is_idle(stmt));
        stmts.iter_mut().for_each(|stmt| self.visit_stmt_mut(stmt));
    }

    /// `let unused = || …;`, `let unused = &order;` or `let unused;`
    fn is_idle(&self, stmt: &Stmt) -> bool {
        let Stmt::Local(syn::Local { pat, init, .. }) = stmt else { return false };
        let Some(id) = sole_name(pat).and_then(identity) else { return false };
        match init.as_ref().map(|init| &*init.expr) {
            Some(Expr::Closure(_) | Expr::Async(_)) => (self.elsewhere)(id),
            Some(init) => is_bare(init) && (self.elsewhere)(id),
            None => (self.declared)(id),
        }
    }
}

/// The one name that a pattern is, or `ref` before it.
fn sole_name(pat: &Pat) -> Option<&proc_macro2::Ident> {
    match pat {
        Pat::Ident(ident) if ident.by_ref.is_some() && ident.subpat.is_none() => Some(&ident.ident),
        other => sole_binding(other),
    }
}

/// A literal, a local, or a borrow of one: to look at it does nothing.
fn is_bare(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Path(path) => path.path.get_ident().and_then(identity).is_some(),
        Expr::Reference(reference) => is_bare(&reference.expr),
        _ => false,
    }
}

impl VisitMut for Forget<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.stmts(&mut block.stmts);
    }

    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        leave_out(pat, self.remade);
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
