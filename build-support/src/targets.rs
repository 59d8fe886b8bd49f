//! The crate roots of a package, found as cargo finds them: what the manifest names, then what lies in the usual places.

use std::collections::BTreeSet;
use std::path::Path;

use justscale_compiler::{Root, RootKind};

use crate::manifest::{Manifest, Package, Target};

/// A kind of target of which a package may have several.
struct Several<'a> {
    kind: RootKind,
    /// What the manifest names.
    named: &'a [Target],
    /// The folder in which cargo looks for more.
    folder: &'static str,
    /// Whether it does.
    looks: bool,
}

/// All roots: the library, the binaries, the tests, the examples and the benches, each kind in the order of the names.
pub(crate) fn roots(folder: &Path, package: &Package, manifest: &Manifest) -> Vec<Root> {
    let mut found: Vec<Root> = library(folder, package, manifest).into_iter().collect();
    let all = [
        Several { kind: RootKind::Binary, named: &manifest.bin, folder: "src/bin", looks: package.autobins },
        Several { kind: RootKind::Test, named: &manifest.test, folder: "tests", looks: package.autotests },
        Several {
            kind: RootKind::Example,
            named: &manifest.example,
            folder: "examples",
            looks: package.autoexamples,
        },
        Several {
            kind: RootKind::Bench,
            named: &manifest.bench,
            folder: "benches",
            looks: package.autobenches,
        },
    ];
    for several in &all {
        found.extend(several.roots(folder, package));
    }
    found
}

fn library(folder: &Path, package: &Package, manifest: &Manifest) -> Option<Root> {
    let target = manifest.lib.clone().unwrap_or_default();
    let path = match &target.path {
        Some(path) => clean(path),
        None if manifest.lib.is_some() || package.autolib => "src/lib.rs".to_owned(),
        None => return None,
    };
    let name = target.name.unwrap_or_else(|| package.name.replace('-', "_"));
    folder.join(&path).is_file().then_some(Root { kind: RootKind::Library, name, path })
}

impl Several<'_> {
    fn roots(&self, folder: &Path, package: &Package) -> Vec<Root> {
        let mut names = BTreeSet::new();
        let mut found = Vec::new();
        let mut add = |name: String, path: String| {
            if folder.join(&path).is_file() && names.insert(name.clone()) {
                found.push(Root { kind: self.kind, name, path });
            }
        };
        for target in self.named {
            let Some(name) = &target.name else { continue };
            let usual = self.usual_paths(name, package);
            let path = target
                .path
                .as_deref()
                .map(clean)
                .or_else(|| usual.into_iter().find(|path| folder.join(path).is_file()));
            if let Some(path) = path {
                add(name.clone(), path);
            }
        }
        if self.looks {
            if self.kind == RootKind::Binary && !self.names_path("src/main.rs") {
                add(package.name.clone(), "src/main.rs".to_owned());
            }
            for (name, path) in listed(folder, self.folder) {
                if !self.names_path(&path) {
                    add(name, path);
                }
            }
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        found
    }

    /// Where cargo looks for a target that has a name and no path.
    fn usual_paths(&self, name: &str, package: &Package) -> Vec<String> {
        let folder = self.folder;
        let mut paths = vec![format!("{folder}/{name}.rs"), format!("{folder}/{name}/main.rs")];
        if self.kind == RootKind::Binary && name == package.name {
            paths.insert(0, "src/main.rs".to_owned());
        }
        paths
    }

    fn names_path(&self, path: &str) -> bool {
        self.named.iter().any(|target| target.path.as_deref().map(clean).as_deref() == Some(path))
    }
}

/// `name.rs` and `name/main.rs` in a folder of the package.
fn listed(folder: &Path, inner: &str) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder.join(inner)).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let file = entry.file_name().into_string().ok()?;
            let is_folder = entry.path().is_dir();
            let name = if is_folder { file.as_str() } else { file.strip_suffix(".rs")? };
            let path = if is_folder { format!("{inner}/{file}/main.rs") } else { format!("{inner}/{file}") };
            (!name.starts_with('.')).then(|| (name.to_owned(), path))
        })
        .collect();
    found.sort();
    found
}

/// A path of the manifest with `/` between its parts and without `./`.
fn clean(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}
