//! Temporaries: what must be evaluated before an await is bound to a name of its own, in its turn.

use std::collections::BTreeSet;

use syn::spanned::Spanned;
use syn::{Expr, Stmt};

use super::operand::{self, Later, Operand, Role};
use super::unnest::Unnest;
use super::wording::heart;
use super::{awaited, build, cut, wording};

impl Unnest<'_> {
    pub(super) fn values(
        &mut self,
        exprs: impl IntoIterator<Item = Expr>,
        out: &mut Vec<Stmt>,
    ) -> std::vec::IntoIter<Expr> {
        self.operands(exprs.into_iter().map(Operand::value).collect(), out).into_iter()
    }

    /// Operands in their order: those before the last await are bound to temporaries, unless it makes no difference when they are read.
    pub(super) fn operands(&mut self, operands: Vec<Operand>, out: &mut Vec<Stmt>) -> Vec<Expr> {
        let Some(last) = operands.iter().rposition(|operand| cut::expr(&operand.expr)) else {
            return operands.into_iter().map(|operand| operand.expr).collect();
        };
        let mut done = Vec::with_capacity(operands.len());
        let mut rest = operands;
        for position in 0..=last {
            let Operand { expr, role } = rest.remove(0);
            done.push(if position == last {
                self.residual(expr, out)
            } else {
                let later = rest.get(..last - position).unwrap_or_default();
                self.early(expr, role, Later::Operands(later), out)
            });
        }
        done.extend(rest.into_iter().map(|operand| operand.expr));
        done
    }

    /// An operand that comes before an await: afterwards it is evaluated, or it makes no difference when it is.
    pub(super) fn early(&mut self, expr: Expr, role: Role, later: Later<'_>, out: &mut Vec<Stmt>) -> Expr {
        let residual = self.residual(expr, out);
        self.bind(residual, role, &|expr, role| operand::is_inert(expr, role, later), out)
    }

    /// A future that is awaited later, without the awaits in its operands.
    pub(super) fn opened(&mut self, mut future: Expr, out: &mut Vec<Stmt>) -> Expr {
        self.open(&mut future, out);
        future
    }

    /// An expression that does not await any more.
    pub(super) fn free(&mut self, expr: Expr, role: Role, out: &mut Vec<Stmt>) -> Expr {
        let residual = self.residual(expr, out);
        self.bind(residual, role, &|expr, _| !cut::expr(expr), out)
    }

    /// Binds a value to a temporary, but for what may stay: a place stays a place, and a borrow borrows the temporary.
    fn bind(
        &mut self,
        expr: Expr,
        role: Role,
        stays: &dyn Fn(&Expr, Role) -> bool,
        out: &mut Vec<Stmt>,
    ) -> Expr {
        if stays(&expr, role) {
            return expr;
        }
        match expr {
            Expr::Paren(paren) => self.bind(*paren.expr, role, stays, out),
            Expr::Group(group) => self.bind(*group.expr, role, stays, out),
            Expr::Reference(mut reference) => {
                let role = if reference.mutability.is_some() { Role::Receiver } else { Role::Place };
                reference.expr = Box::new(self.bind(*reference.expr, role, stays, out));
                Expr::Reference(reference)
            }
            Expr::Field(mut field) if role.is_place() => {
                field.base = Box::new(self.bind(*field.base, role, stays, out));
                Expr::Field(field)
            }
            Expr::Unary(mut unary) if role.is_place() && matches!(unary.op, syn::UnOp::Deref(_)) => {
                unary.expr = Box::new(self.bind(*unary.expr, role, stays, out));
                Expr::Unary(unary)
            }
            Expr::Index(mut index) if role.is_place() => {
                index.expr = Box::new(self.bind(*index.expr, role, stays, out));
                index.index = Box::new(self.bind(*index.index, Role::Value, stays, out));
                Expr::Index(index)
            }
            // A range can't be read twice; its ends can.
            Expr::Range(mut range) => {
                let mut bound = |end: Option<Box<Expr>>, out: &mut Vec<Stmt>| {
                    end.map(|end| Box::new(self.bind(*end, Role::Value, stays, out)))
                };
                range.start = bound(range.start, out);
                range.end = bound(range.end, out);
                Expr::Range(range)
            }
            Expr::Tuple(mut tuple) => {
                let elems = std::mem::take(&mut tuple.elems);
                tuple.elems =
                    elems.into_iter().map(|elem| self.bind(elem, Role::Value, stays, out)).collect();
                if tuple.elems.len() == 1 {
                    tuple.elems.push_punct(Default::default());
                }
                Expr::Tuple(tuple)
            }
            Expr::Call(mut call) if operand::is_constructor(&call.func) => {
                let args = std::mem::take(&mut call.args);
                call.args = args.into_iter().map(|arg| self.bind(arg, Role::Value, stays, out)).collect();
                Expr::Call(call)
            }
            other => self.hoist(other, role, out),
        }
    }

    /// What is awaited: a future can't be bound to a temporary, but what it is made of can. Where several are awaited together, the
    /// operands of all of them come first.
    pub(super) fn open(&mut self, awaited: &mut Expr, out: &mut Vec<Stmt>) {
        if !cut::expr(awaited) {
            return;
        }
        let mut places = Vec::new();
        operands_of(awaited, &mut places);
        let take = |(place, role): &mut (&mut Expr, Role)| Operand {
            expr: std::mem::replace(&mut **place, Expr::PLACEHOLDER),
            role: *role,
        };
        let operands = places.iter_mut().map(take).collect();
        let operands = self.operands(operands, out);
        for ((place, role), operand) in places.into_iter().zip(operands) {
            *place = self.free(operand, role, out);
        }
    }

    /// The call of a part stands in a state that is resumed whenever the part is. So its arguments are evaluated before, once, and with
    /// them those of what is awaited beside it.
    pub(super) fn settle_inputs(&mut self, awaited: &mut Expr, out: &mut Vec<Stmt>) {
        let is_part =
            |expr: &Expr| matches!(heart(expr), Expr::Call(call) if awaited::is_part(&call.func, self.parts));
        let last = match &*awaited {
            Expr::Call(call) if is_together(call) => call.args.iter().rposition(is_part),
            alone => is_part(alone).then_some(0),
        };
        let Some(last) = last else { return };
        let mut places = Vec::new();
        match awaited {
            Expr::Call(call) => {
                let parts: Vec<&mut Expr> = match is_together(call) {
                    true => call.args.iter_mut().take(last + 1).collect(),
                    false => return self.settle(call.args.iter_mut().map(|arg| (arg, Role::Value)), out),
                };
                parts.into_iter().for_each(|part| operands_of(part, &mut places));
            }
            alone => operands_of(alone, &mut places),
        }
        self.settle(places, out);
    }

    fn settle<'e>(&mut self, places: impl IntoIterator<Item = (&'e mut Expr, Role)>, out: &mut Vec<Stmt>) {
        let later = BTreeSet::new();
        for (place, role) in places {
            let expr = std::mem::replace(place, Expr::PLACEHOLDER);
            let stays = |expr: &Expr, role| operand::is_inert(expr, role, Later::Anything(&later));
            *place = self.bind(expr, role, &stays, out);
        }
    }

    /// Binds a value to a temporary, which can be changed where it is used as a place.
    pub(super) fn hoist(&mut self, expr: Expr, role: Role, out: &mut Vec<Stmt>) -> Expr {
        let span = wording::heart(&expr).span();
        let name = self.free_name(&wording::value_name(&expr));
        let mutable = role == Role::Receiver;
        let ident = self.bindings.temporary(&name, span, mutable);
        out.push(build::let_(build::binding(ident.clone(), mutable), expr));
        build::name(ident)
    }

    /// A temporary must not hide a function of the same name.
    pub(super) fn free_name(&self, name: &str) -> String {
        if self.bindings.outside.contains(name) { format!("{name}_value") } else { name.to_owned() }
    }
}

/// Whether what is awaited are several things, in a `race!` or a `join!`.
fn is_together(call: &syn::ExprCall) -> bool {
    wording::is_together(call)
}

/// The operands of what is awaited. A call on a call (`order.charge(sum).retry(backoff)`) has those of both, unless what is awaited for
/// the outer one must not be overtaken by the inner one.
fn operands_of<'e>(awaited: &'e mut Expr, out: &mut Vec<(&'e mut Expr, Role)>) {
    match awaited {
        Expr::Paren(paren) => operands_of(&mut paren.expr, out),
        Expr::Group(group) => operands_of(&mut group.expr, out),
        Expr::Call(call) => {
            if is_together(call) {
                return call.args.iter_mut().for_each(|part| operands_of(part, out));
            }
            out.push((&mut call.func, Role::Receiver));
            out.extend(call.args.iter_mut().map(|arg| (arg, Role::Value)));
        }
        Expr::MethodCall(call) => {
            if call.args.iter().any(cut::expr) {
                out.push((&mut call.receiver, Role::Receiver));
            } else {
                operands_of(&mut call.receiver, out);
            }
            out.extend(call.args.iter_mut().map(|arg| (arg, Role::Value)));
        }
        other => out.push((other, Role::Receiver)),
    }
}

pub(super) fn only_operand(expr: &mut Expr) -> Option<&mut Expr> {
    Some(match expr {
        Expr::Try(try_) => &mut try_.expr,
        Expr::Paren(paren) => &mut paren.expr,
        Expr::Field(field) => &mut field.base,
        Expr::Unary(unary) => &mut unary.expr,
        Expr::Reference(reference) => &mut reference.expr,
        Expr::Cast(cast) => &mut cast.expr,
        Expr::Repeat(repeat) => &mut repeat.expr,
        Expr::RawAddr(raw) => &mut raw.expr,
        Expr::Return(return_) => return_.expr.as_mut()?,
        Expr::Break(break_) => break_.expr.as_mut()?,
        _ => return None,
    })
}
