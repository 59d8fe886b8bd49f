//! What became of one fn.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use justscale_compiler::emit::process;
use justscale_compiler::emit::slot::{SlotSource, write};
use justscale_compiler::lower::lower;
use quote::ToTokens;

use crate::harvest::{Class, Found};

/// How it ended.
#[derive(Debug)]
pub(crate) enum End {
    /// As Rust that parses, with this many states.
    Lowered { states: usize },
    /// By faults: the first of each code, with its line and what it says.
    Refused(BTreeMap<String, (usize, String)>),
    /// By a panic, or as text that is no Rust.
    Broken(String),
}

/// What became of a fn.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) place: String,
    pub(crate) line: usize,
    pub(crate) name: String,
    pub(crate) class: Class,
    pub(crate) awaits: bool,
    pub(crate) end: End,
}

/// The code of a bug of ours.
const BUG: &str = "JS0299";

impl Outcome {
    /// Whether it must not be.
    pub(crate) fn is_our_bug(&self) -> bool {
        match &self.end {
            End::Lowered { .. } => false,
            End::Refused(faults) => faults.contains_key(BUG),
            End::Broken(_) => true,
        }
    }

    /// Whether it has a fault of this code.
    pub(crate) fn has(&self, code: &str) -> bool {
        matches!(&self.end, End::Refused(faults) if faults.contains_key(code))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {}", self.place, self.line, self.name)?;
        match &self.end {
            End::Lowered { states } => write!(f, " ({states} states)"),
            End::Broken(what) => write!(f, "\n    {what}"),
            End::Refused(faults) => faults
                .iter()
                .try_for_each(|(code, (line, what))| write!(f, "\n    {code} in line {line}: {what}")),
        }
    }
}

/// Lowers a fn and writes it.
pub(crate) fn outcome(found: Found) -> Outcome {
    let end = catch_unwind(AssertUnwindSafe(|| end(&found))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        End::Broken(format!("panics: {}", text.unwrap_or("?")))
    });
    Outcome {
        place: found.process.file.path.clone(),
        line: found.line,
        name: found.process.item.sig.ident.to_string(),
        class: found.class,
        awaits: found.awaits,
        end,
    }
}

fn end(found: &Found) -> End {
    let process_item = &found.process;
    let (builds, problems) = lower(process_item);
    let Some(builds) = builds else {
        let mut faults = BTreeMap::new();
        for problem in &problems.0 {
            let said = (problem.fault.place().line(), problem.fault.to_string());
            faults.entry(problem.code()).or_insert(said);
        }
        return if faults.is_empty() {
            End::Broken("neither a machine nor a fault".to_owned())
        } else {
            End::Refused(faults)
        };
    };
    let item = process_item.item.to_token_stream();
    let source = SlotSource::new("process", TokenStream::new(), item, &process_item.file);
    let files = write(&source, process(process_item, &builds, source.hash()));
    if files.faulted {
        return End::Broken(format!("no Rust: {}", files.rs));
    }
    if let Err(error) = syn::parse_file(&files.rs) {
        return End::Broken(format!("no Rust: {error}"));
    }
    if let (Some(folder), true) = (crate::out(), found.awaits) {
        let (place, name) = (process_item.file.path.replace('/', "__"), &process_item.item.sig.ident);
        let text = format!("{}\n\n{}", found.text, files.rs);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{place}__{}_{name}.rs", found.line)), text).unwrap();
    }
    End::Lowered { states: builds.usual.machine.states.len() }
}

use proc_macro2::TokenStream;
