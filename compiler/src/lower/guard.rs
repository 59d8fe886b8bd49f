//! Guards that await: `match x { Some(n) if check(n).await => …, _ => … }`.
//!
//! A guard looks at what its pattern binds without taking it; the arm takes it. So the await stays in the guard, in a state of its own that
//! keeps `x`: `match x { Some(n) if check(n).await => …, _ => jump to the other arms }`. Before that it is only asked whether the pattern
//! fits: `match x { Some(_) => jump to the guard, _ => jump to the other arms }`. The other arms are one more state, since both lead there.

use std::collections::VecDeque;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, Pat, Stmt, Token, parse_quote};

use super::binding::BindingId;
use super::condition::flatten;
use super::flow::Flow;
use super::head::head_await;
use super::operand::Role;
use super::places::Places;
use super::region::{Head, RegionId, Target};
use super::unnest::Unnest;
use super::{build, cut, forget, jump, mentions};

impl Unnest<'_> {
    /// What a `match` looks at once more after each of its guards that await: a place, or a temporary.
    pub(super) fn looked_at_again(&mut self, value: Expr, arms: &[syn::Arm], out: &mut Vec<Stmt>) -> Expr {
        if !arms.iter().any(cut::guard) || is_same_again(Places { bindings: self.bindings }, &value) {
            return value;
        }
        let changes = arms.iter().any(|arm| binds_to_change(&arm.pat));
        self.hoist(value, if changes { Role::Receiver } else { Role::Value }, out)
    }
}

/// Whether an expression can be looked at as often as one likes: a place, or references to places.
fn is_same_again(places: Places<'_>, expr: &Expr) -> bool {
    let is_reference = |expr: &Expr| places.place(expr).is_some() && places.is_reference(expr);
    match expr {
        Expr::Paren(paren) => is_same_again(places, &paren.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_reference),
        other => places.place(other).is_some(),
    }
}

/// `ref mut x`
fn binds_to_change(pat: &Pat) -> bool {
    struct Found(bool);
    impl<'ast> syn::visit::Visit<'ast> for Found {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.0 |= pat.by_ref.is_some() && pat.mutability.is_some();
        }
    }
    let mut found = Found(false);
    syn::visit::Visit::visit_pat(&mut found, pat);
    found.0
}

/// A `match` whose guards await.
struct Guarded<'a> {
    /// The `match` without its arms.
    match_: syn::ExprMatch,
    target: &'a Target,
}

/// An arm whose guard awaits, and where it goes on if it does not hold.
struct Guard {
    arm: syn::Arm,
    /// `a && b && c`, one by one.
    conjuncts: Vec<Expr>,
    otherwise: RegionId,
}

impl Flow<'_> {
    /// A `match` some of whose guards await. Each way through it diverges.
    pub(super) fn guarded(&mut self, mut match_: syn::ExprMatch, target: &Target) -> Expr {
        match_.attrs.clear();
        let arms = std::mem::take(&mut match_.arms);
        let arms = arms.into_iter().flat_map(|arm| self.one_by_one(arm, target)).collect();
        self.arms(&Guarded { match_, target }, arms, Vec::new())
    }

    /// `A | B if guard` and `A if one || other` as two arms, where each of the two may be asked.
    fn one_by_one(&mut self, arm: syn::Arm, target: &Target) -> Vec<syn::Arm> {
        let Pat::Guard(guarded) = &arm.pat else { return vec![arm] };
        if !cut::guard(&arm) {
            return vec![arm];
        }
        let pats = match &*guarded.pat {
            Pat::Or(or) if !are_apart(or) => or.cases.iter().cloned().collect(),
            other => vec![other.clone()],
        };
        let mut guards = Vec::new();
        disjuncts(&guarded.guard, &mut guards);
        let heads = pats.iter().flat_map(|pat| guards.iter().map(move |guard| (pat.clone(), guard.clone())));
        let heads: Vec<(Pat, Expr)> = heads.collect();
        if heads.len() == 1 {
            return vec![arm];
        }
        let body = if cut::expr(&arm.body) { self.body(&arm, target) } else { (*arm.body).clone() };
        let split = heads.into_iter().map(|(pat, guard)| syn::Arm {
            pat: guarded_by(pat, guard),
            body: Box::new(body.clone()),
            ..arm.clone()
        });
        split.collect()
    }

    /// A body that several arms have, as a jump to it.
    fn body(&mut self, arm: &syn::Arm, target: &Target) -> Expr {
        let depth = self.visible.len();
        self.visible.extend(mentions::in_pat(&arm.pat));
        let region = self.region(Head::Block("Arm".to_owned(), arm.body.span()));
        let code = self.block(build::block_of((*arm.body).clone()).stmts, target, false);
        self.visible.truncate(depth);
        self.set_body(region, code);
        jump::to(region)
    }

    /// Arms in their order; those that have `passed` did not fit.
    fn arms(&mut self, whole: &Guarded<'_>, mut arms: VecDeque<syn::Arm>, passed: Vec<syn::Arm>) -> Expr {
        let mut tried = Vec::new();
        while let Some(arm) = arms.pop_front() {
            if !cut::guard(&arm) {
                tried.push(arm);
                continue;
            }
            let rest = arms.front().map_or_else(|| whole.match_.match_token.span, |arm| arm.pat.span());
            let otherwise = self.region(Head::Block("OtherArms".to_owned(), rest));
            let later = passed.into_iter().chain(tried.iter().filter_map(as_passed)).collect();
            let before = tried.into_iter().map(|arm| self.arm(arm, whole.target, false)).collect();
            let asked = self.asked(whole, arm, otherwise, before);
            let code = self.arms(whole, arms, later);
            self.set_body(otherwise, vec![Stmt::Expr(code, None)]);
            return asked;
        }
        let is_last = |arm: &syn::Arm| fits_always(&leaving_out(&arm.pat, &|_| true));
        let passed = if tried.iter().any(is_last) { Vec::new() } else { passed };
        let mut arms = tried.into_iter().map(|arm| self.arm(arm, whole.target, false)).peekable();
        if let Some(only) = arms.next_if(|arm| matches!(arm.pat, Pat::Wild(_))) {
            return *only.body;
        }
        matching(whole, passed.into_iter().chain(arms).collect())
    }

    /// The arms before one whose guard awaits, and whether that fits.
    fn asked(
        &mut self,
        whole: &Guarded<'_>,
        mut arm: syn::Arm,
        otherwise: RegionId,
        mut before: Vec<syn::Arm>,
    ) -> Expr {
        let mut conjuncts = Vec::new();
        if let Pat::Guard(guarded) = arm.pat {
            flatten(self.plain_expr(*guarded.guard), &mut conjuncts);
            arm.pat = *guarded.pat;
        }
        let conjuncts = self.at_most_one_each(conjuncts);
        let span = arm.pat.span();
        let fits = leaving_out(&arm.pat, &|_| true);
        let always = fits_always(&fits);
        let guard = Guard { arm, conjuncts, otherwise };
        let first = match guard.conjuncts.first() {
            Some(first) if cut::expr(first) => self.guard(whole, &guard, 0),
            _ => {
                let region = self.region(Head::Block("Guard".to_owned(), span));
                let code = self.held(whole, &guard, 0, 0);
                self.set_body(region, code);
                region
            }
        };
        before.push(arm_of(fits, jump::to(first), span));
        if !always {
            let mut other = other_arm(jump::to(otherwise), span);
            // Only rustc knows whether the patterns above leave anything over.
            other.attrs.push(parse_quote!(#[allow(unreachable_patterns)]));
            before.push(other);
        }
        matching(whole, before)
    }

    /// The state that awaits this conjunct.
    fn guard(&mut self, whole: &Guarded<'_>, guard: &Guard, awaited: usize) -> RegionId {
        let conjunct = guard.conjuncts.get(awaited).cloned().unwrap_or(Expr::PLACEHOLDER);
        let head = head_await(&Stmt::Expr(conjunct, None));
        let head = head.map(|(base, span)| Head::Await(Box::new(base), span));
        let region = self.region(head.unwrap_or_else(|| Head::Block("Guard".to_owned(), Span::call_site())));
        let code = self.held(whole, guard, awaited, awaited + 1);
        self.set_body(region, code);
        region
    }

    /// Whether the conjuncts from `first` to the next await hold; those from `free` on may be such an await.
    fn held(&mut self, whole: &Guarded<'_>, guard: &Guard, first: usize, free: usize) -> Vec<Stmt> {
        let next = guard.conjuncts.iter().skip(free).position(cut::expr).map(|found| found + free);
        let until = next.unwrap_or(guard.conjuncts.len());
        let held = guard.conjuncts.iter().take(until).skip(first).cloned().reduce(build::and);
        let held = held.unwrap_or_else(|| build::bool(true, Span::call_site()));
        let span = guard.arm.pat.span();
        let other = other_arm(jump::to(guard.otherwise), span);
        let Some(next) = next else {
            let pat = guarded_by(guard.arm.pat.clone(), held);
            let arm = self.arm(syn::Arm { pat, ..guard.arm.clone() }, whole.target, false);
            return vec![Stmt::Expr(matching(whole, vec![arm, other]), None)];
        };
        let next = self.guard(whole, guard, next);
        // A `break` in a guard takes nothing out of what is matched.
        let label = syn::Lifetime::new("'guard", span);
        let named = mentions::in_expr(&held);
        let pat = leaving_out(&guard.arm.pat, &|id| !named.contains(&id));
        let holds = build::and(held, build::break_(Some(label.clone()), None));
        let arm = arm_of(guarded_by(pat, holds), build::block_expr(Vec::new()), span);
        let test = build::labelled(label, vec![Stmt::Expr(matching(whole, vec![arm, other]), None)]);
        vec![Stmt::Expr(test, None), jump::stmt(next)]
    }

    /// Conjuncts that await at most once, at its place and first of all, and bind nothing that one after an await needs; others are noted.
    fn at_most_one_each(&mut self, conjuncts: Vec<Expr>) -> Vec<Expr> {
        let last = conjuncts.iter().rposition(cut::expr).unwrap_or(0);
        let mut apart = Vec::new();
        for (position, conjunct) in conjuncts.into_iter().enumerate() {
            let mut before = Vec::new();
            let mut unnest = self.unnest();
            let looks = cut::is_construct(&conjunct) && !cut::inside(&conjunct);
            let whole = conjunct.clone();
            let conjunct = if looks {
                unnest.top(conjunct, &mut before)
            } else {
                unnest.residual(conjunct, &mut before)
            };
            if !before.is_empty() || (position < last && matches!(conjunct, Expr::Let(_))) {
                self.guards.push(whole);
            }
            apart.push(conjunct);
        }
        apart
    }
}

/// `match x { ARMS }`
fn matching(whole: &Guarded<'_>, arms: Vec<syn::Arm>) -> Expr {
    Expr::Match(syn::ExprMatch { arms, ..whole.match_.clone() })
}

fn arm_of(pat: Pat, body: Expr, span: Span) -> syn::Arm {
    let (fat_arrow_token, comma) = (Token![=>](span), Some(Default::default()));
    syn::Arm { attrs: Vec::new(), pat, fat_arrow_token, body: Box::new(body), comma }
}

fn other_arm(body: Expr, span: Span) -> syn::Arm {
    let other = syn::PatWild { attrs: Vec::new(), underscore_token: Token![_](span) };
    arm_of(Pat::Wild(other), body, span)
}

fn guarded_by(pat: Pat, guard: Expr) -> Pat {
    let (if_token, guard) = (Default::default(), Box::new(guard));
    Pat::Guard(syn::PatGuard { attrs: Vec::new(), pat: Box::new(pat), if_token, guard })
}

fn leaving_out(pat: &Pat, unwanted: &dyn Fn(BindingId) -> bool) -> Pat {
    let mut pat = pat.clone();
    forget::leave_out(&mut pat, unwanted);
    pat
}

/// An arm that did not fit before a guard was asked does not fit afterwards. Rust must see it, to know that there is no other case.
fn as_passed(arm: &syn::Arm) -> Option<syn::Arm> {
    let unguarded = !matches!(arm.pat, Pat::Guard(_));
    unguarded.then(|| {
        arm_of(leaving_out(&arm.pat, &|_| true), parse_quote!(::core::unreachable!()), arm.pat.span())
    })
}

/// `a || b || c`, one by one.
fn disjuncts(guard: &Expr, out: &mut Vec<Expr>) {
    match guard {
        Expr::Binary(binary) if matches!(binary.op, syn::BinOp::Or(_)) => {
            disjuncts(&binary.left, out);
            disjuncts(&binary.right, out);
        }
        other => out.push(other.clone()),
    }
}

/// Whether a pattern fits whatever there is, as far as its text shows.
fn fits_always(pat: &Pat) -> bool {
    match pat {
        Pat::Wild(_) => true,
        Pat::Paren(paren) => fits_always(&paren.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(|elem| fits_always(elem) || matches!(elem, Pat::Rest(_))),
        Pat::Reference(reference) => fits_always(&reference.pat),
        _ => false,
    }
}

/// Whether no value fits two of the alternatives, as far as their text shows.
fn are_apart(or: &syn::PatOr) -> bool {
    let cases: Vec<Option<String>> = or.cases.iter().map(outermost).collect();
    let mut known = std::collections::HashSet::new();
    cases.into_iter().all(|case| case.is_some_and(|case| known.insert(case)))
}

/// What a pattern asks for first: a variant, or a literal.
fn outermost(pat: &Pat) -> Option<String> {
    let last = |path: &syn::Path| path.segments.last().map(|last| last.ident.to_string());
    match pat {
        Pat::TupleStruct(pat) => last(&pat.path),
        Pat::Struct(pat) => last(&pat.path),
        Pat::Path(pat) => last(&pat.path),
        Pat::Ident(pat) if !super::resolve::is_binding(pat) => Some(pat.ident.to_string()),
        Pat::Lit(pat) => Some(quote::quote!(#pat).to_string()),
        Pat::Paren(paren) => outermost(&paren.pat),
        Pat::Reference(reference) => outermost(&reference.pat),
        _ => None,
    }
}
