//! How long rustc takes for generated processes, compared with the same fns as plain `async`.
//!
//! `cargo bench -p justscale-build --bench rustc` compiles the package of all process cases twice in each round, as it is
//! (`fixtures/processes`) and as plain fns (`fixtures/processes/plain/processes`), with everything that they depend on built before, and
//! without incremental compilation. It prints the shortest times and their ratio.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // A benchmark may panic.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 3;
const PACKAGES: [&str; 2] = ["processes", "plain-processes"];

fn main() {
    println!("          as processes   as plain fns   ratio");
    for (name, profile) in [("check", "check"), ("build", "dev")] {
        for package in PACKAGES {
            compile(package, profile, "before");
        }
        let mut best = [Duration::MAX; 2];
        for round in 0..ROUNDS {
            for (package, best) in PACKAGES.iter().zip(&mut best) {
                *best = compile(package, profile, &format!("round_{round}")).min(*best);
            }
        }
        let [durable, plain] = best.map(|time| time.as_secs_f64());
        println!("{name:8} {durable:12.2} s {plain:12.2} s {:7.2}", durable / plain);
    }
}

/// How long the library of a package takes. The word makes it a compilation of its own, which cargo has not done yet.
fn compile(package: &str, profile: &str, word: &str) -> Duration {
    let word = format!("{word}_{}", std::process::id());
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    cargo.args(["rustc", "--quiet", "--lib", "-p", package, "--profile", profile]);
    cargo.args(["--", "--cap-lints=allow", "--cfg", &word]);
    cargo.env("CARGO_INCREMENTAL", "0").env_remove("RUSTFLAGS").stderr(Stdio::inherit());
    let start = Instant::now();
    let status = cargo.status().unwrap();
    let time = start.elapsed();
    assert!(status.success(), "`{package}` does not compile");
    time
}
