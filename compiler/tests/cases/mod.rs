//! Cases: one folder, one tiny crate, one snapshot folder beside it under `snapshots/`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use justscale_compiler::{Problems, Root, RootKind, SourceFile, Sources};
use miette::{GraphicalReportHandler, GraphicalTheme};

/// A folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// One crate under `fixtures/`.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

/// The cases of a folder of `fixtures/`, by name.
pub(crate) fn all(group: &str) -> Vec<Case> {
    let folder = repository("fixtures").join(group);
    let mut cases: Vec<Case> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|folder| Case { name: folder.file_name().unwrap().to_string_lossy().into_owned(), folder })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

impl Case {
    /// Its texts. The roots are `src/lib.rs` and `src/main.rs`, where they exist.
    pub(crate) fn sources(&self) -> Sources {
        let mut sources = Sources { package: self.name.clone(), ..Sources::default() };
        for entry in walkdir::WalkDir::new(&self.folder).sort_by_file_name() {
            let entry = entry.unwrap();
            let path = entry.path().strip_prefix(&self.folder).unwrap().to_string_lossy().replace('\\', "/");
            if entry.file_type().is_file() && path.ends_with(".rs") {
                let text = std::fs::read_to_string(entry.path()).unwrap().replace("\r\n", "\n");
                sources.files.insert(path.clone(), Arc::new(SourceFile::new(path, text)));
            }
        }
        let config = self.folder.join("justscale.toml");
        if let Ok(text) = std::fs::read_to_string(config) {
            sources.config = Some(Arc::new(SourceFile::new("justscale.toml".to_owned(), text)));
        }
        let roots = [("src/lib.rs", RootKind::Library), ("src/main.rs", RootKind::Binary)];
        for (path, kind) in roots {
            if sources.files.contains_key(path) {
                sources.roots.push(Root { kind, name: self.name.clone(), path: path.to_owned() });
            }
        }
        sources
    }
}

/// The faults as people read them: no colour, width 80.
pub(crate) fn rendered(problems: &Problems) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(80)
        .with_links(false)
        .without_syntax_highlighting();
    let out: String = problems.0.iter().map(|problem| problem.report().rendered(&handler) + "\n").collect();
    out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Compares `text` with the snapshot file `name` in `snapshots/<group>/<case>/`.
pub(crate) fn assert_snapshot(group: &str, case: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(repository("snapshots").join(group).join(case));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
