//! `justscale.toml`: its keys with their places.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::Reading;
use super::report::{Fault, Origin};

/// Reads a file's text.
pub(super) fn read(name: &str, text: &str, reading: &mut Reading) {
    let file = File { name, text };
    match DeTable::parse(text) {
        Ok(table) => file.table("", table.get_ref(), reading),
        Err(error) => {
            let origin = file.origin(error.span().unwrap_or_default());
            reading.faults.push(Fault::syntax(error.message(), origin));
        }
    }
}

struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl File<'_> {
    fn table(&self, section: &str, table: &DeTable<'_>, reading: &mut Reading) {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let path = if section.is_empty() {
                key.get_ref().to_string()
            } else {
                format!("{section}.{}", key.get_ref())
            };
            let origin = self.origin(key.span());
            match value.get_ref() {
                DeValue::Table(inner) => self.table(&path, inner, reading),
                DeValue::String(text) => reading.set(&path, text, origin),
                DeValue::Integer(number) => reading.set(&path, number.as_str(), origin),
                other => reading.set(&path, &format!("a value of type {}", other.type_str()), origin),
            }
        }
    }

    /// Where a key stands, counted from one as editors do.
    fn origin(&self, span: Range<usize>) -> Origin {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Origin::File { name: self.name.to_owned(), line, column }
    }
}
