//! Tables: lists of literals that stand in the text, `[("net", 30), ("now", 0)]`. A loop that goes through one can look at it again, and need
//! not keep its items, which may be texts and so can't be read back.

use syn::Expr;

use super::binding::identity;

/// Whether an expression is a table with a text in it.
pub(super) fn is_one(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(paren) => is_one(&paren.expr),
        Expr::Array(array) => array.elems.iter().all(is_fixed) && array.elems.iter().any(has_text),
        _ => false,
    }
}

/// A literal, a constant, a variant without values, or what is made of these.
fn is_fixed(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Path(path) => path.path.get_ident().and_then(identity).is_none(),
        Expr::Array(array) => array.elems.iter().all(is_fixed),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_fixed),
        Expr::Unary(unary) => is_fixed(&unary.expr),
        Expr::Paren(paren) => is_fixed(&paren.expr),
        Expr::Reference(reference) => reference.mutability.is_none() && is_fixed(&reference.expr),
        _ => false,
    }
}

fn has_text(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Str(_) | syn::Lit::ByteStr(_)),
        Expr::Reference(_) => true,
        Expr::Array(array) => array.elems.iter().any(has_text),
        Expr::Tuple(tuple) => tuple.elems.iter().any(has_text),
        Expr::Paren(paren) => has_text(&paren.expr),
        _ => false,
    }
}
