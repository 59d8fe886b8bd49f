//! ARCHITECTURE.md names the stages that there are, in the order in which they run.
#![allow(clippy::unwrap_used)] // A test may panic, in its helpers too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn chapter() -> String {
    let text = std::fs::read_to_string(repository("ARCHITECTURE.md")).unwrap();
    text.split("\n## ").find(|chapter| chapter.starts_with("The compiler\n")).unwrap().to_owned()
}

/// The stages in the text: the entries `` - `parse/` `` of its chapter on the compiler.
fn stages() -> Vec<String> {
    let chapter = chapter();
    let entries = chapter.lines().filter_map(|line| line.strip_prefix("- `")?.split_once("/`"));
    entries.map(|(stage, _)| stage.to_owned()).collect()
}

#[test]
fn the_text_and_the_folders_agree() {
    let folders = std::fs::read_dir(repository("compiler/src")).unwrap();
    let folders = folders.map(Result::unwrap).filter(|entry| entry.path().is_dir());
    let folders: BTreeSet<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    let chapter = chapter();
    let missing: Vec<_> =
        folders.iter().filter(|folder| !chapter.contains(&format!("`{folder}/`"))).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md doesn't name {missing:?}");
    let gone: Vec<_> = stages().into_iter().filter(|stage| !folders.contains(stage)).collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names {gone:?}, which is no folder");
}

#[test]
fn the_pipeline_runs_them_in_the_order_of_the_text() {
    let code = std::fs::read_to_string(repository("compiler/src/lib.rs")).unwrap();
    let (_, pipeline) = code.split_once("pub fn compile(").unwrap();
    let places: Vec<Option<usize>> =
        stages().iter().map(|stage| pipeline.find(&format!("{stage}::"))).collect();
    assert!(places.iter().all(Option::is_some), "a stage is not called: {places:?}");
    assert!(places.is_sorted(), "{places:?}");
}
