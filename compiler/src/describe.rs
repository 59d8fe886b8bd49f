//! The [`Model`]: what was found and made, in the words of tools.

use crate::check::{Checked, Source, Wiring};
use crate::collect::{CalledPart, Collected, Component, Components, Holder, Parameter, ProcessItem, text};
use crate::emit::hash::SlotHash;
use crate::lower::{Edge, FieldType, Machine, State};
use crate::made::Made;
use crate::{
    AppModel, CommandModel, ExportModel, KeptModel, Model, NeedModel, Origin, ParameterModel, ProcessModel,
    RootModel, ServiceModel, SignalModel, Sources, StateKind, StateModel,
};

/// Describes a package.
pub(crate) fn describe(
    sources: &Sources,
    collected: &Collected,
    checked: &Checked,
    made: Vec<Vec<Made>>,
    slots: &[Vec<Option<SlotHash>>],
) -> Model {
    let crates = collected.crates.iter().zip(&checked.crates).zip(made).enumerate();
    let roots = crates.map(|(at, ((components, wiring), made))| {
        let slots = slots.get(at).map(Vec::as_slice).unwrap_or_default();
        Describer { components, wiring, slots }.root(made)
    });
    let roots = roots.collect();
    Model { package: sources.package.clone(), roots }
}

struct Describer<'a> {
    components: &'a Components,
    wiring: &'a Wiring,
    slots: &'a [Option<SlotHash>],
}

impl Describer<'_> {
    fn root(&self, made: Vec<Made>) -> RootModel {
        let components = self.components;
        RootModel {
            name: components.root.name.clone(),
            path: components.root.path.clone(),
            app: components.apps.first().and_then(|id| self.app(*id)),
            processes: self.processes(made),
            services: self.services(),
            signals: self.signals(),
            commands: self.commands(),
        }
    }

    fn origin(&self, id: usize, component: &Component) -> Origin {
        let slot = self.slots.get(id).copied().flatten();
        Origin {
            module: component.path.clone(),
            file: component.file.path.clone(),
            line: component.place.line(),
            slot: slot.map(|slot| slot.to_string()),
        }
    }

    fn app(&self, id: usize) -> Option<AppModel> {
        let component = self.components.component(id)?;
        Some(AppModel { name: component.name.to_string(), origin: self.origin(id, component) })
    }

    fn service_names(&self, source: &Source) -> Vec<String> {
        let named = source.services().iter().filter_map(|id| {
            let component = self.components.services.get(*id)?.component;
            Some(self.components.component(component)?.name.to_string())
        });
        named.collect()
    }

    /// Parameters with the services that are put in for the borrowed ones.
    fn parameters(&self, parameters: &[Parameter], sources: Option<&[Source]>) -> Vec<ParameterModel> {
        let mut sources = sources.unwrap_or_default().iter();
        let described = parameters.iter().map(|parameter| {
            let source = (parameter.wanted.holder == Holder::Borrowed).then(|| sources.next()).flatten();
            ParameterModel {
                name: parameter.name.to_string(),
                kind: text(&parameter.ty),
                service: source.and_then(|source| self.service_names(source).last().cloned()),
                provided: source.and_then(|source| match source {
                    Source::Runtime(provided) => Some(provided.name().to_owned()),
                    Source::Services(_) => None,
                }),
            }
        });
        described.collect()
    }

    fn processes(&self, made: Vec<Made>) -> Vec<ProcessModel> {
        let processes = self.components.processes.iter().zip(&self.wiring.processes).zip(made);
        let described = processes.filter_map(|((process, sources), made)| {
            let component = self.components.component(process.component)?;
            Some(ProcessModel {
                name: component.name.to_string(),
                origin: self.origin(process.component, component),
                path: process.item.path.clone(),
                keys: process.item.keys.clone(),
                parameters: self.parameters(&process.parameters, sources.as_deref()),
                output: match &process.item.item.sig.output {
                    syn::ReturnType::Default => "()".to_owned(),
                    syn::ReturnType::Type(_, ty) => text(ty),
                },
                parts: parts(&process.item),
                exports: made.exports,
                states: made.states,
            })
        });
        described.collect()
    }

    fn services(&self) -> Vec<ServiceModel> {
        let described = self.components.services.iter().enumerate().filter_map(|(id, service)| {
            let component = self.components.component(service.component)?;
            let sources = self.wiring.services.get(id).and_then(Option::as_deref).unwrap_or_default();
            let needs = service.needs.iter().enumerate().map(|(at, need)| NeedModel {
                name: need.name.to_string(),
                kind: text(&need.ty),
                wanted: need.wanted.text.clone(),
                from: sources.get(at).map(|source| self.service_names(source)).unwrap_or_default(),
            });
            Some(ServiceModel {
                name: component.name.to_string(),
                origin: self.origin(service.component, component),
                provides: service.provides.iter().map(|provided| text(&provided.ty)).collect(),
                needs: needs.collect(),
                order: self.wiring.order.iter().position(|built| *built == id),
            })
        });
        described.collect()
    }

    fn signals(&self) -> Vec<SignalModel> {
        let described = self.components.signals.iter().filter_map(|signal| {
            let component = self.components.component(signal.component)?;
            let (name, origin) = (component.name.to_string(), self.origin(signal.component, component));
            Some(SignalModel { name, origin, path: Some(signal.path.clone()) })
        });
        described.collect()
    }

    fn commands(&self) -> Vec<CommandModel> {
        let commands = self.components.commands.iter().zip(&self.wiring.commands);
        let described = commands.filter_map(|(command, sources)| {
            let component = self.components.component(command.component)?;
            Some(CommandModel {
                name: command.name.clone(),
                origin: self.origin(command.component, component),
                parameters: self.parameters(&command.parameters, sources.as_deref()),
            })
        });
        described.collect()
    }
}

/// The parts that a process calls, each once, in the order of the source.
fn parts(process: &ProcessItem) -> Vec<String> {
    let mut called: Vec<&CalledPart> = process.parts.values().collect();
    called.sort_by_key(|called| called.place.range.start);
    let mut names: Vec<String> = Vec::new();
    for called in called {
        if !names.contains(&called.name.name) {
            names.push(called.name.name.clone());
        }
    }
    names
}

/// What a process lets others read.
pub(crate) fn exports(machine: &Machine) -> Vec<ExportModel> {
    let kind = |ty: &FieldType| match ty {
        FieldType::Written(ty) => text(&**ty),
        FieldType::Text | FieldType::Inferred(_) => String::new(),
    };
    let exports = machine.exports().into_iter();
    exports.map(|(field, _)| ExportModel { name: field.local.clone(), kind: kind(&field.ty) }).collect()
}

/// Where a process can stand.
pub(crate) fn states(machine: &Machine) -> Vec<StateModel> {
    machine.states.iter().map(|state| self::state(state, machine)).collect()
}

fn state(state: &State, machine: &Machine) -> StateModel {
    let next = state.edges.iter().filter_map(|edge| match edge {
        Edge::To(position) => machine.states.get(*position).map(|state| state.name.clone()),
        Edge::End => None,
    });
    let keeps = state.fields.iter().map(|field| {
        let mut read_at: Vec<usize> = field.reasons.iter().map(crate::Place::line).collect();
        read_at.sort_unstable();
        read_at.dedup();
        let kind = match &field.ty {
            FieldType::Written(ty) => Some(text(&**ty)),
            FieldType::Text => Some("String".to_owned()),
            FieldType::Inferred(_) => None,
        };
        KeptModel { name: field.name.to_string(), kind, read_at }
    });
    StateModel {
        name: state.name.clone(),
        kind: match state.kind {
            crate::lower::StateKind::Start => StateKind::Start,
            crate::lower::StateKind::Step => StateKind::Step,
            crate::lower::StateKind::Wait => StateKind::Wait,
            crate::lower::StateKind::Block => StateKind::Block,
        },
        line: state.place.line(),
        awaits: state.awaits.iter().map(|awaited| awaited.text.clone()).collect(),
        parts: state.awaits.iter().filter_map(|awaited| awaited.part.clone()).collect(),
        keeps: keeps.collect(),
        next: next.collect(),
        ends: state.edges.contains(&Edge::End),
    }
}
