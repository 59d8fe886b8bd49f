//! Places that can be looked at again after a resume: a local, its fields, its elements at an index that never changes.

use syn::{Expr, UnOp};

use super::binding::{BindingId, BindingKind, Bindings, Nature, identity};
use super::{looks, mentions, merge, operand, table};

/// Knows what must be there to look at a place again.
#[derive(Clone, Copy)]
pub(crate) struct Places<'a> {
    pub bindings: &'a Bindings,
}

impl Places<'_> {
    /// What a pure place expression is made of; `None` for any other.
    pub(crate) fn place(self, expr: &Expr) -> Option<Vec<BindingId>> {
        match expr {
            Expr::Path(path) => match path.path.get_ident().and_then(identity) {
                Some(id) => self.local(id),
                None => is_constant(&path.path).then(Vec::new),
            },
            Expr::Field(field) => self.place(&field.base),
            Expr::Paren(paren) => self.place(&paren.expr),
            Expr::Group(group) => self.place(&group.expr),
            Expr::Reference(reference) => self.place(&reference.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => self.place(&unary.expr),
            Expr::Index(index) => {
                let mut needs = self.place(&index.expr)?;
                needs.extend(self.steady(&index.index)?);
                Some(needs)
            }
            Expr::MethodCall(call) if is_borrowing(call) => self.place(&call.receiver),
            other => is_literal(other).then(Vec::new),
        }
    }

    fn local(self, id: BindingId) -> Option<Vec<BindingId>> {
        Some(match self.bindings.get(id)?.kind {
            BindingKind::Service => Vec::new(),
            _ => vec![id],
        })
    }

    /// A value that is the same whenever it is read: a literal, a constant, a local that never changes, a range of those.
    pub(crate) fn steady(self, expr: &Expr) -> Option<Vec<BindingId>> {
        match expr {
            Expr::Path(path) => match path.path.get_ident().and_then(identity) {
                Some(id) if self.bindings.get(id)?.mutable => None,
                Some(id) => self.local(id),
                None => (is_constant(&path.path) || looks::is_look(&path.path)).then(Vec::new),
            },
            Expr::Field(field) => self.steady(&field.base),
            Expr::Reference(reference) => self.steady(&reference.expr),
            Expr::Paren(paren) => self.steady(&paren.expr),
            Expr::MethodCall(call) if is_borrowing(call) => self.steady(&call.receiver),
            Expr::Range(range) => {
                let mut needs = Vec::new();
                for end in range.start.iter().chain(&range.end) {
                    needs.extend(self.steady(end)?);
                }
                Some(needs)
            }
            Expr::Binary(binary) if !operand::is_compound(&binary.op) => {
                let mut needs = self.steady(&binary.left)?;
                needs.extend(self.steady(&binary.right)?);
                Some(needs)
            }
            Expr::Closure(closure) if looks::only(closure) => {
                let named = mentions::in_expr(expr).into_iter();
                let own = merge::bound_in(expr);
                let mut needs = Vec::new();
                for id in named.filter(|id| !own.contains(id)) {
                    needs.extend((!self.bindings.get(id)?.mutable).then(|| self.local(id))??);
                }
                Some(needs)
            }
            other => is_literal(other).then(Vec::new),
        }
    }

    /// Whether an expression is a reference, or holds one, as far as its text shows.
    pub(crate) fn is_reference(self, expr: &Expr) -> bool {
        match expr {
            Expr::Reference(_) => true,
            Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Str(_) | syn::Lit::ByteStr(_)),
            Expr::MethodCall(call) => is_borrowing(call),
            Expr::Path(path) => {
                let id = path.path.get_ident().and_then(identity);
                id.and_then(|id| self.bindings.get(id))
                    .is_some_and(|binding| matches!(binding.nature, Nature::Reference | Nature::Text))
            }
            Expr::Paren(paren) => self.is_reference(&paren.expr),
            _ => false,
        }
    }

    /// What an iterator over a place is made of: `&order.items`, `order.items.iter().enumerate()`. `None` for any other.
    pub(crate) fn iterator(self, expr: &Expr) -> Option<Vec<BindingId>> {
        match expr {
            Expr::Paren(paren) => self.iterator(&paren.expr),
            Expr::MethodCall(call) if is_view(call) => self.with_args(self.place(&call.receiver)?, call),
            Expr::MethodCall(call) if is_pairing(call) => {
                let (one, other) = (unwrapped(&call.receiver), unwrapped(call.args.first()?));
                let is_range = |expr: &Expr| matches!(expr, Expr::Range(_));
                // Two ranges are kept as what they are.
                if is_range(one) && is_range(other) {
                    return None;
                }
                let of = |expr| if is_range(expr) { self.steady(expr) } else { self.iterator(expr) };
                let mut needs = of(one)?;
                needs.extend(of(other)?);
                Some(needs)
            }
            Expr::MethodCall(call) if is_adapter(call) => {
                self.with_args(self.iterator(&call.receiver)?, call)
            }
            Expr::MethodCall(call) if gives_borrowed(call) => {
                self.with_args(self.iterator(&call.receiver)?, call)
            }
            Expr::MethodCall(call) if call.method == "into_iter" => {
                table::is_one(&call.receiver).then(Vec::new)
            }
            table if table::is_one(table) => Some(Vec::new()),
            other => self.place(other).filter(|_| self.is_reference(other)),
        }
    }

    fn with_args(self, mut needs: Vec<BindingId>, call: &syn::ExprMethodCall) -> Option<Vec<BindingId>> {
        for arg in &call.args {
            needs.extend(self.steady(arg)?);
        }
        Some(needs)
    }
}

/// `x.as_ref()` and its like: they only look.
pub(crate) fn is_borrowing(call: &syn::ExprMethodCall) -> bool {
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
        "first",
        "last",
        "first_mut",
        "last_mut",
        "trim",
        "trim_start",
        "trim_end",
    ];
    call.args.is_empty() && names.iter().any(|name| call.method == name)
}

/// Methods that begin an iterator which borrows what it is called on.
pub(crate) fn is_view(call: &syn::ExprMethodCall) -> bool {
    let names = [
        "iter",
        "iter_mut",
        "keys",
        "values",
        "values_mut",
        "lines",
        "split_whitespace",
        "windows",
        "chunks",
        "chunks_mut",
        "chunks_exact",
        "chunks_exact_mut",
        "rchunks",
        "split",
        "rsplit",
        "splitn",
        "split_terminator",
        "split_inclusive",
        "split_ascii_whitespace",
        "rsplitn",
        "rsplit_terminator",
        "matches",
        "rmatches",
        "match_indices",
        "rmatch_indices",
        "rchunks_exact",
        "rchunks_mut",
        "chunk_by",
        "range",
        "range_mut",
        "difference",
        "symmetric_difference",
        "intersection",
        "union",
    ];
    names.iter().any(|name| call.method == name)
}

/// Methods that change how an iterator goes, without any code of the user's.
pub(crate) fn is_adapter(call: &syn::ExprMethodCall) -> bool {
    let names = ["enumerate", "rev", "skip", "take", "step_by", "copied", "cloned", "peekable", "fuse"];
    names.iter().any(|name| call.method == name)
}

fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => unwrapped(&paren.expr),
        other => other,
    }
}

/// Methods that run code of the user's to find the next of the borrowed items.
pub(crate) fn is_chooser(call: &syn::ExprMethodCall) -> bool {
    ["filter", "skip_while", "take_while", "inspect"].iter().any(|name| call.method == name)
}

/// Whether an iterator goes on giving what is borrowed: it chooses among items by a look at them, or looks into them.
fn gives_borrowed(call: &syn::ExprMethodCall) -> bool {
    let borrows_below = || !owns_below(&call.receiver);
    let looks_into = || match call.args.first() {
        Some(Expr::Closure(closure)) => looks::into(closure),
        Some(Expr::Path(path)) => looks::is_look(&path.path),
        _ => false,
    };
    match call.method.to_string().as_str() {
        "flatten" => borrows_below(),
        "filter" | "skip_while" | "take_while" => borrows_below(),
        "map" | "filter_map" | "map_while" | "flat_map" => borrows_below() && looks_into(),
        _ => false,
    }
}

/// Whether an iterator's items are values of their own.
fn owns_below(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => {
            call.method == "cloned" || call.method == "copied" || owns_below(&call.receiver)
        }
        Expr::Paren(paren) => owns_below(&paren.expr),
        _ => false,
    }
}

/// Methods that go through another iterator as well.
pub(crate) fn is_pairing(call: &syn::ExprMethodCall) -> bool {
    call.method == "zip" || call.method == "chain"
}

fn is_constant(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| {
        let name = last.ident.to_string();
        name.len() > 1
            && name.chars().all(|letter| letter.is_uppercase() || letter.is_ascii_digit() || letter == '_')
    })
}

/// `1`, `[1, 2]`, `("a", -1)`.
fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Array(array) => array.elems.iter().all(is_literal),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_literal),
        Expr::Unary(unary) => is_literal(&unary.expr),
        Expr::Paren(paren) => is_literal(&paren.expr),
        Expr::Reference(reference) => is_literal(&reference.expr),
        _ => false,
    }
}
