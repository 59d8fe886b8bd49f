//! The build script: the compiler between two conversations with cargo.

use std::env;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use justscale_compiler::{Compilation, Files, Message, Severity, Sources};

use crate::read::folders;
use crate::{Kept, Memory, read, write};

/// Compiles the package that is being built: all that a `build.rs` has to do.
///
/// It never fails for a mistake in the user's code, because an editor would lose everything else with it: a fault stands at its place
/// in the code once rustc is there.
pub fn compile() {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let out = env::var_os("OUT_DIR").map(|folder| PathBuf::from(folder).join("justscale"));
    let (Some(package), Some(out)) = (package, out) else {
        println!(
            "cargo::warning=justscale_build::compile() works in a build script: cargo sets OUT_DIR there"
        );
        return;
    };
    print!("{}", run(&package, &out));
}

/// Compiles a package into a folder and gives what to say to cargo.
pub(crate) fn run(package: &Path, out: &Path) -> String {
    let mut said = String::new();
    let sources = match read(package) {
        Ok(sources) => Sources { rustc_is_next: true, ..sources },
        Err(fault) => {
            warn(&mut said, &format!("{fault}; {}", fault.help()));
            return said;
        }
    };
    watch(&mut said, package, &sources);
    let memory = Memory::in_file(out.with_extension("memory"));
    let Kept { files, note } = match memory.recall(&sources) {
        Some(kept) => kept,
        None => {
            let Some(given) = compiled(&sources) else {
                warn(
                    &mut said,
                    "justscale's compiler has stopped: this is a bug of justscale, not yours; please report it with the text above",
                );
                return said;
            };
            memory.keep(&sources, &given);
            given
        }
    };
    said.push_str(&note);
    if let Err(fault) = write(out, &files) {
        warn(&mut said, &format!("{fault}; {}", fault.help()));
    }
    said
}

/// What the compiler gives, and what cargo is to be told of it. A panic of the compiler is our bug, and gives nothing: the slots then say
/// that they have nothing, which is more than a build script that fails.
fn compiled(sources: &Sources) -> Option<Kept> {
    let compile = AssertUnwindSafe(|| justscale_compiler::compile(sources));
    let Compilation { files, problems, .. } = catch_unwind(compile).ok()?;
    let mut note = String::new();
    for problem in problems.0.iter().filter(|problem| !problem.fault.is_rustcs_too()) {
        let message = Message::from(problem);
        if message.severity == Severity::Warning || !is_shown(&files, &message) {
            warn(&mut note, &line(&message));
        }
    }
    Some(Kept { files, note })
}

/// Tells cargo what the generated code is made of: the folders, so that a new file counts too, and what lies outside of them.
fn watch(said: &mut String, package: &Path, sources: &Sources) {
    let folders = folders(package, &sources.roots);
    let inside = |path: &str| folders.iter().any(|folder| path.starts_with(&format!("{folder}/")));
    let outside = sources.files.keys().filter(|path| !inside(path));
    let config = sources.config.iter().map(|file| &file.path);
    let manifest = String::from("Cargo.toml");
    for path in folders.iter().chain(outside).chain(config).chain([&manifest]) {
        // Writing to a string does not fail.
        let _ = writeln!(said, "cargo::rerun-if-changed={path}");
    }
}

/// Whether the fault stands in a generated file, where rustc finds it.
fn is_shown(files: &Files, message: &Message) -> bool {
    let text = message.message.escape_debug().to_string();
    files.0.values().any(|file| file.contains(&text))
}

/// A problem in one line.
fn line(message: &Message) -> String {
    let mut line = String::new();
    if let Some(place) = message.labels.first().filter(|place| !place.file.is_empty()) {
        line = format!("{}:{}:{}: ", place.file, place.line, place.column);
    }
    line.push_str(&message.message);
    if !message.code.is_empty() {
        line = format!("{line} ({})", message.code);
    }
    if let Some(help) = &message.help {
        line = format!("{line}; {help}");
    }
    line
}

/// A warning that cargo shows as the package's own. Cargo reads lines, so it is one.
fn warn(said: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(said, "cargo::warning={}", text.replace('\n', " "));
}
