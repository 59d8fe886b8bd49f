//! Names again: each binding gets the name that it has in the generated code, the user's own wherever that means the same.
//!
//! Where two bindings of one name are needed at the same place (a shadowed local that is read again after an inner scope), one of them
//! gets a number: `x_2`. The same binding has the same name in all arms.

use std::collections::{BTreeSet, HashSet};

use proc_macro2::{Ident, Span};
use syn::Stmt;

use super::binding::{BindingId, BindingKind, Bindings};
use super::scope::{self, Named};
use super::wording::unmarked;

/// An arm as far as its names matter: what is bound at its head, and its statements.
pub(crate) struct Arm<'a> {
    pub head: Vec<BindingId>,
    pub remade: &'a [Stmt],
    pub body: &'a [Stmt],
}

/// The names of all bindings.
#[derive(Debug)]
pub(crate) struct Names {
    /// By their identities.
    names: Vec<String>,
    raw: BTreeSet<BindingId>,
    /// Two bindings of one name, neither of which can be renamed because a macro that can't be read names both.
    pub clashes: BTreeSet<(BindingId, BindingId)>,
    /// Bindings that are used where they are not bound: a mistake of ours.
    pub unbound: Vec<(BindingId, Span)>,
}

impl Names {
    /// Chooses names, so that each use in each arm finds its own binding.
    pub(crate) fn choose(arms: &[Arm<'_>], bindings: &Bindings) -> Self {
        let mut names = Names {
            names: bindings.iter().map(|(_, binding)| unmarked(&binding.ident.to_string())).collect(),
            raw: BTreeSet::new(),
            clashes: BTreeSet::new(),
            unbound: Vec::new(),
        };
        names.raw.extend(
            bindings
                .iter()
                .filter(|(_, binding)| binding.ident.to_string().starts_with("r#"))
                .map(|(id, _)| id),
        );
        let mut taken: HashSet<String> = names.names.iter().cloned().collect();
        taken.extend(bindings.outside.iter().cloned());
        loop {
            let Captured { captured, hiding } = names.captured(arms, bindings);
            let mut renamed = false;
            for id in hiding {
                if !is_free(id, bindings) || !bindings.outside.contains(names.name(id)) {
                    continue;
                }
                let name = numbered(names.name(id), &taken);
                taken.insert(name.clone());
                names.rename(id, name);
                renamed = true;
            }
            for (one, other) in captured {
                if names.name(one) != names.name(other) {
                    continue;
                }
                let Some(loser) = loser(one, other, bindings) else {
                    names.clashes.insert((one.min(other), one.max(other)));
                    continue;
                };
                let name = numbered(names.name(loser), &taken);
                taken.insert(name.clone());
                names.rename(loser, name);
                renamed = true;
            }
            if !renamed {
                return names;
            }
        }
    }

    fn captured(&mut self, arms: &[Arm<'_>], bindings: &Bindings) -> Captured {
        let services =
            bindings.iter().filter(|(_, binding)| binding.kind == BindingKind::Service).map(|(id, _)| id);
        let services: Vec<BindingId> = services.collect();
        let (mut captured, mut hiding) = (Vec::new(), BTreeSet::new());
        let mut unbound = Vec::new();
        for arm in arms {
            for (position, one) in arm.head.iter().enumerate() {
                let others =
                    arm.head.iter().skip(position + 1).filter(|other| self.name(*one) == self.name(**other));
                captured.extend(others.map(|other| (*one, *other)));
            }
            let outer: Vec<BindingId> = services.iter().chain(&arm.head).copied().collect();
            let kept_by = |target: usize| arms.get(target).map_or(&[][..], |arm| &arm.head);
            let found = |is_it: &dyn Fn(&str) -> bool, scope: &[BindingId]| {
                scope.iter().rev().find(|other| is_it(self.name(**other))).copied()
            };
            let mut visit = |named: Named<'_>, scope: &[BindingId]| match named {
                Named::Outside(name) => hiding.extend(found(&|other| name == other, scope)),
                // Most often it is the binding that was made last.
                Named::Local(id, _) if scope.last() == Some(&id) => {}
                Named::Local(id, span) => match found(&|other| other == self.name(id), scope) {
                    Some(found) if found == id => {}
                    Some(found) => captured.push((id, found)),
                    None => unbound.push((id, span)),
                },
            };
            scope::each_use(arm.remade.iter().chain(arm.body), outer, &kept_by, &mut visit);
        }
        self.unbound = unbound;
        Captured { captured, hiding }
    }

    /// Its name, without `r#`.
    pub(crate) fn name(&self, id: BindingId) -> &str {
        self.names.get(id).map_or("", String::as_str)
    }

    fn rename(&mut self, id: BindingId, name: String) {
        if let Some(known) = self.names.get_mut(id) {
            *known = name;
        }
    }

    /// The identifier of a binding at a place.
    pub(crate) fn ident(&self, id: BindingId, span: Span) -> Ident {
        if self.raw.contains(&id) {
            Ident::new_raw(self.name(id), span)
        } else {
            Ident::new(self.name(id), span)
        }
    }
}

/// Uses that would find another binding than theirs.
struct Captured {
    /// Pairs of bindings of one name where a use of the first would find the second.
    captured: Vec<(BindingId, BindingId)>,
    /// Bindings that a use of a fn of their name would find.
    hiding: BTreeSet<BindingId>,
}

/// Whether a binding may get another name.
fn is_free(id: BindingId, bindings: &Bindings) -> bool {
    bindings.get(id).is_some_and(|binding| !binding.pinned && binding.kind != BindingKind::Input)
}

/// Which of two bindings gets another name.
fn loser(one: BindingId, other: BindingId, bindings: &Bindings) -> Option<BindingId> {
    let free = |id: &BindingId| is_free(*id, bindings);
    let ours =
        |id: &BindingId| bindings.get(*id).is_some_and(|binding| binding.kind == BindingKind::Temporary);
    let (first, second) = (one.min(other), one.max(other));
    [second, first]
        .into_iter()
        .find(|id| free(id) && ours(id))
        .or_else(|| [second, first].into_iter().find(free))
}

fn numbered(name: &str, taken: &HashSet<String>) -> String {
    (2..).map(|number| format!("{name}_{number}")).find(|name| !taken.contains(name)).unwrap_or_default()
}
