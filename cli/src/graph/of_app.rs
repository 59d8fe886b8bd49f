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
        let lines = process.path.iter().cloned().collect();
        users.push((
            drawing.node(&format!("{prefix}{}", process.name), lines, Shape::User),
            &process.parameters,
        ));
    }
    for command in root
        .commands
        .iter()
        .filter(|command| command.parameters.iter().any(|parameter| parameter.service.is_some()))
    {
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
    for (from, parameters) in users {
        for parameter in parameters {
            if let Some(to) = parameter.service.as_deref().and_then(position) {
                drawing.arrow(from, to, "");
            }
        }
    }
    let mut given: Vec<(String, usize)> = Vec::new();
    for service in &root.services {
        let Some(from) = position(&service.name) else { continue };
        for need in &service.needs {
            for to in need.from.iter().filter_map(|name| position(name)) {
                drawing.arrow(from, to, "");
            }
            if need.from.is_empty() {
                let known = given.iter().find(|(kind, _)| *kind == need.kind).map(|(_, position)| *position);
                let to = known.unwrap_or_else(|| {
                    let position = drawing.node(&need.kind, Vec::new(), Shape::Given);
                    given.push((need.kind.clone(), position));
                    position
                });
                drawing.arrow(from, to, "");
            }
        }
    }
}
