//! Closures and fns that only look at what they are given, as far as their text shows: to call them once more changes nothing.

use syn::{Expr, ExprClosure, UnOp};

use super::operand;

/// Methods of the language's own types that look and do nothing else.
const LOOKS: [&str; 37] = [
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_slice",
    "as_str",
    "contains",
    "contains_key",
    "ends_with",
    "eq_ignore_ascii_case",
    "first",
    "is_alphabetic",
    "is_alphanumeric",
    "is_ascii",
    "is_ascii_alphabetic",
    "is_ascii_alphanumeric",
    "is_ascii_digit",
    "is_ascii_lowercase",
    "is_ascii_punctuation",
    "is_ascii_uppercase",
    "is_ascii_whitespace",
    "is_control",
    "is_digit",
    "is_empty",
    "is_err",
    "is_lowercase",
    "is_none",
    "is_numeric",
    "is_ok",
    "is_some",
    "is_uppercase",
    "is_whitespace",
    "last",
    "len",
    "starts_with",
    "trim",
    "trim_end",
    "trim_start",
];

/// Those that give what they look at, or a part of it.
const GIVE_IT_ON: [&str; 10] = [
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_slice",
    "as_str",
    "first",
    "last",
    "trim",
    "trim_end",
    "trim_start",
];

/// Whether a closure only looks: `|item| item.count > 0`.
pub(super) fn only(closure: &ExprClosure) -> bool {
    closure.asyncness.is_none() && looks(&closure.body)
}

/// Whether all that a method is given only looks.
pub(super) fn all_args(call: &syn::ExprMethodCall) -> bool {
    call.args.iter().all(|arg| match arg {
        Expr::Closure(closure) => only(closure),
        Expr::Path(path) => is_look(&path.path),
        _ => false,
    })
}

/// Whether a closure gives a borrowed part of what it is given: `|item| &item.name`, `|name| name.as_str()`.
pub(super) fn into(closure: &ExprClosure) -> bool {
    only(closure) && gives_part(&closure.body)
}

fn gives_part(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(paren) => gives_part(&paren.expr),
        Expr::Reference(_) | Expr::Path(_) => true,
        Expr::MethodCall(call) => GIVE_IT_ON.iter().any(|name| call.method == name),
        Expr::Tuple(tuple) => tuple.elems.iter().any(gives_part),
        _ => false,
    }
}

/// `char::is_whitespace`, `String::as_str`.
pub(super) fn is_look(path: &syn::Path) -> bool {
    path.segments.len() > 1
        && path.segments.last().is_some_and(|last| LOOKS.iter().any(|name| last.ident == name))
}

fn looks(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Field(field) => looks(&field.base),
        Expr::Index(index) => looks(&index.expr) && looks(&index.index),
        Expr::Paren(paren) => looks(&paren.expr),
        Expr::Cast(cast) => looks(&cast.expr),
        Expr::Reference(reference) => reference.mutability.is_none() && looks(&reference.expr),
        Expr::Unary(unary) => {
            matches!(unary.op, UnOp::Deref(_) | UnOp::Not(_) | UnOp::Neg(_)) && looks(&unary.expr)
        }
        Expr::Binary(binary) => {
            !operand::is_compound(&binary.op) && looks(&binary.left) && looks(&binary.right)
        }
        Expr::Tuple(tuple) => tuple.elems.iter().all(looks),
        Expr::MethodCall(call) => {
            LOOKS.iter().any(|name| call.method == name)
                && looks(&call.receiver)
                && call.args.iter().all(looks)
        }
        _ => false,
    }
}
