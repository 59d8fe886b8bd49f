//! The fn `run`: a `match` whose arms are the code between two points.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt, parse_quote, parse_quote_spanned};

use super::frame::Frame;
use super::paths::deeper;
use super::states::transitions;
use crate::collect::ProcessItem;
use crate::lower::{FieldType, Machine, StandIn, State};

/// `fn run`.
pub(super) fn run(process: &ProcessItem, machine: &Machine, frame: &Frame) -> TokenStream {
    let Frame { rt, cx, next, state, run, lifetime, .. } = frame;
    let is_part = process.path.is_none();
    let services = machine.services.iter().map(|service| {
        let (name, ty) = (&service.name, deeper(borrowed(&service.ty, lifetime)));
        quote!(#name: #ty)
    });
    let transitions = transitions(machine, frame);
    let items = machine.items.iter().map(deeper);
    let arms = machine
        .states
        .iter()
        .enumerate()
        .map(|(position, state)| one(position, state, (machine, is_part), frame));
    let (exit, moves) = if is_part {
        let machine_type = &frame.machine;
        (quote!(#rt::PartRunning<#lifetime, <#machine_type as #rt::Returns>::Output>), quote!(through))
    } else {
        (quote!(#rt::Running<#lifetime>), quote!(run))
    };
    // What rustc says of the whole of it, it says of the process.
    let whole = quote_spanned!(process.item.sig.ident.span()=>
        #next.#moves(#cx, move |#state| async move {
            match #state {
                #(#arms)*
            }
        })
    );
    let unsafe_parts = is_unsafe(machine)
        .then(|| quote!(#[allow(unused_unsafe, reason = "not each part of an `unsafe` block needs it")]));
    quote! {
        #[allow(
            unused_mut, unused_assignments, unreachable_code, irrefutable_let_patterns,
            reason = "only rustc knows what an arm makes of what it is given"
        )]
        #[allow(
            clippy::needless_return, clippy::redundant_pattern_matching,
            reason = "each way out of an arm is written out"
        )]
        #unsafe_parts
        fn #run<#lifetime>(#cx: &#lifetime #rt::Context #(, #services)*) -> #exit {
            #(#items)*
            let #next = #transitions;
            #whole
        }
    }
}

/// The type of a service, borrowed for as long as the run takes.
fn borrowed(ty: &syn::Type, lifetime: &syn::Lifetime) -> syn::Type {
    let mut ty = ty.clone();
    if let syn::Type::Reference(reference) = &mut ty {
        reference.lifetime.get_or_insert_with(|| lifetime.clone());
    }
    ty
}

/// Whether an `unsafe` block of the user's stands in an arm.
fn is_unsafe(machine: &Machine) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_expr_unsafe(&mut self, _: &'ast syn::ExprUnsafe) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    machine.states.iter().flat_map(|state| &state.body).for_each(|stmt| found.visit_stmt(stmt));
    found.0
}

fn one(position: usize, state: &State, (machine, is_part): (&Machine, bool), frame: &Frame) -> TokenStream {
    let states = &frame.states;
    let name = format_ident!("{}", state.name);
    let fields = state.fields.iter().map(|field| {
        let mutability = field.mutable.then(|| quote_spanned!(field.born_span=> mut));
        let mut name = field.name.clone();
        name.set_span(field.born_span);
        quote!(#mutability #name)
    });
    let mut body: Vec<Stmt> = state.remade.iter().chain(&state.body).cloned().collect();
    let mut rewrite = Rewrite { machine, frame, is_part, passes: passes(position, state) };
    body.iter_mut().for_each(|stmt| rewrite.visit_stmt_mut(stmt));
    machine.put_back_macros(&mut body);
    if let Some(Stmt::Expr(Expr::Return(syn::ExprReturn { expr: Some(value), .. }), _)) = body.last() {
        let value = (**value).clone();
        body.pop();
        body.push(Stmt::Expr(value, None));
    }
    let body = deeper(quote!(#(#body)*));
    quote!(#states::#name { #(#fields),* } => { #body })
}

/// Whether nothing of the user's runs before this state's jump: only `Start` is saved without an await of its own.
fn passes(position: usize, state: &State) -> bool {
    position == 0
        && matches!(state.body.as_slice(), [Stmt::Expr(only, _)] if matches!(StandIn::of(only), Some(StandIn::Jump(_))))
}

/// Turns awaits, `?`, `return` and jumps into calls of the runtime.
struct Rewrite<'a> {
    machine: &'a Machine,
    frame: &'a Frame,
    is_part: bool,
    passes: bool,
}

impl VisitMut for Rewrite<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if matches!(expr, Expr::Closure(_) | Expr::Async(_) | Expr::Const(_)) {
            return self.names_only(expr);
        }
        visit_mut::visit_expr_mut(self, expr);
        let rewritten = match &*expr {
            Expr::Await(await_) => Some(self.await_(await_)),
            Expr::Try(try_) => Some(self.try_(try_)),
            Expr::Return(return_) => Some(self.return_(return_)),
            other => self.stand_in(other),
        };
        if let Some(rewritten) = rewritten {
            *expr = rewritten;
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.segments.len() > 1
            && let Some(StandIn::Runtime) = StandIn::of_path(path)
            && let Some(first) = path.segments.first_mut()
        {
            let mut rt = self.frame.rt.clone();
            rt.set_span(first.ident.span());
            first.ident = rt;
        }
        visit_mut::visit_path_mut(self, path);
    }
}

impl Rewrite<'_> {
    /// Closures, async and const blocks are the user's own; only names of this module are told apart there.
    fn names_only(&self, expr: &mut Expr) {
        struct Names<'a, 'b>(&'a Rewrite<'b>);
        impl VisitMut for Names<'_, '_> {
            fn visit_expr_mut(&mut self, expr: &mut Expr) {
                visit_mut::visit_expr_mut(self, expr);
                if let Some(rewritten) = self.0.stand_in(expr) {
                    *expr = rewritten;
                }
            }
        }
        Names(self).visit_expr_mut(expr);
    }

    fn at(&self, name: &syn::Ident, span: Span) -> syn::Ident {
        let mut name = name.clone();
        name.set_span(span);
        name
    }

    fn await_(&self, await_: &syn::ExprAwait) -> Expr {
        let span = await_.await_token.span;
        let cx = self.at(&self.frame.cx, span);
        let (kind, awaited) = match &*await_.base {
            Expr::Call(call) => match StandIn::of(&await_.base) {
                Some(StandIn::Race) => ("race", &call.args),
                Some(StandIn::Join) => ("join", &call.args),
                Some(StandIn::TryJoin) => ("try_join", &call.args),
                _ => return self.step(await_, &cx, span),
            },
            _ => return self.step(await_, &cx, span),
        };
        let kind = syn::Ident::new(kind, span);
        let arms = awaited.iter().map(|awaited| called(awaited.clone(), "arm_in", &cx, span));
        parse_quote_spanned!(span=> #cx.#kind((#(#arms,)*)).await)
    }

    fn step(&self, await_: &syn::ExprAwait, cx: &syn::Ident, span: Span) -> Expr {
        let mut step = await_.clone();
        step.base = Box::new(called((*await_.base).clone(), "step_in", cx, span));
        Expr::Await(step)
    }

    fn try_(&self, try_: &syn::ExprTry) -> Expr {
        let span = try_.question_token.span;
        let next = self.at(&self.frame.next, span);
        let tested = &try_.expr;
        parse_quote_spanned!(span=>
            match #next.branch(#tested) {
                ::core::ops::ControlFlow::Continue(value) => value,
                ::core::ops::ControlFlow::Break(residual) => return #next.fail(residual),
            }
        )
    }

    fn return_(&self, return_: &syn::ExprReturn) -> Expr {
        let written = return_.return_token.span;
        // At the end of a body the `return` is ours, and serves the value.
        let span = match &return_.expr {
            Some(value) if written.byte_range().is_empty() => value.span(),
            _ => written,
        };
        let next = self.at(&self.frame.next, span);
        let value: Expr = return_.expr.as_deref().cloned().unwrap_or_else(|| parse_quote_spanned!(span=> ()));
        let mut done = return_.clone();
        done.expr = Some(Box::new(parse_quote_spanned!(span=> #next.done(#value))));
        Expr::Return(done)
    }

    fn stand_in(&self, expr: &Expr) -> Option<Expr> {
        match StandIn::of(expr)? {
            StandIn::Jump(position) => Some(self.jump(self.machine.states.get(position)?)),
            StandIn::Bail => {
                let Expr::Call(call) = expr else { return None };
                let args = &call.args;
                let rt = self.at(&self.frame.rt, args.span());
                let machine = self.at(&self.frame.machine, args.span());
                let returns = format_ident!("{}", if self.is_part { "Returns" } else { "Machine" });
                let code = args.iter();
                Some(parse_quote!((|| -> <#machine as #rt::#returns>::Output { #(#code);* })()))
            }
            StandIn::Get => Some(parse_quote!(self::get)),
            StandIn::Race | StandIn::Join | StandIn::TryJoin | StandIn::Runtime => None,
        }
    }

    /// A jump serves what its target awaits: what can't be taken there is said of that.
    fn jump(&self, state: &State) -> Expr {
        let span = state.span;
        let (next, states) = (self.at(&self.frame.next, span), self.at(&self.frame.states, span));
        let name = syn::Ident::new(&state.name, span);
        let fields = state.fields.iter().map(|field| {
            let name = &field.name;
            match field.ty {
                FieldType::Text => quote_spanned!(name.span()=> #name: #name.to_owned()),
                _ => quote!(#name),
            }
        });
        let how = syn::Ident::new(if self.passes { "pass" } else { "to" }, span);
        parse_quote_spanned!(span=> return #next.#how(#states::#name { #(#fields),* }))
    }
}

/// `receiver.method(cx)`.
fn called(receiver: Expr, method: &str, cx: &syn::Ident, span: Span) -> Expr {
    let cx: Expr = parse_quote!(#cx);
    Expr::MethodCall(syn::ExprMethodCall {
        attrs: Vec::new(),
        receiver: Box::new(receiver),
        dot_token: syn::Token![.](span),
        method: syn::Ident::new(method, span),
        turbofish: None,
        paren_token: syn::token::Paren(span),
        args: std::iter::once(cx).collect(),
    })
}
