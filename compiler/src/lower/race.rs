//! `race!` and `join!` as the awaits that they are.

use proc_macro2::{Ident, Span};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Token, token};

use super::binding::stand_in;
use super::build;

/// What is wrong with a `race!` or a `join!`.
#[derive(Debug, Clone)]
pub(crate) enum Malformed {
    /// It waits for nothing.
    Empty,
    /// It waits for more than the runtime has a type for.
    TooMany(usize),
    /// It is not of its form: what was expected, and where.
    Form(syn::Error),
}

const ORDINALS: [&str; 12] = [
    "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth",
    "Eleventh", "Twelfth",
];

/// `race! { pattern = future => body, … }` is `match raceᐧ(future, …).await { rtᐧ::Race2::First(pattern) => body, … }`.
pub(crate) fn race(mac: &syn::Macro) -> Result<Expr, Malformed> {
    let arms = arms.parse2(mac.tokens.clone()).map_err(Malformed::Form)?;
    sound(arms.len())?;
    let span = name(mac).span();
    let kind = Ident::new(&format!("Race{}", arms.len()), span);
    let (mut futures, mut branches) = (Vec::new(), Vec::new());
    for (arm, ordinal) in arms.into_iter().zip(ORDINALS) {
        futures.push(arm.future);
        branches.push(syn::Arm {
            attrs: Vec::new(),
            pat: variant([stand_in("rt", span), kind.clone(), Ident::new(ordinal, span)], arm.pattern),
            fat_arrow_token: arm.arrow,
            body: Box::new(arm.body),
            comma: Some(Token![,](span)),
        });
    }
    Ok(build::match_(span, awaited(build::call(stand_in("race", span), futures), span), branches))
}

/// `join!(a, b)` is `joinᐧ(a, b).await`.
pub(crate) fn join(mac: &syn::Macro) -> Result<Expr, Malformed> {
    let futures = Punctuated::<Expr, Token![,]>::parse_terminated
        .parse2(mac.tokens.clone())
        .map_err(Malformed::Form)?;
    sound(futures.len())?;
    let span = name(mac).span();
    Ok(awaited(build::call(stand_in("join", span), futures), span))
}

fn name(mac: &syn::Macro) -> Ident {
    mac.path.segments.last().map_or_else(|| Ident::new("race", Span::call_site()), |last| last.ident.clone())
}

fn sound(count: usize) -> Result<(), Malformed> {
    match count {
        0 => Err(Malformed::Empty),
        count if count > ORDINALS.len() => Err(Malformed::TooMany(count)),
        _ => Ok(()),
    }
}

fn awaited(base: Expr, span: Span) -> Expr {
    Expr::Await(syn::ExprAwait {
        attrs: Vec::new(),
        base: Box::new(base),
        dot_token: Token![.](span),
        await_token: Token![await](span),
    })
}

/// `rtᐧ::Race2::First(pattern)`
fn variant(path: [Ident; 3], pattern: syn::Pat) -> syn::Pat {
    let segments = path.into_iter().map(syn::PathSegment::from).collect();
    syn::Pat::TupleStruct(syn::PatTupleStruct {
        attrs: Vec::new(),
        qself: None,
        path: syn::Path { leading_colon: None, segments },
        paren_token: token::Paren::default(),
        elems: std::iter::once(pattern).collect(),
    })
}

struct Arm {
    pattern: syn::Pat,
    future: Expr,
    arrow: Token![=>],
    body: Expr,
}

fn arms(input: ParseStream) -> syn::Result<Vec<Arm>> {
    let mut arms = Vec::new();
    while !input.is_empty() {
        let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let future = input.parse()?;
        let arrow = input.parse()?;
        let body = Expr::parse_with_earlier_boundary_rule(input)?;
        if !input.is_empty() && (!ends_itself(&body) || input.peek(Token![,])) {
            input.parse::<Token![,]>()?;
        }
        arms.push(Arm { pattern, future, arrow, body });
    }
    Ok(arms)
}

/// Whether an arm's body needs no comma after it.
fn ends_itself(body: &Expr) -> bool {
    super::cut::is_construct(body)
}
