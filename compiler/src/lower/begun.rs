//! Futures that have a name before they are awaited: `let charge = billing.charge(id); log(); charge.await`.
//!
//! A future can't be kept, so that the statements from its `let` on are part of the state that awaits it.

use std::collections::{HashMap, VecDeque};

use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::binding::{BindingId, identity};
use super::cut;
use super::resolve::sole_binding;
use super::wording::is_together;

/// The initialiser of `let charge = billing.charge(id().await);`, where `charge.await` comes later: its own awaits come before.
pub(crate) fn awaited_later<'s>(stmt: &'s mut Stmt, rest: &VecDeque<Stmt>) -> Option<&'s mut Expr> {
    if !cut::stmt(stmt) {
        return None;
    }
    let Stmt::Local(local) = stmt else { return None };
    let id = sole_binding(&local.pat).and_then(identity)?;
    let init = local.init.as_mut().filter(|init| init.diverge.is_none())?;
    let awaits = |stmt: &Stmt| awaited_locals(stmt).contains(&id);
    (!gives_what_was_awaited(&init.expr) && rest.iter().any(awaits)).then_some(&mut *init.expr)
}

/// What is awaited was begun by the statements before: `let charge = billing.charge(id); charge.await`. A future can't be kept, so these
/// statements are part of the state that awaits it; what stands in the `let` is what is awaited.
pub(crate) fn begun_before(awaited: Expr, code: &mut Vec<Stmt>) -> (Expr, Vec<Stmt>) {
    let locals: Vec<BindingId> = match &awaited {
        Expr::Call(call) if is_together(call) => call.args.iter().filter_map(local).collect(),
        other => local(other).into_iter().collect(),
    };
    let begins = |stmt: &Stmt| match stmt {
        Stmt::Local(local) => {
            let id = sole_binding(&local.pat).and_then(identity)?;
            let init = local.init.as_ref().filter(|_| locals.contains(&id))?;
            (!cut::expr(&init.expr) && !gives_what_was_awaited(&init.expr))
                .then(|| (id, (*init.expr).clone()))
        }
        _ => None,
    };
    let Some(first) = code.iter().position(|stmt| begins(stmt).is_some()) else {
        return (awaited, Vec::new());
    };
    let begun = code.split_off(first);
    if begun.iter().any(cut::stmt) {
        code.extend(begun);
        return (awaited, Vec::new());
    }
    let makers: HashMap<BindingId, Expr> = begun.iter().filter_map(begins).collect();
    // A call says better than the local what is awaited; an async block does not.
    let made = |expr: &Expr| {
        let maker = local(expr).and_then(|id| makers.get(&id));
        maker.filter(|maker| matches!(maker, Expr::Call(_) | Expr::MethodCall(_))).cloned()
    };
    let awaited = match awaited {
        Expr::Call(mut call) if is_together(&call) => {
            call.args.iter_mut().for_each(|arg| *arg = made(arg).unwrap_or_else(|| arg.clone()));
            Expr::Call(call)
        }
        other => made(&other).unwrap_or(other),
    };
    (awaited, begun)
}

/// `charge`, or `(&mut charge)`.
fn local(expr: &Expr) -> Option<BindingId> {
    match expr {
        Expr::Paren(paren) => local(&paren.expr),
        Expr::Reference(reference) if reference.mutability.is_some() => local(&reference.expr),
        Expr::Path(path) => path.path.get_ident().and_then(identity),
        _ => None,
    }
}

/// The locals that a statement awaits.
fn awaited_locals(stmt: &Stmt) -> Vec<BindingId> {
    struct Awaited(Vec<BindingId>);
    impl<'ast> Visit<'ast> for Awaited {
        fn visit_expr_await(&mut self, await_: &'ast syn::ExprAwait) {
            self.0.extend(local(&await_.base));
            visit::visit_expr_await(self, await_);
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut awaited = Awaited(Vec::new());
    awaited.visit_stmt(stmt);
    awaited.0
}

/// `child(order).start().await?` gives a handle, which can be kept.
fn gives_what_was_awaited(expr: &Expr) -> bool {
    match expr {
        Expr::Await(_) => true,
        Expr::Try(try_) => gives_what_was_awaited(&try_.expr),
        Expr::Paren(paren) => gives_what_was_awaited(&paren.expr),
        Expr::MethodCall(call) => gives_what_was_awaited(&call.receiver),
        _ => false,
    }
}
