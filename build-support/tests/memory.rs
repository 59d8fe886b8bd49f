//! A memory gives what a compilation gives, or nothing.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // A test may panic, in its helpers too.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use justscale_build::{Kept, Memory, read};
use justscale_compiler::{Root, RootKind, SourceFile, Sources, compile};
use tempfile::TempDir;

/// All packages under `fixtures/`, and the cases of its groups, which have no manifest.
fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let mut found = Vec::new();
    for group in [folder.clone(), folder.join("wiring"), folder.join("errors"), folder.join("processes")] {
        found.extend(fs::read_dir(group).unwrap().map(|entry| entry.unwrap().path()));
    }
    found.retain(|path| path.join("src").is_dir());
    found.sort();
    found
}

/// The texts of a fixture, with the roots that have the usual names.
fn sources(package: &Path) -> Sources {
    if let Ok(sources) = read(package) {
        return sources;
    }
    let mut sources = Sources { package: "case".to_owned(), ..Sources::default() };
    for entry in walkdir::WalkDir::new(package).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(package).unwrap().to_str().unwrap().to_owned();
        if path.ends_with(".rs") {
            let text = fs::read_to_string(entry.path()).unwrap();
            sources.files.insert(path.clone(), Arc::new(SourceFile::new(path, text)));
        }
    }
    for (path, kind) in [("src/lib.rs", RootKind::Library), ("src/main.rs", RootKind::Binary)] {
        if sources.files.contains_key(path) {
            sources.roots.push(Root { kind, name: "case".to_owned(), path: path.to_owned() });
        }
    }
    sources
}

fn shop() -> Sources {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/quickstart")).unwrap()
}

fn kept(sources: &Sources) -> Kept {
    Kept { files: compile(sources).files, note: "a note\n".to_owned() }
}

fn memory(folder: &TempDir) -> Memory {
    Memory::in_file(folder.path().join("deep/shop.memory"))
}

#[test]
fn every_fixture_gives_the_same_bytes_from_memory() {
    let mut tried = 0;
    for package in fixtures() {
        let sources = sources(&package);
        let folder = TempDir::new().unwrap();
        let memory = memory(&folder);
        assert_eq!(memory.recall(&sources), None);
        let given = kept(&sources);
        memory.keep(&sources, &given);
        assert_eq!(memory.recall(&sources), Some(kept(&sources)), "{}", package.display());
        tried += 1;
    }
    assert!(tried > 100, "only {tried} packages were tried");
}

#[test]
fn other_texts_are_not_mistaken_for_those_that_were_kept() {
    let folder = TempDir::new().unwrap();
    let (memory, sources) = (memory(&folder), shop());
    memory.keep(&sources, &kept(&sources));
    let mut others = Vec::new();
    for path in sources.files.keys() {
        let mut other = sources.clone();
        let text = format!("{} ", sources.files[path].text);
        other.files.insert(path.clone(), Arc::new(SourceFile::new(path.clone(), text)));
        others.push(other);
        let mut other = sources.clone();
        other.files.remove(path);
        others.push(other);
    }
    let mut other = sources.clone();
    other.package.push('2');
    others.push(other);
    let mut other = sources.clone();
    other.roots[0].name.push('2');
    others.push(other);
    let mut other = sources.clone();
    other.config = match other.config {
        Some(_) => None,
        None => Some(Arc::new(SourceFile::new("justscale.toml".to_owned(), String::new()))),
    };
    others.push(other);
    for other in others {
        assert_eq!(memory.recall(&other), None);
    }
    assert!(memory.recall(&sources).is_some());
}

#[test]
fn a_damaged_memory_is_none_and_is_written_anew() {
    let folder = TempDir::new().unwrap();
    let (memory, sources) = (memory(&folder), shop());
    let given = kept(&sources);
    memory.keep(&sources, &given);
    let path = folder.path().join("deep/shop.memory");
    let whole = fs::read(&path).unwrap();
    let mut damaged = vec![Vec::new(), b"something else".to_vec(), whole[..whole.len() / 2].to_vec()];
    for at in [0, 9, 40, whole.len() / 3, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        damaged.push(bytes);
    }
    damaged.push([&whole[..], &whole[..]].concat());
    for bytes in damaged {
        fs::write(&path, &bytes).unwrap();
        assert_eq!(memory.recall(&sources), None, "{} bytes", bytes.len());
    }
    memory.keep(&sources, &given);
    assert_eq!(memory.recall(&sources), Some(given));
    assert_eq!(fs::read(&path).unwrap(), whole, "what is kept is always the same");
}

#[test]
fn a_folder_that_cannot_be_written_keeps_nothing() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("deep"), "a file stands where the folder would").unwrap();
    let (memory, sources) = (memory(&folder), shop());
    memory.keep(&sources, &kept(&sources));
    assert_eq!(memory.recall(&sources), None);
}
