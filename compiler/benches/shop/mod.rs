//! Input for the benchmarks: a shop of as many modules as wanted, each with services, signals, processes and commands as people
//! write them.

use std::fmt::Write;
use std::sync::Arc;

use justscale_compiler::{Root, RootKind, SourceFile, Sources};

/// The processes of one module.
#[allow(dead_code, reason = "not every benchmark counts them")]
pub(crate) const PROCESSES: usize = 3;

/// One module; `@` stands for its number.
const MODULE: &str = include_str!("module.rs.txt");

/// The sources of a shop of this many modules, and how many lines they have.
pub(crate) fn shop(modules: usize) -> (Sources, usize) {
    let mut root = String::new();
    let mut sources = Sources { package: "shop".to_owned(), ..Sources::default() };
    for number in 0..modules {
        let _ = writeln!(root, "mod orders{number};");
        add(&mut sources, format!("src/orders{number}.rs"), MODULE.replace('@', &number.to_string()));
    }
    root.push_str("\njustscale::app!(Shop);\n\nfn main() -> justscale::ExitCode {\n    Shop::main()\n}\n");
    add(&mut sources, "src/main.rs".to_owned(), root);
    let path = "src/main.rs".to_owned();
    sources.roots.push(Root { kind: RootKind::Binary, name: "shop".to_owned(), path });
    let lines = sources.files.values().map(|file| file.text.lines().count()).sum();
    (sources, lines)
}

fn add(sources: &mut Sources, path: String, text: String) {
    sources.files.insert(path.clone(), Arc::new(SourceFile::new(path, text)));
}
