//! What to say about a need that nothing fills: the chain that needs it, and what nearly provides it.

use super::faults::MissingProvider;
use crate::Place;
use crate::collect::{Component, Components, Identity, Kind, Parameter, Provided, Resolved, Target, Wanted};

/// A need without a provider.
pub(super) struct Need<'a> {
    /// Who needs it, by name.
    pub(super) owner: String,
    /// The service that needs it; `None` for a process or a command.
    pub(super) service: Option<usize>,
    /// The need.
    pub(super) need: &'a Parameter,
}

pub(super) fn fault(components: &Components, need: &Need<'_>, mut chain: Vec<String>) -> MissingProvider {
    let wanted = need.need.wanted.text.clone();
    chain.push(wanted.clone());
    let (help, nearby) = match &need.need.wanted.target {
        Target::Trait(identity) => for_trait(components, identity, &wanted),
        Target::Type(identity) => for_type(components, identity, need, &wanted),
        Target::Runtime(Provided::ManualClock) => (
            "only a command with `clock = manual` has a `ManualClock`; everything else has a `Clock`, which it moves".to_owned(),
            Vec::new(),
        ),
        Target::Runtime(_) | Target::Other => ("ask for a service".to_owned(), Vec::new()),
    };
    MissingProvider { wanted, chain: chain.join(" → "), help, nearby, place: need.need.place.clone() }
}

/// Whether a component that is at fault itself would fill the need.
pub(super) fn provider_is_faulted(components: &Components, wanted: &Wanted) -> bool {
    let is_faulted = |identity: &Identity| {
        let Resolved::Item(item) = &identity.name else { return false };
        let mut services = components.all.iter().filter(|component| component.kind == Kind::Service);
        service(components, identity).is_none()
            && services.any(|component| component.module == item.module && component.name == item.name)
    };
    match &wanted.target {
        Target::Type(identity) => is_faulted(identity),
        Target::Trait(identity) => {
            components.implementations.iter().any(|one| one.of.is(identity) && is_faulted(&one.by))
        }
        Target::Runtime(_) | Target::Other => false,
    }
}

type Advice = (String, Vec<(Place, String)>);

fn for_trait(components: &Components, identity: &Identity, wanted: &str) -> Advice {
    let mut advice = Vec::new();
    let mut nearby = Vec::new();
    for implementation in components.implementations.iter().filter(|one| one.of.is(identity)) {
        let name = name_of(&implementation.by);
        match service(components, &implementation.by) {
            Some(component) if component.conditions.is_test_only() => {
                advice.push(format!("`{name}` provides it in tests only: write another for all builds"));
                nearby.push((component.place.clone(), "there in tests only".to_owned()));
            }
            Some(component) => {
                advice.push(format!(
                    "`{name}` implements it and does not say that it provides it: write `#[service(provides = {wanted})]`"
                ));
                nearby.push((component.place.clone(), format!("a service, without `provides = {wanted}`")));
            }
            None => {
                advice.push(format!(
                    "`{name}` implements it, but is no `#[service]`: write `#[service(provides = {wanted})]` above it"
                ));
                nearby.push((implementation.place.clone(), "implemented here".to_owned()));
            }
        }
    }
    if advice.is_empty() {
        let name = wanted.trim_start_matches("dyn ");
        advice.push(format!(
            "write a service that does: `#[service(provides = {wanted})] struct …` with an `impl {name} for …`"
        ));
    }
    (advice.join("; or "), nearby)
}

fn for_type(components: &Components, identity: &Identity, need: &Need<'_>, wanted: &str) -> Advice {
    let own = if need.service.is_none() {
        format!("; if it is an input, own it: `{}: {wanted}`", need.need.name)
    } else {
        String::new()
    };
    if let Some(component) = service(components, identity) {
        let nearby = vec![(component.place.clone(), "there in tests only".to_owned())];
        return (format!("`{wanted}` is a service in tests only: write another for all builds"), nearby);
    }
    let place = match &identity.name {
        Resolved::Item(item) => components.types.get(item).map(|declared| declared.place.clone()),
        _ => None,
    };
    match place {
        Some(place) => (
            format!("`{wanted}` is no `#[service]`: write `#[service]` above it{own}"),
            vec![(place, "no `#[service]`".to_owned())],
        ),
        None => (
            format!(
                "`{wanted}` is no service of this crate: wrap it in one, `#[service] impl Shared {{ #[new] fn new() -> Self {{ … }} }}`{own}"
            ),
            Vec::new(),
        ),
    }
}

fn service<'a>(components: &'a Components, identity: &Identity) -> Option<&'a Component> {
    let service = components.services.iter().find(|service| service.identity.is(identity))?;
    components.component(service.component)
}

fn name_of(identity: &Identity) -> String {
    match &identity.name {
        Resolved::Item(item) => item.name.clone(),
        Resolved::External(path) | Resolved::Unknown(path) => path.last().cloned().unwrap_or_default(),
        Resolved::Module(_) => String::new(),
    }
}
