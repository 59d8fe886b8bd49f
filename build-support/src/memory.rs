//! What the compiler gave for a package, kept so that the same texts are not compiled again.
//!
//! A memory is one file. It holds the texts that were compiled, byte by byte, and what they gave; it counts only for exactly these texts
//! and for the program that wrote it, and only where its checksum says that nobody has touched it. In any other case it is as if there
//! were none, and the next compilation writes it anew. So a memory can be removed, damaged or taken from elsewhere, and nothing but time
//! is lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use justscale_compiler::{Files, Sources};

/// What every memory begins with.
const TITLE: &str = "justscale memory 1";

/// Where something is kept between two compilations of a package.
#[derive(Debug, Clone)]
pub struct Memory {
    path: PathBuf,
    /// Which program writes and reads it: another build of the compiler may give something else.
    program: String,
}

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// The generated texts.
    pub files: Files,
    /// What the caller wants to know beside them.
    pub note: String,
}

impl Memory {
    /// The memory in a file.
    pub fn in_file(path: PathBuf) -> Self {
        Self { path, program: program() }
    }

    /// The memory of a package in cargo's target folder: that of the environment, else that beside the `Cargo.lock`. Where neither is
    /// known there is none.
    pub fn of_package(package: &Path, name: &str) -> Option<Self> {
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(target) => std::path::absolute(target).ok()?,
            None => package.ancestors().find(|folder| folder.join("Cargo.lock").is_file())?.join("target"),
        };
        Some(Self::in_file(target.join("justscale").join(format!("{name}.memory"))))
    }

    /// What was kept for these texts.
    pub fn recall(&self, sources: &Sources) -> Option<Kept> {
        let bytes = fs::read(&self.path).ok()?;
        let (body, sum) = bytes.split_last_chunk::<8>()?;
        if checksum(body) != u64::from_le_bytes(*sum) {
            return None;
        }
        let mut reader = Reader { rest: body };
        let is_ours = reader.text()? == TITLE && reader.text()? == self.program;
        if !is_ours || !reader.agrees(sources) {
            return None;
        }
        let note = reader.text()?.to_owned();
        let mut files = Files::default();
        while !reader.rest.is_empty() {
            let (name, text) = (reader.text()?.to_owned(), reader.text()?.to_owned());
            files.0.insert(name, text);
        }
        Some(Kept { files, note })
    }

    /// Keeps what these texts gave. A disk that refuses is no fault: nothing is kept then.
    pub fn keep(&self, sources: &Sources, kept: &Kept) {
        let mut body = Vec::new();
        let mut put = |text: &str| {
            body.extend_from_slice(&(text.len() as u64).to_le_bytes());
            body.extend_from_slice(text.as_bytes());
        };
        put(TITLE);
        put(&self.program);
        texts(sources, &mut |text| {
            put(text);
            true
        });
        put(&kept.note);
        for (name, text) in &kept.files.0 {
            put(name);
            put(text);
        }
        let sum = checksum(&body);
        body.extend_from_slice(&sum.to_le_bytes());
        let _ = self.replace(&body);
    }

    fn replace(&self, bytes: &[u8]) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Two programs may write at the same time: each has a name of its own until it is done.
        let new = self.path.with_extension(format!("{}.new", std::process::id()));
        fs::write(&new, bytes)?;
        fs::rename(&new, &self.path)
    }
}

/// The version of the compiler, and the program that holds it: by its size and the time at which it was built.
fn program() -> String {
    let about = std::env::current_exe().and_then(fs::metadata).ok();
    let size = about.as_ref().map_or(0, fs::Metadata::len);
    let built = about.and_then(|about| about.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    format!("{} {size} {}", env!("CARGO_PKG_VERSION"), built.unwrap_or_default().as_nanos())
}

/// All that is compiled, text by text, as long as `each` wants more.
fn texts(sources: &Sources, each: &mut dyn FnMut(&str) -> bool) -> bool {
    each(&sources.package)
        && each(&sources.roots.len().to_string())
        && sources
            .roots
            .iter()
            .all(|root| each(&format!("{:?}", root.kind)) && each(&root.name) && each(&root.path))
        && each(&sources.files.len().to_string())
        && sources.files.values().all(|file| each(&file.path) && each(&file.text))
        && each(if sources.config.is_some() { "settings" } else { "no settings" })
        && sources.config.iter().all(|file| each(&file.path) && each(&file.text))
}

/// Reads texts one by one.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (bytes, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// Whether the texts that come next are these.
    fn agrees(&mut self, sources: &Sources) -> bool {
        texts(sources, &mut |text| self.bytes() == Some(text.as_bytes()))
    }
}

/// A sum that shows whether a byte has changed. It goes by words of eight bytes, because a build script is not optimised.
fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut sum = bytes.len() as u64;
    for word in words {
        sum = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    }
    for byte in rest {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    sum
}
