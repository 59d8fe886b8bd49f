//! Code to a [`Graph`], in the order in which it runs, with what each name means in its scope.

mod flow;
mod names;

use std::collections::HashMap;
use std::rc::Rc;

use proc_macro2::Span;
use syn::{Expr, Stmt};

use super::graph::{Event, Graph, NodeId};
use super::local::{Bytes, Local, Meaning, Use, Written};
use crate::lower::jump;
use crate::lower::macros::{self, ReadMacro};
use flow::Around;

/// What a walk has found.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) graph: Graph,
    pub(super) uses: Vec<Use>,
    pub(super) binders: HashMap<Bytes, Local>,
    /// `break` and `continue` without their loop, and a `let` that is no condition: what rustc refuses.
    pub(super) lost: Vec<Span>,
    /// Names that a state keeps and a jump to it does not have.
    pub(super) missing: Vec<(Rc<str>, Span)>,
}

/// A walk through code.
pub(super) struct Walk<'a> {
    macros: &'a [ReadMacro],
    /// `None` while it goes through the user's own text.
    written: Option<&'a Written>,
    found: Walked,
    /// What each state keeps.
    kept: &'a [Vec<Meaning>],
    at: NodeId,
    scope: Vec<Meaning>,
    around: Vec<Around>,
    /// In a closure or an async block: where it ends, and how much of the scope stands outside of it.
    inside: Option<(NodeId, usize)>,
}

impl<'a> Walk<'a> {
    /// One through the user's own text.
    pub(super) fn through_the_original(macros: &'a [ReadMacro]) -> Self {
        Self::new(macros, None, &[])
    }

    /// One through an arm of a machine whose states keep this.
    pub(super) fn through_an_arm(
        macros: &'a [ReadMacro],
        written: &'a Written,
        kept: &'a [Vec<Meaning>],
    ) -> Self {
        Self::new(macros, Some(written), kept)
    }

    fn new(macros: &'a [ReadMacro], written: Option<&'a Written>, kept: &'a [Vec<Meaning>]) -> Self {
        let found = Walked::default();
        let (scope, around) = (Vec::new(), Vec::new());
        Walk { macros, written, found, kept, at: Graph::ENTRY, scope, around, inside: None }
    }

    /// What is bound where it begins.
    pub(super) fn begins_with<'b>(&mut self, head: impl Iterator<Item = &'b Meaning>) {
        self.scope.extend(head.cloned());
    }

    /// What it has found.
    pub(super) fn done(self) -> Walked {
        self.found
    }

    fn fresh(&mut self) -> NodeId {
        self.found.graph.node(Event::Nothing)
    }

    fn link(&mut self, from: NodeId, to: NodeId) {
        self.found.graph.link(from, to);
    }

    fn happens(&mut self, event: Event) {
        let node = self.found.graph.node(event);
        self.link(self.at, node);
        self.at = node;
    }

    /// What comes now is reached from nowhere. A closure and an async block hold all that they name, even what they never reach.
    fn leave(&mut self, to: Option<NodeId>) {
        let (from, after) = (self.at, self.fresh());
        if let Some(to) = to {
            self.link(from, to);
        }
        if self.inside.is_some() {
            self.link(from, after);
        }
        self.at = after;
    }

    fn scoped(&mut self, walk: impl FnOnce(&mut Self)) {
        let depth = self.scope.len();
        walk(self);
        self.scope.truncate(depth);
    }

    pub(super) fn block(&mut self, block: &syn::Block) {
        self.scoped(|this| this.stmts(&block.stmts));
    }

    /// Statements, in the scope that is open.
    pub(super) fn stmts(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            match stmt {
                Stmt::Local(local) => self.local(local),
                Stmt::Expr(expr, _) => self.expr(expr),
                Stmt::Macro(macro_) => self.tokens(&macro_.mac),
                Stmt::Item(_) => {}
            }
        }
    }

    fn local(&mut self, local: &syn::Local) {
        let Some(init) = &local.init else {
            self.pattern(&local.pat, Event::Declared);
            return;
        };
        self.expr(&init.expr);
        if let Some((_, diverge)) = &init.diverge {
            let (matched, otherwise) = (self.fresh(), self.fresh());
            self.link(self.at, matched);
            self.link(self.at, otherwise);
            self.at = otherwise;
            self.expr(diverge);
            self.at = matched;
        }
        self.bind(&local.pat);
    }

    fn each<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Path(path) => {
                let plain = path.qself.is_none() && path.path.leading_colon.is_none();
                if let Some(ident) = path.path.get_ident().filter(|_| plain) {
                    self.read(ident, true);
                }
            }
            Expr::Call(call) => self.call(expr, call),
            Expr::Macro(macro_) => self.tokens(&macro_.mac),
            Expr::Assign(assign) => {
                self.expr(&assign.right);
                self.assigned(&assign.left);
            }
            Expr::If(if_) => self.if_(if_),
            Expr::Match(match_) => self.match_(match_),
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => self.loop_(expr),
            Expr::Block(block) => self.labelled(block),
            Expr::Unsafe(block) => self.block(&block.block),
            Expr::Break(break_) => {
                self.each(break_.expr.as_deref());
                self.exit(break_.label.as_ref(), break_.break_token.span, |around| around.on_break);
            }
            Expr::Continue(continue_) => {
                self.exit(continue_.label.as_ref(), continue_.continue_token.span, |around| {
                    around.on_continue
                });
            }
            Expr::Return(return_) => {
                self.each(return_.expr.as_deref());
                self.leave(self.inside.map(|(end, _)| end));
            }
            Expr::Closure(closure) => {
                self.apart(|this| {
                    closure.inputs.iter().for_each(|input| this.bind(input));
                    this.expr(&closure.body);
                });
            }
            Expr::Async(block) => self.apart(|this| this.block(&block.block)),
            Expr::TryBlock(block) => self.apart(|this| this.block(&block.block)),
            Expr::Binary(binary) => self.binary(binary),
            other => self.operands(other),
        }
    }

    /// Expressions that evaluate their operands one after the other.
    fn operands(&mut self, expr: &Expr) {
        match expr {
            Expr::Array(array) => self.each(&array.elems),
            Expr::Tuple(tuple) => self.each(&tuple.elems),
            Expr::MethodCall(call) => {
                self.expr(&call.receiver);
                self.each(&call.args);
            }
            Expr::Struct(struct_) => {
                self.each(struct_.fields.iter().map(|field| &field.expr));
                self.each(struct_.rest.as_deref());
            }
            Expr::Index(index) => self.each([&*index.expr, &*index.index]),
            Expr::Range(range) => self.each(range.start.iter().chain(&range.end).map(|end| &**end)),
            Expr::Repeat(repeat) => self.expr(&repeat.expr),
            Expr::Await(await_) => self.expr(&await_.base),
            Expr::Cast(cast) => self.expr(&cast.expr),
            Expr::Field(field) => self.expr(&field.base),
            Expr::Group(group) => self.expr(&group.expr),
            Expr::Let(let_) => {
                // It is no condition, nor a link of one.
                self.found.lost.push(let_.let_token.span);
                self.expr(&let_.expr);
                self.bind(&let_.pat);
            }
            Expr::Paren(paren) => self.expr(&paren.expr),
            Expr::Reference(reference) => self.expr(&reference.expr),
            Expr::RawAddr(raw) => self.expr(&raw.expr),
            Expr::Try(try_) => self.expr(&try_.expr),
            Expr::Unary(unary) => self.expr(&unary.expr),
            // No local can be named in a constant, and nothing is known of what syn does not read.
            _ => {}
        }
    }

    fn binary(&mut self, binary: &syn::ExprBinary) {
        self.expr(&binary.left);
        if matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) {
            let after = self.fresh();
            self.link(self.at, after);
            self.expr(&binary.right);
            self.link(self.at, after);
            self.at = after;
        } else {
            self.expr(&binary.right);
        }
    }

    fn call(&mut self, expr: &Expr, call: &syn::ExprCall) {
        if let Some(state) = jump::target(expr) {
            let span = call.paren_token.span.join();
            for (name, local) in self.kept.get(state).into_iter().flatten() {
                let found = self.scope.iter().rev().find(|(other, _)| other == name);
                if found.is_none_or(|(_, found)| found != local) {
                    self.found.missing.push((Rc::clone(name), span));
                }
            }
            self.happens(Event::Jump(state));
            return self.leave(None);
        }
        let Some((read, args)) = macros::behind(call, self.macros) else {
            self.expr(&call.func);
            return self.each(&call.args);
        };
        let macros = self.macros;
        let read = macros.iter().find(|one| std::ptr::eq(*one, read)).unwrap_or(read);
        for (position, arg) in args.enumerate() {
            match arg {
                Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) if read.format == Some(position) => {
                    self.text(&text.token().to_string(), text.span(), read.names());
                }
                other => self.expr(other),
            }
        }
        if ["panic", "unreachable", "todo", "unimplemented"].iter().any(|name| read.is(name)) {
            self.leave(None);
        }
    }

    /// The left side of an assignment: a whole local is written, anything else is read.
    fn assigned(&mut self, left: &Expr) {
        match left {
            Expr::Path(path) if path.qself.is_none() && path.path.get_ident().is_some() => {
                let named = path.path.get_ident().and_then(|ident| self.names(ident, true));
                let captured = |at: usize| self.inside.is_some_and(|(_, outside)| at < outside);
                match named {
                    Some((local, at)) if captured(at) => self.happens(Event::Read(local)),
                    Some((local, _)) => self.happens(Event::Write(local)),
                    None => {}
                }
            }
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|elem| self.assigned(elem)),
            Expr::Array(array) => array.elems.iter().for_each(|elem| self.assigned(elem)),
            Expr::Struct(struct_) => struct_.fields.iter().for_each(|field| self.assigned(&field.expr)),
            Expr::Call(call) => call.args.iter().for_each(|arg| self.assigned(arg)),
            Expr::Paren(paren) => self.assigned(&paren.expr),
            other => self.expr(other),
        }
    }
}
