//! What can't be lowered, as far as the source alone shows: refused before anything is taken apart.

use proc_macro2::Span;
use quote::ToTokens;
use syn::Expr;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::faults::{IllFormedWait, Instrumented, KeptIterator, RetriedPart, UncutAwait, UnreadMacro};
use super::macros::Macros;
use super::race::Malformed;
use super::{awaited, cut, looks, places, wording};
use crate::collect::ProcessItem;
use crate::{Place, Problems};

/// Refuses a process whose form can't be lowered.
pub(crate) fn refuse(process: &ProcessItem, body: &syn::Block, macros: &Macros, problems: &mut Problems) {
    let mut refuse = Refuse { process, problems };
    macros.malformed.iter().for_each(|(mac, malformed)| refuse.malformed(mac, malformed));
    macros.unread.iter().for_each(|mac| refuse.unread(mac));
    process.item.attrs.iter().for_each(|attribute| refuse.instrumented(attribute));
    refuse.visit_block(body);
}

struct Refuse<'a> {
    process: &'a ProcessItem,
    problems: &'a mut Problems,
}

impl Refuse<'_> {
    fn place(&self, span: Span) -> Place {
        Place::new(&self.process.file, span)
    }

    fn source(&self, tokens: &impl ToTokens) -> String {
        let place = self.place(tokens.to_token_stream().span());
        place.file.text.get(place.range).unwrap_or_default().to_owned()
    }

    fn unread(&mut self, mac: &syn::Macro) {
        let name = self.source(&mac.path);
        let last = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let help = if let Some(level) = level_of(&last) {
            format!(
                "`{last}!` evaluates what stands in it only where its level is on, and a process must not depend on that unseen: await before it, `let value = ….await; {last}!(…, value)`; or, to await only then, `if tracing::enabled!({level}) {{ let value = ….await; {last}!(…, value) }}`"
            )
        } else {
            "await before it, `let value = ….await;`, and give the macro the value (what stands in `format!`, `println!`, `panic!`, `write!`, `assert!`, `vec!`, `dbg!`, `matches!`, `json!` and their like is read)".to_owned()
        };
        let place = self.place(mac.path.span());
        self.problems.error(UnreadMacro { name, help, place });
    }

    fn malformed(&mut self, mac: &syn::Macro, malformed: &Malformed) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let form = match name.as_str() {
            "race" => "`race! { pattern = future => what to do, … }`",
            "join" => "`let (a, b) = join!(future, future);`",
            "try_join" => "`let (a, b) = try_join!(future, future)?;`",
            _ => "`select! { name = future => what to do, … }`",
        };
        let (problem, way_out, span) = match malformed {
            Malformed::Empty => ("waits for nothing".to_owned(), format!("write {form}"), mac.path.span()),
            Malformed::TooMany(count) => (
                format!("waits for {count} things, and 12 is the most"),
                format!(
                    "let some of them wait together: a `{name}!` may stand in a child process, and its handle in this one"
                ),
                mac.path.span(),
            ),
            Malformed::Transient { what, span, way_out } => {
                ((*what).to_owned(), (*way_out).to_owned(), *span)
            }
            Malformed::Form(error) => {
                (format!("is not of its form: {error}"), format!("write {form}"), error.span())
            }
        };
        let mut place = self.place(span);
        if place.range.is_empty() {
            place = self.place(mac.path.span());
        }
        self.problems.error(IllFormedWait { name, problem, way_out, place });
    }

    fn retried(&mut self, call: &syn::ExprMethodCall) {
        if let Expr::Call(called) = wording::heart(&call.receiver)
            && awaited::is_part(&called.func, &self.process.parts)
        {
            let (part, place) = (self.source(&called.func), self.place(call.method.span()));
            self.problems.error(RetriedPart { part, place });
        }
    }

    fn instrumented(&mut self, attribute: &syn::Attribute) {
        if attribute.path().segments.last().is_some_and(|last| last.ident == "instrument") {
            self.problems.error(Instrumented {
                attribute: self.source(attribute.path()),
                process: self.process.item.sig.ident.to_string(),
                place: self.place(attribute.span()),
            });
        }
    }

    fn uncut(&mut self, inside: &'static str, way_out: &'static str, code: &Expr) {
        let place = self.place(first_await(code).unwrap_or_else(|| code.span()));
        self.problems.error(UncutAwait { inside, way_out, place });
    }

    fn parted(&mut self, for_: &syn::ExprForLoop, receiver: &Expr, parter: &syn::Ident) {
        let (pattern, iterated) = (self.source(&for_.pat), self.source(&for_.expr));
        let owned = (!gives_pairs(&for_.expr)).then(|| {
            format!(
                "own the parts: `for {pattern} in {iterated}.map(|part| part.to_owned()).collect::<Vec<_>>()`"
            )
        });
        let (method, place) = (self.place(parter.span()), self.place(receiver.span()));
        self.problems.error(KeptIterator { owned, all: None, method, place });
    }

    /// `order.items.iter().filter(|item| item.is_open())`, whose items are borrowed and chosen by code.
    fn iterated(&mut self, for_: &syn::ExprForLoop) {
        if let Some((receiver, parter)) = parted(&for_.expr) {
            return self.parted(for_, receiver, parter);
        }
        let Some((view, chooser)) = borrowed_and_chosen(&for_.expr) else { return };
        let text = |expr: &Expr| self.source(expr);
        let pattern = self.source(&for_.pat);
        let fault = KeptIterator {
            owned: (!gives_pairs(view)).then(|| {
                format!("own the items: `for {pattern} in {}.cloned().collect::<Vec<_>>()`", text(&for_.expr))
            }),
            all: Some(format!("for {pattern} in {}", text(view))),
            method: self.place(chooser.span()),
            place: self.place(view.span()),
        };
        self.problems.error(fault);
    }
}

/// `text.split(|letter| rules.part(letter))`: what is parted, and the method that does it.
fn parted(expr: &Expr) -> Option<(&Expr, &syn::Ident)> {
    let Expr::MethodCall(call) = unwrapped(expr) else { return None };
    let closures = || call.args.iter().any(|arg| matches!(arg, Expr::Closure(_)));
    if places::is_view(call) && closures() {
        let looks = |arg: &Expr| !matches!(arg, Expr::Closure(closure) if !looks::only(closure));
        return (!call.args.iter().all(looks)).then_some((&*call.receiver, &call.method));
    }
    (places::is_adapter(call) && !owns(call)).then(|| parted(&call.receiver))?
}

fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => unwrapped(&paren.expr),
        other => other,
    }
}

/// The level at which a macro that logs does so.
fn level_of(name: &str) -> Option<&'static str> {
    Some(match name.trim_end_matches("_span") {
        "trace" => "tracing::Level::TRACE",
        "debug" => "tracing::Level::DEBUG",
        "info" => "tracing::Level::INFO",
        "warn" => "tracing::Level::WARN",
        "error" => "tracing::Level::ERROR",
        "event" | "span" => "level",
        _ => return None,
    })
}

/// An iterator over a place, and the first method on it that runs the user's code and gives the same borrowed items.
fn borrowed_and_chosen(expr: &Expr) -> Option<(&Expr, &syn::Ident)> {
    match expr {
        Expr::Paren(paren) => borrowed_and_chosen(&paren.expr),
        Expr::MethodCall(call) if places::is_chooser(call) && !looks::all_args(call) => {
            let below = borrowed_and_chosen(&call.receiver);
            below.or_else(|| is_borrowed(&call.receiver).then_some((&*call.receiver, &call.method)))
        }
        Expr::MethodCall(call) if (places::is_adapter(call) && !owns(call)) || places::is_chooser(call) => {
            borrowed_and_chosen(&call.receiver)
        }
        _ => None,
    }
}

/// Whether the items of an iterator are pairs of what is borrowed and something else, which can't be cloned as a whole.
fn gives_pairs(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => {
            call.method == "enumerate" || call.method == "zip" || gives_pairs(&call.receiver)
        }
        _ => false,
    }
}

fn is_borrowed(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) if places::is_view(call) => true,
        Expr::MethodCall(call) if places::is_chooser(call) && looks::all_args(call) => {
            is_borrowed(&call.receiver)
        }
        Expr::MethodCall(call) if places::is_adapter(call) && !owns(call) => is_borrowed(&call.receiver),
        _ => false,
    }
}

fn owns(call: &syn::ExprMethodCall) -> bool {
    call.method == "cloned" || call.method == "copied"
}

/// Where an expression awaits first.
pub(crate) fn first_await(expr: &Expr) -> Option<Span> {
    struct First(Option<Span>);
    impl<'ast> Visit<'ast> for First {
        fn visit_expr_await(&mut self, await_: &'ast syn::ExprAwait) {
            self.0.get_or_insert(await_.await_token.span);
            visit::visit_expr_await(self, await_);
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut first = First(None);
    first.visit_expr(expr);
    first.0
}

impl<'ast> Visit<'ast> for Refuse<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::TryBlock(_) if cut::expr(expr) => {
                self.uncut(
                    "a `try` block",
                    "write an `async fn` of its own, or use `?` in the process itself",
                    expr,
                );
            }
            Expr::ForLoop(for_) if cut::block(&for_.body) => self.iterated(for_),
            Expr::MethodCall(call) if call.method == "retry" => self.retried(call),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    // The awaits of these are their own.
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
