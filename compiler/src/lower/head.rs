//! What a statement does first: whether it awaits before anything else, or is control flow that awaits inside.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::cut;

/// Whether a statement is control flow with an await inside.
pub(crate) fn is_cut_inside(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Local(local) => local.init.as_ref().is_some_and(|init| {
            init.diverge.as_ref().map_or_else(|| cut::inside(&init.expr), |(_, diverge)| cut::expr(diverge))
        }),
        Stmt::Expr(Expr::Return(return_), _) => return_.expr.as_deref().is_some_and(cut::inside),
        Stmt::Expr(Expr::Break(break_), _) => break_.expr.as_deref().is_some_and(cut::inside),
        Stmt::Expr(expr, _) => cut::inside(expr),
        _ => false,
    }
}

/// The await that a statement evaluates first, if it is one of its own and not inside its branches.
pub(crate) fn head_await(stmt: &Stmt) -> Option<(Expr, Span)> {
    match stmt {
        Stmt::Local(local) => head_of(&local.init.as_ref()?.expr),
        Stmt::Expr(Expr::Return(return_), _) => head_of(return_.expr.as_ref()?),
        Stmt::Expr(Expr::Break(break_), _) => head_of(break_.expr.as_ref()?),
        Stmt::Expr(expr, _) => head_of(expr),
        _ => None,
    }
}

fn head_of(expr: &Expr) -> Option<(Expr, Span)> {
    struct First(Option<(Expr, Span)>);
    impl<'ast> Visit<'ast> for First {
        fn visit_expr_await(&mut self, await_: &'ast syn::ExprAwait) {
            self.0.get_or_insert_with(|| ((*await_.base).clone(), await_.await_token.span));
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
        fn visit_pat(&mut self, _: &'ast syn::Pat) {}
        fn visit_expr(&mut self, expr: &'ast Expr) {
            visit::visit_expr(self, expr);
        }
    }
    let mut first = First(None);
    match expr {
        Expr::If(if_) => first.visit_expr(&if_.cond),
        Expr::Match(match_) => first.visit_expr(&match_.expr),
        Expr::ForLoop(for_) => first.visit_expr(&for_.expr),
        construct if cut::is_construct(construct) => {}
        other => first.visit_expr(other),
    }
    first.0
}
