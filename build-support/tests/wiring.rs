//! The cases of `fixtures/wiring`, whose generated code the compiler's snapshots show, as packages that rustc takes without a word.

#![allow(clippy::expect_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A workspace of all the cases, always in the same place, so that what they depend on is built once.
fn workspace() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wiring");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an empty place");
    }
    for entry in walkdir::WalkDir::new(repository("fixtures/wiring")) {
        let entry = entry.expect("an entry");
        let path = folder.join(entry.path().strip_prefix(repository("fixtures/wiring")).expect("inside"));
        match entry.file_type().is_dir() {
            true => fs::create_dir_all(&path).expect("a folder"),
            false => drop(fs::copy(entry.path(), &path).expect("a copy")),
        }
    }
    for entry in fs::read_dir(&folder).expect("the cases") {
        let case = entry.expect("a case").path();
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        fs::write(case.join("Cargo.toml"), manifest(&name)).expect("a manifest");
        fs::write(case.join("build.rs"), "fn main() { justscale_build::compile() }").expect("a build script");
    }
    fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n")
        .expect("a manifest");
    fs::copy(repository("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock");
    folder
}

fn manifest(name: &str) -> String {
    let (runtime, build) = (repository("runtime"), repository("build-support"));
    format!(
        "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n[features]\nstripe = []\n\
         [dependencies]\nclap = {{ version = \"4.6\", features = [\"derive\"] }}\njustscale = {{ path = {runtime:?} }}\n\
         [build-dependencies]\njustscale-build = {{ path = {build:?} }}\n"
    )
}

fn check(workspace: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--workspace", "--offline", "--quiet", "--keep-going"])
        .args(arguments)
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures"))
        .env("CARGO_TERM_COLOR", "never")
        .output()
        .expect("cargo runs");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn rustc_takes_what_is_generated_for_each_case() {
    let workspace = workspace();
    assert_eq!(check(&workspace, &["--all-targets"]), "");
    assert_eq!(check(&workspace, &["--all-targets", "--all-features"]), "");
}
