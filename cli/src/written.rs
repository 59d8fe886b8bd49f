//! The generated files of a package without a build script: `justscale` itself writes them to `.justscale/`.

use crate::compiled::{Compiled, counted};
use crate::exit::{DuringWork, Exit, Outcome};
use crate::package::show;
use crate::screen::Screen;
use serde::Serialize;

/// A file that is not as the compiler would write it.
#[derive(Serialize)]
struct Stale<'a> {
    reason: &'static str,
    file: &'a str,
}

/// Writes what has changed, unless a build script does so.
pub(crate) fn write(compiled: &Compiled, screen: &Screen) -> Outcome<()> {
    if compiled.package.has_build_script {
        return Ok(());
    }
    let folder = compiled.package.root.join(".justscale");
    let written = justscale_build::write(&folder, &compiled.compilation.files)
        .during(format!("could not write to `{}`", show(&folder)))?;
    if written > 0 {
        screen.status("Wrote", format_args!("{} in `{}`", counted(written, "file", "files"), show(&folder)));
    }
    Ok(())
}

/// Lists the files that a build would write or remove; none is a good ending.
pub(crate) fn check(compiled: &Compiled, screen: &Screen) -> Outcome {
    if compiled.package.has_build_script {
        screen.status("Fresh", "the build script writes the generated files at each build");
        return Ok(Exit::Fine);
    }
    let folder = compiled.package.root.join(".justscale");
    let stale = justscale_build::stale(&folder, &compiled.compilation.files)
        .during(format!("could not read `{}`", show(&folder)))?;
    for file in &stale {
        screen.message(&Stale { reason: "justscale-stale", file });
        screen.result(&format!("{}\n", show(&folder.join(file))));
    }
    if stale.is_empty() {
        screen.status(
            "Fresh",
            format_args!(
                "{} in `{}`",
                counted(compiled.compilation.files.0.len(), "file", "files"),
                show(&folder)
            ),
        );
        return Ok(Exit::Fine);
    }
    let stale = counted(stale.len(), "file is stale", "files are stale");
    Err(crate::exit::Failure::faults(stale).help("`justscale build` writes them"))
}

/// Where the generated files go, as people name it.
pub(crate) fn folder(compiled: &Compiled) -> String {
    if compiled.package.has_build_script {
        "OUT_DIR".to_owned()
    } else {
        show(&compiled.package.root.join(".justscale"))
    }
}
