//! A process as another thread gets it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::collect::{CalledPart, Component, Components, ProcessItem, attribute_taken};
use crate::{Place, SourceFile};

/// All of a process but its tokens.
pub(super) struct Errand {
    /// Where its text stands in its file, the attributes included.
    range: Range<usize>,
    file: Arc<SourceFile>,
    module: Vec<String>,
    attribute: Place,
    path: Option<String>,
    keys: Vec<String>,
    signals: Vec<String>,
    droppers: Vec<String>,
    parts: BTreeMap<String, CalledPart>,
}

impl Errand {
    /// Those of all processes of a crate, in their order.
    pub(super) fn of_all(components: &Components) -> impl Iterator<Item = Self> {
        components.processes.iter().map(|process| {
            let component = components.component(process.component);
            Self::new(&process.item, component)
        })
    }

    fn new(process: &ProcessItem, component: Option<&Component>) -> Self {
        Self {
            range: component.map_or(0..0, |component| component.range.clone()),
            file: Arc::clone(&process.file),
            module: process.module.clone(),
            attribute: process.attribute.clone(),
            path: process.path.clone(),
            keys: process.keys.clone(),
            signals: process.signals.clone(),
            droppers: process.droppers.clone(),
            parts: process.parts.clone(),
        }
    }

    /// The process, with the tokens that its text has. `None` where the text by itself is not what it was within its file.
    pub(super) fn item(&self) -> Option<ProcessItem> {
        let item: syn::ItemFn = syn::parse_str(&self.text()?).ok()?;
        let (item, arguments) = attribute_taken(item, self.attribute.range.start)?;
        Some(ProcessItem {
            file: Arc::clone(&self.file),
            module: self.module.clone(),
            arguments,
            attribute: self.attribute.clone(),
            path: self.path.clone(),
            keys: self.keys.clone(),
            item,
            signals: self.signals.clone(),
            droppers: self.droppers.clone(),
            parts: self.parts.clone(),
        })
    }

    /// Its text behind as many spaces as there are bytes before it, so that every byte keeps its number.
    fn text(&self) -> Option<String> {
        let own = self.file.text.get(self.range.clone()).filter(|own| !own.is_empty())?;
        let mut text = " ".repeat(self.range.start);
        text.push_str(own);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::lower;
    use crate::{Root, RootKind, Sources, collect, emit, parse};

    /// A case, with what may stand above a process.
    fn sources(text: &str) -> Sources {
        let text = format!(
            "//! Ein Gefäß.\n\n{text}\n/// Wörter.\n#[cfg(all())] #[allow(dead_code)] #[justscale::process(\"/ä/{{one}}\")] #[inline]\n\
             pub async fn größe(one: u8) -> u8 {{ sleep(days(1)).await; one }}\n"
        );
        let file = Arc::new(SourceFile::new("src/lib.rs".to_owned(), text));
        let root = Root { kind: RootKind::Library, name: "case".to_owned(), path: file.path.clone() };
        let files = BTreeMap::from([(file.path.clone(), file)]);
        Sources { package: "case".to_owned(), roots: vec![root], files, ..Sources::default() }
    }

    #[test]
    fn a_process_is_the_same_in_another_thread() {
        let mut compared = 0;
        for (case, text) in crate::lower::cases() {
            let (syntax, _) = parse::parse(&sources(&text));
            let (collected, _) = collect::collect(syntax);
            for components in &collected.crates {
                for (process, errand) in components.processes.iter().zip(Errand::of_all(components)) {
                    let item =
                        errand.item().unwrap_or_else(|| panic!("{case}: {:?} is not read", errand.range));
                    let made = [&process.item, &item].map(|item| {
                        let (machine, problems) = lower(item);
                        (machine.map(|machine| emit::of_process(item, &machine)), format!("{problems:?}"))
                    });
                    let [here, there] = made;
                    assert_eq!(here, there, "{case}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 100, "only {compared} processes were compared");
    }
}
