//! Generated texts in, files out; nothing that stays the same is touched, so that cargo has nothing to do either.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use justscale_compiler::Files;

use crate::WriteFault;

/// What [`write()`] did, by file name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or have another text now.
    pub changed: Vec<String>,
    /// Files that were left of something that is gone.
    pub removed: Vec<String>,
    /// Files that were right already.
    pub unchanged: Vec<String>,
}

/// How a file on disk differs from what the compiler writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// It has another text.
    Different(String),
    /// It isn't there.
    Missing(String),
    /// It is left of something that is gone.
    Superfluous(String),
}

impl Stale {
    /// The file's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Different(name) | Self::Missing(name) | Self::Superfluous(name) => name,
        }
    }
}

/// What [`write()`] would change in a folder, in the order of the names.
///
/// # Errors
///
/// When the folder is there and can't be listed.
pub fn stale(folder: &Path, files: &Files) -> Result<Vec<Stale>, WriteFault> {
    let there = generated(folder)?;
    let mut found: Vec<Stale> = files
        .0
        .iter()
        .filter(|(name, text)| !is(&folder.join(name), text))
        .map(|(name, _)| {
            let there = there.contains(name) || folder.join(name).exists();
            if there { Stale::Different(name.clone()) } else { Stale::Missing(name.clone()) }
        })
        .collect();
    found.extend(there.into_iter().filter(|name| !files.0.contains_key(name)).map(Stale::Superfluous));
    found.sort_by(|one, other| one.name().cmp(other.name()));
    Ok(found)
}

/// Makes a folder hold these files: writes those that differ and removes those of slots that are gone.
///
/// # Errors
///
/// When the disk refuses.
pub fn write(folder: &Path, files: &Files) -> Result<Written, WriteFault> {
    let stale = stale(folder, files)?;
    let mut written = Written::default();
    if !files.0.is_empty() {
        let made = fs::create_dir_all(folder);
        made.map_err(|cause| WriteFault { path: folder.to_owned(), doing: "written", cause })?;
    }
    let changed: BTreeSet<&str> = stale.iter().map(Stale::name).collect();
    for (name, text) in &files.0 {
        if changed.contains(&**name) {
            replace(folder, name, text)?;
            written.changed.push(name.clone());
        } else {
            written.unchanged.push(name.clone());
        }
    }
    for stale in stale {
        if let Stale::Superfluous(name) = stale {
            let path = folder.join(&name);
            fs::remove_file(&path).map_err(|cause| WriteFault { path, doing: "removed", cause })?;
            written.removed.push(name);
        }
    }
    Ok(written)
}

/// Puts a text in place at once: who reads the file beside us sees the old one or the new one.
fn replace(folder: &Path, name: &str, text: &str) -> Result<(), WriteFault> {
    let path = folder.join(name);
    let new = folder.join(format!(".{name}.new"));
    let done = fs::write(&new, text).and_then(|()| fs::rename(&new, &path));
    done.map_err(|cause| WriteFault { path, doing: "written", cause })
}

fn is(path: &Path, text: &str) -> bool {
    fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes())
}

/// The names of the slots' files in a folder. All others in it are somebody else's.
fn generated(folder: &Path) -> Result<BTreeSet<String>, WriteFault> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(cause) => return Err(WriteFault { path: folder.to_owned(), doing: "listed", cause }),
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter(|name| is_slot_file(name)).collect())
}

/// `0123456789abcdef.rs` or `.spans`.
fn is_slot_file(name: &str) -> bool {
    name.split_once('.').is_some_and(|(hash, kind)| {
        let digits = hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        hash.len() == 16 && digits && matches!(kind, "rs" | "spans")
    })
}
