//! `#[export] let mut cards: Vec<Card> = Vec::new();`: locals that a process shows of itself. The attribute is taken away, and the local
//! is kept wherever it is in scope, whether or not the process reads it again.

use std::collections::{BTreeSet, HashSet};

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Local, Pat};

use super::binding::{BindingId, Bindings};
use super::faults::{MisplacedExport, UntypedExport};
use super::types;
use super::wording::unmarked;
use crate::collect::ProcessItem;
use crate::{Place, Problems};

/// The exported locals, by the first byte of the token that binds each.
#[derive(Debug, Default)]
pub(crate) struct Exports(HashSet<usize>);

impl Exports {
    /// Takes the attributes out of a body, and refuses those that can't be.
    pub(crate) fn take(process: &ProcessItem, body: &mut syn::Block, problems: &mut Problems) -> Self {
        let items: Vec<syn::Item> = items_of(body);
        let local_items = types::names_of_items(items.iter());
        let names = BTreeSet::new();
        let mut take =
            Take { process, problems, local_items, names, found: HashSet::new(), is_inside: false };
        take.visit_block_mut(body);
        Self(take.found)
    }

    /// The bindings that are exported.
    pub(crate) fn among(&self, bindings: &Bindings) -> BTreeSet<BindingId> {
        let is_exported = |span: proc_macro2::Span| self.0.contains(&span.byte_range().start);
        bindings.iter().filter(|(_, binding)| is_exported(binding.ident.span())).map(|(id, _)| id).collect()
    }
}

/// The items that stand anywhere in a body.
fn items_of(body: &mut syn::Block) -> Vec<syn::Item> {
    struct Items(Vec<syn::Item>);
    impl VisitMut for Items {
        fn visit_item_mut(&mut self, item: &mut syn::Item) {
            self.0.push(item.clone());
        }
    }
    let mut items = Items(Vec::new());
    items.visit_block_mut(body);
    items.0
}

struct Take<'a> {
    process: &'a ProcessItem,
    problems: &'a mut Problems,
    local_items: HashSet<String>,
    names: BTreeSet<String>,
    found: HashSet<usize>,
    /// Whether this is inside of a closure or an async block, whose locals are their own.
    is_inside: bool,
}

fn is_export(attribute: &Attribute) -> bool {
    attribute.path().is_ident("export")
}

impl Take<'_> {
    fn place(&self, spanned: &impl Spanned) -> Place {
        Place::new(&self.process.file, spanned.span())
    }

    fn misplaced(&mut self, what: impl Into<String>, way_out: impl Into<String>, at: &impl Spanned) {
        let place = self.place(at);
        self.problems.error(MisplacedExport { what: what.into(), way_out: way_out.into(), place });
    }

    fn local(&mut self, local: &Local, attribute: &Attribute) {
        if self.process.path.is_none() {
            let name = &self.process.item.sig.ident;
            let what = format!("`{name}` is a part, which has no handle to be seen by");
            return self.misplaced(
                what,
                "export a local of the process that calls it, and give it what the part returns",
                attribute,
            );
        }
        if self.is_inside {
            let way_out = "export a local of the process itself, and write to that";
            return self.misplaced(
                "a local of a closure or of an `async` block is not saved",
                way_out,
                attribute,
            );
        }
        if !matches!(attribute.meta, syn::Meta::Path(_)) {
            return self.misplaced("`#[export]` takes no arguments", "write `#[export]` alone", attribute);
        }
        let (pat, ty) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            other => (other, None),
        };
        let Pat::Ident(syn::PatIdent { ident, by_ref: None, subpat: None, .. }) = pat else {
            let way_out = "bind one name, `#[export] let mut cards: Vec<Card> = …;`";
            return self.misplaced("what is exported is one local, and this is a pattern", way_out, pat);
        };
        let name = unmarked(&ident.to_string());
        let Some(ty) = ty else {
            let place = self.place(ident);
            return self.problems.error(UntypedExport { name, why: "and only rustc knows this one", place });
        };
        if let syn::Type::Reference(_) = ty {
            let way_out = format!("let it own what it shows, `#[export] let {name}: String = …;`");
            return self.misplaced(format!("`{name}` is a borrow, which is not saved"), way_out, ty);
        }
        if !types::is_nameable(ty, &self.local_items) {
            let why = "and this one has a part that means nothing outside of the fn";
            let place = self.place(ty);
            return self.problems.error(UntypedExport { name, why, place });
        }
        if local.init.is_none() {
            let way_out =
                format!("give it one, `#[export] let mut {name}: {} = …;`", crate::collect::text(ty));
            return self.misplaced(format!("`{name}` has no value yet"), way_out, ident);
        }
        if !self.names.insert(name.clone()) {
            let way_out = "give one of them another name, or export one `let` that both branches write to";
            return self.misplaced(format!("two locals are exported as `{name}`"), way_out, ident);
        }
        self.found.insert(ident.span().byte_range().start);
    }
}

impl VisitMut for Take<'_> {
    fn visit_local_mut(&mut self, local: &mut Local) {
        if let Some(at) = local.attrs.iter().position(is_export) {
            let attribute = local.attrs.remove(at);
            self.local(local, &attribute);
        }
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if is_export(attribute) {
            let written = attribute.to_token_stream().to_string().replace(' ', "");
            let way_out = "put it above a `let` of the process: `#[export] let mut cards: Vec<Card> = …;`";
            self.misplaced(format!("`{written}` stands on something that is no local"), way_out, attribute);
        }
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        let around = std::mem::replace(&mut self.is_inside, true);
        visit_mut::visit_expr_closure_mut(self, closure);
        self.is_inside = around;
    }

    fn visit_expr_async_mut(&mut self, block: &mut syn::ExprAsync) {
        let around = std::mem::replace(&mut self.is_inside, true);
        visit_mut::visit_expr_async_mut(self, block);
        self.is_inside = around;
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
