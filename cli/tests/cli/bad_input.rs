//! Each way to ask for the impossible: the code 2 or 1, what is, and the way out.

use crate::terminal::{Folder, Ran};

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

fn failure(folder: &Folder, words: &[&str]) -> String {
    let ran = folder.run(words);
    assert_eq!(ran.out, "", "{words:?} wrote to stdout");
    assert!(
        ran.err.contains("  help: ") || ran.err.contains("  help: "),
        "{words:?} knows no way out: {}",
        ran.err
    );
    ran.shown()
}

#[test]
fn no_such_folder() {
    insta::assert_snapshot!(failure(&Folder::empty(), &["build", "shopp"]));
}

#[test]
fn no_manifest() {
    // The temporary folder has no package above it either.
    insta::assert_snapshot!(failure(&Folder::with(&[("src/main.rs", "fn main() {}")]), &["check"]));
}

#[test]
fn a_manifest_that_is_not_toml() {
    insta::assert_snapshot!(failure(&Folder::with(&[("Cargo.toml", "[package\nname = 1")]), &["build"]));
}

#[test]
fn a_manifest_without_a_package() {
    insta::assert_snapshot!(failure(&Folder::with(&[("Cargo.toml", "[dependencies]\n")]), &["build"]));
    insta::assert_snapshot!(failure(
        &Folder::with(&[("Cargo.toml", "[package]\nversion = \"0.1.0\"\n")]),
        &["build"]
    ));
}

#[test]
fn a_workspace_names_its_members() {
    let folder = Folder::with(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"apps/*\", \"tools\"]\n"),
        ("apps/shop/Cargo.toml", &format!("{MANIFEST}[dependencies]\njustscale = \"0.1\"\n")),
        (
            "apps/bank/Cargo.toml",
            "[package]\nname = \"bank\"\n[dependencies]\njs = { package = \"justscale\", version = \"0.1\" }\n",
        ),
        ("tools/Cargo.toml", "[package]\nname = \"tools\"\n"),
    ]);
    insta::assert_snapshot!(failure(&folder, &["build"]));
}

#[test]
fn a_workspace_without_us_says_how_to_begin() {
    let folder = Folder::with(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"tools\"]\n"),
        ("tools/Cargo.toml", "[package]\nname = \"tools\"\n"),
    ]);
    insta::assert_snapshot!(failure(&folder, &["run"]));
    insta::assert_snapshot!(failure(&Folder::with(&[("Cargo.toml", "[workspace]\n")]), &["graph"]));
}

#[test]
fn a_program_gets_the_failure_as_an_object() {
    let ran = Folder::empty().run(&["build", "shopp", "--message-format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, ""));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn an_unknown_stage_names_the_stages() {
    insta::assert_snapshot!(Folder::empty().run(&["build", "--emit", "lay-out"]).shown());
}

#[test]
fn a_file_whose_ending_names_no_language() {
    insta::assert_snapshot!(failure(&Folder::empty(), &["graph", "--output", "picture.png"]));
}

#[test]
fn no_cargo() {
    let folder = Folder::with(&[("Cargo.toml", MANIFEST), ("src/main.rs", "fn main() {}\n")]);
    let ran = Ran::new(folder.command(&["check"]).env("CARGO", "/nowhere/cargo").output().unwrap(), &folder);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(
        ran.err.lines().filter(|line| !line.contains("Checked")).collect::<Vec<_>>().join("\n")
    );
}
