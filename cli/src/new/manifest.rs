//! The new package's `Cargo.toml`, with the quickstart's own dependencies.
//!
//! Made from a source checkout, the package depends on that checkout by path; otherwise on the released version.

use super::package_name::PackageName;
use super::{QUICKSTART_MANIFEST, WORKSPACE_MANIFEST};
use crate::exit::{Failure, Outcome};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The text of the `Cargo.toml` of a package that will stand in `root`.
pub(super) fn text(name: &PackageName, root: &Path) -> Outcome<String> {
    let workspace = parsed(WORKSPACE_MANIFEST)?;
    let quickstart = parsed(QUICKSTART_MANIFEST)?;
    let checkout = checkout();
    let mut text = format!(
        "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.95\"\n",
        name.as_str()
    );
    for (table, ours) in [
        ("dependencies", Some(("justscale", "runtime"))),
        ("build-dependencies", Some(("justscale-build", "build-support"))),
    ] {
        let mut lines = String::new();
        if let Some((name, folder)) = ours {
            let _ = writeln!(lines, "{name} = {}", dependency_on_us(checkout.as_deref(), folder));
        }
        for (name, value) in quickstart.get(table).and_then(Value::as_table).into_iter().flatten() {
            if ours.is_none_or(|(ours, _)| ours != name) {
                let _ =
                    writeln!(lines, "{name} = {}", resolved(name, value, &workspace, checkout.as_deref()));
            }
        }
        if !lines.is_empty() {
            let _ = write!(text, "\n[{table}]\n{lines}");
        }
    }
    if stands_in_a_workspace(root) {
        text.push_str("\n# A workspace of its own, since the one around it does not name it as a member.\n[workspace]\n");
    }
    Ok(text)
}

/// The versions that the checkout is tested with, so that the first build takes the same.
pub(super) fn lock() -> Option<String> {
    std::fs::read_to_string(checkout()?.join("Cargo.lock")).ok()
}

/// The checkout that this program was built from, if it is still there.
fn checkout() -> Option<PathBuf> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let is_whole =
        ["runtime/Cargo.toml", "build-support/Cargo.toml"].iter().all(|part| checkout.join(part).is_file());
    is_whole.then(|| checkout.to_path_buf())
}

fn dependency_on_us(checkout: Option<&Path>, folder: &str) -> Value {
    match checkout {
        Some(checkout) => {
            let path = checkout.join(folder).display().to_string();
            Value::Table(Table::from_iter([("path".to_owned(), Value::String(path))]))
        }
        None => Value::String(env!("CARGO_PKG_VERSION").to_owned()),
    }
}

/// A dependency of the quickstart's as a package outside the repository writes it.
fn resolved(name: &str, value: &Value, workspace: &Table, checkout: Option<&Path>) -> Value {
    let inherits = value.get("workspace").and_then(Value::as_bool).unwrap_or(false);
    if !inherits {
        return value.clone();
    }
    let inherited = workspace
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(|dependencies| dependencies.get(name));
    let mut whole = match inherited {
        Some(Value::Table(table)) => table.clone(),
        Some(version) => Table::from_iter([("version".to_owned(), version.clone())]),
        None => Table::from_iter([("version".to_owned(), Value::String("*".to_owned()))]),
    };
    if let Some(Value::String(folder)) = whole.get("path").cloned() {
        let Value::Table(ours) = dependency_on_us(checkout, &folder) else {
            return Value::String(env!("CARGO_PKG_VERSION").to_owned());
        };
        whole = ours;
    }
    for (key, own) in value.as_table().into_iter().flatten().filter(|(key, _)| *key != "workspace") {
        match (whole.get_mut(key), own) {
            (Some(Value::Array(all)), Value::Array(more)) => all.extend(more.iter().cloned()),
            _ => {
                whole.insert(key.clone(), own.clone());
            }
        }
    }
    match whole.get("version") {
        Some(version) if whole.len() == 1 => version.clone(),
        _ => Value::Table(whole),
    }
}

/// Whether cargo would look for the package among the members of a workspace above it.
fn stands_in_a_workspace(root: &Path) -> bool {
    let Ok(root) = std::path::absolute(root) else { return false };
    root.ancestors().skip(1).any(|folder| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        manifest.parse::<Table>().is_ok_and(|manifest| manifest.contains_key("workspace"))
    })
}

fn parsed(text: &str) -> Outcome<Table> {
    text.parse().map_err(|error| Failure::usage(format!("the embedded manifest is not valid: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inherited_dependencies_are_written_out() {
        let workspace: Table = "[workspace.dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\nwalkdir = \"2\"\njustscale = { path = \"runtime\" }"
            .parse()
            .unwrap();
        let quickstart: Table =
            "serde = { workspace = true, features = [\"rc\"] }\nwalkdir.workspace = true\nown = \"3\"\njustscale = { workspace = true, features = [\"postgres\"] }"
                .parse()
                .unwrap();
        let lines: Vec<String> = quickstart
            .iter()
            .map(|(name, value)| {
                format!("{name} = {}", resolved(name, value, &workspace, Some(Path::new("/checkout"))))
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn without_a_checkout_it_depends_on_the_version() {
        assert_eq!(dependency_on_us(None, "runtime"), Value::String(env!("CARGO_PKG_VERSION").to_owned()));
    }
}
