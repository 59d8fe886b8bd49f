//! `justscale.toml`: is it TOML, and does the runtime know its keys?
//!
//! The app reads the file when it starts, and says there what is wrong with a value. What a look at the keys shows is said at build
//! time, before anything is deployed.

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::bad_settings::BadSettings;
use super::unknown_setting::UnknownSetting;
use crate::nearest::nearest;
use crate::{Place, Problems, SourceFile};

/// The keys that the runtime reads; a test holds them against its own list.
pub(super) const KEYS: [&str; 5] =
    ["database.url", "log.format", "log.level", "processes.max_running", "shutdown.timeout"];

/// Finds what is wrong with the file.
pub(super) fn check(file: &Arc<SourceFile>, problems: &mut Problems) {
    match DeTable::parse(&file.text) {
        Ok(table) => Keys { file, problems }.table("", table.get_ref()),
        Err(error) => problems.error(BadSettings {
            problem: error.message().to_owned(),
            place: Place { file: Arc::clone(file), range: error.span().unwrap_or_default() },
        }),
    }
}

struct Keys<'a> {
    file: &'a Arc<SourceFile>,
    problems: &'a mut Problems,
}

impl Keys<'_> {
    fn table(&mut self, section: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = match section {
                "" => key.get_ref().to_string(),
                section => format!("{section}.{}", key.get_ref()),
            };
            match value.get_ref() {
                // A section that begins no key is said once, not key by key.
                DeValue::Table(inner) if is_section(&path) => self.table(&path, inner),
                _ if KEYS.contains(&path.as_str()) => {}
                _ => self.problems.error(UnknownSetting {
                    nearest: meant(&path),
                    key: path,
                    place: Place { file: Arc::clone(self.file), range: key.span() },
                }),
            }
        }
    }
}

fn is_section(path: &str) -> bool {
    KEYS.iter().any(|key| key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

/// The key or the section that was probably meant: one that is spelt alike, or the same name elsewhere.
fn meant(path: &str) -> Option<&'static str> {
    let Some((_, last)) = path.rsplit_once('.') else {
        return nearest(path, KEYS.iter().filter_map(|key| Some(key.split_once('.')?.0)));
    };
    nearest(path, KEYS.into_iter())
        .or_else(|| KEYS.into_iter().find(|key| key.ends_with(&format!(".{last}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_those_that_the_runtime_reads() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/src/config/settings.rs");
        let text = std::fs::read_to_string(path).unwrap();
        let mut read: Vec<&str> =
            text.split("key: \"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect();
        read.sort_unstable();
        assert_eq!(read, KEYS);
    }

    #[test]
    fn a_slip_and_a_wrong_section_are_understood() {
        assert_eq!(meant("databse.url"), Some("database.url"));
        assert_eq!(meant("a_long_word.timeout"), Some("shutdown.timeout"));
        assert_eq!(meant("databas"), Some("database"));
        assert_eq!(meant("colour"), None);
    }
}
