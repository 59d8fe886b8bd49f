//! Liveness: what is read later, before it is written, and where.
//!
//! Backwards through the code of each region until nothing changes. A binding that a closure, an async block or a macro names counts as
//! read there. Each live binding comes with the first few places that read it: they are the reason why a state keeps it.

mod loops;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use proc_macro2::Span;
use syn::{Expr, Stmt};

use super::binding::{BindingId, BindingKind, Bindings, identities_in, identity};
use super::borrow::Remakes;
use super::region::{Head, Region, RegionId};
use super::{jump, mentions, operand};
use loops::Around;

/// Reads, in the order of the source, not more than a few.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reads(Vec<usize>);

const FEW: usize = 4;

impl Reads {
    fn add(&mut self, other: &Reads) {
        self.0.extend(&other.0);
        self.0.sort_unstable();
        self.0.dedup();
        self.0.truncate(FEW);
    }
}

/// The live bindings at a point.
pub(crate) type Live = BTreeMap<BindingId, Reads>;

/// What is live at the head of each region.
pub(crate) struct Liveness {
    heads: Vec<Live>,
    remade: Vec<BTreeSet<BindingId>>,
    spans: HashMap<usize, Span>,
}

impl Liveness {
    /// Looks at all regions. What can be made again is not live at their heads, but what it is made from is.
    /// What is `exported` is read by others, for as long as it is in scope.
    pub(crate) fn of(
        regions: &[Region],
        bindings: &Bindings,
        remakes: &Remakes,
        exported: &HashSet<BindingId>,
    ) -> Self {
        let heads = vec![Live::new(); regions.len()];
        let remade = vec![BTreeSet::new(); regions.len()];
        let mut liveness = Liveness { heads, remade, spans: HashMap::new() };
        loop {
            let mut changed = false;
            for (id, region) in regions.iter().enumerate().rev() {
                let mut live = liveness.before(&region.body, bindings);
                for shown in region.visible.intersection(exported) {
                    liveness.show(*shown, bindings, &mut live);
                }
                if !matches!(region.head, Head::Start) {
                    let remade = remake(&mut live, remakes);
                    if let Some(known) = liveness.remade.get_mut(id) {
                        *known = remade;
                    }
                }
                if let Some(head) = liveness.heads.get_mut(id).filter(|head| **head != live) {
                    *head = live;
                    changed = true;
                }
            }
            if !changed {
                return liveness;
            }
        }
    }

    fn before(&mut self, body: &[Stmt], bindings: &Bindings) -> Live {
        let heads = std::mem::take(&mut self.heads);
        let spans = std::mem::take(&mut self.spans);
        let mut walk = Walk { heads: &heads, bindings, spans, loops: Vec::new() };
        let live = walk.stmts(body, Live::new());
        self.spans = walk.spans;
        self.heads = heads;
        live
    }

    /// Keeps an exported local; where the process itself does not read it again, its `let` is the reason.
    fn show(&mut self, id: BindingId, bindings: &Bindings, live: &mut Live) {
        let Some(binding) = bindings.get(id).filter(|_| !live.contains_key(&id)) else { return };
        let start = binding.ident.span().byte_range().start;
        self.spans.entry(start).or_insert(binding.ident.span());
        live.entry(id).or_default().add(&Reads(vec![start]));
    }

    /// What is made again at a region's head.
    pub(crate) fn remade(&self, region: RegionId) -> BTreeSet<BindingId> {
        self.remade.get(region).cloned().unwrap_or_default()
    }

    /// The bindings that are live at a region's head.
    pub(crate) fn ids_at(&self, region: RegionId) -> impl Iterator<Item = BindingId> + '_ {
        self.heads.get(region).into_iter().flat_map(|live| live.keys().copied())
    }

    /// What is live at a region's head, and where it is read.
    pub(crate) fn at(&self, region: RegionId) -> impl Iterator<Item = (BindingId, Vec<Span>)> + '_ {
        self.heads.get(region).into_iter().flatten().map(|(id, reads)| {
            (*id, reads.0.iter().filter_map(|start| self.spans.get(start).copied()).collect())
        })
    }
}

/// Takes out what can be made again, and puts in what it is made from.
fn remake(live: &mut Live, remakes: &Remakes) -> BTreeSet<BindingId> {
    let mut remade = BTreeSet::new();
    while let Some((id, needs)) = live.keys().find_map(|id| Some((*id, remakes.needs(*id)?.to_vec()))) {
        let reads = live.remove(&id).unwrap_or_default();
        for need in needs.into_iter().filter(|need| !remade.contains(need)) {
            live.entry(need).or_default().add(&reads);
        }
        remade.insert(id);
    }
    remade
}

struct Walk<'a> {
    heads: &'a [Live],
    bindings: &'a Bindings,
    spans: HashMap<usize, Span>,
    loops: Vec<Around>,
}

fn join(into: &mut Live, other: &Live) {
    for (id, reads) in other {
        into.entry(*id).or_default().add(reads);
    }
}

fn joined(mut one: Live, other: &Live) -> Live {
    join(&mut one, other);
    one
}

impl Walk<'_> {
    fn read(&mut self, id: BindingId, span: Span, mut live: Live) -> Live {
        let kept = self.bindings.get(id).is_some_and(|binding| binding.kind != BindingKind::Service);
        if kept {
            let start = span.byte_range().start;
            self.spans.entry(start).or_insert(span);
            live.entry(id).or_default().add(&Reads(vec![start]));
        }
        live
    }

    fn bind(&mut self, pat: &syn::Pat, mut live: Live) -> Live {
        for id in mentions::in_pat(pat) {
            live.remove(&id);
        }
        live
    }

    fn stmts(&mut self, stmts: &[Stmt], after: Live) -> Live {
        stmts.iter().rev().fold(after, |live, stmt| self.stmt(stmt, live))
    }

    fn stmt(&mut self, stmt: &Stmt, after: Live) -> Live {
        match stmt {
            Stmt::Local(local) => {
                let live = self.bind(&local.pat, after);
                let Some(init) = &local.init else { return live };
                let live = match &init.diverge {
                    Some((_, diverge)) => {
                        let otherwise = self.expr(diverge, Live::new());
                        joined(live, &otherwise)
                    }
                    None => live,
                };
                self.expr(&init.expr, live)
            }
            Stmt::Item(_) => after,
            Stmt::Expr(expr, _) => self.expr(expr, after),
            Stmt::Macro(macro_) => self.tokens(&macro_.mac.tokens, after),
        }
    }

    fn tokens(&mut self, tokens: &proc_macro2::TokenStream, after: Live) -> Live {
        let mut found = Vec::new();
        mentions::each_in_tokens(tokens, &mut |id, span| found.push((id, span)));
        found.into_iter().fold(after, |live, (id, span)| self.read(id, span, live))
    }

    fn each<'e>(&mut self, exprs: impl DoubleEndedIterator<Item = &'e Expr>, after: Live) -> Live {
        exprs.rev().fold(after, |live, expr| self.expr(expr, live))
    }

    fn expr(&mut self, expr: &Expr, after: Live) -> Live {
        match expr {
            Expr::Path(path) => {
                match path.path.get_ident().and_then(|ident| Some((identity(ident)?, ident.span()))) {
                    Some((id, span)) => self.read(id, span, after),
                    None => after,
                }
            }
            Expr::Lit(literal) => {
                let syn::Lit::Str(text) = &literal.lit else { return after };
                let ids: Vec<BindingId> = identities_in(&text.token().to_string()).collect();
                ids.into_iter().fold(after, |live, id| self.read(id, text.span(), live))
            }
            Expr::Assign(assign) => {
                let live = self.place(&assign.left, after);
                self.expr(&assign.right, live)
            }
            Expr::If(if_) => {
                let otherwise = match &if_.else_branch {
                    Some((_, branch)) => self.expr(branch, after.clone()),
                    None => after.clone(),
                };
                let then = self.stmts(&if_.then_branch.stmts, after);
                self.condition(&if_.cond, then, &otherwise)
            }
            Expr::Match(match_) => {
                let mut all = Live::new();
                for arm in match_.arms.iter().rev() {
                    let body = self.expr(&arm.body, after.clone());
                    let live = match &arm.pat {
                        syn::Pat::Guard(guarded) => {
                            let either = joined(body, &all);
                            self.expr(&guarded.guard, either)
                        }
                        _ => body,
                    };
                    let live = self.bind(&arm.pat, live);
                    join(&mut all, &live);
                }
                self.expr(&match_.expr, all)
            }
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => self.loop_(expr, after),
            Expr::Block(block) if block.label.is_some() => {
                self.within(block.label.as_ref(), false, after.clone(), Live::new(), |this| {
                    this.stmts(&block.block.stmts, after)
                })
            }
            Expr::Block(block) => self.stmts(&block.block.stmts, after),
            Expr::Unsafe(block) => self.stmts(&block.block.stmts, after),
            Expr::Break(break_) => {
                let live = self.leaving(break_.label.as_ref(), |around| &around.on_break);
                break_.expr.as_ref().map_or(live.clone(), |value| self.expr(value, live))
            }
            Expr::Continue(continue_) => self.leaving(continue_.label.as_ref(), |around| &around.on_continue),
            Expr::Return(return_) => {
                return_.expr.as_ref().map_or_else(Live::new, |value| self.expr(value, Live::new()))
            }
            Expr::Let(let_) => {
                let live = self.bind(&let_.pat, after);
                self.expr(&let_.expr, live)
            }
            Expr::Call(_) if jump::target(expr).is_some() => {
                jump::target(expr).and_then(|target| self.heads.get(target)).cloned().unwrap_or_default()
            }
            Expr::Closure(_) | Expr::Async(_) => self.captures(expr, after),
            Expr::Macro(macro_) => self.tokens(&macro_.mac.tokens, after),
            other => self.operands(other, after),
        }
    }

    /// Expressions that evaluate their operands one after the other.
    fn operands(&mut self, expr: &Expr, after: Live) -> Live {
        match expr {
            Expr::Array(array) => self.each(array.elems.iter(), after),
            Expr::Tuple(tuple) => self.each(tuple.elems.iter(), after),
            Expr::Call(call) => self.each(std::iter::once(&*call.func).chain(&call.args), after),
            Expr::MethodCall(call) => self.each(std::iter::once(&*call.receiver).chain(&call.args), after),
            Expr::Struct(struct_) => {
                let fields: Vec<&Expr> =
                    struct_.fields.iter().map(|field| &field.expr).chain(struct_.rest.as_deref()).collect();
                self.each(fields.into_iter(), after)
            }
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) => {
                let right = self.expr(&binary.right, after.clone());
                self.expr(&binary.left, joined(right, &after))
            }
            Expr::Binary(binary) if operand::is_compound(&binary.op) => {
                self.each([&*binary.right, &*binary.left].into_iter(), after)
            }
            Expr::Binary(binary) => self.each([&*binary.left, &*binary.right].into_iter(), after),
            Expr::Index(index) => self.each([&*index.expr, &*index.index].into_iter(), after),
            Expr::Range(range) => {
                let ends: Vec<&Expr> = range.start.iter().chain(&range.end).map(|end| &**end).collect();
                self.each(ends.into_iter(), after)
            }
            Expr::Repeat(repeat) => self.expr(&repeat.expr, after),
            Expr::Await(await_) => self.expr(&await_.base, after),
            Expr::Cast(cast) => self.expr(&cast.expr, after),
            Expr::Field(field) => self.expr(&field.base, after),
            Expr::Group(group) => self.expr(&group.expr, after),
            Expr::Paren(paren) => self.expr(&paren.expr, after),
            Expr::Reference(reference) => self.expr(&reference.expr, after),
            Expr::RawAddr(raw) => self.expr(&raw.expr, after),
            Expr::Try(try_) => self.expr(&try_.expr, after),
            Expr::Unary(unary) => self.expr(&unary.expr, after),
            _ => after,
        }
    }

    /// The left side of an assignment: a whole binding is written, anything else is read and written.
    fn place(&mut self, place: &Expr, after: Live) -> Live {
        match place {
            Expr::Path(path) => {
                let mut live = after;
                if let Some(id) = path.path.get_ident().and_then(identity) {
                    live.remove(&id);
                }
                live
            }
            Expr::Tuple(tuple) => tuple.elems.iter().rev().fold(after, |live, elem| self.place(elem, live)),
            Expr::Array(array) => array.elems.iter().rev().fold(after, |live, elem| self.place(elem, live)),
            Expr::Call(call) => call.args.iter().rev().fold(after, |live, arg| self.place(arg, live)),
            Expr::Struct(struct_) => {
                struct_.fields.iter().rev().fold(after, |live, field| self.place(&field.expr, live))
            }
            Expr::Paren(paren) => self.place(&paren.expr, after),
            Expr::Infer(_) => after,
            other => self.expr(other, after),
        }
    }

    fn condition(&mut self, cond: &Expr, then: Live, otherwise: &Live) -> Live {
        match cond {
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
                let right = self.condition(&binary.right, then, otherwise);
                self.condition(&binary.left, right, otherwise)
            }
            Expr::Let(let_) => {
                let live = self.bind(&let_.pat, then);
                self.expr(&let_.expr, joined(live, otherwise))
            }
            Expr::Paren(paren) => self.condition(&paren.expr, then, otherwise),
            other => self.expr(other, joined(then, otherwise)),
        }
    }

    /// A closure or an async block reads all that it names.
    fn captures(&mut self, expr: &Expr, after: Live) -> Live {
        let mut found = Vec::new();
        mentions::each_in_expr(expr, &mut |id, span| found.push((id, span)));
        let own = super::merge::bound_in(expr);
        found.retain(|(id, _)| !own.contains(id));
        found.into_iter().fold(after, |live, (id, span)| self.read(id, span, live))
    }
}
