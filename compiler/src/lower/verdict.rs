//! What the passes have found that can't be: borrows that can't be made again, clashes of names, an order that only types know; and
//! contradictions of ours, which are faults that say so.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::spanned::Spanned;

use super::binding::{Binding, BindingId, Bindings, Nature};
use super::faults::{BorrowAcrossSuspension, Bug, NameClash, OrderByType, SameItem, UncutAwait};
use super::items::Items;
use super::live::Liveness;
use super::names::Names;
use super::refuse::first_await;
use super::region::{Head, Region};
use super::wording;
use crate::collect::ProcessItem;
use crate::{Place, Problems};

/// Everything that is judged.
pub(crate) struct Case<'a> {
    pub process: &'a ProcessItem,
    pub bindings: &'a Bindings,
    pub regions: &'a [Region],
    pub liveness: &'a Liveness<'a>,
    pub names: &'a Names,
    /// Compound assignments whose order of evaluation depends on their type.
    pub unordered: &'a [syn::ExprBinary],
    /// Parts of guards that await in the midst of other things.
    pub guards: &'a [syn::Expr],
    /// Items that stand inside the body.
    pub items: &'a Items,
}

/// Says what is wrong with it.
pub(crate) fn judge(case: &Case<'_>, problems: &mut Problems) {
    case.unordered.iter().for_each(|binary| problems.error(case.unordered(binary)));
    case.guards.iter().for_each(|guard| problems.error(case.guard(guard)));
    case.same_items(problems);
    case.borrows(problems);
    for (one, other) in &case.names.clashes {
        if let (Some(one), Some(other)) = (case.bindings.get(*one), case.bindings.get(*other)) {
            let name = wording::unmarked(&one.ident.to_string());
            problems.error(NameClash { name, other: case.born(one), place: case.born(other) });
        }
    }
    for (id, _) in &case.names.unbound {
        if let Some(binding) = case.bindings.get(*id) {
            let what = format!("`{}` is used where it is not bound", binding.ident);
            problems.error(case.bug("names", what, binding.ident.span()));
        }
    }
}

impl Case<'_> {
    fn place(&self, span: proc_macro2::Span) -> Place {
        Place::new(&self.process.file, span)
    }

    fn born(&self, binding: &Binding) -> Place {
        self.place(binding.ident.span())
    }

    /// A contradiction of ours.
    pub(crate) fn bug(&self, stage: &'static str, what: String, span: proc_macro2::Span) -> Bug {
        let place = self.place(span);
        Bug { stage, item: self.process.item.sig.ident.to_string(), what, place }
    }

    fn source(&self, tokens: &impl ToTokens) -> String {
        let place = self.place(tokens.to_token_stream().span());
        place.file.text.get(place.range).unwrap_or_default().to_owned()
    }

    fn unordered(&self, binary: &syn::ExprBinary) -> OrderByType {
        OrderByType {
            operator: binary.op.to_token_stream().to_string(),
            left: self.source(&binary.left),
            right: self.source(&binary.right),
            place: self.place(binary.op.span()),
        }
    }

    fn guard(&self, guard: &syn::Expr) -> UncutAwait {
        UncutAwait {
            inside: "the operands of a guard",
            way_out: "a guard may await one thing after another: `Some(n) if is_open && allows(n).await => …`; what that needs must be awaited before the `match`, or the test stand inside the arm",
            place: self.place(first_await(guard).unwrap_or_else(|| guard.span())),
        }
    }

    fn same_items(&self, problems: &mut Problems) {
        for (name, other) in &self.items.unclear {
            let (other, place) = (self.place(*other), self.place(name.span()));
            problems.error(SameItem { name: name.to_string(), other, place });
        }
    }

    /// Borrows, by their text, that a saved state would have to keep. One fault for each.
    fn borrows(&self, problems: &mut Problems) {
        let mut found: BTreeMap<BindingId, BorrowAcrossSuspension> = BTreeMap::new();
        for (region, Region { head, .. }) in self.regions.iter().enumerate() {
            let Head::Await(base, span) = head else { continue };
            for (id, reads) in self.liveness.at(region) {
                let Some(binding) = self.bindings.get(id) else {
                    continue;
                };
                let Some((what, way_out)) = borrowed(binding) else { continue };
                let Some(read) = reads.first() else { continue };
                let local = wording::unmarked(&binding.ident.to_string());
                let line = self.place(*read).line();
                found.entry(id).or_insert_with(|| BorrowAcrossSuspension {
                    what,
                    way_out: way_out(&local, line),
                    local,
                    suspension: self.place(super::awaited::span(base, *span)),
                    later_use: self.place(*read),
                    place: self.born(binding),
                });
            }
        }
        found.into_values().for_each(|fault| problems.error(fault));
    }
}

type WayOut = fn(&str, usize) -> String;

/// What a binding that borrows does, as far as its text shows, and the way out.
fn borrowed(binding: &Binding) -> Option<(&'static str, WayOut)> {
    let reference = matches!(binding.ty, Some(syn::Type::Reference(_)));
    if binding.nature == Nature::Closure {
        let way_out: WayOut = |local, line| {
            format!(
                "make the closure again before line {line}; or make `{local}` a fn, which takes what it needs; or use it before the process suspends"
            )
        };
        return Some(("is a closure that owns what it uses, and is needed", way_out));
    }
    if binding.nature == Nature::BorrowingIterator {
        let way_out: WayOut = |local, line| {
            format!(
                "loop over what it goes through, `for item in …`, which keeps an index; or own its items, `let mut {local} = ….cloned().collect::<Vec<_>>().into_iter();`; or begin it again before line {line}"
            )
        };
        return Some(("is an iterator over what it borrows, and is needed", way_out));
    }
    if binding.nature == Nature::Reference && binding.mutable {
        let way_out: WayOut = |local, line| {
            format!(
                "it is assigned more than once, so it can't be made again: borrow again before line {line}; or keep in `{local}` what says which one it is (an index, a key); or clone what you need"
            )
        };
        return Some(("borrows", way_out));
    }
    if binding.nature != Nature::Text && (reference || binding.nature == Nature::Reference) {
        let way_out: WayOut = |local, line| {
            format!(
                "clone what you need from `{local}` before the process suspends; or borrow again before line {line}; or keep what it is looked up by (an index, a key)"
            )
        };
        return Some(("borrows", way_out));
    }
    None
}
