//! Folders as people have them, and what is read of each.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use justscale_build::{ReadFault, has_build_script, read};
use justscale_compiler::Sources;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn shown(sources: &Sources) -> String {
    let mut lines = vec![format!("package {}", sources.package)];
    lines.extend(sources.roots.iter().map(|root| format!("{:?} {} {}", root.kind, root.name, root.path)));
    lines.extend(sources.files.keys().map(|path| format!("file {path}")));
    lines.extend(sources.config.iter().map(|file| format!("config {}", file.path)));
    lines.join("\n")
}

const PACKAGE: &str = "[package]\nname = \"my-shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";

#[test]
fn roots_lie_where_cargo_looks_for_them() {
    let folder = folder(&[
        ("Cargo.toml", PACKAGE),
        ("justscale.toml", ""),
        ("src/lib.rs", ""),
        ("src/main.rs", ""),
        ("src/orders/mod.rs", ""),
        ("src/bin/import.rs", ""),
        ("src/bin/export/main.rs", ""),
        ("src/bin/export/table.rs", ""),
        ("src/bin/notes.txt", ""),
        ("tests/orders.rs", ""),
        ("tests/common/mod.rs", ""),
        ("examples/tour.rs", ""),
        ("benches/speed.rs", ""),
        ("build.rs", ""),
        ("other/Cargo.toml", PACKAGE),
        ("src/nested/Cargo.toml", PACKAGE),
        ("src/nested/src/lib.rs", ""),
        ("src/.hidden/a.rs", ""),
    ]);
    insta::assert_snapshot!(shown(&read(folder.path()).expect("sources")));
}

#[test]
fn the_manifest_names_roots_and_turns_looking_off() {
    let manifest = r#"
[package]
name = "shop"
autobins = false
autotests = false

[lib]
name = "core"
path = "./lib/core.rs"

[[bin]]
name = "shop"

[[bin]]
name = "tool"
path = "tools/tool.rs"

[[bin]]
name = "gone"
path = "tools/gone.rs"

[[test]]
name = "all"
path = "checks/all.rs"
"#;
    let folder = folder(&[
        ("Cargo.toml", manifest),
        ("lib/core.rs", ""),
        ("lib/inner/a.rs", ""),
        ("src/main.rs", ""),
        ("src/bin/unnamed.rs", ""),
        ("tools/tool.rs", ""),
        ("checks/all.rs", ""),
        ("tests/unnamed.rs", ""),
    ]);
    insta::assert_snapshot!(shown(&read(folder.path()).expect("sources")));
}

#[test]
fn a_root_beside_the_manifest_brings_no_other_file() {
    let manifest = format!("{PACKAGE}\n[[bin]]\nname = \"shop\"\npath = \"shop.rs\"\n");
    let folder = folder(&[("Cargo.toml", &manifest), ("shop.rs", ""), ("target/debug/a.rs", "")]);
    insta::assert_snapshot!(shown(&read(folder.path()).expect("sources")), @r"
    package my-shop
    Binary shop shop.rs
    file shop.rs
    ");
}

#[test]
fn a_path_attribute_brings_the_file_that_it_names() {
    let folder = folder(&[
        ("shop/Cargo.toml", PACKAGE),
        ("shop/src/main.rs", "#[path = \"../../shared/money.rs\"]\nmod money;"),
        ("shared/money.rs", "#[path=\"rates.rs\"] mod rates; #[path = \"gone.rs\"] mod gone;"),
        ("shared/rates.rs", ""),
        ("shared/unnamed.rs", ""),
    ]);
    insta::assert_snapshot!(shown(&read(&folder.path().join("shop")).expect("sources")), @r"
    package my-shop
    Binary my-shop src/main.rs
    file ../shared/money.rs
    file ../shared/rates.rs
    file src/main.rs
    ");
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let folder = folder(&[("Cargo.toml", PACKAGE), ("src/main.rs", "\u{feff}fn main() {}")]);
    let sources = read(folder.path()).expect("sources");
    assert_eq!(sources.files["src/main.rs"].text, "fn main() {}");
}

#[test]
fn a_package_without_roots_is_for_the_compiler_to_judge() {
    let folder = folder(&[("Cargo.toml", PACKAGE)]);
    let sources = read(folder.path()).expect("sources");
    assert!(sources.roots.is_empty() && sources.files.is_empty());
}

/// A fault and its help, with `~` for the folder.
fn fault(at: &Path) -> String {
    let fault: ReadFault = read(at).expect_err("a fault");
    let text = format!("{fault}\n{}", fault.help());
    text.replace(&*at.to_string_lossy(), "~").replace('\\', "/")
}

#[test]
fn what_is_no_package_is_said_with_a_way_out() {
    let workspace = "[workspace]\nmembers = [\"shop\", \"tools/*\"]\n";
    let cases = [
        ("an empty folder", folder(&[])),
        ("a workspace", folder(&[("Cargo.toml", workspace)])),
        ("a workspace of nothing", folder(&[("Cargo.toml", "[workspace]\n")])),
        ("no package", folder(&[("Cargo.toml", "[dependencies]\n")])),
        ("no TOML", folder(&[("Cargo.toml", "[package\nname = 3")])),
        ("no name", folder(&[("Cargo.toml", "[package]\nversion = \"1.0.0\"\n")])),
    ];
    let mut text: Vec<_> =
        cases.iter().map(|(case, folder)| format!("# {case}\n{}", fault(folder.path()))).collect();
    let nowhere = folder(&[]);
    text.push(format!("# no folder\n{}", fault(&nowhere.path().join("gone"))));
    let latin = folder(&[("Cargo.toml", PACKAGE), ("src/main.rs", "")]);
    fs::write(latin.path().join("src/main.rs"), b"// caf\xe9\n").expect("a file");
    text.push(format!("# no UTF-8\n{}", fault(latin.path())));
    insta::assert_snapshot!(text.join("\n\n"));
}

#[test]
fn a_build_script_is_known_by_what_it_depends_on() {
    let with = |dependency: &str| {
        let folder = folder(&[("Cargo.toml", &format!("{PACKAGE}\n{dependency}\n"))]);
        has_build_script(folder.path()).expect("an answer")
    };
    assert!(with("[build-dependencies]\njustscale-build = \"0.1\""));
    assert!(with("[build-dependencies]\njustscale-build = { path = \"..\" }"));
    assert!(with("[build-dependencies]\nours = { package = \"justscale-build\", version = \"1\" }"));
    assert!(!with("[build-dependencies]\ncc = \"1\""));
    assert!(!with("[dependencies]\njustscale-build = \"0.1\""));
    assert!(!with(""));
}
