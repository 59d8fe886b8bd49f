//! Borrows that outlive an await are made again from what they borrow, so that must be something that is still there: a value that only
//! the borrow holds gets a name of its own, and so does an index that may change.
//!
//! `let item = &order.items[next()];` becomes `let next = next(); let item = &order.items[next];`

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Expr, Stmt};

use super::binding::{BindingId, identity};
use super::operand::{Later, Role};
use super::places::{self, Places};
use super::unnest::Unnest;
use super::{cut, mentions};

impl Unnest<'_> {
    /// Gives names to what a statement borrows, where the borrow may be needed after an await: one that comes `later` in its block, or one
    /// inside the construct that looks at it.
    pub(super) fn steadied(&mut self, stmt: &mut Stmt, later: bool) -> Vec<Stmt> {
        let mut out = Vec::new();
        match stmt {
            Stmt::Local(local) => {
                let binds = !mentions::in_pat(&local.pat).is_empty();
                if let Some(init) = &mut local.init {
                    if later && borrows_all(&local.pat) {
                        self.steady_place(&mut init.expr, Role::Place, &mut out);
                    } else if later && binds {
                        self.steady(&mut init.expr, &mut out);
                    }
                    self.steady_construct(&mut init.expr, &mut out);
                }
            }
            Stmt::Expr(Expr::Return(return_), _) => {
                if let Some(value) = &mut return_.expr {
                    self.steady_construct(value, &mut out);
                }
            }
            Stmt::Expr(expr, _) => self.steady_construct(expr, &mut out),
            _ => {}
        }
        out
    }

    /// What a construct with an await inside looks at.
    fn steady_construct(&mut self, expr: &mut Expr, out: &mut Vec<Stmt>) {
        match expr {
            Expr::Match(match_) if match_.arms.iter().any(is_cut) => {
                if match_.arms.iter().any(|arm| is_cut(arm) && borrows_all(&arm.pat)) {
                    self.steady_place(&mut match_.expr, Role::Place, out);
                } else {
                    self.steady(&mut match_.expr, out);
                }
            }
            Expr::If(if_) if cut::block(&if_.then_branch) => {
                // Only what is looked at first is evaluated always.
                if let Expr::Let(let_) = first(&mut if_.cond) {
                    if borrows_all(&let_.pat) {
                        self.steady_place(&mut let_.expr, Role::Place, out);
                    } else {
                        self.steady(&mut let_.expr, out);
                    }
                }
            }
            Expr::ForLoop(for_) if cut::block(&for_.body) => self.steady_iterator(&mut for_.expr, out),
            Expr::Paren(paren) => self.steady_construct(&mut paren.expr, out),
            _ => {}
        }
    }

    fn steady(&mut self, expr: &mut Expr, out: &mut Vec<Stmt>) {
        match expr {
            Expr::Paren(paren) => self.steady(&mut paren.expr, out),
            Expr::Tuple(tuple) => tuple.elems.iter_mut().for_each(|elem| self.steady(elem, out)),
            Expr::Reference(reference) => {
                let role = if reference.mutability.is_some() { Role::Receiver } else { Role::Place };
                self.steady_place(&mut reference.expr, role, out);
            }
            Expr::MethodCall(call) if places::is_borrowing(call) => {
                let mutable = call.method.to_string().contains("mut");
                let role = if mutable { Role::Receiver } else { Role::Place };
                self.steady_place(&mut call.receiver, role, out);
            }
            _ => {}
        }
    }

    /// `load().iter().enumerate()` borrows what `load()` gave.
    fn steady_iterator(&mut self, expr: &mut Expr, out: &mut Vec<Stmt>) {
        match expr {
            Expr::Paren(paren) => self.steady_iterator(&mut paren.expr, out),
            Expr::MethodCall(call) if places::is_view(call) => {
                let role = if call.method.to_string().contains("mut") { Role::Receiver } else { Role::Place };
                self.steady_place(&mut call.receiver, role, out);
                call.args.iter_mut().for_each(|arg| self.steady_value(arg, out));
            }
            Expr::MethodCall(call) if places::is_pairing(call) => {
                for one in std::iter::once(&mut *call.receiver).chain(&mut call.args) {
                    match one {
                        Expr::Paren(syn::ExprParen { expr: range, .. })
                            if matches!(**range, Expr::Range(_)) =>
                        {
                            self.steady_value(range, out)
                        }
                        range @ Expr::Range(_) => self.steady_value(range, out),
                        other => self.steady_iterator(other, out),
                    }
                }
            }
            Expr::MethodCall(call) if places::is_adapter(call) => {
                self.steady_iterator(&mut call.receiver, out);
                call.args.iter_mut().for_each(|arg| self.steady_value(arg, out));
            }
            other => self.steady(other, out),
        }
    }

    fn steady_place(&mut self, expr: &mut Expr, role: Role, out: &mut Vec<Stmt>) {
        if (Places { bindings: self.bindings }).place(expr).is_none() {
            self.early_where_it_stands(expr, role, out);
        }
    }

    fn steady_value(&mut self, expr: &mut Expr, out: &mut Vec<Stmt>) {
        if (Places { bindings: self.bindings }).steady(expr).is_none() {
            self.early_where_it_stands(expr, Role::Value, out);
        }
    }

    fn early_where_it_stands(&mut self, expr: &mut Expr, role: Role, out: &mut Vec<Stmt>) {
        let mutable: BTreeSet<BindingId> =
            self.bindings.iter().filter(|(_, binding)| binding.mutable).map(|(id, _)| id).collect();
        let whole = std::mem::replace(expr, Expr::PLACEHOLDER);
        // What a borrow alone holds, `&Order { id }`, is made once.
        *expr = if role.is_place() && is_made(&whole) && !cut::expr(&whole) {
            self.hoist(whole, Role::Value, out)
        } else {
            self.early(whole, role, Later::Anything(&mutable), out)
        };
    }
}

fn is_cut(arm: &syn::Arm) -> bool {
    cut::expr(&arm.body) || cut::guard(arm)
}

/// A value that is made of others where it stands.
fn is_made(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(paren) => is_made(&paren.expr),
        Expr::Struct(_) | Expr::Array(_) | Expr::Repeat(_) | Expr::Tuple(_) | Expr::Call(_) => true,
        _ => false,
    }
}

/// Whether a pattern binds something, and all by `ref`: what it looks at is borrowed as a whole, `let ref order = load();`.
fn borrows_all(pat: &syn::Pat) -> bool {
    #[derive(Default)]
    struct Bound {
        by_ref: bool,
        by_value: bool,
    }
    impl<'ast> Visit<'ast> for Bound {
        fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
            self.by_ref |= pat.by_ref.is_some();
            self.by_value |= pat.by_ref.is_none() && identity(&pat.ident).is_some();
            visit::visit_pat_ident(self, pat);
        }
        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut bound = Bound::default();
    bound.visit_pat(pat);
    bound.by_ref && !bound.by_value
}

/// What a condition looks at first.
fn first(cond: &mut Expr) -> &mut Expr {
    match cond {
        Expr::Binary(syn::ExprBinary { left, op: syn::BinOp::And(_), .. }) => first(left),
        other => other,
    }
}
