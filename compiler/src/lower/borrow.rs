//! Borrows of kept places: a local that only borrows, `let item = &order.items[i];`, is not kept but made again when the process
//! resumes, from the places that it borrows.
//!
//! It holds for `&place`, for string literals, for `as_ref()` and its like on a place, and for what a pattern takes out of one of these
//! by reference. The borrow checker has made sure that the place did not change while the borrow lives; an index must be a local that
//! never changes.
//!
//! A closure and an async block that do not say `move` only borrow what they name, and nothing of them runs before they are called or
//! awaited: they are made again in the same way.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt, parse_quote};

use super::binding::{BindingId, BindingKind, Bindings, identity};
use super::region::Region;
use super::resolve::sole_binding;
use super::{forget, mentions, merge};

/// How a group of bindings is made again.
#[derive(Debug, Clone)]
struct Remake {
    pat: Pat,
    expr: Expr,
    refutable: bool,
    needs: Vec<BindingId>,
}

/// All bindings that can be made again.
#[derive(Debug, Default)]
pub(crate) struct Remakes {
    groups: Vec<Remake>,
    of: HashMap<BindingId, usize>,
}

impl Remakes {
    /// Finds them in all regions.
    pub(crate) fn of(regions: &[Region], bindings: &Bindings) -> Self {
        let mut finder = Finder { bindings, remakes: Remakes::default() };
        for region in regions {
            region.body.iter().for_each(|stmt| finder.visit_stmt(stmt));
        }
        finder.remakes
    }

    /// Whether a binding is made again.
    pub(crate) fn makes(&self, id: BindingId) -> bool {
        self.of.contains_key(&id)
    }

    /// What a binding is made again from.
    pub(crate) fn needs(&self, id: BindingId) -> Option<&[BindingId]> {
        self.of.get(&id).and_then(|group| self.groups.get(*group)).map(|remake| remake.needs.as_slice())
    }

    /// The statements that make those of these bindings again which `body` uses, those first that others are made from.
    pub(crate) fn stmts(&self, ids: &BTreeSet<BindingId>, body: &[Stmt]) -> Vec<Stmt> {
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
        groups.into_iter().filter_map(|(group, wanted)| Some(self.groups.get(group)?.stmt(&wanted))).collect()
    }
}

impl Remake {
    fn stmt(&self, wanted: &BTreeSet<BindingId>) -> Stmt {
        let mut pat = self.pat.clone();
        forget::leave_out(&mut pat, &|id| !wanted.contains(&id));
        let expr = &self.expr;
        if self.refutable {
            parse_quote!(let #pat = #expr else { ::core::unreachable!() };)
        } else {
            parse_quote!(let #pat = #expr;)
        }
    }
}

struct Finder<'a> {
    bindings: &'a Bindings,
    remakes: Remakes,
}

impl Finder<'_> {
    fn consider(&mut self, pat: &Pat, expr: &Expr, refutable: bool) {
        let pat = match pat {
            Pat::Guard(guarded) => &*guarded.pat,
            other => other,
        };
        let ids = mentions::in_pat(pat);
        if let (Some(_), Some(needs)) = (sole_binding(pat), self.captured(expr)) {
            return self.remember(Remake { pat: pat.clone(), expr: expr.clone(), refutable, needs }, ids);
        }
        // Of a place that is no reference, `ref` borrows; what is bound without it is a value of its own.
        let ids = if self.is_reference(expr) { ids } else { bound_by_ref(pat) };
        let fixed = |id: &BindingId| self.bindings.get(*id).is_some_and(|binding| !binding.mutable);
        if ids.is_empty() || !ids.iter().all(fixed) || !(self.is_reference(expr) || is_place(expr)) {
            return;
        }
        let Some(needs) = self.place(expr) else { return };
        // A reference behind a `&` pattern or a nested value by copy is kept as it is.
        if sole_binding(pat).is_none() && has_reference_pattern(pat) {
            return;
        }
        self.remember(Remake { pat: pat.clone(), expr: expr.clone(), refutable, needs }, ids);
    }

    fn remember(&mut self, remake: Remake, ids: Vec<BindingId>) {
        let group = self.remakes.groups.len();
        self.remakes.groups.push(remake);
        for id in ids {
            self.remakes.of.entry(id).or_insert(group);
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
        let own = merge::bound(&[Stmt::Expr(expr.clone(), None)]);
        let is_kept = |id: &BindingId| {
            self.bindings.get(*id).is_some_and(|binding| binding.kind != BindingKind::Service)
        };
        let mut captured: Vec<BindingId> =
            mentions::in_expr(expr).difference(&own).copied().filter(is_kept).collect();
        captured.sort_unstable();
        Some(captured)
    }

    /// Whether an expression is a reference, as far as its text shows.
    fn is_reference(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Reference(_) => true,
            Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Str(_) | syn::Lit::ByteStr(_)),
            Expr::MethodCall(call) => is_borrowing(call),
            Expr::Path(path) => {
                path.path.get_ident().and_then(identity).is_some_and(|id| self.remakes.of.contains_key(&id))
            }
            Expr::Paren(paren) => self.is_reference(&paren.expr),
            _ => false,
        }
    }

    /// What must be there to evaluate a pure place expression; `None` for any other.
    fn place(&self, expr: &Expr) -> Option<Vec<BindingId>> {
        match expr {
            Expr::Path(path) => match path.path.get_ident().and_then(identity) {
                Some(id) => Some(match self.bindings.get(id)?.kind {
                    BindingKind::Service => Vec::new(),
                    _ => vec![id],
                }),
                None => is_constant(&path.path).then(Vec::new),
            },
            Expr::Field(field) => self.place(&field.base),
            Expr::Paren(paren) => self.place(&paren.expr),
            Expr::Reference(reference) => self.place(&reference.expr),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => self.place(&unary.expr),
            Expr::Index(index) => {
                let mut needs = self.place(&index.expr)?;
                needs.extend(self.index(&index.index)?);
                Some(needs)
            }
            Expr::MethodCall(call) if is_borrowing(call) => self.place(&call.receiver),
            Expr::Lit(_) => Some(Vec::new()),
            _ => None,
        }
    }

    /// An index that never changes.
    fn index(&self, expr: &Expr) -> Option<Vec<BindingId>> {
        match expr {
            Expr::Lit(_) => Some(Vec::new()),
            Expr::Path(path) => match path.path.get_ident().and_then(identity) {
                Some(id) => (!self.bindings.get(id)?.mutable).then(|| vec![id]),
                None => is_constant(&path.path).then(Vec::new),
            },
            Expr::Reference(reference) => self.index(&reference.expr),
            Expr::Paren(paren) => self.index(&paren.expr),
            Expr::Range(range) => {
                let mut needs = Vec::new();
                for end in range.start.iter().chain(&range.end) {
                    needs.extend(self.index(end)?);
                }
                Some(needs)
            }
            _ => None,
        }
    }
}

/// `x.as_ref()` and its like: they only look.
fn is_borrowing(call: &syn::ExprMethodCall) -> bool {
    let names = [
        "as_ref",
        "as_str",
        "as_slice",
        "as_bytes",
        "as_deref",
        "as_path",
        "as_mut",
        "as_deref_mut",
        "as_mut_slice",
    ];
    call.args.is_empty() && names.iter().any(|name| call.method == name)
}

fn is_constant(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| {
        let name = last.ident.to_string();
        name.len() > 1
            && name.chars().all(|letter| letter.is_uppercase() || letter.is_ascii_digit() || letter == '_')
    })
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

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.consider(&local.pat, &init.expr, init.diverge.is_some());
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_let(&mut self, let_: &'ast syn::ExprLet) {
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
