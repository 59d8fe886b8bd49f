//! Where an app runs: its settings, read from disk and environment, and its store, opened.

use std::path::Path;
use std::sync::Arc;

use super::command_line::{Settings, variable_prefix};
use super::failure::Outcome;
use super::wired::Data;
use super::{App, Failure};
use crate::config::{Config, Database, Layers};
use crate::store::{MemoryStore, Store};

/// Whether this program runs the processes of its data, or works beside the one that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Owner,
    Operator,
}

/// A store and its folder.
pub(super) struct Home {
    pub(super) store: Arc<dyn Store>,
    pub(super) data: Data,
}

/// The file that is read when none is named.
const FILE: &str = "justscale.toml";

/// Reads the settings of all layers.
pub(super) fn config<A: App>(settings: &Settings) -> Outcome<Config> {
    let (path, is_optional) = settings.file.as_deref().map_or((Path::new(FILE), true), |path| (path, false));
    let file = match std::fs::read_to_string(path) {
        Ok(text) => Some((path.display().to_string(), text)),
        Err(error) if is_optional && error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(Failure::usage(format!("{} can't be read: {error}", path.display()))
                .help("name another file with `--config`, or leave it out"));
        }
    };
    // A variable that is no text is none of ours.
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let layers = Layers { file, environment, flags: settings.set.clone() };
    Config::read(&layers, &variable_prefix(A::NAME)).map_err(Failure::usage)
}

/// Opens the store that the settings name.
pub(super) fn open<A: App>(config: &Config, role: Role) -> Outcome<Home> {
    match &config.database {
        Database::Memory => Ok(Home { store: Arc::new(MemoryStore::new()), data: Data::temporary::<A>()? }),
        Database::Sqlite(folder) => Ok(Home { store: sqlite(folder, role)?, data: Data::lasting(folder) }),
    }
}

/// Opens the store that the settings name beside the program that serves it, if there is any data.
pub(super) fn open_existing(config: &Config, app: &str) -> Outcome<Arc<dyn Store>> {
    match &config.database {
        Database::Memory => {
            Err(Failure::usage("`database.url` is `memory:`, so there is no data to look at")
                .help("set it to the folder of an app that serves: `--set database.url=sqlite:FOLDER`"))
        }
        Database::Sqlite(folder) if !folder.join("justscale.db").is_file() => {
            Err(Failure::usage(format!("there is no data in `{}`", folder.display())).help(format!(
                "`{app} serve` makes it; data elsewhere is named with `--set database.url=sqlite:FOLDER`"
            )))
        }
        Database::Sqlite(folder) => sqlite(folder, Role::Operator),
    }
}

/// Opens a store that is removed at the end.
pub(super) fn open_temporary<A: App>() -> Outcome<Home> {
    let data = Data::temporary::<A>()?;
    Ok(Home { store: sqlite(&data.folder, Role::Owner)?, data })
}

/// Says so when something is to be run and no program runs it: whoever starts a process is surprised otherwise.
pub(super) async fn say_if_nobody_serves(config: &Config, store: &dyn Store, app: &str) {
    // This is a courtesy: a store that doesn't answer has said so before.
    let has_work = store.active(None, 1).await.is_ok_and(|active| !active.is_empty());
    if has_work && !is_served(config) {
        anstream::eprintln!("nobody serves this data now: `{app} serve` runs what is there to run");
    }
}

#[cfg(feature = "sqlite")]
fn is_served(config: &Config) -> bool {
    match &config.database {
        Database::Sqlite(folder) => crate::store::sqlite::folder::is_held(folder),
        Database::Memory => true,
    }
}

#[cfg(not(feature = "sqlite"))]
fn is_served(_config: &Config) -> bool {
    true
}

#[cfg(feature = "sqlite")]
fn sqlite(folder: &Path, role: Role) -> Outcome<Arc<dyn Store>> {
    use crate::store::SqliteStore;
    let store = match role {
        Role::Owner => SqliteStore::open(folder),
        Role::Operator => SqliteStore::operator(folder),
    };
    Ok(Arc::new(store.map_err(Failure::of_place)?))
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_folder: &Path, _role: Role) -> Outcome<Arc<dyn Store>> {
    Err(Failure::usage("this program is built without SQLite")
        .help("switch on the feature `sqlite` of the crate `justscale`, or set `database.url` to `memory:`"))
}
