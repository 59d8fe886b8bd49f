//! The repository's own packages, built and run by the command.

use crate::terminal::Folder;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// `justscale` on a package of the repository that has a workspace of its own.
fn command(words: &[&str], package: &str) -> Command {
    let package = repository(package);
    std::fs::copy(repository("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_justscale"));
    command.args(words).arg("--offline").arg(package);
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures"));
    command
}

/// What is generated goes to `.justscale/`, and cargo alone builds the package from there.
#[test]
fn a_package_without_a_build_script_is_built_and_run() {
    let package = repository("fixtures/no-build-script");
    let generated = package.join(".justscale");
    if generated.exists() {
        std::fs::remove_dir_all(&generated).unwrap();
    }
    let mut run = command(&["run", "--quiet"], "fixtures/no-build-script");
    let output = run.args(["--", "greet", "ada"]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert_eq!(out, "hello, ada\nhello, ada\nhello, ada\nada was greeted 3 times\n");
    // A process, a service, a command and the app, each with its span table.
    assert_eq!(std::fs::read_dir(&generated).unwrap().count(), 8);

    let folder = Folder::empty();
    let fresh = folder.run(&["build", "--check", &package.to_string_lossy()]);
    assert_eq!(fresh.code, 0, "{}", fresh.err);
}

/// A library, two programs and a test: each `app!` wires its own crate, and the module that two crates share has one slot for both.
#[test]
fn a_package_of_several_crates_is_built_run_and_tested() {
    let package = "fixtures/several-crates";
    let out = |words: &[&str], arguments: &[&str]| {
        let output = command(words, package).arg("--").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert_eq!(out(&["run", "--quiet"], &["report", "3"]), "1 good, 2 bad\n");
    assert_eq!(out(&["run", "--quiet", "--bin", "worker"], &["work", "3"]), "ada: 2 good, 1 bad\n");

    let tests = Command::new(std::env::var_os("CARGO").unwrap())
        .args(["test", "--offline", "--quiet", "--test", "orders"])
        .current_dir(repository(package))
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures"))
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&tests.stdout), String::from_utf8_lossy(&tests.stderr));
    assert!(tests.status.success() && out.contains("2 passed"), "{out}{err}");
    assert!(!err.contains("warning"), "{err}");
}
