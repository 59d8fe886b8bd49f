//! Control flow: a body becomes regions that end at awaits, jumps and returns.
//!
//! Control flow without an await inside stays as the user wrote it; only what an await cuts is taken apart. What follows a construct
//! that was cut is a region of its own, to which each way out of the construct jumps.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use syn::visit_mut::VisitMut;
use syn::{Expr, Stmt};

use super::begun::{awaited_later, begun_before};
use super::binding::{Binding, BindingId, BindingKind, Bindings};
use super::exits::{Exits, Frame, deliver};
use super::head::{head_await, is_cut_inside};
use super::items::{Items, with_items};
use super::macros::ReadMacro;
use super::region::{After, Dest, Head, Region, RegionId, Target};
use super::unnest::Unnest;
use super::{cut, desugar, diverge, jump, mentions};
use crate::collect::CalledPart;

/// The regions of a body; the first is its start.
pub(crate) struct Flow<'a> {
    pub regions: Vec<Region>,
    /// Items that stand inside the body.
    pub items: Items,
    /// Compound assignments whose order of evaluation depends on their type.
    pub unordered: Vec<syn::ExprBinary>,
    /// Parts of guards that await in the midst of other things.
    pub guards: Vec<Expr>,
    pub(super) bindings: &'a mut Bindings,
    pub(super) macros: &'a [ReadMacro],
    parts: &'a BTreeMap<String, CalledPart>,
    pub(super) frames: Vec<Frame>,
    pub(super) visible: Vec<BindingId>,
}

impl<'a> Flow<'a> {
    /// Takes a body apart.
    pub(crate) fn of(
        mut body: syn::Block,
        bindings: &'a mut Bindings,
        macros: &'a [ReadMacro],
        parts: &'a BTreeMap<String, CalledPart>,
    ) -> Self {
        let is_parameter =
            |binding: &Binding| matches!(binding.kind, BindingKind::Input | BindingKind::Service);
        let parameters = bindings.iter().filter(|(_, binding)| is_parameter(binding));
        let visible = parameters.map(|(id, _)| id).collect();
        let mut flow = Flow {
            regions: Vec::new(),
            items: Items::of(&mut body.stmts),
            unordered: Vec::new(),
            guards: Vec::new(),
            frames: Vec::new(),
            bindings,
            macros,
            parts,
            visible,
        };
        let start = flow.region(Head::Start);
        let target = Target { dest: Dest::Done, after: After::Never };
        let code = flow.block(body.stmts, &target, false);
        flow.set_body(start, code);
        flow
    }

    pub(super) fn unnest(&mut self) -> Unnest<'_> {
        let Self { bindings, macros, parts, .. } = self;
        Unnest { bindings, macros, parts, unordered: Vec::new() }
    }

    pub(super) fn region(&mut self, head: Head) -> RegionId {
        let visible: BTreeSet<BindingId> = self.visible.iter().copied().collect();
        self.regions.push(Region { head, body: Vec::new(), visible });
        self.regions.len() - 1
    }

    pub(super) fn set_body(&mut self, region: RegionId, body: Vec<Stmt>) {
        if let Some(region) = self.regions.get_mut(region) {
            region.body = body;
        }
    }

    /// The statements of a block, which ends with its value.
    pub(super) fn block(&mut self, mut stmts: Vec<Stmt>, target: &Target, falls: bool) -> Vec<Stmt> {
        let is_cut = stmts.iter().any(cut::stmt);
        let items = if is_cut { self.items.of_inner(&mut stmts) } else { Vec::new() };
        let (depth, first) = (self.visible.len(), self.regions.len());
        let code = self.sequence(stmts.into(), target, falls, false);
        self.visible.truncate(depth);
        if items.is_empty() {
            return code;
        }
        for region in self.regions.iter_mut().skip(first) {
            region.body = with_items(&items, std::mem::take(&mut region.body));
        }
        with_items(&items, code)
    }

    /// Statements one by one. Where the first is `ready`, its own await is the one that this region begins with.
    pub(super) fn sequence(
        &mut self,
        mut rest: VecDeque<Stmt>,
        target: &Target,
        falls: bool,
        ready: bool,
    ) -> Vec<Stmt> {
        let mut code = Vec::new();
        let mut ready = ready;
        while let Some(stmt) = rest.pop_front() {
            let stmt = if ready {
                stmt
            } else {
                let Some(stmt) = self.apart(stmt, &mut rest) else { continue };
                if let Some((awaited, span)) = head_await(&stmt) {
                    let (awaited, mut begun) = begun_before(awaited, &mut code);
                    let region = self.region(Head::Await(Box::new(awaited), span));
                    code.push(jump::stmt(region));
                    rest.push_front(stmt);
                    begun.extend(self.sequence(rest, target, false, true));
                    self.set_body(region, begun);
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
    fn apart(&mut self, mut stmt: Stmt, rest: &mut VecDeque<Stmt>) -> Option<Stmt> {
        if let Some(declarations) = declared_one_by_one(&stmt) {
            declarations.into_iter().rev().for_each(|stmt| rest.push_front(stmt));
            return None;
        }
        let mut unnest = self.unnest();
        let mut before = unnest.steadied(&mut stmt, rest.iter().any(cut::stmt));
        if let Some(awaited_later) = awaited_later(&mut stmt, rest) {
            let expr = std::mem::replace(awaited_later, Expr::PLACEHOLDER);
            *awaited_later = unnest.opened(expr, &mut before);
        }
        if !before.is_empty() {
            rest.push_front(stmt);
            before.into_iter().rev().for_each(|stmt| rest.push_front(stmt));
            return None;
        }
        if !cut::stmt(&stmt) {
            return Some(stmt);
        }
        let stmt = match stmt {
            Stmt::Expr(Expr::ForLoop(for_), _) if cut::block(&for_.body) => {
                let stmts = desugar::for_loop(for_, self.bindings);
                stmts.into_iter().rev().for_each(|stmt| rest.push_front(stmt));
                return None;
            }
            Stmt::Expr(Expr::While(while_), semi) => Stmt::Expr(desugar::while_loop(while_), semi),
            other => other,
        };
        let mut unnest = self.unnest();
        let unnested = unnest.statement(stmt);
        let mut unordered = unnest.unordered;
        self.unordered.append(&mut unordered);
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

    pub(super) fn plain_expr(&self, mut expr: Expr) -> Expr {
        Exits::new(&self.frames, self.macros).visit_expr_mut(&mut expr);
        expr
    }
}

/// `let (x, y);` is `let x; let y;`.
fn declared_one_by_one(stmt: &Stmt) -> Option<Vec<Stmt>> {
    let Stmt::Local(local) = stmt else { return None };
    let pats: Vec<syn::Pat> = match (&local.pat, &local.init) {
        (syn::Pat::Tuple(tuple), None) => tuple.elems.iter().cloned().collect(),
        (syn::Pat::Type(typed), None) => match (&*typed.pat, &*typed.ty) {
            (syn::Pat::Tuple(pats), syn::Type::Tuple(types)) if pats.elems.len() == types.elems.len() => {
                let pairs = pats.elems.iter().zip(&types.elems);
                let one = |(pat, ty): (&syn::Pat, &syn::Type)| {
                    let (pat, ty) = (Box::new(pat.clone()), Box::new(ty.clone()));
                    syn::Pat::Type(syn::PatType { pat, ty, ..typed.clone() })
                };
                pairs.map(one).collect()
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(pats.into_iter().map(|pat| Stmt::Local(syn::Local { pat, ..local.clone() })).collect())
}
