//! Borrows of kept places: a local that only borrows, `let item = &order.items[i];`, is not kept but made again when the process
//! resumes, from the places that it borrows.
//!
//! It holds for `&place`, for the items of an iterator over a place, for string literals, for `as_ref()` and its like on a place, and for what a pattern takes out of one of these
//! by reference. The borrow checker has made sure that the place did not change while the borrow lives; an index must be a local that
//! never changes.
//!
//! A closure and an async block that do not say `move` only borrow what they name, and nothing of them runs before they are called or
//! awaited: they are made again in the same way.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proc_macro2::Span;
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt, parse_quote};

use super::binding::{BindingId, BindingKind, Bindings, identity};
use super::places::Places;
use super::region::Region;
use super::resolve::sole_binding;
use super::{build, forget, mentions, merge, mutates, wording};

/// How a group of bindings is made again.
#[derive(Debug, Clone)]
struct Remake {
    pat: Pat,
    expr: Expr,
    refutable: bool,
    needs: Vec<BindingId>,
    ids: Vec<BindingId>,
}

/// All bindings that can be made again.
#[derive(Debug, Default)]
pub(crate) struct Remakes {
    groups: Vec<Remake>,
    of: HashMap<BindingId, usize>,
    /// For the index of a loop: the list that it goes through, and what that is made of.
    iterated: HashMap<BindingId, (Expr, Vec<BindingId>)>,
}

impl Remakes {
    /// Finds them in all regions.
    pub(crate) fn of(regions: &[Region], bindings: &Bindings) -> Self {
        let (born, ambiguous) = (HashMap::new(), BTreeSet::new());
        let mut finder = Finder { bindings, remakes: Remakes::default(), born, ambiguous };
        for region in regions {
            region.body.iter().for_each(|stmt| finder.visit_stmt(stmt));
        }
        let Finder { mut remakes, ambiguous, .. } = finder;
        remakes.of.retain(|id, _| !ambiguous.contains(id));
        remakes
    }

    /// What a binding is made again from.
    pub(crate) fn needs(&self, id: BindingId) -> Option<&[BindingId]> {
        self.of.get(&id).and_then(|group| self.groups.get(*group)).map(|remake| remake.needs.as_slice())
    }

    /// The list that a loop goes through by this index, and what it is made of. `None` where the loop changes what it goes through.
    pub(crate) fn iterated(&self, at: BindingId) -> Option<&(Expr, Vec<BindingId>)> {
        self.iterated.get(&at)
    }

    /// Whether nothing is made again.
    pub(crate) fn is_empty(&self) -> bool {
        self.of.is_empty() && self.iterated.is_empty()
    }

    /// Whether a binding is made again.
    pub(crate) fn makes(&self, id: BindingId) -> bool {
        self.of.contains_key(&id)
    }

    /// The statements that make those of these bindings again which `body` uses, those first that others are made from.
    pub(crate) fn stmts(&self, ids: &BTreeSet<BindingId>, body: &[Stmt], bindings: &Bindings) -> Vec<Stmt> {
        if ids.is_empty() {
            return Vec::new();
        }
        let mut wanted: Vec<BindingId> = mentions::in_stmts(body).into_iter().collect();
        let mut groups: BTreeMap<usize, BTreeSet<BindingId>> = BTreeMap::new();
        while let Some(id) = wanted.pop() {
            if ids.contains(&id)
                && let Some(group) = self.of.get(&id)
                && groups.entry(*group).or_default().insert(id)
            {
                wanted.extend(self.needs(id).into_iter().flatten());
            }
        }
        let stmts = groups
            .into_iter()
            .filter_map(|(group, wanted)| Some(self.groups.get(group)?.stmt(&wanted, bindings)));
        stmts.collect()
    }
}

impl Remake {
    fn stmt(&self, wanted: &BTreeSet<BindingId>, bindings: &Bindings) -> Stmt {
        let mut pat = self.pat.clone();
        forget::leave_out(&mut pat, &|id| !wanted.contains(&id));
        let expr = &self.expr;
        let mut stmt = build::let_(pat, expr.clone());
        if let (true, Stmt::Local(syn::Local { init: Some(init), .. })) = (self.refutable, &mut stmt) {
            let local = wanted.first().and_then(|id| bindings.get(*id));
            let local =
                local.map_or_else(String::new, |binding| wording::unmarked(&binding.ident.to_string()));
            let changed = build::runtime("changed", Span::call_site(), [parse_quote!(#local)]);
            let otherwise = build::block_expr(vec![Stmt::Expr(changed, None)]);
            init.diverge = Some((Default::default(), Box::new(otherwise)));
        }
        stmt
    }
}

struct Finder<'a, 'ast> {
    bindings: &'a Bindings,
    remakes: Remakes,
    /// The pattern and the value of each binding.
    born: HashMap<BindingId, (&'ast Pat, &'ast Expr)>,
    /// Bindings that get another value on another way.
    ambiguous: BTreeSet<BindingId>,
}

impl<'ast> Finder<'_, 'ast> {
    fn consider(&mut self, pat: &'ast Pat, expr: &'ast Expr, refutable: bool) {
        let pat = match pat {
            Pat::Guard(guarded) => &*guarded.pat,
            Pat::Type(typed) => &*typed.pat,
            Pat::Paren(paren) => &*paren.pat,
            other => other,
        };
        if let (Pat::Tuple(pats), Expr::Tuple(exprs)) = (pat, expr)
            && pats.elems.len() == exprs.elems.len()
        {
            let pairs = pats.elems.iter().zip(&exprs.elems);
            return pairs.for_each(|(pat, expr)| self.consider(pat, expr, refutable));
        }
        let text = |pat: &Pat, expr: &Expr| quote!(#pat = #expr).to_string();
        let mut bound = mentions::in_pat(pat);
        bound.retain(|id| match self.born.get(id) {
            Some((known_pat, known_expr)) if text(known_pat, known_expr) != text(pat, expr) => {
                self.ambiguous.insert(*id);
                false
            }
            known => known.is_none(),
        });
        self.born.extend(bound.iter().map(|id| (*id, (pat, expr))));
        if let Some(remake) = self.remade(pat, expr, refutable) {
            let ids = remake.ids.iter().copied().filter(|id| bound.contains(id)).collect();
            self.remember(remake, ids);
        }
    }

    /// Remembers `nth(&list, at)`, which is how a loop goes through a list.
    fn goes_through(&mut self, expr: &Expr) {
        let places = Places { bindings: self.bindings };
        if let Some(args) = build::as_runtime(expr, "nth")
            && let (Some(list), Some(Expr::Path(at))) = (args.first(), args.last())
            && let Some(at) = at.path.get_ident().and_then(identity)
            && let Some(roots) = places.iterator(list)
            && !mutates::borrows_mut(list)
        {
            self.remakes.iterated.insert(at, (list.clone(), roots));
        }
    }

    fn remember(&mut self, remake: Remake, ids: Vec<BindingId>) {
        let group = self.remakes.groups.len();
        self.remakes.groups.push(remake);
        self.remakes.of.extend(ids.into_iter().map(|id| (id, group)));
    }

    /// How what a pattern binds is made again.
    fn remade(&self, pat: &Pat, expr: &Expr, refutable: bool) -> Option<Remake> {
        let places = Places { bindings: self.bindings };
        let remake =
            |expr: &Expr, needs, ids| Remake { pat: pat.clone(), expr: expr.clone(), refutable, needs, ids };
        let ids = mentions::in_pat(pat);
        if let (Some(_), Some(needs)) = (sole_binding(pat), self.captured(expr)) {
            return Some(remake(expr, needs, ids));
        }
        // What stands behind a `&` pattern is a value of its own, and is kept.
        if has_reference_pattern(pat) {
            return None;
        }
        let fixed = |ids: &[BindingId]| {
            let fixed = |id: &BindingId| self.bindings.get(*id).is_some_and(|binding| !binding.mutable);
            !ids.is_empty() && ids.iter().all(fixed)
        };
        if let Some(args) = build::as_runtime(expr, "nth") {
            let (iterated, at) = (args.first()?, args.last()?);
            let mut needs = places.iterator(iterated)?;
            needs.extend(places.place(at)?);
            let before: Expr = parse_quote!(#at - 1);
            let again = build::runtime("nth", Span::call_site(), [iterated.clone(), before]);
            return fixed(&ids).then(|| remake(&again, needs, ids));
        }
        // Of a place that is no reference, `ref` borrows; what is bound without it is a value of its own.
        let is_reference = places.is_reference(expr) || self.is_made_again(expr);
        let ids = if is_reference { ids } else { bound_by_ref(pat) };
        let needs = places.place(expr).filter(|_| is_reference || is_place(expr))?;
        fixed(&ids).then(|| remake(expr, needs, ids))
    }

    /// Whether an expression is a binding that a pattern has taken out of a reference.
    fn is_made_again(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Path(path) => {
                path.path.get_ident().and_then(identity).is_some_and(|id| self.remakes.of.contains_key(&id))
            }
            Expr::Paren(paren) => self.is_made_again(&paren.expr),
            _ => false,
        }
    }

    /// What a closure or an async block borrows; `None` where it takes what it names with it, and for any other expression.
    fn captured(&self, expr: &Expr) -> Option<Vec<BindingId>> {
        let moves = match expr {
            Expr::Closure(closure) => closure.capture.is_some(),
            Expr::Async(block) => block.capture.is_some(),
            _ => true,
        };
        if moves {
            return None;
        }
        let own = merge::bound_in(expr);
        let is_kept = |id: &BindingId| {
            self.bindings.get(*id).is_some_and(|binding| binding.kind != BindingKind::Service)
        };
        let mut captured: Vec<BindingId> =
            mentions::in_expr(expr).difference(&own).copied().filter(is_kept).collect();
        captured.sort_unstable();
        Some(captured)
    }
}

fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Index(index) => is_place(&index.expr),
        Expr::Paren(paren) => is_place(&paren.expr),
        _ => false,
    }
}

/// The bindings of a pattern that say `ref`.
fn bound_by_ref(pat: &Pat) -> Vec<BindingId> {
    struct ByRef(Vec<BindingId>);
    impl<'ast> Visit<'ast> for ByRef {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            if pat.by_ref.is_some() {
                self.0.extend(identity(&pat.ident));
            }
            visit::visit_pat_ident(self, pat);
        }
        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut by_ref = ByRef(Vec::new());
    by_ref.visit_pat(pat);
    by_ref.0
}

fn has_reference_pattern(pat: &Pat) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_pat_reference(&mut self, _: &'ast syn::PatReference) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    found.visit_pat(pat);
    found.0
}

impl<'ast> Visit<'ast> for Finder<'_, 'ast> {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.consider(&local.pat, &init.expr, init.diverge.is_some());
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_let(&mut self, let_: &'ast syn::ExprLet) {
        self.goes_through(&let_.expr);
        self.consider(&let_.pat, &let_.expr, true);
        visit::visit_expr_let(self, let_);
    }

    fn visit_expr_match(&mut self, match_: &'ast syn::ExprMatch) {
        for arm in &match_.arms {
            self.consider(&arm.pat, &match_.expr, true);
        }
        visit::visit_expr_match(self, match_);
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
