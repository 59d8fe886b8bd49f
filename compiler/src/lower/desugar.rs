//! Loops that are cut, as `loop`s: `while` tests and breaks, `for` keeps the rest of its iterator.

use quote::ToTokens;
use syn::{Expr, Stmt, parse_quote_spanned};

use super::binding::{Bindings, stand_in};
use super::wording;

/// `while c { … }` is `loop { if c { … } else { break } }`.
pub(crate) fn while_loop(while_: syn::ExprWhile) -> Expr {
    let (label, cond, body) = (while_.label, while_.cond, while_.body);
    let span = while_.while_token.span;
    parse_quote_spanned!(span=> #[head(While)] #label loop { if #cond #body else { break } })
}

/// `for x in xs { … }` is `let mut xs_left = rest(xs); loop { if let Some(x) = xs_left.next() { … } else { break } }`. A range `a..b` or
/// `a..` is its own rest; `a..=b` would forget, saved at its end, that it has come there.
pub(crate) fn for_loop(for_: syn::ExprForLoop, bindings: &mut Bindings) -> Vec<Stmt> {
    let (label, pat, body) = (for_.label, for_.pat, for_.body);
    let span = for_.for_token.span;
    let iterated = strip(*for_.expr);
    let name = match (&iterated, &*pat) {
        (Expr::Range(_), syn::Pat::Ident(ident)) => wording::unmarked(&ident.ident.to_string()),
        (other, _) => wording::value_name(other),
    };
    let left = bindings.temporary(&format!("{name}_left"), span, true);
    let head = wording::pascal(&match &*pat {
        syn::Pat::Ident(ident) => wording::unmarked(&ident.ident.to_string()),
        _ => name,
    });
    let head = syn::Ident::new(&format!("Next{head}"), span);
    let rest: Expr = match iterated {
        Expr::Range(range) if is_half_open(&range) => Expr::Range(range),
        other => {
            let inclusive = matches!(&other, Expr::Range(_));
            let rest = stand_in(if inclusive { "inclusive" } else { "rest" }, span);
            parse_quote_spanned!(span=> #rest(#other))
        }
    };
    vec![
        parse_quote_spanned!(span=> let mut #left = #rest;),
        Stmt::Expr(
            parse_quote_spanned!(span=>
                #[head(#head)] #label loop {
                    if let ::core::option::Option::Some(#pat) = #left.next() #body else { break }
                }
            ),
            None,
        ),
    ]
}

fn is_half_open(range: &syn::ExprRange) -> bool {
    range.start.is_some() && matches!(range.limits, syn::RangeLimits::HalfOpen(_))
}

fn strip(expr: Expr) -> Expr {
    match expr {
        Expr::Paren(paren) => strip(*paren.expr),
        Expr::Group(group) => strip(*group.expr),
        other => other,
    }
}

/// The name of a loop's head, as [`while_loop`] and [`for_loop`] leave it.
pub(crate) fn head_name(loop_: &syn::ExprLoop) -> String {
    let attribute = loop_.attrs.iter().find(|attribute| attribute.path().is_ident("head"));
    match attribute.map(|attribute| &attribute.meta) {
        Some(syn::Meta::List(list)) => list.tokens.to_token_stream().to_string(),
        _ => "Loop".to_owned(),
    }
}
