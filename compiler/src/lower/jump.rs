//! Jumps: `jumpᐧ(3)` stands for "go on at state 3". It diverges, as a `return` does.

use proc_macro2::Span;
use syn::{Expr, Stmt};

use super::binding::{is_stand_in, stand_in};

/// A jump.
pub(crate) fn to(target: usize) -> Expr {
    // It is made token by token: a body has many, and to parse one takes as long as all else that is done with it.
    let path = syn::Path::from(stand_in("jump", Span::call_site()));
    let func = Box::new(Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path }));
    let target = syn::Lit::Int(syn::LitInt::new(&target.to_string(), Span::call_site()));
    let target = Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: target });
    let (paren_token, args) = (syn::token::Paren::default(), std::iter::once(target).collect());
    Expr::Call(syn::ExprCall { attrs: Vec::new(), func, paren_token, args })
}

/// A jump as a statement.
pub(crate) fn stmt(target: usize) -> Stmt {
    Stmt::Expr(to(target), Some(Default::default()))
}

/// Where an expression jumps to, if it is a jump.
pub(crate) fn target(expr: &Expr) -> Option<usize> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(path) = &*call.func else { return None };
    if !is_stand_in(&path.path, "jump") {
        return None;
    }
    match call.args.first()? {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(target), .. }) => target.base10_parse().ok(),
        _ => None,
    }
}

/// Where a statement jumps to, if it is a jump.
pub(crate) fn stmt_target(stmt: &Stmt) -> Option<usize> {
    match stmt {
        Stmt::Expr(expr, _) => target(expr),
        _ => None,
    }
}
