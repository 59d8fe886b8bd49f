//! `build --check`: which generated files are not as they would be written, and the code 1 for CI.

use crate::terminal::Folder;

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\njustscale = \"0.1\"\n";
const SOURCE: &str = "use justscale::prelude::*;

#[process(\"/order/{order}\")]
pub async fn order(order: u32) {
    sleep(days(order)).await;
}

justscale::app!(Shop);

fn main() -> justscale::ExitCode {
    Shop::main()
}
";

/// A package whose generated files are those of `SOURCE`.
fn built() -> Folder {
    let folder = Folder::with(&[("Cargo.toml", MANIFEST), ("src/main.rs", SOURCE)]);
    // The runtime can't be had here, so cargo fails; what was generated is written before.
    let ran = folder.run(&["check", "--offline"]);
    assert!(ran.err.contains("Wrote `.justscale`: 4 files"), "{}", ran.err);
    folder
}

#[test]
fn what_was_never_written_is_missing() {
    let folder = Folder::with(&[("Cargo.toml", MANIFEST), ("src/main.rs", SOURCE)]);
    insta::assert_snapshot!(folder.run(&["build", "--check"]).shown());
    assert!(!folder.path().join(".justscale").exists(), "a check writes nothing");
}

#[test]
fn what_is_as_it_would_be_written_is_fresh() {
    let ran = built().run(&["build", "--check"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert!(ran.err.ends_with("Fresh `.justscale`: 4 files\n"), "{}", ran.err);
}

#[test]
fn what_has_changed_since_is_listed_with_its_item() {
    let folder = built();
    folder.write("src/main.rs", &SOURCE.replace("days(order)", "hours(order)"));
    insta::assert_snapshot!(folder.run(&["build", "--check"]).shown());
    let ran = folder.run(&["build", "--check", "--message-format", "json"]);
    let states: Vec<_> = ran
        .objects()
        .iter()
        .filter(|object| object["reason"] == "justscale-stale")
        .map(|object| {
            (object["state"].as_str().unwrap().to_owned(), object["item"].as_str().unwrap().to_owned())
        })
        .collect();
    let of = |state: &str, item: &str| {
        states.iter().filter(|one| **one == (state.to_owned(), item.to_owned())).count()
    };
    assert_eq!(of("missing", "process order"), 2, "{states:?}");
    assert_eq!(of("superfluous", "process order"), 2, "{states:?}");
}

#[test]
fn a_file_that_someone_changed_is_different() {
    let folder = built();
    let file =
        folder.files().into_iter().find(|file| file.ends_with(".rs") && file.contains(".justscale")).unwrap();
    folder.write(&file, "fn mine() {}");
    let ran = folder.run(&["build", "--check"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.out.lines().count(), 1);
    assert!(ran.out.starts_with(&file) && ran.out.contains("different"), "{}", ran.out);
}

#[test]
fn with_a_build_script_there_is_nothing_to_be_stale() {
    let manifest = format!("{MANIFEST}[build-dependencies]\njustscale-build = \"0.1\"\n");
    let folder = Folder::with(&[("Cargo.toml", &manifest), ("src/main.rs", SOURCE), ("build.rs", "")]);
    assert_eq!(folder.run(&["build", "--check"]).code, 0);
}
