//! What the compiler reads: the texts of one package, given to it by whoever can read a disk.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// One package as texts. Paths are relative to the package's folder, with `/` between their parts.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The package's name, as in its `Cargo.toml`.
    pub package: String,
    /// The crate roots, in a fixed order.
    pub roots: Vec<Root>,
    /// Every `.rs` text that a root may reach, by path.
    pub files: BTreeMap<String, Arc<SourceFile>>,
    /// The text of `justscale.toml`, if there is one.
    pub config: Option<Arc<SourceFile>>,
    /// Whether rustc reads the same texts next, as it does after a build script: then it is left to say what is wrong with the syntax of
    /// bodies that only it asks about.
    pub rustc_is_next: bool,
}

/// A crate root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// What kind of target it is.
    pub kind: RootKind,
    /// The target's name.
    pub name: String,
    /// Its file.
    pub path: String,
}

/// The kind of a crate root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootKind {
    /// `src/lib.rs`.
    Library,
    /// `src/main.rs` or one of `src/bin`.
    Binary,
    /// One of `tests`.
    Test,
    /// One of `examples`.
    Example,
    /// One of `benches`.
    Bench,
}

/// A text and where it came from.
#[derive(Debug)]
pub struct SourceFile {
    /// Its path, relative to the package's folder.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Where its lines end. A large file is asked for the lines of thousands of places.
    line_ends: OnceLock<Vec<usize>>,
}

impl SourceFile {
    /// The text at `path`, which is relative to the package's folder.
    pub fn new(path: String, text: String) -> Self {
        Self { path, text, line_ends: OnceLock::new() }
    }

    /// The line that this byte stands in, counted from one.
    fn line(&self, byte: usize) -> usize {
        let ends = self.line_ends.get_or_init(|| self.text.match_indices('\n').map(|(at, _)| at).collect());
        ends.partition_point(|end| *end < byte) + 1
    }
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for SourceFile {}

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes, from the file's first.
    pub range: Range<usize>,
}

impl Place {
    /// Where `span` stands in `file`, whose text it was parsed from.
    pub fn new(file: &Arc<SourceFile>, span: proc_macro2::Span) -> Self {
        Self { file: Arc::clone(file), range: span.byte_range() }
    }

    /// The line, counted from one.
    pub fn line(&self) -> usize {
        self.file.line(self.range.start)
    }

    /// The column in characters, counted from one.
    pub fn column(&self) -> usize {
        let before = self.file.text.get(..self.range.start).unwrap_or(&self.file.text);
        before.rsplit('\n').next().unwrap_or(before).chars().count() + 1
    }
}
