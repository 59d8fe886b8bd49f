//! [`TemporaryFolder`]: a folder that is removed at the end.

use std::path::{Path, PathBuf};

use crate::error::Context as _;
use crate::{Error, Result};

/// A folder of its own, removed when this is dropped.
#[derive(Debug)]
pub(crate) struct TemporaryFolder {
    path: PathBuf,
}

impl TemporaryFolder {
    /// Makes one whose name begins with `prefix`.
    pub(crate) fn new(prefix: &str) -> Result<Self> {
        let parent = std::env::temp_dir();
        // A name may be taken by chance, never so often.
        for _ in 0..16 {
            let path = parent.join(format!("{prefix}-{:016x}", fastrand::u64(..)));
            match make(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error)
                        .context(format!("no temporary folder can be made in {}", parent.display()));
                }
            }
        }
        Err(Error::msg(format!("no free name for a temporary folder was found in {}", parent.display())))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Only this user may look into it.
fn make(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What can't be removed is left to the system, which empties its temporary folder by itself.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
