//! States: regions in dominator order, with the names of what they await, what they keep and why.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use proc_macro2::{Ident, Span};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Stmt, parse_quote};

use super::awaited;
use super::binding::{BindingId, BindingKind, Bindings, Nature};
use super::borrow::Remakes;
use super::forget::Named;
use super::items::Items;
use super::live::{Code, Liveness};
use super::machine::{Field, FieldType, Generic, Machine, Parameter, State, StateKind};
use super::macros::ReadMacro;
use super::names::{Arm, Names};
use super::region::{Head, Region, RegionId};
use super::still::Still;
use super::{build, forget, jump, mentions, mutates, restore, successors, tidy, types, unreached, wording};
use crate::Place;
use crate::collect::ProcessItem;

/// What the passes before have found out.
pub(crate) struct Found<'a> {
    pub process: &'a ProcessItem,
    /// The fn's name.
    pub name: &'a Ident,
    pub bindings: &'a Bindings,
    pub code: &'a Code,
    pub liveness: &'a Liveness<'a>,
    pub remakes: &'a Remakes,
    pub macros: &'a [ReadMacro],
    pub items: &'a Items,
    /// The names that were given by hand, by the first byte of what their await stands for.
    pub points: &'a BTreeMap<usize, String>,
    pub exported: &'a BTreeSet<BindingId>,
}

/// A state whose names are still identities.
struct Draft {
    region: RegionId,
    kept: Vec<(BindingId, Vec<Span>)>,
    remade: Vec<Stmt>,
    body: Vec<Stmt>,
}

/// The machine, and the names that were chosen for it. The code of the regions goes into it.
pub(crate) fn assemble(found: &Found<'_>, regions: &mut [Region]) -> (Machine, Names) {
    let ways = successors::ways_of(regions);
    let order = successors::in_dominator_order(&ways);
    let positions: HashMap<RegionId, usize> =
        order.iter().enumerate().map(|(position, region)| (*region, position)).collect();
    let used = regions.iter().flat_map(|region| mentions::used(&region.body)).collect();
    let still = Still::of((regions, found.code), found.bindings, found.remakes);
    let drafting = Drafting { found, ways, positions, used, still };
    let code =
        |region: RegionId, regions: &mut [Region]| Some(std::mem::take(&mut regions.get_mut(region)?.body));
    let drafts: Vec<Draft> = order
        .iter()
        .filter_map(|region| code(*region, regions).map(|body| drafting.draft(*region, body)))
        .collect();
    let arms: Vec<Arm<'_>> = drafts
        .iter()
        .map(|draft| Arm {
            head: draft.kept.iter().map(|(id, _)| *id).collect(),
            remade: &draft.remade,
            body: &draft.body,
        })
        .collect();
    let names = Names::choose(&arms, found.bindings);
    let mut fields = Fields::new(found, &names);
    let mut state_names = StateNames { taken: found.points.values().cloned().collect() };
    let states: Vec<State> = drafts
        .into_iter()
        .filter_map(|draft| {
            let head = &regions.get(draft.region)?.head;
            Some(state(found, head, draft, &names, &mut fields, &mut state_names))
        })
        .collect();
    let machine = Machine {
        name: wording::unmarked(&found.name.to_string()),
        generics: fields.generics_of(&states),
        subscriptions: awaited::subscriptions(found.process, regions, found.bindings),
        services: parameters(found, &names, BindingKind::Service),
        inputs: parameters(found, &names, BindingKind::Input),
        items: found.items.hoisted.clone(),
        states,
        macros: found.macros.to_vec(),
    };
    (machine, names)
}

/// What is known of all regions.
struct Drafting<'a> {
    found: &'a Found<'a>,
    /// Where each region leads.
    ways: Vec<Vec<RegionId>>,
    positions: HashMap<RegionId, usize>,
    /// The bindings that some region uses.
    used: BTreeSet<BindingId>,
    still: Option<Still<'a>>,
}

impl Drafting<'_> {
    fn draft(&self, region: RegionId, mut body: Vec<Stmt>) -> Draft {
        let Drafting { found, ways, positions, used, still } = self;
        let mut kept: Vec<(BindingId, Vec<Span>)> = found.liveness.at(region).collect();
        kept.sort_by_key(|(id, _)| *id);
        let mut remade_ids = found.liveness.remade(region);
        if let Some(still) = still {
            still.hold(region, &mut body);
            remade_ids.extend(still.at(region));
        }
        let texts = kept.iter().filter_map(|(id, _)| text(*id, found.bindings));
        let remade = texts.chain(found.remakes.stmts(&remade_ids, &body, found.bindings)).collect();
        let known: BTreeSet<BindingId> = kept.iter().map(|(id, _)| *id).chain(remade_ids).collect();
        let mut named = forget::forget(&mut body, found.remakes, used);
        if let Some(unknown) = self.unknown(&named, &known, &body) {
            unreached::cut(&mut body, &unknown, found.macros);
            named = Named::of(&body);
        }
        let Named { used, bound } = named;
        // A local that a jump hands on and that has no value on any way to it is a mistake of the user's, and rustc says which.
        let targets: BTreeSet<RegionId> = ways.get(region).into_iter().flatten().copied().collect();
        let handed_on = targets.into_iter().flat_map(|target| found.liveness.ids_at(target));
        let missing: BTreeSet<BindingId> = handed_on.filter(|id| !bound.contains(id)).collect();
        let free = used.difference(&bound).copied();
        let needed: BTreeSet<BindingId> =
            missing.into_iter().chain(free).filter(|id| !known.contains(id)).collect();
        let declarations: Vec<Stmt> =
            needed.into_iter().filter_map(|id| declaration(id, found.bindings)).collect();
        body.splice(0..0, declarations);
        unreached::without_values(&mut body, found.macros);
        tidy::tidy(&mut body, found.macros);
        let mut renumber = Renumber { positions };
        body.iter_mut().for_each(|stmt| renumber.visit_stmt_mut(stmt));
        Draft { region, kept, remade, body }
    }

    /// Bindings that an arm names, though it neither is given them nor gives them a value or a type.
    fn unknown(
        &self,
        named: &Named,
        known: &BTreeSet<BindingId>,
        body: &[Stmt],
    ) -> Option<BTreeSet<BindingId>> {
        let free = named.used.difference(&named.bound).filter(|id| !known.contains(id));
        let is_untyped = |id: &BindingId| {
            let binding = self.found.bindings.get(*id);
            binding.is_some_and(|binding| binding.kind != BindingKind::Service && binding.ty.is_none())
        };
        let untyped: BTreeSet<BindingId> = free.copied().filter(is_untyped).collect();
        if untyped.is_empty() {
            return None;
        }
        let written = mutates::written(body);
        Some(untyped.into_iter().filter(|id| !written.contains(id)).collect())
    }
}

/// `let kind = kind.as_str();`, where `kind` is kept as a `String`.
fn text(id: BindingId, bindings: &Bindings) -> Option<Stmt> {
    let binding = bindings.get(id).filter(|binding| binding.nature == Nature::Text)?;
    let ident = bindings.marked(id, binding.ident.span())?;
    let pat = build::binding(ident.clone(), binding.mutable);
    Some(build::let_(pat, parse_quote!(#ident.as_str())))
}

/// A local that this arm writes before it reads it.
fn declaration(id: BindingId, bindings: &Bindings) -> Option<Stmt> {
    let binding = bindings.get(id).filter(|binding| binding.kind != BindingKind::Service)?;
    let ident = bindings.marked(id, binding.ident.span())?;
    let mutability = binding.mutable.then(<syn::Token![mut]>::default);
    Some(match &binding.ty {
        Some(ty) => parse_quote!(let #mutability #ident: #ty;),
        None => parse_quote!(let #mutability #ident;),
    })
}

struct Renumber<'a> {
    positions: &'a HashMap<RegionId, usize>,
}

impl VisitMut for Renumber<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match jump::target(expr).and_then(|target| self.positions.get(&target)) {
            Some(position) => *expr = jump::to(*position),
            None => visit_mut::visit_expr_mut(self, expr),
        }
    }
}

fn state(
    found: &Found<'_>,
    head: &Head,
    draft: Draft,
    names: &Names,
    fields: &mut Fields<'_>,
    state_names: &mut StateNames,
) -> State {
    let file = &found.process.file;
    let (kind, name, place, label, awaits) = match head {
        Head::Start => {
            let place = Place::new(file, found.name.span());
            (StateKind::Start, "Start".to_owned(), place, "the beginning".to_owned(), Vec::new())
        }
        Head::Await(base, span) => {
            let kind = if awaited::is_wait(base, found.process) { StateKind::Wait } else { StateKind::Step };
            let label = awaited::label(base, file);
            let place = Place::new(file, awaited::span(base, *span));
            (kind, awaited::state_name(base, found.process), place, label, awaited::all(base, found.process))
        }
        Head::Block(name, span) => {
            (StateKind::Block, name.clone(), Place::new(file, *span), block_label(name), Vec::new())
        }
    };
    let span = match head {
        Head::Start => found.name.span(),
        Head::Await(_, span) | Head::Block(_, span) => *span,
    };
    let Draft { kept, mut remade, mut body, .. } = draft;
    let edges = successors::edges(&body);
    let mutated = mutates::mutated(remade.iter().chain(&body));
    let kept = kept.iter();
    let fields = kept.filter_map(|(id, reads)| fields.field(*id, reads, mutated.contains(id))).collect();
    restore::restore(&mut body, names);
    restore::restore(&mut remade, names);
    let pinned = found.points.first_key_value().and_then(|_| found.points.get(&span.byte_range().start));
    let pinned = pinned.filter(|_| matches!(head, Head::Await(..))).cloned();
    State {
        name: pinned.unwrap_or_else(|| state_names.unique(name)),
        kind,
        place,
        span,
        label,
        awaits,
        fields,
        remade,
        body,
        edges,
    }
}

fn block_label(name: &str) -> String {
    match name {
        "Loop" | "While" => "the head of a loop".to_owned(),
        "AfterIf" => "the code after an `if`".to_owned(),
        "AfterMatch" => "the code after a `match`".to_owned(),
        "AfterRace" => "the code after a `race!`".to_owned(),
        "AfterLoop" => "the code after a loop".to_owned(),
        "AfterBlock" => "the code after a block".to_owned(),
        "OtherArms" => "the arms after one whose guard does not hold".to_owned(),
        "Guard" => "a guard, as far as its first await".to_owned(),
        "Arm" => "the body of an arm".to_owned(),
        _ => "the head of a `for` loop".to_owned(),
    }
}

fn parameters(found: &Found<'_>, names: &Names, kind: BindingKind) -> Vec<Parameter> {
    let bindings = found.bindings.iter().filter(|(_, binding)| binding.kind == kind);
    bindings
        .filter_map(|(id, binding)| {
            Some(Parameter { name: names.ident(id, binding.ident.span()), ty: binding.ty.clone()? })
        })
        .collect()
}

struct StateNames {
    taken: HashSet<String>,
}

impl StateNames {
    fn unique(&mut self, name: String) -> String {
        let name = if syn::parse_str::<Ident>(&name).is_ok() { name } else { "Await".to_owned() };
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let unique = std::iter::once(name.clone()).chain(numbered).find(|name| !self.taken.contains(name));
        let unique = unique.unwrap_or(name);
        self.taken.insert(unique.clone());
        unique
    }
}

/// Makes fields: the same local has the same type in all states.
struct Fields<'a> {
    found: &'a Found<'a>,
    names: &'a Names,
    generics: HashMap<BindingId, Ident>,
    order: Vec<BindingId>,
    taken: HashSet<String>,
    local_items: HashSet<String>,
}

impl<'a> Fields<'a> {
    fn new(found: &'a Found<'a>, names: &'a Names) -> Self {
        let local_items = types::names_of_items(found.items.hoisted.iter().chain(&found.items.repeated));
        let mut taken: HashSet<String> =
            HashSet::from(["State".to_owned(), "Self".to_owned(), "Machine".to_owned()]);
        for (_, binding) in found.bindings.iter() {
            taken.extend(binding.ty.iter().flat_map(types::words));
        }
        Fields { found, names, generics: HashMap::new(), order: Vec::new(), taken, local_items }
    }

    fn field(&mut self, id: BindingId, reads: &[Span], mutates: bool) -> Option<Field> {
        let binding = self.found.bindings.get(id)?;
        let file = &self.found.process.file;
        let span = reads.first().copied().unwrap_or_else(|| binding.ident.span());
        let exported = self.found.exported.contains(&id);
        let written = binding.ty.as_ref().filter(|ty| types::is_nameable(ty, &self.local_items));
        let ty = match written {
            _ if binding.nature == Nature::Text => FieldType::Text,
            Some(ty) => FieldType::Written(Box::new(ty.clone())),
            None => FieldType::Inferred(self.generic(id)),
        };
        Some(Field {
            name: self.names.ident(id, span),
            local: wording::unmarked(&binding.ident.to_string()),
            born: Place::new(file, binding.ident.span()),
            born_span: binding.ident.span(),
            ty,
            exported,
            mutable: binding.mutable && mutates && binding.nature != Nature::Text,
            // That it is exported is a reason by itself, and no read.
            reasons: reads
                .iter()
                .filter(|span| !exported || span.byte_range() != binding.ident.span().byte_range())
                .map(|span| Place::new(file, *span))
                .collect(),
        })
    }

    fn generic(&mut self, id: BindingId) -> Ident {
        if let Some(known) = self.generics.get(&id) {
            return known.clone();
        }
        let name = wording::pascal(&self.names.ident(id, Span::call_site()).to_string());
        let name = if syn::parse_str::<Ident>(&name).is_ok() { name } else { format!("Local{name}") };
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let unique = std::iter::once(name.clone()).chain(numbered).find(|name| !self.taken.contains(name));
        let unique = unique.unwrap_or(name);
        self.taken.insert(unique.clone());
        let ident = Ident::new(&unique, Span::call_site());
        self.generics.insert(id, ident.clone());
        self.order.push(id);
        ident
    }

    fn generics_of(&self, states: &[State]) -> Vec<Generic> {
        let generic = |id: &BindingId| {
            let name = self.generics.get(id)?;
            let fields = |saved: bool| {
                let states = states.iter().filter(move |state| (state.kind != StateKind::Block) == saved);
                states
                    .flat_map(|state| &state.fields)
                    .filter(|field| matches!(&field.ty, FieldType::Inferred(ty) if ty == name))
                    .map(|field| field.name.span())
            };
            let first = |saved| fields(saved).min_by_key(|span| span.byte_range().start);
            let (saved, needed) = match first(true) {
                Some(needed) => (true, needed),
                None => (false, first(false)?),
            };
            let born = self.found.bindings.get(*id)?.ident.span();
            Some(Generic { name: name.clone(), saved, needed, born })
        };
        self.order.iter().filter_map(generic).collect()
    }
}
