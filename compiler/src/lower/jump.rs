//! Jumps: `jumpᐧ(3)` stands for "go on at state 3". It diverges, as a `return` does.

use proc_macro2::Span;
use syn::{Expr, Stmt, parse_quote};

use super::binding::{is_stand_in, stand_in};

/// A jump.
pub(crate) fn to(target: usize) -> Expr {
    let jump = stand_in("jump", Span::call_site());
    let target = syn::LitInt::new(&target.to_string(), Span::call_site());
    parse_quote!(#jump(#target))
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
