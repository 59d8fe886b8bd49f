//! Awaits inside expressions, in Rust's order of evaluation.
//!
//! `f(a(), b().await, c())` becomes `let a = a(); f(a, b().await, c())`: what must be evaluated before an await is bound to a temporary,
//! the last await of a statement stays at its place, and what comes after it is left as it stands. Afterwards each statement awaits at
//! most once, and nothing with an effect comes before that in it.

use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, Stmt, parse_quote};

use super::binding::{Bindings, identity, is_stand_in};
use super::{cut, macros, mentions, wording};

/// Takes statements apart.
pub(crate) struct Unnest<'a> {
    /// Where temporaries are made.
    pub bindings: &'a mut Bindings,
    /// Compound assignments whose order of evaluation depends on their type.
    pub unordered: Vec<syn::ExprBinary>,
}

/// What comes before a statement, and the statement.
pub(crate) struct Unnested {
    pub before: Vec<Stmt>,
    pub main: Stmt,
}

impl Unnest<'_> {
    /// Takes one statement apart.
    pub(crate) fn statement(&mut self, stmt: Stmt) -> Unnested {
        let mut before = Vec::new();
        let main = match stmt {
            Stmt::Expr(expr, semi) => Stmt::Expr(self.top(expr, &mut before), semi),
            Stmt::Local(mut local) => {
                if let Some(init) = &mut local.init {
                    let expr = std::mem::replace(&mut *init.expr, Expr::PLACEHOLDER);
                    *init.expr = if init.diverge.is_some() && cut::is_construct(&expr) && cut::inside(&expr) {
                        self.free(expr, &mut before)
                    } else {
                        self.top(expr, &mut before)
                    };
                }
                Stmt::Local(local)
            }
            other => other,
        };
        Unnested { before, main }
    }

    /// An expression that is a whole statement, an initialiser or a block's value: control flow may stay there.
    fn top(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Expr {
        match expr {
            Expr::If(if_) => self.condition(if_, out),
            Expr::Match(mut match_) => {
                match_.expr = Box::new(self.residual(*match_.expr, out));
                Expr::Match(match_)
            }
            Expr::ForLoop(mut for_) if !cut::block(&for_.body) => {
                for_.expr = Box::new(self.residual(*for_.expr, out));
                Expr::ForLoop(for_)
            }
            Expr::Paren(paren) if cut::is_construct(&paren.expr) => self.top(*paren.expr, out),
            Expr::Return(mut return_) => {
                // Control flow that is returned is lowered with each of its branches returning.
                return_.expr = return_.expr.map(|expr| Box::new(self.top(*expr, out)));
                Expr::Return(return_)
            }
            other if cut::is_construct(&other) => other,
            other => self.residual(other, out),
        }
    }

    /// `if a && let Some(x) = b().await { … } else { … }`: only what is evaluated first may await; otherwise the chain is nested.
    fn condition(&mut self, mut if_: syn::ExprIf, out: &mut Vec<Stmt>) -> Expr {
        if !cut::expr(&if_.cond) {
            return Expr::If(if_);
        }
        let mut conjuncts = Vec::new();
        flatten(*if_.cond, &mut conjuncts);
        let has_let = conjuncts.iter().any(|conjunct| matches!(conjunct, Expr::Let(_)));
        let first_only = !conjuncts.iter().skip(1).any(cut::expr);
        if first_only {
            let mut rest = conjuncts.into_iter();
            let first = rest.next().map_or(Expr::PLACEHOLDER, |first| self.residual(first, out));
            let cond = rest.fold(first, |left, right| parse_quote!(#left && #right));
            if_.cond = Box::new(cond);
            return Expr::If(if_);
        }
        if !has_let {
            let cond = conjuncts.into_iter().reduce(|left, right| parse_quote!(#left && #right));
            if_.cond = Box::new(self.free(cond.unwrap_or(Expr::PLACEHOLDER), out));
            return Expr::If(if_);
        }
        let label = syn::Lifetime::new("'chainᐧ", if_.if_token.span);
        let then_branch = if_.then_branch;
        let found: Expr = parse_quote!({ break #label #then_branch });
        let nested = conjuncts.into_iter().rev().fold(found, |inner, conjunct| match inner {
            Expr::Block(block) => parse_quote!(if #conjunct #block),
            other => parse_quote!(if #conjunct { #other }),
        });
        let otherwise = if_.else_branch.map(|(_, branch)| *branch);
        parse_quote!(#label: { #nested #otherwise })
    }

    /// An expression that awaits at most once, at its place and first of all.
    pub(crate) fn residual(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Expr {
        if !cut::expr(&expr) {
            return expr;
        }
        match expr {
            Expr::Await(mut await_) => {
                self.open(&mut await_.base, out);
                Expr::Await(await_)
            }
            Expr::Paren(mut paren) => {
                paren.expr = Box::new(self.residual(*paren.expr, out));
                Expr::Paren(paren)
            }
            Expr::Group(group) => self.residual(*group.expr, out),
            Expr::Binary(binary) => self.binary(binary, out),
            Expr::Assign(assign) => self.assign(assign, out),
            Expr::Let(mut let_) => {
                let_.expr = Box::new(self.residual(*let_.expr, out));
                Expr::Let(let_)
            }
            Expr::Call(call) if is_macro(&call) => {
                let mut call = call;
                call.args = self.all_free(call.args, out);
                Expr::Call(call)
            }
            Expr::Call(mut call) => {
                let operands = std::iter::once(*call.func).chain(call.args).collect();
                let mut operands = self.operands(operands, out).into_iter();
                call.func = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
                call.args = operands.collect();
                Expr::Call(call)
            }
            Expr::MethodCall(mut call) => {
                let operands = std::iter::once(*call.receiver).chain(call.args).collect();
                let mut operands = self.operands(operands, out).into_iter();
                call.receiver = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
                call.args = operands.collect();
                Expr::MethodCall(call)
            }
            Expr::Tuple(mut tuple) => {
                tuple.elems = self.operands(tuple.elems.into_iter().collect(), out).into_iter().collect();
                if tuple.elems.len() == 1 {
                    tuple.elems.push_punct(Default::default());
                }
                Expr::Tuple(tuple)
            }
            Expr::Array(mut array) => {
                array.elems = self.operands(array.elems.into_iter().collect(), out).into_iter().collect();
                Expr::Array(array)
            }
            Expr::Struct(struct_) => self.struct_(struct_, out),
            Expr::Index(mut index) => {
                let mut operands = self.operands(vec![*index.expr, *index.index], out).into_iter();
                index.expr = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
                index.index = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
                Expr::Index(index)
            }
            Expr::Range(mut range) => {
                let (start, end) = (range.start.take(), range.end.take());
                let (has_start, has_end) = (start.is_some(), end.is_some());
                let operands = start.into_iter().chain(end).map(|end| *end).collect();
                let mut operands = self.operands(operands, out).into_iter();
                range.start = if has_start { operands.next().map(Box::new) } else { None };
                range.end = if has_end { operands.next().map(Box::new) } else { None };
                Expr::Range(range)
            }
            construct if cut::is_construct(&construct) => self.hoist(construct, out),
            other => self.single(other, out),
        }
    }

    /// Expressions with one operand.
    fn single(&mut self, mut expr: Expr, out: &mut Vec<Stmt>) -> Expr {
        let operand = match &mut expr {
            Expr::Try(try_) => Some(&mut try_.expr),
            Expr::Field(field) => Some(&mut field.base),
            Expr::Unary(unary) => Some(&mut unary.expr),
            Expr::Reference(reference) => Some(&mut reference.expr),
            Expr::Cast(cast) => Some(&mut cast.expr),
            Expr::Repeat(repeat) => Some(&mut repeat.expr),
            Expr::RawAddr(raw) => Some(&mut raw.expr),
            Expr::Return(return_) => return_.expr.as_mut(),
            Expr::Break(break_) => break_.expr.as_mut(),
            _ => None,
        };
        if let Some(operand) = operand {
            let inner = std::mem::replace(&mut **operand, Expr::PLACEHOLDER);
            **operand = self.residual(inner, out);
        }
        expr
    }

    fn binary(&mut self, mut binary: syn::ExprBinary, out: &mut Vec<Stmt>) -> Expr {
        let lazy = matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_));
        if lazy && cut::expr(&binary.right) {
            let (left, right) = (bare(*binary.left), bare(*binary.right));
            let chosen: Expr = match binary.op {
                syn::BinOp::And(_) => parse_quote!(if #left { #right } else { false }),
                _ => parse_quote!(if #left { true } else { #right }),
            };
            return self.hoist(chosen, out);
        }
        if lazy {
            binary.left = Box::new(self.residual(*binary.left, out));
            return Expr::Binary(binary);
        }
        if is_compound(&binary.op) {
            let ordered = inert(&binary.left, true, &|_| false) && !cut::expr(&binary.left);
            if !ordered {
                self.unordered.push(binary.clone());
            }
            binary.right = Box::new(self.residual(*binary.right, out));
            return Expr::Binary(binary);
        }
        let mut operands = self.operands(vec![*binary.left, *binary.right], out).into_iter();
        binary.left = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
        binary.right = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
        Expr::Binary(binary)
    }

    /// The right side is evaluated first.
    fn assign(&mut self, mut assign: syn::ExprAssign, out: &mut Vec<Stmt>) -> Expr {
        if cut::expr(&assign.left) {
            let mut operands = self.operands(vec![*assign.right, *assign.left], out).into_iter();
            assign.right = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
            assign.left = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
        } else {
            assign.right = Box::new(self.residual(*assign.right, out));
        }
        Expr::Assign(assign)
    }

    fn struct_(&mut self, mut struct_: syn::ExprStruct, out: &mut Vec<Stmt>) -> Expr {
        let fields: Vec<syn::FieldValue> = struct_.fields.into_iter().collect();
        let mut operands: Vec<Expr> = fields.iter().map(|field| field.expr.clone()).collect();
        operands.extend(struct_.rest.take().map(|rest| *rest));
        let had_rest = operands.len() > fields.len();
        let mut operands = self.operands(operands, out).into_iter();
        struct_.fields = fields
            .into_iter()
            .zip(operands.by_ref())
            .map(|(mut field, expr)| {
                field.expr = expr;
                field
            })
            .collect();
        struct_.rest = if had_rest { operands.next().map(Box::new) } else { None };
        if had_rest && !struct_.fields.empty_or_trailing() {
            struct_.fields.push_punct(Default::default());
        }
        Expr::Struct(struct_)
    }

    /// Operands in their order: those before the last await are bound to temporaries, unless it makes no difference when they are read.
    fn operands(&mut self, operands: Vec<Expr>, out: &mut Vec<Stmt>) -> Vec<Expr> {
        let Some(last) = operands.iter().rposition(cut::expr) else { return operands };
        let mut later: Vec<std::collections::HashSet<usize>> = Vec::new();
        for operand in operands.iter().take(last + 1).rev() {
            let mut known = later.last().cloned().unwrap_or_default();
            known.extend(mentions::in_expr(operand));
            later.push(known);
        }
        later.reverse();
        let mut done = Vec::with_capacity(operands.len());
        for (position, operand) in operands.into_iter().enumerate() {
            let expr = if position > last {
                operand
            } else if position == last {
                self.residual(operand, out)
            } else if cut::expr(&operand) {
                self.free(operand, out)
            } else {
                let mentioned = later.get(position + 1);
                let bindings = &*self.bindings;
                let changes = |id: usize| {
                    bindings.get(id).is_some_and(|binding| binding.mutable)
                        && mentioned.is_some_and(|mentioned| mentioned.contains(&id))
                };
                if inert(&operand, false, &changes) { operand } else { self.hoist(operand, out) }
            };
            done.push(expr);
        }
        done
    }

    fn all_free(
        &mut self,
        args: syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        out: &mut Vec<Stmt>,
    ) -> syn::punctuated::Punctuated<Expr, syn::Token![,]> {
        let operands = self.operands(args.into_iter().collect(), out);
        operands.into_iter().map(|operand| self.free(operand, out)).collect()
    }

    /// What is awaited: a future can't be bound to a temporary, but what it is made of can. Where several are awaited together, the
    /// operands of all of them come first.
    fn open(&mut self, awaited: &mut Expr, out: &mut Vec<Stmt>) {
        if !cut::expr(awaited) {
            return;
        }
        let mut places = Vec::new();
        operands_of(awaited, &mut places);
        let operands = places.iter_mut().map(|place| std::mem::replace(&mut **place, Expr::PLACEHOLDER));
        let operands = self.operands(operands.collect(), out);
        for (place, operand) in places.into_iter().zip(operands) {
            *place = self.free(operand, out);
        }
    }

    /// An expression that does not await any more.
    fn free(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Expr {
        let residual = self.residual(expr, out);
        if cut::expr(&residual) { self.hoist(residual, out) } else { residual }
    }

    /// Binds a value to a temporary. What is only borrowed or named around it stays.
    fn hoist(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Expr {
        match expr {
            Expr::Paren(paren) => self.hoist(*paren.expr, out),
            Expr::Group(group) => self.hoist(*group.expr, out),
            Expr::Reference(mut reference) => {
                reference.expr = Box::new(self.hoist(*reference.expr, out));
                Expr::Reference(reference)
            }
            Expr::Assign(mut named) if macros::is_named(&named) => {
                named.right = Box::new(self.hoist(*named.right, out));
                Expr::Assign(named)
            }
            other => {
                let span = wording::heart(&other).span();
                let name = self.free_name(&wording::value_name(&other));
                let ident = self.bindings.temporary(&name, span, false);
                out.push(parse_quote!(let #ident = #other;));
                parse_quote!(#ident)
            }
        }
    }

    /// A temporary must not hide a function of the same name.
    fn free_name(&self, name: &str) -> String {
        if self.bindings.outside.contains(name) { format!("{name}_value") } else { name.to_owned() }
    }
}

/// The operands of what is awaited. A call on a call (`order.charge(sum).retry(backoff)`) has those of both, unless what is awaited for
/// the outer one must not be overtaken by the inner one.
fn operands_of<'e>(awaited: &'e mut Expr, out: &mut Vec<&'e mut Expr>) {
    match awaited {
        Expr::Paren(paren) => operands_of(&mut paren.expr, out),
        Expr::Group(group) => operands_of(&mut group.expr, out),
        Expr::Call(call) => {
            if wording::is_call_of(call, "race") || wording::is_call_of(call, "join") {
                return call.args.iter_mut().for_each(|part| operands_of(part, out));
            }
            out.push(&mut call.func);
            out.extend(&mut call.args);
        }
        Expr::MethodCall(call) => {
            if call.args.iter().any(cut::expr) {
                out.push(&mut call.receiver);
            } else {
                operands_of(&mut call.receiver, out);
            }
            out.extend(&mut call.args);
        }
        other => out.push(other),
    }
}

/// An expression without the parentheses around it.
fn bare(expr: Expr) -> Expr {
    match expr {
        Expr::Paren(paren) => bare(*paren.expr),
        other => other,
    }
}

fn flatten(expr: Expr, out: &mut Vec<Expr>) {
    match expr {
        Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
            flatten(*binary.left, out);
            flatten(*binary.right, out);
        }
        other => out.push(other),
    }
}

fn is_macro(call: &syn::ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path) if is_stand_in(&path.path, "macro"))
}

/// Whether an operator assigns: `+=`.
pub(crate) fn is_compound(op: &syn::BinOp) -> bool {
    quote!(#op).to_string().ends_with('=')
        && !matches!(op, syn::BinOp::Eq(_) | syn::BinOp::Ne(_) | syn::BinOp::Le(_) | syn::BinOp::Ge(_))
}

/// Whether it makes no difference when an expression is evaluated: it names places, constants and literals only.
pub(crate) fn inert(expr: &Expr, as_place: bool, changes: &dyn Fn(usize) -> bool) -> bool {
    let each = |expr: &Expr| inert(expr, false, changes);
    match expr {
        Expr::Lit(_) | Expr::Infer(_) | Expr::Closure(_) | Expr::Async(_) => true,
        Expr::Path(path) => as_place || !path.path.get_ident().and_then(identity).is_some_and(changes),
        Expr::Field(field) => inert(&field.base, as_place, changes),
        Expr::Reference(reference) => inert(&reference.expr, true, changes),
        Expr::Index(index) => as_place && inert(&index.expr, true, changes) && each(&index.index),
        Expr::Unary(unary) => inert(&unary.expr, as_place, changes),
        Expr::Paren(paren) => inert(&paren.expr, as_place, changes),
        Expr::Group(group) => inert(&group.expr, as_place, changes),
        Expr::Cast(cast) => each(&cast.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(each),
        Expr::Array(array) => array.elems.iter().all(each),
        Expr::Struct(struct_) => {
            struct_.fields.iter().all(|field| each(&field.expr)) && struct_.rest.as_deref().is_none_or(each)
        }
        Expr::Assign(named) => macros::is_named(named) && each(&named.right),
        Expr::Call(call) => is_constructor(&call.func) && call.args.iter().all(each),
        _ => false,
    }
}

fn is_constructor(func: &Expr) -> bool {
    let Expr::Path(path) = func else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|segment| segment.ident.to_string().chars().next().is_some_and(char::is_uppercase))
}
