//! Control flow: a body becomes regions that end at awaits, jumps and returns.
//!
//! Control flow without an await inside stays as the user wrote it; only what an await cuts is taken apart. What follows a construct
//! that was cut is a region of its own, to which each way out of the construct jumps.

use std::collections::{HashSet, VecDeque};

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{Expr, Stmt, parse_quote};

use super::binding::{BindingId, Bindings};
use super::exits::{Exits, Frame, as_expr, deliver};
use super::macros::ReadMacro;
use super::region::{After, Dest, Head, Region, RegionId, Target};
use super::unnest::Unnest;
use super::{cut, desugar, diverge, jump, mentions};

/// The regions of a body; the first is its start.
pub(crate) struct Flow<'a> {
    pub regions: Vec<Region>,
    /// Items that stand inside the body.
    pub items: Vec<syn::Item>,
    /// Compound assignments whose order of evaluation depends on their type.
    pub unordered: Vec<syn::ExprBinary>,
    bindings: &'a mut Bindings,
    macros: &'a [ReadMacro],
    frames: Vec<Frame>,
    visible: Vec<BindingId>,
}

/// How a construct stands in its statement.
enum Stands {
    Alone(Option<syn::Token![;]>),
    Bound(Box<syn::Local>),
    Returned,
}

impl<'a> Flow<'a> {
    /// Takes a body apart.
    pub(crate) fn of(body: syn::Block, bindings: &'a mut Bindings, macros: &'a [ReadMacro]) -> Self {
        let visible = bindings.iter().map(|(id, _)| id).collect();
        let (regions, items, unordered, frames) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut flow = Flow { regions, items, unordered, bindings, macros, frames, visible };
        let start = flow.region(Head::Start);
        let target = Target { dest: Dest::Done, after: After::Never };
        let code = flow.block(body.stmts, &target, false);
        flow.set_body(start, code);
        flow
    }

    fn region(&mut self, head: Head) -> RegionId {
        let visible: HashSet<BindingId> = self.visible.iter().copied().collect();
        self.regions.push(Region { head, body: Vec::new(), visible });
        self.regions.len() - 1
    }

    fn set_body(&mut self, region: RegionId, body: Vec<Stmt>) {
        if let Some(region) = self.regions.get_mut(region) {
            region.body = body;
        }
    }

    /// The statements of a block, which ends with its value.
    fn block(&mut self, mut stmts: Vec<Stmt>, target: &Target, falls: bool) -> Vec<Stmt> {
        if stmts.iter().any(cut::stmt) {
            let (items, others) = stmts.into_iter().partition(|stmt| matches!(stmt, Stmt::Item(_)));
            stmts = others;
            self.items.extend(Vec::from_iter::<Vec<Stmt>>(items).into_iter().filter_map(|item| match item {
                Stmt::Item(item) => Some(item),
                _ => None,
            }));
        }
        let depth = self.visible.len();
        let code = self.sequence(stmts.into(), target, falls, false);
        self.visible.truncate(depth);
        code
    }

    /// Statements one by one. Where the first is `ready`, its own await is the one that this region begins with.
    fn sequence(&mut self, mut rest: VecDeque<Stmt>, target: &Target, falls: bool, ready: bool) -> Vec<Stmt> {
        let mut code = Vec::new();
        let mut ready = ready;
        while let Some(stmt) = rest.pop_front() {
            let stmt = if ready || !cut::stmt(&stmt) {
                stmt
            } else {
                let Some(stmt) = self.apart(stmt, &mut rest) else { continue };
                if let Some((awaited, span)) = head_await(&stmt) {
                    let region = self.region(Head::Await(Box::new(awaited), span));
                    code.push(jump::stmt(region));
                    rest.push_front(stmt);
                    let body = self.sequence(rest, target, false, true);
                    self.set_body(region, body);
                    return code;
                }
                stmt
            };
            ready = false;
            if is_cut_inside(&stmt) {
                self.construct(stmt, rest, target, falls, &mut code);
                return code;
            }
            let stmt = match self.plain(stmt) {
                Stmt::Macro(syn::StmtMacro { attrs, mac, semi_token: None }) if rest.is_empty() => {
                    Stmt::Expr(Expr::Macro(syn::ExprMacro { attrs, mac }), None)
                }
                other => other,
            };
            match stmt {
                Stmt::Expr(value, None) if rest.is_empty() => {
                    code.extend(deliver(Some(value), target, falls, self.macros));
                    return code;
                }
                stmt => {
                    let diverges = diverge::stmt(&stmt, self.macros);
                    code.push(stmt);
                    if diverges {
                        return code;
                    }
                }
            }
        }
        code.extend(deliver(None, target, falls, self.macros));
        code
    }

    /// Takes a statement apart. `None` where something must come before it: both are then at the front of what is to come.
    fn apart(&mut self, stmt: Stmt, rest: &mut VecDeque<Stmt>) -> Option<Stmt> {
        let stmt = match stmt {
            Stmt::Expr(Expr::ForLoop(for_), _) if cut::block(&for_.body) => {
                let stmts = desugar::for_loop(for_, self.bindings);
                stmts.into_iter().rev().for_each(|stmt| rest.push_front(stmt));
                return None;
            }
            Stmt::Expr(Expr::While(while_), semi) => Stmt::Expr(desugar::while_loop(while_), semi),
            other => other,
        };
        let mut unnest = Unnest { bindings: self.bindings, unordered: Vec::new() };
        let unnested = unnest.statement(stmt);
        self.unordered.append(&mut unnest.unordered);
        if unnested.before.is_empty() {
            return Some(unnested.main);
        }
        rest.push_front(unnested.main);
        unnested.before.into_iter().rev().for_each(|stmt| rest.push_front(stmt));
        None
    }

    /// A statement that stays as it stands, but for the jumps out of what was taken apart.
    fn plain(&mut self, mut stmt: Stmt) -> Stmt {
        Exits::new(&self.frames, self.macros).visit_stmt_mut(&mut stmt);
        if let Stmt::Local(local) = &stmt {
            self.visible.extend(mentions::in_pat(&local.pat));
        }
        stmt
    }

    fn plain_expr(&self, mut expr: Expr) -> Expr {
        Exits::new(&self.frames, self.macros).visit_expr_mut(&mut expr);
        expr
    }

    /// A construct that is cut, and all that follows it.
    fn construct(
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
            Stmt::Expr(expr, semi) => (expr, Stands::Alone(semi)),
            other => return code.push(other),
        };
        let discards = matches!(target.dest, Dest::Discard);
        let last = rest.is_empty();
        match stands {
            Stands::Returned => {
                let target = Target { dest: Dest::Done, after: After::Never };
                let lowered = self.lowered(construct, &target, false);
                code.push(Stmt::Expr(lowered, None));
            }
            Stands::Alone(_)
                if let (true, true, false, After::Jump(after)) = (last, discards, falls, target.after) =>
            {
                let lowered = self.lowered(construct, target, true);
                let diverges = diverge::expr(&lowered, self.macros);
                let semi = if cut::is_construct(&lowered) { None } else { Some(Default::default()) };
                code.push(Stmt::Expr(lowered, semi));
                if !diverges {
                    code.push(jump::stmt(after));
                }
            }
            Stands::Alone(semi) if last && (semi.is_none() || discards) => {
                let lowered = self.lowered(construct, target, falls);
                let semi = if cut::is_construct(&lowered) { semi } else { Some(Default::default()) };
                code.push(Stmt::Expr(lowered, semi));
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
        code.push(match stands {
            Stands::Bound(mut local) if !diverges => {
                let expr = Box::new(lowered);
                local.init = Some(syn::LocalInit { eq_token: Default::default(), expr, diverge: None });
                Stmt::Local(*local)
            }
            Stands::Alone(written) if !diverges => Stmt::Expr(lowered, written),
            _ => Stmt::Expr(lowered, semi),
        });
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
                **diverge = parse_quote!({ #(#lowered)* });
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
                parse_quote!({ #(#code)* })
            }
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
                self.lowered(parse_quote!({ #(#stmts)* }), target, falls)
            }
            other => self.plain_expr(other),
        }
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
            [Stmt::Expr(nested @ Expr::If(_), None)] => nested.clone(),
            _ => parse_quote!({ #(#otherwise)* }),
        };
        if_.else_branch = Some((Default::default(), Box::new(branch)));
        Expr::If(if_)
    }

    fn match_(&mut self, mut match_: syn::ExprMatch, target: &Target, falls: bool) -> Expr {
        match_.expr = Box::new(self.plain_expr(*match_.expr));
        for arm in &mut match_.arms {
            let depth = self.visible.len();
            self.visible.extend(mentions::in_pat(&arm.pat));
            if let syn::Pat::Guard(guarded) = &mut arm.pat {
                Exits::new(&self.frames, self.macros).visit_expr_mut(&mut guarded.guard);
            }
            let body = std::mem::replace(&mut *arm.body, Expr::PLACEHOLDER);
            let stmts = match body {
                Expr::Block(block) if block.label.is_none() => block.block.stmts,
                other => vec![Stmt::Expr(other, None)],
            };
            let code = self.block(stmts, target, falls);
            self.visible.truncate(depth);
            *arm.body = match code.as_slice() {
                [] => parse_quote!({}),
                [Stmt::Expr(_, None)] => as_expr(code),
                [only] if diverge::stmt(only, self.macros) => as_expr(code),
                _ => parse_quote!({ #(#code)* }),
            };
            arm.comma = Some(Default::default());
        }
        Expr::Match(match_)
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

/// Whether a statement is control flow with an await inside.
fn is_cut_inside(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Local(local) => local.init.as_ref().is_some_and(|init| {
            init.diverge.as_ref().map_or_else(|| cut::inside(&init.expr), |(_, diverge)| cut::expr(diverge))
        }),
        Stmt::Expr(Expr::Return(return_), _) => return_.expr.as_deref().is_some_and(cut::inside),
        Stmt::Expr(expr, _) => cut::inside(expr),
        _ => false,
    }
}

/// The await that a statement evaluates first, if it is one of its own and not inside its branches.
fn head_await(stmt: &Stmt) -> Option<(Expr, Span)> {
    match stmt {
        Stmt::Local(local) => head_of(&local.init.as_ref()?.expr),
        Stmt::Expr(Expr::Return(return_), _) => head_of(return_.expr.as_ref()?),
        Stmt::Expr(expr, _) => head_of(expr),
        _ => None,
    }
}

fn head_of(expr: &Expr) -> Option<(Expr, Span)> {
    struct First(Option<(Expr, Span)>);
    impl<'ast> Visit<'ast> for First {
        fn visit_expr_await(&mut self, await_: &'ast syn::ExprAwait) {
            self.0.get_or_insert_with(|| ((*await_.base).clone(), await_.await_token.span));
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
        fn visit_pat(&mut self, _: &'ast syn::Pat) {}
        fn visit_expr(&mut self, expr: &'ast Expr) {
            visit::visit_expr(self, expr);
        }
    }
    let mut first = First(None);
    match expr {
        Expr::If(if_) => first.visit_expr(&if_.cond),
        Expr::Match(match_) => first.visit_expr(&match_.expr),
        Expr::ForLoop(for_) => first.visit_expr(&for_.expr),
        construct if cut::is_construct(construct) => {}
        other => first.visit_expr(other),
    }
    first.0
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
