//! A folder with files in it, and `justscale` run in it as a shell would run it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A temporary folder.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty one.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// One with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::empty();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The files in it, without what git keeps.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open: Vec<PathBuf> = vec![self.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.ends_with(".git") {
                    open.push(path);
                } else if path.is_file() {
                    found.push(path.strip_prefix(self.path()).unwrap().display().to_string());
                }
            }
        }
        found.sort();
        found
    }

    /// `justscale` with these words, here.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_justscale"));
        command.args(words).current_dir(self.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy().into_owned();
            if text.starts_with("CARGO_")
                || text.starts_with("CLICOLOR")
                || text == "NO_COLOR"
                || text == "COLUMNS"
            {
                command.env_remove(&name);
            }
        }
        // git must not find the repository of whoever runs the tests, nor ask for their name.
        command.env("GIT_CEILING_DIRECTORIES", self.path().parent().unwrap());
        command
    }

    /// Runs `justscale` with these words and tells what came of it.
    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        Ran::new(self.command(words).output().unwrap(), self)
    }
}

/// What came of a run.
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// What stood on stdout.
    pub(crate) out: String,
    /// What stood on stderr.
    pub(crate) err: String,
}

impl Ran {
    /// With the temporary folder's path taken out.
    pub(crate) fn new(output: Output, folder: &Folder) -> Self {
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let real = folder.path().canonicalize().unwrap();
            text.replace(&real.display().to_string(), "[folder]")
                .replace(&folder.path().display().to_string(), "[folder]")
        };
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Everything, for a snapshot. Times are taken out.
    pub(crate) fn shown(&self) -> String {
        let mut shown = format!("exit code {}\n", self.code);
        for (name, text) in [("stdout", &self.out), ("stderr", &self.err)] {
            if !text.is_empty() {
                let _ = write!(shown, "--- {name}\n{text}");
            }
        }
        without_times(&shown)
    }

    /// The objects on stdout.
    pub(crate) fn objects(&self) -> Vec<serde_json::Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
            .collect()
    }
}

/// `in 12 ms` and `"milliseconds":12` differ from run to run.
fn without_times(text: &str) -> String {
    let words: Vec<&str> = text.split(" in under 1 ms").collect();
    let mut text = words.join(" in [time]");
    for (before, after) in [(" in ", " ms"), ("\"milliseconds\":", "}")] {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(before)) {
            let start = from + at + before.len();
            let digits = text[start..].chars().take_while(char::is_ascii_digit).count();
            if digits > 0 && text[start + digits..].starts_with(after) {
                text.replace_range(start..start + digits, "[n]");
            }
            from = start;
        }
    }
    text
}
