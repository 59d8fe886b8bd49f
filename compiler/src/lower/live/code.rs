//! The code of regions as far as it matters for liveness: what is read and bound, and in which order. It is made once, from the end of
//! each region to its beginning, so that who looks for a fixpoint walks through no syntax trees.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::{Expr, Stmt};

use super::loops::Around;
use super::reads::{Live, Reads};
use crate::lower::binding::{BindingId, BindingKind, Bindings, identities_in, identity};
use crate::lower::region::{Region, RegionId};
use crate::lower::{jump, mentions, merge, operand};

/// The code of all regions.
pub(crate) struct Code {
    pub(super) regions: Vec<Graph>,
    /// The tokens that read, by their first bytes.
    pub(super) spans: HashMap<u32, Span>,
}

impl Code {
    /// Looks at all regions.
    pub(crate) fn of(regions: &[Region], bindings: &Bindings) -> Self {
        let mut code = Code { regions: Vec::new(), spans: HashMap::new() };
        for region in regions.iter().rev() {
            let graph = Graph::default();
            let mut walk = Walk { bindings, spans: &mut code.spans, graph, loops: Vec::new() };
            walk.graph.entry = walk.stmts(&region.body, Graph::NOTHING);
            code.regions.push(walk.graph);
        }
        code.regions.reverse();
        code
    }

    /// For each region, those that jump to it.
    pub(super) fn leading_to(&self) -> Vec<Vec<RegionId>> {
        let mut leading: Vec<Vec<RegionId>> = vec![Vec::new(); self.regions.len()];
        for (from, graph) in self.regions.iter().enumerate() {
            for to in graph.blocks.iter().filter_map(|block| block.jump) {
                leading.get_mut(to).into_iter().for_each(|all| all.push(from));
            }
        }
        leading
    }
}

/// The position of a [`Block`].
pub(super) type BlockId = usize;

/// What happens to a binding.
enum Event {
    Read(BindingId, u32),
    Bound(BindingId),
}

/// Code without branches.
#[derive(Default)]
struct Block {
    /// What happens in it, the last first.
    events: Vec<Event>,
    /// What may come after it.
    next: Vec<BlockId>,
    /// The region that it jumps to.
    jump: Option<RegionId>,
    /// Whether only one way leads here, so that what comes before may become part of it.
    is_open: bool,
}

/// The code of one region.
pub(super) struct Graph {
    blocks: Vec<Block>,
    entry: BlockId,
    /// Whether some block comes after itself.
    has_loops: bool,
}

impl Default for Graph {
    fn default() -> Self {
        Self { blocks: vec![Block::default()], entry: Self::NOTHING, has_loops: false }
    }
}

impl Graph {
    /// The end, where nothing is live.
    pub(super) const NOTHING: BlockId = 0;

    fn block(&mut self, block: Block) -> BlockId {
        self.blocks.push(block);
        self.blocks.len() - 1
    }

    /// What is live where it begins.
    pub(super) fn before(&self, heads: &[Live]) -> Live {
        let mut found: Vec<Live> = vec![Live::default(); self.blocks.len()];
        loop {
            let mut changed = false;
            for (at, block) in self.blocks.iter().enumerate() {
                let live = block.before(&found, heads);
                if let Some(known) = found.get_mut(at).filter(|known| **known != live) {
                    *known = live;
                    changed = true;
                }
            }
            if !changed || !self.has_loops {
                return found.get_mut(self.entry).map(std::mem::take).unwrap_or_default();
            }
        }
    }
}

impl Block {
    fn before(&self, found: &[Live], heads: &[Live]) -> Live {
        let mut live = self.jump.and_then(|target| heads.get(target)).cloned().unwrap_or_default();
        self.next.iter().filter_map(|next| found.get(*next)).for_each(|next| live.join(next));
        for event in &self.events {
            match event {
                Event::Read(id, start) => live.add(*id, Reads::one(*start)),
                Event::Bound(id) => drop(live.remove(*id)),
            }
        }
        live
    }
}

/// A walk backwards: each step takes the block that comes after some code, and gives the one that the code begins with.
pub(super) struct Walk<'a> {
    bindings: &'a Bindings,
    spans: &'a mut HashMap<u32, Span>,
    graph: Graph,
    pub(super) loops: Vec<Around>,
}

impl Walk<'_> {
    /// Closes a block to which more than one way leads.
    pub(super) fn shared(&mut self, at: BlockId) -> BlockId {
        if let Some(block) = self.graph.blocks.get_mut(at) {
            block.is_open = false;
        }
        at
    }

    /// The head of a loop, before its body is known.
    pub(super) fn head(&mut self) -> BlockId {
        self.graph.has_loops = true;
        self.graph.block(Block::default())
    }

    /// What comes after the head of a loop.
    pub(super) fn begins(&mut self, head: BlockId, body: BlockId) {
        self.shared(body);
        if let Some(block) = self.graph.blocks.get_mut(head) {
            block.next.push(body);
        }
    }

    /// Where two ways part.
    pub(super) fn joined(&mut self, one: BlockId, other: BlockId) -> BlockId {
        self.shared(one);
        self.shared(other);
        match (one, other) {
            (only, Graph::NOTHING) | (Graph::NOTHING, only) => only,
            _ => self.graph.block(Block { next: vec![one, other], is_open: true, ..Block::default() }),
        }
    }

    fn happens(&mut self, event: Event, after: BlockId) -> BlockId {
        if let Some(block) = self.graph.blocks.get_mut(after).filter(|block| block.is_open) {
            block.events.push(event);
            return after;
        }
        self.graph.block(Block { events: vec![event], next: vec![after], is_open: true, jump: None })
    }

    fn read(&mut self, id: BindingId, span: Span, after: BlockId) -> BlockId {
        if self.bindings.get(id).is_none_or(|binding| binding.kind == BindingKind::Service) {
            return after;
        }
        let start = first_byte(span);
        self.spans.entry(start).or_insert(span);
        self.happens(Event::Read(id, start), after)
    }

    pub(super) fn bind(&mut self, pat: &syn::Pat, after: BlockId) -> BlockId {
        mentions::in_pat(pat).into_iter().fold(after, |after, id| self.happens(Event::Bound(id), after))
    }

    pub(super) fn stmts(&mut self, stmts: &[Stmt], after: BlockId) -> BlockId {
        stmts.iter().rev().fold(after, |live, stmt| self.stmt(stmt, live))
    }

    fn stmt(&mut self, stmt: &Stmt, after: BlockId) -> BlockId {
        match stmt {
            Stmt::Local(local) => {
                let live = self.bind(&local.pat, after);
                let Some(init) = &local.init else { return live };
                let live = match &init.diverge {
                    Some((_, diverge)) => {
                        let otherwise = self.expr(diverge, Graph::NOTHING);
                        self.joined(live, otherwise)
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

    fn tokens(&mut self, tokens: &proc_macro2::TokenStream, after: BlockId) -> BlockId {
        let mut found = Vec::new();
        mentions::each_in_tokens(tokens, &mut |id, span| found.push((id, span)));
        found.into_iter().fold(after, |live, (id, span)| self.read(id, span, live))
    }

    fn each<'e>(&mut self, exprs: impl DoubleEndedIterator<Item = &'e Expr>, after: BlockId) -> BlockId {
        exprs.rev().fold(after, |live, expr| self.expr(expr, live))
    }

    pub(super) fn expr(&mut self, expr: &Expr, after: BlockId) -> BlockId {
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
                self.shared(after);
                let otherwise = match &if_.else_branch {
                    Some((_, branch)) => self.expr(branch, after),
                    None => after,
                };
                let then = self.stmts(&if_.then_branch.stmts, after);
                self.condition(&if_.cond, then, otherwise)
            }
            Expr::Match(match_) => {
                self.shared(after);
                let mut all = Graph::NOTHING;
                for arm in match_.arms.iter().rev() {
                    let body = self.expr(&arm.body, after);
                    let live = match &arm.pat {
                        syn::Pat::Guard(guarded) => {
                            let either = self.joined(body, all);
                            self.expr(&guarded.guard, either)
                        }
                        _ => body,
                    };
                    let live = self.bind(&arm.pat, live);
                    all = self.joined(live, all);
                }
                self.expr(&match_.expr, all)
            }
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => self.loop_(expr, after),
            Expr::Block(block) if block.label.is_some() => {
                let around = Around::new(block.label.as_ref(), false, after, Graph::NOTHING);
                self.within(around, |this| this.stmts(&block.block.stmts, after))
            }
            Expr::Block(block) => self.stmts(&block.block.stmts, after),
            Expr::Unsafe(block) => self.stmts(&block.block.stmts, after),
            Expr::Break(break_) => {
                let live = self.leaving(break_.label.as_ref(), |around| around.on_break);
                break_.expr.as_ref().map_or(live, |value| self.expr(value, live))
            }
            Expr::Continue(continue_) => self.leaving(continue_.label.as_ref(), |around| around.on_continue),
            Expr::Return(return_) => {
                return_.expr.as_ref().map_or(Graph::NOTHING, |value| self.expr(value, Graph::NOTHING))
            }
            Expr::Let(let_) => {
                let live = self.bind(&let_.pat, after);
                self.expr(&let_.expr, live)
            }
            Expr::Call(_) if let jump @ Some(_) = jump::target(expr) => {
                self.graph.block(Block { jump, is_open: true, ..Block::default() })
            }
            Expr::Closure(_) | Expr::Async(_) => self.captures(expr, after),
            Expr::Macro(macro_) => self.tokens(&macro_.mac.tokens, after),
            other => self.operands(other, after),
        }
    }

    /// Expressions that evaluate their operands one after the other.
    fn operands(&mut self, expr: &Expr, after: BlockId) -> BlockId {
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
                self.shared(after);
                let right = self.expr(&binary.right, after);
                let either = self.joined(right, after);
                self.expr(&binary.left, either)
            }
            Expr::Binary(binary) if operand::is_compound(&binary.op) => {
                // Which is evaluated first depends on their types. Where the right side never ends, the place must have a name all the same.
                self.each([&*binary.left, &*binary.right, &*binary.left].into_iter(), after)
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
    fn place(&mut self, place: &Expr, after: BlockId) -> BlockId {
        match place {
            Expr::Path(path) => {
                let id = path.path.get_ident().and_then(identity);
                id.map_or(after, |id| self.happens(Event::Bound(id), after))
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

    pub(super) fn condition(&mut self, cond: &Expr, then: BlockId, otherwise: BlockId) -> BlockId {
        match cond {
            Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
                let right = self.condition(&binary.right, then, otherwise);
                self.condition(&binary.left, right, otherwise)
            }
            Expr::Let(let_) => {
                let live = self.bind(&let_.pat, then);
                let either = self.joined(live, otherwise);
                self.expr(&let_.expr, either)
            }
            Expr::Paren(paren) => self.condition(&paren.expr, then, otherwise),
            other => {
                let either = self.joined(then, otherwise);
                self.expr(other, either)
            }
        }
    }

    /// A closure or an async block reads all that it names.
    fn captures(&mut self, expr: &Expr, after: BlockId) -> BlockId {
        let mut found = Vec::new();
        mentions::each_in_expr(expr, &mut |id, span| found.push((id, span)));
        let own = merge::bound_in(expr);
        found.retain(|(id, _)| !own.contains(id));
        found.into_iter().fold(after, |live, (id, span)| self.read(id, span, live))
    }
}

/// The first byte of a token.
pub(super) fn first_byte(span: Span) -> u32 {
    u32::try_from(span.byte_range().start).unwrap_or_default()
}
