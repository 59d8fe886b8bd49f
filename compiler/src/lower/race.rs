//! `race!` and `join!` as the awaits that they are; and tokio's and futures' macros of their kind, as far as they mean something durable.

use proc_macro2::{Ident, Span};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
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
    /// It asks for what nothing durable can do: what, where, and the nearest form.
    Transient { what: &'static str, span: Span, way_out: &'static str },
}

const ORDINALS: [&str; 12] = [
    "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth",
    "Eleventh", "Twelfth",
];

/// `race! { pattern = future => body, … }` is `match raceᐧ(future, …).await { rtᐧ::Race2::First(pattern) => body, … }`.
pub(crate) fn race(mac: &syn::Macro) -> Result<Expr, Malformed> {
    let arms = arms.parse2(mac.tokens.clone()).map_err(Malformed::Form)?;
    raced(mac, arms)
}

/// `select! { biased; pattern = future => body, … }` is a race. In one without `biased` any order is right, that of the text as well.
pub(crate) fn select(mac: &syn::Macro) -> Result<Expr, Malformed> {
    let found = arms_of_select.parse2(mac.tokens.clone()).map_err(Malformed::Form)?;
    let arms = found?;
    for arm in &arms {
        if !always_fits(&arm.pattern) {
            return Err(Malformed::Transient {
                what: "waits for the other arms where this pattern does not fit",
                span: arm.pattern.span(),
                way_out: "take what comes, and look at it in the arm: `race! { answer = ask() => match answer { … } }`, in a loop if it is to wait again",
            });
        }
    }
    raced(mac, arms)
}

fn raced(mac: &syn::Macro, arms: Vec<Arm>) -> Result<Expr, Malformed> {
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

/// `join!(a, b)` is `joinᐧ(a, b).await`, and `try_join!` likewise.
pub(crate) fn join(mac: &syn::Macro, name_of_stand_in: &str) -> Result<Expr, Malformed> {
    let parse = |input: ParseStream| {
        biased(input)?;
        Punctuated::<Expr, Token![,]>::parse_terminated(input)
    };
    let futures = parse.parse2(mac.tokens.clone()).map_err(Malformed::Form)?;
    sound(futures.len())?;
    let span = name(mac).span();
    Ok(awaited(build::call(stand_in(name_of_stand_in, span), futures), span))
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

/// tokio's `biased;`: in the order of the text, which is the only one here.
fn biased(input: ParseStream) -> syn::Result<()> {
    if input.peek(syn::Ident) && input.peek2(Token![;]) {
        let word: Ident = input.parse()?;
        if word != "biased" {
            return Err(syn::Error::new(word.span(), "expected `biased`"));
        }
        input.parse::<Token![;]>()?;
    }
    Ok(())
}

fn arms_of_select(input: ParseStream) -> syn::Result<Result<Vec<Arm>, Malformed>> {
    biased(input)?;
    let mut arms = Vec::new();
    while !input.is_empty() {
        if let Some(span) = otherwise(input) {
            input.parse::<proc_macro2::TokenStream>()?;
            return Ok(Err(Malformed::Transient {
                what: "does something else where no arm can be waited for",
                span,
                way_out: "a race waits for each of its arms: leave it out, or wait for no longer than some time, `_ = sleep(secs(1)) => …`",
            }));
        }
        let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let future = input.parse()?;
        if input.peek(Token![,]) {
            let comma: Token![,] = input.parse()?;
            let span = input.parse::<Token![if]>().map_or(comma.span, |if_| if_.span);
            input.parse::<proc_macro2::TokenStream>()?;
            return Ok(Err(Malformed::Transient {
                what: "waits for this arm under a condition only",
                span,
                way_out: "a race waits for each of its arms: ask before it, `if is_open { race! { … } } else { race! { … } }`",
            }));
        }
        let arrow = input.parse()?;
        let body = Expr::parse_with_earlier_boundary_rule(input)?;
        if !input.is_empty() && (!ends_itself(&body) || input.peek(Token![,])) {
            input.parse::<Token![,]>()?;
        }
        arms.push(Arm { pattern, future, arrow, body });
    }
    Ok(Ok(arms))
}

/// tokio's `else`, and `complete` and `default` of futures.
fn otherwise(input: ParseStream) -> Option<Span> {
    if input.peek(Token![else]) {
        return Some(input.span());
    }
    let word = if input.peek2(Token![=>]) { input.fork().parse::<Ident>().ok()? } else { return None };
    (word == "complete" || word == "default").then(|| word.span())
}

/// Whether a pattern fits whatever comes, as far as its text shows.
fn always_fits(pat: &syn::Pat) -> bool {
    use syn::Pat;
    match pat {
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Ident(ident) => {
            let subpat = ident.subpat.as_ref();
            super::resolve::is_binding(ident) && subpat.is_none_or(|(_, subpat)| always_fits(subpat))
        }
        Pat::Paren(paren) => always_fits(&paren.pat),
        Pat::Reference(reference) => always_fits(&reference.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(always_fits),
        Pat::Type(typed) => always_fits(&typed.pat),
        _ => false,
    }
}

/// Whether an arm's body needs no comma after it.
fn ends_itself(body: &Expr) -> bool {
    super::cut::is_construct(body)
}
