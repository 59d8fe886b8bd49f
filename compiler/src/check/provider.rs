//! Who provides what: for each need of a service, a process and a command, the service or the part of the runtime that fills it.

use std::collections::BTreeMap;

use super::faults::{AmbiguousProvider, NoService, ServiceByValue, ServiceNotShared};
use super::missing::{self, Need};
use super::{Source, Wiring, clashes, graph};
use crate::Problems;
use crate::collect::{
    Command, Component, Components, Holder, Kind, Parameter, Process, Provided, Service, Target, Wanted,
    text, why_owned,
};

/// Finds a source for every need.
pub(super) fn find(components: &Components, problems: &mut Problems) -> Wiring {
    let mut finder = Finder { components, problems, missing: Vec::new(), by_name: by_name(components) };
    let services: Vec<Vec<Option<Source>>> =
        components.services.iter().enumerate().map(|(id, service)| finder.service(id, service)).collect();
    let processes: Vec<Option<Vec<Source>>> =
        components.processes.iter().map(|process| finder.process(process)).collect();
    let commands: Vec<Option<Vec<Source>>> =
        components.commands.iter().map(|command| finder.command(command)).collect();
    let Finder { missing, problems, .. } = finder;
    let roots = roots(components, &processes, &commands);
    for need in missing.into_iter().filter(|_| components.is_whole) {
        let chain = match need.service {
            Some(service) => graph::chain(components, &services, &roots, service),
            None => vec![need.owner.clone()],
        };
        problems.error(missing::fault(components, &need, chain));
    }
    let services = services.into_iter().map(|needs| needs.into_iter().collect()).collect();
    Wiring { order: Vec::new(), services, processes, commands }
}

/// The processes and commands, by name, with the services that they need.
fn roots(
    components: &Components,
    processes: &[Option<Vec<Source>>],
    commands: &[Option<Vec<Source>>],
) -> Vec<(String, Vec<usize>)> {
    let ids = components.processes.iter().map(|process| process.component);
    let ids = ids.chain(components.commands.iter().map(|command| command.component));
    let needs = processes.iter().chain(commands);
    ids.zip(needs)
        .filter_map(|(id, needs)| {
            let needed = needs.iter().flatten().flat_map(Source::services).copied().collect();
            Some((components.component(id)?.name.to_string(), needed))
        })
        .collect()
}

/// The services by the last names of what they are and provide.
fn by_name(components: &Components) -> BTreeMap<&str, Vec<usize>> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (id, service) in components.services.iter().enumerate() {
        let provided = service.provides.iter().map(|provided| &provided.identity);
        for identity in provided.chain([&service.identity]) {
            let named = by_name.entry(identity.last()).or_default();
            if named.last() != Some(&id) {
                named.push(id);
            }
        }
    }
    by_name
}

struct Finder<'a> {
    components: &'a Components,
    problems: &'a mut Problems,
    missing: Vec<Need<'a>>,
    by_name: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Finder<'a> {
    fn name(&self, component: usize) -> String {
        self.components.component(component).map(|component| component.name.to_string()).unwrap_or_default()
    }

    fn service(&mut self, id: usize, service: &'a Service) -> Vec<Option<Source>> {
        let owner = self.name(service.component);
        let mut sources = Vec::new();
        for need in &service.needs {
            let source = match (need.wanted.holder, &need.wanted.target) {
                (_, Target::Runtime(Provided::ManualClock)) => {
                    self.missing.push(Need { owner: owner.clone(), service: Some(id), need });
                    None
                }
                (Holder::Value | Holder::Borrowed, Target::Runtime(provided)) => {
                    Some(Source::Runtime(*provided))
                }
                (Holder::Shared | Holder::Borrowed, Target::Type(_) | Target::Trait(_)) => {
                    self.provider(service.component, need).or_else(|| {
                        self.needs(Need { owner: owner.clone(), service: Some(id), need });
                        None
                    })
                }
                _ => {
                    self.not_put_in(&owner, need);
                    None
                }
            };
            sources.push(source);
        }
        sources
    }

    /// A need that is no dependency by its form.
    fn not_put_in(&mut self, owner: &str, need: &Parameter) {
        let (owner, name, place) = (owner.to_owned(), need.name.to_string(), need.place.clone());
        if self.candidates(&need.wanted).is_empty() {
            self.problems.error(NoService { name, written: text(&need.ty), owner, place });
        } else {
            let held = need.wanted.text.clone();
            self.problems.error(ServiceNotShared { owner, service: held.clone(), name, held, place });
        }
    }

    fn process(&mut self, process: &'a Process) -> Option<Vec<Source>> {
        self.parameters(Kind::Process, process.component, &process.parameters, false)
    }

    fn command(&mut self, command: &'a Command) -> Option<Vec<Source>> {
        self.parameters(Kind::Command, command.component, &command.parameters, command.has_manual_clock)
    }

    /// The sources of the borrowed parameters of a fn.
    fn parameters(
        &mut self,
        kind: Kind,
        component: usize,
        parameters: &'a [Parameter],
        has_manual_clock: bool,
    ) -> Option<Vec<Source>> {
        let owner = self.name(component);
        let mut sources = Vec::new();
        let mut all = true;
        for need in parameters {
            let is_borrowed = need.wanted.holder == Holder::Borrowed;
            let source = match &need.wanted.target {
                Target::Runtime(Provided::ManualClock) if is_borrowed && !has_manual_clock => None,
                Target::Runtime(provided) if is_borrowed => Some(Source::Runtime(*provided)),
                _ if is_borrowed => self.provider(component, need),
                _ => {
                    all &= self.is_input(kind, &owner, need);
                    continue;
                }
            };
            match source {
                Some(source) => sources.push(source),
                None => {
                    all = false;
                    self.needs(Need { owner: owner.clone(), service: None, need });
                }
            }
        }
        all.then_some(sources)
    }

    /// An owned parameter is an input, and no service may be one.
    fn is_input(&mut self, kind: Kind, function: &str, need: &Parameter) -> bool {
        let is_runtime = matches!(need.wanted.target, Target::Runtime(_));
        if !is_runtime && self.candidates(&need.wanted).is_empty() {
            return true;
        }
        self.problems.error(ServiceByValue {
            kind: kind.attribute(),
            function: function.to_owned(),
            service: need.wanted.text.clone(),
            name: need.name.to_string(),
            held: need.wanted.text.clone(),
            why: why_owned(kind),
            place: need.place.clone(),
        });
        false
    }

    /// Remembers a need without a provider, unless it was reported already, or its provider is at fault itself.
    fn needs(&mut self, need: Need<'a>) {
        let wanted = &need.need.wanted;
        if self.candidates(wanted).len() < 2 && !missing::provider_is_faulted(self.components, wanted) {
            self.missing.push(need);
        }
    }

    /// The services that are, or provide, what is wanted.
    fn candidates(&self, wanted: &Wanted) -> Vec<usize> {
        let fits = |service: &Service| match &wanted.target {
            Target::Type(identity) => service.identity.is(identity),
            Target::Trait(identity) => service.provides.iter().any(|one| one.identity.is(identity)),
            Target::Runtime(_) | Target::Other => false,
        };
        let (Target::Type(identity) | Target::Trait(identity)) = &wanted.target else { return Vec::new() };
        let named = self.by_name.get(identity.last()).into_iter().flatten().copied();
        named.filter(|id| self.components.services.get(*id).is_some_and(&fits)).collect()
    }

    fn provider(&mut self, consumer: usize, need: &Parameter) -> Option<Source> {
        let consumer = self.components.component(consumer)?;
        let component = |id: &usize| self.components.component(self.components.services.get(*id)?.component);
        let mut found: Vec<(usize, &Component)> =
            self.candidates(&need.wanted).iter().filter_map(|id| Some((*id, component(id)?))).collect();
        // What is there for tests only provides nothing for other builds.
        let for_all = found.iter().any(|(_, one)| !one.conditions.is_test_only());
        if !for_all && !consumer.conditions.is_test_only() && !need.conditions.is_test_only() {
            return None;
        }
        found.sort_by_key(|(_, one)| !one.conditions.is_test_only());
        let clash = found.iter().enumerate().find_map(|(at, (_, one))| {
            let others = found.iter().skip(at + 1);
            others.into_iter().find(|(_, other)| clashes::may_meet(one, other)).map(|_| ())
        });
        if clash.is_some() {
            let providers = found.iter().map(|(_, one)| (one.place.clone(), one.name.to_string())).collect();
            let by_type = found.first().map(|(_, one)| match need.wanted.holder {
                Holder::Borrowed => format!("&{}", one.name),
                _ => format!("Arc<{}>", one.name),
            });
            self.problems.error(AmbiguousProvider {
                wanted: need.wanted.text.clone(),
                needs: consumer.name.to_string(),
                by_type: by_type.unwrap_or_default(),
                providers,
                place: need.place.clone(),
            });
            return None;
        }
        Some(Source::Services(found.into_iter().map(|(id, _)| id).collect()))
            .filter(|one| !one.services().is_empty())
    }
}
