//! First values of locals, as a fn of the runtime takes them: `let left = rest(items.into_iter());`.

use std::collections::BTreeSet;

use syn::Expr;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};

use super::binding::{BindingId, identity};
use super::build;
use super::region::Region;
use super::resolve::sole_binding;

/// Gives the first value of each of these locals to the runtime's fn of this name, which gives it back.
pub(super) fn wrap(regions: &mut [Region], locals: &BTreeSet<BindingId>, by: &str) {
    if locals.is_empty() {
        return;
    }
    let stmts = regions.iter_mut().flat_map(|region| &mut region.body);
    stmts.for_each(|stmt| Wrap { locals, by }.visit_stmt_mut(stmt));
}

struct Wrap<'a> {
    locals: &'a BTreeSet<BindingId>,
    by: &'a str,
}

impl VisitMut for Wrap<'_> {
    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        visit_mut::visit_local_mut(self, local);
        let id = sole_binding(&local.pat).and_then(identity);
        if let (Some(init), Some(true)) = (&mut local.init, id.map(|id| self.locals.contains(&id))) {
            let span = init.expr.span();
            let value = std::mem::replace(&mut *init.expr, Expr::PLACEHOLDER);
            let value = if self.by == "rest" { unpeeked(value) } else { value };
            *init.expr = build::runtime(self.by, span, [value]);
        }
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The rest of an iterator can be peeked at by itself.
fn unpeeked(expr: Expr) -> Expr {
    match expr {
        Expr::MethodCall(call) if call.method == "peekable" => *call.receiver,
        other => other,
    }
}
