//! From a PATH to the package that it means, without asking cargo.
//!
//! A PATH is a folder with a `Cargo.toml`, or a file or folder inside a package. Whatever stands in the way is said with the way out.

use crate::exit::{DuringWork, Failure, Outcome};
use std::path::{Component, Path, PathBuf};
use toml::{Table, Value};

/// A package on disk.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    /// Its folder.
    pub(crate) root: PathBuf,
    /// Its name.
    pub(crate) name: String,
    /// Whether its build script runs the compiler, and so writes the generated code.
    pub(crate) has_build_script: bool,
    /// Whether it depends on the runtime, whatever it calls it.
    pub(crate) uses_justscale: bool,
    manifest: Table,
}

impl Package {
    /// Finds the package that `path` means; the current folder where there is none.
    pub(crate) fn find(path: Option<&Path>) -> Outcome<Self> {
        let path = path.unwrap_or(Path::new("."));
        let shown = show(path);
        if !path.exists() {
            return Err(Failure::usage(format!("there is no `{shown}`"))
                .help("name a folder with a `Cargo.toml`, or stand in one")
                .help(format!("`justscale new {}` makes a new package", shown.trim_end_matches('/'))));
        }
        let start = std::path::absolute(path).during(format!("could not find out where `{shown}` is"))?;
        let manifest = start
            .ancestors()
            .map(|folder| folder.join("Cargo.toml"))
            .find(|manifest| manifest.is_file())
            .ok_or_else(|| {
                Failure::usage(format!("there is no `Cargo.toml` in `{shown}` or in a folder above it"))
                    .help("name the package's folder: `path/to/package`")
                    .help("`justscale new shop` makes a new package")
            })?;
        Self::read(&manifest)
    }

    fn read(path: &Path) -> Outcome<Self> {
        let shown = show(path);
        let text = std::fs::read_to_string(path).during(format!("could not read `{shown}`"))?;
        let manifest: Table = text.parse().map_err(|error| {
            Failure::usage(format!("`{shown}` is not valid TOML\n\n{}", indented(&format!("{error}"))))
                .help("cargo can't read it either; put it right first")
        })?;
        let root = path.parent().map(normal).unwrap_or_default();
        let Some(package) = manifest.get("package").and_then(Value::as_table) else {
            return Err(no_package(&manifest, &root, &shown));
        };
        let name = package.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        if name.is_empty() {
            return Err(Failure::usage(format!("the package in `{shown}` has no name"))
                .help("add `name = \"…\"` below `[package]`"));
        }
        let has_build_script = justscale_build::has_build_script(&root)?;
        let uses_justscale = dependencies(&manifest).any(|(key, value)| is_the_runtime(key, value));
        Ok(Self { root, name, has_build_script, uses_justscale, manifest })
    }

    /// Its `Cargo.toml`.
    pub(crate) fn manifest_path(&self) -> PathBuf {
        self.root.join("Cargo.toml")
    }

    /// The program that `cargo run` would choose where there are several.
    pub(crate) fn default_run(&self) -> Option<&str> {
        self.manifest.get("package")?.get("default-run")?.as_str()
    }
}

/// Why a `Cargo.toml` without `[package]` is no place to build: a virtual workspace names its members.
fn no_package(manifest: &Table, root: &Path, shown: &str) -> Failure {
    let Some(workspace) = manifest.get("workspace").and_then(Value::as_table) else {
        return Failure::usage(format!("`{shown}` has neither `[package]` nor `[workspace]`"))
            .help("`justscale new shop` makes a package to compare with");
    };
    let members = members(workspace, root);
    let using: Vec<&Package> = members.iter().filter(|member| member.uses_justscale).collect();
    let failure = Failure::usage(format!("`{shown}` is a workspace without a package of its own"));
    let list = |packages: &mut dyn Iterator<Item = &Package>| {
        packages.map(|member| format!("`{}`", show(&member.root))).collect::<Vec<_>>().join(", ")
    };
    if members.is_empty() {
        return failure.help("it has no members yet: `justscale new shop` makes one");
    }
    if let Some(first) = using.first() {
        let first = show(&first.root);
        return failure
            .help(format!("name one of its members, for example `{first}`"))
            .help(format!("members that use justscale: {}", list(&mut using.iter().copied())));
    }
    failure.help(format!("name one of its members: {}", list(&mut members.iter()))).help(
        "none of them depends on `justscale` yet: `cargo add justscale` in one of them, or `justscale new shop`",
    )
}

/// The packages of a workspace, by their folders; patterns with a `*` at their end are followed.
fn members(workspace: &Table, root: &Path) -> Vec<Package> {
    let patterns =
        workspace.get("members").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut folders = Vec::new();
    for pattern in patterns {
        match pattern.strip_suffix('*') {
            Some(parent) => {
                let entries = std::fs::read_dir(root.join(parent)).into_iter().flatten().flatten();
                let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
                found.sort();
                folders.extend(found);
            }
            None => folders.push(root.join(pattern)),
        }
    }
    folders.iter().filter_map(|folder| Package::read(&folder.join("Cargo.toml")).ok()).collect()
}

fn dependencies(manifest: &Table) -> impl Iterator<Item = (&String, &Value)> {
    manifest.get("dependencies").and_then(Value::as_table).into_iter().flatten()
}

fn is_the_runtime(key: &str, value: &Value) -> bool {
    value.get("package").and_then(Value::as_str).unwrap_or(key) == "justscale"
}

/// A path as a person would type it from here.
pub(crate) fn show(path: &Path) -> String {
    let short = std::env::current_dir().ok().and_then(|here| {
        let here = normal(&here);
        let path = normal(&std::path::absolute(path).ok()?);
        if path == here {
            return Some(PathBuf::from("."));
        }
        path.strip_prefix(&here).ok().map(Path::to_path_buf)
    });
    short.as_deref().unwrap_or(path).display().to_string()
}

/// Without the `.` and `..` that a command line leaves in a path.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
