//! Conditions that await: `if a && let Some(x) = b().await { … } else { … }`.

use syn::{Expr, Stmt};

use super::unnest::Unnest;
use super::{build, cut};

impl Unnest<'_> {
    /// `if a && let Some(x) = b().await { … } else { … }`: only what is evaluated first may await; otherwise the chain is nested.
    pub(super) fn condition(&mut self, mut if_: syn::ExprIf, out: &mut Vec<Stmt>) -> Expr {
        if !cut::expr(&if_.cond) {
            return Expr::If(if_);
        }
        let mut conjuncts = Vec::new();
        flatten(*if_.cond, &mut conjuncts);
        if !conjuncts.iter().skip(1).any(cut::expr) {
            let mut rest = conjuncts.into_iter();
            let first = rest.next().map_or(Expr::PLACEHOLDER, |first| self.residual(first, out));
            if_.cond = Box::new(rest.fold(first, build::and));
            return Expr::If(if_);
        }
        let span = if_.if_token.span;
        let then = build::block_expr(if_.then_branch.stmts);
        let otherwise = if_.else_branch.map(|(_, branch)| *branch);
        let Some(otherwise) = otherwise else {
            let nested = conjuncts.into_iter().rev().fold(then, |inner, conjunct| {
                build::if_(span, build::bare(conjunct), build::block_of(inner), None)
            });
            // The outermost stands here; those inside are statements of their own.
            return match nested {
                Expr::If(outermost) => self.condition(outermost, out),
                other => other,
            };
        };
        let label = syn::Lifetime::new("'chainᐧ", span);
        let found = build::break_(Some(label.clone()), Some(then));
        let nested = conjuncts.into_iter().rev().fold(found, |inner, conjunct| {
            build::if_(span, build::bare(conjunct), build::block_of(inner), None)
        });
        let mut stmts = vec![Stmt::Expr(nested, None)];
        stmts.extend(build::block_of(otherwise).stmts);
        build::labelled(label, stmts)
    }
}

/// `a && b && c`, one by one.
pub(super) fn flatten(expr: Expr, out: &mut Vec<Expr>) {
    match expr {
        Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
            flatten(*binary.left, out);
            flatten(*binary.right, out);
        }
        other => out.push(other),
    }
}
