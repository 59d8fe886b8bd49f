//! Borrows that last: what borrows in one arm and is made again in a later one is, to the borrow checker, two borrows. Where an arm in
//! between may change what is borrowed, it holds the borrow until it goes on, `rt::still(&first)`, so that rustc refuses here what it
//! refuses in a plain `async fn`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Span;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt, Token, parse_quote_spanned};

use super::binding::{Binding, BindingId, BindingKind, Bindings};
use super::borrow::Remakes;
use super::live::{Code, Liveness};
use super::region::{Region, RegionId};
use super::{build, jump, mentions, mutates};

/// What is known of all regions.
pub(crate) struct Still<'a> {
    bindings: &'a Bindings,
    remakes: &'a Remakes,
    /// What is live where borrows are kept as everything else is.
    liveness: Liveness<'a>,
}

impl<'a> Still<'a> {
    /// Finds out how long borrows last. `None` where there are none.
    pub(crate) fn of(
        (regions, code): (&[Region], &'a Code),
        bindings: &'a Bindings,
        remakes: &'a Remakes,
    ) -> Option<Self> {
        let lasts = || Liveness::of((regions, code), bindings, &Remakes::default(), &BTreeSet::new());
        (!remakes.is_empty()).then(|| Self { bindings, remakes, liveness: lasts() })
    }

    /// The borrows that last at the head of a region.
    pub(crate) fn at(&self, region: RegionId) -> impl Iterator<Item = BindingId> {
        self.liveness.ids_at(region).filter(|id| self.remakes.makes(*id))
    }

    /// Holds, in the code of a region, what it must not change.
    pub(crate) fn hold(&self, region: RegionId, body: &mut Vec<Stmt>) {
        let begun = self.loops(region, body);
        let borrows = self.at(region).map(|id| (id, false)).collect();
        let mut hold = Hold { still: self, begun: &begun, borrows };
        hold.stmts(body);
        let start = begun
            .values()
            .map(|(name, iterated)| build::let_(build::binding(name.clone(), false), iterated.clone()));
        body.splice(0..0, start.collect::<Vec<_>>());
    }

    /// The loops that this region stands in, which go through a list by its index, where it may change that list: the name that holds the
    /// list, and how it is borrowed.
    fn loops(&self, region: RegionId, body: &[Stmt]) -> BTreeMap<BindingId, (syn::Ident, Expr)> {
        let live = self.liveness.ids_at(region);
        let iterated = live.filter_map(|at| Some((at, self.remakes.iterated(at)?)));
        let mut written = None;
        let changed = iterated.filter(|(_, (_, roots))| {
            let written = written.get_or_insert_with(|| mutates::written(body));
            roots.iter().any(|root| self.changes(written, *root))
        });
        let named = changed.filter_map(|(at, (iterated, _))| {
            let name = self.bindings.get(at)?.ident.to_string();
            Some((at, (self.free_name(format!("{}_list", name.trim_end_matches("_at"))), iterated.clone())))
        });
        named.collect()
    }

    /// A name that hides nothing of the user's.
    fn free_name(&self, mut name: String) -> syn::Ident {
        let is_taken = |name: &str| {
            self.bindings.outside.contains(name) || self.bindings.iter().any(|(_, known)| known.ident == name)
        };
        while is_taken(&name) {
            name.push('_');
        }
        syn::Ident::new(&name, Span::call_site())
    }

    /// Whether one of the user's own locals is among those that some code may change.
    fn changes(&self, written: &BTreeSet<BindingId>, root: BindingId) -> bool {
        let can_be = |binding: &Binding| binding.mutable && binding.kind != BindingKind::Temporary;
        written.contains(&root) && self.bindings.get(root).is_some_and(can_be)
    }

    /// What a binding borrows in the end: what is itself made again is borrowed from something else.
    fn roots(&self, id: BindingId) -> BTreeSet<BindingId> {
        let mut roots = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match self.remakes.needs(id) {
                Some(needs) => open.extend(needs),
                None => drop(roots.insert(id)),
            }
        }
        roots
    }
}

struct Hold<'a> {
    still: &'a Still<'a>,
    begun: &'a BTreeMap<BindingId, (syn::Ident, Expr)>,
    /// The borrows that are there, and whether what they borrow may have changed since.
    borrows: BTreeMap<BindingId, bool>,
}

impl Hold<'_> {
    fn stmts(&mut self, stmts: &mut Vec<Stmt>) {
        let known = self.borrows.clone();
        for mut stmt in std::mem::take(stmts) {
            self.disturb(std::slice::from_ref(&stmt));
            match jump::stmt_target(&stmt) {
                Some(target) => stmts.extend(self.held_until(target)),
                None => self.visit_stmt_mut(&mut stmt),
            }
            if let Stmt::Local(local) = &stmt {
                self.born(&local.pat);
            }
            stmts.push(stmt);
        }
        self.borrows = known;
    }

    /// Notes what some code may change.
    fn disturb(&mut self, stmts: &[Stmt]) {
        let still = self.still;
        let mut written = None;
        for (id, disturbed) in self.borrows.iter_mut().filter(|(_, disturbed)| !**disturbed) {
            let written = written.get_or_insert_with(|| mutates::written(stmts));
            *disturbed = still.roots(*id).iter().any(|root| still.changes(written, *root));
        }
    }

    fn born(&mut self, pat: &syn::Pat) {
        let remakes = self.still.remakes;
        self.borrows
            .extend(mentions::in_pat(pat).into_iter().filter(|id| remakes.makes(*id)).map(|id| (id, false)));
    }

    /// What must last until a jump.
    fn held_until(&self, target: RegionId) -> Vec<Stmt> {
        let Still { bindings, liveness, .. } = self.still;
        let held = liveness.at(target).filter_map(|(id, reads)| {
            let read = reads.first().copied().unwrap_or_else(Span::call_site);
            match self.begun.get(&id) {
                Some((name, list)) => Some((name.clone(), begins(list))),
                None if self.borrows.get(&id) == Some(&true) => Some((bindings.marked(id, read)?, read)),
                None => None,
            }
        });
        let still = |(mut name, span): (syn::Ident, Span)| -> Stmt {
            name.set_span(span);
            let held = build::runtime("still", span, [parse_quote_spanned!(span=> &#name)]);
            Stmt::Expr(held, Some(Token![;](span)))
        };
        held.map(still).collect()
    }
}

/// The span of an expression's first token.
fn begins(expr: &Expr) -> Span {
    expr.to_token_stream().into_iter().next().map_or_else(Span::call_site, |token| token.span())
}

impl VisitMut for Hold<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        self.stmts(&mut block.stmts);
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        let known = self.borrows.clone();
        self.born(&arm.pat);
        visit_mut::visit_arm_mut(self, arm);
        self.borrows = known;
    }

    fn visit_expr_if_mut(&mut self, if_: &mut syn::ExprIf) {
        let known = self.borrows.clone();
        self.visit_expr_mut(&mut if_.cond);
        self.visit_block_mut(&mut if_.then_branch);
        self.borrows = known;
        if let Some((_, branch)) = &mut if_.else_branch {
            self.visit_expr_mut(branch);
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Some(target) = jump::target(expr) {
            let mut held = self.held_until(target);
            if !held.is_empty() {
                held.push(jump::stmt(target));
                *expr = build::block_expr(held);
            }
            return;
        }
        match expr {
            Expr::Let(let_) => {
                self.visit_expr_mut(&mut let_.expr);
                self.born(&let_.pat);
            }
            Expr::Closure(_) | Expr::Async(_) => {}
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
