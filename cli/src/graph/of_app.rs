//! The services, what they are built from, and the processes and commands that need them.

use super::drawing::{Drawing, Shape};
use justscale_compiler::{Model, ParameterModel, RootModel};

/// Draws all crate roots of the package.
pub(super) fn draw(model: &Model) -> Drawing {
    let mut drawing = Drawing { title: model.package.clone(), ..Drawing::default() };
    let several =
        model.roots.iter().filter(|root| !root.services.is_empty() || !root.processes.is_empty()).count() > 1;
    for root in &model.roots {
        draw_root(
            root,
            if several { format!("{}: ", root.name) } else { String::new() }.as_str(),
            &mut drawing,
        );
    }
    drawing
}

fn draw_root(root: &RootModel, prefix: &str, drawing: &mut Drawing) {
    let mut users: Vec<(usize, &[ParameterModel])> = Vec::new();
    for process in &root.processes {
        let lines = vec![process.path.clone().unwrap_or_else(|| "part".to_owned())];
        users.push((
            drawing.node(&format!("{prefix}{}", process.name), lines, Shape::User),
            &process.parameters,
        ));
    }
    for (process, (from, _)) in root.processes.iter().zip(&users) {
        let called = |name: &String| {
            root.processes.iter().position(|other| other.path.is_none() && other.name == *name)
        };
        for to in process.parts.iter().filter_map(called).filter_map(|part| users.get(part)) {
            drawing.arrow(*from, to.0, "");
        }
    }
    for command in root.commands.iter().filter(|command| command.parameters.iter().any(is_put_in)) {
        let lines = vec!["command".to_owned()];
        users.push((
            drawing.node(&format!("{prefix}{}", command.name), lines, Shape::User),
            &command.parameters,
        ));
    }
    let services: Vec<(&str, usize)> = root
        .services
        .iter()
        .map(|service| {
            (
                service.name.as_str(),
                drawing.node(&format!("{prefix}{}", service.name), service.provides.clone(), Shape::Service),
            )
        })
        .collect();
    let position =
        |name: &str| services.iter().find(|(known, _)| *known == name).map(|(_, position)| *position);
    let mut given = Given::default();
    for (from, parameters) in users {
        for parameter in parameters {
            if let Some(to) = parameter.service.as_deref().and_then(position) {
                drawing.arrow(from, to, "");
            }
            if let Some(provided) = &parameter.provided {
                let to = given.node(provided, drawing);
                drawing.arrow(from, to, "");
            }
        }
    }
    for service in &root.services {
        let Some(from) = position(&service.name) else { continue };
        for need in &service.needs {
            for to in need.from.iter().filter_map(|name| position(name)) {
                drawing.arrow(from, to, "");
            }
            if need.from.is_empty() {
                let to = given.node(&need.wanted, drawing);
                drawing.arrow(from, to, "");
            }
        }
    }
}

/// Whether a parameter is put in, by a service or by the runtime.
fn is_put_in(parameter: &ParameterModel) -> bool {
    parameter.service.is_some() || parameter.provided.is_some()
}

/// What the runtime provides, each thing once.
#[derive(Default)]
struct Given(Vec<(String, usize)>);

impl Given {
    fn node(&mut self, name: &str, drawing: &mut Drawing) -> usize {
        if let Some((_, position)) = self.0.iter().find(|(known, _)| known == name) {
            return *position;
        }
        let position = drawing.node(name, Vec::new(), Shape::Given);
        self.0.push((name.to_owned(), position));
        position
    }
}
