//! The sources of the packages that `fixtures/foreign` names and of all that these depend on, where cargo keeps them.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A Rust file of a package.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    /// `tokio-1.54.1/src/net/lookup_host.rs`.
    pub(crate) name: String,
}

/// All of them, in a fixed order. `None` where they are not on this machine and can't be fetched, which in CI is a failure.
pub(crate) fn files() -> Option<Vec<File>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/foreign/Cargo.toml");
    let metadata = metadata(&manifest).or_else(|_| {
        let fetched = cargo(&manifest, &["fetch", "--locked"]);
        fetched.and_then(|_| metadata(&manifest))
    });
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(error) => {
            let how = "cargo fetch --locked --manifest-path fixtures/foreign/Cargo.toml";
            assert!(std::env::var_os("CI").is_none(), "the sources are not there (`{how}`): {error}");
            println!("skipped: the sources are not there, and can't be fetched; `{how}`\n{error}");
            return None;
        }
    };
    let packages = metadata["packages"].as_array().expect("packages");
    let mut roots: Vec<PathBuf> = packages
        .iter()
        .filter(|package| package["source"].is_string())
        .filter_map(|package| Path::new(package["manifest_path"].as_str()?).parent().map(Path::to_owned))
        .collect();
    roots.sort();
    Some(roots.iter().flat_map(|root| of_package(root)).collect())
}

fn of_package(root: &Path) -> Vec<File> {
    let above = root.parent().unwrap_or(root);
    let entries = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let rust = entries.filter(|entry| {
        entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "rs")
    });
    rust.map(|entry| {
        let name = entry.path().strip_prefix(above).unwrap_or(entry.path());
        File { name: name.to_string_lossy().replace('\\', "/"), path: entry.path().to_owned() }
    })
    .collect()
}

fn metadata(manifest: &Path) -> Result<serde_json::Value, String> {
    let out = cargo(manifest, &["metadata", "--format-version", "1", "--locked", "--offline"])?;
    serde_json::from_slice(&out).map_err(|error| error.to_string())
}

fn cargo(manifest: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut cargo = Command::new(env!("CARGO"));
    let out = cargo.args(arguments).arg("--manifest-path").arg(manifest).output();
    let out = out.map_err(|error| error.to_string())?;
    if out.status.success() { Ok(out.stdout) } else { Err(String::from_utf8_lossy(&out.stderr).into_owned()) }
}
