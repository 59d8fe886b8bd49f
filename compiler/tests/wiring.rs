//! What is found in a crate, how it is wired, and what is written for it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // Tests may panic.

mod cases;

use justscale_compiler::{Compilation, Model, ParameterModel, RootModel, compile};

#[test]
fn every_case_is_wired_as_its_snapshot_says() {
    for case in cases::all("wiring") {
        let compilation = compile(&case.sources());
        assert!(!compilation.problems.has_errors(), "{}", cases::rendered(&compilation.problems));
        cases::assert_snapshot("wiring", &case.name, "components", &components(&compilation.model));
        for (name, text) in generated(&compilation) {
            cases::assert_snapshot("wiring", &case.name, &name, &text);
        }
    }
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    for case in cases::all("wiring") {
        let (one, two) = (compile(&case.sources()), compile(&case.sources()));
        assert_eq!(one.files, two.files);
        assert_eq!(one.model, two.model);
    }
}

/// Each generated text, by the name of its item.
fn generated(compilation: &Compilation) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for root in &compilation.model.roots {
        let app = root.app.iter().map(|app| (&app.name, &app.origin));
        let services = root.services.iter().map(|one| (&one.name, &one.origin));
        let signals = root.signals.iter().map(|one| (&one.name, &one.origin));
        let commands = root.commands.iter().map(|one| (&one.name, &one.origin));
        for (name, origin) in app.chain(services).chain(signals).chain(commands) {
            let slot = origin.slot.as_ref().unwrap_or_else(|| panic!("{name} has no slot"));
            let file = if name.contains(' ') { name.replace(' ', "_") } else { name.clone() };
            texts.push((file, compilation.files.0[&format!("{slot}.rs")].clone()));
        }
    }
    texts
}

fn components(model: &Model) -> String {
    model.roots.iter().map(root).collect()
}

fn root(root: &RootModel) -> String {
    let mut out = format!("{}\n", root.path);
    if let Some(app) = &root.app {
        out += &format!("  app {} {}:{}\n", app.name, app.origin.file, app.origin.line);
    }
    let mut services: Vec<_> = root.services.iter().collect();
    services.sort_by_key(|service| service.order);
    for service in services {
        let module = service.origin.module.join("::");
        out +=
            &format!("  service {} {}:{} {module}\n", service.name, service.origin.file, service.origin.line);
        out += &service.provides.iter().map(|one| format!("    provides {one}\n")).collect::<String>();
        for need in &service.needs {
            let from = if need.from.is_empty() { "the runtime".to_owned() } else { need.from.join(" or ") };
            out += &format!("    {}: {} from {from}\n", need.name, need.kind);
        }
    }
    for signal in &root.signals {
        out += &format!("  signal {} {}\n", signal.name, signal.path.as_deref().unwrap_or_default());
    }
    for command in &root.commands {
        out += &format!(
            "  command {}\n{}",
            command.name,
            command.parameters.iter().map(parameter).collect::<String>()
        );
    }
    out
}

fn parameter(parameter: &ParameterModel) -> String {
    let from = parameter.service.as_ref().map(|service| format!(" from {service}")).unwrap_or_default();
    format!("    {}: {}{from}\n", parameter.name, parameter.kind)
}
