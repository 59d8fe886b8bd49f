//! Awaits inside expressions, in Rust's order of evaluation.
//!
//! `f(a(), b().await, c())` becomes `let a = a(); f(a, b().await, c())`: what must be evaluated before an await is bound to a temporary,
//! the last await of a statement stays at its place, and what comes after it is left as it stands. Afterwards each statement awaits at
//! most once, and nothing with an effect comes before that in it.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

use super::binding::Bindings;
use super::hoist::only_operand;
use super::macros::ReadMacro;
use super::operand::{self, Later, Operand, Role};
use super::{build, cut, wording};
use crate::collect::CalledPart;

/// Takes statements apart.
pub(crate) struct Unnest<'a> {
    /// Where temporaries are made.
    pub bindings: &'a mut Bindings,
    /// The macros that were read.
    pub macros: &'a [ReadMacro],
    /// The parts that may be called.
    pub parts: &'a BTreeMap<String, CalledPart>,
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
                    let expr = if cut::expr(&expr) { build::bare(expr) } else { expr };
                    *init.expr = if init.diverge.is_some() && cut::is_construct(&expr) && cut::inside(&expr) {
                        self.hoist(expr, Role::Value, &mut before)
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
    pub(super) fn top(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Expr {
        match expr {
            Expr::If(if_) => self.condition(if_, out),
            Expr::Match(mut match_) => {
                let value = self.residual(*match_.expr, out);
                match_.expr = Box::new(self.looked_at_again(value, &match_.arms, out));
                Expr::Match(match_)
            }
            Expr::ForLoop(mut for_) if !cut::block(&for_.body) => {
                for_.expr = Box::new(self.residual(*for_.expr, out));
                Expr::ForLoop(for_)
            }
            Expr::Paren(paren) if cut::is_construct(&paren.expr) => self.top(*paren.expr, out),
            // Control flow that is returned, or broken with, is lowered with each of its branches doing so.
            Expr::Return(mut return_) => {
                return_.expr = return_.expr.map(|expr| Box::new(self.top(*expr, out)));
                Expr::Return(return_)
            }
            Expr::Break(mut break_) => {
                break_.expr = break_.expr.map(|expr| Box::new(self.top(*expr, out)));
                Expr::Break(break_)
            }
            other if cut::is_construct(&other) => other,
            other => self.residual(other, out),
        }
    }

    /// An expression that awaits at most once, at its place and first of all.
    pub(super) fn residual(&mut self, expr: Expr, out: &mut Vec<Stmt>) -> Expr {
        if !cut::expr(&expr) {
            return expr;
        }
        match expr {
            Expr::Await(mut await_) => {
                self.open(&mut await_.base, out);
                self.settle_inputs(&mut await_.base, out);
                Expr::Await(await_)
            }
            Expr::Group(group) => self.residual(*group.expr, out),
            Expr::Binary(binary) => self.binary(binary, out),
            Expr::Assign(assign) => self.assign(assign, out),
            Expr::Let(mut let_) => {
                let_.expr = Box::new(self.residual(*let_.expr, out));
                Expr::Let(let_)
            }
            Expr::Call(call) if operand::is_macro(&call) => self.macro_(call, out),
            Expr::Call(mut call) => {
                let func = std::iter::once(Operand::receiver(*call.func));
                let operands = func.chain(call.args.into_iter().map(Operand::value)).collect();
                let mut operands = self.operands(operands, out).into_iter();
                call.func = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
                call.args = operands.collect();
                Expr::Call(call)
            }
            Expr::MethodCall(mut call) => {
                let receiver = std::iter::once(Operand::receiver(*call.receiver));
                let operands = receiver.chain(call.args.into_iter().map(Operand::value)).collect();
                let mut operands = self.operands(operands, out).into_iter();
                call.receiver = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
                call.args = operands.collect();
                Expr::MethodCall(call)
            }
            Expr::Tuple(mut tuple) => {
                tuple.elems = self.values(tuple.elems, out).collect();
                if tuple.elems.len() == 1 {
                    tuple.elems.push_punct(Default::default());
                }
                Expr::Tuple(tuple)
            }
            Expr::Array(mut array) => {
                array.elems = self.values(array.elems, out).collect();
                Expr::Array(array)
            }
            Expr::Struct(struct_) => self.struct_(struct_, out),
            Expr::Index(mut index) => {
                let operands = vec![Operand::receiver(*index.expr), Operand::value(*index.index)];
                let mut operands = self.operands(operands, out).into_iter();
                index.expr = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
                index.index = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
                Expr::Index(index)
            }
            Expr::Range(mut range) => {
                let (start, end) = (range.start.take(), range.end.take());
                let (has_start, has_end) = (start.is_some(), end.is_some());
                let ends = start.into_iter().chain(end).map(|end| *end);
                let mut ends = self.values(ends, out);
                range.start = if has_start { ends.next().map(Box::new) } else { None };
                range.end = if has_end { ends.next().map(Box::new) } else { None };
                Expr::Range(range)
            }
            construct if cut::is_construct(&construct) => self.hoist(construct, Role::Value, out),
            other => self.single(other, out),
        }
    }

    /// Expressions with one operand.
    fn single(&mut self, mut expr: Expr, out: &mut Vec<Stmt>) -> Expr {
        if let Some(operand) = only_operand(&mut expr) {
            let inner = std::mem::replace(operand, Expr::PLACEHOLDER);
            *operand = self.residual(inner, out);
        }
        expr
    }

    fn binary(&mut self, mut binary: syn::ExprBinary, out: &mut Vec<Stmt>) -> Expr {
        let lazy = matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_));
        if lazy && cut::expr(&binary.right) {
            let span = binary.op.span();
            let (left, right) = (build::bare(*binary.left), build::bare(*binary.right));
            let constant = |value| build::bool(value, span);
            let chosen = match binary.op {
                syn::BinOp::And(_) => build::if_(span, left, build::block_of(right), Some(constant(false))),
                _ => build::if_(span, left, build::block_of(constant(true)), Some(right)),
            };
            return self.hoist(chosen, Role::Value, out);
        }
        if lazy {
            binary.left = Box::new(self.residual(*binary.left, out));
            return Expr::Binary(binary);
        }
        if operand::is_compound(&binary.op) {
            return self.compound(binary, out);
        }
        let role = if operand::is_comparison(&binary.op) { Role::Place } else { Role::Value };
        let operands = vec![Operand { expr: *binary.left, role }, Operand { expr: *binary.right, role }];
        let mut operands = self.operands(operands, out).into_iter();
        binary.left = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
        binary.right = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
        Expr::Binary(binary)
    }

    /// `place += value`: numbers evaluate the value first, all other types the place. Where the place does nothing, it is one.
    fn compound(&mut self, mut binary: syn::ExprBinary, out: &mut Vec<Stmt>) -> Expr {
        let (left, right) =
            ([Operand::receiver((*binary.left).clone())], [Operand::value((*binary.right).clone())]);
        if operand::is_inert(&binary.right, Role::Value, Later::Operands(&left)) {
            binary.left = Box::new(self.residual(*binary.left, out));
            return Expr::Binary(binary);
        }
        if !operand::is_inert(&binary.left, Role::Place, Later::Operands(&right)) || cut::expr(&binary.left) {
            self.unordered.push(binary.clone());
        }
        binary.right = Box::new(self.residual(*binary.right, out));
        Expr::Binary(binary)
    }

    /// The right side is evaluated first.
    fn assign(&mut self, mut assign: syn::ExprAssign, out: &mut Vec<Stmt>) -> Expr {
        if cut::expr(&assign.left) && takes_apart(&assign.left) {
            return self.assign_apart(assign, out);
        }
        if cut::expr(&assign.left) {
            let operands = vec![Operand::value(*assign.right), Operand::receiver(*assign.left)];
            let mut operands = self.operands(operands, out).into_iter();
            assign.right = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
            assign.left = Box::new(operands.next().unwrap_or(Expr::PLACEHOLDER));
        } else {
            assign.right = Box::new(self.residual(*assign.right, out));
        }
        Expr::Assign(assign)
    }

    /// `(a, b[i().await]) = pair;` is `let (one, other) = pair; a = one; b[i().await] = other;`.
    fn assign_apart(&mut self, mut assign: syn::ExprAssign, out: &mut Vec<Stmt>) -> Expr {
        let mut places = Vec::new();
        each_place(&mut assign.left, &mut |place| {
            let (name, span) = (self.free_name(&wording::value_name(place)), place.span());
            let value = build::name(self.bindings.temporary(&name, span, false));
            places.push((std::mem::replace(place, value.clone()), value));
        });
        // What is assigned to reads as a pattern does.
        let pat = syn::Pat::parse_multi.parse2(assign.left.to_token_stream());
        let pat = pat.unwrap_or_else(|_| syn::parse_quote!(_));
        let value = self.residual(*assign.right, out);
        out.push(build::let_(pat, value));
        for (place, value) in places {
            let (left, right, attrs) = (Box::new(place), Box::new(value), Vec::new());
            let written = Expr::Assign(syn::ExprAssign { attrs, left, right, eq_token: assign.eq_token });
            out.push(Stmt::Expr(written, Some(Default::default())));
        }
        Expr::Tuple(syn::ExprTuple {
            attrs: Vec::new(),
            paren_token: Default::default(),
            elems: Default::default(),
        })
    }

    fn struct_(&mut self, mut struct_: syn::ExprStruct, out: &mut Vec<Stmt>) -> Expr {
        let fields: Vec<syn::FieldValue> = struct_.fields.into_iter().collect();
        let mut operands: Vec<Operand> =
            fields.iter().map(|field| Operand::value(field.expr.clone())).collect();
        operands.extend(struct_.rest.take().map(|rest| Operand::place(*rest)));
        let had_rest = operands.len() > fields.len();
        let mut operands = self.operands(operands, out).into_iter();
        struct_.fields = fields
            .into_iter()
            .zip(operands.by_ref())
            .map(|(mut field, expr)| {
                field.colon_token = field.colon_token.or_else(|| Some(Default::default()));
                field.expr = expr;
                field
            })
            .collect();
        struct_.rest = if had_rest { operands.next().map(Box::new) } else { None };
        if struct_.rest.is_some() && !struct_.fields.empty_or_trailing() {
            struct_.fields.push_punct(Default::default());
        }
        Expr::Struct(struct_)
    }

    fn macro_(&mut self, mut call: syn::ExprCall, out: &mut Vec<Stmt>) -> Expr {
        let read = super::macros::behind(&call, self.macros);
        let (role, returns) = read.map_or((Role::Value, false), |(read, _)| (read.role(), read.returns()));
        let operands = call.args.into_iter().map(|expr| Operand { expr, role }).collect();
        let operands = self.operands(operands, out).into_iter();
        call.args = operands.map(|expr| if returns { self.free(expr, role, out) } else { expr }).collect();
        Expr::Call(call)
    }
}

/// Whether a value is taken apart where it is assigned: `(a, b) = pair`.
fn takes_apart(left: &Expr) -> bool {
    match left {
        Expr::Tuple(_) | Expr::Array(_) | Expr::Call(_) | Expr::Struct(_) => true,
        Expr::Paren(paren) => takes_apart(&paren.expr),
        _ => false,
    }
}

/// The places that parts of a value are assigned to, in their order.
fn each_place(left: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    match left {
        Expr::Tuple(tuple) => tuple.elems.iter_mut().for_each(|elem| each_place(elem, visit)),
        Expr::Array(array) => array.elems.iter_mut().for_each(|elem| each_place(elem, visit)),
        Expr::Call(call) => call.args.iter_mut().for_each(|arg| each_place(arg, visit)),
        Expr::Struct(struct_) => {
            struct_.fields.iter_mut().for_each(|field| each_place(&mut field.expr, visit))
        }
        Expr::Paren(paren) => each_place(&mut paren.expr, visit),
        Expr::Infer(_) => {}
        Expr::Range(range) if range.start.is_none() && range.end.is_none() => {}
        place => visit(place),
    }
}
