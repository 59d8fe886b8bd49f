//! Iterators that a local holds: `let mut items = order.items.into_iter();` is what is left of it, `rest(order.items.into_iter())`, where the
//! local is kept across an await. One that borrows what it goes through can't be kept.

use syn::{Expr, ExprMethodCall};

use super::binding::{BindingId, Bindings, Nature};
use super::live::Liveness;
use super::region::Region;
use super::{initial, places};

/// What an expression is, as far as its text shows, if it is an iterator.
pub(super) fn nature(expr: &Expr) -> Option<Nature> {
    let Expr::MethodCall(call) = expr else { return None };
    match source(call)? {
        Items::Owned => Some(Nature::Iterator),
        Items::Borrowed => Some(Nature::BorrowingIterator),
    }
}

/// What an iterator gives.
#[derive(PartialEq, Eq)]
enum Items {
    Owned,
    Borrowed,
}

fn source(call: &ExprMethodCall) -> Option<Items> {
    const OWNED: [&str; 7] =
        ["into_iter", "into_keys", "into_values", "drain", "chars", "bytes", "char_indices"];
    const SAME: [&str; 11] = [
        "filter",
        "inspect",
        "skip_while",
        "take_while",
        "chain",
        "zip",
        "map_while",
        "filter_map",
        "flat_map",
        "scan",
        "flatten",
    ];
    const OWNING: [&str; 3] = ["map", "cloned", "copied"];
    let is_one_of = |names: &[&str]| names.iter().any(|name| call.method == name);
    let below = || match &*call.receiver {
        Expr::MethodCall(below) => source(below),
        Expr::Paren(paren) if matches!(&*paren.expr, Expr::Range(_)) => Some(Items::Owned),
        _ => None,
    };
    if is_one_of(&OWNED) {
        return Some(Items::Owned);
    }
    if places::is_view(call) {
        return Some(Items::Borrowed);
    }
    if is_one_of(&OWNING) {
        return below().map(|_| Items::Owned);
    }
    (is_one_of(&SAME) || places::is_adapter(call)).then(below)?
}

/// Makes each iterator that a state keeps the rest of it.
pub(super) fn keep(regions: &mut [Region], bindings: &Bindings, liveness: &Liveness) {
    let is_iterator =
        |id: &BindingId| bindings.get(*id).is_some_and(|binding| binding.nature == Nature::Iterator);
    let kept = (0..regions.len()).flat_map(|region| liveness.ids_at(region).filter(is_iterator));
    initial::wrap(regions, &kept.collect(), "rest");
}
