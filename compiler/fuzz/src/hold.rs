//! What holds for every text: it compiles without a panic and without a bug of ours, and what is written is Rust.

use std::sync::Arc;

use justscale_compiler::{Compilation, Root, RootKind, SourceFile, Sources, compile};

/// A package of these files; the first is its root.
pub fn package(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources { package: "fuzzed".to_owned(), ..Sources::default() };
    for (path, text) in files {
        let file = Arc::new(SourceFile::new((*path).to_owned(), (*text).to_owned()));
        if *path == "justscale.toml" {
            sources.config = Some(file);
        } else {
            sources.files.insert(file.path.clone(), file);
        }
    }
    if let Some((path, _)) = files.first() {
        sources.roots.push(Root {
            kind: RootKind::Library,
            name: "fuzzed".to_owned(),
            path: (*path).to_owned(),
        });
    }
    sources
}

/// Compiles a package, and panics where something does not hold.
pub fn holds(sources: &Sources) {
    let compilation = compile(sources);
    for problem in &compilation.problems.0 {
        let place = problem.fault.place();
        assert!(problem.code() != "JS0299", "{} ({}:{})", problem.fault, place.file.path, place.line());
        assert!(
            place.file.text.get(place.range.clone()).is_some(),
            "{}: a place that cuts a letter",
            problem.code()
        );
        drop(problem.report());
    }
    for (name, text) in &compilation.files.0 {
        if name.ends_with(".rs") {
            assert!(!text.contains("This is a bug of justscale"), "{text}");
            let parsed = syn::parse_file(text);
            assert!(parsed.is_ok(), "{name} is no Rust: {:?}\n{text}", parsed.err());
        }
    }
    let Compilation { files, .. } = compile(sources);
    assert!(files == compilation.files, "the same texts give other bytes");
    proc_macro2::extra::invalidate_current_thread_spans();
}

/// Arbitrary text: a root, and after zero bytes a module and the settings.
pub fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let paths = ["src/lib.rs", "src/a.rs", "justscale.toml"];
    let files: Vec<(&str, &str)> = paths.into_iter().zip(text.split('\0')).collect();
    holds(&package(&files));
}

/// A text made of the cases.
pub fn mutated(corpus: &[crate::corpus::Case], bytes: &[u8]) {
    let text = crate::edit::mutated(corpus, &mut crate::choices::Choices::of(bytes));
    if std::env::var_os("FUZZ_SHOW").is_some() {
        eprintln!("{text}");
    }
    holds(&package(&[("src/lib.rs", &text)]));
}
