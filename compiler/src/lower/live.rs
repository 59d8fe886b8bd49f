//! Liveness: what is read later, before it is written, and where.
//!
//! Backwards through the code of each region until nothing changes. A binding that a closure, an async block or a macro names counts as
//! read there. Each live binding comes with the first few places that read it: they are the reason why a state keeps it.

mod code;
mod loops;
mod reads;

use std::collections::{BTreeSet, HashMap};

use proc_macro2::Span;

use super::binding::{BindingId, Bindings};
use super::borrow::Remakes;
use super::region::{Head, Region, RegionId};
pub(crate) use code::Code;
use code::first_byte;
use reads::{Live, Reads};

/// What is live at the head of each region.
pub(crate) struct Liveness<'a> {
    code: &'a Code,
    heads: Vec<Live>,
    remade: Vec<BTreeSet<BindingId>>,
    /// The tokens that bind exported locals, by their first bytes.
    shown: HashMap<u32, Span>,
}

impl<'a> Liveness<'a> {
    /// Looks at all regions and their code. What can be made again is not live at their heads, but what it is made from is.
    /// What is `exported` is read by others, for as long as it is in scope.
    pub(crate) fn of(
        (regions, code): (&[Region], &'a Code),
        bindings: &Bindings,
        remakes: &Remakes,
        exported: &BTreeSet<BindingId>,
    ) -> Self {
        let heads = vec![Live::default(); regions.len()];
        let remade = vec![BTreeSet::new(); regions.len()];
        let mut liveness = Liveness { code, heads, remade, shown: HashMap::new() };
        let leading_to = code.leading_to();
        let mut open: BTreeSet<RegionId> = (0..regions.len()).collect();
        while !open.is_empty() {
            for (id, region) in regions.iter().enumerate().rev() {
                if open.remove(&id) && liveness.changes(id, region, bindings, (remakes, exported)) {
                    open.extend(leading_to.get(id).into_iter().flatten());
                }
            }
        }
        liveness
    }

    /// Looks at one region again. Whether that changes what is live at its head.
    fn changes(
        &mut self,
        id: RegionId,
        region: &Region,
        bindings: &Bindings,
        (remakes, exported): (&Remakes, &BTreeSet<BindingId>),
    ) -> bool {
        let mut live = self.code.regions.get(id).map(|graph| graph.before(&self.heads)).unwrap_or_default();
        for shown in exported.iter().filter(|id| region.visible.contains(id)) {
            self.show(*shown, bindings, &mut live);
        }
        if !matches!(region.head, Head::Start) && !remakes.is_empty() {
            let remade = remake(&mut live, remakes);
            if let Some(known) = self.remade.get_mut(id) {
                *known = remade;
            }
        }
        match self.heads.get_mut(id).filter(|head| **head != live) {
            Some(head) => {
                *head = live;
                true
            }
            None => false,
        }
    }

    /// Keeps an exported local; where the process itself does not read it again, its `let` is the reason.
    fn show(&mut self, id: BindingId, bindings: &Bindings, live: &mut Live) {
        let Some(binding) = bindings.get(id).filter(|_| !live.contains(id)) else { return };
        let start = first_byte(binding.ident.span());
        self.shown.entry(start).or_insert(binding.ident.span());
        live.add(id, Reads::one(start));
    }

    /// What is made again at a region's head.
    pub(crate) fn remade(&self, region: RegionId) -> BTreeSet<BindingId> {
        self.remade.get(region).cloned().unwrap_or_default()
    }

    /// The bindings that are live at a region's head.
    pub(crate) fn ids_at(&self, region: RegionId) -> impl Iterator<Item = BindingId> + '_ {
        self.heads.get(region).into_iter().flat_map(|live| live.iter().map(|(id, _)| id))
    }

    /// What is live at a region's head, and where it is read.
    pub(crate) fn at(&self, region: RegionId) -> impl Iterator<Item = (BindingId, Vec<Span>)> + '_ {
        let span = |start: u32| self.code.spans.get(&start).or_else(|| self.shown.get(&start)).copied();
        let head = self.heads.get(region).into_iter();
        head.flat_map(move |live| {
            live.iter().map(move |(id, reads)| (id, reads.iter().filter_map(span).collect()))
        })
    }
}

/// Takes out what can be made again, and puts in what it is made from.
fn remake(live: &mut Live, remakes: &Remakes) -> BTreeSet<BindingId> {
    let mut remade = BTreeSet::new();
    let next = |live: &Live| live.iter().find_map(|(id, _)| Some((id, remakes.needs(id)?)));
    while let Some((id, needs)) = next(live) {
        let reads = live.remove(id);
        for need in needs.iter().filter(|need| !remade.contains(*need)) {
            live.add(*need, reads);
        }
        remade.insert(id);
    }
    remade
}
