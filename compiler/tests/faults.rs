//! Each kind of fault has its source, its page, its case and its snapshot, and what a case shows is what its name says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // Tests may panic.

mod cases;

use std::collections::BTreeSet;

use justscale_compiler::{codes, compile, explain};

/// Every case under `fixtures/errors` gives the fault that it is named for, and reads as its snapshot says.
#[test]
fn every_case_shows_its_fault() {
    for case in cases::all("errors") {
        let compilation = compile(&case.sources());
        let expected = case.name.split('_').next().unwrap().to_uppercase();
        let given: Vec<String> = compilation.problems.0.iter().map(|problem| problem.code()).collect();
        assert!(given.contains(&expected), "{}: gives {given:?}", case.name);
        cases::assert_snapshot("errors", &case.name, "faults", &cases::rendered(&compilation.problems));
    }
}

#[test]
fn code_page_case_and_snapshot_stand_together() {
    let known: BTreeSet<String> = codes().map(str::to_owned).collect();
    assert_eq!(known, in_the_source(), "the list in explain.rs, and the `code(…)`s in the source");
    assert_eq!(known, named("docs/errors"), "the list in explain.rs, and docs/errors");
    // A bug of ours has no case: it would be mended.
    let shown: BTreeSet<String> = known.into_iter().filter(|code| code != "JS0299").collect();
    assert_eq!(shown, named("fixtures/errors"), "the list in explain.rs, and fixtures/errors");
    assert_eq!(named_in_full("fixtures/errors"), named_in_full("snapshots/errors"), "cases, and snapshots");
}

/// A page says what the fault means, shows it, and shows what to write instead.
#[test]
fn every_page_explains() {
    for code in codes() {
        let page = explain(code).unwrap();
        assert!(page.starts_with(&format!("# {code}: ")), "{code}: the page's title");
        assert!(page.contains("```rust") || page.contains("```sh"), "{code}: an example");
        assert!(page.contains("\n## Ways out\n"), "{code}: the ways out");
    }
}

#[test]
fn a_code_is_found_however_it_is_written() {
    assert_eq!(explain("js0001"), explain("JS0001"));
    assert!(explain("js0001").is_some());
    assert_eq!(explain("JS9999"), None);
}

fn in_the_source() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in walkdir::WalkDir::new(cases::repository("compiler/src")) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() && entry.file_name() != "tests.rs" {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let codes: Vec<&str> = text.split("code(JS").skip(1).filter_map(|rest| rest.get(..4)).collect();
            found.extend(codes.into_iter().map(|number| format!("JS{number}")));
        }
    }
    found
}

fn named_in_full(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(cases::repository(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

fn named(folder: &str) -> BTreeSet<String> {
    named_in_full(folder).iter().filter_map(|name| name.get(..6)).map(str::to_uppercase).collect()
}
