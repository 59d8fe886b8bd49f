//! Fewer regions: one that only jumps on is jumped over, one that is reached from a single place is written there.

use std::collections::{BTreeSet, HashMap, HashSet};

use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt};

use super::binding::BindingId;
use super::region::{Head, Region, RegionId};
use super::{build, jump, mentions, operand};

/// Merges regions. Their positions stay; those that nothing jumps to any more are empty.
pub(crate) fn merge(regions: &mut [Region]) {
    skip_mere_jumps(regions);
    let mut jumps: Vec<Jumps> = regions.iter().map(Jumps::of).collect();
    while let Some(Single { from, target }) = next_to_inline(regions, &jumps) {
        let Some(region) = regions.get_mut(target) else { return };
        let (body, visible) = (std::mem::take(&mut region.body), region.visible.clone());
        let Some(region) = regions.get_mut(from) else { return };
        match region.body.iter().position(|stmt| jump::stmt_target(stmt) == Some(target)) {
            Some(position) => {
                region.body.truncate(position);
                region.body = followed_by(std::mem::take(&mut region.body), body, &visible);
            }
            None => Inline { target, body: Some(body) }.within(&mut region.body),
        }
        for changed in [from, target] {
            if let (Some(jumps), Some(region)) = (jumps.get_mut(changed), regions.get(changed)) {
                *jumps = Jumps::of(region);
            }
        }
    }
}

/// Some code, and after it what it jumped to. What the code binds and the rest can't see is gone by then, so it stands in a block of its
/// own: `{ let guard = …; } rest`, or `let value = { let guard = …; value }; rest`.
fn followed_by(code: Vec<Stmt>, rest: Vec<Stmt>, visible: &BTreeSet<BindingId>) -> Vec<Stmt> {
    let binds = |stmt: &Stmt, seen: bool| match stmt {
        Stmt::Local(local) => mentions::in_pat(&local.pat).iter().any(|id| visible.contains(id) == seen),
        _ => false,
    };
    let mut outer = code;
    let Some(first) = outer.iter().position(|stmt| binds(stmt, false)) else {
        outer.extend(rest);
        return outer;
    };
    let mut inner = outer.split_off(first);
    match (inner.iter().filter(|stmt| binds(stmt, true)).count(), inner.pop()) {
        (0, last) => {
            inner.extend(last);
            outer.push(Stmt::Expr(build::block_expr(inner), None));
        }
        (1, Some(Stmt::Local(mut value))) if binds(&Stmt::Local(value.clone()), true) => {
            if let Some(init) = &mut value.init {
                let last = std::mem::replace(&mut *init.expr, Expr::PLACEHOLDER);
                inner.push(Stmt::Expr(last, None));
                *init.expr = build::block_expr(inner);
            }
            outer.push(Stmt::Local(value));
        }
        (_, last) => {
            outer.extend(inner);
            outer.extend(last);
        }
    }
    outer.extend(rest);
    outer
}

/// A block whose body is one jump, or one `return` of next to nothing, stands wherever it was jumped to.
fn skip_mere_jumps(regions: &mut [Region]) {
    let mut mere: HashMap<RegionId, Vec<Stmt>> = HashMap::new();
    for (id, region) in regions.iter().enumerate() {
        if let (Head::Block(..), [only]) = (&region.head, region.body.as_slice())
            && is_mere(only)
            && jump::stmt_target(only) != Some(id)
        {
            mere.insert(id, region.body.clone());
        }
    }
    let resolve = |mut stmt: Stmt| {
        let mut seen = HashSet::new();
        while let Some(target) = jump::stmt_target(&stmt).filter(|target| seen.insert(*target)) {
            match mere.get(&target).and_then(|body| body.first()) {
                Some(next) => stmt = next.clone(),
                None => break,
            }
        }
        stmt
    };
    let resolved: HashMap<RegionId, Stmt> =
        mere.iter().filter_map(|(id, body)| Some((*id, resolve(body.first()?.clone())))).collect();
    for region in regions.iter_mut() {
        Replace { resolved: &resolved }.within(&mut region.body);
    }
    for id in mere.keys() {
        if let Some(region) = regions.get_mut(*id) {
            region.body = Vec::new();
        }
    }
}

fn is_mere(stmt: &Stmt) -> bool {
    let Stmt::Expr(expr, _) = stmt else { return false };
    jump::target(expr).is_some()
        || match expr {
            Expr::Return(return_) => return_.expr.as_deref().is_none_or(is_small),
            _ => false,
        }
}

/// `()`, `Ok(())`, `None`, a literal: written twice without loss.
fn is_small(expr: &Expr) -> bool {
    match expr {
        Expr::Tuple(tuple) => tuple.elems.is_empty(),
        Expr::Lit(_) => true,
        // A fn may be hidden there by a local.
        Expr::Path(path) => {
            path.path.get_ident().is_none_or(|name| name.to_string().starts_with(char::is_uppercase))
        }
        Expr::Call(call) => {
            operand::is_constructor(&call.func) && call.args.len() == 1 && call.args.iter().all(is_small)
        }
        _ => false,
    }
}

struct Replace<'a> {
    resolved: &'a HashMap<RegionId, Stmt>,
}

impl Replace<'_> {
    fn within(&mut self, stmts: &mut [Stmt]) {
        stmts.iter_mut().for_each(|stmt| self.visit_stmt_mut(stmt));
    }
}

impl VisitMut for Replace<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match jump::target(expr).and_then(|target| self.resolved.get(&target)) {
            Some(Stmt::Expr(other, _)) => *expr = other.clone(),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }
}

/// A block that one place alone jumps to.
struct Single {
    from: RegionId,
    target: RegionId,
}

/// The next block to be written where it is jumped to: after the code of a region, or inside of it where nothing of an inner scope is
/// still there that the block would keep alive for longer.
fn next_to_inline(regions: &[Region], jumps: &[Jumps]) -> Option<Single> {
    let mut found: HashMap<RegionId, Vec<(RegionId, &[BindingId])>> = HashMap::new();
    for (from, jumps) in jumps.iter().enumerate() {
        for (target, present) in &jumps.found {
            found.entry(*target).or_default().push((from, present));
        }
    }
    let single = found.into_iter().filter_map(|(target, places)| {
        let [(from, present)] = places.as_slice() else { return None };
        let (from, present) = (*from, *present);
        let region = regions.get(target)?;
        let mut code = regions.get(from)?.body.iter();
        let fits = code.any(|stmt| jump::stmt_target(stmt) == Some(target))
            || present.iter().all(|id| region.visible.contains(id));
        (matches!(region.head, Head::Block(..)) && from != target && fits).then_some(Single { from, target })
    });
    single.max_by_key(|single| single.target)
}

struct Bound(BTreeSet<BindingId>);

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat(&mut self, pat: &'ast syn::Pat) {
        self.0.extend(mentions::in_pat(pat));
        visit::visit_pat(self, pat);
    }
}

/// The bindings that some code binds.
pub(crate) fn bound(stmts: &[Stmt]) -> BTreeSet<BindingId> {
    let mut found = Bound(BTreeSet::new());
    stmts.iter().for_each(|stmt| found.visit_stmt(stmt));
    found.0
}

/// The bindings that an expression binds.
pub(crate) fn bound_in(expr: &Expr) -> BTreeSet<BindingId> {
    let mut found = Bound(BTreeSet::new());
    found.visit_expr(expr);
    found.0
}

/// Every jump of a region, with the bindings that it has made by then.
#[derive(Default)]
struct Jumps {
    found: Vec<(RegionId, Vec<BindingId>)>,
    bound: Vec<BindingId>,
    /// How many blocks stand around whose meaning no other code may have: `unsafe`, or with items.
    fences: usize,
}

impl Jumps {
    fn of(region: &Region) -> Self {
        let mut jumps = Self::default();
        jumps.stmts(&region.body);
        jumps
    }

    fn stmts(&mut self, stmts: &[Stmt]) {
        let depth = self.bound.len();
        stmts.iter().for_each(|stmt| self.visit_stmt(stmt));
        self.bound.truncate(depth);
    }

    fn with(&mut self, pat: &syn::Pat, visit: impl FnOnce(&mut Self)) {
        let depth = self.bound.len();
        self.bound.extend(mentions::in_pat(pat));
        visit(self);
        self.bound.truncate(depth);
    }
}

impl<'ast> Visit<'ast> for Jumps {
    fn visit_block(&mut self, block: &'ast syn::Block) {
        let fence = usize::from(block.stmts.iter().any(|stmt| matches!(stmt, Stmt::Item(_))));
        self.fences += fence;
        self.stmts(&block.stmts);
        self.fences -= fence;
    }

    fn visit_expr_unsafe(&mut self, unsafe_: &'ast syn::ExprUnsafe) {
        self.fences += 1;
        self.visit_block(&unsafe_.block);
        self.fences -= 1;
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        self.bound.extend(mentions::in_pat(&local.pat));
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.with(&arm.pat, |this| this.visit_expr(&arm.body));
    }

    fn visit_expr_if(&mut self, if_: &'ast syn::ExprIf) {
        let depth = self.bound.len();
        self.visit_expr(&if_.cond);
        self.visit_block(&if_.then_branch);
        self.bound.truncate(depth);
        if let Some((_, branch)) = &if_.else_branch {
            self.visit_expr(branch);
        }
    }

    fn visit_expr_let(&mut self, let_: &'ast syn::ExprLet) {
        self.visit_expr(&let_.expr);
        self.bound.extend(mentions::in_pat(&let_.pat));
    }

    fn visit_expr_for_loop(&mut self, for_: &'ast syn::ExprForLoop) {
        self.visit_expr(&for_.expr);
        self.with(&for_.pat, |this| this.visit_block(&for_.body));
    }

    fn visit_expr_while(&mut self, while_: &'ast syn::ExprWhile) {
        let depth = self.bound.len();
        visit::visit_expr_while(self, while_);
        self.bound.truncate(depth);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        if let Some(target) = jump::target(expr) {
            self.found.push((target, self.bound.clone()));
            if self.fences > 0 {
                // Whatever is jumped to from inside stays where it is: it counts twice.
                self.found.push((target, self.bound.clone()));
            }
        }
        visit::visit_expr(self, expr);
    }
}

/// Writes a region's code where it is jumped to.
struct Inline {
    target: RegionId,
    body: Option<Vec<Stmt>>,
}

impl Inline {
    fn within(&mut self, stmts: &mut Vec<Stmt>) {
        if let Some(position) = stmts.iter().position(|stmt| jump::stmt_target(stmt) == Some(self.target))
            && let Some(body) = self.body.take()
        {
            stmts.splice(position.., body);
            return;
        }
        stmts.iter_mut().for_each(|stmt| self.visit_stmt_mut(stmt));
    }
}

impl VisitMut for Inline {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        if self.body.is_some() {
            self.within(&mut block.stmts);
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if self.body.is_some() && jump::target(expr) == Some(self.target) {
            let body = self.body.take().unwrap_or_default();
            *expr = build::block_expr(body);
        } else {
            visit_mut::visit_expr_mut(self, expr);
        }
    }
}
