//! A walk through statements that knows at every place which bindings are in scope.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::binding::{BindingId, identities_in, identity};
use super::{jump, mentions};

/// What a name stands for.
pub(crate) enum Named<'a> {
    /// A binding.
    Local(BindingId, Span),
    /// A fn of the module around.
    Outside(&'a syn::Ident),
}

/// Calls `visit` at each use of a name, with the bindings in scope there, the innermost last. A jump uses what its target keeps.
pub(crate) fn each_use<'a>(
    stmts: impl IntoIterator<Item = &'a Stmt>,
    outer: Vec<BindingId>,
    kept_by: &'a dyn Fn(usize) -> &'a [BindingId],
    visit: &'a mut dyn FnMut(Named<'_>, &[BindingId]),
) {
    let mut walk = Scoped { scope: outer, kept_by, visit };
    stmts.into_iter().for_each(|stmt| walk.visit_stmt(stmt));
}

struct Scoped<'a> {
    scope: Vec<BindingId>,
    kept_by: &'a dyn Fn(usize) -> &'a [BindingId],
    visit: &'a mut dyn FnMut(Named<'_>, &[BindingId]),
}

impl Scoped<'_> {
    fn stmts(&mut self, stmts: &[Stmt]) {
        self.scoped(|this| stmts.iter().for_each(|stmt| this.visit_stmt(stmt)));
    }

    fn scoped(&mut self, walk: impl FnOnce(&mut Self)) {
        let depth = self.scope.len();
        walk(self);
        self.scope.truncate(depth);
    }

    fn bind(&mut self, pat: &syn::Pat) {
        self.scope.extend(mentions::in_pat(pat));
    }
}

impl<'ast> Visit<'ast> for Scoped<'_> {
    fn visit_ident(&mut self, ident: &'ast syn::Ident) {
        if let Some(id) = identity(ident) {
            (self.visit)(Named::Local(id, ident.span()), &self.scope);
        }
    }

    fn visit_lit(&mut self, lit: &'ast syn::Lit) {
        if let syn::Lit::Str(text) = lit {
            let ids: Vec<BindingId> = identities_in(&text.token().to_string()).collect();
            ids.into_iter().for_each(|id| (self.visit)(Named::Local(id, text.span()), &self.scope));
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let (visit, scope) = (&mut self.visit, &self.scope);
        mentions::each_in_tokens(&mac.tokens, &mut |id, span| visit(Named::Local(id, span), scope));
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.stmts(&block.stmts);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        self.bind(&local.pat);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.scoped(|this| {
            this.bind(&arm.pat);
            if let syn::Pat::Guard(guarded) = &arm.pat {
                this.visit_expr(&guarded.guard);
            }
            this.visit_expr(&arm.body);
        });
    }

    fn visit_expr_if(&mut self, if_: &'ast syn::ExprIf) {
        self.scoped(|this| {
            this.visit_expr(&if_.cond);
            this.visit_block(&if_.then_branch);
        });
        if let Some((_, branch)) = &if_.else_branch {
            self.visit_expr(branch);
        }
    }

    fn visit_expr_let(&mut self, let_: &'ast syn::ExprLet) {
        self.visit_expr(&let_.expr);
        self.bind(&let_.pat);
    }

    fn visit_expr_while(&mut self, while_: &'ast syn::ExprWhile) {
        self.scoped(|this| visit::visit_expr_while(this, while_));
    }

    fn visit_expr_for_loop(&mut self, for_: &'ast syn::ExprForLoop) {
        self.visit_expr(&for_.expr);
        self.scoped(|this| {
            this.bind(&for_.pat);
            this.visit_block(&for_.body);
        });
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.scoped(|this| {
            closure.inputs.iter().for_each(|input| this.bind(input));
            this.visit_expr(&closure.body);
        });
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        if let Some(target) = jump::target(expr) {
            for id in (self.kept_by)(target) {
                (self.visit)(Named::Local(*id, Span::call_site()), &self.scope);
            }
        }
        if let Expr::Path(syn::ExprPath { qself: None, path, .. }) = expr
            && let Some(ident) = path.get_ident().filter(|ident| identity(ident).is_none())
        {
            (self.visit)(Named::Outside(ident), &self.scope);
        }
        visit::visit_expr(self, expr);
    }
}
