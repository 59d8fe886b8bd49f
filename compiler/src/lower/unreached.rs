//! Code that is never reached, with locals of earlier arms in it. An arm is not given what only such code names, so rustc could not tell
//! its type: the code goes.

use std::collections::BTreeSet;

use syn::visit_mut::VisitMut;
use syn::{Expr, Stmt, parse_quote};

use super::binding::BindingId;
use super::macros::ReadMacro;
use super::{build, diverge, mentions};

/// Takes out what comes after a statement that never ends, from the first that names one of these bindings on.
pub(crate) fn cut(body: &mut Vec<Stmt>, names: &BTreeSet<BindingId>, macros: &[ReadMacro]) {
    if !names.is_empty() {
        Cut { names, macros }.stmts(body);
    }
}

struct Cut<'a> {
    names: &'a BTreeSet<BindingId>,
    macros: &'a [ReadMacro],
}

impl Cut<'_> {
    fn stmts(&mut self, stmts: &mut Vec<Stmt>) {
        if let Some(last) = stmts.iter().position(|stmt| diverge::stmt(stmt, self.macros)) {
            let mut after = stmts.iter().skip(last + 1);
            let kept = after
                .position(|stmt| !mentions::in_stmts(std::slice::from_ref(stmt)).is_disjoint(self.names));
            stmts.truncate(kept.map_or(stmts.len(), |kept| last + 1 + kept));
        }
        stmts.iter_mut().for_each(|stmt| self.visit_stmt_mut(stmt));
    }
}

impl VisitMut for Cut<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.stmts(&mut block.stmts);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Where a block that only does something has a value behind a statement that never ends, nobody takes that value, whatever its type is:
/// `if paid { return 1; 2 }` becomes `if paid { return 1; let _ = 2; }`.
pub(crate) fn without_values(stmts: &mut [Stmt], macros: &[ReadMacro]) {
    for stmt in stmts {
        if let Stmt::Expr(expr, _) = stmt {
            in_branches(expr, macros);
        }
    }
}

fn in_branches(expr: &mut Expr, macros: &[ReadMacro]) {
    match expr {
        Expr::If(if_) => {
            in_block(&mut if_.then_branch, macros);
            if let Some((_, otherwise)) = &mut if_.else_branch {
                in_branches(otherwise, macros);
            }
        }
        Expr::Match(match_) => match_.arms.iter_mut().for_each(|arm| in_branches(&mut arm.body, macros)),
        Expr::Block(block) if block.label.is_none() => in_block(&mut block.block, macros),
        Expr::Unsafe(block) => in_block(&mut block.block, macros),
        _ => {}
    }
}

fn in_block(block: &mut syn::Block, macros: &[ReadMacro]) {
    without_values(&mut block.stmts, macros);
    if let Some((Stmt::Expr(_, None), before)) = block.stmts.split_last()
        && diverge::stmts(before, macros)
        && let Some(Stmt::Expr(value, _)) = block.stmts.pop()
    {
        block.stmts.push(build::let_(parse_quote!(_), value));
    }
}
