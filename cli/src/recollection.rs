//! What a package gave when it was compiled last: where nothing has changed, that is what it gives.

use justscale_build::{Kept, Memory};
use justscale_compiler::{Compilation, Message, Model, Problem, Problems, Sources, compile, examine};
use serde::{Deserialize, Serialize};

/// What a command asks of the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Wanted {
    /// What is there, and what is wrong with it.
    Faults,
    /// The generated texts as well.
    Everything,
}

/// What is kept beside the generated texts.
#[derive(Serialize, Deserialize)]
struct Note {
    wanted: Wanted,
    problems: Vec<Message>,
    model: Model,
}

/// What the compiler gives for a package, out of its memory where the same texts are in it.
pub(crate) fn compiled(sources: &Sources, wanted: Wanted, memory: Option<&Memory>) -> Compilation {
    if let Some(recalled) = memory.and_then(|memory| recalled(sources, wanted, memory.recall(sources)?)) {
        return recalled;
    }
    let compilation = match wanted {
        Wanted::Faults => examine(sources),
        Wanted::Everything => compile(sources),
    };
    if let Some(memory) = memory {
        let problems = compilation.problems.0.iter().map(Message::from).collect();
        let note = Note { wanted, problems, model: compilation.model.clone() };
        if let Ok(note) = serde_json::to_string(&note) {
            memory.keep(sources, &Kept { files: compilation.files.clone(), note });
        }
    }
    compilation
}

fn recalled(sources: &Sources, wanted: Wanted, kept: Kept) -> Option<Compilation> {
    let note: Note = serde_json::from_str(&kept.note).ok()?;
    if note.wanted < wanted {
        return None;
    }
    let problems = note.problems.into_iter().map(|message| Problem::recalled(message, sources));
    let problems = Problems(problems.collect::<Option<_>>()?);
    Some(Compilation { files: kept.files, problems, model: note.model })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn fixture(path: &str) -> Sources {
        let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(path);
        justscale_build::read(&package).expect("a fixture")
    }

    /// A package with a fault, one with a warning and one with neither.
    fn packages() -> Vec<Sources> {
        let sound = fixture("quickstart");
        let mut faulted = sound.clone();
        let mut warned = sound.clone();
        for (sources, added) in [
            (&mut faulted, "\n#[justscale::process(\"/x/{y}\")] async fn added(z: u8) {}\n"),
            (&mut warned, "\n#[justscale::service] pub struct Unused;\n"),
        ] {
            let path = sources.roots.first().expect("a root").path.clone();
            let text = format!("{}{added}", sources.files.get(&path).expect("its file").text);
            let file = justscale_compiler::SourceFile::new(path.clone(), text);
            sources.files.insert(path, std::sync::Arc::new(file));
        }
        vec![sound, faulted, warned]
    }

    fn rendered(compilation: &Compilation) -> Vec<String> {
        let handler = miette::NarratableReportHandler::new();
        compilation.problems.0.iter().map(|problem| problem.report().rendered(&handler)).collect()
    }

    #[test]
    fn what_is_recalled_is_what_was_compiled() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let mut problems = 0;
        for (at, sources) in packages().iter().enumerate() {
            let memory = Memory::in_file(folder.path().join(format!("{at}.memory")));
            for wanted in [Wanted::Faults, Wanted::Everything, Wanted::Everything, Wanted::Faults] {
                let given = compiled(sources, wanted, Some(&memory));
                let new = compiled(sources, Wanted::Everything, None);
                assert_eq!(rendered(&given), rendered(&new));
                problems += given.problems.0.len();
                if wanted == Wanted::Everything {
                    assert_eq!((&given.files, &given.model), (&new.files, &new.model));
                }
            }
        }
        assert!(problems >= 8, "only {problems} problems were compared");
    }
}
