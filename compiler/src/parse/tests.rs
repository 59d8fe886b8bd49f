use std::sync::Arc;

use super::*;
use crate::{Place, RootKind, SourceFile};

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources { package: "shop".to_owned(), ..Sources::default() };
    for (path, text) in files {
        let file = SourceFile::new((*path).to_owned(), (*text).to_owned());
        sources.files.insert((*path).to_owned(), Arc::new(file));
    }
    let path = "src/main.rs".to_owned();
    sources.roots.push(Root { kind: RootKind::Binary, name: "shop".to_owned(), path });
    sources
}

/// The modules with their files, predicates and the number of their items, then the faults.
fn show(files: &[(&str, &str)]) -> String {
    let (syntax, problems) = parse(&sources(files));
    let mut out = String::new();
    for module in syntax.crates.iter().flat_map(|one| &one.modules) {
        let conditions = module.conditions.attribute();
        out += &format!(
            "crate::{} {} {conditions} {}\n",
            module.path.join("::"),
            module.file.path,
            module.items.len()
        );
    }
    for problem in problems.0 {
        let place = problem.fault.place();
        out += &format!(
            "{} {}:{}:{} {}\n",
            problem.code(),
            place.file.path,
            place.line(),
            place.column(),
            problem.fault
        );
    }
    out
}

#[test]
fn modules_are_found_where_rustc_finds_them() {
    insta::assert_snapshot!(show(&[
        (
            "src/main.rs",
            "mod a;\nmod b { mod c; #[path = \"elsewhere/x.rs\"] mod d; }\n#[path = \"../shared/e.rs\"] mod e;\nfn main() {}"
        ),
        ("src/a.rs", "mod inner; fn one() {} fn two() {}"),
        ("src/a/inner/mod.rs", "mod deep;"),
        ("src/a/inner/deep.rs", ""),
        ("src/b/c.rs", "struct C;"),
        ("src/b/elsewhere/x.rs", "mod beside;"),
        ("src/b/elsewhere/beside.rs", ""),
        ("shared/e.rs", "mod f;"),
        ("shared/f.rs", ""),
    ]));
}

#[test]
fn a_module_carries_the_predicates_around_it() {
    insta::assert_snapshot!(show(&[
        (
            "src/main.rs",
            "#[cfg(unix)] mod a { #[cfg(all(test, feature = \"x\"))] mod b {} }\n#[cfg(windows)] mod absent;\nmod c;"
        ),
        ("src/c.rs", "#![cfg(test)]"),
    ]));
}

#[test]
fn what_cannot_be_read_is_a_fault_and_the_rest_goes_on() {
    insta::assert_snapshot!(show(&[
        ("src/main.rs", "mod a; mod b; mod c;"),
        ("src/a.rs", "\u{feff}#!/usr/bin/env run\nstruct Ok {\n    x: ;\n}"),
        ("src/c.rs", "fn unfinished() {"),
    ]));
}

#[test]
fn a_byte_order_mark_and_a_script_line_move_nothing() {
    let sources = sources(&[("src/main.rs", "\u{feff}#!/bin/run ü\nfn ok() {}")]);
    let (syntax, problems) = parse(&sources);
    assert!(problems.0.is_empty());
    let module = &syntax.crates[0].modules[0];
    let syn::Item::Fn(item) = &module.items[0] else { panic!("a fn") };
    let place = Place::new(&module.file, item.sig.ident.span());
    assert_eq!((&module.file.text[place.range.clone()], place.line(), place.column()), ("ok", 2, 4));
}

#[test]
fn a_module_that_contains_itself_ends() {
    assert_eq!(show(&[("src/main.rs", "#[path = \"main.rs\"] mod again;")]).lines().count(), 1);
}

#[test]
fn brackets_without_end_are_a_fault() {
    let text = format!("const X: u8 = {}1{};", "(".repeat(100_000), ")".repeat(100_000));
    let shown = show(&[("src/main.rs", &text)]);
    assert!(shown.contains("JS0001 src/main.rs:1:215"), "{shown}");
}

#[test]
fn predicates_that_exclude_each_other_are_seen() {
    let parsed = |text: &str| {
        let tokens: proc_macro2::TokenStream = text.parse().unwrap();
        Conditions::default().and(&[syn::parse_quote!(#[cfg(#tokens)])])
    };
    assert!(parsed("feature = \"x\"").excludes(&parsed("all(unix, not(feature = \"x\"))")));
    assert!(!parsed("unix").excludes(&parsed("feature = \"x\"")));
    assert!(parsed("all(unix, test)").is_test_only());
    assert!(!parsed("not(test)").is_test_only());
}

#[test]
fn a_body_that_nobody_asks_about_is_read_all_the_same() {
    let mut sources = sources(&[
        ("src/main.rs", "mod a;\nfn main() {\n    let x = ;\n}\nstruct Whole;\n"),
        ("src/a.rs", "impl A {\n    fn b() {\n        c(\n    d)\n    }\n    fn e() { 1 + }\n}\n"),
        ("src/nobodys.rs", "fn f() { 1 + }"),
    ]);
    let said = |sources: &Sources| -> Vec<String> {
        let problems = crate::examine(sources).problems.0.into_iter();
        let said = problems.filter(|problem| problem.code() == "JS0001").map(|problem| {
            let place = problem.fault.place();
            format!("{}:{}:{} {}", place.file.path, place.line(), place.column(), problem.fault)
        });
        said.collect()
    };
    insta::assert_snapshot!(said(&sources).join("\n"));
    sources.rustc_is_next = true;
    assert_eq!(said(&sources), Vec::<String>::new());
    assert_eq!(parse(&sources).0.crates[0].modules[0].items.len(), 2);
}
