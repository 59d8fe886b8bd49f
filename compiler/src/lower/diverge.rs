//! Code that never comes to its end, as far as its text shows.

use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt};

use super::jump;
use super::macros::{ReadMacro, behind};

/// Whether statements never come to their end.
pub(crate) fn stmts(stmts: &[Stmt], macros: &[ReadMacro]) -> bool {
    stmts.iter().any(|stmt| self::stmt(stmt, macros))
}

/// Whether a statement never comes to its end.
pub(crate) fn stmt(stmt: &Stmt, macros: &[ReadMacro]) -> bool {
    match stmt {
        Stmt::Expr(expr, _) => self::expr(expr, macros),
        Stmt::Local(local) => local.init.as_ref().is_some_and(|init| expr(&init.expr, macros)),
        _ => false,
    }
}

fn block(block: &Block, macros: &[ReadMacro]) -> bool {
    stmts(&block.stmts, macros)
}

/// Whether an expression never has a value.
pub(crate) fn expr(expr: &Expr, macros: &[ReadMacro]) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Call(call) if jump::target(expr).is_some() || is_panic(call, macros) => true,
        Expr::Block(labelled) if labelled.label.is_some() => {
            block(&labelled.block, macros) && !breaks(&labelled.block, labelled.label.as_ref(), false)
        }
        Expr::Block(plain) => block(&plain.block, macros),
        Expr::Unsafe(unsafe_) => block(&unsafe_.block, macros),
        Expr::Paren(paren) => self::expr(&paren.expr, macros),
        Expr::If(if_) => {
            let otherwise = if_.else_branch.as_ref();
            block(&if_.then_branch, macros) && otherwise.is_some_and(|(_, branch)| self::expr(branch, macros))
        }
        Expr::Match(match_) => {
            // One without arms looks at what never is.
            self::expr(&match_.expr, macros) || match_.arms.iter().all(|arm| self::expr(&arm.body, macros))
        }
        Expr::Loop(loop_) => !breaks(&loop_.body, loop_.label.as_ref(), true),
        _ => false,
    }
}

fn is_panic(call: &syn::ExprCall, macros: &[ReadMacro]) -> bool {
    behind(call, macros).is_some_and(|(read, _)| {
        ["panic", "todo", "unimplemented", "unreachable"].iter().any(|name| read.is(name))
    })
}

/// Whether a `break` in the body leaves the loop or the labelled block around it.
fn breaks(body: &Block, label: Option<&syn::Label>, unlabelled: bool) -> bool {
    struct Breaks<'a> {
        label: Option<&'a syn::Label>,
        unlabelled: bool,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Breaks<'_> {
        fn visit_expr_break(&mut self, break_: &'ast syn::ExprBreak) {
            self.found |= match &break_.label {
                None => self.unlabelled,
                Some(label) => self.label.is_some_and(|own| own.name.ident == label.ident),
            };
            visit::visit_expr_break(self, break_);
        }
        fn visit_expr(&mut self, expr: &'ast Expr) {
            let is_loop = matches!(expr, Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_));
            let before = self.unlabelled;
            self.unlabelled = before && !is_loop;
            visit::visit_expr(self, expr);
            self.unlabelled = before;
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut visitor = Breaks { label, unlabelled, found: false };
    visitor.visit_block(body);
    visitor.found
}
