//! Runs `cargo check` on a package and gives what rustc said, target by target.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::diagnostic::Diagnostic;

/// A line of cargo's.
#[derive(Deserialize)]
struct Line {
    reason: String,
    message: Option<Diagnostic>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// What rustc says of each target of the package in `folder`, in the order of the places.
pub(crate) fn check(folder: &Path) -> BTreeMap<String, Vec<Diagnostic>> {
    // The versions of the repository, so that no index is asked.
    std::fs::copy(crate::repository("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--bins", "--keep-going", "--offline", "--quiet", "--message-format", "json"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures"))
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut said: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    let mut lines = 0;
    for line in text.lines() {
        let Ok(line) = serde_json::from_str::<Line>(line) else { continue };
        lines += 1;
        if let (true, Some(target), Some(message)) =
            (line.reason == "compiler-message", line.target, line.message)
            && !message.is_summary()
        {
            said.entry(target.name).or_default().push(message);
        }
    }
    assert!(lines > 0, "cargo said nothing: {}", String::from_utf8_lossy(&output.stderr));
    for diagnostics in said.values_mut() {
        diagnostics.sort_by_cached_key(|one| (one.level, one.position(), one.message.clone()));
    }
    said
}
