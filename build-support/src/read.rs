//! A package's folder in, its texts out.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use justscale_compiler::{Root, SourceFile, Sources};
use walkdir::{DirEntry, WalkDir};

use crate::ReadFault;
use crate::manifest::Manifest;
use crate::targets::roots;

/// Reads the package in a folder: its crate roots, every `.rs` text near them, and `justscale.toml`.
///
/// A package without any root gives `Sources` without roots: what to say of that is the compiler's.
///
/// # Errors
///
/// When the folder is no package or a file can't be read.
pub fn read(package: &Path) -> Result<Sources, ReadFault> {
    let manifest = Manifest::read(package)?;
    let about = manifest.package(package)?;
    let roots = roots(package, &about, &manifest);
    let mut files = BTreeMap::new();
    for folder in folders(package, &roots) {
        for path in rust_files(&package.join(&folder)) {
            let relative = path.strip_prefix(package).unwrap_or(&path);
            let relative = relative.to_string_lossy().replace('\\', "/");
            let text = text(&path)?;
            files.insert(relative.clone(), Arc::new(SourceFile::new(relative, text)));
        }
    }
    for root in roots.iter().filter(|root| !root.path.contains('/')) {
        add(package, &root.path, &mut files)?;
    }
    add_named(package, &mut files)?;
    let config = package.join("justscale.toml");
    let config = config.is_file().then(|| text(&config)).transpose()?;
    let config = config.map(|text| Arc::new(SourceFile::new("justscale.toml".to_owned(), text)));
    Ok(Sources { package: about.name, roots, files, config, rustc_is_next: false })
}

/// The folders, relative to the package, in which its sources are: the first folder on the way to each root.
pub(crate) fn folders(package: &Path, roots: &[Root]) -> Vec<String> {
    let mut found: Vec<String> =
        ["src", "tests", "examples", "benches"].into_iter().map(str::to_owned).collect();
    found.extend(roots.iter().filter_map(|root| Some(root.path.rsplit_once('/')?.0.to_owned())));
    found.retain(|folder| package.join(folder).is_dir());
    found.sort();
    found.dedup();
    // A folder inside another one of the list is read with that.
    let all = found.clone();
    found.retain(|folder| !all.iter().any(|outer| folder.starts_with(&format!("{outer}/"))));
    found
}

/// The `.rs` files under a folder, in the order of their names. Hidden folders and other packages are left alone.
fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let inside = |entry: &DirEntry| {
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let other = entry.file_type().is_dir() && entry.path().join("Cargo.toml").is_file();
        entry.depth() == 0 || !(hidden || other)
    };
    WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(inside)
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// Adds the files elsewhere that a `#[path = "…"]` names, and those that they name.
fn add_named(package: &Path, files: &mut BTreeMap<String, Arc<SourceFile>>) -> Result<(), ReadFault> {
    let mut pending: Vec<_> = files.values().cloned().collect();
    while let Some(file) = pending.pop() {
        for path in named(&file) {
            if !files.contains_key(&path) && package.join(&path).is_file() {
                pending.push(add(package, &path, files)?);
            }
        }
    }
    Ok(())
}

fn add(
    package: &Path,
    path: &str,
    files: &mut BTreeMap<String, Arc<SourceFile>>,
) -> Result<Arc<SourceFile>, ReadFault> {
    let file = SourceFile::new(path.to_owned(), text(&package.join(path))?);
    let file = Arc::new(file);
    files.insert(path.to_owned(), Arc::clone(&file));
    Ok(file)
}

/// The paths that the `#[path = "…"]` of a file name, relative to the package. They count from the file's own folder.
fn named(file: &SourceFile) -> Vec<String> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let value = |part: &str| {
        let (value, _) =
            part.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?.split_once('"')?;
        Some(joined(folder, value))
    };
    file.text.split("#[path").skip(1).filter_map(value).collect()
}

/// `path` as it counts from `folder`, without `.` and `..` where they can be resolved.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A file's text, without a byte-order mark: rustc doesn't count that either.
fn text(path: &Path) -> Result<String, ReadFault> {
    let text =
        fs::read_to_string(path).map_err(|cause| ReadFault::Unreadable { path: path.to_owned(), cause })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
