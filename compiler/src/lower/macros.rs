//! Macros whose arguments are expressions: before anything else looks at a body, `println!("{}", f().await)` becomes a call stand-in,
//! `macroᐧ(0, "{}", f().await)`, so that every pass sees its arguments in their order; [`restore`] writes the macro again.
//!
//! `race!` and `join!`, and tokio's `select!`, `join!` and `try_join!`, become the awaits that they are, `matches!` the `match` that it is, `bail!` and `ensure!` the returns that they
//! are. All others stay as they stand; those of them that await are noted.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt, Token};

use super::binding::{is_stand_in, stand_in};
use super::operand::Role;
use super::race::{self, Malformed};
use super::template::{self, Template};
use super::{build, cut};

/// The macros of a body.
#[derive(Debug, Default)]
pub(crate) struct Macros {
    /// Those that were read.
    pub read: Vec<ReadMacro>,
    /// Those that await and can't be read.
    pub unread: Vec<syn::Macro>,
    /// `race!` and `join!` that are not well formed.
    pub malformed: Vec<(syn::Macro, Malformed)>,
}

/// A macro that was read.
#[derive(Debug, Clone)]
pub(crate) struct ReadMacro {
    mac: syn::Macro,
    template: Template,
    /// Which argument is a format string.
    pub format: Option<usize>,
}

impl ReadMacro {
    /// Whether it may return, so that its text stands in a closure.
    pub(crate) fn returns(&self) -> bool {
        self.is("bail") || self.is("ensure")
    }

    /// Whether it is the macro of this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.mac.path.segments.last().is_some_and(|segment| segment.ident == name)
    }

    /// What it does with its arguments.
    pub(crate) fn role(&self) -> Role {
        if ["vec", "dbg", "json"].iter().any(|name| self.is(name)) { Role::Value } else { Role::Place }
    }

    /// The names of its arguments: `total` in `format!("{total}", total = x)`.
    pub(crate) fn names(&self) -> &[String] {
        &self.template.names
    }
}

/// Reads the macros of a body and gives what is needed to write them again.
pub(crate) fn read(block: &mut syn::Block) -> Macros {
    let mut reader = Reader { macros: Macros::default(), inner: 0 };
    reader.visit_block_mut(block);
    reader.macros
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
    Some(syn::parse_quote_spanned!(match_.match_token.span=> #matches!(#value, #pattern)))
}

/// The macro that a call stands for.
fn restore(call: &syn::ExprCall, macros: &[ReadMacro]) -> Option<syn::Macro> {
    let (read, args) = behind(call, macros)?;
    let args: Vec<&Expr> = args.collect();
    Some(syn::Macro { tokens: read.template.filled(&args), ..read.mac.clone() })
}

/// Whether some tokens await, apart from those in async blocks and closures, as far as they show.
pub(crate) fn awaits(tokens: &TokenStream) -> bool {
    use proc_macro2::TokenTree::{Group, Ident};
    let mut is_async = false;
    tokens.clone().into_iter().any(|token| match token {
        Ident(word) if word == "async" => {
            is_async = true;
            false
        }
        Ident(word) => word == "await",
        Group(group) => !std::mem::take(&mut is_async) && awaits(&group.stream()),
        _ => false,
    })
}

struct Reader {
    macros: Macros,
    /// How many closures and async blocks stand around: their awaits and returns are their own.
    inner: usize,
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

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        self.inner += 1;
        visit_mut::visit_expr_closure_mut(self, closure);
        self.inner -= 1;
    }

    fn visit_expr_async_mut(&mut self, block: &mut syn::ExprAsync) {
        self.inner += 1;
        visit_mut::visit_expr_async_mut(self, block);
        self.inner -= 1;
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Reader {
    fn read(&mut self, mac: &syn::Macro) -> Option<Expr> {
        if self.inner > 0 {
            return std_name(&mac.path).and_then(|name| self.call(&name, mac));
        }
        if let Some(name) = durable_name(&mac.path) {
            let read = match name {
                "race" => race::race(mac),
                "select" => race::select(mac),
                name => race::join(mac, name),
            };
            return read.map_err(|malformed| self.macros.malformed.push((mac.clone(), malformed))).ok();
        }
        let read = std_name(&mac.path).and_then(|name| match name.as_str() {
            "matches" => matches(mac),
            "bail" => self.bail(mac.clone()),
            "ensure" => self.ensure(mac),
            _ => self.call(&name, mac),
        });
        if read.is_none() && awaits(&mac.tokens) {
            self.macros.unread.push(mac.clone());
        }
        read
    }

    fn call(&mut self, name: &str, mac: &syn::Macro) -> Option<Expr> {
        let (format, lazy_from) = match name {
            "format" | "print" | "println" | "eprint" | "eprintln" | "panic" | "todo" | "unimplemented"
            | "unreachable" | "format_args" | "anyhow" | "bail" => (Some(0), None),
            "write" | "writeln" => (Some(1), None),
            "assert" => (Some(1), Some(1)),
            "assert_eq" | "assert_ne" => (Some(2), Some(2)),
            "debug_assert" => (Some(1), Some(0)),
            "debug_assert_eq" | "debug_assert_ne" => (Some(2), Some(0)),
            // Outside of closures it is an `if` around itself by now, so that its message is always needed.
            "ensure" => (Some(1), (self.inner > 0).then_some(1)),
            "vec" | "dbg" | "json" => (None, None),
            _ => return None,
        };
        let (template, args) =
            if name == "json" { template::json(&mac.tokens)? } else { template::arguments(&mac.tokens)? };
        // What is evaluated only at need must not be evaluated before.
        let lazy = lazy_from.is_some_and(|from| args.iter().skip(from).any(may_await));
        if lazy {
            return if self.inner > 0 { None } else { spelled_out(name, mac, args) };
        }
        let index = syn::LitInt::new(&self.macros.read.len().to_string(), Span::call_site());
        self.macros.read.push(ReadMacro { mac: mac.clone(), template, format });
        let index = Expr::Lit(syn::ExprLit { attrs: Vec::new(), lit: syn::Lit::Int(index) });
        Some(build::call(stand_in("macro", bang(mac)), std::iter::once(index).chain(args)))
    }

    /// `ensure!(condition, "…")` is `if !condition { bail!("…") }`. Without a message the condition itself is one.
    fn ensure(&mut self, mac: &syn::Macro) -> Option<Expr> {
        let parse = |input: ParseStream| -> syn::Result<(Expr, TokenStream)> {
            let condition = input.parse()?;
            input.parse::<Option<Token![,]>>()?;
            Ok((condition, input.parse()?))
        };
        let (condition, mut message) = parse.parse2(mac.tokens.clone()).ok()?;
        if message.is_empty() {
            message = failed(&condition).to_token_stream();
        }
        let fails = syn::Macro { tokens: quote::quote!(false, #message), ..mac.clone() };
        let then = build::block(vec![Stmt::Expr(self.bail(fails)?, Some(Default::default()))]);
        Some(build::if_(bang(mac), build::not(condition), then, None))
    }

    /// `bail!("…")`, which returns an error, is `return bailᐧ(bail!("…"))`: what it returns is what the process returns.
    fn bail(&mut self, mac: syn::Macro) -> Option<Expr> {
        let span = mac.path.span();
        let name = mac.path.segments.last()?.ident.to_string();
        let is_ensure = name == "ensure";
        let mac = self.call(&name, &mac)?;
        // Only we know that `ensure!(false, …)` returns.
        let end = is_ensure.then(|| syn::parse_quote!(::core::unreachable!()));
        let code = std::iter::once(mac).chain(end);
        Some(build::return_(span, Some(build::call(stand_in("bail", span), code))))
    }
}

/// What `ensure!(condition)` says where the condition does not hold: the text of the condition.
fn failed(condition: &Expr) -> syn::LitStr {
    let text = condition.span().source_text().unwrap_or_else(|| condition.to_token_stream().to_string());
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('{', "{{").replace('}', "}}");
    syn::LitStr::new(&format!("Condition failed: `{text}`"), condition.span())
}

fn bang(mac: &syn::Macro) -> Span {
    mac.bang_token.spans[0]
}

/// An assertion whose message awaits, as the `if` that it is.
fn spelled_out(name: &str, mac: &syn::Macro, args: Vec<Expr>) -> Option<Expr> {
    let mut args = args.into_iter();
    match name {
        "assert" => {
            let condition = args.next()?;
            let mut panics = mac.clone();
            panics.path = syn::Ident::new("panic", mac.path.span()).into();
            panics.tokens = quote::quote!(#(#args),*);
            let panics = Stmt::Macro(syn::StmtMacro {
                attrs: Vec::new(),
                mac: panics,
                semi_token: Some(Default::default()),
            });
            Some(build::if_(bang(mac), build::not(condition), build::block(vec![panics]), None))
        }
        "debug_assert" | "debug_assert_eq" | "debug_assert_ne" => {
            let mut asserts = mac.clone();
            let name = name.strip_prefix("debug_")?;
            asserts.path = syn::Ident::new(name, mac.path.span()).into();
            let asserts = Stmt::Macro(syn::StmtMacro {
                attrs: Vec::new(),
                mac: asserts,
                semi_token: Some(Default::default()),
            });
            let debug: Expr = syn::parse_quote!(::core::cfg!(debug_assertions));
            Some(build::if_(bang(mac), debug, build::block(vec![asserts]), None))
        }
        _ => None,
    }
}

/// Whether an argument awaits, macros inside of it included.
fn may_await(expr: &Expr) -> bool {
    cut::expr(expr) || awaits(&quote::quote!(#expr))
}

/// `matches!(value, pattern)` is `#[matchesᐧ] match value { pattern => true, _ => false }`.
fn matches(mac: &syn::Macro) -> Option<Expr> {
    let span = bang(mac);
    let arm = |pat, value| syn::Arm {
        attrs: Vec::new(),
        pat,
        fat_arrow_token: Token![=>](span),
        body: Box::new(build::bool(value, span)),
        comma: Some(Token![,](span)),
    };
    let parse = |input: ParseStream| -> syn::Result<Expr> {
        let value: Expr = input.parse()?;
        input.parse::<Token![,]>()?;
        let mut pat = syn::Pat::parse_multi_with_leading_vert(input)?;
        if input.peek(Token![if]) {
            let (if_token, guard) = (input.parse()?, Box::new(input.parse()?));
            pat = syn::Pat::Guard(syn::PatGuard { attrs: Vec::new(), pat: Box::new(pat), if_token, guard });
        }
        input.parse::<Option<Token![,]>>()?;
        let other = syn::Pat::Wild(syn::PatWild { attrs: Vec::new(), underscore_token: Token![_](span) });
        let mut match_ = build::match_(span, value, vec![arm(pat, true), arm(other, false)]);
        if let Expr::Match(match_) = &mut match_ {
            let matches = stand_in("matches", mac.path.span());
            match_.attrs.push(syn::parse_quote!(#[#matches]));
        }
        Ok(match_)
    };
    parse.parse2(mac.tokens.clone()).ok()
}

/// The name of a macro of the standard library, or one that is known by its name alone.
fn std_name(path: &syn::Path) -> Option<String> {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [name] => Some((*name).to_owned()),
        ["std" | "core" | "alloc", name] => Some((*name).to_owned()),
        [_, name @ ("json" | "anyhow" | "bail" | "ensure")] => Some((*name).to_owned()),
        _ => None,
    }
}

/// The wait that a macro is: the runtime's `race!` and `join!`, and those of tokio and of futures that are like them.
fn durable_name(path: &syn::Path) -> Option<&'static str> {
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let (first, last) = match names.as_slice() {
        [last] => ("", last),
        [first, last] => (first.as_str(), last),
        _ => return None,
    };
    let theirs = ["", "tokio", "futures", "futures_util"].contains(&first);
    match last.as_str() {
        "race" if first.is_empty() || first == "justscale" => Some("race"),
        "join" if theirs || first == "justscale" => Some("join"),
        "try_join" if theirs => Some("try_join"),
        "select" | "select_biased" if theirs => Some("select"),
        _ => None,
    }
}
