//! What a process's own await cuts. Closures, async blocks and items keep theirs to themselves; one in a `const` block is for rustc to refuse.

use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt};

#[derive(Default)]
struct Finder {
    found: bool,
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr_await(&mut self, _: &'ast syn::ExprAwait) {
        self.found = true;
    }
    fn visit_expr(&mut self, expr: &'ast Expr) {
        if !self.found {
            visit::visit_expr(self, expr);
        }
    }
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Whether an expression awaits.
pub(crate) fn expr(expr: &Expr) -> bool {
    let mut finder = Finder::default();
    finder.visit_expr(expr);
    finder.found
}

/// Whether a statement awaits.
pub(crate) fn stmt(stmt: &Stmt) -> bool {
    let mut finder = Finder::default();
    finder.visit_stmt(stmt);
    finder.found
}

/// Whether a block awaits.
pub(crate) fn block(block: &Block) -> bool {
    let mut finder = Finder::default();
    finder.visit_block(block);
    finder.found
}

/// Whether an await stands inside a construct of control flow, rather than in what the construct looks at first.
pub(crate) fn inside(expr: &Expr) -> bool {
    match expr {
        Expr::If(if_) => {
            block(&if_.then_branch) || if_.else_branch.as_ref().is_some_and(|(_, branch)| self::expr(branch))
        }
        Expr::Match(match_) => match_.arms.iter().any(|arm| self::expr(&arm.body) || guard(arm)),
        Expr::ForLoop(for_) => block(&for_.body),
        Expr::Loop(_) | Expr::While(_) | Expr::Block(_) | Expr::Unsafe(_) => self::expr(expr),
        _ => false,
    }
}

/// Whether the guard of an arm awaits.
pub(crate) fn guard(arm: &syn::Arm) -> bool {
    matches!(&arm.pat, syn::Pat::Guard(guarded) if expr(&guarded.guard))
}

/// Whether an expression is control flow.
pub(crate) fn is_construct(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::If(_)
            | Expr::Match(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Block(_)
            | Expr::Unsafe(_)
    )
}
