//! What rustc says of mistakes in programs, and where: each program of `fixtures/ui` has one, and a snapshot under `snapshots/ui`.
//!
//! All of them are targets of one package, so that one run of its build script and one `cargo check` serve for all.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod cargo;
mod diagnostic;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use diagnostic::{Diagnostic, Level};

/// A folder of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Programs whose mistake rustc finds in several places, the generated ones among them: a type that can't be shared is wrong wherever it
/// goes, a trait that isn't there is missed wherever it is lent, and an input that can't be saved neither starts, nor is saved, nor restored.
/// Of a part that can't be awaited it thinks that the fn might be made async.
const SEVERAL_PLACES: [&str; 4] = [
    "a_part_is_used_as_a_process",
    "a_service_can_not_be_shared",
    "a_trait_is_not_implemented",
    "an_input_is_not_durable",
];

#[test]
fn rustc_speaks_of_the_users_own_tokens() {
    let said = cargo::check(&repository("fixtures/ui"));
    let mut wrong = Vec::new();
    for program in programs() {
        let diagnostics = said.get(&program).map(Vec::as_slice).unwrap_or_default();
        wrong.extend(expectations(&program, diagnostics));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(repository("snapshots/ui"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let text: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
        settings.bind(|| insta::assert_snapshot!(program.as_str(), text.join("\n")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The names of the programs.
fn programs() -> Vec<String> {
    let entries = std::fs::read_dir(repository("fixtures/ui/src/bin")).expect("the programs");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// What holds for every program, whatever its mistake: the place is the user's, and it is said once.
fn expectations(program: &str, diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut wrong = Vec::new();
    let errors = diagnostics.iter().filter(|one| one.level == Level::Error).count();
    let is_sound = program == "nothing_is_wrong";
    if is_sound && !diagnostics.is_empty() {
        wrong.push(format!("{program}: rustc has something to say of it"));
    }
    if errors == 0 && !is_sound && program != "warnings" {
        wrong.push(format!("{program}: rustc finds no mistake in it"));
    }
    if SEVERAL_PLACES.contains(&program) {
        let own = |one: &Diagnostic| one.primary().all(|place| !place.is_generated());
        if !diagnostics.first().is_some_and(own) {
            wrong.push(format!("{program}: what rustc says first is not of the user's code"));
        }
        return wrong;
    }
    let mut places = BTreeMap::new();
    for diagnostic in diagnostics {
        if diagnostic.places().any(|place| place.is_own() && place.is_generated()) {
            wrong.push(format!("{program}: rustc speaks of generated code: {}", diagnostic.message));
        }
        for place in diagnostic.primary() {
            *places.entry((place.shown(), diagnostic.message.clone())).or_insert(0) += 1;
        }
    }
    let again = places.into_iter().filter(|(_, count)| *count > 1);
    wrong.extend(again.map(|((place, message), _)| format!("{program}: said twice at {place}: {message}")));
    wrong
}
