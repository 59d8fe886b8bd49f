//! Each case under `fixtures/processes`, pass by pass: its flow, its layout and the emitted Rust.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quote::ToTokens;

use crate::collect::{CalledPart, ItemName, ProcessItem};
use crate::emit::slot::{SlotSource, write};
use crate::lower::{Builds, flow, layout, lower};
use crate::{Place, SourceFile};

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

pub(crate) fn cases() -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = std::fs::read_dir(repository("fixtures/processes"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        // A case is no package of its own, unlike what grows them.
        .filter(|path| path.join("src/lib.rs").is_file() && !path.join("Cargo.toml").exists())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path.join("src/lib.rs")).unwrap())
        })
        .collect();
    cases.sort();
    cases
}

/// The process fns of a text, found without the stages before: an attribute named `process` and structs with `signal` are enough here.
pub(crate) fn processes(text: &str) -> Vec<ProcessItem> {
    let file = Arc::new(SourceFile::new("src/lib.rs".to_owned(), text.to_owned()));
    let syntax = syn::parse_file(text).unwrap();
    let mut signals = Vec::new();
    let implements_drop = |item: &syn::Item| match item {
        syn::Item::Impl(item) if item.trait_.as_ref().is_some_and(|(path, _)| path.is_ident("Drop")) => {
            let words = item.self_ty.to_token_stream().into_iter().next();
            words.map(|word| word.to_string())
        }
        _ => None,
    };
    let droppers: Vec<String> = syntax.items.iter().filter_map(implements_drop).collect();
    for item in &syntax.items {
        if let syn::Item::Struct(item) = item
            && item.attrs.iter().any(|attribute| attribute.path().is_ident("signal"))
        {
            signals.push(item.ident.to_string());
        }
    }
    let is_part = |item: &syn::ItemFn| {
        item.attrs
            .iter()
            .any(|attribute| matches!(&attribute.meta, syn::Meta::Path(path) if path.is_ident("process")))
    };
    let parts = syntax.items.iter().filter_map(|item| match item {
        syn::Item::Fn(item) if is_part(item) => Some(&item.sig.ident),
        _ => None,
    });
    let called = |part: &syn::Ident| {
        let name = ItemName { module: 0, name: part.to_string() };
        (part.to_string(), CalledPart { name, place: Place::new(&file, part.span()) })
    };
    let parts: BTreeMap<String, CalledPart> = parts.map(called).collect();
    let fns = syntax.items.into_iter().filter_map(|item| match item {
        syn::Item::Fn(item) => Some(item),
        _ => None,
    });
    fns.filter_map(|mut item| {
        let position = item.attrs.iter().position(|attribute| attribute.path().is_ident("process"))?;
        let attribute = item.attrs.remove(position);
        let span = attribute.path().get_ident().unwrap().span();
        let arguments = match attribute.meta {
            syn::Meta::List(list) => list.tokens,
            _ => Default::default(),
        };
        let path: Option<syn::LitStr> = syn::parse2(arguments.clone()).ok();
        let path = path.map(|path| path.value());
        let keys =
            path.iter().flat_map(|path| path.split('{').skip(1)).filter_map(|rest| rest.split('}').next());
        Some(ProcessItem {
            file: Arc::clone(&file),
            module: Vec::new(),
            arguments,
            attribute: Place::new(&file, span),
            keys: keys.map(str::to_owned).collect(),
            path,
            item,
            signals: signals.clone(),
            droppers: droppers.clone(),
            parts: parts.clone(),
        })
    })
    .collect()
}

pub(super) fn emitted(process: &ProcessItem, builds: &Builds) -> String {
    let item = process.item.to_token_stream();
    let source = SlotSource::new("process", process.arguments.clone(), item, &process.file);
    let code = crate::emit::process(process, builds, source.hash());
    write(&source, code).rs
}

#[test]
fn each_case_is_lowered_as_its_snapshots_show() {
    for (case, text) in cases() {
        let (mut flows, mut layouts) = (String::new(), String::new());
        for process in processes(&text) {
            let name = process.item.sig.ident.to_string();
            let (builds, problems) = lower(&process);
            let problems: Vec<String> = problems.0.iter().map(|problem| problem.fault.to_string()).collect();
            assert_eq!(problems, Vec::<String>::new(), "{case}: {name}");
            let builds = builds.unwrap();
            let machine = &builds.usual.machine;
            flows.push_str(&flow(machine));
            layouts.push_str(&layout(machine));
            assert_snapshot(&case, &format!("{name}.rs"), &emitted(&process, &builds));
        }
        assert_snapshot(&case, "flow.txt", &flows);
        assert_snapshot(&case, "layout.txt", &layouts);
    }
}

fn assert_snapshot(case: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(repository("snapshots/processes").join(case));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
