//! Control flow that an await cuts: each branch is lowered with the same target, to which each way out of the construct leads.

use std::collections::VecDeque;

use syn::spanned::Spanned;
use syn::visit_mut::VisitMut;
use syn::{Expr, Stmt};

use super::binding::BindingId;
use super::build::{block_expr, block_of};
use super::exits::{Exits, Frame, as_expr, deliver};
use super::flow::Flow;
use super::region::{After, Dest, Head, Target};
use super::{cut, desugar, diverge, jump, mentions};

/// How a construct stands in its statement.
enum Stands {
    Alone(Option<syn::Token![;]>),
    Bound(Box<syn::Local>),
    Returned,
    /// A `break` with a value, out of a construct with this target.
    Broken(Target),
}

impl Flow<'_> {
    /// A construct that is cut, and all that follows it.
    pub(super) fn construct(
        &mut self,
        stmt: Stmt,
        rest: VecDeque<Stmt>,
        target: &Target,
        falls: bool,
        code: &mut Vec<Stmt>,
    ) {
        let (construct, stands) = match stmt {
            Stmt::Local(local) if local.init.as_ref().is_some_and(|init| init.diverge.is_some()) => {
                return self.let_else(local, rest, target, falls, code);
            }
            Stmt::Local(mut local) => {
                let init = local.init.take().map_or(Expr::PLACEHOLDER, |init| *init.expr);
                (init, Stands::Bound(Box::new(local)))
            }
            Stmt::Expr(Expr::Return(return_), _) => {
                (return_.expr.map_or(Expr::PLACEHOLDER, |expr| *expr), Stands::Returned)
            }
            Stmt::Expr(Expr::Break(break_), semi) => {
                let frame = Exits::new(&self.frames, self.macros).frame(break_.label.as_ref());
                match (frame.map(|frame| frame.target.clone()), break_.expr) {
                    (Some(target), Some(value)) => (*value, Stands::Broken(target)),
                    (_, expr) => (Expr::Break(syn::ExprBreak { expr, ..break_ }), Stands::Alone(semi)),
                }
            }
            Stmt::Expr(expr, semi) => (expr, Stands::Alone(semi)),
            other => return code.push(other),
        };
        let discards = matches!(target.dest, Dest::Discard);
        let last = rest.is_empty();
        match stands {
            Stands::Returned => {
                let target = Target { dest: Dest::Done, after: After::Never };
                let lowered = self.lowered(construct, &target, false);
                push(lowered, None, code);
            }
            Stands::Broken(target) => {
                let lowered = self.lowered(construct, &target, false);
                push(lowered, None, code);
            }
            Stands::Alone(_)
                if let (true, true, false, After::Jump(after)) = (last, discards, falls, target.after) =>
            {
                let lowered = self.lowered(construct, target, true);
                let diverges = diverge::expr(&lowered, self.macros);
                let semi = if cut::is_construct(&lowered) { None } else { Some(Default::default()) };
                push(lowered, semi, code);
                if !diverges {
                    code.push(jump::stmt(after));
                }
            }
            Stands::Alone(semi) if last && (semi.is_none() || discards) => {
                let lowered = self.lowered(construct, target, falls);
                let semi = if cut::is_construct(&lowered) { semi } else { Some(Default::default()) };
                push(lowered, semi, code);
            }
            stands => self.followed(construct, stands, rest, target, code),
        }
    }

    /// A construct after which more is to come: all its ways out lead to one region.
    fn followed(
        &mut self,
        construct: Expr,
        stands: Stands,
        rest: VecDeque<Stmt>,
        target: &Target,
        code: &mut Vec<Stmt>,
    ) {
        let depth = self.visible.len();
        if let Stands::Bound(local) = &stands {
            self.visible.extend(mentions::in_pat(&local.pat));
        }
        let place = rest.front().map_or_else(|| construct.span(), Spanned::span);
        let after = self.region(Head::Block(after_name(&construct), place));
        let bound = self.visible.split_off(depth);
        let dest = match &stands {
            Stands::Bound(local) => Dest::Let(local.clone()),
            _ => Dest::Discard,
        };
        let inner = Target { dest, after: After::Jump(after) };
        let lowered = self.lowered(construct, &inner, true);
        let diverges = diverge::expr(&lowered, self.macros);
        let semi = if cut::is_construct(&lowered) { None } else { Some(Default::default()) };
        match stands {
            Stands::Bound(mut local) if !diverges => {
                let expr = Box::new(lowered);
                local.init = Some(syn::LocalInit { eq_token: Default::default(), expr, diverge: None });
                code.push(Stmt::Local(*local));
            }
            Stands::Alone(written) if !diverges => push(lowered, written, code),
            _ => push(lowered, semi, code),
        }
        if !diverges {
            code.push(jump::stmt(after));
        }
        self.visible.extend(bound);
        let body = self.sequence(rest, target, false, false);
        self.set_body(after, body);
    }

    /// `let … = … else { … }` with an await in its `else`.
    fn let_else(
        &mut self,
        mut local: syn::Local,
        rest: VecDeque<Stmt>,
        target: &Target,
        falls: bool,
        code: &mut Vec<Stmt>,
    ) {
        if let Some(init) = &mut local.init {
            let expr = std::mem::replace(&mut *init.expr, Expr::PLACEHOLDER);
            *init.expr = self.plain_expr(expr);
            if let Some((_, diverge)) = &mut init.diverge {
                let stmts = match std::mem::replace(&mut **diverge, Expr::PLACEHOLDER) {
                    Expr::Block(block) => block.block.stmts,
                    other => vec![Stmt::Expr(other, None)],
                };
                let never = Target { dest: Dest::Discard, after: After::Never };
                let lowered = self.block(stmts, &never, true);
                **diverge = block_expr(lowered);
            }
        }
        self.visible.extend(mentions::in_pat(&local.pat));
        code.push(Stmt::Local(local));
        code.extend(self.sequence(rest, target, falls, false));
    }

    /// A construct with each of its branches lowered. A loop is a jump to its head.
    fn lowered(&mut self, construct: Expr, target: &Target, falls: bool) -> Expr {
        match construct {
            Expr::If(if_) => self.if_(if_, target, falls),
            Expr::Match(match_) => self.match_(match_, target, falls),
            Expr::Block(block) => {
                if let Some(label) = &block.label {
                    let label = Some(label.name.ident.to_string());
                    self.frames.push(Frame { label, head: None, target: target.clone() });
                }
                let code = self.block(block.block.stmts, target, falls);
                if block.label.is_some() {
                    self.frames.pop();
                }
                block_expr(code)
            }
            Expr::Unsafe(unsafe_) => self.unsafe_(unsafe_, target, falls),
            Expr::Loop(loop_) => {
                let head = self.region(Head::Block(desugar::head_name(&loop_), loop_.loop_token.span));
                let label = loop_.label.map(|label| label.name.ident.to_string());
                self.frames.push(Frame { label, head: Some(head), target: target.clone() });
                let again = Target { dest: Dest::Discard, after: After::Jump(head) };
                let body = self.block(loop_.body.stmts, &again, false);
                self.frames.pop();
                self.set_body(head, body);
                jump::to(head)
            }
            Expr::While(while_) => self.lowered(desugar::while_loop(while_), target, falls),
            Expr::ForLoop(for_) => {
                let stmts = desugar::for_loop(for_, self.bindings);
                self.lowered(block_expr(stmts), target, falls)
            }
            other => self.plain_expr(other),
        }
    }

    /// An `unsafe` block: each part of it is one.
    fn unsafe_(&mut self, mut unsafe_: syn::ExprUnsafe, target: &Target, falls: bool) -> Expr {
        let first = self.regions.len();
        let stmts = std::mem::take(&mut unsafe_.block.stmts);
        let part = |stmts| {
            let block = syn::Block { stmts, ..unsafe_.block.clone() };
            Expr::Unsafe(syn::ExprUnsafe { block, ..unsafe_.clone() })
        };
        let code = self.block(stmts, target, falls);
        for region in self.regions.iter_mut().skip(first) {
            region.body = vec![Stmt::Expr(part(std::mem::take(&mut region.body)), None)];
        }
        part(code)
    }

    fn if_(&mut self, mut if_: syn::ExprIf, target: &Target, falls: bool) -> Expr {
        if_.cond = Box::new(self.plain_expr(*if_.cond));
        let depth = self.visible.len();
        self.visible.extend(bound_in_condition(&if_.cond));
        if_.then_branch.stmts = self.block(if_.then_branch.stmts, target, falls);
        self.visible.truncate(depth);
        let otherwise = match if_.else_branch.take() {
            Some((_, branch)) => match *branch {
                Expr::Block(block) => self.block(block.block.stmts, target, falls),
                other => self.block(vec![Stmt::Expr(other, None)], target, falls),
            },
            None if falls => return Expr::If(if_),
            None => deliver(None, target, false, self.macros),
        };
        let branch = match otherwise.as_slice() {
            [Stmt::Expr(Expr::If(_), None)] => as_expr(otherwise),
            _ => block_expr(otherwise),
        };
        if_.else_branch = Some((Default::default(), Box::new(branch)));
        Expr::If(if_)
    }

    fn match_(&mut self, mut match_: syn::ExprMatch, target: &Target, falls: bool) -> Expr {
        match_.expr = Box::new(self.plain_expr(*match_.expr));
        if match_.arms.iter().any(cut::guard) {
            return self.guarded(match_, target);
        }
        match_.arms = match_.arms.into_iter().map(|arm| self.arm(arm, target, falls)).collect();
        Expr::Match(match_)
    }

    /// An arm whose body is lowered.
    pub(super) fn arm(&mut self, mut arm: syn::Arm, target: &Target, falls: bool) -> syn::Arm {
        let depth = self.visible.len();
        self.visible.extend(mentions::in_pat(&arm.pat));
        if let syn::Pat::Guard(guarded) = &mut arm.pat {
            Exits::new(&self.frames, self.macros).visit_expr_mut(&mut guarded.guard);
        }
        let code = self.block(block_of(*arm.body).stmts, target, falls);
        self.visible.truncate(depth);
        arm.body = Box::new(match code.as_slice() {
            [Stmt::Expr(_, None)] => as_expr(code),
            [only] if diverge::stmt(only, self.macros) => as_expr(code),
            _ => block_expr(code),
        });
        arm.comma = Some(Default::default());
        arm
    }
}

/// Adds what a construct became. A block that binds nothing has done its part.
fn push(lowered: Expr, semi: Option<syn::Token![;]>, code: &mut Vec<Stmt>) {
    let binds = |stmt: &Stmt| matches!(stmt, Stmt::Local(_) | Stmt::Item(_));
    match lowered {
        Expr::Block(block) if block.label.is_none() && !block.block.stmts.iter().any(binds) => {
            let mut stmts = block.block.stmts;
            if let Some(Stmt::Expr(last, semi @ None)) = stmts.last_mut()
                && !cut::is_construct(last)
            {
                *semi = Some(Default::default());
            }
            code.extend(stmts);
        }
        other => code.push(Stmt::Expr(other, semi)),
    }
}

/// The bindings of a condition's `let`s.
fn bound_in_condition(cond: &Expr) -> Vec<BindingId> {
    match cond {
        Expr::Let(let_) => mentions::in_pat(&let_.pat),
        Expr::Binary(binary) => {
            let mut bound = bound_in_condition(&binary.left);
            bound.extend(bound_in_condition(&binary.right));
            bound
        }
        Expr::Paren(paren) => bound_in_condition(&paren.expr),
        _ => Vec::new(),
    }
}

/// What the code after a construct is called.
fn after_name(construct: &Expr) -> String {
    let name = match construct {
        Expr::If(_) => "AfterIf",
        Expr::Match(match_) => match &*match_.expr {
            Expr::Await(await_) => match &*await_.base {
                Expr::Call(call) if super::wording::is_call_of(call, "race") => "AfterRace",
                _ => "AfterMatch",
            },
            _ => "AfterMatch",
        },
        Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => "AfterLoop",
        _ => "AfterBlock",
    };
    name.to_owned()
}
