//! What was taken apart, in the form in which a person would have written it: no block in a block, no declaration just above its first
//! assignment.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, Stmt};

use super::binding::{BindingId, identity};
use super::macros::ReadMacro;
use super::resolve::sole_binding;
use super::{diverge, mentions};

/// Tidies the statements of an arm.
pub(crate) fn tidy(arm: &mut Vec<Stmt>, macros: &[ReadMacro]) {
    Tidy { macros }.stmts(arm);
}

/// Takes out `let text = text;`: two locals of one name, the first of which has become the second. In a block that others come after it
/// stays, since what it binds is dropped at the end of that block.
pub(crate) fn without_renames(arm: &mut Vec<Stmt>, macros: &[ReadMacro]) {
    struct Renames<'a>(&'a [ReadMacro]);
    impl VisitMut for Renames<'_> {
        fn visit_block_mut(&mut self, block: &mut syn::Block) {
            if diverge::stmts(&block.stmts, self.0) {
                without_renames(&mut block.stmts, self.0);
            } else {
                visit_mut::visit_block_mut(self, block);
            }
        }
        fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
        fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    let is_rename = |stmt: &Stmt| match stmt {
        Stmt::Local(syn::Local { pat: Pat::Ident(pat), init: Some(init), .. }) => {
            let plain = pat.by_ref.is_none() && pat.mutability.is_none() && pat.subpat.is_none();
            let same = matches!(&*init.expr, Expr::Path(path) if path.path.is_ident(&pat.ident));
            plain && same && init.diverge.is_none()
        }
        _ => false,
    };
    arm.retain(|stmt| !is_rename(stmt));
    arm.iter_mut().for_each(|stmt| Renames(macros).visit_stmt_mut(stmt));
}

struct Tidy<'a> {
    macros: &'a [ReadMacro],
}

impl Tidy<'_> {
    fn stmts(&mut self, stmts: &mut Vec<Stmt>) {
        stmts.iter_mut().for_each(|stmt| self.visit_stmt_mut(stmt));
        self.unwrap(stmts);
        initialise(stmts);
    }

    /// `…; { …; return x }` is `…; …; return x`: nothing comes after the block.
    fn unwrap(&self, stmts: &mut Vec<Stmt>) {
        match stmts.pop() {
            Some(Stmt::Expr(Expr::Block(block), _))
                if block.label.is_none()
                    && block.attrs.is_empty()
                    && !block.block.stmts.iter().any(|stmt| matches!(stmt, Stmt::Item(_)))
                    && diverge::stmts(&block.block.stmts, self.macros) =>
            {
                stmts.extend(block.block.stmts);
            }
            last => stmts.extend(last),
        }
    }
}

impl VisitMut for Tidy<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.stmts(&mut block.stmts);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        // Closures and async blocks are as the user wrote them.
        if !matches!(expr, Expr::Closure(_) | Expr::Async(_)) {
            visit_mut::visit_expr_mut(self, expr);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// `let x; x = 1;` is `let x = 1;`.
fn initialise(stmts: &mut Vec<Stmt>) {
    let mut position = 0;
    while let Some(stmt) = stmts.get(position) {
        match declared(stmt).and_then(|id| first_assignment(id, stmts, position + 1)) {
            Some(assignment) => {
                let Stmt::Local(mut local) = stmts.remove(position) else { return };
                let Some(Stmt::Expr(Expr::Assign(assign), _)) = stmts.get(assignment - 1).cloned() else {
                    return;
                };
                local.init =
                    Some(syn::LocalInit { eq_token: assign.eq_token, expr: assign.right, diverge: None });
                stmts.splice(assignment - 1..assignment, [Stmt::Local(local)]);
            }
            None => position += 1,
        }
    }
}

/// The binding of `let x;`.
fn declared(stmt: &Stmt) -> Option<BindingId> {
    match stmt {
        Stmt::Local(syn::Local { pat, init: None, .. }) => sole_binding(pat).and_then(identity),
        _ => None,
    }
}

/// The first statement that names the binding, if it does nothing but write it.
fn first_assignment(id: BindingId, stmts: &[Stmt], from: usize) -> Option<usize> {
    let named = |stmt: &Stmt| mentions::is_in_stmt(stmt, id);
    let first = stmts.iter().skip(from).position(named)? + from;
    let Stmt::Expr(Expr::Assign(assign), Some(_)) = stmts.get(first)? else { return None };
    let Expr::Path(path) = &*assign.left else { return None };
    let writes = path.path.get_ident().and_then(identity) == Some(id);
    (writes && !mentions::in_expr(&assign.right).contains(&id)).then_some(first)
}
