//! Code that is never reached, with locals of earlier arms in it. An arm is not given what only such code names, so rustc could not tell
//! its type: the code goes.

use std::collections::BTreeSet;

use syn::Stmt;
use syn::visit_mut::VisitMut;

use super::binding::BindingId;
use super::macros::ReadMacro;
use super::{diverge, mentions};

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
