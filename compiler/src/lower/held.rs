//! What a value holds, as far as the text shows that makes it: a lock, a permit, an entered span, something of a type with a `Drop`.

use proc_macro2::Span;
use syn::Expr;
use syn::spanned::Spanned;

/// The call that gives a guard, a permit or an entered span, where an expression gives it on.
pub(super) fn holds(expr: &Expr) -> Option<&syn::ExprMethodCall> {
    const GIVE: [&str; 15] = [
        "lock",
        "try_lock",
        "lock_owned",
        "try_lock_owned",
        "lock_arc",
        "blocking_lock",
        "read_owned",
        "write_owned",
        "upgradable_read",
        "enter",
        "entered",
        "acquire",
        "acquire_owned",
        "acquire_many",
        "try_acquire",
    ];
    match expr {
        Expr::Paren(paren) => holds(&paren.expr),
        Expr::Try(try_) => holds(&try_.expr),
        Expr::Await(await_) => holds(&await_.base),
        Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => {
            holds(&call.receiver).or_else(|| reads_or_writes(&call.receiver))
        }
        Expr::MethodCall(call) => GIVE.iter().any(|name| call.method == name).then_some(call),
        _ => None,
    }
}

/// `shared.read().unwrap()`: of the std's lock alone this is plain enough.
fn reads_or_writes(expr: &Expr) -> Option<&syn::ExprMethodCall> {
    match expr {
        Expr::MethodCall(call)
            if call.args.is_empty() && (call.method == "read" || call.method == "write") =>
        {
            Some(call)
        }
        _ => None,
    }
}

/// A guard that is looked into, `m.lock().unwrap().next`, and lives as long as what is found there.
pub(super) fn temporary(expr: &Expr) -> Option<&syn::ExprMethodCall> {
    holds(expr).or_else(|| match expr {
        Expr::MethodCall(call) => temporary(&call.receiver),
        Expr::Field(field) => temporary(&field.base),
        Expr::Index(index) => temporary(&index.expr),
        Expr::Reference(reference) => temporary(&reference.expr),
        Expr::Unary(unary) => temporary(&unary.expr),
        Expr::Paren(paren) => temporary(&paren.expr),
        Expr::Cast(cast) => temporary(&cast.expr),
        Expr::Try(try_) => temporary(&try_.expr),
        _ => None,
    })
}

/// A value with a `Drop` that is looked into, `Lease::new().order()`, and lives as long as what is looked at.
pub(super) fn dropper_inside(expr: &Expr, is_it: &dyn Fn(&str) -> bool) -> Option<Span> {
    let inner = match expr {
        Expr::MethodCall(call) => &*call.receiver,
        Expr::Field(field) => &*field.base,
        Expr::Index(index) => &*index.expr,
        Expr::Reference(reference) => &*reference.expr,
        Expr::Unary(unary) => &*unary.expr,
        Expr::Paren(paren) => return dropper_inside(&paren.expr, is_it),
        Expr::Cast(cast) => return dropper_inside(&cast.expr, is_it),
        Expr::Try(try_) => return dropper_inside(&try_.expr, is_it),
        _ => return None,
    };
    if made_by(inner, is_it) { Some(inner.span()) } else { dropper_inside(inner, is_it) }
}

/// Whether a type is by its name one whose drop gives something back.
pub(super) fn is_guard(name: &str) -> bool {
    let names = ["Locked", "Entered", "EnteredSpan", "TempDir", "TempPath", "NamedTempFile"];
    names.contains(&name) || name.ends_with("Guard") || name.ends_with("Permit")
}

/// Whether a value is made by a type of this kind: `Lease::new()`, `Lease { .. }`, `Lease(1)`.
pub(super) fn made_by(expr: &Expr, is_it: &dyn Fn(&str) -> bool) -> bool {
    let name =
        |segment: Option<&syn::PathSegment>| segment.is_some_and(|segment| is_it(&segment.ident.to_string()));
    match expr {
        Expr::Paren(paren) => made_by(&paren.expr, is_it),
        Expr::Try(try_) => made_by(&try_.expr, is_it),
        Expr::Await(await_) => made_by(&await_.base, is_it),
        Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => {
            made_by(&call.receiver, is_it)
        }
        Expr::Struct(struct_) => name(struct_.path.segments.last()),
        Expr::Path(path) => name(path.path.segments.last()),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                let mut last = path.path.segments.iter().rev();
                name(last.next()) || name(last.next())
            }
            _ => false,
        },
        _ => false,
    }
}

pub(super) fn last_of_type(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}
