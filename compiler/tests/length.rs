//! How long the generated code is, compared with what people wrote.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // A test may panic, in its helpers too.

#[allow(dead_code)] // Other tests need the rest of it.
mod cases;

use justscale_compiler::{Sources, compile};
use syn::visit::Visit;

/// The lines of generated code that a line of a process's body may become.
const AT_MOST: usize = 6;

/// The packages with processes: apps as people write them, and that of all the cases.
fn packages() -> Vec<(String, Sources)> {
    let packages = ["bench", "jobs", "processes", "quickstart"];
    let found = cases::all("").into_iter().filter(|case| packages.contains(&&*case.name));
    found.map(|case| (case.name.clone(), case.sources())).collect()
}

/// The lines of each process's body, from its `{` to its `}`, by its name.
fn bodies(sources: &Sources) -> Vec<(String, usize)> {
    struct Bodies(Vec<(String, usize)>);
    impl<'ast> Visit<'ast> for Bodies {
        fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
            let is_process = |attribute: &syn::Attribute| {
                attribute.path().segments.last().is_some_and(|last| last.ident == "process")
            };
            if item.attrs.iter().any(is_process) {
                let braces = item.block.brace_token.span;
                let lines = braces.close().end().line - braces.open().start().line + 1;
                self.0.push((item.sig.ident.to_string(), lines));
            }
        }
    }
    let mut bodies = Bodies(Vec::new());
    for file in sources.files.values() {
        bodies.visit_file(&syn::parse_file(&file.text).unwrap());
    }
    bodies.0
}

#[test]
fn a_line_of_a_process_becomes_six_lines_at_most_over_all_fixtures() {
    let (mut written, mut generated) = (0, 0);
    for (name, sources) in packages() {
        let bodies = bodies(&sources);
        let compilation = compile(&sources);
        let faults = cases::rendered(&compilation.problems);
        assert!(!compilation.problems.has_errors(), "{name}: {faults}");
        let processes = compilation.model.roots.iter().flat_map(|root| &root.processes);
        let (mut body, mut code) = (0, 0);
        for process in processes {
            let Some(slot) = &process.origin.slot else { continue };
            let Some((_, lines)) = bodies.iter().find(|(body, _)| *body == process.name) else { continue };
            body += lines;
            code += compilation.files.0[&format!("{slot}.rs")].lines().count();
        }
        if body > 0 {
            println!("{name}: {body} lines of processes became {code}: {:.1}", code as f64 / body as f64);
        }
        (written, generated) = (written + body, generated + code);
    }
    println!("all: {written} lines became {generated}: {:.2}", generated as f64 / written as f64);
    assert!(written > 1_000, "only {written} lines were found");
    assert!(generated <= AT_MOST * written, "{generated} lines for {written}");
}
