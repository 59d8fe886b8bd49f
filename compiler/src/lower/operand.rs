//! Operands: which of them may be evaluated later than Rust would, because it makes no difference.

use std::collections::BTreeSet;

use syn::{Expr, UnOp};

use super::binding::{BindingId, identity, is_stand_in};
use super::{mentions, mutates};

/// What an expression does with an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It takes the value.
    Value,
    /// It looks at the place: an operand of `==`, an argument of `format!`.
    Place,
    /// It looks at the place and may change it: a receiver, the base of an index.
    Receiver,
}

impl Role {
    /// Whether the operand stays where it is.
    pub(crate) fn is_place(self) -> bool {
        self != Self::Value
    }
}

/// An operand.
#[derive(Debug)]
pub(crate) struct Operand {
    pub expr: Expr,
    pub role: Role,
}

impl Operand {
    /// One whose value is taken.
    pub(crate) fn value(expr: Expr) -> Self {
        Self { expr, role: Role::Value }
    }

    /// One that is looked at where it is.
    pub(crate) fn place(expr: Expr) -> Self {
        Self { expr, role: Role::Place }
    }

    /// One that may be changed where it is.
    pub(crate) fn receiver(expr: Expr) -> Self {
        Self { expr, role: Role::Receiver }
    }
}

/// What may happen between an operand's turn and the time when it is read in fact.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Later<'a> {
    /// These operands are evaluated.
    Operands(&'a [Operand]),
    /// Any code may run; these are the locals that it can change.
    Anything(&'a BTreeSet<BindingId>),
}

impl Later<'_> {
    /// Whether it may change a local.
    fn changes(self, id: BindingId) -> bool {
        match self {
            Self::Operands(operands) => {
                operands.iter().any(|operand| mutates::in_expr(&operand.expr).contains(&id))
            }
            Self::Anything(mutable) => mutable.contains(&id),
        }
    }

    /// Whether it may change what a local refers to.
    fn reaches(self, id: BindingId) -> bool {
        match self {
            Self::Operands(operands) => {
                operands.iter().any(|operand| mentions::in_expr(&operand.expr).contains(&id))
            }
            Self::Anything(_) => true,
        }
    }
}

/// Whether it makes no difference when an operand is read: it names places, constants and literals only, and nothing later changes them.
pub(crate) fn is_inert(expr: &Expr, role: Role, later: Later<'_>) -> bool {
    let value = |expr: &Expr| is_inert(expr, Role::Value, later);
    let place = |expr: &Expr| is_inert(expr, Role::Place, later);
    match expr {
        Expr::Lit(_) | Expr::Infer(_) | Expr::Closure(_) | Expr::Async(_) => true,
        Expr::Path(path) => {
            let id = path.path.get_ident().and_then(identity);
            role.is_place() || id.is_none_or(|id| !later.changes(id))
        }
        Expr::Field(field) => is_inert(&field.base, role, later),
        Expr::Reference(reference) => place(&reference.expr),
        Expr::Index(index) => role.is_place() && place(&index.expr) && value(&index.index),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
            let unreached = root(&unary.expr).is_none_or(|id| !later.reaches(id));
            place(&unary.expr) && (role.is_place() || unreached)
        }
        Expr::Unary(unary) => value(&unary.expr),
        Expr::Paren(paren) => is_inert(&paren.expr, role, later),
        Expr::Group(group) => is_inert(&group.expr, role, later),
        Expr::Cast(cast) => value(&cast.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(value),
        Expr::Array(array) => array.elems.iter().all(value),
        Expr::Struct(struct_) => {
            struct_.fields.iter().all(|field| value(&field.expr)) && struct_.rest.as_deref().is_none_or(value)
        }
        Expr::Call(call) => is_constructor(&call.func) && call.args.iter().all(value),
        _ => false,
    }
}

/// The local that a place belongs to.
pub(crate) fn root(expr: &Expr) -> Option<BindingId> {
    match expr {
        Expr::Path(path) => path.path.get_ident().and_then(identity),
        Expr::Field(field) => root(&field.base),
        Expr::Index(index) => root(&index.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => root(&unary.expr),
        Expr::Paren(paren) => root(&paren.expr),
        Expr::Group(group) => root(&group.expr),
        _ => None,
    }
}

/// Whether a call only makes a value of its arguments: `Some(x)`, `Order::Placed(x)`.
pub(crate) fn is_constructor(func: &Expr) -> bool {
    let Expr::Path(path) = func else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|segment| segment.ident.to_string().chars().next().is_some_and(char::is_uppercase))
}

/// Whether a call stands for a macro that was read.
pub(crate) fn is_macro(call: &syn::ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path) if is_stand_in(&path.path, "macro"))
}

/// Whether an operator assigns: `+=`.
pub(crate) fn is_compound(op: &syn::BinOp) -> bool {
    use syn::BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign, ShlAssign,
        ShrAssign, SubAssign,
    };
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

/// Whether an operator looks at its operands without taking them.
pub(crate) fn is_comparison(op: &syn::BinOp) -> bool {
    use syn::BinOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq(_) | Ne(_) | Le(_) | Ge(_) | Lt(_) | Gt(_))
}
