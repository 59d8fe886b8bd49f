//! What is live at a point of the code, and where it is read.

use crate::lower::binding::BindingId;

const FEW: usize = 4;
const NONE: u32 = u32::MAX;

/// Reads by the first bytes of their tokens, in the order of the source, not more than a few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reads([u32; FEW]);

impl Reads {
    const NOWHERE: Self = Self([NONE; FEW]);

    /// A single one.
    pub(super) fn one(start: u32) -> Self {
        Self([start, NONE, NONE, NONE])
    }

    fn add(&mut self, other: Self) {
        if self.0 == other.0 {
            return;
        }
        let mut others = other.iter().peekable();
        let mut own = self.iter().peekable();
        let mut both = [NONE; FEW];
        for slot in &mut both {
            let next = own.peek().copied().into_iter().chain(others.peek().copied()).min();
            let Some(next) = next else { break };
            own.next_if_eq(&next);
            others.next_if_eq(&next);
            *slot = next;
        }
        self.0 = both;
    }

    /// One by one.
    pub(super) fn iter(self) -> impl Iterator<Item = u32> {
        self.0.into_iter().take_while(|start| *start != NONE)
    }
}

/// The live bindings at a point, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Live(Vec<(BindingId, Reads)>);

impl Live {
    fn position(&self, id: BindingId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&id, |(id, _)| *id)
    }

    pub(super) fn contains(&self, id: BindingId) -> bool {
        self.position(id).is_ok()
    }

    /// In their order, with their reads.
    pub(super) fn iter(&self) -> impl Iterator<Item = (BindingId, Reads)> + '_ {
        self.0.iter().copied()
    }

    /// Adds reads of a binding.
    pub(super) fn add(&mut self, id: BindingId, reads: Reads) {
        match self.position(id) {
            Ok(at) => {
                if let Some((_, known)) = self.0.get_mut(at) {
                    known.add(reads);
                }
            }
            Err(at) => self.0.insert(at, (id, reads)),
        }
    }

    /// Takes a binding out, and gives its reads.
    pub(super) fn remove(&mut self, id: BindingId) -> Reads {
        self.position(id).map_or(Reads::NOWHERE, |at| self.0.remove(at).1)
    }

    /// Adds what is live on another way.
    pub(super) fn join(&mut self, other: &Live) {
        if self.0.is_empty() {
            self.0.clone_from(&other.0);
        } else {
            other.iter().for_each(|(id, reads)| self.add(id, reads));
        }
    }
}
