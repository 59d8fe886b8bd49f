//! Cargo, as a program that we start: which one, with which flags, and what it built.

use crate::exit::{Exit, Failure, Outcome};
use crate::package::Package;
use crate::screen::Screen;
use clap::Args;
use serde::Deserialize;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What is passed on to cargo.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cargo")]
pub(crate) struct CargoArguments {
    /// Build with optimisations
    #[arg(short, long)]
    pub(crate) release: bool,
    /// Features to switch on, separated by commas
    #[arg(short = 'F', long, value_name = "FEATURES")]
    features: Vec<String>,
    /// Switch on all features
    #[arg(long)]
    all_features: bool,
    /// Do not switch on the default features
    #[arg(long)]
    no_default_features: bool,
    /// Require that `Cargo.lock` is up to date
    #[arg(long)]
    locked: bool,
    /// Work without the network
    #[arg(long)]
    offline: bool,
}

/// What cargo says of one thing that it built or ran; everything else that it says is let pass.
#[derive(Debug, Deserialize)]
struct Said {
    reason: String,
    #[serde(default)]
    executable: Option<PathBuf>,
    #[serde(default)]
    target: Option<Target>,
    #[serde(default)]
    package_id: String,
    #[serde(default)]
    out_dir: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// A program that cargo built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// The target's name.
    pub(crate) name: String,
    /// The file to start.
    pub(crate) file: PathBuf,
}

/// What cargo's work came to.
#[derive(Debug)]
pub(crate) struct Built {
    /// Whether it succeeded.
    pub(crate) succeeded: bool,
    /// The programs of the package, whether or not they had to be built again.
    pub(crate) programs: Vec<Program>,
    /// Where the package's build script wrote its files.
    pub(crate) out_dir: Option<PathBuf>,
}

/// Lets cargo `build`, `check` or whatever `verb` says, with its messages passed through: to a person as cargo writes them, to a
/// program as cargo's own JSON lines, which stand among ours.
pub(crate) fn cargo(
    verb: &str,
    package: &Package,
    arguments: &CargoArguments,
    more: &[String],
    screen: &Screen,
) -> Outcome<Built> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg(verb).arg("--manifest-path").arg(package.manifest_path());
    command.arg("--message-format").arg(if screen.is_json() { "json" } else { "json-render-diagnostics" });
    command.arg("--color").arg(screen.color_word());
    arguments.add_to(&mut command);
    command.args(more);
    if screen.is_quiet() {
        command.arg("--quiet");
    }
    // We may have been started by `cargo run` ourselves: what it tells us about our own package is not about the user's.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|error| no_cargo(&error))?;
    let (mut programs, mut out_dir) = (Vec::new(), None);
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Ok(said) = serde_json::from_str::<Said>(&line) {
                out_dir = said.out_dir_of(package).or(out_dir);
                programs.extend(said.program());
            }
            if screen.is_json() {
                let _ = writeln!(std::io::stdout().lock(), "{line}");
            }
        }
    }
    let status =
        child.wait().map_err(|error| Failure::usage(format!("could not wait for cargo: {error}")))?;
    Ok(Built { succeeded: status.success(), programs, out_dir })
}

impl CargoArguments {
    fn add_to(&self, command: &mut Command) {
        let flags = [
            (self.release, "--release"),
            (self.all_features, "--all-features"),
            (self.no_default_features, "--no-default-features"),
            (self.locked, "--locked"),
            (self.offline, "--offline"),
        ];
        command.args(flags.iter().filter(|(on, _)| *on).map(|(_, flag)| flag));
        for features in &self.features {
            command.arg("--features").arg(features);
        }
    }
}

impl Built {
    /// The exit code of a command that does nothing more than this.
    pub(crate) fn exit(&self) -> Exit {
        if self.succeeded { Exit::Fine } else { Exit::Faults }
    }
}

impl Said {
    /// The program that was built, if it is one that people start.
    fn program(self) -> Option<Program> {
        let target = self.target?;
        let wanted = self.reason == "compiler-artifact"
            && target.kind.iter().any(|kind| kind == "bin" || kind == "example");
        Some(Program { name: target.name, file: self.executable.filter(|_| wanted)? })
    }

    /// Where a build script wrote its files, if it was this package's.
    fn out_dir_of(&self, package: &Package) -> Option<PathBuf> {
        let is_its_own = self.reason == "build-script-executed"
            && self.package_id.contains(&format!("{}#", package.root.display()));
        self.out_dir.clone().filter(|_| is_its_own)
    }
}

fn no_cargo(error: &std::io::Error) -> Failure {
    Failure::usage(format!("could not start cargo: {error}"))
        .help("install Rust from https://rustup.rs, or set CARGO to cargo's path")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(line: &str) -> Option<Program> {
        serde_json::from_str::<Said>(line).ok()?.program()
    }

    #[test]
    fn a_program_is_read_from_cargos_words_and_a_library_is_not() {
        let bin = r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"shop"},"executable":"/t/shop","fresh":true}"#;
        let lib =
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"shop"},"executable":null}"#;
        let script = r#"{"reason":"compiler-artifact","target":{"kind":["custom-build"],"name":"build"},"executable":"/t/b"}"#;
        assert_eq!(program(bin), Some(Program { name: "shop".to_owned(), file: "/t/shop".into() }));
        assert_eq!(program(lib), None);
        assert_eq!(program(script), None);
        assert_eq!(program("warning: not json"), None);
    }
}
