//! Texts: a local that is a string literal on every way, or that the user gave the type `&str`, is kept as a `String` and is a `&str`
//! again in each arm. A `&str` itself can't be made again from what is saved.

use std::collections::{BTreeSet, HashMap};

use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt};

use super::binding::{BindingId, Bindings, Nature, identity};
use super::resolve::sole_binding;

/// Marks the bindings that are texts.
pub(crate) fn mark(block: &Block, bindings: &mut Bindings) {
    let mut values = Values::default();
    values.visit_block(block);
    let written: BTreeSet<BindingId> = bindings
        .iter()
        .filter(|(_, binding)| binding.ty.as_ref().is_some_and(is_str))
        .map(|(id, _)| id)
        .collect();
    let candidates = values.given.keys().filter(|id| !values.other.contains(id)).copied();
    let mut texts: BTreeSet<BindingId> = candidates.chain(written.iter().copied()).collect();
    // One that gets its value from another is a text only if that is one too.
    loop {
        let is_text = |id: &BindingId| {
            written.contains(id)
                || values.given.get(id).is_some_and(|exprs| exprs.iter().all(|expr| is_text(expr, &texts)))
        };
        let kept: BTreeSet<BindingId> = texts.iter().filter(|id| is_text(id)).copied().collect();
        if kept == texts {
            break;
        }
        texts = kept;
    }
    for id in texts {
        if let Some(binding) = bindings.get_mut(id) {
            binding.nature = Nature::Text;
        }
    }
}

/// All values that bindings get.
#[derive(Default)]
struct Values<'ast> {
    given: HashMap<BindingId, Vec<&'ast Expr>>,
    /// Bindings that get a value in a way that is not looked into.
    other: BTreeSet<BindingId>,
}

impl<'ast> Visit<'ast> for Values<'ast> {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        let Some(id) = sole_binding(&local.pat).and_then(identity) else {
            return visit::visit_local(self, local);
        };
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            self.given.entry(id).or_default().push(&init.expr);
        }
    }

    /// What a pattern takes out of a value is not looked into.
    fn visit_pat(&mut self, pat: &'ast syn::Pat) {
        self.other.extend(super::mentions::in_pat(pat));
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        visit::visit_expr(self, expr);
        match expr {
            Expr::Assign(assign) => match &*assign.left {
                Expr::Path(path) => {
                    if let Some(id) = path.path.get_ident().and_then(identity) {
                        self.given.entry(id).or_default().push(&assign.right);
                    }
                }
                other => self.other.extend(super::mentions::in_expr(other)),
            },
            Expr::Reference(reference) if reference.mutability.is_some() => {
                self.other.extend(super::operand::root(&reference.expr));
            }
            _ => {}
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Whether an expression is a string literal on every way.
fn is_text(expr: &Expr, texts: &BTreeSet<BindingId>) -> bool {
    let block = |block: &Block| match block.stmts.last() {
        Some(Stmt::Expr(value, None)) => is_text(value, texts),
        Some(Stmt::Expr(last, Some(_))) => leaves(last),
        _ => false,
    };
    match expr {
        Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Str(_)),
        Expr::Path(path) => path.path.get_ident().and_then(identity).is_some_and(|id| texts.contains(&id)),
        Expr::Paren(paren) => is_text(&paren.expr, texts),
        Expr::Block(plain) => plain.label.is_none() && block(&plain.block),
        Expr::If(if_) => {
            let otherwise = if_.else_branch.as_ref();
            block(&if_.then_branch) && otherwise.is_some_and(|(_, branch)| is_text(branch, texts))
        }
        Expr::Match(match_) => {
            !match_.arms.is_empty() && match_.arms.iter().all(|arm| is_text(&arm.body, texts))
        }
        other => leaves(other),
    }
}

fn leaves(expr: &Expr) -> bool {
    matches!(expr, Expr::Return(_) | Expr::Break(_) | Expr::Continue(_))
}

/// `&str` and `&'static str`.
fn is_str(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(reference) => {
            reference.mutability.is_none()
                && matches!(&*reference.elem, syn::Type::Path(path) if path.path.is_ident("str"))
        }
        syn::Type::Paren(paren) => is_str(&paren.elem),
        _ => false,
    }
}
