//! Macros whose arguments are expressions: before anything else looks at a body, `println!("{}", f().await)` becomes a call stand-in,
//! `macroᐧ(0, "{}", f().await)`, so that every pass sees its arguments in their order; [`restore`] writes the macro again.
//!
//! `race!` and `join!` become the awaits that they are, `matches!` the `match` that it is. All others stay as they stand.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt, Token, parse_quote_spanned};

use super::binding::{MARK, is_stand_in, stand_in};
use super::cut;

/// A macro that was read.
#[derive(Debug, Clone)]
pub(crate) struct ReadMacro {
    mac: syn::Macro,
    /// `;` between the arguments, as in `vec![0; n]`.
    repeat: bool,
    trailing_comma: bool,
    /// Which argument is a format string.
    pub format: Option<usize>,
}

/// Reads the macros of a body and gives what is needed to write them again.
pub(crate) fn read(block: &mut syn::Block) -> Vec<ReadMacro> {
    let mut reader = Reader { found: Vec::new() };
    reader.visit_block_mut(block);
    reader.found
}

/// The macro behind a stand-in, and the stand-in's arguments.
pub(crate) fn behind<'a>(
    call: &'a syn::ExprCall,
    macros: &'a [ReadMacro],
) -> Option<(&'a ReadMacro, impl Iterator<Item = &'a Expr> + 'a)> {
    let Expr::Path(path) = &*call.func else { return None };
    if !is_stand_in(&path.path, "macro") {
        return None;
    }
    let Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(index), .. })) = call.args.first() else {
        return None;
    };
    let index: usize = index.base10_parse().ok()?;
    Some((macros.get(index)?, call.args.iter().skip(1)))
}

/// What the stand-in of an argument's name begins with.
const NAMED: &str = "named_";

/// The name of an argument `name = value`.
pub(crate) fn argument_name(argument: &Expr) -> Option<syn::Ident> {
    match argument {
        Expr::Assign(named) => name_of(named),
        _ => None,
    }
}

/// Whether what looks like an assignment is an argument `name = value`.
pub(crate) fn is_named(assign: &syn::ExprAssign) -> bool {
    name_of(assign).is_some()
}

fn name_of(assign: &syn::ExprAssign) -> Option<syn::Ident> {
    let Expr::Path(path) = &*assign.left else { return None };
    let ident = path.path.get_ident()?;
    let text = ident.to_string();
    let name = text.strip_suffix(MARK)?.strip_prefix(NAMED)?;
    Some(syn::Ident::new(name, ident.span()))
}

/// Writes the macros of some statements again.
pub(crate) fn put_back(stmts: &mut [Stmt], macros: &[ReadMacro]) {
    let mut put_back = PutBack { macros };
    stmts.iter_mut().for_each(|stmt| put_back.visit_stmt_mut(stmt));
}

struct PutBack<'a> {
    macros: &'a [ReadMacro],
}

impl VisitMut for PutBack<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::Call(call) = expr
            && let Some(mac) = restore(call, self.macros)
        {
            *expr = Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac });
        }
        if let Expr::Match(match_) = expr
            && let Some(matches) = restore_matches(match_)
        {
            *expr = matches;
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        visit_mut::visit_stmt_mut(self, stmt);
        if let Stmt::Expr(Expr::Macro(macro_), semi @ Some(_)) = stmt {
            let (attrs, mac) = (std::mem::take(&mut macro_.attrs), macro_.mac.clone());
            *stmt = Stmt::Macro(syn::StmtMacro { attrs, mac, semi_token: *semi });
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The `matches!` that a `match` was.
fn restore_matches(match_: &syn::ExprMatch) -> Option<Expr> {
    let mark = match_.attrs.first().filter(|attribute| is_stand_in(attribute.path(), "matches"))?;
    let (value, pattern) = (&match_.expr, &match_.arms.first()?.pat);
    let matches = syn::Ident::new("matches", mark.path().span());
    Some(parse_quote_spanned!(match_.match_token.span=> #matches!(#value, #pattern)))
}

/// The macro that a call stands for.
fn restore(call: &syn::ExprCall, macros: &[ReadMacro]) -> Option<syn::Macro> {
    let (read, args) = behind(call, macros)?;
    let mut tokens = TokenStream::new();
    for (position, arg) in args.enumerate() {
        if position > 0 {
            let span = read.mac.bang_token.spans[0];
            if read.repeat {
                Token![;](span).to_tokens(&mut tokens)
            } else {
                Token![,](span).to_tokens(&mut tokens)
            };
        }
        match (argument_name(arg), arg) {
            (Some(name), Expr::Assign(named)) => {
                name.to_tokens(&mut tokens);
                named.eq_token.to_tokens(&mut tokens);
                named.right.to_tokens(&mut tokens);
            }
            _ => arg.to_tokens(&mut tokens),
        }
    }
    if read.trailing_comma {
        Token![,](read.mac.bang_token.spans[0]).to_tokens(&mut tokens);
    }
    Some(syn::Macro { tokens, ..read.mac.clone() })
}

struct Reader {
    found: Vec<ReadMacro>,
}

impl VisitMut for Reader {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Macro(macro_) = expr
            && let Some(read) = self.read(&macro_.mac)
        {
            *expr = read;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(macro_) = stmt
            && macro_.attrs.is_empty()
            && let Some(read) = self.read(&macro_.mac)
        {
            *stmt = Stmt::Expr(read, macro_.semi_token);
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Reader {
    fn read(&mut self, mac: &syn::Macro) -> Option<Expr> {
        let name = std_name(&mac.path).or_else(|| durable_name(&mac.path))?;
        match name.as_str() {
            "race" => read_race(mac),
            "join" => read_join(mac),
            "matches" => read_matches(mac),
            _ => self.read_call(&name, mac),
        }
    }

    fn read_call(&mut self, name: &str, mac: &syn::Macro) -> Option<Expr> {
        let format = match name {
            "format" | "print" | "println" | "eprint" | "eprintln" | "panic" | "todo" | "unimplemented"
            | "unreachable" | "format_args" => Some(0),
            "write" | "writeln" | "assert" | "debug_assert" => Some(1),
            "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Some(2),
            "vec" | "dbg" => None,
            _ => return None,
        };
        let (args, repeat, trailing_comma) = arguments.parse2(mac.tokens.clone()).ok()?;
        if let Some(lazy) = lazy(name, &args) {
            return lazy;
        }
        let index = syn::LitInt::new(&self.found.len().to_string(), Span::call_site());
        self.found.push(ReadMacro { mac: mac.clone(), repeat, trailing_comma, format });
        let span = mac.bang_token.spans[0];
        let func = stand_in("macro", span);
        Some(parse_quote_spanned!(span=> #func(#index, #(#args),*)))
    }
}

/// A macro that does not always evaluate all of its arguments, where one of these awaits: `assert!(a, "{}", b.await)` is
/// `if !a { panic!("{}", b.await) }`. The inner `None` is for one that can't be written in this way.
fn lazy(name: &str, args: &[Expr]) -> Option<Option<Expr>> {
    let awaits = |args: &[Expr]| args.iter().any(cut::expr);
    let span = args.first()?.span();
    let (told, message) = args.split_at_checked(if name.ends_with("assert") { 1 } else { 2 })?;
    match name.strip_prefix("debug_") {
        Some(always) if awaits(args) => {
            let always = syn::Ident::new(always, span);
            Some(Some(
                parse_quote_spanned!(span=> if ::core::cfg!(debug_assertions) { #always!(#(#args),*) }),
            ))
        }
        None if name == "assert" && awaits(message) => {
            Some(Some(parse_quote_spanned!(span=> if !(#(#told)*) { panic!(#(#message),*) })))
        }
        None if name.starts_with("assert_") && awaits(message) => Some(None),
        _ => None,
    }
}

/// The name of a macro of the standard library.
fn std_name(path: &syn::Path) -> Option<String> {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [name] if !matches!(*name, "race" | "join") => Some((*name).to_owned()),
        ["std" | "core" | "alloc", name] => Some((*name).to_owned()),
        _ => None,
    }
}

/// `race` and `join`, where they are the runtime's.
pub(crate) fn durable_name(path: &syn::Path) -> Option<String> {
    let last = path.segments.last()?.ident.to_string();
    let first = path.segments.first()?.ident.to_string();
    let ours = path.segments.len() == 1 || (path.segments.len() == 2 && first == "justscale");
    (ours && matches!(last.as_str(), "race" | "join")).then_some(last)
}

fn arguments(input: ParseStream) -> syn::Result<(Vec<Expr>, bool, bool)> {
    let mut args = Vec::new();
    let mut repeat = false;
    let mut trailing_comma = false;
    while !input.is_empty() {
        args.push(argument(input)?);
        trailing_comma = false;
        if input.peek(Token![;]) && args.len() == 1 {
            input.parse::<Token![;]>()?;
            repeat = true;
        } else if !input.is_empty() {
            input.parse::<Token![,]>()?;
            trailing_comma = true;
        }
    }
    Ok((args, repeat, trailing_comma))
}

/// An argument. The name of `name = value` is no place that is written, so it becomes a stand-in.
fn argument(input: ParseStream) -> syn::Result<Expr> {
    if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
        let name: syn::Ident = input.parse()?;
        let eq_token = input.parse()?;
        let right = Box::new(input.parse()?);
        let name = stand_in(&format!("{NAMED}{name}"), name.span());
        let left = Box::new(syn::parse_quote!(#name));
        return Ok(Expr::Assign(syn::ExprAssign { attrs: Vec::new(), left, eq_token, right }));
    }
    input.parse()
}

/// `race! { pattern = future => body, … }` is `match raceᐧ(future, …).await { raceᐧ::Race2::First(pattern) => body, … }`.
fn read_race(mac: &syn::Macro) -> Option<Expr> {
    let arms = race_arms.parse2(mac.tokens.clone()).ok()?;
    let span = mac.path.segments.last()?.ident.span();
    let race = stand_in("race", span);
    let kind = syn::Ident::new(&format!("Race{}", arms.len()), span);
    let futures = arms.iter().map(|arm| &arm.future);
    let branches = arms.iter().zip(ORDINALS).map(|(arm, ordinal)| {
        let ordinal = syn::Ident::new(ordinal, span);
        let (pattern, body) = (&arm.pattern, &arm.body);
        let arm: syn::Arm = parse_quote_spanned!(span=> #race::#kind::#ordinal(#pattern) => #body,);
        arm
    });
    if arms.is_empty() || arms.len() > ORDINALS.len() {
        return None;
    }
    Some(parse_quote_spanned!(span=> match #race(#(#futures),*).await { #(#branches)* }))
}

const ORDINALS: [&str; 12] = [
    "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth",
    "Eleventh", "Twelfth",
];

struct RaceArm {
    pattern: syn::Pat,
    future: Expr,
    body: Expr,
}

fn race_arms(input: ParseStream) -> syn::Result<Vec<RaceArm>> {
    let mut arms = Vec::new();
    while !input.is_empty() {
        let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
        input.parse::<Token![=]>()?;
        let future = input.parse()?;
        input.parse::<Token![=>]>()?;
        let body = Expr::parse_with_earlier_boundary_rule(input)?;
        let ends_itself = matches!(body, Expr::Block(_) | Expr::If(_) | Expr::Match(_) | Expr::Loop(_));
        if !input.is_empty() && (!ends_itself || input.peek(Token![,])) {
            input.parse::<Token![,]>()?;
        }
        arms.push(RaceArm { pattern, future, body });
    }
    Ok(arms)
}

/// `join!(a, b)` is `joinᐧ(a, b).await`.
fn read_join(mac: &syn::Macro) -> Option<Expr> {
    let futures = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone()).ok()?;
    let span = mac.path.segments.last()?.ident.span();
    let join = stand_in("join", span);
    Some(parse_quote_spanned!(span=> #join(#futures).await))
}

/// `matches!(value, pattern)` is `#[matchesᐧ] match value { pattern => true, _ => false }`.
fn read_matches(mac: &syn::Macro) -> Option<Expr> {
    let parse = |input: ParseStream| -> syn::Result<Expr> {
        let value: Expr = input.parse()?;
        input.parse::<Token![,]>()?;
        let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
        let guard = if input.peek(Token![if]) {
            let if_token: Token![if] = input.parse()?;
            let guard: Expr = input.parse()?;
            Some(quote::quote!(#if_token #guard))
        } else {
            None
        };
        input.parse::<Option<Token![,]>>()?;
        let span = mac.bang_token.spans[0];
        let matches = stand_in("matches", mac.path.span());
        Ok(parse_quote_spanned!(span=> #[#matches] match #value { #pattern #guard => true, _ => false }))
    };
    parse.parse2(mac.tokens.clone()).ok()
}

impl ReadMacro {
    /// Whether it is the macro of this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.mac.path.segments.last().is_some_and(|segment| segment.ident == name)
    }
}
