//! A git repository for the new package, unless it stands in one already or there is no git.

use crate::exit::{Failure, Outcome};
use std::path::Path;
use std::process::{Command, Stdio};

/// Makes a repository in `root` and says whether it did.
pub(super) fn make(root: &Path) -> Outcome<bool> {
    let git = |arguments: &[&str]| {
        Command::new("git")
            .args(arguments)
            .current_dir(root)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
    };
    // Without git there is nothing to do, and nothing to complain about either.
    let Ok(inside) = git(&["rev-parse", "--is-inside-work-tree"]) else { return Ok(false) };
    if inside.status.success() {
        return Ok(false);
    }
    let made = git(&["init", "--quiet"]);
    match made {
        Ok(made) if made.status.success() => Ok(true),
        Ok(made) => Err(Failure::usage(format!(
            "`git init` failed: {}",
            String::from_utf8_lossy(&made.stderr).trim()
        ))
        .help("the package itself is written; `--no-git` makes one without a repository")),
        Err(_) => Ok(false),
    }
}
