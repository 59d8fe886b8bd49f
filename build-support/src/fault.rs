//! What can go wrong between a package's folder and its texts.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a package can't be read.
#[derive(Debug, Error)]
pub enum ReadFault {
    /// The folder isn't there, or isn't a folder.
    #[error("there is no folder `{}`", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder is no package.
    #[error("`{}` has no `Cargo.toml`", folder.display())]
    NoManifest {
        /// The folder.
        folder: PathBuf,
    },
    /// A file can't be read.
    #[error("`{}` cannot be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// `Cargo.toml` is no TOML, or has something else where cargo wants a name or a path.
    #[error("`{}` is not a manifest that cargo would take: {cause}", path.display())]
    BadManifest {
        /// The manifest.
        path: PathBuf,
        /// What its parser says, with the place.
        #[source]
        cause: Box<toml::de::Error>,
    },
    /// The folder holds a workspace without a package of its own.
    #[error("`{}` is a workspace and no package", path.display())]
    Workspace {
        /// Its manifest.
        path: PathBuf,
        /// Its members, as they are written.
        members: Vec<String>,
    },
    /// The manifest has no `[package]`.
    #[error("`{}` has no `[package]`", path.display())]
    NoPackage {
        /// The manifest.
        path: PathBuf,
    },
}

impl ReadFault {
    /// How to go on.
    pub fn help(&self) -> String {
        match self {
            Self::NoFolder { .. } | Self::NoManifest { .. } => {
                "name the folder of a package (`justscale build path/to/package`), or make one with `justscale new shop`".to_owned()
            }
            Self::Unreadable { cause, .. } if cause.kind() == io::ErrorKind::InvalidData => {
                "save the file as UTF-8".to_owned()
            }
            Self::Unreadable { .. } => "check that the file exists and that you may read it".to_owned(),
            Self::BadManifest { .. } => "correct the manifest; `cargo metadata` checks it too".to_owned(),
            Self::Workspace { members, .. } if members.is_empty() => {
                "name the folder of one of its packages".to_owned()
            }
            Self::Workspace { members, .. } => {
                format!("name one of its members: {}", members.join(", "))
            }
            Self::NoPackage { .. } => {
                "add `[package]` with a `name`, or make a package with `justscale new shop`".to_owned()
            }
        }
    }
}

/// Why generated files can't be written.
#[derive(Debug, Error)]
#[error("`{}` cannot be {doing}: {cause}", path.display())]
pub struct WriteFault {
    /// The file or folder.
    pub path: PathBuf,
    /// `written`, `removed` or `listed`.
    pub doing: &'static str,
    /// What the system says.
    #[source]
    pub cause: io::Error,
}

impl WriteFault {
    /// How to go on.
    pub fn help(&self) -> &'static str {
        match self.cause.kind() {
            io::ErrorKind::StorageFull => "free some space on this disk",
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                "make the folder writable, or put cargo's target folder elsewhere with `CARGO_TARGET_DIR`"
            }
            _ => "remove the folder and build again: it holds nothing but generated files",
        }
    }
}
