//! Embeds the quickstart, so that `justscale new` writes the very sources that the repository's own tests run.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let repository = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("..");
    let quickstart = repository.join("fixtures/quickstart");
    let mut files = Vec::new();
    for kept in ["src", "justscale.toml"] {
        println!("cargo::rerun-if-changed={}", quickstart.join(kept).display());
        collect(&quickstart.join(kept), &mut files)?;
    }
    files.sort();
    let mut table = String::from(
        "/// The quickstart's files, by their path in a package.\npub(crate) const QUICKSTART: &[(&str, &str)] = &[\n",
    );
    for file in &files {
        let name = file.strip_prefix(&quickstart).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let _ = writeln!(table, "    ({name:?}, include_str!({:?})),", file.display().to_string());
    }
    table.push_str("];\n");
    for (name, manifest) in [
        ("QUICKSTART_MANIFEST", quickstart.join("Cargo.toml")),
        ("WORKSPACE_MANIFEST", repository.join("Cargo.toml")),
    ] {
        println!("cargo::rerun-if-changed={}", manifest.display());
        let _ = writeln!(
            table,
            "/// The text of a `Cargo.toml` of the repository.\npub(crate) const {name}: &str = include_str!({:?});",
            manifest.display().to_string()
        );
    }
    std::fs::write(
        PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("quickstart.rs"),
        table,
    )
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.to_path_buf());
    }
    Ok(())
}
