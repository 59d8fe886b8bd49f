//! What makes cargo run the build script again: everything that the generated code is made of, and nothing else.

#![allow(clippy::expect_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A package with a build script, always in the same place, so that what it depends on is built once.
struct Package(PathBuf);

impl Package {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rebuild");
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("an empty place");
        }
        let package = Self(folder.join("shop"));
        let ours = env!("CARGO_MANIFEST_DIR");
        let manifest = format!(
            "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n[build-dependencies]\njustscale-build = {{ path = {ours:?} }}\n"
        );
        package.write("Cargo.toml", &manifest);
        package.write("build.rs", "fn main() { justscale_build::compile() }");
        package.write(
            "src/main.rs",
            "mod orders;\n#[path = \"../../shared/money.rs\"]\nmod money;\nfn main() {}\n",
        );
        package.write("src/orders.rs", "");
        package.write("../shared/money.rs", "");
        package.write("justscale.toml", "");
        let lock = Path::new(ours).join("../Cargo.lock");
        fs::copy(lock, package.0.join("Cargo.lock")).expect("a lock");
        assert!(package.runs(), "the first build runs it");
        package
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    /// Whether a build runs the build script, as cargo tells it.
    fn runs(&self) -> bool {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--verbose"])
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures"))
            .env("CARGO_TERM_COLOR", "never")
            .output()
            .expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        said.lines().any(|line| {
            line.trim_start().starts_with("Running")
                && line.contains("shop-")
                && line.contains("build-script-build")
        })
    }
}

#[test]
fn the_build_script_runs_again_for_what_it_reads_and_for_nothing_else() {
    let package = Package::new();
    assert!(!package.runs(), "nothing has changed");

    package.write("src/orders.rs", "// A comment.");
    assert!(package.runs(), "a module has changed");
    package.write("src/customers.rs", "");
    assert!(package.runs(), "a file is new");
    package.write("src/reports/daily.rs", "");
    assert!(package.runs(), "a folder is new");
    package.write("src/reports/weekly.rs", "");
    assert!(package.runs(), "a file in it is new");
    fs::remove_file(package.0.join("src/customers.rs")).expect("a file");
    assert!(package.runs(), "a file is gone");
    package.write("justscale.toml", "# A comment.");
    assert!(package.runs(), "the settings have changed");
    package.write("../shared/money.rs", "// A comment.");
    assert!(package.runs(), "a module elsewhere has changed");

    assert!(!package.runs(), "nothing has changed since");
    package.write("README.md", "# Shop");
    package.write("data/shop.db", "");
    package.write("../shared/notes.rs", "");
    assert!(!package.runs(), "what it does not read has changed");
}
