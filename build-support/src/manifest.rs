//! What `Cargo.toml` says of a package's targets.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::ReadFault;

/// The part of a manifest that says where crate roots are.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Manifest {
    package: Option<Package>,
    workspace: Option<Workspace>,
    pub(crate) lib: Option<Target>,
    pub(crate) bin: Vec<Target>,
    pub(crate) test: Vec<Target>,
    pub(crate) example: Vec<Target>,
    pub(crate) bench: Vec<Target>,
    build_dependencies: BTreeMap<String, toml::Value>,
}

/// `[package]`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    #[serde(default = "yes")]
    pub(crate) autolib: bool,
    #[serde(default = "yes")]
    pub(crate) autobins: bool,
    #[serde(default = "yes")]
    pub(crate) autotests: bool,
    #[serde(default = "yes")]
    pub(crate) autoexamples: bool,
    #[serde(default = "yes")]
    pub(crate) autobenches: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Workspace {
    members: Vec<String>,
}

/// `[lib]`, `[[bin]]` and the like.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Target {
    pub(crate) name: Option<String>,
    pub(crate) path: Option<String>,
}

fn yes() -> bool {
    true
}

impl Manifest {
    /// Reads the manifest in a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, ReadFault> {
        if !folder.is_dir() {
            return Err(ReadFault::NoFolder { folder: folder.to_owned() });
        }
        let path = folder.join("Cargo.toml");
        if !path.is_file() {
            return Err(ReadFault::NoManifest { folder: folder.to_owned() });
        }
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(cause) => return Err(ReadFault::Unreadable { path, cause }),
        };
        toml::from_str(&text).map_err(|cause| ReadFault::BadManifest { path, cause: Box::new(cause) })
    }

    /// The package, or why there is none.
    pub(crate) fn package(&self, folder: &Path) -> Result<Package, ReadFault> {
        let path = folder.join("Cargo.toml");
        match (&self.package, &self.workspace) {
            (Some(package), _) => Ok(package.clone()),
            (None, Some(workspace)) => Err(ReadFault::Workspace { path, members: workspace.members.clone() }),
            (None, None) => Err(ReadFault::NoPackage { path }),
        }
    }

    /// Whether its build script runs our compiler: the crate for that is a dependency of the script.
    pub(crate) fn runs_the_compiler(&self) -> bool {
        let is_ours = |(name, value): (&String, &toml::Value)| {
            let renamed = value.get("package").and_then(toml::Value::as_str);
            renamed.unwrap_or(name) == "justscale-build"
        };
        self.build_dependencies.iter().any(is_ours)
    }
}
