//! Loops that are cut, as `loop`s: `while` tests and breaks, `for` keeps the rest of its iterator.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Expr, Pat, Stmt, Token, parse_quote_spanned};

use super::binding::{Binding, Bindings, Nature, identity};
use super::places::Places;
use super::{build, wording};

/// `while c { … }` is `loop { if c { … } else { break } }`.
pub(crate) fn while_loop(while_: syn::ExprWhile) -> Expr {
    let span = while_.while_token.span;
    let body = build::if_(span, *while_.cond, while_.body, Some(build::break_(None, None)));
    loop_("While", span, while_.label, body)
}

/// `for x in xs { … }` is `let mut xs_left = rest(xs); loop { if let Some(x) = xs_left.next() { … } else { break } }`, where a range is its
/// own rest. An iterator over a place is looked at again for each item:
/// `let mut xs_at = 0; loop { if let Some(x) = nth(&xs, xs_at) { xs_at += 1; … } else { break } }`.
pub(crate) fn for_loop(for_: syn::ExprForLoop, bindings: &mut Bindings) -> Vec<Stmt> {
    let span = for_.for_token.span;
    let iterated = strip(*for_.expr);
    let name = item_name(&for_.pat).unwrap_or_else(|| wording::value_name(&iterated));
    let head = format!("Next{}", wording::pascal(&name));
    if let Some(iterator) = by_reference(&iterated, bindings) {
        let next = parse_quote_spanned!(span=> #iterator.next());
        return vec![next_of(*for_.pat, next, for_.body.stmts, (&head, span, for_.label))];
    }
    let borrows = Places { bindings }.iterator(&iterated).is_some();
    let state = bindings.temporary(&format!("{name}_{}", if borrows { "at" } else { "left" }), span, true);
    let (first, next, mut body) = if borrows {
        let next = build::runtime("nth", span, [iterated, build::name(state.clone())]);
        let counts: Stmt = parse_quote_spanned!(span=> #state += 1;);
        (parse_quote_spanned!(span=> 0), next, vec![counts])
    } else {
        (rest(iterated, span), parse_quote_spanned!(span=> #state.next()), Vec::new())
    };
    body.extend(for_.body.stmts);
    let loop_ = next_of(*for_.pat, next, body, (&head, span, for_.label));
    vec![build::let_(build::binding(state, true), first), loop_]
}

/// `loop { if let Some(x) = next { … } else { break } }`
fn next_of(
    pat: Pat,
    next: Expr,
    body: Vec<Stmt>,
    (head, span, label): (&str, Span, Option<syn::Label>),
) -> Stmt {
    let some = Pat::TupleStruct(syn::PatTupleStruct {
        attrs: Vec::new(),
        qself: None,
        path: parse_quote_spanned!(span=> ::core::option::Option::Some),
        paren_token: Default::default(),
        elems: std::iter::once(pat).collect(),
    });
    let found = build::let_in_condition(some, next);
    let body = build::if_(span, found, build::block(body), Some(build::break_(None, None)));
    Stmt::Expr(loop_(head, span, label, body), None)
}

/// The local iterator that a loop goes through without taking it: `items.by_ref()`, `&mut items`. What the loop leaves stays there.
fn by_reference(iterated: &Expr, bindings: &Bindings) -> Option<Expr> {
    let local = |expr: &Expr| match expr {
        Expr::Path(path) => bindings.get(path.path.get_ident().and_then(identity)?),
        _ => None,
    };
    match iterated {
        Expr::MethodCall(call) if call.method == "by_ref" && call.args.is_empty() => {
            local(&call.receiver).map(|_| (*call.receiver).clone())
        }
        Expr::Reference(reference) if reference.mutability.is_some() => {
            let is_iterator = |binding: &Binding| binding.nature == Nature::Iterator;
            local(&reference.expr).filter(|binding| is_iterator(binding)).map(|_| (*reference.expr).clone())
        }
        _ => None,
    }
}

/// What an iterator's items are called, where the pattern has one name.
fn item_name(pat: &Pat) -> Option<String> {
    match pat {
        Pat::Ident(ident) => Some(wording::unmarked(&ident.ident.to_string())),
        Pat::Reference(reference) => item_name(&reference.pat),
        Pat::Paren(paren) => item_name(&paren.pat),
        _ => None,
    }
}

/// What is left of an iterator at its beginning, as a value that can be kept.
fn rest(iterated: Expr, span: Span) -> Expr {
    match iterated {
        Expr::Range(range) if range.start.is_some() => match (&range.end, &range.limits) {
            (Some(_), syn::RangeLimits::Closed(_)) => build::runtime("inclusive", span, [Expr::Range(range)]),
            _ => Expr::Range(range),
        },
        Expr::MethodCall(call) if call.method == "rev" && is_range(&call.receiver) => {
            build::runtime("backwards", span, [rest(strip(*call.receiver), span)])
        }
        other => build::runtime("rest", span, [other]),
    }
}

/// A range with two ends.
fn is_range(expr: &Expr) -> bool {
    match expr {
        Expr::Range(range) => range.start.is_some() && range.end.is_some(),
        Expr::Paren(paren) => is_range(&paren.expr),
        _ => false,
    }
}

fn strip(expr: Expr) -> Expr {
    match expr {
        Expr::Paren(paren) => strip(*paren.expr),
        Expr::Group(group) => strip(*group.expr),
        other => other,
    }
}

/// A `loop` whose head has a name.
fn loop_(head: &str, span: Span, label: Option<syn::Label>, body: Expr) -> Expr {
    let head = Ident::new(head, span);
    Expr::Loop(syn::ExprLoop {
        attrs: vec![parse_quote_spanned!(span=> #[head(#head)])],
        label,
        loop_token: Token![loop](span),
        body: build::block(vec![Stmt::Expr(body, None)]),
    })
}

/// The name of a loop's head, as [`while_loop`] and [`for_loop`] leave it.
pub(crate) fn head_name(loop_: &syn::ExprLoop) -> String {
    let attribute = loop_.attrs.iter().find(|attribute| attribute.path().is_ident("head"));
    match attribute.map(|attribute| &attribute.meta) {
        Some(syn::Meta::List(list)) => list.tokens.to_token_stream().to_string(),
        _ => "Loop".to_owned(),
    }
}
