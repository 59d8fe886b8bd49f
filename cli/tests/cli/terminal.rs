//! A folder with files in it, and `justscale` run in it as a shell would run it, without a terminal.

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

/// Times differ from run to run: ` in 12 ms`, ` in 1.2 s`, `"milliseconds":12`.
fn without_times(text: &str) -> String {
    let number = |text: &str| {
        text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').filter(|end| *end > 0)
    };
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" in ") {
        shown.push_str(before);
        shown.push_str(" in ");
        let time = after.strip_prefix("under ").unwrap_or(after);
        let end = number(time).map(|end| &time[end..]);
        let unit = end.and_then(|end| end.strip_prefix(" ms").or_else(|| end.strip_prefix(" s")));
        rest = unit.inspect(|_| shown.push_str("[time]")).unwrap_or(after);
    }
    shown.push_str(rest);
    shown
}
